"""The agent on one host: memory, processor time and start, beside the peers that do the same.

    python -m tests.bench.host [--seconds N]       # 300 for the figures that are promised
    python -m tests.vm.measure [--seconds N]       # the same in a guest with a real /dev/ipmi0

The agent asks the machine that it runs on and its BMC: in-band through /dev/ipmi0, or, where
there is none, a simulated one of 87 sensors over loopback (which costs it more than in-band).
The peers: prometheus-node-exporter (apt-get install prometheus-node-exporter, or --node-exporter
PATH) and, in-band alone, prometheus-ipmi-exporter. All are scraped every 15 seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import shutil
import socket
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from collectors.ipmi.ways import DEVICE
from simulators.bmc import SimulatedBmc
from tests.bench.crowd import server
from tests.real.agent_process import HEAD, configuration, running, target

INTERVAL = 15.0
MEMORY, SHARE, START = 45.0, 0.5, 3.0
"""MiB, percent of one core, seconds."""

PEERS = {
    "prometheus-node-exporter": "--web.listen-address=127.0.0.1:{port}",
    "prometheus-ipmi-exporter": "--web.listen-address=127.0.0.1:{port}",
}


@dataclass
class Process:
    """A process that is measured; `page` is what is scraped, within `patience` seconds."""

    name: str
    pid: int
    page: str
    patience: float
    begun: float = 0.0
    used: float = 0.0

    def seconds(self) -> float:
        """Processor time so far, of its ended children too."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """RSS in MiB."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024

    def scrape(self) -> str:
        """The page, as Prometheus would get it."""
        with urllib.request.urlopen(self.page, timeout=self.patience) as answer:
            text: str = answer.read().decode()
        return text

    def share(self) -> float:
        """Percent of one core since it was last asked to begin."""
        return 100 * (self.seconds() - self.used) / (time.monotonic() - self.begun)

    def begin(self) -> None:
        """What follows counts."""
        self.begun, self.used = time.monotonic(), self.seconds()


def series(text: str) -> set[str]:
    """What a page tells of devices: the names and labels of its samples."""
    told = (line.rpartition(" ")[0] for line in text.splitlines() if line.startswith("dcagent_"))
    return {line for line in told if "target=" in line}


@contextlib.asynccontextmanager
async def peer(program: str, patience: float) -> AsyncIterator[Process | None]:
    """A peer that serves; None where it is not installed."""
    path = shutil.which(program)
    if path is None:
        yield None
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    name = Path(program).name
    child = await asyncio.create_subprocess_exec(
        *(path, PEERS[name].format(port=port)), stdout=-3, stderr=-3
    )
    found = Process(name, child.pid, f"http://127.0.0.1:{port}/metrics", patience)
    try:
        await _served(found)
        yield found
    finally:
        child.kill()
        await child.wait()


async def _served(process: Process) -> None:
    async with asyncio.timeout(process.patience):
        while True:
            with contextlib.suppress(OSError):
                await asyncio.to_thread(process.scrape)
                return
            await asyncio.sleep(0.05)


async def started(file: Path, whole: set[str] | None, patience: float) -> tuple[float, set[str]]:
    """Seconds from the start of an agent to its first complete page, and what that tells.

    Complete is what tells all of `whole`; where that is not known, what grows no more.
    """
    begun = time.monotonic()
    async with running(file, patience=patience) as agent:
        page = f"http://127.0.0.1:{agent.port}/metrics"
        process, last = Process("dcagent", agent.process.pid, page, patience), begun
        found: set[str] = set()
        while time.monotonic() < last + (patience if whole is not None else 0.4 * patience):
            now = series(await asyncio.to_thread(process.scrape))
            if not now <= found:
                found |= now
                last = time.monotonic()
            if whole is not None and whole <= now:
                break
            await asyncio.sleep(0.05)
        await agent.end()
    return last - begun, found


async def measured(
    file: Path, programs: Sequence[str], seconds: float, patience: float
) -> tuple[float, float]:
    """Runs the agent and its peers side by side; the agent's MiB and percent of one core."""
    async with contextlib.AsyncExitStack() as stack:
        agent = await stack.enter_async_context(running(file, patience=patience))
        page = f"http://127.0.0.1:{agent.port}/metrics"
        found = [Process("dcagent", agent.process.pid, page, patience)]
        for program in programs:
            other = await stack.enter_async_context(peer(program, patience))
            if other is not None:
                found.append(other)
        await asyncio.sleep(5.0)  # the first polls read what changes rarely
        for process in found:
            process.begin()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            await asyncio.sleep(min(INTERVAL, end - time.monotonic()))
            for process in found:
                await asyncio.to_thread(process.scrape)
        used = [(process.memory(), process.share()) for process in found]
    for process, (memory, share) in zip(found, used, strict=True):
        report(process.name, memory, share, used[0])
    return used[0]


def report(name: str, memory: float, share: float, agent: tuple[float, float]) -> None:
    """One line, with the ratio of the agent to this process."""
    print(
        f"{name:26} RSS {memory:5.1f} MiB  CPU {share:5.2f} % of one core"
        f"  dcagent : this = {agent[0] / memory:.2f}, {agent[1] / max(share, 1e-9):.2f}"
    )


@contextlib.asynccontextmanager
async def configured(directory: Path) -> AsyncIterator[Path]:
    """A configuration for this host, and its simulated BMC where it has none."""
    head = HEAD.replace("enabled = false", "enabled = true")
    head = head.replace("interval = 1\ninterval_normal = 1\ninterval_slow = 1\n", "")
    (directory / "state").mkdir()
    if Path(DEVICE).exists():
        print(f"BMC: in-band, {DEVICE}")
        yield configuration(directory, head=head)
        return
    print(f"BMC: no {DEVICE} here, so a simulated one of 87 sensors over loopback")
    bmc = SimulatedBmc(server())
    try:
        me = target("bmc", await bmc.start()) + f'node = "{socket.gethostname()}"\n'
        yield configuration(directory, me, head=head)
    finally:
        bmc.close()


async def main(arguments: Sequence[str]) -> int:
    """Measures all; 1 where a figure is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--patience", type=float, default=10.0, help="seconds for a start or page")
    parser.add_argument("--node-exporter", default="prometheus-node-exporter")
    options = parser.parse_args(arguments)
    programs = [options.node_exporter]
    if Path(DEVICE).exists():
        programs.append("prometheus-ipmi-exporter")
    for program in programs:
        if shutil.which(program) is None:
            print(f"{program}: not installed (apt-get install {Path(program).name}): left out")
    with tempfile.TemporaryDirectory() as name:
        async with configured(Path(name)) as file:
            _, whole = await started(file, None, options.patience)
            took, _ = await started(file, whole, options.patience)
            memory, share = await measured(file, programs, options.seconds, options.patience)
    verdict = "ok" if took < START else "TOO SLOW"
    print(f"start to first complete /metrics {took:.2f} s  limit {START:g}  {verdict}")
    fits = memory < MEMORY and share < SHARE
    verdict = "ok" if fits else "TOO MUCH"
    print(f"RSS {memory:.1f} MiB  limit {MEMORY:g}  CPU {share:.2f} %  limit {SHARE:g}  {verdict}")
    return 0 if fits and took < START else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
