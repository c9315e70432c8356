"""Debian's victoria-metrics and its vmalert on free ports, in a temporary directory."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from tests.real.prometheus_peer import Series, free_port, rows


class Victoria:
    """A running victoria-metrics, asked over its HTTP API."""

    def __init__(self, address: str) -> None:
        self.url = f"http://{address}"

    def get(self, path: str, body: bytes | None = None) -> bytes:
        """The answer to GET, or to POST where there is a body."""
        with urllib.request.urlopen(f"{self.url}{path}", data=body, timeout=30) as answer:
            found: bytes = answer.read()
            return found

    def ready(self) -> bool:
        """Whether it answers already."""
        try:
            return bool(self.get("/health"))
        except OSError:
            return False

    def load(self, text: str) -> None:
        """Takes samples in Prometheus' text form with timestamps in milliseconds."""
        self.get("/api/v1/import/prometheus", text.encode())

    def series(self, expression: str, at: float) -> Series:
        """An instant query: labels → value."""
        query = urlencode({"query": expression, "time": at})
        return rows(json.loads(self.get(f"/api/v1/query?{query}")))


@contextmanager
def victoria(directory: Path, *targets: str) -> Iterator[Victoria]:
    """Scrapes targets each second; keeps two years."""
    address = f"127.0.0.1:{free_port()}"
    scrape = {"job_name": "site", "static_configs": [{"targets": targets}]}
    config = directory / "scrape.yml"
    config.write_text(json.dumps({"global": {"scrape_interval": "1s"}, "scrape_configs": [scrape]}))
    command = [
        *("victoria-metrics", f"-httpListenAddr={address}", "-retentionPeriod=2y"),
        *(f"-storageDataPath={directory / 'victoria'}", f"-promscrape.config={config}"),
        *("-search.latencyOffset=0s", "-memory.allowedPercent=5"),
    ]
    with peer_process(command, directory / "victoria.log"):
        peer = Victoria(address)
        _wait(peer)
        yield peer


@contextmanager
def past(directory: Path) -> Iterator[Victoria]:
    """Scrapes nothing: what it holds was imported. A sample is seen at its own minute alone."""
    address = f"127.0.0.1:{free_port()}"
    command = [
        *("victoria-metrics", f"-httpListenAddr={address}", "-retentionPeriod=2y"),
        *(f"-storageDataPath={directory / 'victoria'}", "-memory.allowedPercent=5"),
        *("-search.latencyOffset=0s", "-search.maxStalenessInterval=59s", "-search.disableCache"),
    ]
    with peer_process(command, directory / "victoria.log"):
        peer = Victoria(address)
        _wait(peer)
        yield peer


@contextmanager
def vmalert(directory: Path, rules: Path, peer: Victoria, alertmanager: str = "") -> Iterator[None]:
    """Evaluates the rules on what the peer holds, and writes the results back to it.

    Alerts need the address of an `alertmanager` as well.
    """
    command = [
        *("vmalert", f"-rule={rules}", f"-datasource.url={peer.url}"),
        *(f"-remoteWrite.url={peer.url}", "-remoteWrite.flushInterval=200ms"),
        *([f"-notifier.url=http://{alertmanager}"] if alertmanager else ()),
        f"-httpListenAddr=127.0.0.1:{free_port()}",
    ]
    with peer_process(command, directory / "vmalert.log"):
        yield


@contextmanager
def peer_process(command: list[str], log: Path) -> Iterator[None]:
    """Runs a program while the block lasts."""
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as process:
        try:
            time.sleep(0.5)
            assert process.poll() is None, log.read_text()
            yield
        finally:
            process.terminate()


def _wait(peer: Victoria) -> None:
    deadline = time.monotonic() + 30
    while not peer.ready():
        assert time.monotonic() < deadline, "victoria-metrics does not answer"
        time.sleep(0.1)
