"""The numbers of an unknown table as series: a column, or the rows of one type in it.

Some agents keep all measurements in one column and tell them apart by the last number of the
index; these are as many series as there are types.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from hw_profiles.draft_columns import Block, Index
from model.readings import Scalar

NOTHING = frozenset({-1.0, 65535.0, 65536.0, 2147483647.0, -2147483648.0, 4294967295.0})
"""Numbers by which agents say that there is no value; 255 may be one, and may be measured."""
_NUMBER = re.compile(
    r"\s*([-+]?\d+(?:\.\d+)?)\s*(?:[%°℃A-Za-z]{0,5}|degrees C|% ?[a-z ]{0,20}|l/min)\s*$"
)
MAINS = ((95.0, 132.0), (190.0, 300.0), (340.0, 460.0))
"""Volts of mains all over the world, phase to neutral and phase to phase; 240 and 336 V DC."""


@dataclass(frozen=True, eq=False, slots=True)
class Series:
    """Numbers by row. `kind` is the type at the end of the index where a column holds several."""

    block: Block
    column: int
    values: Mapping[Index, float]
    kind: int | None = None

    @property
    def oid(self) -> str:
        """The column's address (a scalar's own)."""
        return self.block.address(self.column)

    @property
    def place(self) -> int:
        """Where it stands among its neighbours."""
        return self.column if self.kind is None else self.kind

    @property
    def largest(self) -> float:
        """The largest value, 0 where there is none."""
        return max(self.values.values(), default=0.0)

    @property
    def middle(self) -> float:
        """The median of what is above 0; 0 where nothing is."""
        found = [value for value in self.values.values() if value > 0]
        return median(found) if found else 0.0

    @property
    def total(self) -> float:
        """The sum of all rows."""
        return sum(self.values.values())


def numeric(value: Scalar) -> float | None:
    """A number, also one in a text ("230.1", "23.5 C"); None where there is none."""
    if isinstance(value, bytes):
        return None
    if isinstance(value, str):
        found = _NUMBER.match(value)
        return float(found[1]) if found else None
    return None if value in NOTHING else float(value)


def typed(block: Block) -> bool:
    """Whether the last number of the index is a type: it has gaps, and a type of its own volts."""
    rows = block.rows
    if not rows or min(map(len, rows)) < 2 or len({len(row) for row in rows}) > 1:
        return False
    kinds = sorted({row[-1] for row in rows})
    if len(kinds) < 3 or kinds == list(range(kinds[0], kinds[0] + len(kinds))):
        return False
    return any(_one_is_volts(cells, kinds) for cells in block.columns.values())


def _one_is_volts(cells: Mapping[Index, Scalar], kinds: list[int]) -> bool:
    """Whether all rows of one type are mains volts and those of another are not."""
    volts = []
    for kind in kinds:
        found = [numeric(value) for row, value in cells.items() if row[-1] == kind]
        known = [value for value in found if value]
        volts.append(bool(known) and any(all(map(mains(s), known)) for s in (1.0, 0.1, 0.001)))
    return any(volts) and not all(volts)


class mains:  # noqa: N801  # reads as the predicate that it is
    """Whether a number times a scale is a voltage of the mains."""

    def __init__(self, scale: float) -> None:
        self._scale = scale

    def __call__(self, value: float) -> bool:
        """True for mains volts."""
        return any(low <= value * self._scale <= high for low, high in MAINS)


def series(block: Block) -> list[Series]:
    """The numbers of a block; columns that merely repeat their row's index are left out."""
    split = typed(block)
    found = []
    for column, cells in block.columns.items():
        held = {row: numeric(value) for row, value in cells.items()}
        known = {row: value for row, value in held.items() if value is not None}
        if not known or (not block.scalar and _is_index(known)):
            continue
        if not split:
            found.append(Series(block, column, known))
            continue
        for kind in sorted({row[-1] for row in known}):
            part = {row[:-1]: value for row, value in known.items() if row[-1] == kind}
            found.append(Series(block, column, part, kind))
    return found


def _is_index(known: Mapping[Index, float]) -> bool:
    return all(value in row for row, value in known.items())


def texts(block: Block) -> dict[int, dict[Index, str]]:
    """The columns of a block that hold words."""
    found = {}
    for column, cells in block.columns.items():
        words = {row: value.strip() for row, value in cells.items() if isinstance(value, str)}
        if len(words) == len(cells) and any(_is_word(word) for word in words.values()):
            found[column] = words
    return found


def _is_word(text: str) -> bool:
    return any(c.isalpha() for c in text) and not _NUMBER.match(text)


_DATE = re.compile(r".*\d[/:-]\d\d[/:-]\d")


def names(block: Block) -> tuple[int, dict[Index, str]]:
    """The column that names the rows, and the names; 0 where none does."""
    best: tuple[float, int] = (0.0, 0)
    columns = texts(block)
    for column, words in columns.items():
        told = [word for word in words.values() if word]
        if any(map(_DATE.match, told)):
            continue
        distinct = len(set(told)) / len(words)
        if distinct >= 0.5 and distinct > best[0]:
            best = (distinct, column)
    return (best[1], columns[best[1]]) if best[1] else (0, {})
