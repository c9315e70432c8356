"""Each verb on a value."""

from __future__ import annotations

import pytest

from model.raw import Value
from model.readings import Fault, Reading, Reason
from tests.unit.hw_profiles.writing import fault, read, snmp, value

OBJECT = "1.3.6.1"


def _rule(word: str, verbs: str) -> str:
    return f'[metrics]\n"{word}" = {{oid = "{OBJECT}", {verbs}}}\n'


@pytest.mark.parametrize(
    ("word", "verbs", "raw", "expected"),
    [
        ("rack.power_watts", "scale = 10", 27, 270.0),
        ("rack.energy_joules_total", "scale = 3.6e5", 19677, 7083720000.0),
        ("power_inlet.voltage_volts", "scale = 0.1", 2313, 231.3),
        ("power_inlet.current_amperes", "digits = 3", 7467, 7.467),
        ("rack.power_watts", "digits = -2", 27, 2700.0),
        ("battery.current_amperes", "signed = 16, scale = 0.1", 65501, -3.5),
        ("battery.current_amperes", "signed = 32", 4294967286, -10.0),
        ("battery.current_amperes", "signed = 16", -35, -35.0),
        ("environment.temperature_celsius", "fahrenheit = true", 68, 20.0),
        ("environment.temperature_celsius", "scale = 1", "73.4 F", 23.0),
        ("environment.temperature_celsius", "scale = 1", "23.5 C", 23.5),
        ("environment.temperature_celsius", "scale = 1", " -4.25", -4.25),
        ("fan.duty_ratio", "scale = 0.01", " 23% of maximum", 0.23),
        ("rack.power_watts", "scale = 1", "233 Watts", 233.0),
        ("rack.power_watts", "scale = 1", "1.2e3", 1200.0),
        ("rack.power_watts", "scale = 1", 41.5, 41.5),
        ("rack.power_factor_ratio", "scale = 0.001", -946, -0.946),
        ("rack.power_factor_ratio", "scale = 0.001, magnitude = true", -946, 0.946),
        ("rack.power_factor_ratio", "magnitude = true, range = [0, 1]", "-0.97", 0.97),
    ],
)
def test_value(word: str, verbs: str, raw: Value, expected: float) -> None:
    outcomes = read(snmp(_rule(word, verbs)), {OBJECT: raw})
    assert value(outcomes, word) == expected
    assert isinstance(outcomes[0], Reading)
    assert outcomes[0].raw == raw


@pytest.mark.parametrize(
    ("verbs", "raw", "reason", "detail"),
    [
        ("missing = [-1]", -1, Reason.ABSENT, "sentinel -1"),
        ("missing = [-1], magnitude = true", -1, Reason.ABSENT, "sentinel -1"),
        ("missing = [-1], signed = 32", 4294967295, Reason.ABSENT, "sentinel 4294967295"),
        ("missing = [-2], signed = 32", 4294967294, Reason.ABSENT, "sentinel -2"),
        ("missing = [65535, 65536]", 65536, Reason.ABSENT, "sentinel 65536"),
        ("missing = 'No Probe'", "no probe", Reason.ABSENT, "sentinel 'no probe'"),
        ("scale = 1", 2147483647, Reason.ABSENT, "sentinel 2147483647"),
        ("scale = 1", "N/A", Reason.ABSENT, "sentinel 'N/A'"),
        ("scale = 1", "na", Reason.ABSENT, "sentinel 'na'"),
        ("scale = 1", "", Reason.ABSENT, "sentinel ''"),
        ("scale = 1", "\0", Reason.ABSENT, "sentinel ''"),
        ("scale = 1", "full", Reason.UNDECODABLE, "no number in 'full'"),
        ("scale = 1", b"\xff\x01", Reason.UNDECODABLE, "bytes ff01"),
        ("scale = 1", float("nan"), Reason.UNDECODABLE, "not a number"),
        ("scale = 1", float("inf"), Reason.UNDECODABLE, "inf is no measurement"),
        ("scale = 1", 10**400, Reason.UNDECODABLE, "the number is too large"),
        ("range = [0, 5000]", 5001, Reason.OUT_OF_RANGE, "5001 is outside 0 to 5000"),
        ("scale = 1", -3, Reason.IMPLAUSIBLE, "-3 is negative"),
    ],
)
def test_no_value(verbs: str, raw: Value, reason: Reason, detail: str) -> None:
    outcomes = read(snmp(_rule("rack.power_watts", verbs)), {OBJECT: raw})
    found = fault(outcomes, "rack.power_watts")
    assert (found.reason, found.detail) == (reason, detail)
    assert found.rule.startswith("mine.toml:7 oid 1.3.6.1")


def test_sentinels_of_a_whole_profile() -> None:
    profile = snmp(
        '[metrics]\nmissing = [-1]\n"rack.power_watts" = "1.1"\n'
        '"rack.power_factor_ratio" = {oid = "1.2", missing = [255]}\n'
    )
    outcomes = read(profile, {"1.1": -1, "1.2": 255})
    assert fault(outcomes, "rack.power_watts").reason is Reason.ABSENT
    assert fault(outcomes, "rack.power_factor_ratio").reason is Reason.ABSENT


@pytest.mark.parametrize(("switch", "expected"), [(0, 20.0), (1, 68.0), (None, 68.0)])
def test_fahrenheit_by_a_switch(switch: int | None, expected: float) -> None:
    word = "environment.temperature_celsius"
    profile = snmp(_rule(word, 'scale = 0.1, fahrenheit = {oid = "1.7.0", equals = 0}'))
    values: dict[str, Value | Fault] = {OBJECT: 680}
    if switch is not None:
        values["1.7.0"] = switch
    assert value(read(profile, values), word) == expected


STATES = """states = {ok = {2 = "normal"}, warning = {3 = "low"}, critical = {4 = "depleted",
 "worn out" = "worn"}, unknown = {1 = "unknown"}, none = {5 = "absent"}}""".replace("\n", "")


@pytest.mark.parametrize(
    ("raw", "level", "text"),
    [(2, 0.0, "normal"), (3, 1.0, "low"), ("4", 2.0, "depleted"), ("Worn Out ", 2.0, "worn")],
)
def test_state(raw: Value, level: float, text: str) -> None:
    (found,) = read(snmp(_rule("battery.state", STATES)), {OBJECT: raw})
    assert isinstance(found, Reading)
    assert (found.value, found.text, found.raw) == (level, text, raw)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (1, Reason.UNAVAILABLE),
        (9, Reason.UNDECODABLE),
        ("n/a", Reason.ABSENT),
        (b"\xff", Reason.UNDECODABLE),
    ],
)
def test_state_that_is_not_known(raw: Value, reason: Reason) -> None:
    outcomes = read(snmp(_rule("battery.state", STATES)), {OBJECT: raw})
    assert fault(outcomes, "battery.state").reason is reason


def test_state_of_nothing_is_not_spoken_of() -> None:
    assert read(snmp(_rule("battery.state", STATES)), {OBJECT: 5}) == ()


@pytest.mark.parametrize(("raw", "on"), [(1, 0.0), (2, 1.0)])
def test_chassis_is_on_or_off(raw: int, on: float) -> None:
    profile = snmp(_rule("chassis.state", 'states = {ok = {1 = "off", 2 = "on"}}'))
    assert value(read(profile, {OBJECT: raw}), "chassis.state") == on


def test_limits_are_constants_or_objects_in_the_raw_unit() -> None:
    word = "environment.temperature_celsius"
    verbs = """scale = 0.1, missing = [65535], limits = {lower_warning = 5,
 upper_warning = "1.5", upper_critical = "1.6", upper_fatal = "1.7"}""".replace("\n", "")
    profile = snmp(_rule(word, verbs))
    (found,) = read(profile, {OBJECT: 190, "1.5": 460, "1.6": 65535})
    assert found.sensor is not None
    assert found.sensor.limits.items() == (("lower_warning", 5.0), ("upper_warning", 46.0))


@pytest.mark.parametrize(
    ("condition", "other", "taken"),
    [
        ("equals = 1", 1, True),
        ("equals = [1, 2]", 2, True),
        ("equals = 1", 3, False),
        ("equals = 1", None, False),
        ("equals = 'Present'", "present", True),
        ("not = 1", 1, False),
        ("not = 1", 2, True),
        ("not = 1", None, True),
        ("equals = 1", "1", True),
        ("matches = '1[.]03.*'", "1.03.19 ", True),
        ("matches = '1[.]03.*'", "1.30", False),
        ("matches = '1[.]03.*'", None, False),
    ],
)
def test_when(condition: str, other: Value | None, taken: bool) -> None:
    profile = snmp(_rule("rack.power_watts", f'when = {{oid = "1.9", {condition}}}'))
    values: dict[str, Value | Fault] = {OBJECT: 7}
    if other is not None:
        values["1.9"] = other
    assert bool(read(profile, values)) is taken
