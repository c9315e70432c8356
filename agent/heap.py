"""Keeps the pauses of the garbage collector short.

The readings of a large site are a hundred thousand objects that live from poll to poll. A full
collection visits each of them and holds every thread for 50 ms and more; freezing takes them out
of its sight. They are still freed as soon as nothing refers to them; only what is frozen in a
cycle has to wait for the next thaw. Nor does Python collect all of the heap by itself: the first
scrape of such a site makes as many objects again between two freezes.
"""

from __future__ import annotations

import asyncio
import gc

FREEZE = 10.0
"""Seconds between freezes: what lives longer is there to stay."""
NEVER = 1 << 30
"""Collections of the middle generation between two of the oldest."""
THAWS = 360
"""Freezes after which all is looked through once: at one in ten seconds, an hour."""


async def settle(freeze: float = FREEZE, thaws: int = THAWS) -> None:
    """Runs for ever."""
    turn, before = 0, gc.get_threshold()
    gc.set_threshold(*before[:2], NEVER)
    try:
        while True:
            await asyncio.sleep(freeze)
            turn += 1
            if turn % thaws == 0:
                gc.unfreeze()
                gc.collect()
            else:
                gc.collect(1)
            gc.freeze()
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
