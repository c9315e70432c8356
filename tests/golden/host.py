"""From a machine's files to the text that Prometheus would scrape, with clocks that stand still."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from collectors.host.collector import HostCollector
from collectors.poll import Road
from exporters.families import families
from exporters.render import text
from hw_profiles.load import Pack
from model.devices import Place, Poll, Protocol, Target, TargetStatus
from tests import sysfs

MACHINES = tuple(f"host-{machine}" for machine in sysfs.MACHINES)
NOON = 1_795_521_600.0
"""2026-11-24 12:00 UTC."""


def exposition(name: str, pack: Pack) -> str:
    """What the agent would expose of a machine 15 s after its first poll."""
    with tempfile.TemporaryDirectory() as folder:
        poll = asyncio.run(polled(name.removeprefix("host-"), Path(folder), pack))
    status = TargetStatus(poll.target, (poll,), poll)
    pieces = b"".join(text(families([status], NOON))).decode()
    lines = pieces.splitlines(keepends=True)
    return "".join(line for line in lines if "dcagent_build_info" not in line)


async def polled(machine: str, root: Path, pack: Pack) -> Poll:
    """The second poll of a machine over the one road."""
    now = 0.0

    async def sleep(_seconds: float) -> None:
        """No time passes but in the machine's files."""

    sysfs.unpack(machine, root)
    collector = HostCollector(root, monotonic=lambda: now, sleep=sleep)
    road = Road({Protocol.HOST: collector}, pack, clock=lambda: NOON, monotonic=lambda: now)
    target = Target(machine, "", Protocol.HOST, place=Place(site="dc1", rack="A01"))
    try:
        await road.poll(target)
        now = 15.0
        sysfs.pass_time(machine, root)
        poll = await road.poll(target)
    finally:
        await road.close()
    return poll
