"""A spreadsheet of sites, racks, nodes or meters as the tables of TOML that it could be."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.inventory import spreadsheet
from agent.inventory.amounts import folded
from agent.inventory.site_columns import HEADERS, PSU, Column, columns, guessed
from agent.inventory.spreadsheet import NoTable
from model.document import Document, KeyPath

_HEADER_WITHIN = 10
_NOTHING = frozenset({"", "-", "--", "—", "/", "\\", "无", "n/a", "na", "null", "none"})
"""What people write where there is nothing to say."""
_BARE = re.compile(r"[\d.,]+")


@dataclass(frozen=True, slots=True)
class Understood:
    """A column, and the first thing that stands in it."""

    column: Column
    sample: str


@dataclass(frozen=True, slots=True)
class SiteSheet:
    """What a sheet was understood to be. `header` is its header's row, from 1.

    `document` holds its rows as [[nodes]] or the like: texts by our keys, with their rows as lines.
    """

    kind: str
    encoding: str
    header: int
    columns: tuple[Understood, ...]
    rows: int
    document: Document


def parse(
    data: bytes, file: str, kind: str = "", more: Mapping[str, str] | None = None
) -> SiteSheet:
    """Reads a sheet; its `kind` is guessed from its headers where none is said.

    `more` are values for what no column says. NoTable: no text, no table, or no such header.
    """
    sheet = spreadsheet.parse(data)
    found = guessed(sheet.rows[:_HEADER_WITHIN], (kind,) if kind else ())
    if found is None:
        named = f"for a {kind.removesuffix('s')}'s name" if kind else "of nodes, racks or meters"
        example = HEADERS[kind or "nodes"]["name"][1:3]
        raise NoTable(f"has no header {named}: head a column name ({', '.join(example)})")
    kind, at = found
    known = columns(kind, sheet.rows[at])
    rows = list(enumerate(sheet.rows[at + 1 :], at + 2))
    told = [(line, row) for line, row in rows if any(map(_said, row))]
    tables = [{**(more or {}), **_table(row, known)} for _, row in told]
    lines: dict[KeyPath, int] = {(kind, i): line for i, (line, _) in enumerate(told)}
    document = Document(file, {kind: tables}, lines)
    samples = tuple(Understood(column, _sample(column.at, told)) for column in known)
    return SiteSheet(kind, sheet.encoding, at + 1, samples, len(told), document)


def _said(cell: str) -> str:
    """What a cell says, in half-width characters; "" where it says that there is nothing."""
    text = folded(cell).removeprefix("'")
    return "" if text.casefold() in _NOTHING else text


def _sample(at: int, rows: Sequence[tuple[int, Sequence[str]]]) -> str:
    cells = (_said(row[at]) for _, row in rows if at < len(row))
    return next((cell for cell in cells if cell), "")


def _table(row: Sequence[str], known: Sequence[Column]) -> dict[str, object]:
    """A row by our keys; of two columns for one key the surer that says something."""
    found: dict[str, object] = {}
    plugs: list[str] = []
    for column in sorted(known, key=lambda column: (column.rank, column.at)):
        cell = _said(row[column.at]) if column.at < len(row) else ""
        if not cell or not column.key:
            continue
        if column.key == PSU:
            plugs.append(cell)
        elif column.key not in found:
            bare = column.unit and _BARE.fullmatch(cell)
            found[column.key] = f"{cell} {column.unit}" if bare else cell
    return {**found, PSU: ";".join(plugs)} if plugs else found
