"""SNMPv3 engine discovery: whose agent it is, told to everyone who asks (RFC 3414 §4, RFC 5343)."""

from __future__ import annotations

from collectors.discovery.ber import element, inside
from collectors.snmp.ber import INTEGER, OCTET_STRING, SEQUENCE
from collectors.snmp.messages import REPORT
from collectors.snmp.silence import DISCOVERY
from hw_profiles.engine_id import LONGEST, SHORTEST

_NUMBERS = (9, 52)
"""Where the message's and the request's numbers stand in `DISCOVERY`, four bytes each."""
_V3, _USM = 3, 3


def question(number: int) -> bytes:
    """A request of nobody to no engine; `number` (31 bits) comes back in the Report."""
    told = (number & 0x7FFFFFFF).to_bytes(4, "big")
    first, second = _NUMBERS
    return DISCOVERY[:first] + told + DISCOVERY[first + 4 : second] + told + DISCOVERY[second + 4 :]


def answer(datagram: bytes, number: int) -> bytes:
    """The engine ID of a Report to that request; empty where it is none.

    An engine that does not know ours says so in usmStatsUnknownEngineIDs; any other counter names
    its engine as well.
    """
    parts = inside(datagram, element(datagram, 0, len(datagram)))
    if [part.tag for part in parts] != [INTEGER, SEQUENCE, OCTET_STRING, SEQUENCE]:
        return b""
    header = [datagram[e.start : e.end] for e in inside(datagram, parts[1])]
    if len(header) != 4 or _whole(header[0]) != number or _whole(header[3]) != _USM:
        return b""
    scoped = inside(datagram, parts[3])
    if _whole(datagram[parts[0].start : parts[0].end]) != _V3 or len(scoped) != 3:
        return b""
    security = inside(datagram, next(iter(inside(datagram, parts[2])), None))
    if scoped[2].tag != REPORT or len(security) != 6 or security[0].tag != OCTET_STRING:
        return b""
    found = datagram[security[0].start : security[0].end]
    return found if SHORTEST <= len(found) <= LONGEST else b""


def _whole(content: bytes) -> int:
    return int.from_bytes(content, "big", signed=True)
