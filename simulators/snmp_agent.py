"""A simulated SNMP agent: a capture answered over UDP in versions 1, 2c and 3."""

from __future__ import annotations

import asyncio
import random
import socket

from collectors.snmp.ber import OCTET_STRING, SEQUENCE, BerError, expect, integer, number, tlv
from collectors.snmp.usm import AUTH, PRIV, Header, parse
from hw_profiles.capture import Capture
from model.credentials import UsmCredential
from simulators import snmp_pdu as pdu
from simulators import snmp_usm as usm
from simulators.snmp_answer import V1, Answerer
from simulators.snmp_mib import Mib, Vary
from simulators.snmp_vices import AgentVices

__all__ = ["AgentVices", "SimulatedAgent", "Vary"]

V2C, V3 = 1, 3
OVERHEAD = 200
"""Bytes of a message that are kept for all but the varbinds."""
_DRAIN = 64
_NO_REQUEST_ID = b"\x02\x01\x00"


class SimulatedAgent:
    """Answers one capture on one UDP port; any number of agents share an event loop.

    `vices` may be changed while it runs; `vary` moves values over time; no message that it sends
    is longer than `largest` bytes. It never writes: SET requests are refused and counted.
    """

    def __init__(
        self,
        capture: Capture,
        communities: tuple[str, ...] = ("public",),
        users: tuple[UsmCredential, ...] = (),
        vices: AgentVices | None = None,
        vary: Vary | None = None,
        *,
        engine_id: bytes = b"",
        largest: int = 1472,
        seed: int | None = None,
    ) -> None:
        self.vices = vices or AgentVices()
        self._answerer = Answerer(Mib(capture.objects, vary), self.vices)
        self._communities = {c.encode() for c in communities}
        self._engine = usm.Engine(users, engine_id)
        self._largest = largest
        self._random = random.Random(seed)
        self._socket: socket.socket | None = None
        self._other: socket.socket | None = None
        self._timers: set[asyncio.TimerHandle] = set()
        self._busy_until = 0.0
        self.requests = 0
        """Datagrams received."""

    @property
    def writes(self) -> int:
        """SET requests received."""
        return self._answerer.writes

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listens and returns the port. OSError: it cannot."""
        self._socket = _bound(host, port)
        asyncio.get_running_loop().add_reader(self._socket, self._drain)
        return int(self._socket.getsockname()[1])

    def close(self) -> None:
        """Stops listening and forgets what was still to be sent."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None
        if self._other is not None:
            self._other.close()
            self._other = None

    def _drain(self) -> None:
        """Answers what has arrived, but lets others have their turn."""
        for _ in range(_DRAIN):
            if self._socket is None:
                return
            try:
                data, peer = self._socket.recvfrom(65535)
            except BlockingIOError:
                return
            except ConnectionError:
                continue
            self.requests += 1
            self._serve(data, peer)

    def _serve(self, data: bytes, peer: tuple[object, ...]) -> None:
        vices, now = self.vices, asyncio.get_running_loop().time()
        if vices.dead or now < self._busy_until:
            return
        if vices.loss and self._random.random() < vices.loss:
            return
        reply = self.respond(data)
        if reply is None:
            return
        if vices.truncated:
            reply = reply[:-7]
        if vices.garbage:
            reply = self._random.randbytes(len(reply))
        wait = vices.delay + vices.weak
        self._busy_until = now + vices.weak
        if wait:
            self._later(wait, reply, peer)
        else:
            self._send(reply, peer)
        if vices.late_duplicates:
            self._later(wait + vices.late_duplicates, reply, peer)

    def _later(self, wait: float, reply: bytes, peer: tuple[object, ...]) -> None:
        def due() -> None:
            self._timers.discard(timer)
            self._send(reply, peer)

        timer = asyncio.get_running_loop().call_later(wait, due)
        self._timers.add(timer)

    def _send(self, reply: bytes, peer: tuple[object, ...]) -> None:
        sender = self._socket
        if self.vices.other_address:
            if self._other is None:
                self._other = _bound(self.vices.other_address, 0)
            sender = self._other
        if sender is None:
            return
        try:
            sender.sendto(reply, peer)
        except OSError:
            pass  # a full buffer loses datagrams, as the network does

    def respond(self, data: bytes) -> bytes | None:
        """The answer to one message; None: silence, as for all that cannot be understood."""
        try:
            start, end = expect(data, 0, len(data), SEQUENCE)
            version, at = number(data, start, end)
            if version in (V1, V2C):
                return self._community(data, version, at, end)
            return self._user(data, parse(data)) if version == V3 else None
        except BerError:
            return None

    def _community(self, data: bytes, version: int, at: int, end: int) -> bytes | None:
        start, stop = expect(data, at, end, OCTET_STRING)
        if data[start:stop] not in self._communities or self.vices.wrong_community:
            return None
        request = pdu.parse(data, stop, end)
        answer = self._answerer.answer(request, version, self._largest - OVERHEAD)
        return answer and tlv(SEQUENCE, integer(version) + data[at:stop] + answer)

    def _user(self, data: bytes, call: Header) -> bytes | None:
        engine = self._engine
        engine.clock_broken = self.vices.clock_broken
        try:
            user, text, at, end = engine.open(data, call)
        except usm.Refused as refused:
            signed = AUTH if refused.user and refused.counter == usm.WINDOW_MISSED else 0
            body = pdu.report(_NO_REQUEST_ID, engine.report(refused))
            return engine.seal(call, refused.user, signed, body)
        at, end = expect(text, at, end, SEQUENCE)
        _, at = expect(text, at, end, OCTET_STRING)
        _, at = expect(text, at, end, OCTET_STRING)
        request = pdu.parse(text, at, end)
        flags = call.flags & (AUTH | PRIV)
        if flags != user.level:
            return engine.seal(call, user, flags, pdu.refusal(request, pdu.AUTHORIZATION, 1))
        room = min(self._largest, max(call.max_size, 484)) - OVERHEAD
        answer = self._answerer.answer(request, V3, room)
        return answer and engine.seal(call, user, flags, answer)


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
    try:
        opened.bind((host, port))
    except OSError:
        opened.close()
        raise
    return opened
