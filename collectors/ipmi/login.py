"""Getting into a BMC: is it there, and does it let us in (IPMI v2.0 rev 1.1 §13.15)."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from typing import TypeVar

from collectors.ipmi.channel import NETFN_APP
from collectors.ipmi.rakp import Claim, Exchange
from collectors.ipmi.rmcpplus import (
    OPEN_SESSION_REQUEST,
    OPEN_SESSION_RESPONSE,
    RAKP_1,
    RAKP_2,
    RAKP_3,
    RAKP_4,
    Answer,
    Envelope,
    Suite,
    is_pong,
    lan15_request,
    lan15_response,
    presence_ping,
    request_message,
    setup_packet,
    setup_payload,
)
from collectors.ipmi.udp import Wire
from collectors.names import Address
from collectors.protocol import Failure
from model.readings import Reason

_T = TypeVar("_T")
GET_CHANNEL_AUTHENTICATION = 0x38
_PRESENT_CHANNEL, _RMCPPLUS_DATA, _USER = 0x0E, 0x80, 2
CAPABILITIES_REQUEST = bytes((_PRESENT_CHANNEL | _RMCPPLUS_DATA, _USER))
"""Of this channel, at the level that we ask for, RMCP+ included (§22.13)."""


class Link:
    """One peer on a wire: sends to it, and waits for what comes back outside of sessions.

    `lost` is told where the network says that the peer is not there.
    """

    def __init__(self, wire: Wire, address: Address, lost: Callable[[Failure], None]) -> None:
        self.wire, self.address = wire, address
        self._loop = asyncio.get_running_loop()
        self._lost = lost
        self._take: Callable[[bytes], None] | None = None
        self._waiter: asyncio.Future[None] | None = None
        wire.listen(address, self)

    def close(self) -> None:
        """Stops listening, and ends what waits."""
        self.wire.unlisten(self.address, self)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(Failure(Reason.SESSION_LOST, "closed"))

    def received(self, datagram: bytes) -> None:
        """Called by the wire."""
        if self._take is not None:
            self._take(datagram)

    def refused(self, failure: Failure) -> None:
        """Called by the wire."""
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_exception(failure)
        self._lost(failure)

    async def ask(
        self,
        packets: Callable[[int], Sequence[bytes]],
        accept: Callable[[bytes], _T | None],
        waits: Sequence[float],
    ) -> _T | None:
        """Sends `packets(attempt)` until one answer is accepted; None: none came.

        `waits` are the seconds to wait after each attempt. Failure: the network refused.
        """
        found: list[_T] = []

        def take(datagram: bytes) -> None:
            accepted = accept(datagram)
            if accepted is not None and not found:
                found.append(accepted)
                _wake(self._waiter)

        self._take = take
        try:
            for attempt, wait in enumerate(waits):
                self._waiter = waiter = self._loop.create_future()
                timer = self._loop.call_later(wait, _wake, waiter)
                try:
                    for packet in packets(attempt):
                        self.wire.send(packet, self.address)
                    await waiter
                finally:
                    timer.cancel()
                if found:
                    return found[0]
            return None
        finally:
            self._take = self._waiter = None


def _wake(waiter: asyncio.Future[None] | None) -> None:
    if waiter is not None and not waiter.done():
        waiter.set_result(None)


async def reach(link: Link, waits: Sequence[float]) -> str:
    """Proves that a BMC is there, without credentials; says what it answered.

    Get Channel Authentication Capabilities (§22.13) in the 1.5 format, from the second attempt
    on with an ASF ping beside it. Failure NO_ANSWER or PORT_CLOSED.
    """

    def packets(attempt: int) -> tuple[bytes, ...]:
        message = request_message(
            NETFN_APP, 0, attempt + 1, GET_CHANNEL_AUTHENTICATION, CAPABILITIES_REQUEST
        )
        question = lan15_request(message)
        return (question, presence_ping(attempt)) if attempt else (question,)

    def accept(datagram: bytes) -> Answer | str | None:
        if is_pong(datagram):
            return "RMCP pong"
        answer = lan15_response(datagram)
        fits = answer is not None and answer.command == GET_CHANNEL_AUTHENTICATION
        return answer if fits else None

    answer = await link.ask(packets, accept, waits)
    if answer is None:
        raise Failure(Reason.NO_ANSWER, f"{len(waits)} questions, no answer")
    return _abilities(answer.body) if isinstance(answer, Answer) else str(answer)


def _abilities(body: bytes) -> str:
    if len(body) >= 5 and not body[0] and not (body[2] & 0x80 and body[4] & 0x02):
        return "answers, offers IPMI 1.5 only"
    return "answers, IPMI 2.0"


class Login:
    """One attempt to open a session with one suite on one link."""

    def __init__(
        self, link: Link, suite: Suite, claim: Claim, console: int, waits: Sequence[float]
    ) -> None:
        self._link, self._console, self._waits = link, console.to_bytes(4, "little"), waits
        self._exchange = Exchange(suite, claim, console, secrets.token_bytes(16))
        self._tag = secrets.randbelow(256)
        self._sent = 0

    @property
    def session(self) -> int:
        """The session ID that the BMC gave."""
        return self._exchange.session

    async def run(self) -> Envelope:
        """Goes through the handshake. Failure: why not; SESSION_LOST may be tried once more."""
        exchange = self._exchange
        opened = await self._step(
            OPEN_SESSION_REQUEST, exchange.open_request, OPEN_SESSION_RESPONSE
        )
        exchange.opened(opened)
        # A BMC that is asked RAKP 1 twice makes a new random number: only the last answer counts.
        proof = await self._step(RAKP_1, exchange.rakp1, RAKP_2, only_last=True)
        try:
            exchange.rakp2(proof)
        except Failure as failure:
            if failure.reason is Reason.WRONG_PASSWORD:
                self._send(RAKP_3, exchange.rakp3_abort)
            raise
        confirmed = await self._step(RAKP_3, exchange.rakp3, RAKP_4)
        try:
            return exchange.rakp4(confirmed)
        except Failure as failure:
            if self._sent > 1 and failure.reason is not Reason.BMC_UNPROVEN:
                # the first RAKP 4 was lost, and the BMC does not take RAKP 3 twice
                raise Failure(Reason.SESSION_LOST, failure.detail) from failure
            raise

    def _send(self, kind: int, make: Callable[[int], bytes]) -> None:
        self._link.wire.send(setup_packet(kind, make(self._next_tag())), self._link.address)

    def _next_tag(self) -> int:
        self._tag = (self._tag + 1) & 0xFF
        return self._tag

    async def _step(
        self, kind: int, make: Callable[[int], bytes], answer: int, *, only_last: bool = False
    ) -> bytes:
        tags: set[int] = set()

        def packets(_attempt: int) -> tuple[bytes]:
            if only_last:
                tags.clear()
            tag = self._next_tag()
            tags.add(tag)
            self._sent += 1
            return (setup_packet(kind, make(tag)),)

        def accept(datagram: bytes) -> bytes | None:
            found = setup_payload(datagram)
            if found is None or found[0] != answer or len(found[1]) < 2:
                return None
            payload = found[1]
            ours = payload[4:8] in (self._console, b"")
            # some firmware leaves the console ID of an error empty
            ours = ours or bool(payload[1] and not any(payload[4:8]))
            return payload if ours and payload[0] in tags else None

        self._sent = 0
        payload = await self._link.ask(packets, accept, self._waits)
        if payload is None:
            raise Failure(Reason.NO_ANSWER, f"no answer to {_STAGES[kind]}")
        return payload


_STAGES = {OPEN_SESSION_REQUEST: "Open Session", RAKP_1: "RAKP 1", RAKP_3: "RAKP 3"}
