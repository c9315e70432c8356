"""A server behind TLS, and clients that trust it."""

from __future__ import annotations

import http.client
import logging
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from exporters.security import Door, Security, Tls
from exporters.server import Server
from tests.certificates import Pair
from tests.unit.exporters.serving import Answer, FakeSource, serving
from tests.unit.exporters.site import POWER, answered

SRV = answered(POWER)
Sock = TypeVar("Sock", bound=socket.socket)


def tls_of(pair: Pair, ca: Path | None = None, *names: str, optional: bool = False) -> Tls:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    if ca is not None:
        context.load_verify_locations(ca)
        context.verify_mode = ssl.CERT_OPTIONAL if optional else ssl.CERT_REQUIRED
    return Tls(context, frozenset(names), ca is not None and not optional, 1.7e9)


def trusting(ca: Path, client: Pair | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(ca))
    if client is not None:
        context.load_cert_chain(client.certificate, client.key)
    return context


@contextmanager
def behind(tls: Tls, cap: int = 64) -> Iterator[tuple[Server, Door]]:
    door = Door(Security(tls))
    with serving(FakeSource(SRV), door=door, cap=cap) as server:
        yield server, door


def ask(server: Server, context: ssl.SSLContext, path: str = "/metrics") -> Answer:
    connection = http.client.HTTPSConnection(*server.addresses[0], timeout=5, context=context)
    try:
        connection.request("GET", path)
        return Answer(connection.getresponse())
    finally:
        connection.close()


def connect(server: Server) -> socket.socket:
    return socket.create_connection(server.addresses[0], timeout=5)


def until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def secured(server: Server, context: ssl.SSLContext) -> ssl.SSLSocket:
    raw = socket.create_connection(server.addresses[0], timeout=5)
    return context.wrap_socket(raw, server_hostname="localhost", suppress_ragged_eofs=False)


def asked(sock: Sock) -> Sock:
    """After one request and its answer."""
    sock.sendall(b"GET /-/healthy HTTP/1.1\r\nHost: a\r\n\r\n")
    found = b""
    while not found.endswith(b"dcagent is alive.\n"):
        found += sock.recv(65536)
    assert found.startswith(b"HTTP/1.1 200")
    return sock


class Trail(logging.Handler):
    """The lines of the audit trail."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())
