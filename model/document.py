"""A TOML document that knows on which line each key stands, and errors that say so."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KeyPath = tuple[str | int, ...]
"""Where a value stands: ("targets", 2, "address") is the third [[targets]]'s address."""


@dataclass(frozen=True)
class Problem:
    """One mistake in one file, in a form that an editor can jump to."""

    file: str
    line: int
    key: str
    message: str
    code: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}  {self.message}"


class DocumentError(Exception):
    """The operator or author erred: carries every problem found, at least one."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint, `: did you mean "x"?`, or "" where nothing is near."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f': did you mean "{close[0]}"?' if close else ""


@dataclass(frozen=True)
class Document:
    """A parsed file and the line of each of its keys."""

    file: str
    data: dict[str, Any]
    lines: dict[KeyPath, int] = field(default_factory=dict)

    def line(self, path: KeyPath) -> int:
        """The line of the key, or of the nearest enclosing one; 0 where none is known."""
        while path:
            for known in (path, (*path, 0)):  # an array of tables stands where its first one does
                if known in self.lines:
                    return self.lines[known]
            path = path[:-1]
        return self.lines.get((), 0)

    def problem(self, path: KeyPath, message: str, code: str = "") -> Problem:
        """A problem at a key of this file."""
        return Problem(self.file, self.line(path), dotted(path), message, code)


def dotted(path: KeyPath) -> str:
    """("targets", 2, "address") → "targets[2].address"."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read(path: Path) -> Document:
    """Reads a TOML file (UTF-8). DocumentError: unreadable, not UTF-8, or not TOML."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise DocumentError(
            [Problem(str(path), 0, "", f"cannot be read: {error.strerror}")]
        ) from error
    except UnicodeDecodeError as error:
        raise DocumentError([Problem(str(path), 0, "", f"is not UTF-8: {error.reason}")]) from error
    return parse(text, str(path))


def parse(text: str, file: str) -> Document:
    """Parses TOML text; `file` names it in errors."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = int(found.group(1)) if found else len(text.splitlines())
        message = re.sub(r"\s*\(at .*\)$", "", str(error))
        raise DocumentError([Problem(file, line, "", f"is not TOML: {message}")]) from error
    return Document(file, data, _locate(text))


_HEADER = re.compile(r"^\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = r"(?:[A-Za-z0-9_-]+|\"(?:[^\"\\]|\\.)*\"|'[^']*')"
_ASSIGN = re.compile(rf"^\s*({_KEY}(?:\s*\.\s*{_KEY})*)\s*=")
_PART = re.compile(_KEY)


def _parts(text: str) -> KeyPath:
    return tuple(p[1:-1] if p[0] in "\"'" else p for p in _PART.findall(text))


def _locate(text: str) -> dict[KeyPath, int]:
    """Lines of table headers and of keys that begin a line (valid TOML only)."""
    lines: dict[KeyPath, int] = {}
    arrays: dict[KeyPath, int] = {}
    table: KeyPath = ()
    skip_until = ""
    for number, line in enumerate(text.splitlines(), 1):
        if skip_until:
            skip_until = "" if skip_until in line else skip_until
            continue
        if header := _HEADER.match(line):
            table = _enter(_parts(header.group(2)), header.group(1) == "[[", arrays)
            lines.setdefault(table, number)
        elif assign := _ASSIGN.match(line):
            lines[table + _parts(assign.group(1))] = number
            skip_until = _open_string(line[assign.end() :])
    return lines


def _enter(parts: KeyPath, array: bool, arrays: dict[KeyPath, int]) -> KeyPath:
    """The full path of a table header: array tables get their index."""
    path: KeyPath = ()
    for depth, part in enumerate(parts):
        path += (part,)
        if depth == len(parts) - 1 and array:
            arrays[path] = arrays.get(path, -1) + 1
        if path in arrays:
            path += (arrays[path],)
    return path


def _open_string(rest: str) -> str:
    """The delimiter of a multi-line string that begins here and does not end, else ""."""
    for quotes in ('"""', "'''"):
        if rest.count(quotes) == 1:
            return quotes
    return ""
