"""Scalars, tables and sums of an SNMP profile."""

from __future__ import annotations

import pytest

from hw_profiles import interpret
from model.devices import ALL_TIERS, DeviceId, Tier
from model.raw import Raw, Value
from model.readings import Fault, Quality, Reading, Reason, Source
from model.sensors import Quantity, Role, Sensor
from tests.unit.hw_profiles.writing import agent, fault, read, snmp, value

OUTLETS = snmp("""[snmp]
base = "1.3"
[device]
model = ".9.1.0"
[tables.outlet]
labels = {name = ".1.3"}
[tables.outlet.metrics]
"power_watts"     = ".1.7"
"current_amperes" = {oid = ".1.6", scale = 0.1}
""")


def test_rows_are_sensors_with_their_names() -> None:
    values: dict[str, Value | Fault] = {
        "1.3.1.7.10": 40,
        "1.3.1.7.2": 38,
        "1.3.1.6.2": 2,
        "1.3.1.3.2": " srv\n02 ",
        "1.3.1.3.10": "",
    }
    two = (("name", "srv 02"),)
    assert [o.sensor for o in read(OUTLETS, values)] == [
        Sensor(Role.OUTLET, Quantity.POWER, "2", two),
        Sensor(Role.OUTLET, Quantity.POWER, "10"),
        Sensor(Role.OUTLET, Quantity.CURRENT, "2", two),
    ]


def test_plan_asks_for_what_the_tiers_need_and_no_more() -> None:
    assert interpret.plan(OUTLETS, agent(), frozenset({Tier.FAST})).walks == ("1.3.1.7", "1.3.1.3")
    slow = interpret.plan(OUTLETS, agent(), frozenset({Tier.SLOW}))
    assert (slow.gets, slow.walks) == (("1.3.9.1.0",), ())
    every = interpret.plan(OUTLETS, agent(), ALL_TIERS)
    assert every.walks == ("1.3.1.7", "1.3.1.6", "1.3.1.3")


def test_column_that_failed_is_one_fault() -> None:
    lost = Fault(None, Reason.LOOP, "OID not increasing")
    outcomes = read(OUTLETS, {"1.3.1.7": lost, "1.3.1.7.1": 40})
    assert value(outcomes, "outlet.power_watts", "1") == 40.0
    assert fault(outcomes, "outlet.power_watts").reason is Reason.LOOP


def test_cell_that_failed_is_a_fault_of_its_sensor() -> None:
    outcomes = read(OUTLETS, {"1.3.1.7.1": Fault(None, Reason.DEVICE_ERROR, "genErr")})
    assert fault(outcomes, "outlet.power_watts", "1").detail == "genErr"


RARITAN = snmp(
    """[snmp]
base = "1.3"
[tables.inlet]
index = ["pdu", "inlet", "type"]
component = "inlet"
labels = {name = {oid = ".3", index = ["pdu", "inlet"]}}
[tables.inlet.metrics]
"rack.power_watts"            = {oid = ".5", where = {type = 5}, DIGITS}
"power_inlet.current_amperes" = {oid = ".5", where = {type = 1}, DIGITS}
""".replace("DIGITS", 'digits = ".7", when = {oid = ".2", equals = 1}')
)


def test_type_in_the_index_and_decimals_in_a_column() -> None:
    values: dict[str, Value | Fault] = {
        "1.3.5.1.1.1": 7467,
        "1.3.7.1.1.1": 3,
        "1.3.2.1.1.1": 1,
        "1.3.5.1.1.5": 1665,
        "1.3.7.1.1.5": 0,
        "1.3.2.1.1.5": 1,
        "1.3.5.1.2.1": 0,
        "1.3.7.1.2.1": 3,
        "1.3.2.1.2.1": 2,
        "1.3.3.1.1": "Inlet A",
    }
    outcomes = read(RARITAN, values)
    assert value(outcomes, "rack.power_watts", "1") == 1665.0
    assert value(outcomes, "power_inlet.current_amperes", "1") == 7.467
    assert len(outcomes) == 2
    assert outcomes[0].sensor is not None
    assert outcomes[0].sensor.labels == (("name", "Inlet A"),)


def test_decimals_that_are_missing_leave_no_value() -> None:
    outcomes = read(RARITAN, {"1.3.5.1.1.1": 7467, "1.3.2.1.1.1": 1})
    assert fault(outcomes, "power_inlet.current_amperes", "1").reason is Reason.UNDECODABLE


def test_two_rows_of_one_name_get_an_index() -> None:
    cells = {f"1.3.{column}.{pdu}.1.1": 1 for column in (2, 5, 7) for pdu in (1, 2)}
    components = [o.sensor.component for o in read(RARITAN, cells) if o.sensor]
    assert components == ["1", "1#2"]


def test_row_that_is_not_indexed_as_it_should() -> None:
    outcomes = read(RARITAN, {"1.3.5.1.1": 1})
    assert {o.reason for o in outcomes if isinstance(o, Fault)} == {Reason.UNDECODABLE}


NAMED = snmp("""[snmp]
base = "1.3"
[tables.temperature]
index = ["name:string"]
labels = {unit = ".15"}
export = []
[tables.temperature.metrics]
"air_inlet.temperature_celsius" = {oid = ".2", where = {name = 'inlet temp'}}

[tables.temperature.metrics."cpu.temperature_celsius"]
oid = ".2"
where = {name = 'CPU(?P<cpu>\\d+) Temp', unit = 'degrees C'}
""")


def _string(text: str) -> str:
    return ".".join(map(str, (len(text), *text.encode())))


def test_rows_indexed_by_text() -> None:
    inlet, cpu, dts = map(_string, ("Inlet Temp", "CPU1 Temp", "CPU2 Temp"))
    outcomes = read(
        NAMED,
        {
            f"1.3.2.{inlet}": "24.000",
            f"1.3.2.{cpu}": "58",
            f"1.3.2.{dts}": "-43",
            f"1.3.15.{cpu}": "degrees C",
            f"1.3.15.{dts}": "unspecified",
        },
    )
    assert value(outcomes, "air_inlet.temperature_celsius", "Inlet Temp") == 24.0
    assert value(outcomes, "cpu.temperature_celsius", "1") == 58.0
    assert len(outcomes) == 2


@pytest.mark.parametrize("suffix", ["", "-1.1.1", "x.1.1", "1.1", "1.1.5.2"])
def test_index_that_cannot_be(suffix: str) -> None:
    outcomes = read(RARITAN, {f"1.3.5.{suffix}": 1, f"1.3.2.{suffix}": 1})
    assert not [o for o in outcomes if isinstance(o, Reading)]


def test_zeros_behind_an_index_are_ignored() -> None:
    assert value(read(OUTLETS, {"1.3.1.7.4.0": 40}), "outlet.power_watts", "4") == 40.0


SERVER = snmp("""[metrics]
"node.power_watts" = ["1.1.0", {sum = "psu_input.power_watts"}]
"chassis.state" = {oid = "1.2.0", states = {ok = {1 = "off", 2 = "on"}}}
"cpu.utilization_ratio" = {oid = "1.3.0", scale = 0.01}
[tables.psu_input.metrics]
"power_watts" = {oid = "1.4", when = {oid = "1.5", not = 1}}
""")


def test_best_reading_and_the_others_beside_it() -> None:
    outcomes = read(SERVER, {"1.1.0": 264, "1.4.1": 132, "1.4.2": 131})
    assert value(outcomes, "node.power_watts") == 264.0
    (total,) = (o for o in outcomes if o.sensor and o.sensor.role is Role.NODE_PSU_SUM)
    assert isinstance(total, Reading)
    assert (total.value, total.quality, total.source) == (263.0, Quality.DERIVED, Source.PSU_SUM)


@pytest.mark.parametrize("first", [None, Fault(None, Reason.UNSUPPORTED), 0, 65535000000])
def test_sum_steps_in(first: Value | Fault | None) -> None:
    values: dict[str, Value | Fault] = {"1.4.1": 132, "1.4.2": 131, "1.4.3": 0, "1.5.3": 1}
    if first is not None:
        values["1.1.0"] = first
    outcomes = read(SERVER, values)
    assert value(outcomes, "node.power_watts") == 263.0


def test_sum_lacks_a_part() -> None:
    outcomes = read(SERVER, {"1.4.1": 132, "1.4.2": Fault(None, Reason.TIMEOUT)})
    found = fault(outcomes, "node.power_watts")
    assert found.reason is Reason.TIMEOUT
    assert "2 has no reading (timeout)" in found.detail


@pytest.mark.parametrize(("state", "plausible"), [(2, False), (1, True), (None, False)])
def test_zero_watts_is_a_reading_only_of_a_server_that_is_off(
    state: int | None, plausible: bool
) -> None:
    values: dict[str, Value | Fault] = {"1.1.0": 0}
    if state is not None:
        values["1.2.0"] = state
    outcomes = read(SERVER, values)
    if plausible:
        assert value(outcomes, "node.power_watts") == 0.0
    else:
        assert fault(outcomes, "node.power_watts").reason is Reason.IMPLAUSIBLE


def test_object_that_the_device_lacks_is_no_fault_unless_it_is_expected() -> None:
    unsupported = Fault(None, Reason.UNSUPPORTED, "noSuchObject")
    assert read(SERVER, {"1.3.0": unsupported}) == ()
    picky = snmp(
        'expects = ["cpu.utilization_ratio"]\n[metrics]\n"cpu.utilization_ratio" = "1.3"\n'
    )
    outcomes = read(picky, {"1.3": unsupported})
    assert fault(outcomes, "cpu.utilization_ratio").detail == "noSuchObject"
    coverage = interpret.coverage(picky, outcomes, ALL_TIERS)
    assert coverage.missing == ("cpu.utilization_ratio",)
    assert interpret.coverage(picky, outcomes, frozenset({Tier.FAST})).expected == ()


def test_alternatives_of_one_word_in_a_table() -> None:
    profile = snmp("""[tables.outlet.metrics]
"power_watts" = [{oid = "1.1", missing = [-1]}, {oid = "1.2", scale = 10}]
""")
    outcomes = read(profile, {"1.1.1": 38, "1.2.1": 4, "1.1.2": -1, "1.2.2": 5})
    assert [(o.sensor.component, o.value) for o in outcomes if isinstance(o, Reading)] == [
        ("1", 38.0),
        ("2", 50.0),
    ]


def test_columns_that_are_phases() -> None:
    profile = snmp("""[metrics]
"ups_input.voltage_volts" = [
  {oid = "1.1", component = "L1", scale = 0.1},
  {oid = "1.2", component = "L2", scale = 0.1},
]
""")
    outcomes = read(profile, {"1.1": 2310, "1.2": 2305})
    assert value(outcomes, "ups_input.voltage_volts", "L1") == 231.0
    assert value(outcomes, "ups_input.voltage_volts", "L2") == 230.5


def test_device_says_who_it_is() -> None:
    before = DeviceId("", "", "SN1", "1.0")
    assert interpret.device(
        OUTLETS, agent(), Raw({"1.3.9.1.0": " AP8959EU3\n"}), before
    ) == DeviceId("", "AP8959EU3", "SN1", "1.0")
    known = DeviceId("APC", "AP8959EU3", "SN1", "1.0")
    assert interpret.device(OUTLETS, agent(), Raw({"1.3.9.1.0": "N/A"}), known) == known
