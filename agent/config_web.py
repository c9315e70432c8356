"""Reads [web]: where and how the agent serves, and whether that may be."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.config_codes import Code
from agent.config_keys import Key, Table, flag, text, texts, word
from model.document import Problem

LISTEN: Key[tuple[str, ...]] = Key(
    "listen", texts, ("127.0.0.1:9824",), "Addresses to serve on, as HOST:PORT."
)
EXPOSE = Key(
    "expose",
    word("metrics", "probe"),
    "metrics",
    "Where targets are served: all at /metrics, or each at /probe, found through /sd.",
)
CONFIG_FILE = Key(
    "config_file", text, "", "TLS, logins and headers, in the format of Prometheus' exporters."
)
INSECURE = Key(
    "insecure", flag, False, "Allows a listen address beyond loopback without TLS and login."
)


_ADDRESS = re.compile(r"(?:\[([^\]]+)\]|([^:\[\]\s]*)):([0-9]{1,5})")


class BadListen(Exception):
    """A listen address that is not one."""


@dataclass(frozen=True, slots=True)
class Web:
    """What [web] says. `place`: file and line of its listen addresses."""

    listen: tuple[str, ...] = LISTEN.default
    expose: str = "metrics"
    insecure: bool = False
    config_file: Path | None = None
    place: tuple[str, int] = ("[web]", 0)


def listen(address: str) -> str:
    """HOST:PORT ("" for all addresses, 0 for a free port), checked. BadListen: no such thing."""
    found = _ADDRESS.fullmatch(address)
    if not found or int(found.group(3)) > 65535:
        example = '"127.0.0.1:9824" or "[::1]:9824"'
        raise BadListen(f'expected HOST:PORT such as {example}, found "{address}"')
    return address


def exposed(settings: Web, listens: Sequence[str], lacking: str) -> tuple[Problem, ...]:
    """The listen addresses that must not be served at.

    `lacking` says what keeps strangers out elsewhere and is not there ("TLS", "login"), "" where
    nothing is. Addresses that [web] does not name stand on the command line.
    """
    if settings.insecure or not lacking:
        return ()
    advice = "add it to the web config_file, listen on 127.0.0.1, or set insecure = true in [web]"
    problems = []
    for address in listens:
        if not _loopback(address):
            ours = address in settings.listen
            file, line = settings.place if ours else ("--web.listen-address", 0)
            text = f'listen: "{address}" is open to the network without {lacking}: {advice}'
            problems.append(Problem(file, line, "web.listen", text, Code.OPEN_LISTEN.value))
    return tuple(problems)


def _loopback(address: str) -> bool:
    found = _ADDRESS.fullmatch(address)
    host = (found.group(1) or found.group(2)) if found else ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def web(table: Table) -> Web:
    """[web], its mistakes blamed; whether an address may be served at is another question."""
    directory = Path(table.document.file).parent
    listens: list[str] = []
    given = table.get(LISTEN)
    for address in given:
        try:
            listens.append(listen(address))
        except BadListen as bad:
            table.blame("listen", f"listen: {bad}", Code.BAD_LISTEN)
    for address in sorted({a for a in listens if listens.count(a) > 1 and not a.endswith(":0")}):
        table.blame("listen", f'listen: "{address}" stands twice', Code.OVERLAP)
    if not given:
        table.blame("listen", "listen: expected at least one HOST:PORT", Code.BAD_LISTEN)
    expose, insecure, named = table.get(EXPOSE), table.get(INSECURE), table.get(CONFIG_FILE)
    place = (table.document.file, table.document.line((*table.path, "listen")))
    table.close()
    config_file = directory / named if named else None
    return Web(tuple(listens), expose, insecure, config_file, place)
