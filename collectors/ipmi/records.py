"""Sensor data records (IPMI v2.0 rev 1.1 §43), decoded by python-ipmi.

It is imported when the first record is decoded.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

from collectors.ipmi.linear import NO_ANALOG, Formula, Unit
from collectors.ipmi.text import LENGTH_MASK, decode_name
from collectors.protocol import Failure
from model.readings import Reason

FULL, COMPACT = 0x01, 0x02
HEADER_SIZE = 5
_NAME_AT = {FULL: 47, COMPACT: 31}
"""Where the type/length byte of the ID string stands."""
_NO_NAME = b"\xc0"
_THRESHOLDS = ("lnc", "lcr", "lnr", "unc", "ucr", "unr")
"""In the order of the readable mask's bits (table 43-1, byte 19)."""
_THRESHOLD_ACCESS = ("threshold_readable", "threshold_read_and_setable", "threshold_fixed")


@dataclass(frozen=True, slots=True)
class Sharing:
    """How one compact record stands for several sensors (table 43-2, bytes 24 and 25)."""

    count: int = 1
    alphabetic: bool = False
    offset: int = 0
    entities_differ: bool = False


@dataclass(frozen=True, slots=True)
class SensorRecord:
    """A full or compact sensor record.

    `formula` is None for compact records and such as give no number; `thresholds` are raw, in the
    order lower non-critical, critical, non-recoverable, upper the same; None: not readable.
    """

    id: int
    name: str
    owner: int
    lun: int
    number: int
    entity: int
    instance: int
    sensor_type: int
    event_type: int
    unit: Unit
    formula: Formula | None = None
    thresholds: tuple[int | None, ...] = (None,) * 6
    sharing: Sharing = Sharing()


def decode(record: bytes) -> SensorRecord | None:
    """The record; None for those that describe no readable sensor. Failure UNDECODABLE."""
    if len(record) < HEADER_SIZE:
        raise Failure(Reason.UNDECODABLE, f"a record of {len(record)} bytes")
    place = _NAME_AT.get(record[3])
    if place is None:
        return None
    if len(record) <= place:
        raise Failure(Reason.UNDECODABLE, f"record {_id(record):04x}h is cut short")
    # The name is ours to decode (python-ipmi knows no GB18030 and may fail on it).
    raw = _parsed(record[:place] + _NO_NAME)
    name = _name(record[place:])
    return _full(raw, name) if record[3] == FULL else _compact(raw, name)


def unreadable(record: bytes) -> SensorRecord | None:
    """What can be told of a sensor record that cannot be decoded; None: not even its number."""
    if len(record) < HEADER_SIZE + 5 or record[3] not in _NAME_AT:
        return None
    name = f"SDR {_id(record):04x}h"
    return SensorRecord(
        *(_id(record), name, record[5], record[6] & 3, record[7], record[8], record[9]),
        *(record[12] if len(record) > 12 else 0, record[13] if len(record) > 13 else 0),
        Unit(0, percentage=False, compound=False),
    )


def _id(record: bytes) -> int:
    return record[0] | record[1] << 8


def _name(field: bytes) -> str:
    kind, size = field[0] >> 6, field[0] & LENGTH_MASK
    return decode_name(kind, field[1 : 1 + size])


def _parsed(record: bytes) -> Any:
    """python-ipmi's own object. Failure UNDECODABLE: it does not understand the record."""
    from pyipmi.errors import DecodingError  # noqa: PLC0415
    from pyipmi.sdr import SdrCommon  # noqa: PLC0415

    try:
        return SdrCommon.from_data(record)
    except (DecodingError, LookupError, ValueError, TypeError, struct.error) as error:
        words = f"record {_id(record):04x}h: {type(error).__name__} {error}"
        raise Failure(Reason.UNDECODABLE, words) from error


def _full(raw: Any, name: str) -> SensorRecord:
    formula = Formula(
        *(raw.analog_data_format, raw.linearization, raw.m, raw.b, raw.k1, raw.k2),
    )
    accessible = any(word in raw.capabilities for word in _THRESHOLD_ACCESS)
    mask = raw.discrete_reading_mask & 0x3F if accessible else 0
    thresholds = tuple(
        raw.threshold[word] if mask >> bit & 1 else None for bit, word in enumerate(_THRESHOLDS)
    )
    unit = Unit(raw.units_2, bool(raw.percentage), bool(raw.rate_unit or raw.modifier_unit))
    return SensorRecord(
        *_key(raw, name),
        unit=unit,
        formula=None if formula.format == NO_ANALOG else formula,
        thresholds=thresholds,
    )


def _compact(raw: Any, name: str) -> SensorRecord:
    low, high = raw.record_sharing & 0xFF, raw.record_sharing >> 8
    sharing = Sharing(max(low & 0x0F, 1), bool(low & 0x10), high & 0x7F, bool(high & 0x80))
    unit = Unit(raw.units_2, bool(raw.units_1 & 1), bool(raw.units_1 & 0x3E))
    return SensorRecord(*_key(raw, name), unit=unit, sharing=sharing)


def _key(raw: Any, name: str) -> tuple[int, str, int, int, int, int, int, int, int]:
    ids = (raw.owner_id, raw.owner_lun, raw.number, raw.entity_id, raw.entity_instance)
    return (raw.id, name, *ids, raw.sensor_type_code, raw.event_reading_type_code)
