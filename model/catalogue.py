"""The one list of what dcagent exports from devices: word ↔ metric name, help, labels, tier.

A profile may only use words that stand here; `exporters` and `docs/metrics.md` are made from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from model.catalogue_help import HELPS, MEASURES, SUBJECTS
from model.devices import Tier
from model.sensors import UNITS, Quantity, Role, Sensor

COMPONENT_LABEL: dict[Role, str] = {
    Role.PSU: "psu",
    Role.PSU_INPUT: "psu",
    Role.PSU_OUTPUT: "psu",
    Role.REDUNDANCY: "sensor",
    Role.SUBSYSTEM: "subsystem",
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
    Role.COOLING: "unit",
    Role.COOLING_OUTPUT: "unit",
    Role.COOLING_DEMAND: "unit",
    Role.COOLING_SETPOINT: "sensor",
    Role.COOLING_FAN: "fan",
    Role.SUPPLY_AIR: "sensor",
    Role.RETURN_AIR: "sensor",
    Role.OUTDOOR_AIR: "sensor",
    Role.SUPPLY_WATER: "sensor",
    Role.RETURN_WATER: "sensor",
    Role.COMPRESSOR: "compressor",
    Role.FREE_COOLING: "unit",
    Role.VALVE: "valve",
    Role.LEAK: "sensor",
    Role.SENSOR: "sensor",
    Role.DEVICE: "device",
    Role.ACCELERATOR: "device",
    Role.MEMORY: "controller",
}
"""The label that carries a sensor's component; a role not here has one sensor per device."""

SERVER_ROLES = frozenset(
    {
        Role.NODE,
        Role.NODE_DCMI,
        Role.NODE_SDR,
        Role.NODE_PSU_SUM,
        Role.NODE_METER,
        Role.NODE_RAPL,
        Role.NODE_SNMP,
        Role.DEVICE,
        Role.ACCELERATOR,
        Role.MEMORY,
        Role.BMC,
        Role.CHASSIS,
        Role.PSU,
        Role.PSU_INPUT,
        Role.PSU_OUTPUT,
        Role.REDUNDANCY,
        Role.SUBSYSTEM,
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

_COOLING_PARTS = frozenset(
    {
        *(Role.SUPPLY_AIR, Role.RETURN_AIR, Role.OUTDOOR_AIR),
        *(Role.SUPPLY_WATER, Role.RETURN_WATER),
        *(Role.COMPRESSOR, Role.FREE_COOLING, Role.VALVE, Role.LEAK),
    }
)
"""Parts of a cooling unit: their families are named dcagent_cooling_<role>_<quantity>."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One exported family. `type` is gauge or counter; `labels` beside target, place and node.

    `further` are the labels that its readings bring along, whichever device they are of.
    """

    role: Role
    quantity: Quantity
    name: str
    help: str
    tier: Tier
    labels: tuple[str, ...]
    qualified: bool = False
    further: tuple[str, ...] = ()

    @property
    def type(self) -> str:
        """The Prometheus type."""
        counts = self.quantity in (Quantity.ENERGY, Quantity.ERRORS)
        return "counter" if counts else "gauge"

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
    (Role.DEVICE, Quantity.UTILIZATION): "dcagent_node_device_utilization_ratio",
    (Role.DEVICE, Quantity.PEAK): "dcagent_node_peak_flops",
    (Role.BMC, Quantity.INFO): "dcagent_node_bmc_info",
}
"""Where the contract's name is not dcagent_<role>_<quantity> (a gauge may not end in _count)."""

_SOURCED = frozenset({(Role.NODE, Quantity.POWER), (Role.RACK, Quantity.POWER)})
"""Families that carry `source` and `quality`."""

_FURTHER = {
    (Role.DEVICE, Quantity.UTILIZATION): ("basis",),
    (Role.DEVICE, Quantity.PEAK): ("precision",),
    (Role.MEMORY, Quantity.ERRORS): ("kind",),
    (Role.NODE, Quantity.INFO): ("arch", "cpu", "domestic"),
    (Role.BMC, Quantity.INFO): ("address", "mac"),
}

_Q = Quantity
_ELECTRIC = (_Q.POWER, _Q.APPARENT_POWER, _Q.ENERGY, _Q.CURRENT, _Q.VOLTAGE, _Q.POWER_FACTOR)
_WORDS: dict[Role, tuple[Quantity, ...]] = {
    Role.NODE: (_Q.POWER, _Q.UTILIZATION, _Q.STATE, _Q.INFO, _Q.UPTIME),
    Role.NODE_DCMI: (_Q.POWER,),
    Role.NODE_SDR: (_Q.POWER,),
    Role.NODE_PSU_SUM: (_Q.POWER,),
    Role.NODE_METER: (_Q.POWER,),
    Role.NODE_RAPL: (_Q.POWER,),
    Role.NODE_SNMP: (_Q.POWER, _Q.ENERGY),
    Role.DEVICE: (_Q.UTILIZATION, _Q.PEAK),
    Role.ACCELERATOR: (
        *(_Q.POWER, _Q.TEMPERATURE, _Q.UTILIZATION, _Q.STATE, _Q.MEMORY_USED, _Q.MEMORY_TOTAL),
    ),
    Role.MEMORY: (_Q.ERRORS,),
    Role.BMC: (_Q.INFO,),
    Role.CHASSIS: (_Q.STATE,),
    Role.PSU: (_Q.STATE, _Q.TEMPERATURE, _Q.LOAD),
    Role.PSU_INPUT: (_Q.POWER, _Q.CURRENT, _Q.VOLTAGE),
    Role.PSU_OUTPUT: (_Q.POWER, _Q.CURRENT, _Q.VOLTAGE),
    Role.REDUNDANCY: (_Q.STATE,),
    Role.SUBSYSTEM: (_Q.POWER,),
    Role.CPU: (_Q.TEMPERATURE, _Q.POWER, _Q.UTILIZATION, _Q.STATE, _Q.VOLTAGE, _Q.ENERGY),
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
    Role.METER: (_Q.POWER, _Q.APPARENT_POWER, _Q.ENERGY, _Q.POWER_FACTOR, _Q.FREQUENCY),
    Role.ENVIRONMENT: (_Q.TEMPERATURE, _Q.HUMIDITY, _Q.STATE),
    Role.UPS: (_Q.STATE, _Q.LOAD, _Q.TEMPERATURE, _Q.ENERGY),
    Role.UPS_INPUT: (_Q.POWER, _Q.CURRENT, _Q.VOLTAGE, _Q.FREQUENCY),
    Role.UPS_OUTPUT: (_Q.POWER, _Q.CURRENT, _Q.VOLTAGE, _Q.FREQUENCY, _Q.LOAD, _Q.APPARENT_POWER),
    Role.UPS_BYPASS: (_Q.POWER, _Q.CURRENT, _Q.VOLTAGE, _Q.FREQUENCY),
    Role.BATTERY: (_Q.STATE, _Q.CHARGE, _Q.RUNTIME, _Q.VOLTAGE, _Q.CURRENT, _Q.TEMPERATURE),
    Role.COOLING: (_Q.STATE, _Q.POWER, _Q.LOAD, _Q.TEMPERATURE, _Q.HUMIDITY),
    Role.COOLING_OUTPUT: (_Q.POWER,),
    Role.COOLING_DEMAND: (_Q.POWER,),
    Role.COOLING_SETPOINT: (_Q.TEMPERATURE, _Q.HUMIDITY),
    Role.COOLING_FAN: (_Q.DUTY, _Q.FAN_SPEED, _Q.STATE),
    Role.SUPPLY_AIR: (_Q.TEMPERATURE, _Q.HUMIDITY),
    Role.RETURN_AIR: (_Q.TEMPERATURE, _Q.HUMIDITY),
    Role.OUTDOOR_AIR: (_Q.TEMPERATURE, _Q.HUMIDITY),
    Role.SUPPLY_WATER: (_Q.TEMPERATURE, _Q.FLOW),
    Role.RETURN_WATER: (_Q.TEMPERATURE,),
    Role.COMPRESSOR: (_Q.DUTY, _Q.STATE),
    Role.FREE_COOLING: (_Q.DUTY, _Q.STATE),
    Role.VALVE: (_Q.DUTY,),
    Role.LEAK: (_Q.STATE,),
    Role.ALARM: (_Q.COUNT,),
    Role.SENSOR: (
        *(_Q.TEMPERATURE, _Q.VOLTAGE, _Q.CURRENT, _Q.POWER, _Q.FAN_SPEED, _Q.FREQUENCY),
        *(_Q.HUMIDITY, _Q.UTILIZATION, _Q.ENERGY, _Q.STATE, _Q.COUNT),
    ),
}

_SLOW_QUANTITIES = frozenset({_Q.STATE, _Q.COUNT, _Q.RUNTIME, _Q.CHARGE, _Q.PEAK, _Q.INFO})
_FAST_QUANTITIES = frozenset({_Q.POWER, _Q.ENERGY})
_FAST_ROLES = frozenset({Role.AIR_INLET, Role.CHASSIS, Role.NODE, Role.DEVICE})
_FEEDS = frozenset(
    {
        *(Role.PSU_INPUT, Role.RACK, Role.POWER_INLET, Role.PHASE, Role.UPS_INPUT),
        Role.UPS_OUTPUT,
    }
)
"""Where volts and amperes witness the watts: what is judged together is asked together."""
_URGENT = frozenset({Role.UPS, Role.BATTERY, Role.COOLING, Role.SUPPLY_AIR, Role.LEAK})
"""A UPS's or a cooler's state matters at once, however slowly other states change."""


def _tier(role: Role, quantity: Quantity) -> Tier:
    if role in _FAST_ROLES or role in _URGENT or quantity in _FAST_QUANTITIES:
        return Tier.FAST
    if role in _FEEDS and quantity in (_Q.VOLTAGE, _Q.CURRENT):
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
    part = f"cooling_{role.value}" if role in _COOLING_PARTS else role.value
    return Metric(
        role=role,
        quantity=quantity,
        name=_NAMES.get(key, f"dcagent_{part}_{quantity.value}"),
        help=HELPS.get(key) or MEASURES[quantity].format(SUBJECTS[role]),
        tier=_tier(role, quantity),
        labels=_labels(role, quantity),
        qualified=key in _SOURCED,
        further=_FURTHER.get(key, ()),
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
