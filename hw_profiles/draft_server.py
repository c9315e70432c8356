"""Named tables of an unknown agent: power supplies, fans, temperatures, by what rows are called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hw_profiles.draft_columns import Block, Index
from hw_profiles.draft_electric import states
from hw_profiles.draft_names import guess, is_margin
from hw_profiles.draft_series import Series, names, series, texts
from hw_profiles.draft_text import Line, Toml
from model.sensors import Quantity, Role

_PSU = re.compile(r"^\W*(psu?|pws|power ?supply|电源)\W*\d*", re.IGNORECASE)
_FAN = re.compile(r"fan|风扇", re.IGNORECASE)
_HOT = re.compile(
    r"temp|inlet|outlet|ambient|exhaust|pch|cpu|dimm|vr\b|core|进风|出风|温度|rear|front",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Named:
    """A table whose rows have names, and the lines that were guessed for it."""

    block: Block
    column: int
    lines: tuple[Line, ...]
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """A scalar that is what the supplies of a table sum to."""

    oid: str
    value: float
    parts: str


def tables(found: Iterable[Block]) -> tuple[list[Named], Total | None]:
    """The named tables in which something was recognised, and the server's power.

    Where two tables tell of one word, the one with more rows of it does.
    """
    every = list(found)
    scalars = [s for block in every if block.scalar for s in series(block)]
    named: list[Named] = []
    total: Total | None = None
    for block in every:
        column, told = names(block)
        if not column or block.scalar:
            continue
        if _share(_PSU, told) > 0.5:
            watts = _supplies(series(block), scalars)
            if watts is not None:
                each, total = watts
                reason = f"its rows sum to {each.total:g}, as {total.oid} says"
                lines = [_line("psu_input.power_watts", each, 1.0, reason)]
                named.append(Named(block, column, tuple(lines), (each,)))
        else:
            named += _by_name(block, column, told)
    return _once(named), total


def _by_name(block: Block, column: int, told: Mapping[Index, str]) -> list[Named]:
    """A table of fans or of temperatures; nothing where it is neither."""
    numbers = series(block)
    if _share(_FAN, told) > 0.5:
        more = _fans(numbers)
        lines, used = [line for line, _ in more], [each for _, each in more]
    elif _share(_HOT, told) > 0.3:
        lines, used = _temperatures(_in_degrees(block, numbers), told)
    else:
        return []
    return [Named(block, column, tuple(lines), tuple(used))] if lines else []


def _once(named: Sequence[Named]) -> list[Named]:
    """The same tables, each word in one of them only."""
    best: dict[str, tuple[int, int]] = {}
    for at, table in enumerate(named):
        for line in table.lines:
            if line.rows > best.get(line.word, (0, 0))[0]:
                best[line.word] = (line.rows, at)
    kept = []
    for at, table in enumerate(named):
        lines = tuple(line for line in table.lines if best[line.word][1] == at)
        if lines:
            kept.append(Named(table.block, table.column, lines, table.series))
    return kept


_UNITS = re.compile(
    r"^(degrees? ?c|°c|℃|c|celsius|rpm|volts?|v|amps?|a|watts?|w|percent|%)$", re.IGNORECASE
)
_DEGREES = re.compile(r"^(degrees? ?c|°c|℃|c|celsius)$", re.IGNORECASE)


def _in_degrees(block: Block, numbers: Sequence[Series]) -> list[Series]:
    """The series without the rows whose unit, in a column of its own, is not °C."""
    units = next((words for words in texts(block).values() if _share(_UNITS, words) > 0.8), None)
    if units is None:
        return list(numbers)
    warm = {row for row, unit in units.items() if _DEGREES.match(unit)}
    found = []
    for each in numbers:
        values = {row: value for row, value in each.values.items() if row in warm}
        if values:
            found.append(Series(each.block, each.column, values, each.kind))
    return found


def _share(pattern: re.Pattern[str], told: Mapping[Index, str]) -> float:
    words = [word for word in told.values() if word]
    return sum(pattern.search(word) is not None for word in words) / max(1, len(words))


def _line(word: str, each: Series, scale: float, reason: str, **keys: Toml) -> Line:
    rule: dict[str, Toml] = {"oid": each.oid, "missing": [-1, 65535, 65536]}
    if scale != 1.0:
        rule["scale"] = scale
    sample = ", ".join(f"{value:g}" for value in list(each.values.values())[:3])
    return Line(word, {**rule, **keys}, reason, sample, len(each.values))


def _supplies(numbers: Sequence[Series], scalars: Sequence[Series]) -> tuple[Series, Total] | None:
    """The column of watts that sums to a scalar, and that scalar: the whole server."""
    for each in numbers:
        if states(each) or not 20 <= each.total <= 30_000:
            continue
        for scalar in scalars:
            if scalar.total >= 30 and abs(scalar.total - each.total) <= 0.02 * scalar.total:
                return each, Total(scalar.oid, scalar.total, each.oid)
    return None


def _fans(numbers: Sequence[Series]) -> list[tuple[Line, Series]]:
    """Speeds in hundreds to tens of thousands, duties up to 100."""
    found: list[tuple[Line, Series]] = []
    speeds = [s for s in numbers if s.middle >= 300 and s.largest <= 30_000 and _varied(s)]
    if speeds:
        best = max(speeds, key=lambda s: len(set(s.values.values())))
        reason = "its rows are called fans, and these are revolutions per minute"
        found.append((_line("fan.speed_rpm", best, 1.0, reason), best))
    duties = [s for s in numbers if s.middle >= 10 and s.largest <= 100 and _varied(s)]
    if duties:
        reason = "its rows are called fans, and these are percent"
        line = _line("fan.duty_ratio", duties[0], 0.01, reason, range=[0, 1])
        found.append((line, duties[0]))
    return found


def _varied(each: Series) -> bool:
    return len(set(each.values.values())) > 1 or len(each.values) == 1


def _temperatures(
    numbers: Sequence[Series], told: Mapping[Index, str]
) -> tuple[list[Line], list[Series]]:
    """The first column whose numbers are degrees or tenths of them in most rows."""
    candidates = [(s, scale) for s in numbers for scale in (0.1, 1.0) if _degrees(s, scale)]
    if not candidates:
        return [], []
    each, scale = max(candidates, key=lambda c: (len(c[0].values), -c[0].column))
    grouped: dict[str, list[tuple[str, float, str, str]]] = {}
    for row, value in each.values.items():
        name = told.get(row, "")
        if not name or is_margin(name):
            continue
        guessed = guess(name, Quantity.TEMPERATURE)
        word = guessed.word if guessed else "board.temperature_celsius"
        if guessed and guessed.role in (Role.CPU, Role.AIR_INLET, Role.AIR_EXHAUST):
            pattern, reason = guessed.pattern, guessed.reason
        else:
            pattern, reason = re.escape(name).replace("\\ ", " "), f"a row called {name!r}"
        grouped.setdefault(word, []).append((pattern, value * scale, reason, name))
    lines = []
    for word, rows in grouped.items():
        patterns: list[Toml] = list(dict.fromkeys(pattern for pattern, *_ in rows))
        where: dict[str, Toml] = {"name": patterns if len(patterns) > 1 else patterns[0]}
        rule: dict[str, Toml] = {"oid": each.oid, "missing": [255, 65535, 65536]}
        if scale != 1.0:
            rule["scale"] = scale
        _, value, reason, name = rows[0]
        lines.append(
            Line(word, {**rule, "where": where}, reason, f"{name} {value:g} °C", len(rows))
        )
    return lines, [each]


def _degrees(each: Series, scale: float) -> bool:
    known = [value * scale for value in each.values.values() if value != 255]
    warm = [value for value in known if 10 <= value <= 105]
    return bool(known) and len(warm) >= 0.8 * len(known) and _varied(each) and not states(each)
