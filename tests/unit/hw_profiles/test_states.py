"""Discrete sensors: what the standard's offsets mean, and what nobody knows."""

from __future__ import annotations

import pytest

from hw_profiles import interpret, load
from model.devices import ALL_TIERS
from model.raw import Sample
from model.readings import Reading, Reason
from model.sensors import Role
from tests.unit.hw_profiles.writing import bmc, discrete, fault, ipmi, read

GENERIC = load.pack().named("generic-ipmi")
INSPUR = load.pack().named("inspur")
PROCESSOR, POWER_SUPPLY, POWER_UNIT, MEMORY, DRIVE = 0x07, 0x08, 0x09, 0x0C, 0x0D
INTRUSION, EVENT_LOG, WATCHDOG, FAN, TEMPERATURE = 0x05, 0x10, 0x23, 0x04, 0x01
SPECIFIC, LIMIT, SEVERITY, PRESENCE, REDUNDANCY = 0x6F, 0x05, 0x07, 0x08, 0x0B


@pytest.mark.parametrize(
    ("sensor_type", "event_type", "states", "role", "level", "text"),
    [
        (POWER_SUPPLY, SPECIFIC, 0b1, Role.PSU, 0, "present"),
        (POWER_SUPPLY, SPECIFIC, 0b11, Role.PSU, 2, "failed"),
        (POWER_SUPPLY, SPECIFIC, 0b1001, Role.PSU, 2, "input_lost"),
        (POWER_SUPPLY, SPECIFIC, 0b101, Role.PSU, 1, "predictive_failure"),
        (POWER_SUPPLY, REDUNDANCY, 0b1, Role.REDUNDANCY, 0, "redundant"),
        (FAN, REDUNDANCY, 0b10, Role.REDUNDANCY, 2, "redundancy_lost"),
        (FAN, SEVERITY, 0b10, Role.FAN, 1, "non_critical"),
        (TEMPERATURE, LIMIT, 0b10, Role.SENSOR, 1, "limit_exceeded"),
        (TEMPERATURE, SEVERITY, 0b100, Role.SENSOR, 2, "critical"),
        (PROCESSOR, SPECIFIC, 1 << 7, Role.CPU, 0, "present"),
        (PROCESSOR, SPECIFIC, 1 << 7 | 1, Role.CPU, 2, "internal_error"),
        (PROCESSOR, SPECIFIC, 1 << 10, Role.CPU, 1, "throttled"),
        (MEMORY, SPECIFIC, 0b10, Role.DIMM, 2, "uncorrectable_error"),
        (DRIVE, SPECIFIC, 0b1, Role.DISK, 0, "present"),
        (DRIVE, SPECIFIC, 1 << 7 | 1, Role.DISK, 1, "rebuilding"),
        (POWER_UNIT, SPECIFIC, 0b1, Role.SENSOR, None, ""),
        (POWER_UNIT, SPECIFIC, 0, Role.SENSOR, 0, "ok"),
        (INTRUSION, SPECIFIC, 1, Role.SENSOR, 1, "chassis_intrusion"),
        (EVENT_LOG, SPECIFIC, 1 << 4, Role.SENSOR, 1, "log_full"),
        (WATCHDOG, SPECIFIC, 0, Role.SENSOR, 0, "ok"),
        # an empty bay, an offset that the standard does not list: nothing is said
        (POWER_SUPPLY, SPECIFIC, 0, Role.PSU, None, ""),
        (POWER_SUPPLY, SPECIFIC, 1 << 14, Role.PSU, None, ""),
        (DRIVE, SPECIFIC, 0, Role.DISK, None, ""),
        (WATCHDOG, SPECIFIC, 1 << 14, Role.SENSOR, None, ""),
    ],
)
def test_offsets(
    sensor_type: int, event_type: int, states: int, role: Role, level: int | None, text: str
) -> None:
    assert GENERIC
    identity = bmc(discrete("X", sensor_type, event_type))
    found = [
        (o.sensor.role, o.value, o.text, o.raw)
        for o in read(GENERIC, {"X": Sample(None, 0, states)}, identity)
        if isinstance(o, Reading)
    ]
    assert found == ([] if level is None else [(role, float(level), text, states)])


@pytest.mark.parametrize(
    ("sensor_type", "event_type"),
    [(POWER_SUPPLY, PRESENCE), (0xC0, SPECIFIC), (0x25, SPECIFIC), (FAN, 0x03), (FAN, 0x70)],
)
def test_what_cannot_be_judged_is_not_even_asked(sensor_type: int, event_type: int) -> None:
    assert GENERIC
    identity = bmc(discrete("X", sensor_type, event_type))
    assert "X" not in interpret.plan(GENERIC, identity, ALL_TIERS).gets


def test_inspur_takes_no_state_from_discrete_sensors() -> None:
    assert INSPUR
    identity = bmc(discrete("PSU0_Status", POWER_SUPPLY), discrete("CPU0_Status", PROCESSOR))
    gets = interpret.plan(INSPUR, identity, ALL_TIERS).gets
    assert not {"PSU0_Status", "CPU0_Status"} & set(gets)


def test_rule_with_its_own_offsets() -> None:
    profile = ipmi("""[metrics]
"psu.state" = {sensor = 'P(?P<psu>\\d)', states = {ok = {0 = "fine"}, critical = {5 = "burnt"}}}
""")
    identity = bmc(discrete("P1", 0xC0, 0x70))
    (found,) = read(profile, {"P1": Sample(None, 0, 0b100001)}, identity)
    assert isinstance(found, Reading)
    assert (found.sensor.component, found.value, found.text) == ("1", 2.0, "burnt")


def test_number_where_a_state_was_expected() -> None:
    assert GENERIC
    outcomes = read(GENERIC, {"X": 3}, bmc(discrete("X", WATCHDOG)))
    assert fault(outcomes, "sensor.state", "X").reason is Reason.UNDECODABLE
