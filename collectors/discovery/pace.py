"""A steady rate for questions."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

_CATCH_UP = 0.05
"""Seconds of delay that are made good at once; more than that is given up."""


class Pace:
    """Lets at most `rate` per second pass, evenly."""

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._step, self._clock, self._due = 1.0 / rate, clock, float("-inf")

    async def turn(self) -> None:
        """Waits until the next one may go."""
        now = self._clock()
        self._due = max(self._due + self._step, now - _CATCH_UP)
        if self._due > now:
            await asyncio.sleep(self._due - now)
