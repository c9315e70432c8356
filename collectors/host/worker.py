"""The one thread that reads files, and what becomes of it when the kernel does not answer."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from collectors.host.files import Abandoned, Files

_T = TypeVar("_T")
MOST_HUNG = 3
"""Threads that may hang at once; with more nothing is read until one of them returns."""
_JOIN = 0.5


class Overrun(Exception):
    """A read has not returned in time; `path` is the file that hangs."""

    def __init__(self, path: str, seconds: float) -> None:
        self.path = path
        super().__init__(f"{path or 'the kernel'} has not answered in {seconds:g} s")


class Worker:
    """Runs jobs one after the other in a thread that never keeps the process alive.

    A job that overruns its deadline keeps its thread; the next job gets a new one, in which the
    path that hangs times out at once, until the old thread returns. `slow` are all paths that
    ever hung: they are best read last.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._thread: _Thread | None = None
        self._hung: list[_Thread] = []
        self._turn = asyncio.Lock()
        self.slow: frozenset[str] = frozenset()

    async def run(self, job: Callable[[Files], _T], seconds: float) -> _T:
        """What the job returns or raises. Overrun: it has not returned in time."""
        async with self._turn:
            self._hung = [thread for thread in self._hung if thread.is_alive()]
            if len(self._hung) >= MOST_HUNG:
                raise Overrun(self._hung[0].files.reading, seconds)
            thread = self._ready()
            call = _Call(job, asyncio.get_running_loop())
            thread.calls.put(call.make)
            try:
                async with asyncio.timeout(seconds):
                    return await call.outcome
            except TimeoutError:
                if not call.outcome.cancelled():
                    raise  # the job's own
                raise self._abandon(thread, seconds) from None
            except asyncio.CancelledError:
                self._abandon(thread, seconds)
                raise

    def _ready(self) -> _Thread:
        if self._thread is None:
            self._thread = _Thread(self._root)
            self._thread.start()
        self._thread.files.barred = frozenset(thread.files.reading for thread in self._hung)
        return self._thread

    def _abandon(self, thread: _Thread, seconds: float) -> Overrun:
        path = thread.files.reading
        thread.files.abandoned = True
        thread.calls.put(None)
        self._hung.append(thread)
        self._thread = None
        self.slow |= {path} if path else frozenset()
        return Overrun(path, seconds)

    def close(self) -> None:
        """Ends the thread; one that hangs ends when the kernel lets it."""
        if self._thread is not None:
            self._thread.calls.put(None)
            self._thread.join(_JOIN)
            self._thread = None


class _Thread(threading.Thread):
    """Makes calls until it finds None in place of one."""

    def __init__(self, root: Path) -> None:
        super().__init__(name="dcagent-host", daemon=True)
        self.files = Files(root)
        self.calls: queue.SimpleQueue[Callable[[Files], None] | None] = queue.SimpleQueue()

    def run(self) -> None:
        while (call := self.calls.get()) is not None:
            call(self.files)


class _Call(Generic[_T]):
    """One job: made in the thread, awaited in the loop."""

    def __init__(self, job: Callable[[Files], _T], loop: asyncio.AbstractEventLoop) -> None:
        self._job, self._loop = job, loop
        self.outcome: asyncio.Future[_T] = loop.create_future()

    def make(self, files: Files) -> None:
        """In the thread: does the job and tells the loop."""
        try:
            found = self._job(files)
        except Abandoned:
            return
        except BaseException as error:  # noqa: BLE001 # whatever it is, it is the caller's
            self._tell(None, error)
        else:
            self._tell(found, None)

    def _tell(self, found: _T | None, error: BaseException | None) -> None:
        try:
            self._loop.call_soon_threadsafe(self._settle, found, error)
        except RuntimeError:
            pass  # the loop is gone, and with it whoever asked

    def _settle(self, found: _T | None, error: BaseException | None) -> None:
        if self.outcome.done():
            return
        if error is not None:
            self.outcome.set_exception(error)
        else:
            self.outcome.set_result(found)  # type: ignore[arg-type] # no error: the job's own
