"""Sockets: who gets in, who has to go, what malformed requests cost."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from exporters.connections import Connections, Stage
from exporters.server import Server, parse_listen
from tests.unit.exporters.serving import Answer, FakeSource, ask, serving, talk
from tests.unit.exporters.site import POWER, Fleet, answered

SRV = answered(POWER)


def connect(server: Server) -> socket.socket:
    return socket.create_connection(server.addresses[0], timeout=5)


def test_one_connection_serves_many_requests() -> None:
    with serving(FakeSource(SRV)) as server:
        connection = http.client.HTTPConnection(*server.addresses[0], timeout=5)
        found = []
        for path in ("/metrics", "/x", "/-/healthy"):
            connection.request("GET", path)
            first = connection.sock
            found.append(Answer(connection.getresponse()).status)
            assert connection.sock is first is not None
        connection.close()
    assert found == [200, 404, 200]


def test_requests_in_a_row_are_answered_in_order() -> None:
    with serving(FakeSource(SRV)) as server:
        request = b"GET /-/healthy HTTP/1.1\r\nHost: a\r\n\r\n"
        found = talk(server, request + b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
    assert found.count(b"HTTP/1.1 ") == 2
    assert found.index(b"HTTP/1.1 200") < found.index(b"HTTP/1.1 404")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", b"400"),
        (b"GET /metrics\r\n\r\n", b"400"),
        (b"GET /metrics HTTP/9.9\r\n\r\n", b"505"),
        (b"GET /metrics HTTP/1.1 extra words\r\n\r\n", b"400"),
        (b"BREW /metrics HTTP/1.1\r\n\r\n", b"501"),
        (b"GET /" + b"a" * 70000 + b" HTTP/1.1\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n", b"431"),
        (b"GET / HTTP/1.1\r\nA: " + b"b" * 70000 + b"\r\n\r\n", b"431"),
        (b"POST /-/reload HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"400"),
        (b"POST /-/reload HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"400"),
        (b"POST /-/reload HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", b"413"),
        (b"POST /-/reload HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"),
        (b"GET /probe?" + b"a=b&" * 50 + b" HTTP/1.1\r\n\r\n", b"400"),
        (b"GET http://[::1/metrics HTTP/1.1\r\n\r\n", b"400"),
    ],
)
def test_a_malformed_request_is_told_so_and_costs_nothing_else(sent: bytes, status: bytes) -> None:
    with serving(FakeSource(SRV)) as server:
        found = talk(server, sent)
        assert found.split(b" ", 2)[1] == status
        assert found.count(b"HTTP/1.") == 1
        assert ask(server, "/metrics").status == 200


def test_half_a_request_is_not_answered() -> None:
    with serving(FakeSource(SRV)) as server:
        assert talk(server, b"POST /-/reload HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc") == b""
        assert talk(server, b"") == b""


def test_idle_and_slow_clients_never_stop_a_scrape() -> None:
    with serving(FakeSource(SRV), cap=8) as server:
        idle = [connect(server) for _ in range(50)]
        for number, sock in enumerate(idle):
            if number % 2:
                sock.sendall(b"GET /metrics HTTP/1.1\r\nX: ")
        begun = time.monotonic()
        for _ in range(5):
            assert ask(server, "/metrics").status == 200
        assert time.monotonic() - begun < 2
        page = ask(server, "/metrics").text
        for sock in idle:
            sock.close()
    evicted = next(line for line in page.splitlines() if line.startswith("dcagent_http_evicted"))
    assert float(evicted.split()[1]) >= 43


def test_who_is_served_is_never_sent_away_and_more_are_refused() -> None:
    source = FakeSource(SRV)
    source.hold = threading.Event()
    with serving(source, cap=2) as server:
        probes = [_probe_begun(server, source) for _ in range(2)]
        refused = ask(server, "/-/healthy")
        assert refused.status == 503
        assert refused.headers["Retry-After"] == "1"
        source.hold.set()
        for connection in probes:
            assert Answer(connection.getresponse()).status == 200
            connection.close()
        assert "dcagent_http_refused_total 1.0\n" in ask(server, "/metrics").text


def _probe_begun(server: Server, source: FakeSource) -> http.client.HTTPConnection:
    source.probing.clear()
    connection = http.client.HTTPConnection(*server.addresses[0], timeout=5)
    connection.request("GET", "/probe?target=a01-17")
    assert source.probing.wait(5)
    return connection


def test_who_stays_too_long_in_a_stage_goes() -> None:
    now = [0.0]
    connections = Connections(clock=lambda: now[0])
    pairs = {stage: socket.socketpair() for stage in Stage}
    for stage, (ours, _) in pairs.items():
        assert connections.admit(ours)
        connections.enter(ours, stage)
    gone = []
    for now[0] in (9.0, 11.0, 31.0, 91.0, 121.0):
        before = len(connections)
        connections.reap()
        gone.append(before - len(connections))
    assert gone == [0, 1, 1, 1, 1]
    for pair in pairs.values():
        assert pair[1].recv(1) == b""
        for sock in pair:
            sock.close()


def test_the_slowest_goes_first_and_a_slow_reader_after_a_while() -> None:
    now = [0.0]
    connections = Connections(cap=2, clock=lambda: now[0])
    pairs = [socket.socketpair() for _ in range(5)]
    first, second, third, fourth, fifth = (ours for ours, _ in pairs)
    connections.admit(first)
    now[0] = 1.0
    connections.admit(second)
    assert connections.admit(third)
    assert pairs[0][1].recv(1) == b""
    connections.enter(second, Stage.SENDING)
    connections.enter(third, Stage.SERVING)
    assert not connections.admit(fourth)
    now[0] = 7.0
    assert connections.admit(fifth)
    assert pairs[1][1].recv(1) == b""
    assert (connections.count.refused, connections.count.evicted) == (1, 2)
    for pair in pairs:
        for sock in pair:
            sock.close()


def test_a_client_that_does_not_read_holds_only_its_own_thread() -> None:
    source = FakeSource(*Fleet(100, 50).statuses())
    with serving(source) as server:
        deaf = connect(server)
        deaf.sendall(b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
        assert ask(server, "/-/healthy").status == 200
        begun = time.monotonic()
        server.stop()
        assert time.monotonic() - begun < 1
        deaf.close()


def test_stop_takes_less_than_a_second_whoever_is_connected() -> None:
    source = FakeSource(SRV)
    before = threading.active_count()
    with serving(source, listens=["127.0.0.1:0", "127.0.0.2:0", "[::1]:0"]) as server:
        clients = [connect(server) for _ in range(20)]
        ask(server, "/-/healthy")
        begun = time.monotonic()
        server.stop()
        assert time.monotonic() - begun < 1
        for client in clients:
            assert client.recv(1) == b""
            client.close()
    _wait_until(lambda: threading.active_count() == before)


def test_file_descriptors_do_not_grow() -> None:
    fds = Path("/proc/self/fd")
    with serving(FakeSource(SRV), cap=4) as server:
        ask(server, "/metrics")
        before = len(list(fds.iterdir()))
        for _ in range(30):
            talk(server, b"nonsense\r\n\r\n")
            connect(server).close()
            ask(server, "/metrics")
        _wait_until(lambda: len(list(fds.iterdir())) <= before + 1)


def _wait_until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 2
    while not done() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert done()


def test_several_listens_of_both_families() -> None:
    with serving(FakeSource(SRV), listens=["127.0.0.1:0", "[::1]:0"]) as server:
        assert [host for host, _ in server.addresses] == ["127.0.0.1", "::1"]
        for host, port in server.addresses:
            connection = http.client.HTTPConnection(host, port, timeout=5)
            connection.request("GET", "/sd")
            assert Answer(connection.getresponse()).status == 200
            connection.close()


def test_a_port_in_use_is_named_and_no_other_is_held() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=f"cannot listen on 127.0.0.1:{port}: Address already"):
            Server(FakeSource(), ["127.0.0.2:0", f"127.0.0.1:{port}"])


def test_a_host_that_is_unknown_is_named() -> None:
    with pytest.raises(OSError, match=r"cannot listen on nowhere\.invalid:1"):
        Server(FakeSource(), ["nowhere.invalid:1"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("127.0.0.1:9824", ("127.0.0.1", 9824)),
        ("[::1]:0", ("::1", 0)),
        (":9824", ("", 9824)),
        ("localhost:65535", ("localhost", 65535)),
    ],
)
def test_listen_addresses(text: str, found: tuple[str, int]) -> None:
    assert parse_listen(text) == found


@pytest.mark.parametrize("text", ["", "9824", "a:", "a:x", "a:65536", "::1:80", "a:-1", "a:１"])
def test_listen_addresses_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not|stands in brackets"):
        parse_listen(text)
