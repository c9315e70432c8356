"""Named tables of an unknown agent: power supplies, fans, temperatures, by what rows are called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hw_profiles.draft_climate import climate
from hw_profiles.draft_columns import Block, Index
from hw_profiles.draft_electric import states
from hw_profiles.draft_rows import rows
from hw_profiles.draft_series import Series, names, series
from hw_profiles.draft_text import Line, Toml

_PSU = re.compile(r"^\W*(psu?|pws|power ?supply|电源)\W*\d*", re.IGNORECASE)
_FAN = re.compile(r"fan|风扇", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Named:
    """A table whose rows have names, and the lines that were guessed for it.

    `column` holds the names; 0 where nothing does.
    """

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
        if block.scalar:
            continue
        if not column:
            named += _bare(block)
            continue
        watts = _supplies(series(block), scalars) if _share(_PSU, told) > 0.5 else None
        if watts is not None:
            each, total = watts
            reason = f"its rows sum to {each.total:g}, as {total.oid} says"
            lines = [_line("psu_input.power_watts", each, 1.0, reason)]
            named.append(Named(block, column, tuple(lines), (each,)))
        else:
            named += _by_name(block, column, told)
    return _once(named), total


def _by_name(block: Block, column: int, told: Mapping[Index, str]) -> list[Named]:
    """A table of fans, or of sensors whose names say what they are; nothing where it is neither."""
    numbers = series(block)
    if _share(_FAN, told) > 0.5 and (more := _fans(numbers)):
        lines = tuple(line for line, _ in more)
        return [Named(block, column, lines, tuple(each for _, each in more))]
    understood = rows(block, told)
    if understood is None:
        return _bare(block, column)
    found, used = understood
    return [Named(block, column, tuple(found), (used,))]


def _bare(block: Block, column: int = 0) -> list[Named]:
    lines, used = climate(block)
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
