"""From a capture to the text that Prometheus would scrape, with clocks that stand still."""

from __future__ import annotations

import asyncio
from pathlib import Path

from collectors.ipmi.collector import IpmiCollector
from collectors.ipmi.replay import ReplayConnector
from collectors.poll import Road
from collectors.protocol import Collector
from collectors.snmp.collector import SnmpCollector
from collectors.snmp.replay import ReplayClient
from exporters.families import families
from exporters.render import text
from hw_profiles.capture import Capture, read
from hw_profiles.load import Pack
from model.devices import Place, Poll, Protocol, Target, TargetStatus

HERE = Path(__file__).parent
CAPTURES = HERE.parent / "captures"
NOON = 1_795_521_600.0
"""2026-11-24 12:00 UTC."""


def golden_file(name: str) -> Path:
    """Where the expected text of a profile stands."""
    return HERE / f"{name}.prom"


def exposition(name: str, pack: Pack) -> str:
    """What the agent would expose of the device that a profile's capture recorded."""
    poll = asyncio.run(polled(read(CAPTURES / f"{name}.capture"), pack))
    status = TargetStatus(poll.target, (poll,), poll)
    pieces = b"".join(text(families([status], NOON))).decode()
    return "".join(line for line in pieces.splitlines(keepends=True) if _device_line(line))


def _device_line(line: str) -> bool:
    """What tells of the program that runs the test is no fact about the device."""
    return "dcagent_build_info" not in line


async def polled(capture: Capture, pack: Pack) -> Poll:
    """One poll of a capture over the one road."""
    protocol = Protocol.IPMI if capture.exchanges else Protocol.SNMP
    collector: Collector
    if protocol is Protocol.IPMI:
        collector = IpmiCollector(ReplayConnector(capture))
    else:
        collector = SnmpCollector(ReplayClient(capture))
    road = Road({protocol: collector}, pack, clock=lambda: NOON, monotonic=lambda: 0.0)
    place = Place(site="dc1", rack="A01")
    try:
        return await road.poll(Target("device", "192.0.2.1", protocol, place=place))
    finally:
        await road.close()
