"""SNMP tables: which instances a column has, and what their index says (RFC 2578 §7.7)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from sys import intern

from hw_profiles.schema import IndexPart
from model.raw import Value
from model.readings import Fault

Values = Mapping[str, "Value | Fault"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its index as the OID has it, its parts decoded, and each part as it was encoded."""

    suffix: str
    parts: Mapping[str, int | str]
    encoded: Mapping[str, str]


class Layout:
    """Where the instances of columns stand among the addresses of an agent's answers."""

    def __init__(self, addresses: tuple[str, ...]) -> None:
        self._addresses = sorted(addresses)
        self._columns: dict[str, tuple[tuple[str, str], ...]] = {}

    def instances(self, column: str) -> tuple[tuple[str, str], ...]:
        """(index, address) of each instance, by index in numeric order."""
        known = self._columns.get(column)
        if known is None:
            known = self._columns[column] = tuple(sorted(self._found(column), key=_numeric))
        return known

    def _found(self, column: str) -> Iterator[tuple[str, str]]:
        prefix = f"{column}."
        addresses = self._addresses
        for at in range(bisect_left(addresses, prefix), len(addresses)):
            address = addresses[at]
            if not address.startswith(prefix):
                return
            yield intern(address[len(prefix) :]), address


@lru_cache(maxsize=512)
def layout(addresses: tuple[str, ...]) -> Layout:
    """The layout of these addresses: devices of one model share it, from poll to poll."""
    return Layout(addresses)


def _numeric(instance: tuple[str, str]) -> tuple[int, ...]:
    return tuple(int(n) if n.isdecimal() else -1 for n in instance[0].split("."))


def row(suffix: str, index: tuple[IndexPart, ...]) -> Row | None:
    """The row of an index; None where it is not built as the profile says.

    Zeros behind the last part are ignored: some agents append the ".0" of scalars to rows.
    """
    texts = suffix.split(".")
    if not all(map(str.isdecimal, texts)):
        return None
    numbers = list(map(int, texts))
    parts: dict[str, int | str] = {}
    encoded: dict[str, str] = {}
    at = 0
    for part in index:
        end = _end(part, numbers, at)
        if end > len(numbers):
            return None
        used = numbers[at:end]
        parts[part.name] = used[0] if part.kind == "integer" else _text(used, part.kind)
        encoded[part.name] = ".".join(map(str, used))
        at = end
    return None if any(numbers[at:]) else Row(suffix, parts, encoded)


def _end(part: IndexPart, numbers: list[int], at: int) -> int:
    if part.kind == "integer" or at >= len(numbers):
        return at + 1
    return at + 1 + numbers[at] if part.kind == "string" else len(numbers)


def _text(numbers: list[int], kind: str) -> str:
    if kind == "rest":
        last = max((at for at, number in enumerate(numbers) if number), default=0)
        return ".".join(map(str, numbers[: last + 1]))
    octets = bytes(n & 0xFF for n in (numbers[1:] if kind == "string" else numbers))
    return octets.rstrip(b"\0").decode("utf-8", errors="replace")  # some fill a fixed length
