"""What a device said, before a profile gives it meaning; and what to ask it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from model.readings import Fault, Scalar, Source
from model.sensors import NO_LIMITS, Limits, Quantity


@dataclass(frozen=True, slots=True)
class SensorDef:
    """A sensor as the device announces it (IPMI: a full or compact SDR, §43.1, §43.2).

    `key` is its address in `Raw.values`: the name, made unique by "#2", "#3"… where a device
    repeats one. `quantity` is what the SDR's base unit says (None: discrete, or a unit that we
    have no word for); percent is already a ratio. `limits` are in that quantity's unit. `source`
    is what measures: on the machine itself one of several.
    """

    key: str
    name: str
    number: int
    lun: int
    sensor_type: int
    event_type: int
    entity: int
    instance: int
    quantity: Quantity | None = None
    limits: Limits = NO_LIMITS
    source: Source = Source.SDR

    @property
    def discrete(self) -> bool:
        """True where the sensor reports states and no number."""
        return self.stateful and self.quantity in (None, Quantity.STATE)

    @property
    def stateful(self) -> bool:
        """True where the sensor reports states; some BMCs give a number with them."""
        return self.event_type != 0x01


@dataclass(frozen=True, eq=False, slots=True)
class SensorTable:
    """All sensors of one device. Compared by identity: one table lives as long as its SDRs hold."""

    sensors: tuple[SensorDef, ...] = ()


class Sample(NamedTuple):
    """One sensor's answer.

    `value` is in the quantity's unit (None: discrete), `raw` the reading byte, `states` the bit
    mask of asserted offsets (§35.14): bit 0 is state 0.
    """

    value: float | None
    raw: int
    states: int


Value = Scalar | Sample
"""SNMP: what the object held. IPMI: a `Sample` per sensor; a number or text per command."""

DCMI_POWER = "@dcmi.power"
CHASSIS_POWER = "@chassis.power"
SEL_ENTRIES = "@sel.entries"
SEL_USED = "@sel.used"
LAN_ADDRESS = "@lan.address"
LAN_MAC = "@lan.mac"
STANDARD_COMMANDS = (DCMI_POWER, CHASSIS_POWER, SEL_ENTRIES, SEL_USED, LAN_ADDRESS, LAN_MAC)
"""Addresses of what IPMI and DCMI define beside sensors: watts now (DCMI 1.5 §6.6.1), 1 on and 0
off (§28.2), entries in the event log (§31.2), share of the event log in use from 0 to 1; and, asked
in-band alone, the BMC's own IP address ("10.0.0.17") and MAC address ("02:00:…", §23.2)."""
TEXT_COMMANDS = frozenset({LAN_ADDRESS, LAN_MAC})
"""Those that give a text: labels, not readings."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask a device for: single addresses, and (SNMP) columns to walk.

    `max_repetitions` and `outstanding` are what the profile says the device can stand;
    `any_address` is set where it answers from another address than it is asked at.
    """

    gets: tuple[str, ...] = ()
    walks: tuple[str, ...] = ()
    max_repetitions: int = 25
    outstanding: int = 1
    any_address: bool = False


@dataclass(frozen=True, slots=True)
class Raw:
    """Address → what the device answered there.

    SNMP: a walked column gives one entry per instance ("<column>.<index>"); a column that failed
    gives a Fault under the column's own address (beside the instances that were read before).
    IPMI: sensors under their `SensorDef.key`, standard commands under their "@…" address.
    """

    values: Mapping[str, Value | Fault] = field(default_factory=dict)
