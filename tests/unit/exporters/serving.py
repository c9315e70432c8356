"""A source that the tests steer, and a server for it on a free port."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Event

from exporters.security import Door
from exporters.server import Server
from exporters.source import About
from model.devices import TargetStatus
from model.inventory import Inventory
from tests.unit.exporters.site import AT


class FakeSource:
    """An agent with these targets; `hold` makes probes wait until it is set."""

    def __init__(self, *statuses: TargetStatus) -> None:
        self.known = statuses
        self.is_ready = True
        self.declared: Inventory | None = None
        self.why_not = ""
        self.reloads: list[Mapping[str, str]] = []
        self.probes: list[tuple[str, float]] = []
        self.hold: Event | None = None
        self.probing = Event()

    def statuses(self) -> Sequence[TargetStatus]:
        return self.known

    def status(self, name: str) -> TargetStatus | None:
        return next((s for s in self.known if s.target.name == name), None)

    def probe(self, name: str, timeout: float) -> TargetStatus | None:
        self.probes.append((name, timeout))
        self.probing.set()
        if self.hold is not None:
            self.hold.wait(10)
        return self.status(name)

    def ready(self) -> bool:
        return self.is_ready

    def reload(self, who: Mapping[str, str]) -> str:
        self.reloads.append(who)
        return self.why_not

    def credentials(self) -> Mapping[str, bool]:
        return {"bmc": False}

    def dropped(self) -> Mapping[str, int]:
        return {"unasked": 3, "malformed": 0, "unproven": 1}

    def inventory(self) -> Inventory | None:
        return self.declared

    def about(self) -> About:
        return About("1.2.3", True, AT)


@contextmanager
def serving(
    source: FakeSource,
    *,
    listens: Sequence[str] = ("127.0.0.1:0",),
    expose: str = "metrics",
    lifecycle: bool = False,
    cap: int = 64,
    door: Door | None = None,
) -> Iterator[Server]:
    """A started server, stopped at the end."""
    server = Server(
        source,
        listens,
        expose=expose,
        lifecycle=lifecycle,
        cap=cap,
        door=door,
        clock=lambda: AT + 5,
    )
    server.start()
    try:
        yield server
    finally:
        server.stop()


class Answer:
    """What came back: status, headers, body."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status, self.headers = response.status, response.headers
        self.body = response.read()

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(
    server: Server, path: str, method: str = "GET", body: bytes = b"", **headers: str
) -> Answer:
    """One request on a connection of its own; header names with "_" for "-"."""
    host, port = server.addresses[0]
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body or None, named)
        return Answer(connection.getresponse())
    finally:
        connection.close()


def talk(server: Server, sent: bytes) -> bytes:
    """Sends raw bytes, ends the sending side, returns all that comes back."""
    with socket.create_connection(server.addresses[0], timeout=5) as sock:
        sock.sendall(sent)
        sock.shutdown(socket.SHUT_WR)
        found = b""
        while piece := sock.recv(65536):
            found += piece
        return found
