"""What the running agent says of itself at /metrics, as far as the doctor wants to know."""

from __future__ import annotations

import http.client
import json
import re
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, urlsplit

Row = tuple[Mapping[str, str], float]

_WANTED = ("dcagent_target", "dcagent_poll_", "dcagent_http_", "dcagent_config_",
           "dcagent_credential_", "dcagent_build_", "process_")  # fmt: skip
_LINE = re.compile(r"([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: \S+)?$")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\(.)")
_LARGEST = 64 << 20
_NAME = "__param_target"
_OURS = 'Basic realm="dcagent", charset="UTF-8"'


class NoPage(Exception):
    """The agent was not reached, or something else answered: why, in one line.

    `guarded`: it answers, and asks for a login that the doctor does not have.
    """

    def __init__(self, why: str, stranger: bool = False, *, guarded: bool = False) -> None:
        self.stranger, self.guarded = stranger, guarded
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Page:
    """Samples by family: those that `_WANTED` names."""

    families: Mapping[str, list[Row]] = field(default_factory=dict)

    def rows(self, name: str) -> list[Row]:
        """A family's samples."""
        return self.families.get(name, [])

    def value(self, name: str) -> float | None:
        """The one sample of a family without labels; None where it is not there."""
        return next((value for _, value in self.rows(name)), None)

    def by_target(self, name: str) -> dict[str, float]:
        """A family's value per target."""
        return {labels["target"]: value for labels, value in self.rows(name) if "target" in labels}


def parse(texts: Iterable[str]) -> Page:
    """Reads text exposition format 0.0.4; lines that are none are left out."""
    families: dict[str, list[Row]] = {}
    for text in texts:
        for line in text.splitlines():
            found = _LINE.match(line) if line.startswith(_WANTED) else None
            if found is None:
                continue
            try:
                value = float(found[3])
            except ValueError:
                continue
            labels = {name: _plain(told) for name, told in _LABEL.findall(found[2] or "")}
            families.setdefault(found[1], []).append((labels, value))
    return Page(families)


def _plain(text: str) -> str:
    return _ESCAPE.sub(lambda found: {"n": "\n"}.get(found[1], found[1]), text)


def fetch(url: str, patience: float) -> Page:
    """/metrics below `url`; where it holds no target, /probe of each that /sd lists.

    Takes `patience` seconds per answer, and as long again for all targets together; those that
    are not reached in it are left out. NoPage: no agent answers there.
    """
    return parse(texts(url, patience))


def texts(url: str, patience: float) -> tuple[str, ...]:
    """The pages that `fetch` reads, as they are. NoPage: no agent answers there."""
    visit = _Visit(url, patience)
    try:
        text = visit.get("/metrics")
        if "dcagent_build_info" not in text:
            raise NoPage(f"{url}/metrics is not dcagent's", stranger=True)
        page = parse((text,))
        if page.rows("dcagent_target_up") or not page.value("dcagent_targets"):
            return (text,)
        return (text, *visit.each())
    finally:
        visit.close()


class _Visit:
    """One connection to the agent, kept open from page to page. No proxy is ever asked."""

    def __init__(self, url: str, patience: float) -> None:
        parts = urlsplit(url)
        self._prefix, self._patience = parts.path.rstrip("/"), patience
        try:
            self._connection = _connection(parts, patience)
        except (ValueError, http.client.HTTPException) as error:
            raise NoPage(str(error)) from error

    def get(self, path: str) -> str:
        """A page's text. NoPage: none came, or it is an error."""
        try:
            self._connection.request("GET", self._prefix + path)
            answer = self._connection.getresponse()
            body = answer.read(_LARGEST)
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise NoPage(_why(error), guarded=_wants_certificate(error)) from error
        if answer.status == http.client.UNAUTHORIZED and _OURS in answer.headers.values():
            raise NoPage("a user and a password", guarded=True)
        if answer.status != http.client.OK:
            raise NoPage(f"HTTP {answer.status} {answer.reason}", stranger=True)
        return body.decode(errors="replace")

    def each(self) -> list[str]:
        """The pages of single targets, as many as come in time."""
        until = time.monotonic() + self._patience
        pages = []
        for target in self._targets():
            if time.monotonic() > until:
                break
            try:
                pages.append(self.get(f"/probe?target={quote(target, safe='')}"))
            except NoPage:
                continue
        return pages

    def _targets(self) -> list[str]:
        """The names in the agent's service discovery."""
        try:
            groups = json.loads(self.get("/sd"))
            return [g["labels"][_NAME] for g in groups if _NAME in g["labels"]]
        except (NoPage, ValueError, KeyError, TypeError):
            return []

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()


def _connection(parts: SplitResult, patience: float) -> http.client.HTTPConnection:
    host = parts.hostname or "127.0.0.1"
    if parts.scheme != "https":
        return http.client.HTTPConnection(host, parts.port, timeout=patience)
    # what is read is no secret, and the certificate is rarely in the name of loopback
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return http.client.HTTPSConnection(host, parts.port, timeout=patience, context=context)


def _wants_certificate(error: Exception) -> bool:
    """Whether a server ended the handshake because we showed no certificate (RFC 8446 §6.2)."""
    reason = error.reason if isinstance(error, ssl.SSLError) else ""
    return reason in ("TLSV13_ALERT_CERTIFICATE_REQUIRED", "SSLV3_ALERT_HANDSHAKE_FAILURE")


def _why(error: OSError | http.client.HTTPException) -> str:
    if isinstance(error, TimeoutError):
        return "timed out"
    if _wants_certificate(error):
        return "a client certificate"
    told = error.strerror if isinstance(error, OSError) else str(error)
    return told or type(error).__name__
