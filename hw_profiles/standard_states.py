"""What the standard says of discrete IPMI sensors (IPMI v2.0 rev 1.1, tables 42-2 and 42-3)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from hw_profiles.load import SHIPPED
from hw_profiles.schema import StateWord
from model.raw import SensorDef
from model.readings import Severity
from model.sensors import Role

SENSOR_SPECIFIC = 0x6F
POWER_SUPPLY = 0x08
PSU_PRESENT = 0x0001
"""Offset 0 of a power supply sensor, as a bit of `Sample.states`."""

_ORDER = {Severity.OK: 0, Severity.WARNING: 1, Severity.CRITICAL: 2}


@dataclass(frozen=True, slots=True)
class StateTable:
    """The offsets of one kind of sensor. `quiet`: none asserted is ok, else it says nothing."""

    words: Mapping[int, StateWord]
    quiet: bool = False
    role: Role = Role.SENSOR

    def judge(self, states: int) -> StateWord | None:
        """The worst state that is asserted; None where nothing is said."""
        worst: StateWord | None = None
        for offset, word in self.words.items():
            asserted = states >> offset & 1 and word.severity is not None
            if asserted and (worst is None or _worse(word, worst)):
                worst = word
        if worst is None and self.quiet and not states:
            return _QUIET
        return worst


_QUIET = StateWord("ok", Severity.OK)


def _worse(one: StateWord, other: StateWord) -> bool:
    if one.severity is None or other.severity is None:
        return other.severity is None
    return _ORDER.get(one.severity, -1) > _ORDER.get(other.severity, -1)


def table_of(sensor: SensorDef) -> StateTable | None:
    """What the standard says of a sensor's offsets; None where it leaves that to the vendor."""
    if sensor.event_type == SENSOR_SPECIFIC:
        return _tables().get(("sensor", sensor.sensor_type))
    return _tables().get(("event", sensor.event_type))


def role_of(sensor: SensorDef, table: StateTable) -> Role:
    """The part that a state belongs to, where no profile says it."""
    if table.role is not Role.SENSOR:
        return table.role
    return _ROLES.get(sensor.sensor_type, Role.SENSOR)


_ROLES = {0x04: Role.FAN, 0x07: Role.CPU, 0x08: Role.PSU, 0x0C: Role.DIMM, 0x0D: Role.DISK}
"""Sensor types (table 42-3) that name a part."""


@cache
def _tables() -> Mapping[tuple[str, int], StateTable]:
    with (SHIPPED / "standard" / "ipmi_states.toml").open("rb") as file:
        data = tomllib.load(file)
    return {
        (kind, int(code, 16)): StateTable(
            words={
                int(offset): StateWord(word, Severity(severity))
                for offset, (severity, word) in sorted(
                    entry["states"].items(), key=lambda item: int(item[0])
                )
            },
            quiet=entry["quiet"],
            role=Role(entry.get("role", Role.SENSOR)),
        )
        for kind, entries in data.items()
        for code, entry in entries.items()
    }
