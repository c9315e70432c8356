"""Prometheus scrapes over TLS on time, whoever else is connected and however slowly they talk."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from agent.web.file import read
from exporters.passwords import made
from exporters.security import Door
from exporters.server import Server
from tests.bench.web import PASSWORD, idle
from tests.certificates import Authority, Pair
from tests.real.prometheus_peer import TROUBLE, prometheus
from tests.real.test_prometheus import MovingSource
from tests.unit.exporters.serving import serving

pytestmark = pytest.mark.peer("prometheus")

SECONDS = 15
IDLE = 50
MUTUAL = """\
tls_server_config:
  cert_file: localhost.crt
  key_file: localhost.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.pem
  client_allowed_sans: [prometheus.dc1]
basic_auth_users:
  prometheus: {hash}
"""


def door(directory: Path) -> Door:
    file = directory / "web.yml"
    file.write_text(MUTUAL.replace("{hash}", made(PASSWORD.encode(), 10)))
    file.chmod(0o600)
    return Door(read(file).security)


def settings(ca: Path, client: Pair) -> dict[str, object]:
    """Of Prometheus' HTTP client. That TLS is spoken, discovery says."""
    return {
        "tls_config": {
            "ca_file": str(ca),
            "cert_file": str(client.certificate),
            "key_file": str(client.key),
        },
        "basic_auth": {"username": "prometheus", "password": PASSWORD},
    }


class Loris(threading.Thread):
    """Clients that say a byte a second: half a handshake, half a request; again when hung up on."""

    def __init__(self, server: Server, context: ssl.SSLContext) -> None:
        super().__init__(daemon=True)
        self._address, self._context = server.addresses[0], context
        self._over = threading.Event()
        self.hung_up = 0

    def run(self) -> None:
        hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500)
        request = b"GET /metrics HTTP/1.1\r\nHost: x\r\nX-Slow: " + b"y" * 500
        talks = [self._talk(hello, secured=False) for _ in range(3)]
        talks += [self._talk(request, secured=True) for _ in range(3)]
        while not self._over.wait(0.5):
            for talk in talks:
                next(talk)
        for talk in talks:
            talk.close()

    def _talk(self, data: bytes, *, secured: bool) -> Generator[None, None, None]:
        while True:
            with contextlib.suppress(OSError), contextlib.ExitStack() as held:
                sock = held.enter_context(socket.create_connection(self._address, timeout=5))
                if secured:
                    sock = held.enter_context(self._context.wrap_socket(sock))
                for byte in data:
                    sock.sendall(bytes((byte,)))
                    yield
            self.hung_up += 1
            yield

    def end(self) -> None:
        self._over.set()
        self.join(10)


def test_fifty_idle_clients_and_six_slow_ones_cost_prometheus_no_scrape(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.server()
    client = authority.issue("prometheus", "prometheus.dc1", client=True)
    context = ssl.create_default_context(cafile=str(authority.file))
    context.check_hostname = False
    context.load_cert_chain(client.certificate, client.key)
    with (
        serving(MovingSource(), expose="probe", door=door(tmp_path)) as server,
        contextlib.ExitStack() as held,
    ):
        for _ in range(IDLE):
            held.enter_context(idle(server.addresses[0], context))
        loris = Loris(server, context)
        loris.start()
        held.callback(loris.end)
        url = f"https://127.0.0.1:{server.addresses[0][1]}/sd"
        with prometheus(tmp_path, {"all": url}, client=settings(authority.file, client)) as peer:
            peer.wait_for(lambda: peer.query("count(up == 1)") == {"": 15}, 30)
            time.sleep(SECONDS)
            assert [target["lastError"] for target in peer.targets()] == [""] * 15
            assert peer.query(f"min(min_over_time(up[{SECONDS}s]))") == {"": 1}
            slowest = peer.query(f"max(max_over_time(scrape_duration_seconds[{SECONDS}s]))")[""]
            assert slowest < 1.0
            assert peer.trouble() == dict.fromkeys(TROUBLE, 0)
        assert loris.hung_up >= 3
