"""What SNMP objects hold, in our terms."""

from __future__ import annotations

import math
import struct
from datetime import datetime
from functools import lru_cache

from hw_profiles.capture import SnmpObject
from model.readings import Scalar

INTEGER, OCTET_STRING, NULL, OBJECT_ID = 2, 4, 5, 6
IP_ADDRESS, COUNTER32, GAUGE32, TIMETICKS, OPAQUE, COUNTER64 = 64, 65, 66, 67, 68, 70
NUMBERS = frozenset({INTEGER, COUNTER32, GAUGE32, TIMETICKS, COUNTER64})
"""The tags of whole numbers."""


def text(data: bytes) -> str | bytes:
    """An OCTET STRING: text in UTF-8 or else GB18030, a date in ISO 8601, else its bytes.

    NULs at the end go, as fixed-size buffers leave them; control characters mean that it was no
    text at all (a date, or a hardware address).
    """
    trimmed = data.rstrip(b"\0")
    for encoding in ("utf-8", "gb18030"):
        try:
            found = trimmed.decode(encoding)
        except UnicodeDecodeError:
            continue
        if found.isprintable() or all(c.isprintable() or c in "\t\r\n" for c in found):
            return found
    return date(data) or data


def date(data: bytes) -> str:
    """A DateAndTime (RFC 2579 §2) in ISO 8601, with its zone where it has one; "" if it is none."""
    if len(data) not in (8, 11) or data[7] > 9 or not 1900 <= data[0] << 8 | data[1] < 2200:
        return ""
    zone = ""
    if len(data) == 11:
        sign, hours, minutes = data[8:]
        if sign not in b"+-" or hours > 14 or minutes > 59:
            return ""
        zone = f"{sign:c}{hours:02}:{minutes:02}"
    try:
        month, day, hour, minute, second = data[2:7]
        found = datetime(data[0] << 8 | data[1], month, day, hour, minute, min(second, 59))  # noqa: DTZ001
    except ValueError:
        return ""
    return f"{found.isoformat()}.{data[7]}{zone}" if data[6] <= 60 else ""


def opaque(data: bytes) -> Scalar:
    """An Opaque: a float or double inside (tags 9F78h and 9F79h), else its bytes."""
    if data[:3] == b"\x9f\x78\x04" and len(data) == 7:
        value: float = struct.unpack(">f", data[3:])[0]
    elif data[:3] == b"\x9f\x79\x08" and len(data) == 11:
        value = struct.unpack(">d", data[3:])[0]
    else:
        return data
    return value if math.isfinite(value) else data


def address(data: bytes) -> str | bytes:
    """An IpAddress: dotted text of its four bytes."""
    return ".".join(map(str, data)) if len(data) == 4 else data


@lru_cache(maxsize=1 << 15)
def dotted(oid: tuple[int, ...]) -> str:
    """An object identifier's text, without a leading dot."""
    return ".".join(map(str, oid))


def recorded(thing: SnmpObject) -> Scalar | None:
    """A capture's object as an agent would have sent it; None for NULL."""
    if thing.tag in NUMBERS:
        return int(thing.value)
    if thing.tag == NULL:
        return None
    if thing.tag == OPAQUE:
        return opaque(thing.value)
    if thing.tag == IP_ADDRESS:
        spoken = thing.value.decode("ascii", "replace")
        return spoken if spoken.count(".") == 3 else address(thing.value)
    if thing.tag == OBJECT_ID:
        return thing.value.decode("ascii", "replace").strip(".")
    return text(thing.value)
