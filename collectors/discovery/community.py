"""Whether an agent answers a community: one SNMPv2c request for sysObjectID (RFC 3416 §4.2.1).

Agents that speak only v1 or v2c show themselves to nobody else.
"""

from __future__ import annotations

from collectors.discovery.ber import element, inside
from collectors.snmp.ber import INTEGER, OCTET_STRING, SEQUENCE, integer, tlv
from collectors.snmp.messages import GET, RESPONSE, V2C, pdu
from model.credentials import Secret

_SYS_OBJECT_ID = (1, 3, 6, 1, 2, 1, 1, 2, 0)


def question(community: Secret, number: int) -> bytes:
    """The request; `number` (31 bits) comes back in the response."""
    asked = pdu(GET, number & 0x7FFFFFFF, (_SYS_OBJECT_ID,), 0, 0)
    whose = tlv(OCTET_STRING, community.reveal().encode())
    return tlv(SEQUENCE, integer(V2C) + whose + asked)


def answers(datagram: bytes, number: int) -> bool:
    """Whether this is the response to that request, whatever it holds."""
    parts = inside(datagram, element(datagram, 0, len(datagram)))
    if [part.tag for part in parts] != [INTEGER, OCTET_STRING, RESPONSE]:
        return False
    first = next(iter(inside(datagram, parts[2])), None)
    if first is None or first.tag != INTEGER:
        return False
    return int.from_bytes(datagram[first.start : first.end], "big") == number
