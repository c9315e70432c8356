"""A BMC on UDP 623: ASF ping, and what its channel can do (IPMI v2.0 rev 1.1 §13.2.3, §22.13)."""

from __future__ import annotations

from dataclasses import replace

from collectors.ipmi.channel import NETFN_APP
from collectors.ipmi.login import CAPABILITIES_REQUEST, GET_CHANNEL_AUTHENTICATION
from collectors.ipmi.rmcpplus import (
    is_pong,
    lan15_request,
    lan15_response,
    presence_ping,
    request_message,
)
from model.sightings import Presence

_ASF = 4542
"""The enterprise number of ASF itself: a pong that carries it names nobody (§13.2.4)."""
_IPMI_SUPPORTED = 0x80
_EXTENDED, _VERSION2 = 0x80, 0x02


def questions(attempt: int) -> tuple[bytes, bytes]:
    """Both datagrams: a BMC that ignores the ping may answer the command, and the other way."""
    message = request_message(
        NETFN_APP, 0, attempt + 1, GET_CHANNEL_AUTHENTICATION, CAPABILITIES_REQUEST
    )
    return presence_ping(attempt), lan15_request(message)


def learn(known: Presence | None, datagram: bytes) -> Presence | None:
    """What is known after this datagram; as before where it answers neither question."""
    before = known or Presence()
    if is_pong(datagram):
        return _ponged(before, datagram)
    answer = lan15_response(datagram)
    if answer is None or answer.command != GET_CHANNEL_AUTHENTICATION or not answer.netfn & 1:
        return known
    body = answer.body
    if len(body) < 5 or body[0]:
        return replace(before, ipmi=True)  # it refuses, so there is one
    version2 = bool(body[2] & _EXTENDED and body[4] & _VERSION2)
    oem = int.from_bytes(body[5:8], "little") if len(body) >= 8 else 0
    return replace(before, ipmi=True, version2=version2, oem=oem or before.oem)


def _ponged(before: Presence, datagram: bytes) -> Presence:
    """ASF presence pong: enterprise number, OEM data, then the entities that are supported."""
    if len(datagram) < 21:
        return replace(before, pong=True)
    number = int.from_bytes(datagram[12:16], "big")
    oem = before.oem or (0 if number == _ASF else number)
    ipmi = before.ipmi or bool(datagram[20] & _IPMI_SUPPORTED)
    return replace(before, pong=True, ipmi=ipmi, oem=oem)
