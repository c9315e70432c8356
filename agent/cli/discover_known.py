"""Who is known before anybody is asked: inventories, and the targets of the configuration."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from agent.cli.prompts import Refused
from agent.config import DEFAULT_FILE, files_of
from agent.inventory.file import SUFFIXES, merge
from agent.inventory.listing import UNREADABLE, Listed, document, read
from agent.inventory.row import canonical
from agent.results import Exit
from model.document import DocumentError

_RESOLVING = 3.0
"""Seconds in which host names must have become addresses."""


@dataclass(frozen=True, slots=True)
class Known:
    """Known devices by their addresses; names and credentials that are taken.

    `unresolved` are host names that have no address just now: they cannot be told from new ones.
    """

    devices: dict[str, Listed] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    credentials: frozenset[str] = frozenset()
    directories: tuple[Path, ...] = ()
    unresolved: tuple[Listed, ...] = ()


def gather(known: Iterable[Path], config: Path | None, out: Path | None) -> Known:
    """Reads inventories, the configuration's targets, and what stands in the file to be written.

    Of the configuration only what needs no secret is read; the usual one may be missing or closed
    to us, one that is named may not. DocumentError, Refused: a file cannot be used.
    """
    listed = [each for path in known for each in read(path)]
    if out is not None and out.exists() and out.stat().st_size:
        merge(out, (), "en")  # it can be added to, or that is said before anybody is asked
        listed += read(out)
    credentials, directories = set[str](), tuple[Path, ...]()
    for path in files_of(config or DEFAULT_FILE):
        try:
            data = path.read_bytes()
        except OSError as error:
            if config is None:
                continue
            message = f"{path} cannot be read: {error.strerror}"
            raise Refused(message, Exit.CONFIG, UNREADABLE, str(path)) from error
        found = document(path, data).data
        listed += read(path)
        held = found.get("credentials")
        credentials |= set(held) if isinstance(held, dict) else set()
        directories += _directories(found, path)
    return _known(listed, frozenset(credentials), directories)


def _directories(found: dict[str, object], path: Path) -> tuple[Path, ...]:
    """Where the configuration has profiles of its own."""
    table = found.get("profiles")
    names = table.get("directories") if isinstance(table, dict) else None
    listed = names if isinstance(names, list) else []
    return tuple(path.parent / name for name in listed if isinstance(name, str))


def _known(
    listed: Iterable[Listed], credentials: frozenset[str], directories: tuple[Path, ...]
) -> Known:
    listed = tuple(listed)
    hosts = tuple(dict.fromkeys(e.address for e in listed if not _is_address(e.address)))
    found = asyncio.run(_resolved(hosts)) if hosts else {}
    devices: dict[str, Listed] = {}
    unresolved = []
    for each in listed:
        if _is_address(each.address):
            devices.setdefault(each.address, each)
        elif not found.get(each.address):
            unresolved.append(each)
        for address in found.get(each.address, ()):
            devices.setdefault(address, replace(each, name=each.name or each.address))
    names = frozenset(each.name for each in listed if each.name)
    return Known(devices, names, credentials, directories, tuple(unresolved))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


async def _resolved(hosts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Addresses of host names; those that take too long have none."""
    loop = asyncio.get_running_loop()

    async def one(host: str) -> tuple[str, tuple[str, ...]]:
        try:
            async with asyncio.timeout(_RESOLVING):
                found = await loop.getaddrinfo(host, None, type=socket.SOCK_DGRAM)
        except (OSError, UnicodeError):  # TimeoutError is an OSError
            return host, ()
        return host, tuple(dict.fromkeys(canonical(str(each[4][0])) for each in found))

    return dict(await asyncio.gather(*map(one, hosts)))


def usable(path: Path) -> None:
    """Refused: an inventory that could not be written when all is found."""
    if path.suffix.lower() not in SUFFIXES:
        raise Refused(f"--out: {path} ends in neither .toml nor .csv", Exit.USAGE)
    if not path.parent.is_dir():
        raise Refused(f"there is no folder {path.parent}", Exit.USAGE, UNREADABLE, str(path))
    place = path if path.exists() else path.parent
    if not os.access(path.parent, os.W_OK) or not os.access(place, os.W_OK):
        raise Refused(f"{path} cannot be written", Exit.NO_PERMISSION, UNREADABLE, str(path))


def broken(error: DocumentError) -> tuple[str, str, str]:
    """Message, code and file of the first thing that is wrong with a file."""
    first = error.problems[0]
    return str(first), first.code or UNREADABLE, first.file
