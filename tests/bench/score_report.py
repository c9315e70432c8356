"""What `dcagent score --level site` takes over 100 sites: the limit is 2 s, the start included.

    python -m tests.bench.score_report [SITES] [SERVERS]

Debian's prometheus holds a day of what the rules record of the sites each minute, all that the
report reads, and the series of single servers that advice asks for (20,000 servers). The command
runs as a process of its own; printed is the median of some runs, with the number of queries.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from scoring.api import Access, Engine
from scoring.kpi import SCORED, Window, WindowKpi
from scoring.levels import SITE
from scoring.report.model import Report
from scoring.report.question import Question
from scoring.report.read import report
from tests.real.prometheus_peer import prometheus
from tests.real.score_record import recorded
from tests.real.score_site import Sample, openmetrics
from tests.score import reports
from tests.score.promtool import braces

LIMIT = 2.0
"""Seconds of one run, all sites."""
RUNS = 5
MINUTE, DAY = 60, 1440
RECENT = 4
"""Minutes that stand for what is read at one moment."""


def samples(known: Report, servers: int) -> Iterator[Sample]:
    """Series after series, each by rising time."""
    recent = [known.at - ago * MINUTE for ago in range(RECENT, -1, -1)]
    day = [known.at - ago * MINUTE for ago in range(DAY, -1, -1)]
    minutely = dict(_minutely(known))
    for series, value in minutely.items():
        yield from ((series, value, at) for at in day)
    for series, value in recorded(known).items():
        if series not in minutely:
            yield from ((series, value, at) for at in recent)
    for series, value in _servers(known, servers):
        yield from ((series, value, at) for at in recent)


def _minutely(known: Report) -> Iterator[tuple[str, float]]:
    """What windows look back at."""
    for kpi in SCORED:
        if isinstance(kpi, WindowKpi):
            values = {kpi.above: 1500.0, kpi.below: 3000.0, kpi.minute: 1.0}
            for subject in known.subjects:
                for metric, value in values.items():
                    yield SITE.of(metric) + braces(subject.labels), value


def _servers(known: Report, count: int) -> Iterator[tuple[str, float]]:
    sites = [subject.labels["site"] for subject in known.subjects]
    for number in range(count):
        site, rack = sites[number % len(sites)], f"k{number // len(sites) // 20}"
        own = {"site": site, "cluster": "general", "rack": rack, "node": f"n{number}"}
        labels = braces({**own, "kind": "general", "domestic": "true"})
        yield f"node:dcagent_power_watts:matched{labels}", 300.0
        yield f"node:dcagent_utilization:ratio{labels}", number % 100 / 100
        yield f"node:dcagent_inlet_temperature_celsius:valid{labels}", 20 + number % 9


def queries(url: str, known: Report, window: Window | None) -> int:
    """How often the engine is asked."""
    count = [0]
    with Engine(Access(url), lambda number: count.__setitem__(0, number)) as engine:
        report(engine, Question(known.table, known.at, window=window))
    return count[0]


def measure(url: str, known: Report, *options: str) -> tuple[float, float]:
    """The medians of the seconds that the command takes, and of those that it computes itself."""
    command = [sys.executable, "-m", "agent.cli.main", "score", "--level", "site"]
    command += ["--url", url, "--at", f"{known.at:.0f}", *options]
    taken, computed = [], []
    for _ in range(RUNS):
        begun, before = time.monotonic(), _spent()
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        taken.append(time.monotonic() - begun)
        computed.append(_spent() - before)
        assert done.returncode in (2, 3), done.stderr
        assert len(done.stdout.splitlines()) >= len(known.subjects), done.stdout
    return statistics.median(taken), statistics.median(computed)


def _spent() -> float:
    """CPU seconds of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(arguments: Sequence[str]) -> int:
    """Prints the figures; 1 where the promised one is missed."""
    sites, servers = (int(n) for n in (*arguments, "100", "20000")[:2])
    today = datetime.now(UTC).date()
    known = replace(reports.many(sites), at=float(int(time.time()) - 60), day=today)
    with tempfile.TemporaryDirectory() as name:
        directory, file = Path(name), Path(name) / "samples.txt"
        file.write_text(openmetrics(samples(known, servers)))
        blocks = ["promtool", "tsdb", "create-blocks-from", "openmetrics", "-q"]
        subprocess.run([*blocks, str(file), str(directory / "data")], check=True, timeout=600)
        with prometheus(directory, {}) as peer:
            day, own = measure(peer.url, known)
            half, _ = measure(peer.url, known, "--window", "12h")
            asked = queries(peer.url, known, None)
            more = queries(peer.url, known, Window("12h", 720))
    print(f"dcagent score over {sites} sites with {servers} servers, Prometheus on loopback:")
    print(f"  the recorded day  {day:5.2f} s (limit {LIMIT:g} s), {asked} queries, CPU {own:.2f} s")
    print(f"  --window 12h      {half:5.2f} s, {more} queries; load {os.getloadavg()[0]:.1f}")
    return int(day > LIMIT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
