"""What a capture holds, as an agent writes it; the elements themselves are the client's own BER."""

from __future__ import annotations

from collectors.snmp.ber import NULL, OBJECT_ID, integer, oid_content, tlv
from hw_profiles.capture import SnmpObject

COUNTER32, IP_ADDRESS = 0x41, 0x40
NO_SUCH_OBJECT, NO_SUCH_INSTANCE, END_OF_MIB_VIEW = b"\x80\x00", b"\x81\x00", b"\x82\x00"
NUMBERS = frozenset({0x02, 0x41, 0x42, 0x43, 0x47, 70})
"""Tags whose content is an integer; 70 is Counter64 (0x46)."""


def value(tag: int, content: int | bytes) -> bytes:
    """One value as an element.

    Integers by number, texts and opaques by their bytes, object identifiers and IP addresses by
    their dotted text.
    """
    if isinstance(content, int):
        return integer(content, tag)
    if tag == OBJECT_ID:
        return tlv(tag, oid_content(tuple(map(int, content.decode("ascii").strip(".").split(".")))))
    if tag == IP_ADDRESS and content.count(b".") == 3:
        return tlv(tag, bytes(map(int, content.split(b"."))))
    return tlv(tag, b"" if tag == NULL else content)


def plain(thing: SnmpObject) -> int | bytes:
    """What a capture's object holds: an int where the tag is a number's, else bytes."""
    return int(thing.value) if thing.tag in NUMBERS else thing.value
