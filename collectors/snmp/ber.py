"""BER as far as SNMP needs it (X.690 §8, RFC 3416 §3, RFC 3417 §8): elements, written and read.

The varbinds of a response, which are most of what arrives, have a reader of their own
(`collectors.snmp.varbinds`).
"""

from __future__ import annotations

Oid = tuple[int, ...]
INTEGER, OCTET_STRING, NULL, OBJECT_ID, SEQUENCE = 0x02, 0x04, 0x05, 0x06, 0x30


class BerError(ValueError):
    """These bytes are not the BER that SNMP uses."""


def tlv(tag: int, content: bytes) -> bytes:
    """One element, definite length in its shortest form."""
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    if length < 0x100:
        return bytes((tag, 0x81, length)) + content
    size = 2 if length < 0x10000 else 4
    return bytes((tag, 0x80 | size)) + length.to_bytes(size, "big") + content


def integer(value: int, tag: int = INTEGER) -> bytes:
    """An integer, two's complement in its fewest bytes (§8.3)."""
    if 0 <= value < 0x80:
        return bytes((tag, 1, value))
    size = (value if value >= 0 else ~value).bit_length() // 8 + 1
    return tlv(tag, value.to_bytes(size, "big", signed=True))


def oid_content(oid: Oid) -> bytes:
    """The content of an OBJECT IDENTIFIER (§8.19)."""
    first, *rest = (oid[0] * 40 + oid[1], *oid[2:]) if len(oid) > 1 else (oid[0] * 40,)
    out = bytearray()
    for part in (first, *rest):
        groups = [part & 0x7F]
        while part := part >> 7:
            groups.append(part & 0x7F | 0x80)
        out += bytes(reversed(groups))
    return bytes(out)


def oid_parts(content: bytes) -> Oid:
    """The sub-identifiers of an OBJECT IDENTIFIER. BerError: empty, or cut in the middle."""
    if not content or content[-1] & 0x80:
        raise BerError("an object identifier is cut off")
    parts: list[int] = []
    value = 0
    for byte in content:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            parts.append(value)
            value = 0
    first = parts[0]
    top = min(first // 40, 2)
    return (top, first - 40 * top, *parts[1:])


def head(data: bytes, at: int, end: int) -> tuple[int, int, int]:
    """Tag, start and end of the content of the element at `at`; it must end by `end`."""
    if at + 2 > end:
        raise BerError("an element is cut off")
    length, start = data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or start + count > end:
            raise BerError("an element has no length that we know")
        length = int.from_bytes(data[start : start + count], "big")
        start += count
    if start + length > end:
        raise BerError("an element is longer than its message")
    return data[at], start, start + length


def expect(data: bytes, at: int, end: int, tag: int) -> tuple[int, int]:
    """Start and end of the content of the element at `at`, which must have this tag."""
    start = at + 2
    if start <= end and data[at] == tag and data[at + 1] < 0x80:  # as most are
        stop = start + data[at + 1]
        if stop <= end:
            return start, stop
    found, start, stop = head(data, at, end)
    if found != tag:
        raise BerError(f"tag {found:#04x} where {tag:#04x} is due")
    return start, stop


def number(data: bytes, at: int, end: int) -> tuple[int, int]:
    """The INTEGER at `at`, and where it ends."""
    start, stop = expect(data, at, end, INTEGER)
    if not 1 <= stop - start <= 9:
        raise BerError("an integer has no size that we know")
    return int.from_bytes(data[start:stop], "big", signed=True), stop


def octets(data: bytes, at: int, end: int) -> tuple[bytes, int]:
    """The content of the OCTET STRING at `at`, and where it ends."""
    start, stop = expect(data, at, end, OCTET_STRING)
    return data[start:stop], stop
