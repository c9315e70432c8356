"""The HTTP server: listen addresses, the threads behind them, and their end.

Standard library threads (decision: HTTP server); they only read what the agent has stored, so a
scrape never waits for a device, and a device never for a scrape.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from exporters.connections import Connections
from exporters.listener import Guard, Listener, Wrap, parse_listen
from exporters.routes import Routes
from exporters.source import Source

__all__ = ["Guard", "Server", "Wrap", "parse_listen"]


class Server:
    """Serves a `Source` at some addresses until `stop`.

    `expose` is "metrics" (all targets at /metrics) or "probe" (each at /probe). OSError names
    the address that cannot be had; then no other is held either.
    """

    def __init__(
        self,
        source: Source,
        listens: Sequence[str],
        *,
        expose: str = "metrics",
        lifecycle: bool = False,
        cap: int = 64,
        wrap: Wrap | None = None,
        guard: Guard | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._connections = Connections(cap)
        routes = Routes(
            source,
            probes=expose == "probe",
            lifecycle=lifecycle,
            connections=self._figures,
            clock=clock,
        )
        self._listeners: list[Listener] = []
        try:
            for listen in listens:
                listener = Listener(listen, routes, self._connections, wrap, guard)
                self._listeners.append(listener)
        except OSError:
            self._close()
            raise

    def _figures(self) -> tuple[int, int, int]:
        count = self._connections.count
        return len(self._connections), count.refused, count.evicted

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
