"""A table as it comes out of a spreadsheet: UTF-8 with or without a mark, UTF-16, or GB18030."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from agent.inventory.columns import ADDRESS, COLUMNS, understood

_DELIMITERS = ",\t;，"
_HEADER_WITHIN = 10
"""Rows in which the header is looked for: titles stand above it."""
_FORMULA = ("=", "+", "-", "@")
"""What a spreadsheet takes for the beginning of a formula."""


class NoTable(ValueError):
    """The bytes are no text in any encoding that a spreadsheet writes, or no table."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a file, and how it is written. `header` is the header's row, -1 for none."""

    rows: tuple[tuple[str, ...], ...]
    encoding: str
    delimiter: str
    line_end: str
    header: int

    @property
    def columns(self) -> dict[int, str]:
        """Position → key of the columns that we know."""
        return understood(self.rows[self.header]) if self.header >= 0 else {}


def parse(data: bytes) -> Sheet:
    """Reads a file. NoTable: it is none."""
    encoding, text = _decoded(data)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        rows = tuple(map(tuple, csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)))
    except csv.Error as error:
        raise NoTable(f"is no table: {error}") from error
    found = (at for at, row in enumerate(rows[:_HEADER_WITHIN]) if _is_header(row))
    return Sheet(rows, encoding, delimiter, "\r\n" if "\r\n" in text else "\n", next(found, -1))


def _is_header(row: Sequence[str]) -> bool:
    return ADDRESS in understood(row).values()


def _decoded(data: bytes) -> tuple[str, str]:
    marks = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"),
             (codecs.BOM_UTF16_BE, "utf-16-be"))  # fmt: skip
    marked = next(((mark, name) for mark, name in marks if data.startswith(mark)), None)
    for encoding in (marked[1],) if marked else ("utf-8", "gb18030"):
        try:
            text = data[len(marked[0]) if marked else 0 :].decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return encoding, text
    raise NoTable("is neither UTF-8 nor GB18030 text")


def new(keys: Sequence[str] = tuple(COLUMNS)) -> Sheet:
    """An empty table with our own header."""
    return Sheet((tuple(keys),), "utf-8", ",", "\r\n", 0)


def written(sheet: Sheet, rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as text of that file, without a mark at its head.

    A cell that a spreadsheet would compute, since a device may say anything, is made a text.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=sheet.delimiter, lineterminator=sheet.line_end)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return buffer.getvalue().encode(sheet.encoding, "replace")


def _harmless(cell: str) -> str:
    plain = "".join(c if c.isprintable() else " " for c in cell).strip()
    return f"'{plain}" if plain.startswith(_FORMULA) else plain
