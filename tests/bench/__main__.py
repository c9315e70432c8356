"""`make bench`: all benchmarks, one after the other."""

from __future__ import annotations

import subprocess
import sys

BENCHES = (
    "tests.bench.ipmi",
    "tests.bench.snmp",
    "tests.bench.render",
    "tests.bench.web",
    "tests.bench.memory",
    "tests.bench.host",
    "tests.bench.record",
    "tests.bench.profiles",
    "tests.bench.discover",
    "tests.bench.score",
    "tests.bench.alerts",
    "tests.bench.score_report",
)


def main() -> int:
    """Runs each in a process of its own, so that none inherits another's memory."""
    failed = 0
    for name in BENCHES:
        print(f"== {name}", flush=True)
        failed += subprocess.run([sys.executable, "-m", name], check=False).returncode != 0
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
