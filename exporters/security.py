"""Who gets in, and under which headers: one frozen state, replaced as a whole on reload."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from exporters.logins import Logins

HANDSHAKE = 10.0
"""Seconds that a TLS handshake may take as a whole."""


class NotWelcome(Exception):
    """A client whose certificate is good, but in no name that may come in."""


@dataclass(frozen=True, slots=True, eq=False)
class Tls:
    """TLS of a listen address.

    `names`: one of them must stand in a client's certificate (any: empty); `demands`: no client
    comes in without a certificate; `expires`: Unix time at which our own certificate ends.
    """

    context: ssl.SSLContext
    names: frozenset[str] = frozenset()
    demands: bool = False
    expires: float = 0.0

    def wrap(self, sock: socket.socket) -> ssl.SSLSocket:
        """The same connection, its handshake still to come; `sock` is no longer one."""
        return self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)

    def greet(self, secured: ssl.SSLSocket) -> str:
        """Shakes hands; who the client's certificate says it is, "" without one.

        OSError: it did not come to that; NotWelcome.
        """
        secured.settimeout(HANDSHAKE)
        secured.do_handshake()
        shown = secured.getpeercert()
        if not shown:
            return ""
        names = names_in(shown)
        if self.names and not self.names & names:
            raise NotWelcome(" ".join(sorted(names)) or "no name")
        return common_name(shown) or min(names, default="")


@dataclass(frozen=True, slots=True, eq=False)
class Security:
    """The state. `headers` are sent with each answer, beside our own or in their place."""

    tls: Tls | None = None
    logins: Logins | None = None
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def authenticates(self) -> bool:
        """Whether nobody is served who has not shown who it is."""
        return self.logins is not None or (self.tls is not None and self.tls.demands)


@dataclass(slots=True)
class Door:
    """The state as it is now. `change` may be called while clients come in."""

    security: Security = field(default_factory=Security)

    def change(self, security: Security) -> None:
        """From now on; who is connected under another TLS is sent away at the next request."""
        self.security = security


def names_in(certificate: Mapping[str, Any]) -> frozenset[str]:
    """DNS, e-mail, IP and URI names of a certificate, as `SSLSocket.getpeercert` gives them."""
    return frozenset(
        _address(name) if kind == "IP Address" else name
        for kind, name in certificate.get("subjectAltName", ())
        if kind in ("DNS", "email", "URI", "IP Address")
    )


def common_name(certificate: Mapping[str, Any]) -> str:
    """The subject's CN, "" where it has none."""
    parts = (pair for group in certificate.get("subject", ()) for pair in group)
    return next((value for name, value in parts if name == "commonName"), "")


def _address(text: str) -> str:
    """OpenSSL writes all eight groups of an IPv6 address; we write it as everyone does."""
    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError:
        return text
