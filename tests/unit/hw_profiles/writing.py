"""Profiles written on the spot."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from hw_profiles import interpret, load
from hw_profiles.schema import Profile
from model.devices import ALL_TIERS, DeviceId, Identity, Protocol, Tier
from model.document import Problem
from model.raw import Raw, SensorDef, SensorTable, Value
from model.readings import Fault, Outcome, Reading
from model.sensors import NO_LIMITS, Limits, Quantity

HEAD = """[profile]
name = "mine"
protocol = "{protocol}"
source = "a test"
verified = "manual"
"""

TEMPERATURE, VOLTAGE, FAN, PSU = 0x01, 0x02, 0x04, 0x08
"""Sensor types (IPMI v2.0 table 42-3)."""


def checked(text: str) -> tuple[tuple[Profile, ...], tuple[Problem, ...]]:
    """The profile of a file with this text, and what is wrong with it."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "mine.toml")
        path.write_text(text, encoding="utf-8")
        return load.check([path])


def snmp(body: str) -> Profile:
    """An SNMP profile whose lines are right."""
    profiles, problems = checked(HEAD.format(protocol="snmp") + body)
    assert not problems, problems
    return profiles[0]


def ipmi(body: str) -> Profile:
    """An IPMI profile whose lines are right."""
    profiles, problems = checked(HEAD.format(protocol="ipmi") + body)
    assert not problems, problems
    return profiles[0]


def agent() -> Identity:
    """An SNMP agent."""
    return Identity(Protocol.SNMP, DeviceId())


def bmc(*sensors: SensorDef) -> Identity:
    """A BMC with these sensors."""
    return Identity(Protocol.IPMI, DeviceId(), sensors=SensorTable(sensors))


def analog(
    name: str,
    quantity: Quantity | None,
    sensor_type: int = TEMPERATURE,
    entity: int = 0x07,
    instance: int = 1,
    limits: Limits = NO_LIMITS,
) -> SensorDef:
    """A threshold sensor."""
    return SensorDef(name, name, 1, 0, sensor_type, 0x01, entity, instance, quantity, limits)


def discrete(
    name: str, sensor_type: int, event_type: int = 0x6F, entity: int = 0x07, instance: int = 1
) -> SensorDef:
    """A sensor of states."""
    return SensorDef(name, name, 1, 0, sensor_type, event_type, entity, instance)


def read(
    profile: Profile,
    values: Mapping[str, Value | Fault],
    identity: Identity | None = None,
    tiers: frozenset[Tier] = ALL_TIERS,
) -> tuple[Outcome, ...]:
    """What a device's answers mean."""
    return interpret.outcomes(profile, identity or agent(), Raw(dict(values)), tiers)


def value(outcomes: tuple[Outcome, ...], word: str, component: str = "") -> float:
    """The value of the one reading of a word and component."""
    (found,) = (
        o
        for o in outcomes
        if isinstance(o, Reading) and (o.sensor.word, o.sensor.component) == (word, component)
    )
    return found.value


def fault(outcomes: tuple[Outcome, ...], word: str, component: str = "") -> Fault:
    """The one fault of a word and component."""
    (found,) = (
        o
        for o in outcomes
        if isinstance(o, Fault)
        and o.sensor
        and (o.sensor.word, o.sensor.component) == (word, component)
    )
    return found
