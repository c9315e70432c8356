"""One request and its whole answer, over a connection that is kept. No proxy is ever asked."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scoring.api.access import Access, Place
from scoring.api.failure import Code, QueryFailed

LARGEST = 256 << 20
"""Bytes of an answer, unpacked; more is not read."""
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer, its body unpacked."""

    status: int
    reason: str
    location: str
    body: str


class Line:
    """The connection to an engine; opened when it is first needed."""

    def __init__(self, access: Access, place: Place) -> None:
        self._access, self._place = access, place
        context = access.context() if place.scheme == "https" else None
        self._make: Callable[[], http.client.HTTPConnection] = lambda: (
            http.client.HTTPSConnection(
                place.host, place.port, timeout=access.patience, context=context
            )
            if context
            else http.client.HTTPConnection(place.host, place.port, timeout=access.patience)
        )
        self._open: http.client.HTTPConnection | None = None

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """The answer to a POST. QueryFailed: none came whole within the patience."""
        kept = self._open is not None
        try:
            return self._post(path, body, headers)
        except (http.client.RemoteDisconnected, ConnectionError) as error:
            self.close()
            if not kept:
                raise self._failed(error) from error
        except (OSError, http.client.HTTPException, zlib.error) as error:
            self.close()
            raise self._failed(error) from error
        # a server may close a kept connection at any time: that says nothing yet
        try:
            return self._post(path, body, headers)
        except (OSError, http.client.HTTPException, zlib.error) as error:
            self.close()
            raise self._failed(error) from error

    def _post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        until = time.monotonic() + self._access.patience
        if self._open is None:
            self._open = self._make()
        self._open.request("POST", path, body, dict(headers))
        answer = self._open.getresponse()
        packed = answer.headers.get("Content-Encoding", "").lower() == "gzip"
        try:
            text = _read(answer, packed, until)
        finally:
            answer.close()
        location = answer.headers.get("Location", "")
        return Reply(answer.status, answer.reason, location, text.decode("utf-8", "replace"))

    def close(self) -> None:
        """Ends the connection."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _failed(self, error: Exception) -> QueryFailed:
        words = {"url": str(self._place), "address": self._place.host}
        words |= {"port": str(self._place.port), "seconds": f"{self._access.patience:g}"}
        return QueryFailed(_code(error), _told(error), words)


def _read(answer: http.client.HTTPResponse, packed: bool, until: float) -> bytes:
    """The body, unpacked. What is broken off, too long or too late raises."""
    unpack = zlib.decompressobj(wbits=31) if packed else None
    parts: list[bytes] = []
    size = 0
    while chunk := answer.read(_CHUNK):
        if unpack is not None:
            chunk = unpack.decompress(chunk)
        size += len(chunk)
        if size > LARGEST:
            raise http.client.HTTPException(f"more than {LARGEST >> 20} MiB")
        if time.monotonic() > until:
            raise TimeoutError("the answer takes too long")
        parts.append(chunk)
    if answer.length:  # read() in pieces does not say so itself
        raise http.client.IncompleteRead(b"", answer.length)
    if unpack is not None and not unpack.eof:
        raise zlib.error("the packed answer breaks off")
    return b"".join(parts)


def _code(error: Exception) -> Code:
    if isinstance(error, ssl.SSLCertVerificationError):
        return Code.NOT_TRUSTED
    if isinstance(error, ssl.SSLError):
        wanted = "CERTIFICATE_REQUIRED" in str(error) or "BAD_CERTIFICATE" in str(error)
        return Code.CERTIFICATE_WANTED if wanted else Code.TLS_FAILED
    if isinstance(error, socket.gaierror):
        return Code.NO_NAME
    if isinstance(error, TimeoutError):
        return Code.TIMEOUT
    if isinstance(error, http.client.IncompleteRead | zlib.error):
        return Code.BROKEN_OFF
    if isinstance(error, http.client.BadStatusLine | http.client.UnknownProtocol):
        closed = isinstance(error, http.client.RemoteDisconnected)
        return Code.BROKEN_OFF if closed else Code.UNEXPECTED
    if isinstance(error, http.client.HTTPException):
        return Code.UNEXPECTED
    if isinstance(error, ConnectionResetError | BrokenPipeError):
        return Code.BROKEN_OFF
    return Code.UNREACHABLE


def _told(error: Exception) -> str:
    if isinstance(error, TimeoutError) and not error.args:
        return "timed out"
    if isinstance(error, http.client.IncompleteRead):
        return f"the answer breaks off, {error.expected} bytes before its end"
    told = error.strerror if isinstance(error, OSError) else str(error)
    return told or str(error) or type(error).__name__
