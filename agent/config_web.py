"""Reads [web]: where and how the agent serves."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from agent.config_codes import Code
from agent.config_keys import Key, Table, flag, texts, word

LISTEN: Key[tuple[str, ...]] = Key(
    "listen", texts, ("127.0.0.1:9824",), "Addresses to serve on, as HOST:PORT."
)
EXPOSE = Key(
    "expose",
    word("metrics", "probe"),
    "metrics",
    "Where targets are served: all at /metrics, or each at /probe, found through /sd.",
)
INSECURE = Key(
    "insecure", flag, False, "Allows a listen address beyond loopback without TLS and login."
)


class BadListen(Exception):
    """A listen address that is not one, or that is not allowed."""

    def __init__(self, message: str, code: Code) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Web:
    """What [web] says."""

    listen: tuple[str, ...] = LISTEN.default
    expose: str = "metrics"
    insecure: bool = False


def listen(address: str, insecure: bool) -> str:
    """HOST:PORT ("" for all addresses, 0 for a free port), checked.

    BadListen: no such thing, or open to all without `insecure`.
    """
    found = re.fullmatch(r"(?:\[([^\]]+)\]|([^:\[\]\s]*)):([0-9]{1,5})", address)
    if not found or int(found.group(3)) > 65535:
        example = '"127.0.0.1:9824" or "[::1]:9824"'
        raise BadListen(f'expected HOST:PORT such as {example}, found "{address}"', Code.BAD_LISTEN)
    if not insecure and not _loopback(found.group(1) or found.group(2)):
        message = (
            f'"{address}" is open to the network without TLS and login: '
            "listen on 127.0.0.1, or set insecure = true in [web]"
        )
        raise BadListen(message, Code.OPEN_LISTEN)
    return address


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def web(table: Table) -> Web:
    """[web], its mistakes blamed."""
    insecure = table.get(INSECURE)
    listens: list[str] = []
    given = table.get(LISTEN)
    for address in given:
        try:
            listens.append(listen(address, insecure))
        except BadListen as bad:
            table.blame("listen", f"listen: {bad}", bad.code)
    for address in sorted({a for a in listens if listens.count(a) > 1 and not a.endswith(":0")}):
        table.blame("listen", f'listen: "{address}" stands twice', Code.OVERLAP)
    if not given:
        table.blame("listen", "listen: expected at least one HOST:PORT", Code.BAD_LISTEN)
    expose = table.get(EXPOSE)
    table.close()
    return Web(tuple(listens), expose, insecure)
