"""Typed access to a table's TOML: what is wrong is noted with file, line and key."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date as Date  # noqa: N812
from datetime import datetime

from model.document import Document, KeyPath, Problem, nearest
from scoring.table import Confidence, Name, Origin, Validity

_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
_WORD = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(slots=True)
class Complaints:
    """Every mistake of one document, in the order found."""

    document: Document
    problems: list[Problem] = field(default_factory=list)

    def add(self, path: KeyPath, message: str) -> None:
        """Notes a mistake at a key."""
        self.problems.append(self.document.problem(path, message))


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the file; each reader gives a harmless value where it has complained."""

    values: dict[str, object]
    path: KeyPath
    complaints: Complaints
    what: str

    def known(self, keys: Iterable[str]) -> None:
        """Complains of each key that is none of these."""
        allowed = sorted(keys)
        for key in self.values:
            if key not in allowed:
                message = f'unknown key "{key}" in {self.what}{nearest(key, allowed)}'
                self.complaints.add((*self.path, key), message)

    def wrong(self, key: str, expected: str) -> None:
        """Complains of a value."""
        if key not in self.values:
            self.complaints.add(self.path, f'{self.what} needs "{key}"')
        else:
            self.complaints.add((*self.path, key), f'"{key}" must be {expected}')

    def text(self, key: str) -> str:
        """A text that is not empty."""
        value = self.values.get(key)
        if isinstance(value, str) and value.strip():
            return value
        self.wrong(key, "text in quotes")
        return ""

    def word(self, key: str) -> str:
        """A name as a label value carries it: small letters, digits, underscores."""
        value = self.values.get(key)
        if isinstance(value, str) and _WORD.fullmatch(value):
            return value
        self.wrong(key, 'a word such as "it_load"')
        return ""

    def number(self, key: str) -> float:
        """A finite integer or float."""
        value = self.values.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
        self.wrong(key, "a number")
        return 0.0

    def flag(self, key: str) -> bool:
        """True or false; false where it is left out."""
        value = self.values.get(key, False)
        if isinstance(value, bool):
            return value
        self.wrong(key, "true or false")
        return False

    def day(self, key: str) -> Date:
        """A day, written without quotes."""
        value = self.values.get(key)
        if isinstance(value, Date) and not isinstance(value, datetime):
            return value
        self.wrong(key, "a day without quotes, such as 2022-11-01")
        return Date.min

    def words(self, key: str, allowed: Iterable[str]) -> tuple[str, ...]:
        """A list of some of these words."""
        value, known = self.values.get(key), sorted(allowed)
        if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
            self.wrong(key, "a list of texts")
            return ()
        for word in value:
            if word not in known:
                hint = nearest(word, known) or f": there is {', '.join(known)}"
                self.complaints.add((*self.path, key), f'unknown word "{word}" in "{key}"{hint}')
        return tuple(value)

    def origin(self) -> Origin:
        """Source, its date, confidence."""
        date = self.values.get("date")
        if not isinstance(date, str) or not _DATE.fullmatch(date):
            self.wrong("date", 'the source\'s date in quotes: "2021-10-11", "2024-07" or "2025"')
            date = ""
        return Origin(self.text("source"), date, self._confidence())

    def _confidence(self) -> Confidence:
        value = self.values.get("confidence")
        if value in list(Confidence):
            return Confidence(str(value))
        known = ", ".join(Confidence)
        self.wrong("confidence", f"one of {known}; a figure less sure does not stand in the table")
        return Confidence.PRODUCT

    def title(self) -> Name:
        """The names in both languages."""
        return Name(self.text("zh"), self.text("en"))

    def validity(self) -> Validity:
        """From when it is in force, and until when where that is known."""
        begins = self.day("valid_from")
        if "until" not in self.values:
            return Validity(begins)
        ends = self.day("until")
        if ends <= begins:
            self.wrong("until", 'later than "valid_from"')
        return Validity(begins, ends)
