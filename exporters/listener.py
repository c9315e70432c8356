"""One listen address: accepts clients, and gives each a thread, in which TLS begins too.

What a slow, idle or malformed client can hold is its own thread, and that only for a time.
"""

from __future__ import annotations

import logging
import socket
import socketserver
import ssl
import sys
import threading
import time
from contextlib import suppress
from http.server import ThreadingHTTPServer
from typing import Any

from exporters.connections import hang_up
from exporters.conversation import LARGEST_BODY, Conversation, Front, Visitor
from exporters.security import NotWelcome, Tls

log = logging.getLogger("dcagent.web")

_SOCKET_TIMEOUT = 60.0
_ROUND = 0.2
"""Seconds between looks at who has to go; also how long a stop may have to wait."""
_LINGER = 1.0
"""Seconds for which a client that is turned away is heard out."""


def _short(status: bytes, text: bytes, *headers: bytes) -> bytes:
    """A whole answer of a few words, for who never gets to talk."""
    head = (b"HTTP/1.1 " + status, b"Connection: close", *headers)
    length = b"Content-Length: %d" % len(text)
    kind = b"Content-Type: text/plain; charset=utf-8"
    return b"\r\n".join((*head, kind, length, b"", text))


_FULL = _short(b"503 Service Unavailable", b"Too many requests at this time.\n", b"Retry-After: 1")
_NOT_TLS = _short(b"400 Bad Request", b"This port speaks TLS: ask https://.\n")


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

    def __init__(self, listen: str, front: Front) -> None:
        self._front = front
        self._refusing = threading.BoundedSemaphore(8)
        self._thread: threading.Thread | None = None
        host, port = parse_listen(listen)
        try:
            # No host and AI_PASSIVE: every address (RFC 3493 §6.1).
            found = socket.getaddrinfo(
                host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )
            self.address_family, address = found[0][0], found[0][4]
            super().__init__(address, Conversation)  # type: ignore[arg-type]  # made by hand below
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
        self._front.connections.reap(self._front.door.security.tls)

    def get_request(self) -> tuple[Any, Any]:
        """Accepts; out of file descriptors, waits a moment instead of spinning."""
        try:
            return super().get_request()
        except OSError:
            time.sleep(0.05)
            raise

    def process_request(self, request: Any, client_address: Any) -> None:
        """A thread for a client that is let in; a short word for one that is not."""
        if self._front.connections.admit(request, self._front.door.security.tls):
            super().process_request(request, client_address)
        elif self._refusing.acquire(blocking=False):
            threading.Thread(target=self._refuse, args=(request,), daemon=True).start()
        else:
            self.shutdown_request(request)

    def _refuse(self, request: socket.socket) -> None:
        """Hears the client out first: a close on unread bytes would tear up the answer."""
        tls = self._front.door.security.tls
        try:
            request.settimeout(_LINGER)
            if tls is not None:
                request = tls.wrap(request)
                request.do_handshake()
            request.recv(LARGEST_BODY)
            request.sendall(_FULL)
        except OSError:
            pass  # it has gone by itself
        finally:
            self.shutdown_request(request)
            self._refusing.release()

    def finish_request(self, request: Any, client_address: Any) -> None:
        """In the connection's thread: secures it, then answers until it ends."""
        request.settimeout(_SOCKET_TIMEOUT)
        tls = self._front.door.security.tls
        if tls is None:
            Conversation(request, client_address, self, self._front, Visitor())
            return
        secured = tls.wrap(request)
        try:
            if self._front.connections.exchange(request, secured):
                self._talk(tls, secured, client_address)
        finally:
            self.shutdown_request(secured)

    def _talk(self, tls: Tls, secured: ssl.SSLSocket, client_address: Any) -> None:
        """Handshake and requests; a client that is not let in is told why, as far as TLS can."""
        try:
            name = tls.greet(secured)
        except (NotWelcome, ssl.SSLError) as error:
            self._turn_away(secured, error, client_address[0])
            return
        secured.settimeout(_SOCKET_TIMEOUT)
        Conversation(secured, client_address, self, self._front, Visitor(tls, name))
        secured.settimeout(0)
        with suppress(OSError, ValueError):
            secured.unwrap()  # says goodbye; whether the client does is its own affair

    def _turn_away(
        self, secured: ssl.SSLSocket, error: NotWelcome | ssl.SSLError, client: str
    ) -> None:
        reason, detail = _refusal(error)
        if reason:
            pairs = {"method": "certificate", "reason": reason, "detail": detail}
            self._front.failed_logins.record(client, pairs)
        else:
            log.debug("no TLS with %s: %s", client, error)
        if isinstance(error, ssl.SSLError) and error.reason == "HTTP_REQUEST":
            socket.socket.sendall(secured, _NOT_TLS)
        _linger(secured)

    def shutdown_request(self, request: Any) -> None:
        """Closes a connection and forgets it."""
        super().shutdown_request(request)
        self._front.connections.release(request)

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


def _refusal(error: NotWelcome | ssl.SSLError) -> tuple[str, str]:
    """Why a handshake failed on who the client is, and more words; "" where on something else."""
    if isinstance(error, NotWelcome):
        return "name_not_allowed", str(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return "certificate_not_trusted", error.verify_message
    if error.reason == "PEER_DID_NOT_RETURN_A_CERTIFICATE":
        return "no_certificate", ""
    return "", ""


def _linger(sock: socket.socket) -> None:
    """Lets the client read why: a close on bytes that it still sends would tear that up."""
    with suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_WR)
        socket.socket.settimeout(sock, _LINGER)
        until = time.monotonic() + _LINGER
        while time.monotonic() < until and socket.socket.recv(sock, LARGEST_BODY):
            pass
