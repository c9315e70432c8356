"""Tables whose rows have names, row by row: what each measures by its name, its unit, its value.

Agents list their sensors so: a column of names, one of values, perhaps one of units. Rows of one
quantity share a scale, the first under which nearly all of them can be what they are called.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hw_profiles.draft_columns import Block, Index
from hw_profiles.draft_electric import states
from hw_profiles.draft_names import Guess, family, guess, is_margin
from hw_profiles.draft_series import Series, mains, series, texts
from hw_profiles.draft_text import Line, Toml
from model.sensors import UNITS, Quantity, Role

_Q = Quantity
_I = re.IGNORECASE

_SAYS: tuple[tuple[re.Pattern[str], Quantity], ...] = (
    (re.compile(r"humid|湿度|(?<![a-z])rh(?![a-z])", _I), _Q.HUMIDITY),
    (re.compile(r"temp|温度", _I), _Q.TEMPERATURE),
    (
        re.compile(r"volt|(?<![a-z])v(in|out)(?![a-z])|\dv\d*(?![a-z])|电压", _I),
        _Q.VOLTAGE,
    ),
    (re.compile(r"current|(?<![a-z])i(in|out)(?![a-z])|电流", _I), _Q.CURRENT),
    (re.compile(r"power(?! ?supply)|pwr|watt|(?<![a-z])p(in|out)(?![a-z])|功率", _I), _Q.POWER),
    (re.compile(r"fan|tach|rpm|风扇", _I), _Q.FAN_SPEED),
    (re.compile(r"pch|cpu|dimm|vr\b|core", _I), _Q.TEMPERATURE),
)
"""What a name says is measured; the first that does."""
_AIR = re.compile(r"inlet|outlet|ambient|exhaust|进风|出风", _I)
"""Degrees where other rows are, too: there are outlets and inlets of current as well."""

_OF_UNIT: tuple[tuple[re.Pattern[str], Quantity | None], ...] = (
    (re.compile(r"(degrees? ?c|°c|℃|c|celsius)", _I), _Q.TEMPERATURE),
    (re.compile(r"(rpm|revolutions.*)", _I), _Q.FAN_SPEED),
    (re.compile(r"(volts?|v)", _I), _Q.VOLTAGE),
    (re.compile(r"(amps?|amperes?|a)", _I), _Q.CURRENT),
    (re.compile(r"(watts?|w)", _I), _Q.POWER),
    (re.compile(r"(%|percent|%.*)", _I), _Q.DUTY),
)
_UNIT = re.compile(r"\s*[-+]?\d+(?:\.\d+)?\s*(\S.*)")
_SCALES: Mapping[Quantity, tuple[tuple[float, ...], float, float]] = {
    _Q.TEMPERATURE: ((1.0, 0.1), 5, 115),
    _Q.HUMIDITY: ((0.01, 0.001), 0.05, 1),
    _Q.FAN_SPEED: ((1.0,), 300, 30_000),
    _Q.DUTY: ((0.01,), 0.05, 1),
    _Q.POWER: ((1.0, 0.1), 4, 20_000),
    _Q.VOLTAGE: ((1.0, 0.1, 0.01, 0.001), 0.5, 400),
    _Q.CURRENT: ((1.0, 0.1, 0.01, 0.001), 0.02, 60),
}
"""The scales that are tried, and what nearly all rows then lie between."""
_NEARLY_ALL = 0.8
_SUPPLY = re.compile(r"^\W*(psu?|pws|power ?supply|电源)\W*\d*(?![a-z])", _I)
_EXACT = frozenset({Role.BOARD, Role.ENVIRONMENT, Role.NODE})
"""Roles whose rows are named one by one: a pattern of theirs would take too much."""
_INSIDE = frozenset({Role.CPU, Role.DIMM, Role.DISK, Role.ACCELERATOR, Role.BOARD})


@dataclass(frozen=True, slots=True)
class _Row:
    """One row that was understood: its name, its guess, its value in the quantity's unit."""

    name: str
    guess: Guess
    value: float


def rows(block: Block, told: Mapping[Index, str]) -> tuple[list[Line], Series] | None:
    """The lines of a table whose rows are called `told`, and the column of its values.

    None where no column is understood in at least a third of its rows.
    """
    units = _units(block)
    best: tuple[int, list[_Row], dict[Quantity, float], Series] | None = None
    for each in series(block):
        if states(each) or (len(each.values) > 1 and len(set(each.values.values())) == 1):
            continue
        found, scales = _understood(each, told, units)
        sure = sum(_possible(row.guess.quantity, row.value) for row in found)
        if sure * 3 >= len(told) and (best is None or sure > best[0]):
            best = (sure, found, scales, each)
    if best is None:
        return None
    return _lines(best[1], best[2], best[3]), best[3]


def _units(block: Block) -> dict[Index, str]:
    """What stands in a column of units, or behind the numbers; "" where nothing does."""
    words = texts(block).values()
    column = next((w for w in words if _share_of_units(w) > _NEARLY_ALL), None)
    if column is not None:
        return column
    found: dict[Index, str] = {}
    for cells in block.columns.values():
        for row, value in cells.items():
            behind = _UNIT.fullmatch(value) if isinstance(value, str) else None
            if behind is not None and _named_unit(behind[1]) is not None:
                found[row] = behind[1]
    return found


def _share_of_units(words: Mapping[Index, str]) -> float:
    known = [word for word in words.values() if word]
    return sum(_named_unit(word) is not None for word in known) / max(1, len(known))


def _named_unit(unit: str) -> Quantity | None:
    return next((q for pattern, q in _OF_UNIT if pattern.fullmatch(unit.strip())), None)


def _named(name: str) -> Quantity | None:
    return next((quantity for pattern, quantity in _SAYS if pattern.search(name)), None)


def _quantity(name: str, unit: str, warm: bool) -> Quantity | None:
    """By the unit where there is one; a unit of none of ours means none.

    `warm`: other rows of the table are temperatures.
    """
    named = _named(name) or (_Q.TEMPERATURE if warm and _AIR.search(name) else None)
    if not unit.strip():
        return named
    of_unit = _named_unit(unit)
    if of_unit is _Q.DUTY:
        return {_Q.HUMIDITY: _Q.HUMIDITY, _Q.FAN_SPEED: _Q.DUTY}.get(named) if named else None
    return of_unit


def _understood(
    each: Series, told: Mapping[Index, str], units: Mapping[Index, str]
) -> tuple[list[_Row], dict[Quantity, float]]:
    """The rows of a column that have a role, and each quantity's scale."""
    grouped: dict[Quantity, dict[str, float]] = {}
    warm = any(_named(name) is _Q.TEMPERATURE for name in told.values())
    for row, value in each.values.items():
        name = told.get(row, "")
        quantity = _quantity(name, units.get(row, ""), warm)
        if not name or is_margin(name) or quantity is None:
            continue
        if quantity is _Q.FAN_SPEED and 0 < each.largest <= 100:
            quantity = _Q.DUTY
        grouped.setdefault(quantity, {})[name] = value
    found: list[_Row] = []
    scales: dict[Quantity, float] = {}
    for quantity, values in grouped.items():
        scale = _scale(quantity, list(values.values()))
        if scale is None:
            continue
        scales[quantity] = scale
        for name, value in values.items():
            guessed = _role(name, quantity, value * scale)
            if guessed is not None:
                found.append(_Row(name, guessed, value * scale))
    return _indoors(found), scales


def _scale(quantity: Quantity, values: Sequence[float]) -> float | None:
    """The first scale under which nearly all values that are not 0 are possible."""
    known = [value for value in values if value]
    for scale in _SCALES[quantity][0]:
        fit = sum(_possible(quantity, value * scale) for value in known)
        if known and fit >= _NEARLY_ALL * len(known):
            return scale
    return None


def _possible(quantity: Quantity, value: float) -> bool:
    _, low, high = _SCALES[quantity]
    return low <= value <= high


def _role(name: str, quantity: Quantity, value: float) -> Guess | None:
    guessed = guess(name, quantity)
    if guessed is not None:
        return guessed
    if quantity is _Q.VOLTAGE and _SUPPLY.match(name) and mains(1.0)(value):
        reason = f"a supply's mains volts: {value:g}"
        return Guess(Role.PSU_INPUT, quantity, family(name, Role.PSU_INPUT), reason)
    if quantity is _Q.VOLTAGE and 0 < value < 60:
        return Guess(Role.BOARD, quantity, "", f"a row called {name!r}")
    if quantity in (_Q.TEMPERATURE, _Q.HUMIDITY):
        reason = f"a row called {name!r}"
        return Guess(Role.ENVIRONMENT, quantity, "", reason)
    return None


def _indoors(found: Sequence[_Row]) -> list[_Row]:
    """The same rows; where some are parts of a server, what has no role is its board."""
    if not any(row.guess.role in _INSIDE for row in found):
        return list(found)
    moved = []
    for row in found:
        guessed = row.guess
        if guessed.role is Role.ENVIRONMENT:
            if guessed.quantity is not _Q.TEMPERATURE:
                continue
            guessed = Guess(Role.BOARD, guessed.quantity, "", guessed.reason)
        moved.append(_Row(row.name, guessed, row.value))
    return moved


def _lines(found: Sequence[_Row], scales: Mapping[Quantity, float], each: Series) -> list[Line]:
    """One line per word; the rows of a family share a pattern."""
    grouped: dict[str, list[_Row]] = {}
    for row in found:
        grouped.setdefault(row.guess.word, []).append(row)
    return [_line(word, several, scales, each) for word, several in grouped.items()]


def _line(word: str, rows_: Sequence[_Row], scales: Mapping[Quantity, float], each: Series) -> Line:
    first = rows_[0]
    quantity, exact = first.guess.quantity, first.guess.role in _EXACT
    patterns: list[Toml] = list(
        dict.fromkeys(_exactly(row.name) if exact else row.guess.pattern for row in rows_)
    )
    zero = [0] if quantity in _NEVER_ZERO else []
    byte = [255] if quantity is _Q.TEMPERATURE and scales[quantity] == 1.0 else []
    rule: dict[str, Toml] = {"oid": each.oid, "missing": [*zero, -1, *byte, 65535, 65536]}
    if scales[quantity] != 1.0:
        rule["scale"] = scales[quantity]
    rule["where"] = {"name": patterns if len(patterns) > 1 else patterns[0]}
    unit = UNITS[quantity].replace("Cel", "°C")
    sample = f"{first.name} {first.value:g} {unit}".removesuffix(" 1")
    return Line(word, rule, first.guess.reason, sample, len(rows_))


_NEVER_ZERO = frozenset({_Q.TEMPERATURE, _Q.HUMIDITY, _Q.VOLTAGE})
"""What is 0 where nothing is measured, in all likelihood."""


def _exactly(name: str) -> str:
    """A pattern for one name alone."""
    return re.escape(name).replace("\\ ", " ").replace("\\-", "-").replace("'", ".")
