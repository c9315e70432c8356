"""200 PDUs of 307 values by SNMP: dcagent and prometheus-snmp-exporter side by side.

    python -m tests.bench.snmp [CYCLES]

Our cycle goes over the one road for all tiers, through store and families, to exposition text;
the exporter's is a scrape of each PDU. CPU is user and system time of the process that does it;
the simulated PDUs and the scraping client are processes of their own. Values move between cycles.
"""

from __future__ import annotations

import asyncio
import gzip
import os
import re
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from agent import heap
from agent.config_targets import Entry
from agent.store import Store
from collectors.poll import Road
from collectors.snmp.collector import SnmpCollector
from collectors.snmp.own_client import OwnClient
from exporters.families import Exposition
from exporters.render import text
from hw_profiles.load import pack
from model.credentials import CommunityCredential, Secret
from model.devices import Health, Poll, Protocol, Target
from tests.bench.pdus import OUTLETS, USER, Fleet, fleet
from tests.bench.snmp_exporter import Exporter, cpu_of, exporter
from tests.real.agent_process import HEAD, Agent, configuration, running, secret

COUNT, CYCLES = 200, 7
PUBLIC = CommunityCredential("v2", Secret("public"))
CPU_LIMITS = {"v2": 0.6, "v3": 0.9}
LATENCY, WALKS, MOST_MEMORY = 0.02, 100, 60.0


class Figures(NamedTuple):
    """Seconds of CPU and of the wall clock, of one cycle each."""

    cpu: float
    wall: float

    @classmethod
    def median(cls, found: Sequence[Figures]) -> Figures:
        """Of several cycles."""
        return cls(*(statistics.median(column) for column in zip(*found, strict=True)))


class Ours:
    """The agent's road to exposition text, in this process."""

    def __init__(self, fleet: Fleet, login: str) -> None:
        credential = PUBLIC if login == "v2" else USER
        self.targets = [
            Target(f"pdu-{n}", "127.0.0.1", Protocol.SNMP, credential, port, timeout=5, retries=0)
            for n, port in enumerate(fleet.ports)
        ]
        self.road = Road({Protocol.SNMP: SnmpCollector(OwnClient())}, pack())
        self._store = Store([Entry(target) for target in self.targets])
        self._exposition = Exposition()

    async def _poll(self, target: Target) -> Poll:
        poll = await self.road.poll(target)
        self._store.put(poll)
        return poll

    async def cycle(self) -> tuple[Figures, str]:
        """One cycle, and its text."""
        cpu, wall = time.process_time(), time.perf_counter()
        polls = await asyncio.gather(*map(self._poll, self.targets))
        families = self._exposition.families(self._store.statuses(), time.time())
        written = b"".join(text(families))
        figures = Figures(time.process_time() - cpu, time.perf_counter() - wall)
        for poll in polls:
            assert poll.health is Health.UP, poll.faults
            assert len(poll.readings) == 4 * OUTLETS + 5 + 18 + 4, len(poll.readings)
        return figures, written.decode()


def theirs(fleet: Fleet, peer: Exporter, login: str, delay: float, parallel: int) -> Figures:
    """One cycle of the exporter."""
    fleet.tick(delay)
    before = peer.cpu()
    took = peer.cycle(login, fleet.ports, parallel)
    return Figures(peer.cpu() - before, took)


async def compared(
    fleet: Fleet, peer: Exporter, login: str, delay: float, parallel: int, cycles: int
) -> tuple[Figures, Figures]:
    """Both in turn, so that what else the machine does meets them alike.

    The first ones do not count. The garbage collector is held as in the running agent.
    """
    settling = asyncio.create_task(heap.settle(1.0))
    mine = Ours(fleet, login)
    ours: list[Figures] = []
    others: list[Figures] = []
    try:
        for _ in range(cycles + 2):
            fleet.tick(delay)
            ours.append((await mine.cycle())[0])
            others.append(await asyncio.to_thread(theirs, fleet, peer, login, delay, parallel))
    finally:
        settling.cancel()
        await mine.road.close()
    return Figures.median(ours[2:]), Figures.median(others[2:])


def _told(title: str, ours: float, others: float, limit: float) -> bool:
    ratio = ours / others
    verdict = f"limit {limit:g}  {'ok' if ratio <= limit else 'TOO MUCH'}"
    print(f"{title:34} {ours:7.3f} s  {others:7.3f} s  ratio {ratio:5.2f}  {verdict}", flush=True)
    return ratio <= limit


def against_the_exporter(fleet: Fleet, cycles: int) -> bool:
    """CPU of both versions, and wall time behind slow devices."""
    good = True
    with tempfile.TemporaryDirectory() as name, exporter(Path(name)) as peer:
        print(f"{'':34} {'dcagent':>9}  {'exporter':>9}")
        for login, limit in CPU_LIMITS.items():
            ours, others = asyncio.run(compared(fleet, peer, login, 0.0, 8, cycles))
            good &= _told(f"CPU per cycle, {login}", ours.cpu, others.cpu, limit)
        ours, others = asyncio.run(compared(fleet, peer, "v2", LATENCY, COUNT, cycles))
        good &= _told("wall per cycle, v2, 20 ms latency", ours.wall, others.wall, 1.0)
        print(f"RSS of the exporter {peer.resident():.1f} MiB")
    return good


async def lost(fleet: Fleet, cycles: int) -> int:
    """Requests that went unanswered in so many cycles of parallel walks; none is put twice."""
    mine, missed = Ours(fleet, "v2"), 0
    try:
        for _ in range(cycles):
            fleet.tick()
            polls = await asyncio.gather(*map(mine.road.poll, mine.targets))
            missed += sum(len(poll.faults) for poll in polls)
    finally:
        await mine.road.close()
    return missed


class AtWork(NamedTuple):
    """MiB of RSS, and seconds of CPU for ten seconds."""

    resident: float
    cpu: float


def scraped(agent: Agent) -> str:
    """The page of a running agent, asked for as Prometheus does."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{agent.port}/metrics", headers={"Accept-Encoding": "gzip"}
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        return gzip.decompress(response.read()).decode()


async def at_work(fleet: Fleet) -> AtWork:
    """The agent itself, as it runs: all tiers every 10 s, each by itself, and a scrape every 5 s.

    After a minute; CPU is that of the last 40 s.
    """
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        secret(directory / "community", "public")
        head = HEAD.replace("= 1\n", "= 10\n").replace("timeout = 0.3", "timeout = 3")
        head += '[credentials.pdu]\ntype = "snmp-community"\ncommunity = "file:community"\n'
        named = (
            f'[[targets]]\nname = "pdu-{n}"\naddress = "127.0.0.1"\nport = {port}\n'
            'protocol = "snmp"\ncredential = "pdu"\n'
            for n, port in enumerate(fleet.ports)
        )
        async with running(configuration(directory, *named, head=head)) as agent:
            cpu = 0.0
            for turn in range(12):
                await asyncio.sleep(5)
                page = await asyncio.to_thread(scraped, agent)
                cpu = cpu_of(agent.process.pid) if turn == 3 else cpu
            assert len(re.findall(r"(?m)^dcagent_target_up\{.*\} 1\.0$", page)) == COUNT
            spent = cpu_of(agent.process.pid) - cpu
            return AtWork(agent.status("VmRSS") / 1024, spent / 4)


def main(arguments: Sequence[str]) -> int:
    """Measures all; 1 where a figure is missed."""
    cycles = int(arguments[0]) if arguments else CYCLES
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors; medians of {cycles}")
    with fleet(COUNT) as pdus:
        good = against_the_exporter(pdus, cycles)
        missed = asyncio.run(lost(pdus, WALKS))
        print(f"lost replies in {WALKS} cycles of {COUNT} parallel walks: {missed}  limit 0")
        found = asyncio.run(at_work(pdus))
    print(f"RSS of the agent {found.resident:.1f} MiB  limit {MOST_MEMORY:g}")
    print(f"CPU of the agent {found.cpu:.2f} s in 10 s: each tier by itself, two scrapes")
    return 0 if good and not missed and found.resident < MOST_MEMORY else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
