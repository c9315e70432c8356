"""The table of vendors: whose an enterprise number is, and whose a word."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from hw_profiles.load import SHIPPED

FILE = SHIPPED / "standard" / "vendors.toml"


@dataclass(frozen=True, slots=True)
class Vendor:
    """One vendor. `software`: its number names whose firmware a device runs, not whose it is.

    `kind` is one of `hw_profiles.schema.KINDS`, empty where the vendor makes many; `hint` (language
    → text) is worth knowing before its devices are asked with a login.
    """

    name: str
    numbers: frozenset[int] = frozenset()
    words: re.Pattern[str] | None = None
    kind: str = ""
    software: bool = False
    hint: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Vendors:
    """The table. `kinds`: what a word says a device is."""

    vendors: tuple[Vendor, ...]
    kinds: tuple[tuple[str, re.Pattern[str]], ...]

    def numbered(self, number: int) -> Vendor | None:
        """Whose an enterprise number is."""
        return next((v for v in self.vendors if number in v.numbers), None)

    def spoken(self, text: str) -> Vendor | None:
        """The vendor whose word stands in a text; a maker of devices before one of firmware."""
        found = [v for v in self.vendors if v.words and v.words.search(text)]
        return min(found, key=lambda v: v.software, default=None)

    def kind_of(self, text: str) -> str:
        """What a text says a device is, "" where it says nothing."""
        return next((kind for kind, words in self.kinds if words.search(text)), "")


@cache
def vendors() -> Vendors:
    """The shipped table."""
    with FILE.open("rb") as file:
        data = tomllib.load(file)
    known = tuple(
        Vendor(
            row["name"],
            frozenset(row["numbers"]),
            _words(row.get("words", ())),
            row.get("kind", ""),
            row.get("software", False),
            row.get("hint", {}),
        )
        for row in data["vendor"]
    )
    kinds = ((row["kind"], _words(row["words"])) for row in data["kind"])
    return Vendors(known, tuple((kind, words) for kind, words in kinds if words))


def _words(patterns: Iterable[str]) -> re.Pattern[str] | None:
    """Any of the patterns as a whole word; Chinese has no blanks between its words."""
    each = [p if re.search(r"[\u4e00-\u9fff]", p) else rf"(?<![a-z0-9])(?:{p})(?![a-z0-9])"
            for p in patterns]  # fmt: skip
    return re.compile("|".join(each), re.IGNORECASE) if each else None
