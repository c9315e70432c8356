"""What one full evaluation of the scoring rules takes: 20,000 servers, rules every minute.

    python -m tests.bench.score [SERVERS] [RULES.yml]

Debian's prometheus scrapes the simulated fleet on loopback each minute and evaluates every group,
also those that are hourly and daily in use, each minute. Printed: what each group took last
(prometheus_rule_group_last_duration_seconds), their sum against the limit, and memory.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from scoring.rule_text import text
from scoring.rules import rule_set
from scoring.table_load import shipped
from tests.bench.fleet import NODES_PER_RACK, Fleet, exposed
from tests.real.prometheus_peer import Prometheus, free_port

LIMIT = 20.0
"""Seconds of one full evaluation, all groups."""
SITES, ROUNDS = 4, 4


def configuration(directory: Path, rules: str, targets: Sequence[str]) -> Path:
    """Prometheus' configuration and its rules, all of them each minute."""
    file = directory / "rules.yml"
    slow = re.compile(r"interval: (1h|1d)$", re.MULTILINE)
    file.write_text(slow.sub("interval: 1m", rules), encoding="utf-8")
    jobs = [
        {
            "job_name": f"site{number}",
            "metrics_path": "/" + target.rsplit("/", 1)[1],
            "static_configs": [{"targets": [target.split("/")[2]]}],
        }
        for number, target in enumerate(targets)
    ]
    every = {"scrape_interval": "60s", "scrape_timeout": "30s", "evaluation_interval": "60s"}
    config = directory / "prometheus.yml"
    config.write_text(
        json.dumps({"global": every, "rule_files": [str(file)], "scrape_configs": jobs})
    )
    return config


def measure(directory: Path, config: Path) -> tuple[dict[str, float], float, float]:
    """Runs Prometheus for some rounds: the groups' seconds, resident memory (bytes), series."""
    address = f"127.0.0.1:{free_port()}"
    command = [
        *("prometheus", f"--config.file={config}", f"--web.listen-address={address}"),
        *(f"--storage.tsdb.path={directory / 'data'}", "--log.level=warn"),
    ]
    with subprocess.Popen(command, stdout=2, stderr=2) as process:
        try:
            peer = Prometheus(address)
            peer.wait_for(lambda: peer.ready() or process.poll() is not None, 30)
            time.sleep(60 * ROUNDS - 60)
            before = cpu(process.pid)
            time.sleep(120)
            spent = (cpu(process.pid) - before) / 2
            samples, slowest = peer.own_samples(), peer.slowest_rules(12)
        finally:
            process.terminate()
    print(f"CPU of Prometheus, scrapes and rules: {spent:.1f} s a minute; the slowest rules:")
    for record, seconds in slowest:
        print(f"  {seconds:6.2f} s  {record}")
    values = {s.name: s.value for s in samples}
    trouble = sum(s.value for s in samples if s.name == "prometheus_rule_evaluation_failures_total")
    assert trouble == 0, "rules failed"
    groups = {
        s.labels["rule_group"].rpartition(";")[2]: s.value
        for s in samples
        if s.name == "prometheus_rule_group_last_duration_seconds"
    }
    return groups, values["process_resident_memory_bytes"], values["prometheus_tsdb_head_series"]


def cpu(pid: int) -> float:
    """CPU seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main(arguments: Sequence[str]) -> int:
    """Prints the figures; 1 where the promised one is missed."""
    servers = int(arguments[0]) if arguments else 20000
    rules = Path(arguments[1]).read_text() if len(arguments) > 1 else text(rule_set(shipped()))
    fleet = Fleet(SITES, servers // SITES // NODES_PER_RACK)
    with tempfile.TemporaryDirectory() as name, exposed(fleet) as targets:
        directory = Path(name)
        groups, memory, series = measure(directory, configuration(directory, rules, targets))
    for group, seconds in groups.items():
        print(f"  {group:34} {seconds:6.2f} s")
    total = sum(groups.values())
    print(
        f"{fleet.servers} servers: one evaluation of all groups {total:.1f} s"
        f" (limit {LIMIT:g} s), {memory / 2**20:.0f} MiB, {series:.0f} series in the head"
    )
    return int(total > LIMIT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
