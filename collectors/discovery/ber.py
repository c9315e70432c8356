"""BER as far as an engine ID and a certificate's names need it (X.690 §8). Never raises."""

from __future__ import annotations

from typing import NamedTuple

INTEGER, OCTET_STRING, OBJECT_ID, SEQUENCE, SET = 0x02, 0x04, 0x06, 0x30, 0x31
_DEEPEST_LENGTH = 4


class Element(NamedTuple):
    """One element: its tag, and where its content starts and ends."""

    tag: int
    start: int
    end: int


def element(data: bytes, at: int, end: int) -> Element | None:
    """The element at `at`; None where it is cut off, or longer than what holds it."""
    if at + 2 > end:
        return None
    length, start = data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= _DEEPEST_LENGTH or start + count > end:
            return None
        length = int.from_bytes(data[start : start + count], "big")
        start += count
    return Element(data[at], start, start + length) if start + length <= end else None


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


def tlv(tag: int, content: bytes) -> bytes:
    """One element of at most 65535 bytes of content."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    if size < 0x100:
        return bytes((tag, 0x81, size)) + content
    return bytes((tag, 0x82)) + size.to_bytes(2, "big") + content
