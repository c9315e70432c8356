"""What pysnmp decoded, as captures hold it: the tag on the wire and the value behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from collectors.snmp.values import IP_ADDRESS, NUMBERS, OBJECT_ID, address, dotted
from hw_profiles.capture import SnmpObject

_CONTEXT = 0x80
"""The class of tags that stand for no value (noSuchObject, endOfMibView; RFC 3416 §3)."""


def objects(held: Iterable[tuple[Any, Any]]) -> Iterator[SnmpObject]:
    """The objects among pairs of ASN.1 name and value; those without a value are left out."""
    for name, value in held:
        tags = value.tagSet.superTags
        if not tags or tags[-1].tagClass == _CONTEXT:
            continue
        tag = tags[-1].tagClass | tags[-1].tagId
        yield SnmpObject(tuple(name), tag, _content(tag, value))


def _content(tag: int, value: Any) -> bytes:
    if tag in NUMBERS:
        return str(int(value)).encode()
    if tag == OBJECT_ID:
        return dotted(tuple(value)).encode()
    found: bytes = value.asOctets() if hasattr(value, "asOctets") else b""
    shown = address(found) if tag == IP_ADDRESS else found
    return shown.encode() if isinstance(shown, str) else shown
