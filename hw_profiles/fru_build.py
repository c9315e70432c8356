"""Writes a FRU's contents (IPMI Platform Management FRU Information Storage v1.0 rev 1.3)."""

from __future__ import annotations

from collections.abc import Sequence

_FORMAT = 0x01
_ENGLISH = 25
_NO_MORE_FIELDS = b"\xc1"
_RACK_MOUNT = 0x17


def fru(
    board: Sequence[str],
    product: Sequence[str],
    chassis: Sequence[str] = (),
    *,
    minutes: int = 14_900_000,
) -> bytes:
    """Header and areas, each padded to eight bytes.

    `board`: manufacturer, product, serial, part number, FRU file; `product`: manufacturer, name,
    part number, version, serial, asset tag, FRU file; `chassis`: part number, serial. Empty
    texts are empty fields, an empty sequence leaves its area out. `minutes` is the board's date,
    from 1996-01-01.
    """
    areas = (
        _area(bytes((_RACK_MOUNT,)), chassis),
        _area(bytes((_ENGLISH,)) + minutes.to_bytes(3, "little"), board),
        _area(bytes((_ENGLISH,)), product),
    )
    offsets, at = [], 1
    for area in areas:
        offsets.append(at if area else 0)
        at += len(area) // 8
    header = bytes((_FORMAT, 0, *offsets, 0, 0))
    return header + _checksum(header) + b"".join(areas)


def _area(begin: bytes, fields: Sequence[str]) -> bytes:
    if not fields:
        return b""
    content = begin + b"".join(map(_field, fields)) + _NO_MORE_FIELDS
    size = (2 + len(content) + 1 + 7) // 8
    area = (bytes((_FORMAT, size)) + content).ljust(size * 8 - 1, b"\0")
    return area + _checksum(area)


def _field(text: str) -> bytes:
    """Type/length byte and 8-bit ASCII; one character would read as the end of the fields."""
    content = text.encode("latin-1")
    if len(content) == 1:
        content += b" "
    return bytes((0xC0 | len(content) if content else 0,)) + content


def _checksum(part: bytes) -> bytes:
    return bytes((-sum(part) & 0xFF,))
