"""Debian's alertmanager on a free port, and the receivers that it tells."""

from __future__ import annotations

import json
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.real.prometheus_peer import free_port

SAMPLE_URL = "http://127.0.0.1:9080"
"""Where the receivers of our sample are."""


@dataclass
class Alertmanager:
    """A running alertmanager; `told` is receiver → names of the alerts that it was sent."""

    address: str
    told: dict[str, set[str]] = field(default_factory=dict)

    def inhibited(self) -> dict[str, bool]:
        """Alert name → whether another one speaks for it."""
        with urllib.request.urlopen(f"http://{self.address}/api/v2/alerts", timeout=5) as answer:
            alerts = json.loads(answer.read())
        return {a["labels"]["alertname"]: bool(a["status"]["inhibitedBy"]) for a in alerts}


@contextmanager
def alertmanager(directory: Path, sample: str) -> Iterator[Alertmanager]:
    """Runs a configuration in which the receivers are ours, and are told within a second."""
    address = f"127.0.0.1:{free_port()}"
    peer = Alertmanager(address)
    with _receivers(peer) as url:
        assert SAMPLE_URL in sample
        quick = sample.replace(SAMPLE_URL, url)
        for wait in ("group_wait: 30s", "group_wait: 10s"):
            assert wait in quick
            quick = quick.replace(wait, "group_wait: 1s")
        config = directory / "alertmanager.yml"
        config.write_text(quick, encoding="utf-8")
        command = [
            *("prometheus-alertmanager", f"--config.file={config}", "--cluster.listen-address="),
            *(f"--storage.path={directory / 'alertmanager'}", f"--web.listen-address={address}"),
        ]
        log = directory / "alertmanager.log"
        with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as process:
            try:
                _wait(address, process, log)
                yield peer
            finally:
                process.terminate()


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 20
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, "alertmanager does not answer"
        try:
            with urllib.request.urlopen(f"http://{address}/-/ready", timeout=5):
                return
        except OSError:
            time.sleep(0.1)


@contextmanager
def _receivers(peer: Alertmanager) -> Iterator[str]:
    """Listens for what receivers are sent; gives the URL above them."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            names = {alert["labels"]["alertname"] for alert in message["alerts"]}
            peer.told.setdefault(message["receiver"], set()).update(names)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
