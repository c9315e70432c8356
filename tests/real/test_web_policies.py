"""Who gets in by which client certificate: at Prometheus' own server, and at ours."""

from __future__ import annotations

import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent.web.file import read
from exporters.security import Door
from tests.certificates import Authority, Pair
from tests.real.prometheus_peer import free_port
from tests.unit.agent.web.web_files import TLS
from tests.unit.exporters.serving import FakeSource, serving

CA = "  client_ca_file: ca.pem\n"


@contextmanager
def prometheus(web: Path, directory: Path) -> Iterator[int]:
    """A Prometheus that serves by a web configuration file; its port."""
    port = free_port()
    (directory / "prometheus.yml").write_text("")
    command = [
        *("prometheus", f"--config.file={directory / 'prometheus.yml'}"),
        f"--storage.tsdb.path={directory / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        *(f"--web.config.file={web}", "--log.level=error"),
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline:
                with socket.socket() as sock:
                    if sock.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield port
        finally:
            process.terminate()


def outcome(port: int, ca: Path, client: Pair | None, version: ssl.TLSVersion) -> str:
    """Whether a client gets an answer of HTTP."""
    context = ssl.create_default_context(cafile=str(ca))
    context.minimum_version = context.maximum_version = version
    if client is not None:
        context.load_cert_chain(client.certificate, client.key)
    try:
        with (
            socket.create_connection(("127.0.0.1", port), timeout=5) as raw,
            context.wrap_socket(raw, server_hostname="localhost") as sock,
        ):
            sock.sendall(b"GET /-/healthy HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return "in" if sock.recv(100).startswith(b"HTTP/1.") else "out"
    except OSError:
        return "out"


POLICIES: dict[str, set[str]] = {
    "NoClientCert": set(),
    "RequestClientCert": set(),
    "VerifyClientCertIfGiven": set(),
    "RequireAndVerifyClientCert": set(),
    "RequireAnyClientCert": {"mallory", "late"},
}
"""Policy → who gets in by exporter-toolkit's reading alone."""


@pytest.mark.peer("prometheus")
@pytest.mark.parametrize("policy", list(POLICIES))
def test_who_gets_in_is_the_same_as_at_prometheus(policy: str, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.server()
    stranger = Authority(tmp_path, "Another", "another.pem")
    clients = {
        "nobody": None,
        "friend": authority.issue("friend", client=True),
        "mallory": stranger.issue("mallory", client=True),
        "late": authority.issue("late", client=True, days=(-9, -1)),
    }
    authority_file = CA if policy != "NoClientCert" else ""
    web = tmp_path / "web.yml"
    web.write_text(f"{TLS}  client_auth_type: {policy}\n{authority_file}")
    alone = set()
    door = Door(read(web).security)
    with prometheus(web, tmp_path) as port, serving(FakeSource(), door=door) as ours:
        ports = (port, ours.addresses[0][1])
        for name, client in clients.items():
            for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                found = [outcome(each, authority.file, client, version) for each in ports]
                if found == ["in", "out"]:
                    alone.add(name)
                else:
                    assert found[0] == found[1], (name, version)
    assert alone == POLICIES[policy]
