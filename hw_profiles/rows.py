"""SNMP tables: which instances a column has, and what their index says (RFC 2578 §7.7)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass

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


class Columns:
    """Finds the instances of any column among an agent's answers."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self._addresses = sorted(values)

    def instances(self, column: str) -> list[tuple[str, Value | Fault]]:
        """(index, value) of each instance, by index in numeric order."""
        prefix = f"{column}."
        addresses = self._addresses
        found = []
        for at in range(bisect_left(addresses, prefix), len(addresses)):
            address = addresses[at]
            if not address.startswith(prefix):
                break
            found.append((address[len(prefix) :], self._values[address]))
        found.sort(key=_numeric)
        return found


def _numeric(instance: tuple[str, object]) -> tuple[int, ...]:
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
