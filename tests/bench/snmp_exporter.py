"""prometheus-snmp-exporter with one module for the objects that our profile reads.

Its tables are walked whole, which is the fewest requests: the simulated PDU has no other columns.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.bench.pdus import RPDU

_TABLES: dict[str, tuple[str, dict[str, int], dict[str, int]]] = {
    "rack": ("4.3.1", {"state": 4, "power": 5, "energy": 9, "apparent": 16, "factor": 17}, {}),
    "phase": (
        "6.3.1",
        {"state": 4, "current": 5, "voltage": 6, "power": 7, "apparent": 8, "factor": 9},
        {"pdu": 2, "phase": 3},
    ),
    "outlet": ("9.4.3.1", {"state": 5, "current": 6, "power": 7, "energy": 11}, {"name": 3}),
    "environment": ("10.2.2.1", {"type": 6, "temperature": 8, "humidity": 10}, {"name": 3}),
}
"""Table → entry, metrics by column, labels by column."""
_V3 = """
  version: 3
  auth:
    username: monitor
    security_level: authPriv
    auth_protocol: SHA256
    password: auth-pass
    priv_protocol: AES
    priv_password: priv-pass
"""
_V2 = """
  version: 2
  auth:
    community: public
"""


def _module(name: str, login: str) -> str:
    lines = [f"{name}:", "  walk:"]
    lines += [f"  - {RPDU}.{entry}" for entry, _, _ in _TABLES.values()]
    lines += ["  get:", "  - 1.3.6.1.2.1.1.2.0"]
    lines += [f"  - {RPDU}.2.1.{at}.1" for at in (6, 8, 9)]
    lines += ["  max_repetitions: 40", "  timeout: 5s", "  metrics:"]
    for table, (entry, metrics, labels) in _TABLES.items():
        for metric, column in metrics.items():
            lines += _metric(f"{table}_{metric}", f"{entry}.{column}", entry, labels)
    return "\n".join(lines) + login


def _metric(name: str, oid: str, entry: str, labels: dict[str, int]) -> list[str]:
    lines = [f"  - name: {name}", f"    oid: {RPDU}.{oid}", "    type: gauge", f"    help: {name}"]
    lines += ["    indexes:", "    - labelname: row", "      type: gauge"]
    if labels:
        lines.append("    lookups:")
    for label, at in labels.items():
        kind = "DisplayString" if label == "name" else "gauge"
        lines += ["    - labels: [row]", f"      labelname: {label}"]
        lines += [f"      oid: {RPDU}.{entry}.{at}", f"      type: {kind}"]
    return lines


class Exporter:
    """The running exporter."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process, self._port = process, port

    def cpu(self) -> float:
        """User and system seconds of the process."""
        return cpu_of(self._process.pid)

    def resident(self) -> float:
        """Its RSS in MiB."""
        return resident_of(self._process.pid)

    def scrape(self, module: str, port: int) -> str:
        """The text of one target."""
        url = f"http://127.0.0.1:{self._port}/snmp?module={module}&target=127.0.0.1:{port}"
        with urllib.request.urlopen(url, timeout=60) as response:
            return str(response.read().decode())

    def cycle(self, module: str, ports: list[int], parallel: int) -> float:
        """Scrapes every target; seconds that it took."""
        with ThreadPoolExecutor(parallel) as pool:
            begun = time.perf_counter()
            texts = list(pool.map(lambda port: self.scrape(module, port), ports))
            took = time.perf_counter() - begun
        for text in texts:
            assert "snmp_scrape_pdus_returned 311\n" in text, text[-700:]
        return took


def cpu_of(pid: int) -> float:
    """User and system seconds of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def resident_of(pid: int) -> float:
    """RSS of a process in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


@contextmanager
def exporter(directory: Path) -> Iterator[Exporter]:
    """Runs it with the modules "v2" and "v3"."""
    program = shutil.which("prometheus-snmp-exporter", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program, "apt-get install prometheus-snmp-exporter"
    file = directory / "snmp.yml"
    file.write_text(_module("v2", _V2) + _module("v3", _V3))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = (f"--config.file={file}", f"--web.listen-address=127.0.0.1:{port}")
    process = subprocess.Popen(
        (program, *arguments), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield Exporter(process, port)
    finally:
        process.kill()
        process.wait()
