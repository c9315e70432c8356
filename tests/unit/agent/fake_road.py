"""A road to devices that exist only here; it notes who was asked, when and for what."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from agent.config_targets import Entry, Pace
from agent.schedule import Limits, Schedule
from agent.store import Store
from model.credentials import CommunityCredential, Credential, IpmiCredential, Secret
from model.devices import DeviceId, Poll, Protocol, Target, Tier
from model.readings import Fault, Reading, Reason
from model.sensors import Quantity, Role, Sensor
from tests.unit.agent.virtual_time import now

POWER = Sensor(Role.NODE, Quantity.POWER)
FAN = Sensor(Role.FAN, Quantity.FAN_SPEED, "1")
SEL = Sensor(Role.SEL, Quantity.COUNT)
SENSORS = {Tier.FAST: POWER, Tier.NORMAL: FAN, Tier.SLOW: SEL}

BMC = IpmiCredential("bmc", "monitor", Secret("x"))
COMMUNITY = CommunityCredential("pdu", Secret("public"))


def target(name: str, credential: Credential | None = BMC, address: str = "") -> Target:
    protocol = Protocol.SNMP if isinstance(credential, CommunityCredential) else Protocol.IPMI
    return Target(name, address or f"{name}.example", protocol, credential)


def entry(name: str, credential: Credential | None = BMC, pace: Pace | None = None) -> Entry:
    return Entry(target(name, credential), pace or Pace(15, 60, 300))


@dataclass
class FakeRoad:
    """`faults`: why a target fails; `takes`: seconds of a poll; `bugs`: targets that raise;
    `empty`: tiers for which no device has a reading, so that none is asked."""

    faults: dict[str, Reason] = field(default_factory=dict)
    takes: dict[str, float] = field(default_factory=dict)
    bugs: set[str] = field(default_factory=set)
    empty: frozenset[Tier] = frozenset()
    asked: list[tuple[float, str, Tier]] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    flying: set[str] = field(default_factory=set)
    most: int = 0

    async def poll(self, target: Target, tiers: frozenset[Tier]) -> Poll:
        assert target.name not in self.flying, "asked twice at once"
        self.flying.add(target.name)
        self.most = max(self.most, len(self.flying))
        (tier,) = tiers
        at = now()
        if tier in self.empty:
            self.flying.discard(target.name)
            return Poll(target, at, 0.0, tiers=tiers)
        self.asked.append((at, target.name, tier))
        try:
            await asyncio.sleep(self.takes.get(target.name, 0.1))
        finally:
            self.flying.discard(target.name)
        if target.name in self.bugs:
            raise ZeroDivisionError("a bug")
        if reason := self.faults.get(target.name):
            return Poll(target, at, now() - at, (Fault(None, reason, "so it is"),), tiers=tiers)
        outcomes = (Reading(SENSORS[tier], at),)
        return Poll(target, at, now() - at, outcomes, DeviceId("Acme"), "acme", tiers)

    async def forget(self, target: Target) -> None:
        assert target.name not in self.flying, "forgotten while asked"
        self.forgotten.append(target.name)

    def times(self, name: str, tier: Tier = Tier.FAST) -> list[float]:
        """When a target was asked for a tier, in seconds since the start."""
        return [at - 1000.0 for at, who, what in self.asked if who == name and what is tier]

    def who(self) -> list[str]:
        """Who was asked, each poll once, in order."""
        return [name for _, name, tier in self.asked if tier is Tier.FAST]


@dataclass
class Bench:
    """A schedule at work on a fake road."""

    road: FakeRoad
    store: Store
    schedule: Schedule

    async def configure(self, *entries: Entry, limits: Limits | None = None) -> None:
        credentials = {
            e.target.credential.name: e.target.credential for e in entries if e.target.credential
        }
        await self.schedule.configure(entries, credentials, limits or Limits())


@contextlib.asynccontextmanager
async def at_work(
    *entries: Entry, road: FakeRoad | None = None, limits: Limits | None = None, random: float = 0.5
) -> AsyncIterator[Bench]:
    """Runs a schedule for as long as the block lasts."""
    road = road or FakeRoad()
    store = Store((), monotonic=now)
    schedule = Schedule(road, store, Limits(), now=now, wall=now, random=lambda: random)
    bench = Bench(road, store, schedule)
    await bench.configure(*entries, limits=limits)
    task = asyncio.create_task(schedule.run())
    try:
        yield bench
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        assert not road.flying, "a poll outlived the schedule"
