"""A gate that a thread opens once, and that coroutines of any loop wait at."""

from __future__ import annotations

import asyncio
import threading


class Gate:
    """Closed, then open for ever."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open = False
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    def open(self) -> None:
        """Lets everybody through. From any thread."""
        with self._lock:
            self._open, waiting, self._waiting = True, self._waiting, []
        for loop, event in waiting:
            try:
                loop.call_soon_threadsafe(event.set)
            except RuntimeError:  # the loop is closed: nobody waits there any more
                pass

    async def wait(self, timeout: float) -> bool:
        """Whether it is open, after at most so many seconds."""
        event = asyncio.Event()
        with self._lock:
            if self._open:
                return True
            self._waiting.append((asyncio.get_running_loop(), event))
        try:
            async with asyncio.timeout(timeout):
                await event.wait()
        except TimeoutError:
            return False
        return True
