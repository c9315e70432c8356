"""Memory of the agent at work, and how soon `dcagent --version` answers.

    python -m tests.bench.memory [SECONDS]

Simulated BMCs (87 sensors) and PDUs run in a process of their own; the agent polls them every
five seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from simulators.bmc import SimulatedBmc
from simulators.snmp_agent import SimulatedAgent
from tests.bench.crowd import server
from tests.real.agent_process import HEAD, Agent, capture, configuration, running, secret, target

PDUS = ("apc-rpdu2", "raritan-px")
COMMUNITY = '[credentials.pdu]\ntype = "snmp-community"\ncommunity = "file:community"\n'
LIMITS = {"BMCs alone": 45, "BMCs and PDUs": 80}
"""MiB."""


@contextlib.asynccontextmanager
async def site(bmcs: int, pdus: int) -> AsyncIterator[list[str]]:
    """Simulated devices; gives their [[targets]]."""
    devices: list[SimulatedBmc | SimulatedAgent] = []
    targets = []
    try:
        for number in range(bmcs):
            bmc = SimulatedBmc(server())
            devices.append(bmc)
            targets.append(target(f"node-{number}", await bmc.start()))
        for number in range(pdus):
            pdu = SimulatedAgent(capture(PDUS[number % len(PDUS)]))
            devices.append(pdu)
            targets.append(target(f"pdu-{number}", await pdu.start(), "pdu", "snmp"))
        yield targets
    finally:
        for device in devices:
            device.close()


def _proportional(agent: Agent) -> float:
    """Private and proportional shared memory in MiB (Pss)."""
    lines = Path(f"/proc/{agent.process.pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


async def measure(title: str, bmcs: int, pdus: int, seconds: float) -> bool:
    """Prints the memory of an agent after some time of polling; True where that is in bounds."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        secret(directory / "community", "public")
        async with site(bmcs, pdus) as targets:
            head = HEAD.replace("= 1\n", "= 5\n").replace("timeout = 0.3", "timeout = 2")
            file = configuration(directory, *targets, head=head + COMMUNITY)
            async with running(file) as agent:
                early = await _after(agent, min(10.0, seconds / 2))
                late = await _after(agent, seconds - min(10.0, seconds / 2))
                await _all_up(agent, bmcs + pdus)
                share = _proportional(agent)
    limit = LIMITS[title]
    verdict = "ok" if late < limit else "TOO MUCH"
    print(
        f"{title:14} {bmcs:3} BMCs {pdus:2} PDUs  RSS {early:5.1f} → {late:5.1f} MiB"
        f"  (Pss {share:.1f})  limit {limit}  {verdict}"
    )
    return late < limit


async def _after(agent: Agent, seconds: float) -> float:
    """The agent's RSS in MiB after some seconds of polling and scraping."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        await asyncio.sleep(min(5.0, seconds))
        await agent.values("dcagent_target_up")
    return agent.status("VmRSS") / 1024


async def _all_up(agent: Agent, count: int) -> None:
    up = await agent.values("dcagent_target_up")
    assert sum(up.values()) == count, f"only {sum(up.values()):g} of {count} targets are up"


def version() -> float:
    """The best of ten starts, in milliseconds."""
    times = []
    for _ in range(10):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-m", "agent.cli.main", "--version"], check=True, stdout=-3)
        times.append((time.perf_counter() - begun) * 1000)
    return min(times)


def main(arguments: Sequence[str]) -> int:
    """Measures all; 1 where a figure is missed."""
    seconds = float(arguments[0]) if arguments else 120.0
    took = version()
    print(f"dcagent --version {took:.0f} ms  limit 150  {'ok' if took < 150 else 'TOO SLOW'}")
    alone = asyncio.run(measure("BMCs alone", 50, 0, seconds))
    both = asyncio.run(measure("BMCs and PDUs", 50, 10, seconds))
    return 0 if alone and both and took < 150 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
