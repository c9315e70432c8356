"""Get Sensor Reading (IPMI v2.0 rev 1.1 §35.14) and its factors (§36.2), understood."""

from __future__ import annotations

from collectors.ipmi.completion import fault_of
from collectors.ipmi.linear import Formula, Table, Unit, value
from model.raw import Sample, SensorDef
from model.readings import Fault, Reason

GET_SENSOR_READING, GET_READING_FACTORS = 0x2D, 0x23
_UNAVAILABLE, _SCANNING = 0x20, 0x40
_THRESHOLD_STATES, _DISCRETE_STATES = 0x3F, 0x7F

_SHORT = Fault(None, Reason.UNDECODABLE, "the answer to Get Sensor Reading is cut short")
_NOT_AVAILABLE = Fault(None, Reason.UNAVAILABLE, "reading unavailable")
_NOT_SCANNED = Fault(None, Reason.SCANNING_DISABLED, "scanning disabled")


class Meter:
    """One sensor and how its readings are understood.

    `request` and `lun` address it; `table` turns raw bytes into values where the formula is fixed,
    `factory` (a non-linear formula) asks for factors, both None: it reports states only.
    `trouble` is set where asking is pointless.
    """

    __slots__ = ("definition", "factory", "lun", "request", "table", "trouble", "unit")

    def __init__(
        self,
        definition: SensorDef,
        unit: Unit,
        table: Table | None = None,
        factory: Formula | None = None,
        trouble: Fault | None = None,
    ) -> None:
        self.definition, self.unit = definition, unit
        self.table, self.factory, self.trouble = table, factory, trouble
        self.request, self.lun = bytes((definition.number,)), definition.lun

    def decode(self, answer: bytes) -> Sample | Fault:
        """The sample in an answer (completion code first); a non-linear one lacks its value."""
        if answer[0]:
            return fault_of(answer[0])
        size = len(answer)
        if size < 3:
            return _SHORT
        flags = answer[2]
        if flags & _UNAVAILABLE:
            return _NOT_AVAILABLE
        if not flags & _SCANNING:
            return _NOT_SCANNED
        raw, table = answer[1], self.table
        if table is not None:
            found = table[raw]
            if found is None:
                return Fault(None, Reason.UNDECODABLE, f"the formula has no value at {raw}", raw)
            return Sample(found, raw, self._states(answer))
        if self.factory is None and size == 3:
            return _SHORT
        return Sample(None, raw, self._states(answer))

    def _states(self, answer: bytes) -> int:
        """Thresholds that are crossed, or the states that are asserted; 0 where none is said."""
        low = answer[3] if len(answer) > 3 else 0
        if not self.definition.stateful:
            return low & _THRESHOLD_STATES
        high = answer[4] & _DISCRETE_STATES if len(answer) > 4 else 0
        return low | high << 8


def factored(formula: Formula, unit: Unit, raw: int, answer: bytes) -> float | Fault:
    """The value of a raw byte by the answer to Get Sensor Reading Factors (§36.2)."""
    if answer[0]:
        return fault_of(answer[0])
    if len(answer) < 8:
        return Fault(None, Reason.UNDECODABLE, "the answer to Get Sensor Reading Factors is short")
    local = Formula(
        formula.format,
        formula.linearization,
        _twos(answer[2] | (answer[3] & 0xC0) << 2, 10),
        _twos(answer[4] | (answer[5] & 0xC0) << 2, 10),
        _twos(answer[7] & 0x0F, 4),
        _twos(answer[7] >> 4, 4),
    )
    found = value(local, unit, raw)
    if found is None:
        return Fault(None, Reason.UNDECODABLE, f"the factors give no value at {raw}", raw)
    return found


def _twos(number: int, bits: int) -> int:
    return number - (1 << bits) if number >> (bits - 1) else number
