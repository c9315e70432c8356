"""Who is connected, since when, and who has to go so that a scrape gets in.

A client that sends or reads slowly, or not at all, holds a thread. When all are held, the one
that has kept us waiting longest goes; a client whose request we work on never does.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from threading import Condition


class Stage(Enum):
    """Where a connection stands; the value is how many seconds it may stay there."""

    IDLE = 120.0
    READING = 10.0
    SERVING = 90.0
    SENDING = 30.0


SLOW_READER = 5.0
"""Seconds after which a client that has not taken its answer may be sent away for another."""


@dataclass(slots=True, eq=False)
class Connection:
    """One client. `since`: monotonic seconds at which its stage began.

    `terms`: what it was let in under.
    """

    sock: socket.socket
    since: float
    stage: Stage = Stage.READING
    terms: object = None


@dataclass(slots=True)
class Count:
    """How many came and went; the figures of `dcagent_http_…`."""

    refused: int = 0
    evicted: int = 0


@dataclass
class Connections:
    """All connections of a server; safe for threads. `cap`: at most so many at once."""

    cap: int = 64
    clock: Callable[[], float] = time.monotonic
    count: Count = field(default_factory=Count)
    _open: dict[socket.socket, Connection] = field(default_factory=dict)
    _changed: Condition = field(default_factory=Condition)

    def __len__(self) -> int:
        return len(self._open)

    def admit(self, sock: socket.socket, terms: object = None) -> bool:
        """Takes a client in, in place of the slowest one if need be; False where all are served."""
        now = self.clock()
        with self._changed:
            if len(self._open) >= self.cap:
                slowest = self._slowest(now)
                if slowest is None:
                    self.count.refused += 1
                    return False
                self._evict(slowest)
            self._open[sock] = Connection(sock, now, terms=terms)
        return True

    def exchange(self, old: socket.socket, new: socket.socket) -> bool:
        """The same client speaks through another socket object from now on (TLS).

        False: it has been sent away meanwhile.
        """
        with self._changed:
            connection = self._open.pop(old, None)
            if connection is not None:
                connection.sock = new
                self._open[new] = connection
        return connection is not None

    def enter(self, sock: socket.socket, stage: Stage) -> None:
        """Notes that a client's next stage begins."""
        now = self.clock()
        with self._changed:
            connection = self._open.get(sock)
            if connection is not None:
                connection.stage, connection.since = stage, now

    def release(self, sock: socket.socket) -> None:
        """Forgets a client that has gone."""
        with self._changed:
            self._open.pop(sock, None)
            self._changed.notify_all()

    def reap(self, terms: object = None) -> None:
        """Sends away who has been in one stage for too long, and who idles under other terms."""
        now = self.clock()
        with self._changed:
            everybody = tuple(self._open.values())
            for connection in everybody:
                if now - connection.since > connection.stage.value:
                    self._evict(connection)
                elif connection.terms is not terms and connection.stage is Stage.IDLE:
                    hang_up(connection.sock)

    def end(self, timeout: float) -> None:
        """Sends everybody away, and waits until they have gone or the time is over."""
        with self._changed:
            for connection in self._open.values():
                hang_up(connection.sock)
            self._changed.wait_for(lambda: not self._open, timeout)

    def _slowest(self, now: float) -> Connection | None:
        everybody = self._open.values()
        waiting = [c for c in everybody if c.stage in (Stage.IDLE, Stage.READING)]
        stalled = [c for c in everybody if c.stage is Stage.SENDING and now - c.since > SLOW_READER]
        return min(waiting or stalled, key=lambda c: c.since, default=None)

    def _evict(self, connection: Connection) -> None:
        """Hangs up; the client's own thread closes the socket when it finds out."""
        self.count.evicted += 1
        self._open.pop(connection.sock, None)
        hang_up(connection.sock)


def hang_up(sock: socket.socket) -> None:
    """Ends a socket that another thread waits on; that thread then closes it."""
    try:
        socket.socket.shutdown(sock, socket.SHUT_RDWR)  # below TLS, which is not ours to touch
    except OSError:
        pass  # it has gone by itself
