"""What looks like a reading and is read by no line is named, with a sample."""

from __future__ import annotations

from hw_profiles import bindings_snmp, unread
from hw_profiles.unread import Left
from model.devices import ALL_TIERS, DeviceId, Identity, Protocol
from model.raw import Plan, Raw
from model.readings import Scalar
from tests.unit.hw_profiles.drafting import VENDOR, agent, scalars, sensors, table
from tests.unit.hw_profiles.writing import ipmi, snmp

_PHASES = table(
    "2.1", c1=[1, 2, 3], c2=[2301, 2288, 2310], c3=[42, 31, 12], c4=[900, 660, 250],
    c5=[1, 1, 1], c6=[966, 709, 277],
)  # fmt: skip


def _left(body: str, objects: dict[str, Scalar]) -> list[Left]:
    profile = snmp(f'[snmp]\nbase = "{VENDOR}"\n{body}')
    plan = bindings_snmp.plan(profile, ALL_TIERS)
    return unread.left(profile, agent(), Raw(dict(objects)), plan, objects)


def test_the_watts_of_a_table_whose_volts_and_amperes_are_read() -> None:
    body = """[tables.phase.metrics]
voltage_volts = {oid = ".2.1.2", scale = 0.1}
current_amperes = {oid = ".2.1.3", scale = 0.1}
apparent_power_voltamperes = ".2.1.6"
"""
    assert _left(body, _PHASES) == [
        Left(f"{VENDOR}.2.1.4", "power_watts ×1", "900, 660, 250"),
    ]


def test_nothing_is_left_where_all_is_read() -> None:
    body = """[tables.phase.metrics]
voltage_volts = {oid = ".2.1.2", scale = 0.1}
current_amperes = {oid = ".2.1.3", scale = 0.1}
power_watts = ".2.1.4"
apparent_power_voltamperes = ".2.1.6"
"""
    assert _left(body, _PHASES) == []


def test_a_column_beside_those_that_are_read_that_moves_as_measurements_do() -> None:
    objects = table("3.1", c1=[1, 2, 3, 4], c2=[31, 27, 45, 12], c3=[3107, 2799, 4501, 1204])
    body = '[tables.outlet.metrics]\ncurrent_amperes = {oid = ".3.1.2", scale = 0.1}\n'
    assert _left(body, objects) == [Left(f"{VENDOR}.3.1.3", "", "3107, 2799, 4501 … (4)")]


def test_states_ratings_and_indexes_are_no_measurements() -> None:
    objects = table(
        "3.1", c1=[1, 2, 3, 4], c2=[31, 27, 45, 12], c3=[2, 3, 2, 2], c4=[16, 16, 16, 16],
    )  # fmt: skip
    body = '[tables.outlet.metrics]\ncurrent_amperes = {oid = ".3.1.2", scale = 0.1}\n'
    assert _left(body, objects) == []


def test_tables_of_which_nothing_is_read_are_named_only_where_values_show_what_they_are() -> None:
    odd = table("4.1", c2=[7710, 5512, 9013, 1204])
    body = '[metrics]\n"rack.power_watts" = ".9.0"\n'
    found = _left(body, {**_PHASES, **odd, **scalars("9", 5)})
    assert [each.like for each in found] == [
        "voltage_volts ×0.1",
        "current_amperes ×0.1",
        "power_watts ×1",
        "apparent_power_voltamperes ×1",
    ]


def test_sensors_that_no_line_names() -> None:
    sdrs, values = sensors(
        Total_Power="412 W", Outdoor="-10 °C", RTC_Battery="3.06 V", CPU0_DTS="-42 °C"
    )
    profile = ipmi("[metrics]\n\"node.power_watts\" = {sensor = 'Total_Power'}\n")
    identity = Identity(Protocol.IPMI, DeviceId(), sensors=sdrs)
    assert unread.left(profile, identity, Raw(values), Plan(), {}) == [
        Left("Outdoor", "", "-10 °C"),
        Left("RTC_Battery", "", "3.06 V"),
    ]


def test_a_sensor_without_a_value_is_not_missed() -> None:
    sdrs, values = sensors(Total_Power="412 W", Spare="5 V")
    profile = ipmi("[metrics]\n\"node.power_watts\" = {sensor = 'Total_Power'}\n")
    del values["Spare"]
    identity = Identity(Protocol.IPMI, DeviceId(), sensors=sdrs)
    assert unread.left(profile, identity, Raw(values), Plan(), {}) == []
