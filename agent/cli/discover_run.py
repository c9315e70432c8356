"""One search from beginning to end: ask everybody, log in where a login was given, tell who is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path

from agent.cli.discover_devices import devices
from agent.cli.discover_findings import Hunt
from agent.cli.discover_known import Known
from agent.cli.discover_login import Logins
from agent.cli.discover_options import Search
from agent.cli.discover_words import say
from agent.cli.probe_run import HELPERS, cancel_on_signals
from agent.cli.probe_screen import Screen, Silence
from agent.cli.prompts import Refused
from agent.config import DEFAULT_FILE
from agent.results import Exit
from agent.wiring import Collectors
from collectors.discovery.sweep import Manner, Progress, Sweep
from collectors.poll import Road
from hw_profiles.load import Pack, pack
from model.credentials import CommunityCredential, Credential
from model.devices import Protocol

_SHOWN_EVERY = 0.2


def profiles(known: Known, beside: Path = DEFAULT_FILE.parent / "profiles.d") -> Pack:
    """Shipped profiles, and those of the configuration, or beside where it would be."""
    return pack(*(known.directories or (beside,)))


class Run:
    """Asks every address of a search. Refused: a library that the login needs is missing."""

    def __init__(
        self,
        search: Search,
        addresses: tuple[str, ...],
        credentials: Mapping[Protocol, Credential],
        known: Known,
        screen: Screen | Silence,
    ) -> None:
        self._search, self._screen = search, screen
        self._credentials, self._pack = credentials, profiles(known)
        self._collectors, self._shown = _collectors(credentials), 0.0
        community = credentials.get(Protocol.SNMP)
        secret = community.community if isinstance(community, CommunityCredential) else None
        self.manner = Manner(search.rate, search.timeout, search.ports, secret)
        self.hunt = Hunt(addresses, known)
        self._wanted = 0

    def start(self) -> Hunt:
        """Does it all; Ctrl-C and SIGTERM end it with what was found."""
        begun = time.monotonic()
        asyncio.run(self._all())
        self.hunt.took = time.monotonic() - begun
        return self.hunt

    async def _all(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        cancel_on_signals(task)
        hunt, ports = self.hunt, self._search.ports
        road = Road(self._collectors, self._pack)
        sweep = Sweep(self.manner, self._asking)
        at = {Protocol.IPMI: ports.ipmi, Protocol.SNMP: ports.snmp}
        logins = Logins(self._credentials, at, road, self._identifying)
        try:
            await sweep.run(hunt.addresses)
            self._wanted = sum(bool(logins.wanted(each)) for each in sweep.seen.values())
            await logins.run(sweep.seen)
        except asyncio.CancelledError:
            hunt.interrupted = True
            task.uncancel()
        finally:
            await road.close()
        order = {address: number for number, address in enumerate(hunt.addresses)}
        seen = dict(sorted(sweep.seen.items(), key=lambda item: order[item[0]]))
        hunt.devices = devices(seen, self._pack, hunt.known, logins.found, logins.spared)
        hunt.asked, hunt.troubles, hunt.spared = sweep.asked, sweep.troubles, logins.spared

    @property
    def credentials(self) -> str:
        """What was done with credentials, in a few words."""
        lang = self._search.lang
        if not self._credentials:
            return say(lang, "no credentials")
        tried = sum(bool(device.logins) for device in self.hunt.devices)
        words = [say(lang, "credentials", tried)]
        if self.manner.community is not None:
            words.append(say(lang, "community sent"))
        return ", ".join(words)

    def _asking(self, progress: Progress) -> None:
        if self._due():
            lang = self._search.lang
            words = say(lang, "asking", progress.done, progress.total, progress.found)
            self._screen.busy(words + say(lang, "left", _rounded(progress.left)))

    def _identifying(self, done: int) -> None:
        if self._due():
            self._screen.busy(say(self._search.lang, "identifying", done, self._wanted))

    def _due(self) -> bool:
        now = time.monotonic()
        if now - self._shown < _SHOWN_EVERY:
            return False
        self._shown = now
        return True


def _collectors(credentials: Mapping[Protocol, Credential]) -> Collectors:
    found = Collectors()
    for protocol in credentials:
        try:
            found.need((protocol,))
        except ImportError as error:
            raise Refused(str(error), Exit.UNAVAILABLE, HELPERS[protocol]) from error
    return found


def _rounded(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
