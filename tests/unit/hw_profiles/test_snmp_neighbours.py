"""SNMP values that other objects judge or scale, fallbacks, and indexes of any length."""

from __future__ import annotations

import pytest

from hw_profiles import interpret
from model.devices import ALL_TIERS
from model.raw import Value
from model.readings import Fault, Outcome, Quality, Reading, Reason
from tests.unit.hw_profiles.writing import HEAD, agent, checked, fault, read, snmp, value

WATTS = snmp("""[snmp]
base = "1.3"
[metrics]
"ups_output.power_watts" = {oid = ".9.0", fallback = true}
[tables.ups_output]
index = ["phase:rest"]
names = {0 = ""}
[tables.ups_output.metrics]
"power_watts" = [
  {oid = ".4", against = {product = [".2", ".3"], range = [0.02, 0.2]}},
  {oid = ".4", scale = 1000, against = {product = [".2", ".3"], range = [2e-5, 2e-4]}},
]
""")


@pytest.mark.parametrize(
    ("watts", "volts", "amperes", "expected"),
    [
        (1500, 230, 72, 1500.0),  # 0.9 of 230 V × 7.2 A
        (1, 230, 72, 1000.0),  # kW
        (16, 230, 720, 16000.0),  # kW
        (900, 230, 0, 900.0),  # too small a current to tell: nothing is held against it
        (900, "N/A", 40, 900.0),
        (1, '"230"', '"72"', 1000.0),
    ],
)
def test_neighbours_pick_the_scale(
    watts: int, volts: int | str, amperes: int | str, expected: float
) -> None:
    found = read(WATTS, {"1.3.4.1.0": watts, "1.3.2.1.0": volts, "1.3.3.1.0": amperes})
    assert value(found, "ups_output.power_watts", "1") == expected


@pytest.mark.parametrize("watts", [0, 16, 16560])
def test_what_no_neighbour_bears_out_is_no_reading(watts: int) -> None:
    found = read(WATTS, {"1.3.4.1": watts, "1.3.2.1": 230, "1.3.3.1": 72})
    assert fault(found, "ups_output.power_watts", "1").reason is Reason.IMPLAUSIBLE


def test_a_fallback_is_silent_where_a_table_has_the_word() -> None:
    assert value(read(WATTS, {"1.3.9.0": 500}), "ups_output.power_watts") == 500.0
    (only,) = read(WATTS, {"1.3.9.0": 500, "1.3.4.2": 480})
    assert isinstance(only, Reading)
    assert (only.sensor.component, only.value) == ("2", 480.0)


def test_a_fallback_stands_instead_of_the_rows_that_failed() -> None:
    found = read(WATTS, {"1.3.9.0": 500, "1.3.4.2": "N/A", "1.3.4.3": "N/A"})
    (only,) = (o for o in found if o.sensor and o.sensor.word == "ups_output.power_watts")
    assert isinstance(only, Reading)
    assert (only.sensor.component, only.value) == ("", 500.0)


def test_a_sum_of_phases_is_the_total_only_where_the_device_has_none() -> None:
    pdu = snmp("""[metrics]
missing = [-1]
"rack.power_watts" = {sum = "phase.power_watts"}
[tables.rack]
names = {1 = ""}
[tables.rack.metrics]
"power_watts" = "1.1"
[tables.phase.metrics]
"power_watts" = "1.2"
""")
    phases: dict[str, Value | Fault] = {"1.2.1": 198, "1.2.2": 436, "1.2.3": 382}
    assert value(read(pdu, {**phases, "1.1.1": 1017}), "rack.power_watts") == 1017.0
    (total,) = (
        o for o in read(pdu, {**phases, "1.1.1": -1}) if o.sensor and o.sensor.role == "rack"
    )
    assert isinstance(total, Reading)
    assert (total.value, total.quality, total.sensor.component) == (1016.0, Quality.DERIVED, "")
    assert fault(read(pdu, {**phases, "1.2.3": -1}), "rack.power_watts").reason is Reason.ABSENT


def test_neighbours_are_asked_for() -> None:
    assert interpret.plan(WATTS, agent(), ALL_TIERS).walks == ("1.3.4", "1.3.2", "1.3.3")


def test_the_rest_of_an_index_is_as_long_as_it_is() -> None:
    found = read(WATTS, {"1.3.4.0": 1, "1.3.4.1.4": 2, "1.3.4.3.0": 3, "1.3.4.10.0.2": 4})
    assert [o.sensor.component for o in found if o.sensor] == ["", "1.4", "3", "10.0.2"]


@pytest.mark.parametrize(
    ("factor", "expected"), [(-10, 23.5), (-100, 2.35), (0, 235.0), (1, 235.0), (-1, 235.0)]
)
def test_a_factor_multiplies_or_divides(factor: int, expected: float) -> None:
    scaled = snmp("""[snmp]
base = "1.3"
[tables.environment.metrics]
"temperature_celsius" = {oid = ".11", factor = ".7"}
""")
    found = read(scaled, {"1.3.11.4": 235, "1.3.7.4": factor})
    assert value(found, "environment.temperature_celsius", "4") == expected


def test_a_factor_that_is_not_told_leaves_no_reading() -> None:
    scaled = snmp('[metrics]\n"ups.load_ratio" = {oid = "1.3.1.0", factor = "1.3.2.0"}\n')
    found = read(scaled, {"1.3.1.0": 5})
    assert fault(found, "ups.load_ratio").reason is Reason.UNDECODABLE


def test_a_condition_looks_inside_quotation_marks() -> None:
    quoted = snmp("""[metrics]
"ups_output.voltage_volts" = {oid = "1.3.1.0", when = {oid = "1.3.1.0", matches = '\\d{4}'}}
""")
    assert value(read(quoted, {"1.3.1.0": '"2303"'}), "ups_output.voltage_volts") == 2303.0


def test_against_needs_its_objects_and_bounds() -> None:
    body = '[metrics]\n"ups.load_ratio" = {oid = "1.3.1.0", against = {produkt = ["1.3.2.0"]}}\n'
    _, problems = checked(HEAD.format(protocol="snmp") + body)
    told = "; ".join(problem.message for problem in problems)
    assert 'unknown key "produkt"' in told
    assert '"against" needs "product"' in told
    assert '"against" needs "range"' in told


LINES = """
[snmp]
base = "1.3.6.1.4.1.9"
[tables.ups_output]
names = {1 = "L1", 2 = "L2", 3 = "L3"}
rows  = ".4.3.0"
[tables.ups_output.metrics]
voltage_volts = ".4.4.1.2"
[tables.standard]
role  = "ups_output"
index = ["row:rest"]
names = {1 = "L1", 2 = "L2", 3 = "L3"}
[tables.standard.metrics]
voltage_volts = {oid = ".33.4.4.1.2", missing = [0], fallback = true}
"""


@pytest.mark.parametrize(
    ("count", "volts"),
    [
        (1, {"L1": 231.0}),
        ('"1"', {"L1": 231.0}),
        (2, {"L1": 231.0, "L2": 0.0}),
        (0, {"L1": 231.0, "L2": 0.0, "L3": 0.0}),
        (None, {"L1": 231.0, "L2": 0.0, "L3": 0.0}),
    ],
)
def test_rows_behind_the_count_are_no_part_of_the_device(
    count: int | str | None, volts: dict[str, float]
) -> None:
    rows = {f"1.3.6.1.4.1.9.4.4.1.2.{row}": v for row, v in ((1, 231), (2, 0), (3, 0))}
    told = {} if count is None else {"1.3.6.1.4.1.9.4.3.0": count}
    assert _volts(read(snmp(LINES), {**rows, **told})) == volts


def test_a_tables_fallback_speaks_for_the_components_that_nothing_else_gives() -> None:
    own: dict[str, Value] = {"1.3.6.1.4.1.9.4.4.1.2.1": 231, "1.3.6.1.4.1.9.4.4.1.2.2": "N/A"}
    standard = {f"1.3.6.1.4.1.9.33.4.4.1.2.{row}": v for row, v in ((1, 229), (2, 228), (3, 0))}
    found = read(snmp(LINES), {**own, **standard})
    assert _volts(found) == {"L1": 231.0, "L2": 228.0}
    assert fault(found, "ups_output.voltage_volts", "L3").reason is Reason.ABSENT


def _volts(found: tuple[Outcome, ...]) -> dict[str, float]:
    return {o.sensor.component: o.value for o in found if isinstance(o, Reading)}


NAMED = """
[snmp]
base = "1.3.6.1.4.1.9"
[tables.sensor]
index = ["name:string"]
[tables.sensor.metrics]
"sensor.temperature_celsius" = {oid = ".2", where = {name = 'PCH Temp'}}
"""


@pytest.mark.parametrize(
    "index", ["8.80.67.72.32.84.101.109.112", "10.80.67.72.32.84.101.109.112.0.0"]
)
def test_a_name_may_be_filled_up_to_a_fixed_length(index: str) -> None:
    found = read(snmp(NAMED), {f"1.3.6.1.4.1.9.2.{index}": "46.00"})
    assert value(found, "sensor.temperature_celsius", "PCH Temp") == 46.0
