"""An engine on loopback that answers as a test wants, byte for byte."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

Answer = Callable[["Request"], bytes]
"""What is sent back: the whole answer, head and body."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the engine was asked."""

    path: str
    headers: Mapping[str, str]
    query: str
    time: str


@dataclass
class Asked:
    """Where it listens, and all that it was asked."""

    url: str
    requests: list[Request] = field(default_factory=list)


@contextmanager
def engine(answer: Answer) -> Iterator[Asked]:
    """Serves until the block ends; the connection is closed after each answer that says so."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            asked = Request(
                self.path, dict(self.headers), form["query"][0], form.get("time", [""])[0]
            )
            told.requests.append(asked)
            sent = answer(asked)
            self.close_connection = b"connection: close" in sent.lower() or not sent
            self.wfile.write(sent)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        told = Asked(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield told
        finally:
            server.shutdown()
            thread.join()


def reply(
    body: bytes | str,
    status: str = "200 OK",
    headers: Mapping[str, str] | None = None,
    length: int | None = None,
) -> bytes:
    """An HTTP answer; `length` may lie about the body."""
    content = body.encode() if isinstance(body, str) else body
    head = {"Content-Type": "application/json", "Content-Length": str(len(content))}
    if length is not None:
        head |= {"Content-Length": str(length), "Connection": "close"}
    head |= headers or {}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + content


def packed(body: str, cut: int = 0) -> bytes:
    """The same packed with gzip, `cut` bytes short."""
    content = gzip.compress(body.encode())
    return reply(content[: len(content) - cut], headers={"Content-Encoding": "gzip"})


def vector(*samples: tuple[Mapping[str, str], float], **others: object) -> str:
    """A document with the samples of an instant vector."""
    rows = [{"metric": dict(labels), "value": [1.0, repr(value)]} for labels, value in samples]
    return document("vector", rows, **others)


def document(kind: str, result: object, **others: object) -> str:
    """A document of the API."""
    data = {"resultType": kind, "result": result}
    return json.dumps({"status": "success", "data": data, **others})


def failure(kind: str, message: str) -> str:
    """The API's own account of an error."""
    return json.dumps({"status": "error", "errorType": kind, "error": message})


@contextmanager
def silent(many: Sequence[bytes] = ()) -> Iterator[str]:
    """Takes connections, sends what it is given, and then nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        kept: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                kept.append(connection)
                for sent in many:
                    connection.sendall(sent)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            for connection in kept:
                connection.close()
    thread.join()
