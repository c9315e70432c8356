"""A terminal of a few lines: as much of ECMA-48 as `dcagent probe` writes."""

from __future__ import annotations

import io
import re

_TOKEN = re.compile(r"\x1b\[(\d*)([A-Za-z])|(.)", re.DOTALL)


class SmallTerminal(io.StringIO):
    """Takes text like a terminal; `text()` is what a person would see, scrolled lines included."""

    def __init__(self, lines: int) -> None:
        super().__init__()
        self._height, self._gone = lines, list[str]()
        self._rows = [""] * lines
        self._row = self._column = 0

    def isatty(self) -> bool:
        return True

    def write(self, text: str, /) -> int:
        for number, command, character in _TOKEN.findall(text):
            if command:
                self._obey(int(number or 1), command)
            else:
                self._put(character)
        return len(text)

    def text(self) -> list[str]:
        rows = [*self._gone, *self._rows]
        while rows and not rows[-1].strip():
            rows.pop()
        return [row.rstrip() for row in rows]

    def _put(self, character: str) -> None:
        if character == "\n":
            self._column = 0
            if self._row == self._height - 1:
                self._gone.append(self._rows.pop(0))
                self._rows.append("")
            else:
                self._row += 1
        elif character == "\r":
            self._column = 0
        else:
            row = self._rows[self._row].ljust(self._column)
            self._rows[self._row] = row[: self._column] + character + row[self._column + 1 :]
            self._column += 1

    def _obey(self, number: int, command: str) -> None:
        if command == "K":
            self._rows[self._row] = self._rows[self._row][: self._column]
        elif command in "FE":
            step = -number if command == "F" else number
            self._row = min(max(self._row + step, 0), self._height - 1)
            self._column = 0
        elif command == "L":
            for _ in range(number):
                self._rows.insert(self._row, "")
                self._rows.pop()
            self._column = 0
        else:
            assert command == "m", command
