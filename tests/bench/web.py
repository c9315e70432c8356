"""A scrape over TLS, with a login and a crowd of clients that do nothing.

    python -m tests.bench.web

5,000 samples, 50 idle clients; the client is another process and keeps its connection, as
Prometheus does, or opens one for each scrape. Exits 1 where the median takes 60 ms or more.
"""

from __future__ import annotations

import base64
import contextlib
import os
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from agent.web.file import read
from exporters.families import families
from exporters.passwords import made
from exporters.security import Door
from model.devices import TargetStatus
from tests.certificates import Authority
from tests.unit.exporters.serving import FakeSource, serving
from tests.unit.exporters.site import AT, Fleet

IDLE, ROUNDS, ALLOWED = 50, 30, 0.060
PASSWORD = "bench"
Times = list[float]
FILE = """\
tls_server_config:
  cert_file: localhost.crt
  key_file: localhost.key
basic_auth_users:
  prometheus: {hash}
"""

CLIENT = """
import base64, http.client, ssl, sys, time
host, port, ca, encoding, keep, rounds, password = sys.argv[1:]
context = ssl.create_default_context(cafile=ca) if ca else None
login = "Basic " + base64.b64encode(f"prometheus:{password}".encode()).decode()
accept = "application/openmetrics-text;version=1.0.0"
headers = {"Authorization": login, "Accept": accept, "Accept-Encoding": encoding}

def connection():
    if context:
        return http.client.HTTPSConnection(host, int(port), timeout=10, context=context)
    return http.client.HTTPConnection(host, int(port), timeout=10)

kept = connection()
for number in range(int(rounds) + 1):
    begun = time.perf_counter()
    used = kept if keep else connection()
    used.request("GET", "/metrics", headers=headers)
    answer = used.getresponse()
    body = answer.read()
    assert answer.status == 200, answer.status
    if number:
        print(time.perf_counter() - begun, len(body))
"""


class MovingSource(FakeSource):
    """5,000 samples whose values change from scrape to scrape."""

    def __init__(self) -> None:
        super().__init__()
        fleet = Fleet(50, 89)
        self._polls = [fleet.statuses(shift) for shift in range(4)]
        self._turn = count()

    def statuses(self) -> Sequence[TargetStatus]:
        return self._polls[next(self._turn) % 4]


def samples() -> int:
    """How many a scrape carries, the agent's own not counted."""
    return sum(len(family.samples) for family in families(MovingSource().statuses(), AT))


def idle(address: tuple[str, int], context: ssl.SSLContext | None) -> socket.socket:
    """A client that has asked once, and then says nothing more."""
    sock = socket.create_connection(address, timeout=10)
    if context is not None:
        sock = context.wrap_socket(sock, server_hostname="localhost")
    login = base64.b64encode(f"prometheus:{PASSWORD}".encode())
    sock.sendall(b"GET /sd HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic %b\r\n\r\n" % login)
    assert sock.recv(12) == b"HTTP/1.1 200"
    return sock


def scraped(address: tuple[str, int], ca: str, encoding: str, keep: str) -> tuple[Times, int]:
    """Seconds of each scrape, the fastest first, and bytes of the last."""
    words = (address[0], str(address[1]), ca, encoding, keep, str(ROUNDS), PASSWORD)
    done = subprocess.run(
        [sys.executable, "-c", CLIENT, *words], capture_output=True, text=True, check=True
    )
    rows = [line.split() for line in done.stdout.splitlines()]
    return sorted(float(row[0]) for row in rows), int(rows[-1][1])


def told(times: Times) -> str:
    """Fastest, median and slowest."""
    picked = (times[0], statistics.median(times), times[-1])
    fastest, median, slowest = (f"{each * 1e3:5.1f}" for each in picked)
    return f"fastest {fastest}, median {median}, slowest {slowest} ms"


def measured(directory: Path, door: Door, ca: str) -> float:
    """Prints each way of scraping, with the server's own CPU time; the largest median."""
    worst = 0.0
    context = ssl.create_default_context(cafile=ca) if ca else None
    with serving(MovingSource(), door=door) as server, contextlib.ExitStack() as held:
        address = server.addresses[0]
        for _ in range(IDLE):
            held.enter_context(idle(address, context))
        for encoding in ("gzip", "identity"):
            for keep in ("kept", ""):
                before = time.process_time()
                times, size = scraped(address, ca, encoding, keep)
                used = (time.process_time() - before) / (ROUNDS + 1)
                way = f"{'TLS' if ca else 'plain'}, {encoding}, {keep or 'new'} connection"
                print(f"  {way:36} {told(times)}, CPU {used * 1e3:4.1f} ms, {size:7} bytes")
                worst = max(worst, statistics.median(times))
    return worst


def main() -> int:
    """Exit code 1 where the bound is broken."""
    print(f"{samples()} samples, {IDLE} idle clients, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        authority = Authority(directory)
        authority.server()
        file = directory / "web.yml"
        file.write_text(FILE.replace("{hash}", made(PASSWORD.encode(), 10)))
        file.chmod(0o600)
        measured(directory, Door(), "")
        worst = measured(directory, Door(read(file).security), str(authority.file))
    print(f"median over TLS at most {worst * 1e3:.1f} ms (allowed {ALLOWED * 1e3:.0f})")
    return int(worst >= ALLOWED)


if __name__ == "__main__":
    sys.exit(main())
