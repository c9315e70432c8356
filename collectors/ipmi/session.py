"""A session with one BMC: one request at a time, retried, logged in again where it was lost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from collectors.ipmi.channel import NETFN_APP
from collectors.ipmi.login import Link, Login, reach
from collectors.ipmi.rakp import PRIVILEGES, Claim
from collectors.ipmi.rmcpplus import SUITES, Envelope, Suite, request_message, response_message
from collectors.ipmi.udp import Wire
from collectors.ipmi.waits import BUSY, busy_pauses
from collectors.names import Address
from collectors.protocol import Failure
from model.readings import Reason

PREFERRED = (17, 3)
"""The suites that are tried where none is pinned."""
_GET_DEVICE_ID, _SET_PRIVILEGE, _CLOSE_SESSION = 0x01, 0x3B, 0x3C
_NOT_PRIVILEGED = 0xD4
_PROBING = 2
"""Attempts per message while another suite is left to try."""
_CLOSE_WAITS = (0.4, 0.5)
_TRYABLE = (Reason.SUITE_REFUSED, Reason.NO_ANSWER)


@dataclass(frozen=True, slots=True)
class Terms:
    """How a channel asks: the suites in order, whom it claims to be, seconds after each try."""

    suites: tuple[Suite, ...]
    claim: Claim
    waits: tuple[float, ...]


def suites_of(pinned: int | None) -> tuple[Suite, ...]:
    """The suites to try. Failure SUITE_REFUSED: the pinned one is not spoken here."""
    if pinned is None:
        return tuple(SUITES[number] for number in PREFERRED)
    if pinned not in SUITES:
        known = ", ".join(map(str, SUITES))
        raise Failure(Reason.SUITE_REFUSED, f"suite {pinned} is never used, only {known}")
    return (SUITES[pinned],)


class LanChannel:
    """A session over LAN; implements `collectors.ipmi.channel.Channel`."""

    in_band = False

    def __init__(self, wire: Wire, address: Address, terms: Terms) -> None:
        self._loop = asyncio.get_running_loop()
        self._wire, self._address, self._terms = wire, address, terms
        self._waits: Sequence[float] = terms.waits
        self._link = Link(wire, address, self._refused)
        self._turn = asyncio.Lock()
        self._envelope: Envelope | None = None
        self._console = self._session = self._sequence = 0
        self._expected = (0, 0, 0)
        self._waiter: asyncio.Future[bytes | None] | None = None
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._granted: set[int] = set()
        self._closed = False
        self.suite = terms.suites[0]

    async def reach(self) -> str:
        """Whether a BMC answers at all, and how. Failure: NO_ANSWER, PORT_CLOSED, NETWORK."""
        return await reach(self._link, self._terms.waits)

    async def log_in(self) -> None:
        """Opens the session with the first suite that works. Failure: why none does."""
        said: list[str] = []
        for suite in self._terms.suites:
            last = suite is self._terms.suites[-1]
            try:
                await self._open_twice(suite, self._terms.waits[: None if last else _PROBING])
            except Failure as failure:
                said.append(f"suite {suite.number}: {failure.detail}")
                if last or failure.reason not in _TRYABLE:
                    raise Failure(failure.reason, "; ".join(said)) from failure
            else:
                return

    async def _open_twice(self, suite: Suite, waits: Sequence[float]) -> None:
        """Opens a session; once more where a lost packet spoilt the handshake."""
        try:
            await self._open(suite, waits)
        except Failure as failure:
            if failure.reason is not Reason.SESSION_LOST:
                raise
            await self._open(suite, waits)

    async def _open(self, suite: Suite, waits: Sequence[float]) -> None:
        if self._closed:
            raise Failure(Reason.SESSION_LOST, "closed")
        self._abandon()
        self._console = self._wire.enlist(self._received)
        login = Login(self._link, suite, self._terms.claim, self._console, waits)
        try:
            self._envelope = await login.run()
            self._session, self._waits, self.suite = login.session, waits, suite
            self._granted.clear()
            await self._first_request()
            self._waits = self._terms.waits
        except BaseException:
            self._hang_up()
            raise

    async def _first_request(self) -> None:
        """Shows that the session carries requests, and raises its privilege where asked to."""
        privilege = self._terms.claim.privilege
        if privilege > PRIVILEGES["user"]:
            answer = await self._exchange(NETFN_APP, _SET_PRIVILEGE, bytes((privilege,)), 0)
        else:
            answer = await self._exchange(NETFN_APP, _GET_DEVICE_ID, b"", 0)
        if answer is None:
            words = "login accepted, but the first request of the session goes unanswered"
            raise Failure(Reason.SUITE_REFUSED, words)
        raising = privilege > PRIVILEGES["user"]
        if raising and (answer[0] or (len(answer) > 1 and answer[1] & 0x0F < privilege)):
            words = f"Set Session Privilege Level to {privilege}: {answer.hex(' ')}"
            raise Failure(Reason.PRIVILEGE_REFUSED, words)

    async def request(self, netfn: int, command: int, data: bytes = b"", lun: int = 0) -> bytes:
        """See `Channel.request`. Failure TIMEOUT: this request alone, the session lives."""
        async with self._turn:
            answer = await self._ask(netfn, command, data, lun)
            code = netfn << 8 | command
            if answer is None or (answer[0] == _NOT_PRIVILEGED and code in self._granted):
                await self._log_in_again()
                answer = await self._ask(netfn, command, data, lun)
                if answer is None:
                    words = f"no answer to {netfn:02x}h {command:02x}h"
                    raise Failure(Reason.TIMEOUT, words)
            if not answer[0]:
                self._granted.add(code)
            return answer

    async def _ask(self, netfn: int, command: int, data: bytes, lun: int) -> bytes | None:
        """One request, again while the BMC says that it is busy."""
        answer = await self._exchange(netfn, command, data, lun)
        if answer is not None and answer[0] in BUSY:
            for pause in busy_pauses():
                await asyncio.sleep(pause)
                answer = await self._exchange(netfn, command, data, lun)
                if answer is None or answer[0] not in BUSY:
                    break
        return answer

    async def _log_in_again(self) -> None:
        self._hang_up()
        await self.reach()
        await self.log_in()

    async def _exchange(
        self, netfn: int, command: int, data: bytes, lun: int, *, closing: bool = False
    ) -> bytes | None:
        """One request with retries; None: no answer."""
        envelope = self._envelope
        if envelope is None or self._closed is not closing:
            raise Failure(Reason.SESSION_LOST, "no session")
        self._sequence = sequence = (self._sequence + 1) & 0x3F
        message = request_message(netfn, lun, sequence, command, data)
        self._expected = (netfn | 1, sequence, command)
        waiter: asyncio.Future[bytes | None] | None = None
        try:
            for wait in self._waits:
                self._waiter = waiter = self._loop.create_future()
                self._wire.send(envelope.seal(message), self._address)
                self._arm(wait)
                answer = await waiter
                if answer is not None:
                    return answer
            return None
        finally:
            if self._waiter is waiter:  # else `close` has its own by now
                self._waiter = None

    def _arm(self, wait: float) -> None:
        """Sets the deadline. One timer serves many requests: it looks again when it fires."""
        self._deadline = deadline = self._loop.time() + wait
        timer = self._timer
        if timer is None or timer.when() > deadline:
            if timer is not None:
                timer.cancel()
            self._timer = self._loop.call_at(deadline, self._tick)

    def _tick(self) -> None:
        self._timer, waiter = None, self._waiter
        if waiter is None or waiter.done():
            return
        if self._deadline > self._loop.time() + 0.001:
            self._timer = self._loop.call_at(self._deadline, self._tick)
        else:
            waiter.set_result(None)

    def _received(self, datagram: bytes) -> None:
        """A packet that bears our session ID: proven, fresh and expected, or dropped."""
        waiter, envelope = self._waiter, self._envelope
        if waiter is None or envelope is None or waiter.done():
            return
        message = envelope.open(datagram)
        if message is None:
            return
        answer = response_message(message)
        if answer is not None and answer[:3] == self._expected and answer.body:
            waiter.set_result(answer.body)

    def _refused(self, failure: Failure) -> None:
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_exception(failure)

    async def close(self) -> None:
        """Ends the session, within 1 s; never raises but for cancellation."""
        if self._closed:
            return
        self._closed = True
        self._refused(Failure(Reason.SESSION_LOST, "closed"))
        try:
            if self._envelope is not None:
                self._waits = _CLOSE_WAITS
                await self._exchange(NETFN_APP, _CLOSE_SESSION, self._closing(), 0, closing=True)
        except Failure:
            pass  # the BMC is gone; its session ends by itself
        finally:
            self._abandon()
            self._link.close()

    def _closing(self) -> bytes:
        return self._session.to_bytes(4, "little")

    def _hang_up(self) -> None:
        """Ends a session without waiting for the answer."""
        if self._envelope is not None:
            message = request_message(NETFN_APP, 0, 0, _CLOSE_SESSION, self._closing())
            try:
                self._wire.send(self._envelope.seal(message), self._address)
            except Failure:
                pass
        self._abandon()

    def _abandon(self) -> None:
        """Forgets the session."""
        self._wire.delist(self._console)
        self._envelope = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
