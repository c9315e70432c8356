"""What a device of each kind should say: the readings that its profile is expected to find."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from model.readings import Outcome, Reading


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that such a device tells: any of these words says it.

    Without a `vital` one the profile misses what the device is there for.
    """

    words: tuple[str, ...]
    vital: bool = False


def _wanted(*words: str, vital: bool = False) -> Wanted:
    return Wanted(words, vital)


KINDS: Mapping[str, tuple[Wanted, ...]] = {
    "server": (
        _wanted("node.power_watts", vital=True),
        _wanted("air_inlet.temperature_celsius", vital=True),
        _wanted("air_exhaust.temperature_celsius"),
        _wanted("cpu.temperature_celsius"),
        _wanted("fan.speed_rpm", "fan.duty_ratio"),
        _wanted("psu_input.power_watts", "psu_output.power_watts", "psu_input.voltage_volts"),
        _wanted("chassis.state"),
        _wanted("psu.state"),
    ),
    "pdu": (
        _wanted("rack.power_watts", vital=True),
        _wanted("phase.current_amperes", "power_inlet.current_amperes", "branch.current_amperes",
                vital=True),
        _wanted("phase.voltage_volts", "power_inlet.voltage_volts", "outlet.voltage_volts"),
        _wanted("rack.energy_joules_total", "power_inlet.energy_joules_total",
                "phase.energy_joules_total"),
    ),
    "ups": (
        _wanted("ups.state", vital=True),
        _wanted("battery.charge_ratio", "battery.runtime_seconds", vital=True),
        _wanted("battery.state"),
        _wanted("ups_input.voltage_volts"),
        _wanted("ups_output.voltage_volts"),
        _wanted("ups_output.current_amperes"),
        _wanted("ups_output.power_watts", "ups_output.apparent_power_voltamperes"),
        _wanted("ups_output.load_ratio", "ups.load_ratio"),
    ),
    "cooling": (
        _wanted("supply_air.temperature_celsius", "return_air.temperature_celsius",
                "supply_water.temperature_celsius", "return_water.temperature_celsius",
                "cooling.temperature_celsius", vital=True),
        _wanted("cooling.state", "alarm.count"),
        _wanted("cooling_setpoint.temperature_celsius"),
        _wanted("cooling_fan.duty_ratio", "cooling_fan.speed_rpm"),
    ),
    "environment": (
        _wanted("environment.temperature_celsius", "environment.humidity_ratio", vital=True),
    ),
    "power": (
        _wanted("rack.power_watts", "power_inlet.power_watts", "phase.power_watts", vital=True),
        _wanted("phase.current_amperes", "power_inlet.current_amperes", "branch.current_amperes"),
        _wanted("phase.voltage_volts", "power_inlet.voltage_volts"),
    ),
    "meter": (
        _wanted("meter.energy_joules_total", vital=True),
        _wanted("meter.power_watts"),
    ),
}  # fmt: skip
"""By [profile] kind; the first word of each line is what it is called."""


@dataclass(frozen=True, slots=True)
class Roles:
    """How many of its kind's words a device should give, and those that it did not."""

    expected: int
    missing: tuple[str, ...] = ()
    vital: tuple[str, ...] = ()

    @property
    def present(self) -> int:
        """How many were read."""
        return self.expected - len(self.missing) - len(self.vital)


def roles(kind: str, outcomes: Iterable[Outcome]) -> Roles:
    """The words of a kind held against what was read; a kind without a table expects nothing."""
    read = {o.sensor.word for o in outcomes if isinstance(o, Reading)}
    wanted = KINDS.get(kind, ())
    lacking = [each for each in wanted if read.isdisjoint(each.words)]
    return Roles(
        len(wanted),
        tuple(each.words[0] for each in lacking if not each.vital),
        tuple(each.words[0] for each in lacking if each.vital),
    )
