"""Debian's prometheus on a free port, with its storage in a temporary directory."""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from prometheus_client.parser import text_string_to_metric_families as parse
from prometheus_client.samples import Sample

TROUBLE = (
    "prometheus_target_scrapes_sample_duplicate_timestamp_total",
    "prometheus_target_scrapes_sample_out_of_order_total",
    "prometheus_target_scrapes_sample_out_of_bounds_total",
    "prometheus_target_scrapes_exceeded_sample_limit_total",
    "prometheus_target_scrape_pool_exceeded_label_limits_total",
    "prometheus_sd_http_failures_total",
)
"""What Prometheus counts when a page or the discovery is not as it should be."""


Series = dict[frozenset[tuple[str, str]], float]
"""Labels, the name among them, → value."""


def rows(document: dict[str, Any]) -> Series:
    """The series of an instant query's answer."""
    assert document["status"] == "success"
    found = document["data"]["result"]
    return {frozenset(row["metric"].items()): float(row["value"][1]) for row in found}


class Prometheus:
    """A running Prometheus, asked over its HTTP API."""

    def __init__(self, address: str) -> None:
        self.url = f"http://{address}"

    def _get(self, path: str) -> bytes:
        with urllib.request.urlopen(f"{self.url}{path}", timeout=30) as answer:
            found: bytes = answer.read()
            return found

    def ready(self) -> bool:
        """Whether it answers already."""
        try:
            return bool(self._get("/-/ready"))
        except OSError:
            return False

    def query(self, expression: str) -> dict[str, float]:
        """An instant query: the series' `instance` (or "") → value."""
        document = json.loads(self._get(f"/api/v1/query?{urlencode({'query': expression})}"))
        assert document["status"] == "success"
        rows = document["data"]["result"]
        return {row["metric"].get("instance", ""): float(row["value"][1]) for row in rows}

    def series(self, expression: str, at: float) -> Series:
        """An instant query at a time: all labels → value."""
        return rows(
            json.loads(self._get(f"/api/v1/query?{urlencode({'query': expression, 'time': at})}"))
        )

    def targets(self) -> list[dict[str, Any]]:
        """What it scrapes."""
        document = json.loads(self._get("/api/v1/targets?state=active"))
        found: list[dict[str, Any]] = document["data"]["activeTargets"]
        return found

    def trouble(self) -> dict[str, float]:
        """The counters of `TROUBLE`."""
        return {s.name: s.value for s in self.own_samples() if s.name in TROUBLE}

    def own_samples(self) -> list[Sample]:
        """What it says of itself."""
        families = parse(self._get("/metrics").decode())
        return [sample for family in families for sample in family.samples]

    def alerts(self) -> list[dict[str, Any]]:
        """The alerts that fire: labels and annotations."""
        document = json.loads(self._get("/api/v1/alerts"))
        return [a for a in document["data"]["alerts"] if a["state"] == "firing"]

    def slowest_rules(self, count: int) -> list[tuple[str, float]]:
        """The rules whose last evaluation took longest: name and seconds."""
        document = json.loads(self._get("/api/v1/rules"))
        rules = [rule for group in document["data"]["groups"] for rule in group["rules"]]
        rules.sort(key=lambda rule: rule["evaluationTime"], reverse=True)
        return [(rule["name"], float(rule["evaluationTime"])) for rule in rules[:count]]

    def wait_for(self, done: Callable[[], bool], seconds: float) -> None:
        """Until `done`; fails after `seconds`."""
        deadline = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < deadline, f"not within {seconds} s"
            time.sleep(0.2)


def _scraping(discoveries: Mapping[str, str], client: Mapping[str, object]) -> dict[str, object]:
    known = dict(client)
    jobs = [
        {
            "job_name": job,
            "http_sd_configs": [{"url": url, "refresh_interval": "1s", **known}],
            **known,
        }
        for job, url in discoveries.items()
    ]
    every = {"scrape_interval": "1s", "scrape_timeout": "1s"}
    return {"global": every, "scrape_configs": jobs}


def _judging(directory: Path, rules: str, alertmanager: str) -> dict[str, object]:
    found: dict[str, object] = {}
    if rules:
        (directory / "rules.yml").write_text(rules, encoding="utf-8")
        found["rule_files"] = ["rules.yml"]
    if alertmanager:
        receivers = [{"static_configs": [{"targets": [alertmanager]}]}]
        found["alerting"] = {"alertmanagers": receivers}
    return found


@contextmanager
def prometheus(
    directory: Path,
    discoveries: Mapping[str, str],
    rules: str = "",
    alertmanager: str = "",
    client: Mapping[str, object] | None = None,
) -> Iterator[Prometheus]:
    """Scrapes every second what these URLs (job → service discovery) tell it to.

    `rules` is a rule file's text; its alerts go to the `alertmanager` at that address. `client`:
    the settings of its HTTP client (TLS, login), for discovery and scrapes alike.
    """
    address = f"127.0.0.1:{free_port()}"
    config = directory / "prometheus.yml"
    # YAML reads JSON.
    document = {**_scraping(discoveries, client or {}), **_judging(directory, rules, alertmanager)}
    config.write_text(json.dumps(document))
    command = [
        "prometheus",
        f"--config.file={config}",
        f"--storage.tsdb.path={directory / 'data'}",
        f"--web.listen-address={address}",
        "--log.level=warn",
    ]
    log = directory / "prometheus.log"
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as process:
        try:
            peer = Prometheus(address)
            peer.wait_for(lambda: peer.ready() or process.poll() is not None, 20)
            assert process.poll() is None, log.read_text()
            yield peer
            assert log.read_text() == "", "Prometheus warned"
        finally:
            process.terminate()


@contextmanager
def on_past(
    directory: Path, past: Iterable[Path], configuration: Mapping[str, object]
) -> Iterator[Prometheus]:
    """Prometheus with files of OpenMetrics in its storage; it keeps more than a year."""
    storage = directory / "prometheus"
    for file in past:
        command = ["promtool", "tsdb", "create-blocks-from", "openmetrics", "-q"]
        subprocess.run([*command, str(file), str(storage)], check=True, timeout=120)
    config = directory / "prometheus.yml"
    config.write_text(json.dumps(configuration))
    address = f"127.0.0.1:{free_port()}"
    command = [
        *("prometheus", f"--config.file={config}", f"--storage.tsdb.path={storage}"),
        *(f"--web.listen-address={address}", "--storage.tsdb.retention.time=400d"),
        "--log.level=error",
    ]
    with subprocess.Popen(command) as process:
        try:
            peer = Prometheus(address)
            peer.wait_for(peer.ready, 60)
            yield peer
        finally:
            process.terminate()


def free_port() -> int:
    """A TCP port of loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port: int = sock.getsockname()[1]
        return port
