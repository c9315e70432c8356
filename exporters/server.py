"""The HTTP server: listen addresses, the threads behind them, and their end.

Standard library threads (decision: HTTP server); they only read what the agent has stored, so a
scrape never waits for a device, and a device never for a scrape.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from exporters.audit import FailedLogins
from exporters.connections import Connections
from exporters.conversation import Front
from exporters.listener import Listener, parse_listen
from exporters.message import Figures
from exporters.routes import Routes
from exporters.security import Door
from exporters.source import Source

__all__ = ["Server", "parse_listen"]


class Server:
    """Serves a `Source` at some addresses until `stop`.

    `expose` is "metrics" (all targets at /metrics) or "probe" (each at /probe); `door` says who
    gets in, and may change meanwhile. OSError names the address that cannot be had; then no other
    is held either.
    """

    def __init__(
        self,
        source: Source,
        listens: Sequence[str],
        *,
        expose: str = "metrics",
        lifecycle: bool = False,
        cap: int = 64,
        door: Door | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._connections, self._door = Connections(cap), door or Door()
        self._failed_logins = FailedLogins()
        routes = Routes(
            source,
            probes=expose == "probe",
            lifecycle=lifecycle,
            figures=self._figures,
            clock=clock,
        )
        self._front = Front(routes, self._connections, self._door, self._failed_logins)
        self._listeners: list[Listener] = []
        try:
            for listen in listens:
                self._listeners.append(Listener(listen, self._front))
        except OSError:
            self._close()
            raise

    def _figures(self) -> Figures:
        count, tls = self._connections.count, self._door.security.tls
        return Figures(
            len(self._connections),
            count.refused,
            count.evicted,
            self._failed_logins.count,
            tls.expires if tls else None,
        )

    @property
    def addresses(self) -> tuple[tuple[str, int], ...]:
        """Host and port of each listen, with the port that the system chose for 0."""
        return tuple(listener.address for listener in self._listeners)

    def start(self) -> None:
        """Begins to serve, in threads of its own."""
        for listener in self._listeners:
            listener.start()

    def stop(self) -> None:
        """Stops serving and closes all connections; within 1 s."""
        for listener in self._listeners:
            listener.stop()
        self._connections.end(0.5)
        self._close()

    def _close(self) -> None:
        for listener in self._listeners:
            listener.server_close()
