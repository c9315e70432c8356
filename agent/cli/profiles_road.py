"""One replayed poll of a capture over the one road, with all that it was made of."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from collectors.poll import Road
from collectors.protocol import Collector, Note, silent
from hw_profiles.capture import Capture
from hw_profiles.load import Pack
from model.devices import Identity, Place, Poll, Protocol, Target
from model.raw import Plan, Raw
from model.readings import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from model.readings import Scalar

NOON = 1_795_521_600.0
"""2026-11-24 12:00 UTC: golden texts know one moment only."""
PLACE = Place(site="dc1", rack="A01")


@dataclass
class Listening:
    """A collector that keeps what passes: who answered, what was asked and what came back."""

    inner: Collector
    identity: Identity | Fault | None = None
    plan: Plan = field(default_factory=Plan)
    raw: Raw = field(default_factory=Raw)

    async def identify(
        self, target: Target, probes: tuple[str, ...], note: Note
    ) -> Identity | Fault:
        """See Collector."""
        self.identity = await self.inner.identify(target, probes, note)
        return self.identity

    async def fetch(self, target: Target, identity: Identity, plan: Plan) -> Raw | Fault:
        """See Collector."""
        found = await self.inner.fetch(target, identity, plan)
        self.plan = plan
        self.raw = found if isinstance(found, Raw) else Raw()
        return found

    async def forget(self, target: Target) -> None:
        """See Collector."""
        await self.inner.forget(target)

    async def close(self) -> None:
        """See Collector."""
        await self.inner.close()


@dataclass(frozen=True, slots=True)
class Replayed:
    """A poll of a capture, and who answered, what was asked of it and what it said."""

    poll: Poll
    identity: Identity | Fault
    plan: Plan
    raw: Raw


def protocol_of(capture: Capture) -> Protocol:
    """What a capture's device speaks."""
    return Protocol.IPMI if capture.exchanges else Protocol.SNMP


def collector_of(capture: Capture) -> Collector:
    """A collector that asks the capture."""
    if protocol_of(capture) is Protocol.IPMI:
        from collectors.ipmi.collector import IpmiCollector
        from collectors.ipmi.replay import ReplayConnector

        return IpmiCollector(ReplayConnector(capture))
    from collectors.snmp.collector import SnmpCollector
    from collectors.snmp.replay import ReplayClient

    return SnmpCollector(ReplayClient(capture))


def replayed(capture: Capture, pack: Pack, pinned: str = "") -> Replayed:
    """One poll, by the profile that fits best or the one that is named."""
    ear = Listening(collector_of(capture))
    protocol = protocol_of(capture)
    target = Target("device", "192.0.2.1", protocol, profile=pinned, place=PLACE)
    road = Road({protocol: ear}, pack, clock=lambda: NOON, monotonic=lambda: 0.0)
    poll = asyncio.run(_polled(road, target))
    assert ear.identity is not None
    return Replayed(poll, ear.identity, ear.plan, ear.raw)


async def _polled(road: Road, target: Target) -> Poll:
    try:
        return await road.poll(target)
    finally:
        await road.close()


def identified(capture: Capture, probes: Iterable[str]) -> Identity | Fault:
    """Who a capture's device says it is."""
    target = Target("device", "192.0.2.1", protocol_of(capture))

    async def ask() -> Identity | Fault:
        collector = collector_of(capture)
        try:
            return await collector.identify(target, tuple(probes), silent)
        finally:
            await collector.close()

    return asyncio.run(ask())


def recorded(capture: Capture) -> Mapping[str, Scalar]:
    """Every SNMP object of a capture: address → value, NULLs left out."""
    from collectors.snmp.values import dotted
    from collectors.snmp.values import recorded as held

    found = ((dotted(o.oid), held(o)) for o in capture.objects)
    return {oid: value for oid, value in found if value is not None}


def exposition(poll: Poll) -> str:
    """The text that Prometheus would scrape of the device: a golden text."""
    from exporters.families import families
    from exporters.render import text
    from model.devices import TargetStatus

    status = TargetStatus(poll.target, (poll,), poll)
    pieces = b"".join(text(families([status], NOON))).decode()
    lines = pieces.splitlines(keepends=True)
    return "".join(line for line in lines if "dcagent_build_info" not in line)
