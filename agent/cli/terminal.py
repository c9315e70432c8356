"""Text on a terminal: how wide it is, how columns line up, where colour goes."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import TextIO

_COLOURS = {"green": "32", "yellow": "33", "red": "31", "dim": "2", "bold": "1", "cyan": "36"}


def width(text: str) -> int:
    """Columns that a text takes: two for a Chinese character, none for a combining mark."""
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def pad(text: str, columns: int, right: bool = False) -> str:
    """The text filled with blanks up to a width, on the left where it is to stand right."""
    blanks = " " * max(columns - width(text), 0)
    return blanks + text if right else text + blanks


def columns(rows: Sequence[Sequence[str]], right: Iterable[int] = (), gap: str = "  ") -> list[str]:
    """Rows of one length as lines whose columns line up; those in `right` stand right."""
    if not rows:
        return []
    aligned = frozenset(right)
    widths = [max(width(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        gap.join(pad(cell, widths[i], i in aligned) for i, cell in enumerate(row)).rstrip()
        for row in rows
    ]


_NO_START = frozenset("，。；：、！？）】》”’,.;:!?)]}·%")
"""What no line begins with."""


def wrapped(text: str, lead: str = "", limit: int = 96) -> list[str]:
    """The text in lines of at most `limit` columns; the first behind `lead`, others under it.

    Chinese breaks between any two characters, other text at blanks; a longer word stays whole.
    """
    indent = " " * width(lead)
    lines, line = [], lead
    for piece in _pieces(text):
        if width(line + piece.rstrip()) > limit and line.strip() and line != lead:
            lines.append(line.rstrip())
            line = indent + piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()]


def _pieces(text: str) -> list[str]:
    """The text cut wherever a line may end; each piece keeps the blank behind it."""
    pieces: list[str] = []
    open_piece = False
    for character in text:
        wide = _width(character) == 2
        joins = (open_piece and not wide) or character in _NO_START or character == " "
        if pieces and joins:
            pieces[-1] += character
        else:
            pieces.append(character)
        open_piece = not wide and character != " "
    return pieces


def one_line(text: str) -> str:
    """A device's words as one line that cannot move the cursor."""
    printable = (c if c.isprintable() else " " for c in text)
    return " ".join("".join(printable).split())


def coloured(stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """True on a terminal that takes colour and whose user has not asked for none (NO_COLOR)."""
    plain = environment.get("NO_COLOR") or environment.get("TERM") == "dumb"
    return stream.isatty() and not plain


def paint(text: str, colour: str, on: bool) -> str:
    """The text in a colour, or as it is."""
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if on and text else text


def tolerant(stream: TextIO) -> TextIO:
    """The stream, made to write "?" for what its encoding lacks rather than fail."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="replace")
    return stream


def stdout() -> TextIO:
    """Standard output, fit for any text."""
    return tolerant(sys.stdout)
