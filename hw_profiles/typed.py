"""Typed access to the values of a profile file: each returns a default and complains otherwise."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from hw_profiles.leaves import CODE_PATTERN, CODE_REQUIRED, CODE_VALUE, Branch, Complaints, Leaf
from hw_profiles.schema import Sentinel
from model.document import nearest

_OID = re.compile(r"\.?\d+(\.\d+)*")
_NO_NUMBERS: frozenset[int] = frozenset()
_NO_SENTINELS: frozenset[Sentinel] = frozenset()


@dataclass(slots=True)
class Typed:
    """Reads the keys of one table."""

    branch: Branch
    complaints: Complaints
    owner: Leaf | None = None

    def required(self, key: str, where: str) -> None:
        """Complains where a key is missing; the line is the table's."""
        if key not in self.branch and self.owner is not None:
            self.complaints.add(self.owner, f'{where} needs "{key}"', CODE_REQUIRED)

    def text(self, key: str, default: str = "") -> str:
        """A string."""
        leaf = self.branch.get(key)
        if leaf is None:
            return default
        if isinstance(leaf.value, str):
            return leaf.value
        self.complaints.expected(leaf, "text in quotes")
        return default

    def choice(self, key: str, allowed: tuple[str, ...], default: str) -> str:
        """One of a closed set of words."""
        found = self.text(key, default)
        if found in allowed:
            return found
        known = ", ".join(allowed)
        message = f'"{key}" is "{found}", expected one of {known}{nearest(found, allowed)}'
        self.complaints.add(self.branch[key], message, CODE_VALUE)
        return default

    def flag(self, key: str, default: bool) -> bool:
        """A flag, true or false."""
        leaf = self.branch.get(key)
        if leaf is None:
            return default
        if isinstance(leaf.value, bool):
            return leaf.value
        self.complaints.expected(leaf, "true or false")
        return default

    def numbered(self, key: str) -> Mapping[int, str]:
        """A table of texts under numbers."""
        leaf = self.branch.get(key)
        table = mapping(leaf, self.complaints) if leaf else {}
        if leaf and not all(k.isdecimal() and isinstance(v, str) for k, v in table.items()):
            self.complaints.expected(leaf, "a table of texts under numbers")
            return {}
        return {int(number): str(text) for number, text in table.items()}

    def number(self, key: str, default: float) -> float:
        """An integer or a float."""
        leaf = self.branch.get(key)
        if leaf is None:
            return default
        if is_number(leaf.value):
            return float(leaf.value)  # type: ignore[arg-type] # is_number said so
        self.complaints.expected(leaf, "a number")
        return default

    def integer(self, key: str, default: int, low: int, high: int) -> int:
        """An integer within bounds."""
        leaf = self.branch.get(key)
        if leaf is None:
            return default
        value = leaf.value
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.complaints.expected(leaf, f"an integer from {low} to {high}")
        return default

    def integers(self, key: str) -> frozenset[int]:
        """One integer or a list of them."""
        leaf = self.branch.get(key)
        if leaf is None:
            return _NO_NUMBERS
        values = leaf.value if isinstance(leaf.value, list) else [leaf.value]
        good = [v for v in values if isinstance(v, int) and not isinstance(v, bool)]
        if len(good) != len(values) or not good:
            self.complaints.expected(leaf, "an integer or a list of integers")
        return frozenset(good)

    def texts(self, key: str) -> tuple[str, ...]:
        """One string or a list of them."""
        leaf = self.branch.get(key)
        if leaf is None:
            return ()
        values = leaf.value if isinstance(leaf.value, list) else [leaf.value]
        good = tuple(v for v in values if isinstance(v, str))
        if len(good) != len(values):
            self.complaints.expected(leaf, "text in quotes or a list of such")
        return good

    def patterns(self, key: str) -> tuple[re.Pattern[str], ...]:
        """Regular expressions, which ignore case."""
        leaf = self.branch.get(key)
        found = (pattern(text, leaf, self.complaints) for text in self.texts(key) if leaf)
        return tuple(p for p in found if p is not None)

    def lines(self, key: str) -> tuple[re.Pattern[str], ...]:
        """As `patterns`, for `search` in a text of many lines: each matches a whole line."""
        return tuple(
            re.compile(f"^(?:{p.pattern})$", p.flags | re.MULTILINE) for p in self.patterns(key)
        )

    def oid(self, key: str, base: str) -> str:
        """An OID, hung off the base where it starts with "."; "" where absent or wrong."""
        leaf = self.branch.get(key)
        return absolute(leaf.value, base, leaf, self.complaints, key) if leaf else ""


def is_number(value: object) -> bool:
    """True for TOML's integers and floats, not for its booleans."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def absolute(value: object, base: str, leaf: Leaf, complaints: Complaints, key: str) -> str:
    """An OID without leading dot, relative ones completed; complains and gives "" else."""
    if not isinstance(value, str) or not _OID.fullmatch(value):
        complaints.expected(leaf, 'an OID such as ".4.3.1.5.1" or "1.3.6.1.2.1.1.5.0"', key)
        return ""
    if not value.startswith("."):
        return value
    if not base:
        complaints.add(leaf, f'"{value}" is relative, but [snmp] has no "base"', CODE_REQUIRED, key)
        return ""
    return base + value


def pattern(text: str, leaf: Leaf, complaints: Complaints) -> re.Pattern[str] | None:
    """A compiled regular expression, or a complaint and None."""
    try:
        return _compiled(text)
    except (re.error, OverflowError) as error:
        complaints.add(leaf, f"'{text}' is no regular expression: {error}", CODE_PATTERN)
        return None


@lru_cache(maxsize=8192)
def _compiled(text: str) -> re.Pattern[str]:
    """Every child of a family has its parent's patterns: more than `re` itself remembers."""
    return re.compile(text, re.IGNORECASE)


def sentinels(leaf: Leaf | None, complaints: Complaints) -> frozenset[Sentinel]:
    """One number or text, or a list of them; text in lower case."""
    if leaf is None:
        return _NO_SENTINELS
    values = leaf.value if isinstance(leaf.value, list) else [leaf.value]
    found: set[Sentinel] = set()
    for value in values:
        if isinstance(value, str):
            found.add(value.strip().lower())
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found.add(float(value))
        else:
            complaints.expected(leaf, "a number, a text, or a list of these")
    return frozenset(found)


def mapping(leaf: Leaf, complaints: Complaints) -> Mapping[str, object]:
    """A TOML table as it is; complains and gives an empty one else."""
    if isinstance(leaf.value, dict):
        return leaf.value
    complaints.expected(leaf, "a table")
    return {}
