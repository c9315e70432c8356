"""The varbinds of a response (RFC 3416 §3): most of what arrives, so their reader is written out.

Names come again with each poll and are alike on all devices of a model, and so do most texts and
states: what they mean is remembered by their bytes. A varbind that is written in an unusual way,
but rightly, takes the long road (`_unusual`).
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.snmp.ber import BerError, expect, head, oid_parts
from collectors.snmp.client import Missing, Oid, Varbind
from collectors.snmp.values import (
    COUNTER32,
    COUNTER64,
    GAUGE32,
    INTEGER,
    IP_ADDRESS,
    NULL,
    NUMBERS,
    OBJECT_ID,
    OCTET_STRING,
    OPAQUE,
    TIMETICKS,
    address,
    dotted,
    opaque,
    text,
)
from hw_profiles.capture import SnmpObject
from model.readings import Scalar

_SEQUENCE = 0x30
_MOST_NAMES, _MOST_TEXTS, _LONGEST_TEXT = 60_000, 10_000, 80
_MISSING = {
    0x80: Missing.NO_SUCH_OBJECT,
    0x81: Missing.NO_SUCH_INSTANCE,
    0x82: Missing.END_OF_MIB_VIEW,
}
_SIZES = {COUNTER32: 4, GAUGE32: 4, TIMETICKS: 4, COUNTER64: 8}

_names: dict[bytes, Oid] = {}
_again: dict[bytes, Varbind] = {}


def varbinds(data: bytes, at: int, end: int) -> tuple[Varbind, ...]:
    """The varbinds from `at` to `end`. BerError: they are none."""
    found: list[Varbind] = []
    add, names, whole, new = found.append, _names, int.from_bytes, tuple.__new__
    again = _again.get
    try:
        while at < end:
            name_at = at + 2
            following = name_at + data[at + 1]
            known = again(data[at:following])
            if known is not None:
                add(known)
                at = following
                continue
            value_at = name_at + 2 + data[name_at + 1]
            start = value_at + 2
            oid = names.get(data[name_at:value_at])
            if oid is None or start + data[value_at + 1] != following or data[at] != _SEQUENCE:
                varbind, at = _unusual(data, at, end)
                add(varbind)
                continue
            if data[value_at] == INTEGER and following - start > 1:
                add(new(Varbind, (oid, whole(data[start:following], "big", signed=True))))
            else:
                varbind = new(Varbind, (oid, value(data[value_at], data[start:following])))
                add(varbind)
                if data[value_at] <= OCTET_STRING and following <= end:
                    _remember(data[at:following], varbind)
            at = following
    except IndexError as error:
        raise BerError("a varbind is cut off") from error
    if at != end:
        raise BerError("the varbinds are longer than their list")
    return tuple(found)


def _remember(element: bytes, varbind: Varbind) -> None:
    """For states, small numbers and names: what they are comes again as it is."""
    if len(element) <= _LONGEST_TEXT:
        if len(_again) >= _MOST_TEXTS:
            _again.clear()
        _again[element] = varbind


def _unusual(data: bytes, at: int, end: int) -> tuple[Varbind, int]:
    """One varbind whose name is new, or whose lengths are not in the shortest form."""
    name_at, name_end, tag, start, stop = _parts(data, at, end)
    element = data[name_at - 2 : name_end]
    if name_end - name_at < 0x80 and data[name_at - 1] == name_end - name_at:
        oid = _names.get(element)
        if oid is None:
            oid = oid_parts(data[name_at:name_end])
            if len(_names) < _MOST_NAMES:
                _names[element] = oid
    else:
        oid = oid_parts(data[name_at:name_end])
    return Varbind(oid, value(tag, data[start:stop])), stop


def _parts(data: bytes, at: int, end: int) -> tuple[int, int, int, int, int]:
    """Where a varbind's name stands, its value's tag, and where its value stands."""
    inner, following = expect(data, at, end, _SEQUENCE)
    name_at, name_end = expect(data, inner, following, OBJECT_ID)
    tag, start, stop = head(data, name_end, following)
    if stop != following:
        raise BerError("a varbind holds more than name and value")
    return name_at, name_end, tag, start, stop


def value(tag: int, content: bytes) -> Scalar | Missing:
    """What an object holds, by its tag on the wire (RFC 2578 §7.1, RFC 3417 §8).

    An integer of no bytes, NULL and unknown types hold nothing.
    """
    if tag == OCTET_STRING:
        return text(content)
    if tag in NUMBERS and content:
        return _number(tag, content)
    if tag == OBJECT_ID:
        return dotted(oid_parts(content)) if content else ""
    if tag == IP_ADDRESS:
        return address(content)
    if tag == OPAQUE:
        return opaque(content)
    return _MISSING.get(tag, Missing.UNSPECIFIED)


def _number(tag: int, content: bytes) -> int:
    """Unsigned types whose leading zero was left out are unsigned all the same.

    In fewer bytes than the type has, a sign is a sign: weak agents put negative numbers there.
    """
    unsigned = len(content) == _SIZES.get(tag, 0)
    return int.from_bytes(content, "big", signed=not unsigned)


def objects(data: bytes, at: int, end: int) -> Iterator[SnmpObject]:
    """The same objects as captures hold them; those without a value are left out."""
    while at < end:
        name_at, name_end, tag, start, at = _parts(data, at, end)
        if tag not in _MISSING:
            content = data[start:at]
            yield SnmpObject(oid_parts(data[name_at:name_end]), tag, _recorded(tag, content))


def _recorded(tag: int, content: bytes) -> bytes:
    if tag in NUMBERS and content:
        return str(_number(tag, content)).encode()
    if tag == OBJECT_ID and content:
        return dotted(oid_parts(content)).encode()
    if tag == NULL:
        return b""
    shown = address(content) if tag == IP_ADDRESS else content
    return shown.encode() if isinstance(shown, str) else shown
