"""Sensor data records and FRU areas in bytes, written from the specification (§43) for tests.

Independent of the project's own decoders and simulators on purpose.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

BMC = 0x20
THRESHOLD, SPECIFIC = 0x01, 0x6F


def _head(kind: int, body: bytes, record: int = 0) -> bytes:
    return struct.pack("<HBBB", record, 0x51, kind, len(body)) + body


def _ten_bits(value: int) -> tuple[int, int]:
    return value & 0xFF, (value & 0x300) >> 2


@dataclass(frozen=True)
class Full:
    """A full record (table 43-1). `thresholds`: raw lnr, lcr, lnc, unc, ucr, unr, None unset."""

    number: int
    name: str | bytes
    kind: int
    unit: int
    m: int = 1
    b: int = 0
    b_exponent: int = 0
    exponent: int = 0
    data_format: int = 0
    linearization: int = 0
    thresholds: tuple[int | None, ...] = (None,) * 6
    entity: tuple[int, int] = (7, 1)
    event_type: int = THRESHOLD
    flags: int = 0
    owner: int = BMC
    lun: int = 0

    def encode(self) -> bytes:
        lnr, lcr, lnc, unc, ucr, unr = self.thresholds
        mask = sum(1 << i for i, t in enumerate((lnc, lcr, lnr, unc, ucr, unr)) if t is not None)
        events = sum(
            1 << bit
            for bit, t in ((0, lnc), (2, lcr), (4, lnr), (7, unc), (9, ucr), (11, unr))
            if t is not None
        )
        m_low, m_high = _ten_bits(self.m)
        b_low, b_high = _ten_bits(self.b)
        signed = self.data_format in (1, 2)
        name = self.name.encode("ascii") if isinstance(self.name, str) else self.name
        body = bytes((self.owner, self.lun, self.number, *self.entity, 0x7F))
        body += bytes((0x68 if mask else 0x40, self.kind, self.event_type))
        body += struct.pack("<HHH", events if mask else 0x7000, events, mask << 8 | mask)
        body += bytes((self.data_format << 6 | self.flags, self.unit, 0, self.linearization))
        body += bytes((m_low, m_high, b_low, b_high, 0))
        body += bytes(((self.exponent & 15) << 4 | self.b_exponent & 15, 7, 40, 80, 10))
        body += bytes((0x7F, 0x80) if signed else (0xFF, 0))
        body += bytes(t or 0 for t in (unr, ucr, unc, lnr, lcr, lnc))
        body += bytes((2, 2, 0, 0, 0, 0xC0 | len(name))) + name
        return _head(0x01, body)


@dataclass(frozen=True)
class Compact:
    """A compact record (table 43-2), shared by `share` sensors."""

    number: int
    name: str
    kind: int
    event_type: int = SPECIFIC
    entity: tuple[int, int] = (7, 1)
    share: int = 1
    alphabetic: bool = False
    offset: int = 0

    def encode(self) -> bytes:
        name = self.name.encode("ascii")
        body = bytes((BMC, 0, self.number, *self.entity, 0x67, 0x40, self.kind, self.event_type))
        body += struct.pack("<HHH", 0xFF, 0, 0xFF)
        sharing = (self.share | self.alphabetic << 4, self.offset | (self.share > 1) << 7)
        body += bytes((0xC0, 0, 0, *sharing, 0, 0, 0, 0, 0, 0, 0xC0 | len(name))) + name
        return _head(0x02, body)


def event_only(number: int, name: str, kind: int) -> bytes:
    """A sensor that cannot be read (table 43-3)."""
    text = name.encode("ascii")
    body = bytes((BMC, 0, number, 7, 1, kind, SPECIFIC, 1, 0, 0, 0, 0xC0 | len(text))) + text
    return _head(0x03, body)


def fru_locator(fru: int, name: str, entity: tuple[int, int]) -> bytes:
    """Where a FRU is (table 43-7)."""
    text = name.encode("ascii")
    body = bytes((BMC, fru, 0x80, 0, 0, 0x10, 0, *entity, 0, 0xC0 | len(text))) + text
    return _head(0x11, body)


def controller_locator(name: str) -> bytes:
    """Where the controller is (table 43-8)."""
    text = name.encode("ascii")
    body = bytes((BMC, 0, 0, 0xBF, 0, 0, 0, 6, 1, 0, 0xC0 | len(text))) + text
    return _head(0x12, body)


def oem(manufacturer: int, data: bytes) -> bytes:
    """An OEM record (table 43-12)."""
    return _head(0xC0, manufacturer.to_bytes(3, "little") + data)


def text_field(text: str | bytes) -> bytes:
    """A type/length field of 8-bit text."""
    data = text.encode("latin-1") if isinstance(text, str) else text
    return bytes((0xC0 | len(data),)) + data


def _area(head: bytes, texts: tuple[str | bytes, ...]) -> bytes:
    area = bytearray(head + b"".join(map(text_field, texts)) + b"\xc1")
    area += bytes(-(len(area) + 1) % 8)
    area[1] = (len(area) + 1) // 8
    return bytes(area) + bytes((-sum(area) & 0xFF,))


def fru(
    *,
    chassis: tuple[str | bytes, ...] = (),
    board: tuple[str | bytes, ...] = (),
    product: tuple[str | bytes, ...] = (),
    language: int = 25,
) -> bytes:
    """A FRU with the areas that have texts (FRU definition §8 to §12)."""
    areas = [
        _area(b"\x01\x00\x17", chassis) if chassis else b"",
        _area(bytes((1, 0, language, 0, 0, 0)), board) if board else b"",
        _area(bytes((1, 0, language)), product) if product else b"",
    ]
    offsets, at = [], 1
    for area in areas:
        offsets.append(at if area else 0)
        at += len(area) // 8
    header = bytes((1, 0, *offsets, 0, 0))
    return header + bytes((-sum(header) & 0xFF,)) + b"".join(areas)
