"""One table of a configuration file: its keys are asked for one by one, mistakes are collected."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from agent.config_codes import Code
from model.document import Document, KeyPath, Problem, nearest

T = TypeVar("T")


class Wrong(Exception):
    """A value that is not what its key expects."""

    def __init__(self, expected: str, code: Code = Code.WRONG_TYPE, hint: str = "") -> None:
        self.expected, self.code, self.hint = expected, code, hint
        super().__init__(expected)


@dataclass(frozen=True)
class Key(Generic[T]):
    """A key: its name, what it may hold, what it is where nobody said, and what it is for.

    `required` keys have their default only so that reading can go on to the next mistake.
    """

    name: str
    kind: Callable[[object], T]
    default: T
    help: str
    required: bool = False


def text(value: object) -> str:
    """A text on one line, without blanks around it."""
    if not isinstance(value, str):
        raise Wrong("a text")
    if not value.isprintable():
        raise Wrong("a text on one line", Code.OUT_OF_RANGE)
    return value.strip()


def flag(value: object) -> bool:
    """One of the two truth values."""
    if not isinstance(value, bool):
        raise Wrong("true or false")
    return value


def texts(value: object) -> tuple[str, ...]:
    """A list of texts, each on one line."""
    if not isinstance(value, list):
        raise Wrong("a list of texts")
    return tuple(map(text, value))


def number(low: float, high: float) -> Callable[[object], float]:
    """A number within bounds, both included."""
    expected = f"a number from {low:g} to {high:g}"

    def check(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Wrong(expected)
        if not low <= value <= high:
            raise Wrong(expected, Code.OUT_OF_RANGE)
        return float(value)

    return check


def whole(low: int, high: int) -> Callable[[object], int]:
    """A whole number within bounds, both included."""
    expected = f"a whole number from {low} to {high}"

    return _int(lambda value: low <= value <= high, expected)


def one_of(*numbers: int) -> Callable[[object], int]:
    """One of a few whole numbers."""
    expected = f"{', '.join(map(str, numbers[:-1]))} or {numbers[-1]}"

    return _int(lambda value: value in numbers, expected)


def _int(holds: Callable[[int], bool], expected: str) -> Callable[[object], int]:
    def check(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Wrong(expected)
        if not holds(value):
            raise Wrong(expected, Code.OUT_OF_RANGE)
        return value

    return check


def word(*words: str) -> Callable[[object], str]:
    """One of a few words."""
    listed = ", ".join(f'"{w}"' for w in words[:-1]) + f' or "{words[-1]}"'

    def check(value: object) -> str:
        if not isinstance(value, str):
            raise Wrong(listed)
        if value not in words:
            raise Wrong(listed, Code.UNKNOWN_WORD, nearest(value, words))
        return value

    return check


class Table:
    """A table at a path of a document. `problems` is shared by all tables of a configuration."""

    def __init__(
        self, document: Document, path: KeyPath, data: object, problems: list[Problem]
    ) -> None:
        self.document, self.path, self.problems = document, path, problems
        self._known: list[str] = []
        self._data: dict[str, object] = {}
        if isinstance(data, dict):
            self._data = data
        else:
            self.blame("", f"{self.title}: expected a table, found {shown(data)}", Code.WRONG_TYPE)

    @property
    def title(self) -> str:
        """The table's header as the file has it, "the file" at the top."""
        names = [part for part in self.path if isinstance(part, str)]
        if not names:
            return "the file"
        heading = ".".join(names)
        return f"[[{heading}]]" if isinstance(self.path[-1], int) else f"[{heading}]"

    @property
    def place(self) -> str:
        """Where the table stands, as "file:line"."""
        return f"{self.document.file}:{self.document.line(self.path)}"

    def __contains__(self, name: str) -> bool:
        return name in self._data

    def blame(self, name: str, message: str, code: Code) -> None:
        """Notes a problem at one of the table's keys ("": at the table itself)."""
        path = (*self.path, name) if name else self.path
        self.problems.append(self.document.problem(path, message, code.value))

    def get(self, key: Key[T]) -> T:
        """The key's value; its default where it is missing or wrong (and blamed)."""
        self._known.append(key.name)
        if key.name not in self._data:
            if key.required:
                self.blame("", f'{self.title} lacks the key "{key.name}"', Code.MISSING_KEY)
            return key.default
        value = self._data[key.name]
        try:
            return key.kind(value)
        except Wrong as wrong:
            message = f"{key.name}: expected {wrong.expected}, found {shown(value)}{wrong.hint}"
            self.blame(key.name, message, wrong.code)
            return key.default

    def raw(self, name: str) -> object:
        """The value as it stands, None where it is missing; for keys with checks of their own."""
        self._known.append(name)
        return self._data.get(name)

    def table(self, name: str) -> Table:
        """A table below this one, empty where it is missing."""
        self._known.append(name)
        return Table(self.document, (*self.path, name), self._data.get(name, {}), self.problems)

    def named_tables(self, name: str) -> dict[str, Table]:
        """The tables below a table, by their names."""
        below = self.table(name)
        return {key: below.table(key) for key in below._data}

    def tables(self, name: str) -> list[Table]:
        """The members of an array of tables."""
        self._known.append(name)
        found = self._data.get(name, [])
        if not isinstance(found, list):
            self.blame(name, f"{name}: expected [[{name}]], found {shown(found)}", Code.WRONG_TYPE)
            return []
        path = (*self.path, name)
        return [Table(self.document, (*path, i), d, self.problems) for i, d in enumerate(found)]

    def close(self) -> None:
        """Blames every key that nobody has asked for."""
        for name in self._data:
            if name not in self._known:
                hint = nearest(name, self._known) or f"; known here: {', '.join(self._known)}"
                self.blame(name, f'unknown key "{name}"{hint}', Code.UNKNOWN_KEY)


def shown(value: object) -> str:
    """A value as an error quotes it: short, in TOML's words."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    written = json.dumps(value, ensure_ascii=False, default=str)
    return written if len(written) <= 60 else written[:57] + "…"
