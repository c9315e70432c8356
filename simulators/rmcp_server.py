"""The wire of a simulated BMC: ASF ping, session-less messages, RMCP+ packets (IPMI v2.0 §13).

Packets in, packets out; what is answered is the business of `Service`. Anything malformed is
dropped in silence, as a BMC does.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import socket
import struct
from typing import Protocol

from simulators.bmc_sessions import Session, SessionTable
from simulators.bmc_vices import BmcVices

Address = tuple[str | int, ...]

_RMCP = b"\x06\x00\xff"
_ASF, _IPMI = 0x06, 0x07
_NO_AUTH, _RMCP_PLUS = 0x00, 0x06
_MESSAGE, _OPEN, _RAKP1, _RAKP3 = 0x00, 0x10, 0x12, 0x14
_ENCRYPTED, _AUTHENTICATED = 0x80, 0x40
_PING, _PONG = 0x80, 0x40
_ASF_ENTERPRISE = b"\x00\x00\x11\xbe"
_HEADER = struct.Struct("<BBIIH")
_LARGEST = 2048
_AT_ONCE = 64
"""Datagrams taken before the loop gets its turn."""


class Service(Protocol):
    """What the wire carries: requests to a BMC, in a session or outside of one."""

    def command(self, netfn: int, command: int, data: bytes, lun: int, of: Session | None) -> bytes:
        """Completion code and response data."""
        ...


class RmcpServer:
    """One UDP socket that speaks for one BMC."""

    def __init__(
        self, service: Service, sessions: SessionTable, vices: BmcVices, chance: random.Random
    ) -> None:
        self._service, self._sessions, self._chance = service, sessions, chance
        self.vices = vices
        self.received = 0
        self._socket: socket.socket | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start(self, host: str, port: int) -> int:
        """Binds and answers from now on; returns the port. OSError: it cannot be bound."""
        loop = asyncio.get_running_loop()
        family, kind, number, _, address = (
            await loop.getaddrinfo(host, port, type=socket.SOCK_DGRAM, flags=socket.AI_PASSIVE)
        )[0]
        endpoint = socket.socket(family, kind, number)
        try:
            endpoint.setblocking(False)
            endpoint.bind(address)
        except OSError:
            endpoint.close()
            raise
        self._socket, self._loop = endpoint, loop
        loop.add_reader(endpoint, self._drain)
        return int(endpoint.getsockname()[1])

    def close(self) -> None:
        """Stops answering; may be called twice."""
        if self._socket is not None and self._loop is not None:
            self._loop.remove_reader(self._socket)
            self._socket.close()
        self._socket = None

    def _drain(self) -> None:
        for _ in range(_AT_ONCE):
            if self._socket is None:
                return
            try:
                packet, address = self._socket.recvfrom(_LARGEST)
            except OSError:
                return
            self.received += 1
            self._take(packet, address)

    def _take(self, packet: bytes, address: Address) -> None:
        """One datagram, with the vices of the network around it."""
        vices = self.vices
        lost = vices.loss and self._chance.random() < vices.loss
        if vices.silent or (lost and self._chance.random() < 0.5):
            return
        answer = self.answer(packet)
        if answer is None or lost:
            return
        if vices.delay and self._loop:
            self._loop.call_later(vices.delay, self._send, answer, address)
        else:
            self._send(answer, address)

    def _send(self, answer: bytes, address: Address) -> None:
        if self._socket is None:
            return
        vices = self.vices
        datagrams = [answer]
        if vices.half and self._chance.random() < vices.half:
            datagrams = [answer[: len(answer) // 2]]
        if vices.foreign:
            datagrams.insert(0, _foreign(answer))
        if vices.noise and self._chance.random() < vices.noise:
            datagrams.insert(0, self._chance.randbytes(self._chance.randrange(1, 120)))
        for datagram in datagrams:
            with contextlib.suppress(OSError):  # a full buffer or a client that went away
                self._socket.sendto(datagram, address)

    def answer(self, packet: bytes) -> bytes | None:
        """The datagram that answers this one, None where it is to be dropped."""
        if len(packet) < 12 or packet[0] != 0x06:
            return None
        if packet[3] == _ASF:
            return self._pong(packet)
        if packet[3] != _IPMI:
            return None
        if packet[4] == _RMCP_PLUS:
            return self._rmcp_plus(packet[4:])
        return self._plain(packet[4:]) if packet[4] == _NO_AUTH else None

    def _pong(self, packet: bytes) -> bytes | None:
        """ASF presence ping → pong (§13.2.3): IPMI is supported, ASF 1.0."""
        if self.vices.no_ping or packet[4:8] != _ASF_ENTERPRISE or packet[8] != _PING:
            return None
        head = _RMCP + bytes((_ASF,)) + _ASF_ENTERPRISE + bytes((_PONG, packet[9], 0, 0x10))
        return head + _ASF_ENTERPRISE + bytes(4) + b"\x81\x00" + bytes(6)

    def _plain(self, packet: bytes) -> bytes | None:
        """A message outside of any session in the IPMI 1.5 format (§13.6)."""
        sequence, session, size = (
            struct.unpack_from("<IIB", packet, 1) if len(packet) > 9 else (1, 1, 0)
        )
        if sequence or session or len(packet) < 10 + size:
            return None
        message = self._message(packet[10 : 10 + size], None)
        if message is None:
            return None
        return _RMCP + bytes((_IPMI,)) + bytes(9) + bytes((len(message),)) + message

    def _rmcp_plus(self, packet: bytes) -> bytes | None:
        if len(packet) < _HEADER.size:
            return None
        _, kind, own_id, sequence, size = _HEADER.unpack_from(packet)
        payload = packet[_HEADER.size : _HEADER.size + size]
        if len(payload) < size:
            return None
        if own_id:
            return self._in_session(packet, kind, own_id, sequence, payload)
        answer = self._login(kind & 0x3F, payload)
        if answer is None:
            return None
        return _wrap(_HEADER.pack(_RMCP_PLUS, answer[0], 0, 0, len(answer[1])) + answer[1])

    def _login(self, kind: int, payload: bytes) -> tuple[int, bytes] | None:
        """A payload outside of any session → its answer's type and bytes."""
        if kind == _MESSAGE:
            answer = self._message(payload, None)
        elif kind == _OPEN:
            answer = self._sessions.open(payload)
        elif kind in (_RAKP1, _RAKP3):
            answer = self._sessions.rakp(payload, 1 if kind == _RAKP1 else 3)
        else:
            return None
        return None if answer is None else (kind + (kind != _MESSAGE), answer)

    def _in_session(
        self, packet: bytes, kind: int, own_id: int, sequence: int, payload: bytes
    ) -> bytes | None:
        session = self._sessions.find(own_id)
        if session is None or session.keys is None or kind & 0x3F != _MESSAGE:
            return None
        opened = self._opened(session, packet, kind, payload)
        if opened is None or not session.accept(sequence):
            return None
        message = self._message(opened, session)
        return None if message is None else self._seal(session, message)

    def _opened(self, session: Session, packet: bytes, kind: int, payload: bytes) -> bytes | None:
        """Checks and decrypts what came in under a session; None: drop it."""
        suite, keys = session.suite, session.keys
        assert keys is not None
        if suite.trailer_size:
            body, code = packet[: -suite.trailer_size], packet[-suite.trailer_size :]
            if not kind & _AUTHENTICATED or keys.sign(body) != code:
                return None
        if not suite.confidentiality:
            return payload
        if not kind & _ENCRYPTED:
            return None
        if self.vices.drop_encrypted and suite.digest == "sha256":
            return None
        return keys.decrypt(payload)

    def _seal(self, session: Session, message: bytes) -> bytes:
        """An answer in its session: encrypted, numbered, signed."""
        suite, keys = session.suite, session.keys
        assert keys is not None
        kind = _MESSAGE
        if suite.confidentiality:
            message, kind = keys.encrypt(message), kind | _ENCRYPTED
        if suite.trailer_size:
            kind |= _AUTHENTICATED
        session.sent += 1
        head = _HEADER.pack(_RMCP_PLUS, kind, session.console_id, session.sent, len(message))
        packet = head + message
        if suite.trailer_size:
            pad = -(len(packet) + 2) % 4
            packet += b"\xff" * pad + bytes((pad, 0x07))
            packet += keys.sign(packet)
        return _wrap(packet)

    def _message(self, message: bytes, session: Session | None) -> bytes | None:
        """An IPMI LAN message (§13.8) and its response."""
        if len(message) < 7 or sum(message[:3]) & 0xFF or sum(message[3:]) & 0xFF:
            return None
        responder, netfn_lun, _, requester, sequence, command = message[:6]
        netfn, lun = netfn_lun >> 2, netfn_lun & 0x03
        if responder != 0x20 or netfn & 1:
            return None
        answer = self._service.command(netfn, command, message[6:-1], lun, session)
        head = bytes((requester, (netfn | 1) << 2 | sequence & 0x03))
        body = bytes((responder, sequence & 0xFC | lun, command)) + answer
        return head + _checksum(head) + body + _checksum(body)


def _checksum(part: bytes) -> bytes:
    return bytes((-sum(part) & 0xFF,))


def _wrap(packet: bytes) -> bytes:
    return _RMCP + bytes((_IPMI,)) + packet


def _foreign(answer: bytes) -> bytes:
    """A packet of the same shape that belongs to somebody else's session."""
    stranger = bytearray(answer)
    if len(stranger) > 14 and stranger[4] == _RMCP_PLUS:
        stranger[6:10] = b"\x5a\xa5\x01\x99"
        stranger[16:] = os.urandom(len(stranger) - 16)
    return bytes(stranger)
