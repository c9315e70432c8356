"""Where an engine answers, and with what it is asked."""

from __future__ import annotations

import base64
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from model.credentials import Secret
from scoring.api.failure import Code, QueryFailed

_PASTED = re.compile(
    r"/(api/v1(/query(_range)?)?|graph|query|vmui|targets|alerts|classic/graph)/?$"
)
"""Ends of addresses as a browser shows them; the API hangs off what stands before."""
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Place:
    """A URL taken apart; `prefix` is the path before /api/v1, without a slash at its end."""

    scheme: str
    host: str
    port: int
    prefix: str

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.prefix}"


def place(url: str) -> Place:
    """A URL taken apart; HOST:PORT stands for http://HOST:PORT. QueryFailed: it is none."""
    whole = url.strip() if "://" in url else f"http://{url.strip()}"
    try:
        parts = urlsplit(whole)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise QueryFailed(Code.BAD_URL, str(error)) from error
    if parts.username is not None or parts.password is not None:
        raise QueryFailed(Code.LOGIN_IN_URL, f"a login stands in the URL of {host}")
    wrong = parts.scheme not in _PORTS or not host or port == 0 or parts.query or parts.fragment
    if wrong or not whole.isprintable() or " " in whole:
        raise QueryFailed(Code.BAD_URL, f"{url!r} is not the URL of an engine")
    prefix = _PASTED.sub("", parts.path).rstrip("/")
    return Place(parts.scheme, host, port or _PORTS[parts.scheme], prefix)


@dataclass(frozen=True, slots=True)
class Access:
    """How an engine is reached. `patience` is for one whole answer, in seconds.

    `certificate` and `key` prove who asks; `user` with `password`, or `token`, log in; `headers`
    are sent as they are (a tenant's name).
    """

    url: str
    ca_file: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    user: str = ""
    password: Secret | None = None
    token: Secret | None = None
    headers: tuple[tuple[str, str], ...] = ()
    patience: float = 60.0

    def request_headers(self) -> Mapping[str, str]:
        """All headers of a request but those of its body."""
        found = {"Accept": "application/json", "Accept-Encoding": "gzip", **dict(self.headers)}
        if self.token is not None:
            found["Authorization"] = f"Bearer {self.token.reveal()}"
        elif self.password is not None:
            login = f"{self.user}:{self.password.reveal()}".encode()
            found["Authorization"] = f"Basic {base64.b64encode(login).decode()}"
        return found

    def masked(self, text: str) -> str:
        """A server's words without our secrets: some repeat what they refuse."""
        secrets = [secret.reveal() for secret in (self.password, self.token) if secret is not None]
        login = self.request_headers().get("Authorization", "").rpartition(" ")[2]
        for secret in filter(None, (login, *secrets)):
            text = text.replace(secret, "***")
        return text

    def context(self) -> ssl.SSLContext:
        """How TLS is spoken. QueryFailed: a file of certificates cannot be used."""
        try:
            found = ssl.create_default_context(cafile=self.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise _unusable(self.ca_file, error) from error
        if self.certificate is not None:
            try:
                found.load_cert_chain(self.certificate, self.key, password=_no_password)
            except (OSError, ssl.SSLError, ValueError) as error:
                raise _unusable(self.certificate, error) from error
        return found


def _no_password() -> str:
    """Keeps OpenSSL from asking on the terminal for the password of a key."""
    raise ValueError("the key is encrypted")


def _unusable(file: Path | None, error: Exception) -> QueryFailed:
    told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return QueryFailed(Code.BAD_FILE, f"{file}: {told}", {"file": str(file)})
