"""What we know of the engines that we talk to: their names and clocks, by address.

RFC 3414 §2.2 and §2.3, from the side of one that is not authoritative.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from collectors.snmp.usm import MOST_BOOTS, WINDOW

Clock = Callable[[], float]


class EngineClock:
    """The clock of one engine as we know it.

    Until a message has proven it, it is what the engine claims: good enough to ask with, since the
    engine judges that, but nothing is held against it.
    """

    __slots__ = ("_boots", "_clock", "_latest", "_offset", "engine_id", "proven")

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self.engine_id = b""
        self.proven = False
        self._boots, self._latest, self._offset = 0, 0, -clock()

    def met(self, engine_id: bytes, boots: int, seconds: int) -> None:
        """An engine names itself (RFC 3414 §4); what was known of another one is void."""
        self.engine_id, self.proven = engine_id, False
        self._set(boots, seconds)

    def now(self) -> tuple[int, int]:
        """The engine's boots and time (§2.2.2), as they should be by now."""
        seconds = max(0, int(self._clock() + self._offset))
        return self._boots, min(seconds, MOST_BOOTS)

    def timely(self, boots: int, seconds: int) -> bool:
        """Takes note of an authentic message; False where it is too old (§3.2 step 7 b)."""
        if not self.proven or boots > self._boots or (boots, seconds) > (self._boots, self._latest):
            self.proven = True
            self._set(boots, seconds)
        known, now = self.now()
        return known != MOST_BOOTS and boots == known and seconds + WINDOW >= now

    def _set(self, boots: int, seconds: int) -> None:
        self._boots, self._latest = boots, seconds
        self._offset = seconds - self._clock()
