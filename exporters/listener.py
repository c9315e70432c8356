"""One listen address: accepts clients, and reads requests and writes answers in their threads.

What a slow, idle or malformed client can hold is its own thread, and that only for a time.
"""

from __future__ import annotations

import logging
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from exporters.connections import Connections, Stage, hang_up
from exporters.message import Request, Response, plain
from exporters.routes import Routes

log = logging.getLogger("dcagent.web")

Wrap = Callable[[socket.socket], socket.socket]
"""Makes a connection secure. Called in the connection's own thread, under its time limit."""
Guard = Callable[[Request, str], Response | None]
"""Looks at a request and the client's address first: None lets it pass."""

LARGEST_BODY = 65536
_SOCKET_TIMEOUT = 60.0
_ROUND = 0.2
"""Seconds between looks at who has to go; also how long a stop may have to wait."""
_SORRY = b"Too many requests at this time.\n"
_REFUSAL = (
    b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\n\r\n%b"
) % (len(_SORRY), _SORRY)
_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"),
)


def parse_listen(text: str) -> tuple[str, int]:
    """Host and port of "127.0.0.1:9824", "[::1]:9824", "localhost:0" or ":9824" (every address).

    ValueError says what is wrong with it.
    """
    host, colon, port = text.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ValueError(f'{text!r} is not "ADDRESS:PORT" with a port from 0 to 65535')
    if ":" in host and not bracketed:
        raise ValueError(f'{text!r}: an IPv6 address stands in brackets, such as "[::1]:9824"')
    return host[1:-1] if bracketed else host, int(port)


class Listener(ThreadingHTTPServer):
    """One listen address."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        listen: str,
        routes: Routes,
        connections: Connections,
        wrap: Wrap | None,
        guard: Guard | None,
    ) -> None:
        self.routes, self.connections, self.guard = routes, connections, guard
        self._wrap = wrap
        self._refusing = threading.BoundedSemaphore(8)
        self._thread: threading.Thread | None = None
        host, port = parse_listen(listen)
        try:
            # No host and AI_PASSIVE: every address (RFC 3493 §6.1).
            found = socket.getaddrinfo(
                host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )
            self.address_family, address = found[0][0], found[0][4]
            super().__init__(address, _Handler)  # type: ignore[arg-type]  # IPv6 has two more parts
        except OSError as error:
            why = error.strerror or str(error)
            raise OSError(error.errno, f"cannot listen on {listen}: {why}") from error

    def server_bind(self) -> None:
        """Binds without asking a name server who we are; "[::]" leaves IPv4 to another listen."""
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]  # str here

    def start(self) -> None:
        """Begins to accept."""
        name = f"web {self.server_port}"
        self._thread = threading.Thread(
            target=self.serve_forever, args=(_ROUND,), name=name, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Accepts no more."""
        if self._thread is not None:
            hang_up(self.socket)  # wakes the thread up, which else would sleep on for a round
            self.shutdown()
            self._thread.join(1.0)

    def service_actions(self) -> None:
        """Between requests: sends slow clients away."""
        self.connections.reap()

    def get_request(self) -> tuple[Any, Any]:
        """Accepts; out of file descriptors, waits a moment instead of spinning."""
        try:
            return super().get_request()
        except OSError:
            time.sleep(0.05)
            raise

    def process_request(self, request: Any, client_address: Any) -> None:
        """A thread for a client that is let in; a short word for one that is not."""
        if self.connections.admit(request):
            super().process_request(request, client_address)
        elif self._wrap is None and self._refusing.acquire(blocking=False):
            threading.Thread(target=self._refuse, args=(request,), daemon=True).start()
        else:
            self.shutdown_request(request)

    def _refuse(self, request: socket.socket) -> None:
        """Hears the client out first: a close on unread bytes would tear up the answer."""
        try:
            request.settimeout(1.0)
            request.recv(LARGEST_BODY)
            request.sendall(_REFUSAL)
        except OSError:
            pass  # it has gone by itself
        finally:
            self.shutdown_request(request)
            self._refusing.release()

    def finish_request(self, request: Any, client_address: Any) -> None:
        """In the connection's thread: secures it, then answers until it ends."""
        request.settimeout(_SOCKET_TIMEOUT)
        if self._wrap is None:
            _Handler(request, client_address, self)
            return
        secured = self._wrap(request)
        self.connections.exchange(request, secured)
        try:
            _Handler(secured, client_address, self)
        finally:
            self.shutdown_request(secured)

    def shutdown_request(self, request: Any) -> None:
        """Closes a connection and forgets it."""
        super().shutdown_request(request)
        self.connections.release(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002  # its name
        """Clients come and go as they like; anything else is our own mistake."""
        error = sys.exc_info()[1]
        if isinstance(error, OSError):
            log.debug("connection of %s ended: %s", client_address, error)
        else:
            log.exception("connection of %s ended by a mistake of ours", client_address)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port, with the port that the system chose for 0."""
        host, port = self.server_address[:2]
        return str(host), port


class _Handler(BaseHTTPRequestHandler):
    """Reads requests off one connection and writes the answers."""

    server: Listener
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "dcagent", ""
    disable_nagle_algorithm = True

    def handle_one_request(self) -> None:
        """Waits for a request and answers it, keeping `connections` informed."""
        try:
            if not self.rfile.peek(1):  # type: ignore[attr-defined]  # a BufferedReader
                self.close_connection = True
                return
            self.server.connections.enter(self.connection, Stage.READING)
            super().handle_one_request()
            self.server.connections.enter(self.connection, Stage.IDLE)
        except OSError as error:
            log.debug("connection of %s ended: %s", self.client_address, error)
            self.close_connection = True

    def parse_request(self) -> bool:
        """Parses line and headers; a request without version (HTTP/0.9) is refused."""
        if not super().parse_request():
            return False
        if self.request_version == "HTTP/0.9":
            self.request_version = "HTTP/1.0"
            self.send_error(400, "A request needs an HTTP version.")
            return False
        return True

    def _serve(self) -> None:
        if not self._body_read():
            return
        self.server.connections.enter(self.connection, Stage.SERVING)
        response = self._answered()
        self.server.connections.enter(self.connection, Stage.SENDING)
        self._send(response)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = _serve  # noqa: N815

    def _body_read(self) -> bool:
        """Reads past a body, which no page here wants; False where that is too much."""
        length = self.headers.get("Content-Length", "0")
        if self.headers.get("Transfer-Encoding"):
            self.send_error(411, "Send a Content-Length.")
        elif not length.isascii() or not length.isdigit():
            self.send_error(400, "Content-Length is not a number.")
        elif int(length) > LARGEST_BODY:
            self.send_error(413, "No page here wants so long a body.")
        else:
            return len(self.rfile.read(int(length))) == int(length)
        return False

    def _answered(self) -> Response:
        try:
            url = urlsplit(self.path)
            query = parse_qs(url.query, max_num_fields=20)
        except ValueError as error:
            return plain(400, f"The address is not understood: {error}")
        host, port = self.connection.getsockname()[:2]
        local = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        headers = self.headers
        request = Request(
            self.command, url.path, query, lambda name: headers.get(name, "") or "", local
        )
        try:
            refused = self.server.guard and self.server.guard(request, self.client_address[0])
            return refused or self.server.routes.answer(request)
        except Exception:  # the one handler of our own mistakes here
            log.exception("cannot answer %s %s", request.method, request.path)
            return plain(500, "dcagent made a mistake; its log has the details.")

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(response.length))
        for name, value in (*response.headers, *_HEADERS):
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            for piece in response.body:
                self.wfile.write(piece)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answers a request that is none, and ends the connection."""
        self.close_connection = True
        self.command = getattr(self, "command", None) or "GET"
        if self.request_version == "HTTP/0.9":
            self.request_version = "HTTP/1.0"
        self._send(plain(code, message or explain or self.responses[code][0]))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name it has
        """Requests are not logged but for debugging."""
        log.debug("%s: %s", self.client_address, format % args)
