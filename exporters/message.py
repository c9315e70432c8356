"""A request as the routes see it, and what they answer: no sockets here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from exporters.render import gzipped


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `header` looks a header up whatever its case, "" where it is absent.

    `local` is the address that the client reached us at, as "host:port"; `client` the one it
    comes from, `user` who it has shown to be, "" where nobody asks; `secure`: it came over TLS.
    """

    method: str
    path: str
    query: Mapping[str, list[str]] = field(default_factory=dict)
    header: Callable[[str], str] = lambda _name: ""
    local: str = ""
    client: str = ""
    user: str = ""
    secure: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """The server about itself: connections open, refused, evicted; logins that failed.

    `expires`: Unix time at which the certificate it shows ends; None without TLS.
    """

    connections: int = 0
    refused: int = 0
    evicted: int = 0
    failed_logins: int = 0
    expires: float | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """Status, content type, body in pieces, further headers."""

    status: int
    body: tuple[bytes, ...]
    content_type: str = "text/plain; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def length(self) -> int:
        """Bytes of the body."""
        return sum(map(len, self.body))


def plain(status: int, text: str, *headers: tuple[str, str]) -> Response:
    """An answer of a few words."""
    return Response(status, (f"{text}\n".encode(),), headers=headers)


def packed(request: Request, content_type: str, pieces: Iterable[bytes]) -> Response:
    """A page, in gzip where the client takes it."""
    vary = ("Vary", "Accept, Accept-Encoding, Accept-Language")
    if not takes_gzip(request.header("Accept-Encoding")):
        return Response(200, tuple(pieces), content_type, (vary,))
    encoding = ("Content-Encoding", "gzip")
    return Response(200, tuple(gzipped(pieces)), content_type, (encoding, vary))


def takes_gzip(accept_encoding: str) -> bool:
    """Whether an Accept-Encoding header names gzip and does not weigh it 0 (RFC 9110 §12.5.3)."""
    for offer in accept_encoding.lower().replace(" ", "").split(","):
        coding, _, weight = offer.partition(";q=")
        if coding == "gzip":
            return weight.strip("0.") != "" or not weight
    return False
