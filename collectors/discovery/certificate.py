"""The names and times in an X.509 certificate (RFC 5280 §4.1.2), read and not believed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from collectors.discovery.ber import SET, Element, element, inside
from collectors.snmp.ber import INTEGER, OBJECT_ID, SEQUENCE
from model.sightings import Certificate

_VERSION = 0xA0
_ATTRIBUTES = {
    b"\x55\x04\x03": "CN",
    b"\x55\x04\x06": "C",
    b"\x55\x04\x0a": "O",
    b"\x55\x04\x0b": "OU",
}
_UTC_TIME = 0x17
_ENCODINGS = {0x0C: "utf-8", 0x13: "ascii", 0x14: "latin-1", 0x16: "ascii", 0x1E: "utf-16-be"}
"""String types: UTF8, Printable, Teletex, IA5, BMP (X.680 §41)."""
LONGEST = 128
"""Characters of one name that are kept."""


def names(der: bytes) -> Certificate | None:
    """Subject and issuer; None where the bytes are no certificate."""
    parts = _parts(der)
    if not parts:
        return None
    issuer, subject = parts[2], parts[4]
    if issuer.tag != SEQUENCE or subject.tag != SEQUENCE:
        return None
    return Certificate(tuple(_attributes(der, subject)), tuple(_attributes(der, issuer)))


def validity(der: bytes) -> tuple[float, float] | None:
    """From when to when it is valid, in Unix time; None where the bytes are no certificate."""
    parts = _parts(der)
    times = [_time(der, each) for each in inside(der, parts[3])] if parts else []
    if len(times) != 2 or times[0] is None or times[1] is None:
        return None
    return times[0], times[1]


def _parts(der: bytes) -> list[Element]:
    """Serial number, signature, issuer, validity, subject and the rest; [] where it is none."""
    parts = inside(der, next(iter(inside(der, element(der, 0, len(der)))), None))
    if parts and parts[0].tag == _VERSION:
        parts = parts[1:]
    return parts if len(parts) >= 5 and parts[0].tag == INTEGER else []


def _time(der: bytes, each: Element) -> float | None:
    """UTCTime or GeneralizedTime (§4.1.2.5): two digits of a year are of 1950 to 2049."""
    text = der[each.start : each.end].decode("latin-1")
    if each.tag == _UTC_TIME:
        text = ("19" if text[:2] >= "50" else "20") + text
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _attributes(der: bytes, name: Element) -> Iterator[tuple[str, str]]:
    for relative in inside(der, name):
        for pair in inside(der, relative) if relative.tag == SET else []:
            held = inside(der, pair)
            if len(held) != 2 or held[0].tag != OBJECT_ID:
                continue
            attribute = _ATTRIBUTES.get(der[held[0].start : held[0].end])
            encoding = _ENCODINGS.get(held[1].tag)
            if attribute and encoding:
                text = der[held[1].start : held[1].end].decode(encoding, "replace")
                yield attribute, text[:LONGEST]
