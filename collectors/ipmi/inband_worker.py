"""A thread for calls that block: one at a time, each with a deadline, none ever in the loop."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

_T = TypeVar("_T")
GRACE = 0.5
"""Seconds that a call may overrun its deadline before it counts as hung."""


class Worker:
    """One thread, started by the first call.

    A call that hangs holds up those behind it, which then time out; no second thread is started
    beside it, and it never keeps the process alive.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    async def run(self, work: Callable[[float], _T], patience: float) -> _T:
        """What `work` returns or raises; it is told the seconds that it has left.

        TimeoutError: it did not begin or end in time. What it still returns is dropped.
        """
        call = _Call(work, time.monotonic() + patience, asyncio.get_running_loop())
        self._post(call)
        try:
            async with asyncio.timeout(patience + GRACE):
                return await call.outcome
        finally:
            call.wanted = False

    def later(self, work: Callable[[float], object]) -> None:
        """Calls `work` after all that waits now, whoever still wants it; what it raises is lost."""
        self._post(_Call(work, float("inf"), None))

    async def stop(self, patience: float) -> None:
        """Lets the thread end when it has done all that waits; `patience` is how long we look."""
        thread = self._thread
        if thread is None:
            return
        try:
            await self.run(lambda _left: None, patience)
        except TimeoutError:
            pass  # it hangs: it ends when what it called returns
        else:
            self._calls.put(None)
            thread.join(GRACE)
            self._thread = None

    def _post(self, call: _Call[_T]) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name=self._name, daemon=True)
            self._thread.start()
        self._calls.put(call.make)

    def _serve(self) -> None:
        while (call := self._calls.get()) is not None:
            call()


class _Call(Generic[_T]):
    """One call: made in the thread, awaited in the loop."""

    def __init__(
        self,
        work: Callable[[float], _T],
        deadline: float,
        loop: asyncio.AbstractEventLoop | None,
    ) -> None:
        self._work, self._deadline, self._loop = work, deadline, loop
        self.wanted = True
        if loop is not None:
            self.outcome: asyncio.Future[_T] = loop.create_future()

    def make(self) -> None:
        """In the thread: calls, unless nobody waits any more, and tells the loop."""
        left = self._deadline - time.monotonic()
        if not self.wanted or left <= 0:
            self._fail(TimeoutError("no time was left to begin"))
            return
        try:
            found = self._work(left)
        except BaseException as error:  # noqa: BLE001 # whatever it is, it is the caller's
            self._fail(error)
        else:
            self._tell(lambda outcome: outcome.set_result(found))

    def _fail(self, error: BaseException) -> None:
        self._tell(lambda outcome: outcome.set_exception(error))

    def _tell(self, settle: Callable[[asyncio.Future[_T]], None]) -> None:
        if self._loop is None:
            return
        try:
            self._loop.call_soon_threadsafe(self._settle, settle)
        except RuntimeError:
            pass  # the loop is gone, and with it whoever asked

    def _settle(self, settle: Callable[[asyncio.Future[_T]], None]) -> None:
        if not self.outcome.done():
            settle(self.outcome)
