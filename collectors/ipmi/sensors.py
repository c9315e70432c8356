"""From records to the sensors of a board: names, shared records, tables, limits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakValueDictionary

from collectors.ipmi import records
from collectors.ipmi.linear import NON_LINEAR, Table, quantity_of, table
from collectors.ipmi.readings import Meter
from collectors.ipmi.records import SensorRecord
from collectors.protocol import Failure
from model.raw import SensorDef, SensorTable
from model.readings import Fault, Reason
from model.sensors import NO_LIMITS, Limits

_THRESHOLD_TYPE = 0x01
_BMC_OWNERS = (0x20, 0x00)
"""The BMC's own slave address; some firmware leaves the owner empty."""
_ENTITY_MASK = 0x7F


@dataclass(frozen=True, eq=False)
class Board:
    """The sensors that one set of records describes; boards with the same records share it."""

    table: SensorTable
    meters: Mapping[str, Meter]


_boards: WeakValueDictionary[bytes, Board] = WeakValueDictionary()


def understand(raw: Sequence[bytes]) -> Board:
    """The board of a repository's records. A record that cannot be decoded costs only itself."""
    digest = hashlib.sha256()
    for record in raw:
        digest.update(len(record).to_bytes(2, "little") + record)
    key = digest.digest()
    board = _boards.get(key)
    if board is None:
        board = _boards[key] = _understood(raw)
    return board


def _understood(raw: Sequence[bytes]) -> Board:
    meters: dict[str, Meter] = {}
    repeats: dict[str, int] = {}
    for record, trouble in _decoded(raw):
        for index in range(record.sharing.count):
            name = _name(record, index)
            repeats[name] = count = repeats.get(name, 0) + 1
            key = name if count == 1 else f"{name}#{count}"
            while key in meters:
                repeats[name] = count = count + 1
                key = f"{name}#{count}"
            meters[key] = _meter(record, index, key, name, trouble)
    return Board(SensorTable(tuple(meter.definition for meter in meters.values())), meters)


def _decoded(raw: Sequence[bytes]) -> Iterator[tuple[SensorRecord, Fault | None]]:
    for record in raw:
        try:
            found, trouble = records.decode(record), None
        except Failure as failure:
            found, trouble = records.unreadable(record), failure.fault()
        if found is not None:
            yield found, trouble


def _name(record: SensorRecord, index: int) -> str:
    """The sensor's own name; shared ones count on from the record's offset (table 43-2)."""
    name = record.name or f"Sensor {record.number:#04x}"
    sharing = record.sharing
    if sharing.count == 1:
        return name
    number = sharing.offset + index
    if not sharing.alphabetic:
        return f"{name} {number}"
    tens, ones = divmod(number, 26)
    return f"{name} " + (chr(ord("A") + tens - 1) if tens else "") + chr(ord("A") + ones)


def _meter(record: SensorRecord, index: int, key: str, name: str, trouble: Fault | None) -> Meter:
    formula, unit = record.formula, record.unit
    values = table(formula, unit) if formula else None
    factory = formula if formula and formula.linearization in NON_LINEAR else None
    numeric = record.event_type == _THRESHOLD_TYPE or (
        values is not None and quantity_of(unit) is not None
    )
    if not numeric:
        values = factory = None
    definition = SensorDef(
        key=key,
        name=name,
        number=(record.number + index) & 0xFF,
        lun=record.lun,
        sensor_type=record.sensor_type,
        event_type=record.event_type,
        entity=record.entity,
        instance=_instance(record, index),
        quantity=quantity_of(unit) if values or factory else None,
        limits=_limits(record, values),
    )
    lack = (
        trouble or _foreign(record) or (_numberless(record) if not values and not factory else None)
    )
    return Meter(definition, unit, values, factory, lack)


def _instance(record: SensorRecord, index: int) -> int:
    step = index if record.sharing.entities_differ else 0
    return (record.instance & _ENTITY_MASK) + step


def _foreign(record: SensorRecord) -> Fault | None:
    """A fault for sensors of other controllers: the BMC's sensor of that number is not theirs."""
    if record.owner in _BMC_OWNERS:
        return None
    words = f"belongs to controller {record.owner:02x}h, not to the BMC"
    return Fault(None, Reason.UNSUPPORTED, words)


def _numberless(record: SensorRecord) -> Fault | None:
    """A fault for threshold sensors whose record says no formula."""
    if record.event_type != _THRESHOLD_TYPE:
        return None
    return Fault(None, Reason.UNDECODABLE, "the record gives no formula for its readings")


def _limits(record: SensorRecord, values: Table | None) -> Limits:
    """The readable thresholds in the reading's unit (table 43-1, bytes 37 to 42)."""
    if values is None or record.event_type != _THRESHOLD_TYPE:
        return NO_LIMITS
    lnc, lcr, lnr, unc, ucr, unr = (
        None if raw is None else values[raw] for raw in record.thresholds
    )
    limits = Limits(lnr, lcr, lnc, unc, ucr, unr)
    return NO_LIMITS if limits == NO_LIMITS else limits
