"""BER of whoever answers, taken apart by its elements (X.690 §8). Never raises."""

from __future__ import annotations

from typing import NamedTuple

from collectors.snmp.ber import BerError, head

SET = 0x31
"""SET OF, of which a certificate's names are made; SNMP has none."""


class Element(NamedTuple):
    """One element: its tag, and where its content starts and ends."""

    tag: int
    start: int
    end: int


def element(data: bytes, at: int, end: int) -> Element | None:
    """The element at `at`; None where it is cut off, or longer than what holds it."""
    try:
        return Element(*head(data, at, end))
    except BerError:
        return None


def elements(data: bytes, start: int, end: int) -> list[Element]:
    """The elements one after the other, up to the first that is none."""
    found = []
    while (each := element(data, start, end)) is not None:
        found.append(each)
        start = each.end
    return found


def inside(data: bytes, each: Element | None) -> list[Element]:
    """The elements within one; nothing within none."""
    return [] if each is None else elements(data, each.start, each.end)
