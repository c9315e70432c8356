"""Requests and their responses: sent again when lost, one in flight per agent, told by peer."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from collectors.protocol import Failure
from collectors.snmp.client import Varbind
from collectors.snmp.envelope import identity, truncated
from collectors.snmp.udp import Datagrams, Endpoint
from hw_profiles.capture import SnmpObject
from model.readings import Reason

BACK_OFF = 1.25
"""Each further wait is this much longer."""
FEW = 8
"""With no more in flight, any answer from elsewhere is looked at, to tell where it came from."""
_ALLOW = "a profile may allow it with any_address in [snmp]"
_TICK = 0.0005
"""Seconds by which a wait may end early, rather than by a timer of its own."""
AGAIN = 4
"""How often a request is put anew because the agent asked for it (RFC 3414 §3.2, §4)."""


@dataclass(frozen=True, slots=True)
class Response:
    """A Response-PDU (RFC 3416 §3): error-status, error-index, varbinds.

    `objects` gives the same as captures hold them.
    """

    status: int
    index: int
    varbinds: tuple[Varbind, ...]
    objects: Callable[[], Iterable[SnmpObject]]


class Resend(Exception):
    """The agent told what it needs to hear: put the request anew, at once.

    `failure` is what it means where it never ends.
    """

    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        super().__init__(failure.detail)


class Garbage(Exception):
    """A datagram that is no SNMP message."""


class Unproven(Exception):
    """A message that does not prove that it is the agent's, or that is old (RFC 3414 §3.2)."""


class Question(Protocol):
    """One request as it travels."""

    def write(self) -> bytes:
        """The datagram to send. Failure: there is none."""
        ...

    def read(self, data: bytes) -> Response | None:
        """The response in a datagram; None: it answers something else.

        Resend, Garbage, Unproven, or Failure: the agent refuses.
        """
        ...


class Drop(StrEnum):
    """Why a datagram was dropped: it answered nothing, meant nothing, or proved nothing."""

    UNASKED = "unasked"
    MALFORMED = "malformed"
    UNPROVEN = "unproven"


@dataclass(slots=True)
class _Waiting:
    question: Question
    any_address: bool
    reply: asyncio.Future[Response | None] = field(init=False)
    garbage: int = 0
    unproven: int = 0
    stray: str = ""
    until: float = 0.0


class Exchange:
    """Carries one request at a time to each peer."""

    def __init__(self) -> None:
        self._datagrams = Datagrams(self._arrived, self._bounced)
        self._waiting: dict[Endpoint, _Waiting] = {}
        self._locks: dict[Endpoint, asyncio.Lock] = {}
        self._numbers: dict[int, _Waiting] = {}
        self._expiry: asyncio.TimerHandle | None = None
        self.dropped = dict.fromkeys(Drop, 0)
        """Datagrams so far that were dropped. UNASKED: late, doubled, from another address."""

    async def ask(
        self,
        peer: Endpoint,
        question: Question,
        timeout: float,
        retries: int,
        *,
        any_address: bool = False,
    ) -> Response:
        """Puts a question, waits `timeout` seconds, and again, a little longer each time.

        With `any_address` an answer is known by its number alone, wherever it comes from.
        Failure TIMEOUT: no answer; NO_ANSWER: not from that address; PROTOCOL: nothing but
        garbage; TRUNCATED: a cut answer; PORT_CLOSED, NO_ANSWER, NETWORK: the network said so;
        and what `question` raises.
        """
        key = (peer[0].partition("%")[0], peer[1])
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = asyncio.Lock()
        waiting = _Waiting(question, any_address)
        async with lock:
            for attempt in range(retries + 1):
                found = await self._attempt(peer, key, waiting, timeout * BACK_OFF**attempt)
                if found is not None:
                    return found
        raise _silence(waiting, retries + 1)

    async def _attempt(
        self, peer: Endpoint, key: Endpoint, waiting: _Waiting, wait: float
    ) -> Response | None:
        """One request, or several where the agent asks for it; None: no answer in time."""
        loop = asyncio.get_running_loop()
        for turn in range(AGAIN + 1):
            data = waiting.question.write()
            number = identity(data) if waiting.any_address else None
            if number is not None:
                self._numbers[number] = waiting
            waiting.reply = loop.create_future()
            self._waiting[key] = waiting
            try:
                self._datagrams.send(peer, data)
                self._expire_by(loop, waiting, wait)
                return await waiting.reply
            except Resend as resend:
                if turn == AGAIN:
                    raise resend.failure from resend
            finally:
                self._waiting.pop(key, None)
                if number is not None:
                    self._numbers.pop(number, None)
        return None

    def _expire_by(self, loop: asyncio.AbstractEventLoop, waiting: _Waiting, wait: float) -> None:
        """One timer for all that wait: nearly every one is answered before it would go off."""
        waiting.until = until = loop.time() + wait
        timer = self._expiry
        if timer is None or timer.cancelled() or until < timer.when():
            if timer is not None:
                timer.cancel()
            self._expiry = loop.call_at(until, self._expire)

    def _expire(self) -> None:
        """Ends the waiting that has been long enough, and comes back for the next."""
        loop = asyncio.get_running_loop()
        now, self._expiry = loop.time(), None
        left = [w for w in self._waiting.values() if not w.reply.done()]
        for waiting in left:
            if waiting.until <= now + _TICK:
                waiting.reply.set_result(None)
        later = [w.until for w in left if w.until > now + _TICK]
        if later:
            self._expiry = loop.call_at(min(later), self._expire)

    def _arrived(self, peer: Endpoint, data: bytes) -> None:
        waiting = self._waiting.get(peer)
        if waiting is None or waiting.reply.done():
            self._strayed(peer, data)
            return
        if truncated(data):
            self._end(waiting, Failure(Reason.TRUNCATED, f"{len(data)} bytes of a longer answer"))
            return
        if not self._read(waiting, data):
            self._strayed(peer, data)

    def _read(self, waiting: _Waiting, data: bytes) -> bool:
        """Ends the waiting if a datagram does so; False where it answers something else."""
        try:
            response = waiting.question.read(data)
        except Garbage:
            waiting.garbage += 1
            self.dropped[Drop.MALFORMED] += 1
        except Unproven:
            waiting.unproven += 1
            self.dropped[Drop.UNPROVEN] += 1
        except (Failure, Resend) as error:
            self._end(waiting, error)
        else:
            if response is None:
                return False
            waiting.reply.set_result(response)
        return True

    def _strayed(self, peer: Endpoint, data: bytes) -> None:
        """An agent with several addresses may answer from the wrong one.

        Where that is allowed it counts, else we say so, no more.
        """
        number = identity(data) if self._numbers else None
        waiting = self._numbers.get(number) if number is not None else None
        if waiting is None or waiting.reply.done() or not self._read(waiting, data):
            self.dropped[Drop.UNASKED] += 1
            self._wonder(peer, data)

    def _wonder(self, peer: Endpoint, data: bytes) -> None:
        if len(self._waiting) > FEW:
            return
        for key, waiting in self._waiting.items():
            try:
                if key[0] != peer[0] and waiting.question.read(data) is not None:
                    waiting.stray = peer[0]
            except (Garbage, Unproven, Failure, Resend):
                continue

    def _bounced(self, peer: Endpoint, number: int) -> None:
        waiting = self._waiting.get(peer)
        if waiting is None or waiting.reply.done() or number == errno.EMSGSIZE:
            return
        closed = number == errno.ECONNREFUSED
        reason = Reason.PORT_CLOSED if closed else Reason.NO_ANSWER
        self._end(waiting, Failure(reason, f"{peer[0]} port {peer[1]}: {os.strerror(number)}"))

    @staticmethod
    def _end(waiting: _Waiting, error: Exception) -> None:
        waiting.reply.set_exception(error)

    def forget(self, peer: Endpoint) -> None:
        """Drops what is held for a peer that nobody asks just now."""
        lock = self._locks.get(peer)
        if lock is not None and not lock.locked():
            del self._locks[peer]

    def close(self) -> None:
        """Fails what is in flight and closes the sockets."""
        for waiting in self._waiting.values():
            if not waiting.reply.done():
                self._end(waiting, Failure(Reason.NETWORK, "the client was closed"))
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None
        self._datagrams.close()


def _silence(waiting: _Waiting, times: int) -> Failure:
    """What it means that a question went unanswered, by what came instead."""
    if waiting.stray:
        detail = f"the answer came from another address, {waiting.stray}; {_ALLOW}"
        return Failure(Reason.NO_ANSWER, detail)
    if waiting.garbage:
        return Failure(Reason.PROTOCOL, "answers with bytes that are not SNMP")
    detail = f"no answer to {times} requests"
    if waiting.unproven:
        detail += f"; {waiting.unproven} that did not prove to be the agent's were dropped"
    return Failure(Reason.TIMEOUT, detail)
