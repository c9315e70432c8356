"""Whether an agent answers a community: one SNMPv2c request for sysObjectID (RFC 3416 §4.2.1).

Agents that speak only v1 or v2c show themselves to nobody else.
"""

from __future__ import annotations

from collectors.discovery.ber import INTEGER, OCTET_STRING, SEQUENCE, element, inside, tlv
from model.credentials import Secret

_V2C, _GET, _RESPONSE = b"\x02\x01\x01", 0xA0, 0xA2
_SYS_OBJECT_ID = bytes.fromhex("06082b06010201010200")
_NULL, _ZERO = b"\x05\x00", b"\x02\x01\x00"


def question(community: Secret, number: int) -> bytes:
    """The request; `number` (31 bits) comes back in the response."""
    varbinds = tlv(SEQUENCE, tlv(SEQUENCE, _SYS_OBJECT_ID + _NULL))
    told = tlv(INTEGER, (number & 0x7FFFFFFF).to_bytes(4, "big"))
    pdu = tlv(_GET, told + _ZERO + _ZERO + varbinds)
    return tlv(SEQUENCE, _V2C + tlv(OCTET_STRING, community.reveal().encode()) + pdu)


def answers(datagram: bytes, number: int) -> bool:
    """Whether this is the response to that request, whatever it holds."""
    parts = inside(datagram, element(datagram, 0, len(datagram)))
    if [part.tag for part in parts] != [INTEGER, OCTET_STRING, _RESPONSE]:
        return False
    first = next(iter(inside(datagram, parts[2])), None)
    if first is None or first.tag != INTEGER:
        return False
    return int.from_bytes(datagram[first.start : first.end], "big") == number
