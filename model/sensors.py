"""What can be measured, and what it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from weakref import WeakValueDictionary


class Quantity(StrEnum):
    """What is measured; the value is the profile's word and fixes the unit for everyone."""

    __hash__ = str.__hash__  # an Enum's own is written in Python, and words are looked up often

    POWER = "power_watts"
    APPARENT_POWER = "apparent_power_voltamperes"
    ENERGY = "energy_joules_total"
    CURRENT = "current_amperes"
    VOLTAGE = "voltage_volts"
    POWER_FACTOR = "power_factor_ratio"
    FREQUENCY = "frequency_hertz"
    TEMPERATURE = "temperature_celsius"
    HUMIDITY = "humidity_ratio"
    FAN_SPEED = "speed_rpm"
    DUTY = "duty_ratio"
    LOAD = "load_ratio"
    CHARGE = "charge_ratio"
    UTILIZATION = "utilization_ratio"
    RUNTIME = "runtime_seconds"
    COUNT = "count"
    STATE = "state"
    MEMORY_USED = "memory_used_bytes"
    MEMORY_TOTAL = "memory_total_bytes"
    ERRORS = "errors_total"
    UPTIME = "uptime_seconds"
    PEAK = "peak_flops"
    FLOW = "flow_cubic_meters_per_second"
    INFO = "info"


UNITS: dict[Quantity, str] = {
    Quantity.POWER: "W",
    Quantity.APPARENT_POWER: "VA",
    Quantity.ENERGY: "J",
    Quantity.CURRENT: "A",
    Quantity.VOLTAGE: "V",
    Quantity.POWER_FACTOR: "1",
    Quantity.FREQUENCY: "Hz",
    Quantity.TEMPERATURE: "Cel",
    Quantity.HUMIDITY: "1",
    Quantity.FAN_SPEED: "rpm",
    Quantity.DUTY: "1",
    Quantity.LOAD: "1",
    Quantity.CHARGE: "1",
    Quantity.UTILIZATION: "1",
    Quantity.RUNTIME: "s",
    Quantity.COUNT: "1",
    Quantity.STATE: "state",
    Quantity.MEMORY_USED: "1",
    Quantity.MEMORY_TOTAL: "1",
    Quantity.ERRORS: "1",
    Quantity.UPTIME: "s",
    Quantity.PEAK: "1",
    Quantity.FLOW: "1",  # the JSON results have no word for cubic metres per second
    Quantity.INFO: "1",
}
"""UCUM-like unit of each quantity, as the JSON results print it; ratios run from 0 to 1."""


class Role(StrEnum):
    """What a reading stands for; the value is the profile's word."""

    __hash__ = str.__hash__

    NODE = "node"
    NODE_DCMI = "node_dcmi"
    NODE_SDR = "node_sdr"
    NODE_PSU_SUM = "node_psu_sum"
    NODE_METER = "node_meter"
    NODE_RAPL = "node_rapl"
    NODE_SNMP = "node_snmp"
    DEVICE = "device"
    ACCELERATOR = "accelerator"
    MEMORY = "memory"
    BMC = "bmc"
    CHASSIS = "chassis"
    PSU = "psu"
    PSU_INPUT = "psu_input"
    PSU_OUTPUT = "psu_output"
    REDUNDANCY = "redundancy"
    SUBSYSTEM = "subsystem"
    CPU = "cpu"
    DIMM = "dimm"
    DISK = "disk"
    BOARD = "board"
    FAN = "fan"
    AIR_INLET = "air_inlet"
    AIR_EXHAUST = "air_exhaust"
    SEL = "sel"
    RACK = "rack"
    POWER_INLET = "power_inlet"
    PHASE = "phase"
    BRANCH = "branch"
    OUTLET = "outlet"
    METER = "meter"
    ENVIRONMENT = "environment"
    UPS = "ups"
    UPS_INPUT = "ups_input"
    UPS_OUTPUT = "ups_output"
    UPS_BYPASS = "ups_bypass"
    BATTERY = "battery"
    COOLING = "cooling"
    COOLING_OUTPUT = "cooling_output"
    COOLING_DEMAND = "cooling_demand"
    COOLING_SETPOINT = "cooling_setpoint"
    COOLING_FAN = "cooling_fan"
    SUPPLY_AIR = "supply_air"
    RETURN_AIR = "return_air"
    OUTDOOR_AIR = "outdoor_air"
    SUPPLY_WATER = "supply_water"
    RETURN_WATER = "return_water"
    COMPRESSOR = "compressor"
    FREE_COOLING = "free_cooling"
    VALVE = "valve"
    LEAK = "leak"
    ALARM = "alarm"
    SENSOR = "sensor"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds outside which the device itself calls a reading wrong, in the reading's unit.

    Names follow IPMI v2.0 rev 1.1 §35.8: critical ⊃ warning (non-critical) ⊃ normal.
    """

    lower_fatal: float | None = None
    lower_critical: float | None = None
    lower_warning: float | None = None
    upper_warning: float | None = None
    upper_critical: float | None = None
    upper_fatal: float | None = None

    def items(self) -> tuple[tuple[str, float], ...]:
        """The bounds that are set, as (name, value)."""
        if self is NO_LIMITS:
            return ()
        named = ((name, getattr(self, name)) for name in self.__slots__)
        return tuple((name, value) for name, value in named if value is not None)


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Sensor:
    """One measuring point: what it stands for, what it measures, and which one it is.

    `component` tells apart points of one role on one device ("7" for outlet 7, "" where there is
    but one); `labels` are further names out of the device's own tables.
    """

    role: Role
    quantity: Quantity
    component: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    limits: Limits = NO_LIMITS

    @property
    def word(self) -> str:
        """The catalogue's word, `role.quantity_unit`, such as "node.power_watts"."""
        return word(self.role, self.quantity)


def sensor(
    role: Role,
    quantity: Quantity,
    component: str = "",
    labels: tuple[tuple[str, str], ...] = (),
    limits: Limits = NO_LIMITS,
) -> Sensor:
    """A sensor; equal ones are the same object while they are in use, and so quickly known."""
    key = role, quantity, component, labels, limits
    found = _sensors.get(key)
    if found is None:
        found = _sensors.setdefault(key, Sensor(*key))
    return found


_Key = tuple[Role, Quantity, str, tuple[tuple[str, str], ...], Limits]
_sensors = WeakValueDictionary[_Key, Sensor]()


@cache
def word(role: Role, quantity: Quantity) -> str:
    """The word of what is measured where."""
    return f"{role.value}.{quantity.value}"
