"""Writes sensor data records byte by byte (IPMI v2.0 rev 1.1 §43), for invented captures."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

SDR_VERSION = 0x51
FULL, COMPACT, EVENT_ONLY, FRU_LOCATOR, MC_LOCATOR, OEM = 0x01, 0x02, 0x03, 0x11, 0x12, 0xC0
BMC_ADDRESS = 0x20

THRESHOLD = 0x01
SENSOR_SPECIFIC = 0x6F
"""Event/reading types (table 42-1)."""

UNSPECIFIED, CELSIUS, VOLTS, AMPERES, WATTS, RPM = 0, 1, 4, 5, 6, 18
"""Base units (table 43-15)."""

LINEAR, INVERSE, NON_LINEAR = 0, 7, 0x70
"""Linearisations (§43.1 byte 24): 7 is 1/x, from 70h the factors come by Get Sensor Reading
Factors."""

BOUNDS = ("lnc", "lcr", "lnr", "unc", "ucr", "unr")
"""Thresholds in the bit order of masks and of Get Sensor Thresholds (§35.9)."""

_EVENT_BITS = {"lnc": 0, "lcr": 2, "lnr": 4, "unc": 7, "ucr": 9, "unr": 11}
_RECORD_ORDER = ("unr", "ucr", "unc", "lnr", "lcr", "lnc")
_AUTO_REARM, _READABLE = 0x40, 0x04
_LONGEST_NAME = 16


@dataclass(frozen=True, slots=True)
class Scale:
    """value = L((m × raw + b × 10^b_exp) × 10^exp), raw signed or not (§36.3)."""

    m: int = 1
    b: int = 0
    b_exp: int = 0
    exp: int = 0
    signed: bool = False
    linear: int = LINEAR

    def value(self, raw: int) -> float:
        """What a raw byte means (linear and 1/x only)."""
        number = raw - 256 if self.signed and raw > 127 else raw
        linear: float = (self.m * number + self.b * 10.0**self.b_exp) * 10.0**self.exp
        if self.linear == INVERSE:
            return 1 / linear if linear else math.inf
        return linear

    def raw(self, value: float) -> int:
        """The nearest raw byte. ValueError: the value does not fit."""
        wanted = 1 / value if self.linear == INVERSE else value
        number = round((wanted / 10.0**self.exp - self.b * 10.0**self.b_exp) / self.m)
        low, high = (-128, 127) if self.signed else (0, 255)
        if not low <= number <= high:
            raise ValueError(f"{value} needs the raw value {number}, outside {low}…{high}")
        return number & 0xFF


@dataclass(frozen=True, slots=True)
class SensorRecord:
    """What full, compact and event-only records share. `entity` is (id, instance).

    `longest` is what the name may have: 16 bytes by the standard, more on some boards.
    """

    name: str
    number: int
    sensor_type: int
    event_type: int = SENSOR_SPECIFIC
    entity: tuple[int, int] = (0x07, 1)
    lun: int = 0
    longest: int = _LONGEST_NAME

    def key(self) -> bytes:
        """Owner, LUN, number (record bytes 6 to 8)."""
        return bytes((BMC_ADDRESS, self.lun, self.number))


@dataclass(frozen=True, slots=True)
class Analog:
    """An analog threshold sensor: base unit (table 43-15), scale, limits in that unit."""

    sensor_type: int
    unit: int
    scale: Scale = field(default_factory=Scale)
    limits: Mapping[str, float] = field(default_factory=dict)
    percent: bool = False
    modifier: int = 0

    def thresholds(self) -> dict[str, int]:
        """The limits as raw bytes."""
        return {bound: self.scale.raw(value) for bound, value in self.limits.items()}


def record(kind: int, body: bytes) -> bytes:
    """Header and body; the record id stays 0 until the repository gives one."""
    return struct.pack("<HBBB", 0, SDR_VERSION, kind, len(body)) + body


def full(sensor: SensorRecord, analog: Analog) -> bytes:
    """A full sensor record (§43.1); of one that is no threshold sensor, a number with states."""
    limits = analog.thresholds()
    readable = sum(1 << BOUNDS.index(bound) for bound in limits)
    events = sum(1 << _EVENT_BITS[bound] for bound in limits)
    scale = analog.scale
    units = (0x80 if scale.signed else 0) | (0x01 if analog.percent else 0)
    high, low = (0x7F, 0x80) if scale.signed else (0xFF, 0x00)
    body = sensor.key() + bytes((*sensor.entity, 0x7F))
    abilities = _AUTO_REARM | (_READABLE if limits else 0)
    body += bytes((abilities, sensor.sensor_type, sensor.event_type))
    body += struct.pack("<HHH", events, events, readable)
    body += bytes((units, analog.unit, analog.modifier, scale.linear))
    body += _ten_bits(scale.m) + _ten_bits(scale.b)
    body += bytes((0, (scale.exp & 0x0F) << 4 | scale.b_exp & 0x0F, 0, 0, 0, 0, high, low))
    body += bytes(limits.get(bound, 0) for bound in _RECORD_ORDER)
    return record(FULL, body + bytes(5) + id_string(sensor.name, sensor.longest))


def compact(sensor: SensorRecord, states: int, *, share: int = 1) -> bytes:
    """A compact record (§43.2) of a discrete sensor; `states` is the mask that it can report.

    With `share` it stands for that many sensors: numbers and entity instances count up and the
    name gets the instance's digit.
    """
    body = sensor.key() + bytes((*sensor.entity, 0x67))
    body += bytes((_AUTO_REARM, sensor.sensor_type, sensor.event_type))
    body += struct.pack("<HHH", states, 0, states)
    body += bytes((0xC0, 0, 0, share, 0x80 if share > 1 else 0)) + bytes(6)
    return record(COMPACT, body + id_string(sensor.name, sensor.longest))


def event_only(sensor: SensorRecord) -> bytes:
    """An event-only record (§43.3): a sensor that cannot be read."""
    body = sensor.key() + bytes((*sensor.entity, sensor.sensor_type, sensor.event_type))
    return record(EVENT_ONLY, body + bytes((1, 0, 0, 0)) + id_string(sensor.name, sensor.longest))


def fru_locator(name: str, fru: int, entity: tuple[int, int]) -> bytes:
    """A FRU device locator (§43.8) of a logical FRU."""
    body = bytes((BMC_ADDRESS, fru, 0x80, 0, 0, 0x10, 0, *entity, 0))
    return record(FRU_LOCATOR, body + id_string(name))


def mc_locator(name: str) -> bytes:
    """A management controller locator (§43.9) of the BMC itself."""
    body = bytes((BMC_ADDRESS, 0, 0, 0xBF, 0, 0, 0, 0x06, 0x01, 0))
    return record(MC_LOCATOR, body + id_string(name))


def oem(manufacturer: int, data: bytes) -> bytes:
    """An OEM record (§43.12)."""
    return record(OEM, manufacturer.to_bytes(3, "little") + data)


def id_string(name: str, longest: int = _LONGEST_NAME) -> bytes:
    """Type/length byte and the name in 8-bit ASCII, or UTF-8 as boards that speak Chinese do.

    (§43.15.) ValueError: longer than 16 bytes, or than `longest`.
    """
    text = name.encode("utf-8" if any(ord(c) > 0xFF for c in name) else "latin-1")
    if not 0 < len(text) <= longest:
        raise ValueError(f"sensor name {name!r} has {len(text)} characters, 1 to {longest} fit")
    return bytes((0xC0 | len(text),)) + text


def _ten_bits(number: int) -> bytes:
    """M or B: ten bits of two's complement, the upper two atop the second byte."""
    if not -512 <= number <= 511:
        raise ValueError(f"{number} does not fit into ten bits")
    bits = number & 0x3FF
    return bytes((bits & 0xFF, bits >> 8 << 6))
