"""The lines that `ipmitool` prints for `sdr list`, `sdr elist` and `sensor`, understood."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

_VALUE = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*(.*)")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_LIST, _ELIST, _SENSOR = 3, 5, range(9, 11)
_ABSENT = frozenset({"no reading", "disabled", "na", "n/a", "not readable", "not present", ""})
_ORDER = ("lnr", "lcr", "lnc", "unc", "ucr", "unr")
"""The thresholds in the columns of `sensor`."""

UNITS: dict[str, int] = {
    "degrees c": 1,
    "degrees f": 2,
    "degrees k": 3,
    "volts": 4,
    "amps": 5,
    "watts": 6,
    "joules": 7,
    "va": 9,
    "cfm": 17,
    "rpm": 18,
    "hz": 19,
    "microseconds": 20,
    "milliseconds": 21,
    "seconds": 22,
    "minutes": 23,
    "hours": 24,
    "days": 25,
    "percent": 0,
    "%": 0,
    "unspecified": 0,
    "": 0,
}
"""What ipmitool calls the base units of table 43-15."""


@dataclass(frozen=True, slots=True)
class Line:
    """One sensor as printed.

    A numeric one has a `value` in `unit` (table 43-15; `percent` where it is one) and `limits`; a
    discrete one `states`, a mask, or the words `told`; neither: it had no reading. The words that
    HP's numbers have beside them are left out.
    """

    name: str
    number: int | None = None
    entity: tuple[int, int] | None = None
    numeric: bool = False
    value: Decimal | None = None
    unit: int = 0
    percent: bool = False
    limits: tuple[tuple[str, Decimal], ...] = ()
    states: int | None = None
    told: tuple[str, ...] = ()


def understood(line: str) -> Line:
    """One line. ValueError: what is wrong with it."""
    cells = [cell.strip() for cell in line.split("|")]
    if len(cells) > max(_SENSOR) and not any(cells[max(_SENSOR) :]):
        cells = cells[: max(_SENSOR)]
    if not cells[0]:
        raise ValueError("the sensor has no name")
    if len(cells) == _LIST:
        return _reading(Line(cells[0]), cells[1])
    if len(cells) == _ELIST:
        number = _number(cells[1])
        return _reading(Line(cells[0], number, _entity(cells[3])), cells[4])
    if len(cells) in _SENSOR:
        return _sensor(cells)
    columns = f"{_LIST} (sdr list), {_ELIST} (sdr elist) or {max(_SENSOR)} (sensor)"
    raise ValueError(f"{len(cells)} columns, expected {columns}")


def _number(cell: str) -> int:
    if not re.fullmatch(r"[0-9A-Fa-f]{1,2}h", cell):
        raise ValueError(f'"{cell}" is no sensor number such as 0Ah')
    return int(cell[:-1], 16)


def _entity(cell: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,3})\.(\d{1,3})", cell)
    if not found:
        raise ValueError(f'"{cell}" is no entity such as 10.1')
    return int(found[1]) & 0xFF, int(found[2]) & 0x7F


def _reading(line: Line, text: str) -> Line:
    """The reading of `sdr list` and `sdr elist`: a value with its unit, a mask, or words."""
    if text.casefold() in _ABSENT:
        return line
    if _HEX.fullmatch(text):
        return replace(line, states=int(text, 16))
    number, *told = (part.strip() for part in text.split(","))
    found = _VALUE.fullmatch(number)
    if found and (unit := _unit(found[2])) is not None:
        return replace(line, numeric=True, value=Decimal(found[1]), unit=unit[0], percent=unit[1])
    return replace(line, told=(number, *told))


def _sensor(cells: list[str]) -> Line:
    name, value, unit, state, *bounds = cells
    line = Line(name)
    if unit.casefold() == "discrete":
        return replace(line, states=_mask(state)) if _HEX.fullmatch(state) else line
    known = _unit(unit) or (0, False)
    if value.casefold() in _ABSENT:
        return replace(line, numeric=bool(unit), unit=known[0], percent=known[1])
    if not _VALUE.fullmatch(value):
        raise ValueError(f'"{value}" is no reading')
    limits = tuple(
        (bound, Decimal(text))
        for bound, text in zip(_ORDER, bounds, strict=False)
        if _VALUE.fullmatch(text)
    )
    return replace(
        line, numeric=True, value=Decimal(value), unit=known[0], percent=known[1], limits=limits
    )


def _mask(state: str) -> int:
    """`sensor` prints the two bytes of the states, the first one first; bit 15 is reserved."""
    number = int(state, 16)
    return (number >> 8 & 0xFF) | (number & 0x7F) << 8


def _unit(text: str) -> tuple[int, bool] | None:
    """Base unit and whether it is a percentage; None: not one of ipmitool's."""
    word = " ".join(text.casefold().split())
    percent = word.startswith(("percent", "%"))
    code = 0 if percent else UNITS.get(word)
    return None if code is None else (code, percent)
