"""Asks what was found with the login that was given: once per device, and never past a refusal.

At most one login of an account is under way at any time, so that no device is sent a password that
another has just refused. What follows a login goes on beside others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from agent.cli.probe_targets import account
from agent.gates import refusal
from collectors.poll import Road
from model.credentials import CommunityCredential, Credential
from model.devices import DeviceId, Poll, Protocol, Step, StepName, Target
from model.readings import Fault, Reason
from model.sightings import Sighting

AT_ONCE = 8
"""Devices that are read beside one another; the logins themselves go one by one."""


@dataclass(frozen=True, slots=True)
class Identified:
    """Who a device says it is to somebody who is let in; `fault`: why it did not say."""

    target: Target
    device: DeviceId = field(default_factory=DeviceId)
    profile: str = ""
    fault: Fault | None = None
    refused: bool = False


@dataclass(slots=True)
class _Door:
    """One account: who is trying it now, and where it was refused."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    refused: str = ""


class Logins:
    """Identifies devices over the one road."""

    def __init__(
        self,
        credentials: Mapping[Protocol, Credential],
        ports: Mapping[Protocol, int],
        road: Road,
        tell: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._credentials, self._ports, self._road, self._tell = credentials, ports, road, tell
        self._doors: dict[str, _Door] = {}
        self._free = asyncio.Semaphore(AT_ONCE)
        self.found: dict[str, list[Identified]] = {}
        self._spared: dict[str, str] = {}

    @property
    def spared(self) -> dict[str, str]:
        """Devices that no login was tried at, since one was refused before: address → where."""
        return {a: where for a, where in self._spared.items() if a not in self.found}

    def wanted(self, sighting: Sighting) -> tuple[Protocol, ...]:
        """The ways in which a device can be asked with what was given."""
        there = {
            Protocol.IPMI: sighting.presence is not None and sighting.presence.ipmi is not False,
            Protocol.SNMP: self._speaks(sighting),
        }
        return tuple(protocol for protocol in self._credentials if there[protocol])

    def _speaks(self, sighting: Sighting) -> bool:
        """The community has been tried: who did not answer it is not asked again."""
        if isinstance(self._credentials.get(Protocol.SNMP), CommunityCredential):
            return sighting.community
        return bool(sighting.engine_id)

    async def run(self, sightings: Mapping[str, Sighting]) -> None:
        """Asks each that can be asked; cancelled, it leaves what it has found."""
        ways = {address: self.wanted(sighting) for address, sighting in sightings.items()}
        tasks = [asyncio.create_task(self._one(a, way)) for a, way in ways.items() if way]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _one(self, address: str, ways: tuple[Protocol, ...]) -> None:
        """The ways one after the other, until one says who it is."""
        async with self._free:
            for protocol in ways:
                target = Target(
                    f"{address} {protocol}", address, protocol, self._credentials[protocol],
                    port=self._ports[protocol],
                )  # fmt: skip
                found = await self._asked(target)
                if found is not None:
                    self.found.setdefault(address, []).append(found)
                    if found.fault is None:
                        break
            self._tell(len(self.found))

    async def _asked(self, target: Target) -> Identified | None:
        """One login; None where the account has been refused elsewhere."""
        door = self._doors.setdefault(account(target) or target.protocol, _Door())
        await door.lock.acquire()
        if door.refused:
            door.lock.release()
            self._spared[target.address] = door.refused
            return None
        held = True

        def note(step: Step) -> None:
            nonlocal held
            if held and step.name is StepName.SESSION and step.fault is None:
                held = False
                door.lock.release()  # let in: the next may try, while this one is read

        try:
            poll = await self._road.poll(target, frozenset(), note)
            if refusal(poll) is not None:
                door.refused = target.address
            return _identified(target, poll)
        finally:
            if held:
                door.lock.release()
            await self._road.forget(target)


def _identified(target: Target, poll: Poll) -> Identified:
    """The poll as a login; that no profile fits is none of the login's faults."""
    whole = (f for f in poll.faults if f.sensor is None and f.reason is not Reason.NO_PROFILE)
    fault = next(whole, None)
    return Identified(
        target, poll.device or DeviceId(), poll.profile, fault, refusal(poll) is not None
    )
