"""RMCP+ on the wire: suites, envelopes and messages (IPMI v2.0 rev 1.1 §13). Pure, no I/O.

What cannot be understood or proven is None: a packet to drop, never an error.
"""

from __future__ import annotations

import hmac
import os
import struct
from typing import NamedTuple

from collectors.cipher import BLOCK, Hmac
from collectors.ipmi import permitted
from collectors.ipmi.crypto import Aes128Cbc

RMCP_IPMI = b"\x06\x00\xff\x07"
RMCP_ASF = b"\x06\x00\xff\x06"
_ASF_PING = RMCP_ASF + b"\x00\x00\x11\xbe\x80\x00\x00\x00"
_ASF_PONG = 0x40
RMCPPLUS = 6
"""The authentication type that says RMCP+ (§13.6)."""

IPMI_MESSAGE = 0x00
OPEN_SESSION_REQUEST, OPEN_SESSION_RESPONSE = 0x10, 0x11
RAKP_1, RAKP_2, RAKP_3, RAKP_4 = 0x12, 0x13, 0x14, 0x15

_HEADER = struct.Struct("<4sBBIIH")
HEADER_SIZE = _HEADER.size
_ENCRYPTED, _AUTHENTICATED = 0x80, 0x40
_NEXT_HEADER = 7
_SMALLEST_MESSAGE = 8
_PADS = tuple(bytes(range(1, n + 1)) + bytes((n,)) for n in range(BLOCK))
"""Confidentiality trailers by pad length (§13.29): 01h, 02h…, then the length."""
_TRAILERS = tuple(b"\xff" * n + bytes((n, _NEXT_HEADER)) for n in range(4))
"""Integrity trailers by pad length (§13.28.4)."""
_WINDOW = 32
"""How far behind the newest a packet may be (§6.12.13)."""


class Suite(NamedTuple):
    """A cipher suite (§22.15.2): its algorithms, hash and the length of its integrity codes."""

    number: int
    authentication: int
    integrity: int
    confidentiality: int
    hash: str
    code: int

    @property
    def secret(self) -> bool:
        """Whether what it carries is encrypted (and signed)."""
        return bool(self.integrity and self.confidentiality)


SUITES = {
    suite.number: suite
    for suite in (
        Suite(1, 1, 0, 0, "sha1", 12),
        Suite(2, 1, 1, 0, "sha1", 12),
        Suite(3, 1, 1, 1, "sha1", 12),
        Suite(15, 3, 0, 0, "sha256", 16),
        Suite(16, 3, 4, 0, "sha256", 16),
        Suite(17, 3, 4, 1, "sha256", 16),
    )
}
"""The suites that dcagent speaks; 0 proves nothing and is never among them."""


class Answer(NamedTuple):
    """An IPMI response message (§13.8): `body` is completion code and data."""

    netfn: int
    sequence: int
    command: int
    body: bytes


def request_message(netfn: int, lun: int, sequence: int, command: int, data: bytes) -> bytes:
    """A request to the BMC (§13.8): addresses, checksums, requester's sequence (6 bits).

    NotRead: it may do more than read.
    """
    permitted.check(netfn, command, data, session=True)
    target = netfn << 2 | lun
    rest = bytes((0x81, sequence << 2, command)) + data
    return bytes((0x20, target, -(0x20 + target) & 0xFF)) + rest + bytes((-sum(rest) & 0xFF,))


def response_message(message: bytes) -> Answer | None:
    """The response in a message; None where it is cut short or a checksum is wrong."""
    if len(message) < _SMALLEST_MESSAGE or sum(message[:3]) & 0xFF or sum(message[3:]) & 0xFF:
        return None
    return Answer(message[1] >> 2, message[4] >> 2, message[5], message[6:-1])


def lan15_request(message: bytes) -> bytes:
    """A message outside of any session in the IPMI 1.5 format, which every BMC takes (§13.6)."""
    return RMCP_IPMI + bytes(9) + bytes((len(message),)) + message


def lan15_response(datagram: bytes) -> Answer | None:
    """The response in a session-less packet of the 1.5 format."""
    if len(datagram) < 14 or datagram[3] != 7 or datagram[4] != 0 or any(datagram[5:13]):
        return None
    message = datagram[14 : 14 + datagram[13]]
    return response_message(message) if len(message) == datagram[13] else None


def presence_ping(tag: int) -> bytes:
    """An ASF presence ping (§13.2.3); `tag` from 0 to 254 comes back in the pong."""
    return _ASF_PING[:9] + bytes((tag,)) + _ASF_PING[10:]


def is_pong(datagram: bytes) -> bool:
    """Whether this is an ASF presence pong."""
    return len(datagram) >= 12 and datagram[3] & 0x1F == 6 and datagram[8] == _ASF_PONG


def setup_packet(payload_type: int, payload: bytes) -> bytes:
    """A packet that sets a session up: in the clear, session 0. NotRead: it is none."""
    permitted.check_setup(payload_type)
    return _HEADER.pack(RMCP_IPMI, RMCPPLUS, payload_type, 0, 0, len(payload)) + payload


def setup_payload(datagram: bytes) -> tuple[int, bytes] | None:
    """Payload type and payload of a packet outside of any session."""
    if len(datagram) < HEADER_SIZE or datagram[3:5] != b"\x07\x06" or any(datagram[6:10]):
        return None
    size = datagram[14] | datagram[15] << 8
    payload = datagram[HEADER_SIZE : HEADER_SIZE + size]
    return (datagram[5], payload) if len(payload) == size else None


def session_of(datagram: bytes) -> int:
    """The session ID of an RMCP+ packet, 0 for what belongs to none."""
    if len(datagram) < HEADER_SIZE or datagram[3:5] != b"\x07\x06":
        return 0
    return int.from_bytes(datagram[6:10], "little")


class Envelope:
    """Seals and opens the packets of one session.

    `integrity` and `privacy` are K1 and K2 (§13.32); `session` is the ID that the BMC gave.
    """

    __slots__ = ("_aes", "_code", "_hmac", "_newest", "_seen", "_sent", "_session", "_type")

    def __init__(self, suite: Suite, session: int, integrity: bytes, privacy: bytes) -> None:
        self._session = session
        self._hmac = Hmac(integrity, suite.hash) if suite.integrity else None
        self._aes = Aes128Cbc(privacy[:BLOCK]) if suite.confidentiality else None
        self._code = suite.code
        self._type = (_AUTHENTICATED if suite.integrity else 0) | (
            _ENCRYPTED if suite.confidentiality else 0
        )
        self._sent, self._newest, self._seen = 0, -1, 0

    def seal(self, message: bytes) -> bytes:
        """The packet that carries an IPMI message, with the next sequence number."""
        aes, keyed = self._aes, self._hmac
        if aes is not None:
            message = aes.encrypt(os.urandom(BLOCK), message + _PADS[-(len(message) + 1) % BLOCK])
        self._sent = self._sent % 0xFFFFFFFF + 1
        packet = (
            _HEADER.pack(RMCP_IPMI, RMCPPLUS, self._type, self._session, self._sent, len(message))
            + message
        )
        if keyed is None:
            return packet
        packet += _TRAILERS[-(len(message) + 14) % 4]
        return packet + keyed.digest(packet[4:])[: self._code]

    def open(self, packet: bytes) -> bytes | None:
        """The IPMI message of a packet of this session; None: not proven, replayed or garbage."""
        if len(packet) < HEADER_SIZE + _SMALLEST_MESSAGE or packet[5] != self._type:
            return None
        end = HEADER_SIZE + (packet[14] | packet[15] << 8)
        keyed = self._hmac
        if keyed is not None:
            code = self._code
            if end + 2 + code > len(packet) or not hmac.compare_digest(
                keyed.digest(packet[4:-code])[:code], packet[-code:]
            ):
                return None
        elif end > len(packet):
            return None
        sequence = int.from_bytes(packet[10:14], "little")
        if not self._is_fresh(sequence):
            return None
        payload = packet[HEADER_SIZE:end]
        return payload if self._aes is None else _opened(self._aes, payload)

    def _is_fresh(self, sequence: int) -> bool:
        """Whether a proven packet is no replay. A jump ahead is fine: packets get lost."""
        ahead = sequence - self._newest
        if ahead == 1 or (self._newest < 0 <= sequence):
            self._seen = (self._seen << 1 | 1) & 0xFFFFFFFF
        elif 0 < (ahead & 0xFFFFFFFF) < 0x80000000:
            self._seen = (self._seen << min(ahead & 0xFFFFFFFF, _WINDOW) | 1) & 0xFFFFFFFF
        else:
            behind = -ahead & 0xFFFFFFFF
            if behind >= _WINDOW or self._seen >> behind & 1:
                return False
            self._seen |= 1 << behind
            return True
        self._newest = sequence
        return True


def _opened(aes: Aes128Cbc, sealed: bytes) -> bytes | None:
    """Decrypts and removes the pad; None where lengths do not fit."""
    if len(sealed) < 2 * BLOCK or len(sealed) % BLOCK:
        return None
    plain = aes.decrypt(sealed)
    pad = plain[-1]
    return plain[: -1 - pad] if pad < BLOCK else None
