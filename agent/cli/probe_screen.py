"""Where a probe's lines go: each as it is known on a terminal, plain and in order into a pipe."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from typing import TextIO

from agent.cli.probe_text import check_lines
from agent.cli.terminal import coloured, paint, width
from agent.diagnosis import Lang
from agent.results import Check


class Screen:
    """Prints checks. The header belongs above them, but is known last.

    On a terminal checks are printed as they come and the header is put above them later, while a
    passing line says what is under way; elsewhere they wait for the header.
    """

    def __init__(
        self, stream: TextIO, lang: Lang, environment: Mapping[str, str] = os.environ
    ) -> None:
        self._stream, self._lang = stream, lang
        self._live = stream.isatty() and environment.get("TERM") != "dumb"
        self.colour = coloured(stream, environment)
        self._held: list[str] = []
        self._printed = 0
        self._waiting = not self._live
        self._passing = False

    def busy(self, text: str) -> None:
        """Says what is under way, until the next line is printed (terminals only)."""
        if self._live:
            self._stream.write(f"\r\x1b[K {paint('… ' + text, 'dim', self.colour)}")
            self._stream.flush()
            self._passing = True

    def tell(self, check: Check) -> None:
        """Prints one check, or keeps it until the header is known."""
        lines = check_lines(check, self._lang, self.colour)
        if self._waiting:
            self._held += lines
        else:
            self.lines(lines)

    def head(self, line: str) -> None:
        """Puts the header above all that was told so far."""
        bold = paint(line, "bold", self.colour)
        if self._waiting:
            self._waiting = False
            self.lines([bold, *self._held])
            self._held = []
        elif self._live and self._fits(line):
            self._insert(bold, self._rows(line))
        else:
            self.lines([bold])

    def release(self) -> None:
        """Prints what was kept: there will be no header."""
        self._waiting = False
        self.lines(self._held)
        self._held = []

    def lines(self, lines: Iterable[str]) -> None:
        """Prints lines below all others."""
        self._clear()
        for line in lines:
            self._stream.write(f"{line}\n")
            self._printed += self._rows(line) if self._live else 1
        self._stream.flush()

    def _clear(self) -> None:
        if self._passing:
            self._stream.write("\r\x1b[K")
            self._passing = False

    def _rows(self, line: str) -> int:
        columns = shutil.get_terminal_size().columns or 80
        return max(1, -(-width(_bare(line)) // columns))

    def _fits(self, line: str) -> bool:
        return self._printed + self._rows(line) < shutil.get_terminal_size().lines

    def _insert(self, line: str, rows: int) -> None:
        """Makes room below, goes up past what was printed, and pushes it down by the header."""
        self._clear()
        up, down = self._printed + rows, self._printed + 1
        self._stream.write("\n" * rows + f"\x1b[{up}F\x1b[{rows}L{line}\x1b[{down}E")
        self._stream.flush()
        self._printed += rows


def _bare(line: str) -> str:
    """The line without its colours."""
    parts = line.split("\x1b[")
    return parts[0] + "".join(part.partition("m")[2] for part in parts[1:])


class Silence:
    """Takes the place of a screen where nothing is to be shown but the end."""

    colour = False

    def busy(self, text: str) -> None:
        """Shows nothing."""

    def tell(self, check: Check) -> None:
        """Shows nothing."""

    def head(self, line: str) -> None:
        """Shows nothing."""

    def release(self) -> None:
        """Shows nothing."""

    def lines(self, lines: Iterable[str]) -> None:
        """Shows nothing."""
