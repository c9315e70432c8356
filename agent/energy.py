"""Energy of each node: its resolved power, integrated on our own clock.

Between two readings no further apart than three intervals the power is taken to run straight from
one to the other (trapezoid). A longer gap is not filled but counted. What began with one source is
that source's: each source has a counter of its own, so a change of source is no jump, and their
sum counts each joule once.

Times are monotonic, so a step of the wall clock neither gives nor takes energy. After a restart
within the same boot that clock goes on; after a reboot the wall clock says how long the gap was.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf

from model.devices import Energy
from model.readings import Source

LIFE = 3
"""Intervals that two readings may lie apart."""
SAVING = 60.0
"""Seconds between two saves of the counters."""
RESERVE = 2.0
"""How much more than now the power is thought to become until the next save."""


@dataclass(frozen=True, slots=True)
class Last:
    """A node's latest reading: watts at a monotonic time (seconds), and for how long it holds."""

    at: float
    wall: float
    watts: float
    source: Source
    holds: float


@dataclass(slots=True)
class Counter:
    """Joules of one source: `counted` is the integral, `shown` what the counter says.

    An agent that is killed has shown more than it had saved; a counter that then went on from
    what was saved would step back, which Prometheus takes for a new start and counts all of it
    again. So each save reserves more than is counted (`ceiling`), the counter never shows more
    than that, and whoever comes after a kill begins there (`floor`) and waits for the integral to
    catch up. Nothing is counted twice, nothing invented: however often it is killed, the counter
    is ahead of the integral by one reserve at most.
    """

    counted: float = 0.0
    floor: float = 0.0
    ceiling: float = inf

    @property
    def shown(self) -> float:
        """Joules to export."""
        return min(max(self.counted, self.floor), self.ceiling)


@dataclass(slots=True)
class Account:
    """One node's energy; `gap` in seconds."""

    counters: dict[Source, Counter] = field(default_factory=dict)
    gap: float = 0.0
    last: Last | None = None


class Meter:
    """Integrates every node's power. One thread observes, any may ask."""

    def __init__(
        self,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._monotonic, self._wall = monotonic, wall
        self._accounts: dict[str, Account] = {}
        self._lock = threading.Lock()

    def resume(self, accounts: Mapping[str, Account]) -> None:
        """Goes on with these accounts instead of what there is."""
        with self._lock:
            self._accounts = dict(accounts)

    def observe(self, node: str, watts: float, source: Source, interval: float) -> None:
        """Takes a reading that has just been made; the next is due after `interval` seconds."""
        with self._lock:
            now = self._monotonic()
            account = self._accounts.setdefault(node, Account())
            account.counters.setdefault(source, Counter())
            if account.last is not None:
                _count(account, account.last, now, watts)
            account.last = Last(now, self._wall(), watts, source, LIFE * interval)

    def energy(self, node: str) -> Energy | None:
        """What is known of a node; None before its first reading."""
        with self._lock:
            account = self._accounts.get(node)
            if account is None:
                return None
            joules = {source: counter.shown for source, counter in account.counters.items()}
            return Energy(joules, account.gap + self._open_gap(account))

    def _open_gap(self, account: Account) -> float:
        """Seconds of a gap that still goes on."""
        if account.last is None:
            return 0.0
        since = self._monotonic() - account.last.at
        return since if since > account.last.holds else 0.0

    def saved(self, reserve: bool) -> dict[str, Account]:
        """A copy to save. With `reserve` each counter may run on until the next save."""
        with self._lock:
            for account in self._accounts.values():
                watts = account.last.watts if account.last and reserve else 0.0
                for counter in account.counters.values():
                    shown = min(max(counter.counted, counter.floor), counter.ceiling)
                    ahead = max(shown, counter.counted + RESERVE * SAVING * watts)
                    counter.ceiling = ahead if reserve else shown
            return {name: _copy(account) for name, account in self._accounts.items()}

    def unsaved(self) -> None:
        """Nothing could be saved: no counter waits for it any longer."""
        with self._lock:
            for account in self._accounts.values():
                for counter in account.counters.values():
                    counter.ceiling = inf


def _count(account: Account, last: Last, now: float, watts: float) -> None:
    """Adds the time between two readings: to the energy, or to the gap."""
    seconds = now - last.at
    if seconds > last.holds:
        account.gap += seconds
    elif seconds > 0:
        account.counters[last.source].counted += (last.watts + watts) / 2 * seconds


def _copy(account: Account) -> Account:
    counters = {s: Counter(c.counted, c.floor, c.ceiling) for s, c in account.counters.items()}
    return Account(counters, account.gap, account.last)


def resumed(account: Account, *, same_boot: bool, monotonic: float, wall: float) -> Account:
    """A saved account as it goes on now: no counter begins below what it may have shown.

    After a reboot the last reading is as old as the wall clock says (where that went backwards:
    of this moment), and no power is drawn from it to the next.
    """
    counters = {
        source: Counter(counter.counted, counter.ceiling, counter.ceiling)
        for source, counter in account.counters.items()
    }
    last = account.last
    if last is not None and not (same_boot and last.at <= monotonic):
        at = monotonic - max(0.0, wall - last.wall)
        last = Last(at, last.wall, last.watts, last.source, -1.0)
    return Account(counters, account.gap, last)
