"""Tables and columns of an unknown SNMP agent, found by the shape of its addresses alone.

A table is a node (its entry, by custom the first child of the table) whose children, the columns,
share their indexes (RFC 2578 §7.1.12). Objects that end in .0 are scalars; those of one parent
stand together as one row.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from model.readings import Scalar

Oid = tuple[int, ...]
Index = tuple[int, ...]

_LONGER_INDEX = 0.97
_NO_ENTRY = 0.6
_ONE_COLUMN = 0.5
_TOP = 0.8
"""How sure a node is an entry: less for each number of the index, where it is no first child, and
where it has but one column. A node is preferred to what is below it from 80 % of its score on."""
_LEAF = 0.05


@dataclass(frozen=True, slots=True)
class Block:
    """A table as its addresses show it, or the scalars of one parent (their index is 0)."""

    entry: Oid
    columns: Mapping[int, Mapping[Index, Scalar]]

    @property
    def scalar(self) -> bool:
        """True where every object stands alone."""
        return all(set(cells) == {(0,)} for cells in self.columns.values())

    @property
    def rows(self) -> tuple[Index, ...]:
        """Every index, in order."""
        return tuple(sorted({index for cells in self.columns.values() for index in cells}))

    def address(self, column: int) -> str:
        """The column's address, or the object's where it is a scalar."""
        oid = ".".join(map(str, (*self.entry, column)))
        return f"{oid}.0" if self.scalar else oid


@dataclass(slots=True)
class _Node:
    """One number of the address tree."""

    children: dict[int, _Node] = field(default_factory=dict)
    value: Scalar | None = None

    def leaves(self, path: Index = ()) -> Iterator[tuple[Index, Scalar]]:
        """What stands below: index and value."""
        stack: list[tuple[_Node, Index]] = [(self, path)]
        while stack:
            node, at = stack.pop()
            if node.value is not None:
                yield at, node.value
            stack += [(child, (*at, arc)) for arc, child in node.children.items()]


def blocks(values: Mapping[Oid, Scalar]) -> list[Block]:
    """Every table and group of scalars among some objects, in the order of their addresses."""
    root = _Node()
    for oid, value in values.items():
        node = root
        for arc in oid:
            node = node.children.setdefault(arc, _Node())
        node.value = value
    found: list[Block] = []
    for entry, node in _best(root, ())[1]:
        columns = {
            arc: dict(sorted(child.leaves())) for arc, child in sorted(node.children.items())
        }
        found += _apart(entry, columns)
    return sorted(found, key=lambda block: block.entry)


_Entries = list[tuple[Oid, "_Node"]]


def _best(node: _Node, path: Oid) -> tuple[float, _Entries]:
    """The best way to see tables at or below a node: its score, and their entries."""
    if not node.children:
        return _LEAF, []
    below, entries = 0.0, list[tuple[Oid, _Node]]()
    for arc, child in node.children.items():
        score, found = _best(child, (*path, arc))
        below += score
        entries += found
    own = _score(node, path[-1] if path else 0) if len(path) > 6 else 0.0
    if own and own >= _TOP * below:
        return own, [(path, node)]
    return below, entries


def _score(node: _Node, arc: int) -> float:
    """How much of an entry a node is: its cells, less what speaks against it."""
    if any(child.value is not None for child in node.children.values()):
        return 0.0
    columns = [dict(child.leaves()) for child in node.children.values()]
    rows = Counter(index for cells in columns for index in cells)
    if len(columns) * len(rows) > 400_000:
        return 0.0
    cells = sum(map(len, columns))
    scalars = set(rows) == {(0,)}
    fill = cells / (len(columns) * len(rows))
    alike = sum(_alike(column) * len(column) for column in columns) / cells
    length = sum(map(len, rows)) / len(rows)
    score = cells * fill * alike * math.pow(_LONGER_INDEX, length - 1)
    if scalars:
        return score
    if len(columns) == 1:
        score *= _ONE_COLUMN
    first = {index[0] for index in rows}
    if length >= 3 and first == {1} and not _same_lengths(columns):
        score *= 0.7
    return score if arc == 1 else score * _NO_ENTRY


def _same_lengths(columns: list[dict[Index, Scalar]]) -> bool:
    return len({len(index) for column in columns for index in column}) == 1


def _alike(cells: Mapping[Index, Scalar]) -> float:
    """The share of a column's cells that are of its commonest type."""
    kinds = Counter("text" if isinstance(v, str | bytes) else "number" for v in cells.values())
    return max(kinds.values()) / len(cells)


def _apart(entry: Oid, columns: dict[int, dict[Index, Scalar]]) -> Iterator[Block]:
    """Scalars that stand among the columns of a table are no columns of it."""
    alone = {arc: cells for arc, cells in columns.items() if set(cells) == {(0,)}}
    rest = {arc: cells for arc, cells in columns.items() if arc not in alone}
    if alone:
        yield Block(entry, alone)
    if rest:
        yield Block(entry, rest)
