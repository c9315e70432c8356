"""Pseudonyms: what stands for a serial number, a name or an address in a capture.

A pseudonym has the shape and the length of what it stands for, the same original always gets the
same one, and each is known for what it is by its looks: nothing is replaced twice.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

SERIAL, NAME, MAC, IP, UUID, BINARY = "serial", "name", "mac", "ip", "uuid", "binary"
KINDS = {
    SERIAL: "serial numbers",
    NAME: "names",
    MAC: "hardware addresses",
    IP: "IP addresses",
    UUID: "UUIDs",
    BINARY: "binary numbers",
}
"""Kind → what it is called."""

_DIGITS = "0123456789"
_UPPER = "XYZABCDEFGHIJKLMNOPQRSTUVW"
_LOWER = _UPPER.lower()
_OTHER = "某"
_ALPHABETS = {"0": _DIGITS, "X": _UPPER, "x": _LOWER, _OTHER: _OTHER}
_COUNTED = 4
"""Places at the end of a text that count; those before say X and 0 alone."""
_MAC_PREFIX = b"\x02\xdc\xa0"
"""Locally administered (IEEE 802 §8.4): no maker's."""
_UUID_PREFIX = bytes.fromhex("dca6e270000040008000")
_IPV6_PREFIX = "2001:db8:"
"""For documentation (RFC 3849)."""
_SPECIAL_FROM, _LOOPBACK = 224, 127
FILLERS = frozenset(
    (
        *("", "n/a", "na", "none", "null", "unknown", "not specified", "default", "localhost"),
        *("to be filled by o.e.m.", "default string", "not available", "unspecified", "-", "--"),
    )
)
"""What stands where nobody filled anything in."""


class Mapped(NamedTuple):
    """What a pseudonym stands for."""

    kind: str
    original: str


class Pseudonyms:
    """Gives pseudonyms; `known` are those of an earlier run: (kind, original) → pseudonym."""

    def __init__(self, known: Mapping[Mapped, str] | None = None) -> None:
        self._given = dict(known or {})
        self._taken = {(m.kind, word) for m, word in self._given.items()}
        self._last: dict[tuple[str, str], int] = {}
        self.seen: dict[str, set[str]] = {kind: set() for kind in KINDS}
        """Pseudonyms that were given or met, by kind."""
        self.fresh = 0
        """How many were given for the first time."""

    @property
    def map(self) -> Mapping[Mapped, str]:
        """What was given so far."""
        return self._given

    def text(self, kind: str, original: str) -> str:
        """The pseudonym of a serial number or a name; fillers stand for themselves."""
        core = original.strip(" \0\t\r\n")
        if core.casefold() in FILLERS or not any(c.isalnum() for c in core):
            return original
        if is_shaped(core):
            self.seen[kind].add(core)
            return original
        shape = _shape(core)
        found = self._give(kind, core, lambda n: _counted(shape, n), shape)
        return original.replace(core, found, 1)

    def mac(self, original: bytes) -> bytes:
        """The pseudonym of a hardware address of six bytes; none and broadcast stay."""
        if original[:3] == _MAC_PREFIX:
            self.seen[MAC].add(original.hex(":"))
            return original
        if not any(original) or original == b"\xff" * 6:
            return original
        found = self._give(
            MAC, original.hex(":"), lambda n: (_MAC_PREFIX + n.to_bytes(3, "big")).hex(":")
        )
        return bytes.fromhex(found.replace(":", ""))

    def ip(self, original: str) -> str:
        """The pseudonym of an IP address; IPv4 in as many characters, in ranges that nobody has.

        Those (0/8, 127/8 and from 224 on: masks, groups and our own) stand for themselves.
        """
        if ":" in original:
            if original.casefold().startswith(_IPV6_PREFIX) or original in ("::", "::1"):
                return original
            return self._give(IP, original, lambda n: f"{_IPV6_PREFIX}:{n:x}")
        first = int(original.partition(".")[0])
        if first in (0, _LOOPBACK) or first >= _SPECIAL_FROM:
            if 240 <= first < 255 or (first == 0 and original != "0.0.0.0"):  # noqa: S104
                self.seen[IP].add(original)
            return original
        length = len(original)
        return self._give(IP, original, lambda n: _reserved(length, n), str(length))

    def uuid(self, original: bytes) -> bytes:
        """The pseudonym of a UUID of sixteen bytes; all zeros and all ones stay."""
        prefix = len(_UUID_PREFIX)
        if original[:prefix] == _UUID_PREFIX:
            self.seen[UUID].add(original.hex())
            return original
        if len(set(original)) == 1:
            return original
        found = self._give(
            UUID, original.hex(), lambda n: (_UUID_PREFIX + n.to_bytes(6, "big")).hex()
        )
        return bytes.fromhex(found)

    def binary(self, original: bytes) -> bytes:
        """The pseudonym of a number in binary: zeros, and two bytes that count."""
        if not any(original[:-2]):
            if any(original):
                self.seen[BINARY].add(original.hex())
            return original
        size = len(original)
        found = self._give(BINARY, original.hex(), lambda n: n.to_bytes(size, "big").hex())
        return bytes.fromhex(found)

    def _give(self, kind: str, original: str, make: Callable[[int], str], shape: str = "") -> str:
        """The pseudonym given before, or the next free one of this shape."""
        mapped = Mapped(kind, original)
        found = self._given.get(mapped)
        if found is None:
            number = self._last.get((kind, shape), 0) + 1
            found = make(number)
            while (kind, found) in self._taken and make(number + 1) != found:
                number += 1
                found = make(number)
            # where the shape has no more, several share the last one
            self._last[kind, shape] = number
            self._given[mapped] = found
            self._taken.add((kind, found))
            self.fresh += 1
        self.seen[kind].add(found)
        return found


def is_shaped(text: str) -> bool:
    """True for a text that is a pseudonym already."""
    places = [c for c in text if c.isalnum()]
    counted = min(_COUNTED, len(places) // 2)
    return all(c in _ALPHABETS for c in places[: len(places) - counted])


def _shape(text: str) -> str:
    """The text with an X, x or 0 for each letter and digit."""
    return "".join(map(_class, text))


def _class(character: str) -> str:
    if not character.isalnum():
        return character
    if character in _DIGITS:
        return "0"
    if not character.isascii():
        return _OTHER
    return "X" if character.isupper() else "x"


def _counted(shape: str, number: int) -> str:
    """The shape with a number in its last places; the greatest one where it does not fit."""
    characters = list(shape)
    places = [at for at, c in enumerate(characters) if c in _ALPHABETS]
    places = places[len(places) - min(_COUNTED, len(places) // 2) :]
    room = 1
    for at in places:
        room *= len(_ALPHABETS[characters[at]])
    left = min(number, room - 1)
    for at in reversed(places):
        alphabet = _ALPHABETS[characters[at]]
        left, rest = divmod(left, len(alphabet))
        characters[at] = alphabet[rest]
    return "".join(characters)


def _reserved(length: int, number: int) -> str:
    """An IPv4 address in 240/4 or, where that is too long, in 0/8, of this many characters."""
    first, room = ("240", length - 6) if length >= 9 else ("0", length - 4)
    sizes = [1, 1, 1]
    for at in (2, 1, 0):
        sizes[at] = min(3, room - sum(sizes) + 1)
    spans = [(0, 10), (10, 90), (100, 100)]
    most = math.prod(spans[size - 1][1] for size in sizes) - 1
    parts, left = [], min(number, most)
    for size in reversed(sizes):
        low, count = spans[size - 1]
        left, rest = divmod(left, count)
        parts.append(str(low + rest))
    return ".".join((first, *reversed(parts)))
