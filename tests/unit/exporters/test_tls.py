"""TLS as clients meet it: handshakes, and changes while it serves."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from exporters.security import Door, Security
from tests.certificates import Authority
from tests.unit.exporters.serving import Answer, FakeSource, serving, talk
from tests.unit.exporters.tls_serving import (
    SRV,
    ask,
    asked,
    behind,
    connect,
    secured,
    tls_of,
    trusting,
    until,
)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_connection_is_kept_and_ended_properly(
    authority: Authority, version: ssl.TLSVersion
) -> None:
    context = trusting(authority.file)
    context.minimum_version = context.maximum_version = version
    with behind(tls_of(authority.server())) as (server, _):
        connection = http.client.HTTPSConnection(*server.addresses[0], timeout=5, context=context)
        for _ in range(2):
            connection.request("GET", "/metrics")
            assert "dcagent_node_power_watts" in Answer(connection.getresponse()).text
        assert connection.sock.version() == version.name.replace("TLSv1_", "TLSv1.")
        connection.close()
        with secured(server, context) as sock:
            sock.sendall(b"GET /-/healthy HTTP/1.1\r\nConnection: close\r\n\r\n")
            while sock.recv(65536):  # a mere end of the connection would be an SSLEOFError
                pass


def test_mute_clients_hold_only_their_own_threads(authority: Authority) -> None:
    context = trusting(authority.file)
    with behind(tls_of(authority.server()), cap=16) as (server, _), ExitStack() as held:
        for number in range(50):
            sock = held.enter_context(connect(server))
            if number % 2:
                sock.sendall(b"\x16\x03\x01\x02\x00\x01")  # the beginning of a ClientHello
        begun = time.monotonic()
        for _ in range(5):
            assert ask(server, context).status == 200
        assert time.monotonic() - begun < 2


def test_a_handshake_that_drags_on_is_ended(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exporters.security.HANDSHAKE", 0.5)
    with behind(tls_of(authority.server())) as (server, _), connect(server) as slow:
        begun = time.monotonic()
        hello = b"\x16\x03\x01\x02\x00\x01" + bytes(600)
        with pytest.raises(OSError, match=r"reset|pipe"):
            _dribble(slow, hello)
        assert 0.4 < time.monotonic() - begun < 2.5


def _dribble(sock: socket.socket, data: bytes) -> None:
    for byte in data:
        sock.sendall(bytes((byte,)))
        time.sleep(0.02)


def test_a_client_may_be_sent_away_in_the_middle_of_its_handshake(authority: Authority) -> None:
    with behind(tls_of(authority.server()), cap=1) as (server, _), connect(server) as first:
        first.sendall(b"\x16\x03\x01\x02\x00\x01")
        until(lambda: server._figures().connections == 1)
        time.sleep(0.1)  # until its thread has wrapped it
        assert ask(server, trusting(authority.file)).status == 200
        assert first.recv(1) == b""
        until(lambda: server._figures().connections == 0)


def test_more_than_the_cap_are_told_so_over_tls(authority: Authority) -> None:
    source = FakeSource(SRV)
    source.hold = threading.Event()
    door = Door(Security(tls_of(authority.server())))
    context = trusting(authority.file)
    with serving(source, door=door, cap=1) as server:
        busy = http.client.HTTPSConnection(*server.addresses[0], timeout=5, context=context)
        busy.request("GET", "/probe?target=a01-17")
        assert source.probing.wait(5)
        refused = ask(server, context)
        assert (refused.status, refused.headers["Retry-After"]) == (503, "1")
        source.hold.set()
        assert Answer(busy.getresponse()).status == 200
        busy.close()


def test_who_does_not_speak_tls_is_told_so(authority: Authority) -> None:
    with behind(tls_of(authority.server())) as (server, _):
        found = talk(server, b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
        assert found.startswith(b"HTTP/1.1 400 Bad Request\r\n")
        assert found.endswith(b"This port speaks TLS: ask https://.\n")
        assert ask(server, trusting(authority.file)).status == 200


def test_discovery_over_tls_says_how_to_scrape(authority: Authority) -> None:
    with behind(tls_of(authority.server())) as (server, _):
        assert '"__scheme__": "https"' in ask(server, trusting(authority.file), "/sd").text


def test_a_new_certificate_is_shown_at_once_and_old_connections_end(
    authority: Authority, tmp_path: Path
) -> None:
    other = Authority(tmp_path, "Next CA", "next.pem")
    with behind(tls_of(authority.server())) as (server, door):
        idle = asked(secured(server, trusting(authority.file)))
        door.change(Security(tls_of(other.server())))
        with idle, suppress(ssl.SSLError):  # as some Pythons call the end of a connection
            assert idle.recv(1) == b""
        with pytest.raises(ssl.SSLCertVerificationError):
            ask(server, trusting(authority.file))
        assert ask(server, trusting(other.file)).status == 200
        door.change(Security())
        assert talk(server, b"GET /-/healthy HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_request_under_way_is_answered_and_then_its_connection_ends(
    authority: Authority,
) -> None:
    source = FakeSource(SRV)
    source.hold = threading.Event()
    door = Door(Security(tls_of(authority.server())))
    context = trusting(authority.file)
    with serving(source, door=door) as server:
        busy = http.client.HTTPSConnection(*server.addresses[0], timeout=5, context=context)
        busy.request("GET", "/probe?target=a01-17")
        assert source.probing.wait(5)
        door.change(Security(tls_of(authority.server())))
        source.hold.set()
        answer = Answer(busy.getresponse())
        assert (answer.status, answer.headers["Connection"]) == (200, "close")
        busy.close()


def test_no_plain_connection_outlives_the_turning_on_of_tls(authority: Authority) -> None:
    door = Door()
    with serving(FakeSource(SRV), door=door) as server:
        old = asked(connect(server))
        door.change(Security(tls_of(authority.server())))
        assert old.recv(1) == b""
        old.close()
