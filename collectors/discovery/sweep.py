"""A sweep over many addresses: every question to each of them, at a steady rate, no login.

First round: the RMCP ping, SNMPv3 engine discovery and HTTPS; second round: what was silent once
more, in the other way that the standard knows, and TCP on the BMC's port of what is there.
"""

from __future__ import annotations

import asyncio
import errno
import os
import resource
import secrets
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from time import monotonic
from typing import NamedTuple

from collectors.discovery import community, engine, presence, web
from collectors.discovery.pace import Pace
from collectors.protocol import Failure
from collectors.snmp.udp import Datagrams, Endpoint
from model.credentials import Secret
from model.sightings import Presence, Sighting, Web

_Talk = Callable[[str], Coroutine[None, None, None]]

_CONNECTIONS = 256
_SPARE_FILES = 64
_NOBODY = frozenset({errno.EHOSTUNREACH, errno.EHOSTDOWN, errno.ETIMEDOUT})
"""How the network says that an address has nobody: nothing is wrong with this host."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where services are looked for: the registered ports."""

    ipmi: int = 623
    snmp: int = 161
    https: int = 443
    oob: int = 623


@dataclass(frozen=True, slots=True)
class Manner:
    """How to ask: questions per second, seconds to wait for an answer, and where."""

    rate: float = 200.0
    timeout: float = 1.5
    ports: Ports = Ports()
    community: Secret | None = None

    @property
    def questions(self) -> int:
        """How many questions an address gets in the first round."""
        return 3 if self.community is None else 4


class Progress(NamedTuple):
    """How far a sweep is. `left`: seconds, as far as one can tell."""

    done: int
    total: int
    found: int
    left: float


class Sweep:
    """Asks addresses. `seen` is complete at any time as far as answers have come.

    `asked` are the addresses whose questions are all put and waited for; `troubles` what this host
    could not send, address → why.
    """

    def __init__(self, manner: Manner, tell: Callable[[Progress], None] = lambda _: None) -> None:
        self._manner, self._tell = manner, tell
        self._pace = Pace(manner.rate)
        self._number = secrets.randbits(30)
        self._ipmi = Datagrams(self._on_ipmi, self._bounced)
        self._snmp = Datagrams(self._on_snmp, self._bounced)
        self._closed: set[Endpoint] = set()
        self._since: dict[str, float] = {}
        self._addresses: dict[str, str] = {}
        self._talks: set[asyncio.Task[None]] = set()
        self._free = asyncio.Semaphore(_connections())
        self._done = self._total = 0
        self.seen: dict[str, Sighting] = {}
        self.asked: frozenset[str] = frozenset()
        self.troubles: dict[str, str] = {}

    async def run(self, addresses: Sequence[str]) -> None:
        """Asks them all; cancelled, it leaves what it has found and closes its sockets."""
        self._addresses = {address.partition("%")[0]: address for address in addresses}
        self._total = len(addresses) * (self._manner.questions + 2)
        try:
            for address in addresses:
                await self._first(address)
            for address in addresses:
                await self._settled((address,), _present, self._since[address])
                await self._second(address)
            await self._settled(addresses, _capable, monotonic())
            await asyncio.gather(*self._talks)
            self.asked = frozenset(addresses)
        finally:
            for talk in self._talks:
                talk.cancel()
            await asyncio.gather(*self._talks, return_exceptions=True)
            self._ipmi.close()
            self._snmp.close()

    async def _first(self, address: str) -> None:
        ports = self._manner.ports
        ping, _ = presence.questions(0)
        await self._send(self._ipmi, (address, ports.ipmi), ping)
        await self._send(self._snmp, (address, ports.snmp), engine.question(self._number))
        await self._try_community(address)
        self._since[address] = monotonic()
        await self._connect(self._https, address)

    async def _second(self, address: str) -> None:
        ports, here = self._manner.ports, self.seen.get(address)
        # the command even after a pong: it says whether IPMI 2.0 is spoken, and whose BMC it is
        await self._again(self._ipmi, (address, ports.ipmi), presence.questions(1)[1])
        if here is None or not here.engine_id:
            question = engine.question(self._number)
            await self._again(self._snmp, (address, ports.snmp), question)
        if self._manner.community is not None and (here is None or not here.community):
            await self._try_community(address)
        if here is not None:
            await self._connect(self._oob, address)

    async def _try_community(self, address: str) -> None:
        """Only where the port is not closed, and the agent has not answered it yet."""
        secret, peer = self._manner.community, (address, self._manner.ports.snmp)
        if secret is not None and peer not in self._closed:
            question = community.question(secret, self._number)
            await self._send(self._snmp, peer, question)

    async def _again(self, by: Datagrams, peer: Endpoint, datagram: bytes) -> None:
        if peer in self._closed:
            self._count()
        else:
            await self._send(by, peer, datagram)

    async def _send(self, by: Datagrams, peer: Endpoint, datagram: bytes) -> None:
        await self._pace.turn()
        self._count()
        try:
            by.send(peer, datagram)
        except Failure as failure:
            self._closed.add(peer)
            self.troubles.setdefault(peer[0], failure.detail)

    async def _connect(self, what: _Talk, address: str) -> None:
        await self._free.acquire()
        await self._pace.turn()
        self._count()
        task = asyncio.create_task(what(address))
        self._talks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, talk: asyncio.Task[None]) -> None:
        self._talks.discard(talk)
        self._free.release()

    async def _https(self, address: str) -> None:
        found = await self._look(address, self._manner.ports.https, tls=True)
        if found is not None:
            self.seen[address] = replace(self._known(address), web=found)

    async def _oob(self, address: str) -> None:
        found = await self._look(address, self._manner.ports.oob, tls=False)
        if found is not None:
            self.seen[address] = replace(self._known(address), oob=found)

    async def _look(self, address: str, port: int, *, tls: bool) -> Web | None:
        try:
            return await web.look(address, port, self._manner.timeout, tls=tls)
        except OSError as error:
            if error.errno not in _NOBODY:
                why = f"{address}: {os.strerror(error.errno or 0)}"
                self.troubles.setdefault(address, why)
            return None

    async def _settled(
        self, addresses: Sequence[str], enough: Callable[[Presence | None], bool], since: float
    ) -> None:
        """Waits for answers to what was asked at a time, no longer than one may take."""
        until = since + self._manner.timeout
        while monotonic() < until and not all(self._answered(each, enough) for each in addresses):
            self._show()
            await asyncio.sleep(min(0.05, self._manner.timeout / 4))

    def _answered(self, address: str, enough: Callable[[Presence | None], bool]) -> bool:
        """Nothing more is to come from here by UDP."""
        here, ports = self.seen.get(address) or Sighting(address), self._manner.ports
        if not enough(here.presence) and (address, ports.ipmi) not in self._closed:
            return False
        if (address, ports.snmp) in self._closed:
            return True
        return bool(here.engine_id) and (here.community or self._manner.community is None)

    def _on_ipmi(self, peer: Endpoint, datagram: bytes) -> None:
        address = self._addresses.get(peer[0])
        if address is None or peer[1] != self._manner.ports.ipmi:
            return
        known = self.seen.get(address)
        before = known.presence if known else None
        found = presence.learn(before, datagram)
        if found != before:
            self.seen[address] = replace(self._known(address), presence=found)

    def _on_snmp(self, peer: Endpoint, datagram: bytes) -> None:
        address = self._addresses.get(peer[0])
        if address is None or peer[1] != self._manner.ports.snmp:
            return
        if found := engine.answer(datagram, self._number):
            self.seen[address] = replace(self._known(address), engine_id=found)
        elif self._manner.community is not None and community.answers(datagram, self._number):
            self.seen[address] = replace(self._known(address), community=True)

    def _bounced(self, peer: Endpoint, number: int) -> None:
        address = self._addresses.get(peer[0])
        if address is not None and number != errno.EMSGSIZE:
            self._closed.add((address, peer[1]))

    def _known(self, address: str) -> Sighting:
        return self.seen.get(address) or Sighting(address)

    def _count(self) -> None:
        self._done = min(self._done + 1, self._total)
        self._show()

    def _show(self) -> None:
        left = (self._total - self._done) / self._manner.rate
        self._tell(Progress(self._done, self._total, len(self.seen), left))


def _present(found: Presence | None) -> bool:
    """The ping has been answered."""
    return found is not None and found.ipmi is not None


def _capable(found: Presence | None) -> bool:
    """The command has been answered."""
    return found is not None and found.version2 is not None


def _connections() -> int:
    """Connections at once: as many as this process may have files open, within reason."""
    allowed = _CONNECTIONS
    with suppress(OSError, ValueError):
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        allowed = soft - _SPARE_FILES if soft > 0 else allowed
    return max(4, min(_CONNECTIONS, allowed))
