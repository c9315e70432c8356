"""Which sensor of several it is: by entity, by a family's lines, by state beside number."""

from __future__ import annotations

from pathlib import Path

import pytest

from hw_profiles import interpret, load
from model.devices import DeviceId, Identity, Protocol
from model.raw import Raw, Sample, SensorDef, SensorTable
from model.readings import Fault, Reading, Reason
from model.sensors import Quantity
from tests.unit.hw_profiles.listing import read as listed
from tests.unit.hw_profiles.writing import HEAD, analog, bmc, checked, fault, ipmi, read, value

C, W = Quantity.TEMPERATURE, Quantity.POWER
INSTANCE = """[metrics]
"cpu.temperature_celsius" = {sensor = "Temp", instance = true, component = "Temp"}
"""


def twins(entity: int) -> tuple[SensorDef, ...]:
    """Two sensors of one name, as a BMC has them."""
    return tuple(
        SensorDef(key, "Temp", n, 0, 0x01, 0x01, entity, n, C)
        for n, key in ((1, "Temp"), (2, "Temp#2"))
    )


@pytest.mark.parametrize(("entity", "names"), [(3, ("1", "2")), (0, ("Temp", "Temp#2"))])
def test_sensors_of_one_name_are_told_apart(entity: int, names: tuple[str, str]) -> None:
    identity = bmc(*twins(entity))
    found = read(
        ipmi(INSTANCE), {"Temp": Sample(45.0, 45, 0), "Temp#2": Sample(49.0, 49, 0)}, identity
    )
    assert [value(found, "cpu.temperature_celsius", name) for name in names] == [45, 49]


PARENT = HEAD.format(protocol="ipmi") + '[metrics]\n"cpu.temperature_celsius" = {sensor = "CPU"}\n'
CHILD = """[profile]
name = "child"
protocol = "ipmi"
extends = "mine"
source = "a test"
verified = "manual"
[metrics]
"cpu.temperature_celsius" = [{sensor = "Core"}, {inherited = true}]
"""


def test_a_child_keeps_its_parents_alternatives_where_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(PARENT, encoding="utf-8")
    (tmp_path / "child.toml").write_text(CHILD, encoding="utf-8")
    profile = load.pack(tmp_path).named("child")
    assert profile is not None
    found = read(
        profile,
        {"CPU": Sample(50.0, 50, 0), "Core": Sample(60.0, 60, 0)},
        bmc(analog("CPU", C), analog("Core", C)),
    )
    assert {o.value for o in found if isinstance(o, Reading)} == {50, 60}


def test_what_is_inherited_from_nobody_is_an_unknown_key() -> None:
    _, problems = checked(
        HEAD.format(protocol="ipmi") + '[metrics]\n"fan.speed_rpm" = [{inherited = true}]\n'
    )
    assert 'unknown key "inherited" in "fan.speed_rpm"' in [p.message for p in problems]


BOTH = SensorDef("Power Supply 1", "Power Supply 1", 1, 0, 0x08, 0x6F, 0x0A, 1, W)
LINES = """[metrics]
"psu_output.power_watts" = {sensor = 'Power Supply (?P<psu>\\d)'}
"psu.state" = {sensor = 'Power Supply (?P<psu>\\d)', sensor_type = 0x08}
"""


def test_a_number_with_states_gives_both_where_the_profile_believes_it() -> None:
    profile = ipmi("[ipmi]\nnumbers_with_states = true\n" + LINES)
    found = read(profile, {"Power Supply 1": Sample(90.0, 18, 0b1)}, bmc(BOTH))
    assert value(found, "psu_output.power_watts", "1") == 90
    assert value(found, "psu.state", "1") == 0
    found = read(profile, {"Power Supply 1": Sample(0.0, 0, 0b1001)}, bmc(BOTH))
    assert (value(found, "psu_output.power_watts", "1"), value(found, "psu.state", "1")) == (0, 2)
    found = read(ipmi(LINES), {"Power Supply 1": Sample(90.0, 18, 0b1001)}, bmc(BOTH))
    assert [(o.sensor.word, o.value) for o in found if isinstance(o, Reading)] == [("psu.state", 2)]


def test_further_totals_are_told_once() -> None:
    profile = load.pack().named("generic-ipmi")
    assert profile is not None
    names = ("Total_Power", "Power Meter", "Sys Power")
    watts = dict(zip(names, (0.0, 310.0, 300.0), strict=True))
    found = read(
        profile,
        {name: Sample(number, 1, 0) for name, number in watts.items()},
        bmc(*(analog(name, W, 0x0B) for name in names)),
    )
    assert value(found, "node.power_watts") == 310
    assert value(found, "node_sdr.power_watts") == 300


def test_a_margin_below_zero_is_no_temperature_of_a_processor() -> None:
    profile = load.pack().named("generic-ipmi")
    assert profile is not None
    found = read(profile, {"CPU1 Temp": Sample(-58.0, 1, 0)}, bmc(analog("CPU1 Temp", C, entity=3)))
    assert fault(found, "cpu.temperature_celsius", "1").reason is Reason.OUT_OF_RANGE
    assert not [o for o in found if isinstance(o, Reading) and o.sensor.quantity is C]


@pytest.mark.parametrize(
    ("number", "vendor"), [(59366, "Loongson"), (54357, "Suma"), (58198, "FiberHome"), (1, "")]
)
def test_a_registered_number_has_an_owner(number: int, vendor: str) -> None:
    profile = load.pack().named("generic-ipmi")
    assert profile is not None
    identity = Identity(
        Protocol.IPMI, DeviceId(), manufacturer=number, sensors=SensorTable(twins(3))
    )
    assert interpret.device(profile, identity, Raw({}), DeviceId()).vendor == vendor
    said = interpret.device(profile, identity, Raw({}), DeviceId(vendor="Its own word"))
    assert said.vendor == "Its own word"


def test_owners_are_texts_under_numbers() -> None:
    _, problems = checked(HEAD.format(protocol="ipmi") + '[ipmi.vendors]\nsuma = "Suma"\n')
    assert [p.message for p in problems] == ['"vendors" must be a table of texts under numbers']


def test_records_of_no_sensor_are_passed_over() -> None:
    poll, found = listed(
        "BMC              | 00h | ok  |  7.1 | Dynamic MC @ 20h\n"
        "PSU1_FRU         | 00h | ns  | 10.1 | Log FRU @01h\n"
        "PSU1_FRU         | Log FRU @01h 0a.1 | ok\n"
        "iBMC             | Static MC @ 20h   | ok\n"
        "OS Stop          | 6Fh | ns  | 35.1 | Event-Only\n"
        "EEPROM           | 00h | ns  |  7.1 | Generic Device @20h:A0h.0\n"
        "Inlet Temp       | 01h | ok  | 55.1 | 24 degrees C\n"
    )
    assert found == {"air_inlet.temperature_celsius Inlet Temp": 24}
    assert not [o for o in poll.outcomes if isinstance(o, Fault) and o.sensor and "FRU" in str(o)]


def test_a_number_with_words_beside_it_is_read() -> None:
    _, found = listed("PS1 Output       | 34h | ok  | 10.1 | 90 Watts, Presence detected\n")
    assert found == {"psu_output.power_watts 1": 90}
