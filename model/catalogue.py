"""The one list of what dcagent exports from devices: word ↔ metric name, help, labels, tier.

A profile may only use words that stand here; `exporters` and `docs/metrics.md` are made from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from model.devices import Tier
from model.sensors import UNITS, Quantity, Role, Sensor

COMPONENT_LABEL: dict[Role, str] = {
    Role.PSU: "psu",
    Role.PSU_INPUT: "psu",
    Role.PSU_OUTPUT: "psu",
    Role.REDUNDANCY: "sensor",
    Role.CPU: "cpu",
    Role.DIMM: "dimm",
    Role.DISK: "disk",
    Role.BOARD: "sensor",
    Role.FAN: "fan",
    Role.AIR_INLET: "sensor",
    Role.AIR_EXHAUST: "sensor",
    Role.RACK: "inlet",
    Role.POWER_INLET: "inlet",
    Role.PHASE: "phase",
    Role.BRANCH: "branch",
    Role.OUTLET: "outlet",
    Role.ENVIRONMENT: "sensor",
    Role.UPS_INPUT: "phase",
    Role.UPS_OUTPUT: "phase",
    Role.UPS_BYPASS: "phase",
    Role.BATTERY: "battery",
    Role.SENSOR: "sensor",
}
"""The label that carries a sensor's component; a role not here has one sensor per device."""

SERVER_ROLES = frozenset(
    {
        Role.NODE,
        Role.NODE_DCMI,
        Role.NODE_SDR,
        Role.NODE_PSU_SUM,
        Role.CHASSIS,
        Role.PSU,
        Role.PSU_INPUT,
        Role.PSU_OUTPUT,
        Role.REDUNDANCY,
        Role.CPU,
        Role.DIMM,
        Role.DISK,
        Role.BOARD,
        Role.FAN,
        Role.AIR_INLET,
        Role.AIR_EXHAUST,
        Role.SEL,
    }
)
"""Roles whose series carry the label `node`."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One exported family. `type` is gauge or counter; `labels` beside target, place and node."""

    role: Role
    quantity: Quantity
    name: str
    help: str
    tier: Tier
    labels: tuple[str, ...]
    qualified: bool = False

    @property
    def type(self) -> str:
        """The Prometheus type."""
        return "counter" if self.quantity is Quantity.ENERGY else "gauge"

    @property
    def unit(self) -> str:
        """The quantity's unit."""
        return UNITS[self.quantity]

    @property
    def word(self) -> str:
        """The profile's word."""
        return f"{self.role.value}.{self.quantity.value}"

    @property
    def limit_name(self) -> str:
        """The family that carries the device's own bounds, with the label `bound`."""
        return f"{self.name}_limit"


_NAMES = {
    (Role.AIR_INLET, Quantity.TEMPERATURE): "dcagent_node_inlet_temperature_celsius",
    (Role.AIR_EXHAUST, Quantity.TEMPERATURE): "dcagent_node_exhaust_temperature_celsius",
    (Role.CHASSIS, Quantity.STATE): "dcagent_node_chassis_on",
    (Role.SEL, Quantity.COUNT): "dcagent_sel_entries",
    (Role.SEL, Quantity.LOAD): "dcagent_sel_used_ratio",
    (Role.ALARM, Quantity.COUNT): "dcagent_alarms",
    (Role.SENSOR, Quantity.COUNT): "dcagent_sensor_value",
}
"""Where the contract's name is not dcagent_<role>_<quantity> (a gauge may not end in _count)."""

_SOURCED = frozenset({(Role.NODE, Quantity.POWER), (Role.RACK, Quantity.POWER)})
"""Families that carry `source` and `quality`."""

_SUBJECTS: dict[Role, str] = {
    Role.NODE: "a server, by the best reading it offers",
    Role.NODE_DCMI: "a server by DCMI, where a better source was chosen",
    Role.NODE_SDR: "a server by its own total sensor, where a better source was chosen",
    Role.NODE_PSU_SUM: "a server as the sum of its PSU inputs, where a better source was chosen",
    Role.PSU: "a power supply unit",
    Role.PSU_INPUT: "a power supply unit's input",
    Role.PSU_OUTPUT: "a power supply unit's output",
    Role.REDUNDANCY: "a redundant group of parts (PSUs, fans)",
    Role.CPU: "a processor (all of them where the label is empty)",
    Role.DIMM: "memory (all of it where the label is empty)",
    Role.DISK: "disks (all of them where the label is empty)",
    Role.BOARD: "a point on the boards",
    Role.FAN: "a fan (all of them where the label is empty)",
    Role.AIR_INLET: "the air that a server takes in",
    Role.AIR_EXHAUST: "the air that a server blows out",
    Role.SEL: "the event log",
    Role.RACK: "all that a rack PDU feeds",
    Role.POWER_INLET: "an inlet of a rack PDU",
    Role.PHASE: "a phase of a rack PDU's feed",
    Role.BRANCH: "a branch (the outlets behind one breaker)",
    Role.OUTLET: "an outlet",
    Role.ENVIRONMENT: "the room or rack air at a probe",
    Role.UPS: "a UPS as a whole",
    Role.UPS_INPUT: "a UPS input line",
    Role.UPS_OUTPUT: "a UPS output line",
    Role.UPS_BYPASS: "a UPS bypass line",
    Role.BATTERY: "a UPS battery",
    Role.SENSOR: "a sensor that no profile line names, under its own name",
}

_MEASURES: dict[Quantity, str] = {
    Quantity.POWER: "Active power of {}.",
    Quantity.APPARENT_POWER: "Apparent power of {}.",
    Quantity.ENERGY: "Energy of {} as its own meter counts it.",
    Quantity.CURRENT: "Current of {}.",
    Quantity.VOLTAGE: "Voltage of {}.",
    Quantity.POWER_FACTOR: "Power factor of {}, 0 to 1.",
    Quantity.FREQUENCY: "Frequency of {}.",
    Quantity.TEMPERATURE: "Temperature of {}.",
    Quantity.HUMIDITY: "Relative humidity of {}, 0 to 1.",
    Quantity.FAN_SPEED: "Rotations per minute of {}.",
    Quantity.DUTY: "Drive of {} as a share of its maximum, 0 to 1.",
    Quantity.LOAD: "Load of {} as a share of its rating, 0 to 1.",
    Quantity.CHARGE: "Charge of {}, 0 to 1.",
    Quantity.UTILIZATION: "Utilization of {}, 0 to 1.",
    Quantity.RUNTIME: "Time that {} can go on at the present load.",
    Quantity.COUNT: "Number reported by {}.",
    Quantity.STATE: "State of {}: 0 ok, 1 warning, 2 critical; the label says it in words.",
}

_HELPS: dict[tuple[Role, Quantity], str] = {
    (Role.CHASSIS, Quantity.STATE): "1 while a server is powered on, 0 while it is off on purpose.",
    (Role.SEL, Quantity.COUNT): "Entries in the event log.",
    (Role.SEL, Quantity.LOAD): "Share of the event log in use, 0 to 1.",
    (Role.ALARM, Quantity.COUNT): "Alarms that the device reports as active.",
}

_Q = Quantity
_ELECTRIC = (_Q.POWER, _Q.APPARENT_POWER, _Q.ENERGY, _Q.CURRENT, _Q.VOLTAGE, _Q.POWER_FACTOR)
_WORDS: dict[Role, tuple[Quantity, ...]] = {
    Role.NODE: (_Q.POWER, _Q.UTILIZATION, _Q.STATE),
    Role.NODE_DCMI: (_Q.POWER,),
    Role.NODE_SDR: (_Q.POWER,),
    Role.NODE_PSU_SUM: (_Q.POWER,),
    Role.CHASSIS: (_Q.STATE,),
    Role.PSU: (_Q.STATE, _Q.TEMPERATURE, _Q.LOAD),
    Role.PSU_INPUT: (_Q.POWER, _Q.CURRENT, _Q.VOLTAGE),
    Role.PSU_OUTPUT: (_Q.POWER, _Q.CURRENT, _Q.VOLTAGE),
    Role.REDUNDANCY: (_Q.STATE,),
    Role.CPU: (_Q.TEMPERATURE, _Q.POWER, _Q.UTILIZATION, _Q.STATE, _Q.VOLTAGE),
    Role.DIMM: (_Q.TEMPERATURE, _Q.POWER, _Q.UTILIZATION, _Q.STATE),
    Role.DISK: (_Q.TEMPERATURE, _Q.POWER, _Q.STATE),
    Role.BOARD: (_Q.TEMPERATURE, _Q.VOLTAGE, _Q.CURRENT, _Q.POWER),
    Role.FAN: (_Q.FAN_SPEED, _Q.DUTY, _Q.POWER, _Q.STATE),
    Role.AIR_INLET: (_Q.TEMPERATURE,),
    Role.AIR_EXHAUST: (_Q.TEMPERATURE,),
    Role.SEL: (_Q.COUNT, _Q.LOAD),
    Role.RACK: (*_ELECTRIC, _Q.STATE, _Q.FREQUENCY),
    Role.POWER_INLET: (*_ELECTRIC, _Q.FREQUENCY, _Q.STATE),
    Role.PHASE: (*_ELECTRIC, _Q.STATE, _Q.FREQUENCY),
    Role.BRANCH: (*_ELECTRIC, _Q.STATE),
    Role.OUTLET: (*_ELECTRIC, _Q.STATE, _Q.FREQUENCY),
    Role.ENVIRONMENT: (_Q.TEMPERATURE, _Q.HUMIDITY, _Q.STATE),
    Role.UPS: (_Q.STATE, _Q.LOAD, _Q.TEMPERATURE),
    Role.UPS_INPUT: (_Q.POWER, _Q.CURRENT, _Q.VOLTAGE, _Q.FREQUENCY),
    Role.UPS_OUTPUT: (_Q.POWER, _Q.CURRENT, _Q.VOLTAGE, _Q.FREQUENCY, _Q.LOAD, _Q.APPARENT_POWER),
    Role.UPS_BYPASS: (_Q.POWER, _Q.CURRENT, _Q.VOLTAGE, _Q.FREQUENCY),
    Role.BATTERY: (_Q.STATE, _Q.CHARGE, _Q.RUNTIME, _Q.VOLTAGE, _Q.CURRENT, _Q.TEMPERATURE),
    Role.ALARM: (_Q.COUNT,),
    Role.SENSOR: (
        *(_Q.TEMPERATURE, _Q.VOLTAGE, _Q.CURRENT, _Q.POWER, _Q.FAN_SPEED, _Q.FREQUENCY),
        *(_Q.HUMIDITY, _Q.UTILIZATION, _Q.ENERGY, _Q.STATE, _Q.COUNT),
    ),
}

_SLOW_QUANTITIES = frozenset({_Q.STATE, _Q.COUNT, _Q.RUNTIME, _Q.CHARGE})
_FAST_QUANTITIES = frozenset({_Q.POWER, _Q.ENERGY})
_FAST_ROLES = frozenset({Role.AIR_INLET, Role.CHASSIS, Role.NODE})
_URGENT = frozenset({Role.UPS, Role.BATTERY})
"""A UPS's state matters at once, however slowly other states change."""


def _tier(role: Role, quantity: Quantity) -> Tier:
    if role in _FAST_ROLES or role in _URGENT or quantity in _FAST_QUANTITIES:
        return Tier.FAST
    slow = quantity in _SLOW_QUANTITIES or role in (Role.SEL, Role.ALARM)
    return Tier.SLOW if slow else Tier.NORMAL


def _labels(role: Role, quantity: Quantity) -> tuple[str, ...]:
    component = COMPONENT_LABEL.get(role)
    labels = (component,) if component else ()
    if quantity is Quantity.STATE and role is not Role.CHASSIS:
        labels = (*labels, "state")
    return labels


def _metric(role: Role, quantity: Quantity) -> Metric:
    key = (role, quantity)
    return Metric(
        role=role,
        quantity=quantity,
        name=_NAMES.get(key, f"dcagent_{role.value}_{quantity.value}"),
        help=_HELPS.get(key) or _MEASURES[quantity].format(_SUBJECTS[role]),
        tier=_tier(role, quantity),
        labels=_labels(role, quantity),
        qualified=key in _SOURCED,
    )


METRICS: dict[tuple[Role, Quantity], Metric] = {
    (role, quantity): _metric(role, quantity)
    for role, quantities in _WORDS.items()
    for quantity in quantities
}
"""Every family that a profile can fill."""

WORDS: dict[str, Metric] = {metric.word: metric for metric in METRICS.values()}
"""The closed vocabulary of profiles: "node.power_watts" and so on."""


@cache
def metric(role: Role, quantity: Quantity) -> Metric:
    """The family of one word. KeyError: the word is not in the catalogue."""
    return METRICS[(role, quantity)]


def metric_of(sensor: Sensor) -> Metric:
    """The family that a sensor's readings belong to."""
    return METRICS[(sensor.role, sensor.quantity)]
