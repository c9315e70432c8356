"""Redacts a FRU in place (FRU information storage definition v1.0 rev 1.3).

Sizes and offsets stay; checksums are moved by what changed, so right ones stay right.
"""

from __future__ import annotations

from hw_profiles.pseudonyms import SERIAL
from hw_profiles.scrub import Scrubber

_HEADER, _UNIT, _END, _LENGTH = 8, 8, 0xC1, 0x3F
_BINARY, _BCD, _SIX_BIT = 0, 1, 2
_INTERNAL = 1
_AREAS = {2: (3, {1}), 3: (6, {2}), 4: (3, {4, 5})}
"""Place in the header → where the first text stands, and which texts are serials and tags."""
_BCD_DIGITS = "0123456789 -."


def redacted(content: bytes, scrub: Scrubber) -> bytes:
    """The FRU with serial numbers and asset tag replaced, and its other texts scrubbed.

    The internal use area, which nobody can read, is emptied.
    """
    if len(content) < _HEADER or content[0] & 0x0F != 1:
        return content
    data = bytearray(content)
    _empty(data, content)
    for place, (first, private) in _AREAS.items():
        start = content[place] * _UNIT
        if start and start + first < len(data):
            end = min(start + (data[start + 1] * _UNIT or len(data)), len(data))
            area = bytes(data[start:end])
            data[start:end] = _area(area, first, private, scrub)
    return bytes(data)


def _empty(data: bytearray, content: bytes) -> None:
    """The internal use area reaches to the next one (§9)."""
    start = content[_INTERNAL] * _UNIT
    if start:
        later = [offset * _UNIT for offset in content[2:6] if offset * _UNIT > start]
        end = min((*later, len(data)))
        data[start + 1 : end] = bytes(max(end - start - 1, 0))


def _area(area: bytes, first: int, private: set[int], scrub: Scrubber) -> bytes:
    data = bytearray(area)
    place, index = first, 0
    while place < len(area) and area[place] != _END:
        kind, size = area[place] >> 6, area[place] & _LENGTH
        field = area[place + 1 : place + 1 + size]
        data[place + 1 : place + 1 + len(field)] = _field(kind, field, index in private, scrub)
        place, index = place + 1 + size, index + 1
    if len(area) == area[1] * _UNIT:  # else it was cut short, and has no checksum
        data[-1] = (area[-1] + sum(area[:-1]) - sum(data[:-1])) & 0xFF
    return bytes(data)


def _field(kind: int, field: bytes, private: bool, scrub: Scrubber) -> bytes:
    """A text of the same size. Texts that are packed are scrubbed only where they are private."""
    if kind == _BINARY:
        return scrub.pseudonyms.binary(field) if private else field
    if kind == _SIX_BIT:
        return _packed(_pseudonym(_unpacked(field), scrub), field) if private else field
    if kind == _BCD:
        return _bcd(field, scrub) if private else field
    wide = len(field) % 2 == 0 and b"\0" in field.rstrip(b"\0") and not any(field[1::2])
    text = field.decode("utf-16-le" if wide else "latin-1")
    found = _pseudonym(text, scrub) if private else scrub.text(text)
    encoded = found.encode("utf-16-le") if wide else found.replace("某", "x").encode("latin-1")
    return encoded if len(encoded) == len(field) else field.translate(bytes([0x78]) * 256)


def _pseudonym(text: str, scrub: Scrubber) -> str:
    if scrub.secret(text):
        return scrub.text(text)
    return scrub.pseudonyms.text(SERIAL, text)


def _unpacked(field: bytes) -> str:
    """6-bit ASCII, packed from the low bit on (§13.1)."""
    bits = int.from_bytes(field, "little")
    return "".join(chr(0x20 + (bits >> 6 * i & 0x3F)) for i in range(len(field) * 8 // 6))


def _packed(text: str, field: bytes) -> bytes:
    bits = sum((ord(c) - 0x20 & 0x3F) << 6 * i for i, c in enumerate(text))
    return bits.to_bytes(len(field), "little")


def _bcd(field: bytes, scrub: Scrubber) -> bytes:
    nibbles = [n for byte in field for n in (byte >> 4, byte & 15)]
    if any(n >= len(_BCD_DIGITS) for n in nibbles):
        return scrub.pseudonyms.binary(field)
    found = _pseudonym("".join(_BCD_DIGITS[n] for n in nibbles), scrub)
    codes = [_BCD_DIGITS.index(c) for c in found]
    return bytes(high << 4 | low for high, low in zip(codes[::2], codes[1::2], strict=True))
