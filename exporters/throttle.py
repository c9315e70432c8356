"""Slows down who keeps failing to log in, by the address it comes from."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

FREE = 5
"""Failures that cost nothing but time to type."""
LONGEST = 60.0
"""Seconds that the next attempt may have to wait at most."""
FORGET = 600.0
"""Seconds without a failure after which all is forgotten."""
_MOST = 4096


@dataclass(slots=True)
class _Past:
    """What an address has done; times in monotonic seconds."""

    failures: int = 0
    pending: int = 0
    until: float = 0.0
    last: float = 0.0
    turned_away: int = 0


class Throttle:
    """Attempts to log in, per address. Safe for threads; bounded, whoever knocks."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._pasts: dict[str, _Past] = {}
        self._turn = Lock()

    def enter(self, address: str) -> float:
        """0.0: an attempt begins, `leave` ends it. Else the seconds after which one may."""
        key, now = origin(address), self._clock()
        with self._turn:
            past = self._pasts.get(key)
            if past is None or (not past.pending and now - past.last > FORGET):
                self._make_room(now)
                past = self._pasts[key] = _Past(last=now)
            wait = past.until - now
            if wait <= 0 and past.failures + past.pending >= FREE and past.pending:
                wait = 1.0  # another guess from there is under way
            if wait > 0:
                past.turned_away += 1
                return wait
            past.pending += 1
            return 0.0

    def leave(self, address: str, *, failed: bool) -> int:
        """Ends an attempt; how many were turned away since the last one that failed."""
        with self._turn:
            past = self._pasts.get(origin(address))
            if past is None:
                return 0
            past.pending -= 1
            if not failed:
                return 0  # and what was forgotten is not forgiven: one good login hides no guesses
            past.failures += 1
            past.last = self._clock()
            over = past.failures - FREE
            if over >= 0:
                past.until = past.last + min(LONGEST, 2.0 ** min(over, 10))
            told, past.turned_away = past.turned_away, 0
            return told

    def _make_room(self, now: float) -> None:
        """Forgets who has not failed for long; where that does not do, who failed longest ago."""
        if len(self._pasts) < _MOST:
            return
        idle = [(past.last, key) for key, past in self._pasts.items() if not past.pending]
        idle.sort()
        for number, (last, key) in enumerate(idle):
            if number and now - last <= FORGET:
                break
            del self._pasts[key]


def origin(address: str) -> str:
    """The address; of IPv6 its /64, which is one customer's."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((int(found), 64), strict=False))
