"""The requests of one connection: read off it, admitted or not, answered."""

from __future__ import annotations

import logging
import math
import socket
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from socketserver import BaseServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from exporters.audit import FailedLogins, GoodLogins
from exporters.connections import Connections, Stage
from exporters.logins import Verdict
from exporters.message import Request, Response, plain
from exporters.routes import Routes
from exporters.security import Door, Security, Tls

log = logging.getLogger("dcagent.web")

LARGEST_BODY = 65536
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "deny",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'",
}
_REALM = ("WWW-Authenticate", 'Basic realm="dcagent", charset="UTF-8"')
_REFUSED = {
    401: "Log in: this agent asks for a user and a password.",
    429: "Too many failed logins from your address: wait.",
    503: "Too many logins at this time.",
}


@dataclass(frozen=True, slots=True)
class Front:
    """What all connections of a server share."""

    routes: Routes
    connections: Connections
    door: Door
    failed_logins: FailedLogins = field(default_factory=FailedLogins)
    good_logins: GoodLogins = field(default_factory=GoodLogins)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is at the other end: the TLS it came in by, and the name in its certificate."""

    tls: Tls | None = None
    name: str = ""


class Conversation(BaseHTTPRequestHandler):
    """Reads requests off one connection and writes the answers, until it ends."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "dcagent", ""
    disable_nagle_algorithm = True

    def __init__(
        self, sock: socket.socket, address: Any, server: BaseServer, front: Front, visitor: Visitor
    ) -> None:
        self._front, self._visitor = front, visitor
        super().__init__(sock, address, server)

    def version_string(self) -> str:
        """What the header Server says: no version of anything."""
        return self.server_version

    def handle_one_request(self) -> None:
        """Waits for a request and answers it, keeping `connections` informed."""
        try:
            if not self.rfile.peek(1) or self._outdated():  # type: ignore[attr-defined]  # a BufferedReader
                self.close_connection = True
                return
            self._enter(Stage.READING)
            super().handle_one_request()
            self._enter(Stage.IDLE)
        except OSError as error:
            log.debug("connection of %s ended: %s", self.client_address, error)
            self.close_connection = True

    def _outdated(self) -> bool:
        """Whether TLS has changed since the client came in: it has to come in anew."""
        return self._front.door.security.tls is not self._visitor.tls

    def _enter(self, stage: Stage) -> None:
        self._front.connections.enter(self.connection, stage)

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
        self._enter(Stage.SERVING)
        security = self._front.door.security
        response = self._answered(security)
        self.close_connection = self.close_connection or self._outdated()
        self._enter(Stage.SENDING)
        self._send(response, security)

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

    def _answered(self, security: Security) -> Response:
        """The answer to a request, if who sends it may come in."""
        try:
            user, method = self._visitor.name, "certificate"
            if security.logins is not None:
                header = self.headers.get("Authorization", "") or ""
                verdict = security.logins.judge(header, self.client_address[0])
                if verdict.status != 200:
                    return self._refused(verdict)
                method = "certificate+password" if user else "password"
                user = verdict.user
            if user:
                self._front.good_logins.record(self.client_address[0], user, method)
            request = self._request(user)
            return request if isinstance(request, Response) else self._front.routes.answer(request)
        except Exception:  # the one handler of our own mistakes here
            log.exception("cannot answer %s %s", self.command, self.path)
            return plain(500, "dcagent made a mistake; its log has the details.")

    def _request(self, user: str) -> Request | Response:
        """The request as the routes see it; an answer where its address is none."""
        try:
            url = urlsplit(self.path)
            query = parse_qs(url.query, max_num_fields=20)
        except ValueError as error:
            return plain(400, f"The address is not understood: {error}")
        host, port = self.connection.getsockname()[:2]
        headers = self.headers
        return Request(
            self.command,
            url.path,
            query,
            lambda name: headers.get(name, "") or "",
            f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            self.client_address[0],
            user,
            self._visitor.tls is not None,
        )

    def _refused(self, verdict: Verdict) -> Response:
        if verdict.status != 503:
            pairs = {"method": "password", "user": verdict.user, "reason": verdict.reason}
            pairs["turned_away"] = str(verdict.turned_away or "")
            self._front.failed_logins.record(self.client_address[0], pairs)
        again = ("Retry-After", f"{math.ceil(verdict.wait)}")
        header = _REALM if verdict.status == 401 else again
        return plain(verdict.status, _REFUSED[verdict.status], header)

    def _send(self, response: Response, security: Security) -> None:
        self.send_response(response.status)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(response.length))
        for name, value in {**_HEADERS, **dict(security.headers)}.items():
            self.send_header(name, value)
        for name, value in response.headers:
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
        answer = plain(code, message or explain or self.responses[code][0])
        self._send(answer, self._front.door.security)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name it has
        """Requests are not logged but for debugging."""
        log.debug("%s: %s", self.client_address, format % args)
