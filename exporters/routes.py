"""Which page answers which request."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from itertools import chain
from threading import Lock

from prometheus_client.core import Metric
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from exporters import audit, discovery, landing
from exporters.declared import Declared
from exporters.families import Exposition, families, own_families
from exporters.message import Figures, Request, Response, packed, plain
from exporters.render import exposition
from exporters.source import Source

PROBE_TIMEOUT = 10.0
"""Seconds for a probe whose asker did not say how long it waits."""
_MARGIN = 0.5
"""How much earlier than the asker's own deadline a probe answers."""

_SCRAPER = "X-Prometheus-Scrape-Timeout-Seconds"
"""The header by which Prometheus, vmagent and others of their kind are known from people."""


class Routes:
    """Answers requests from a `Source`. `probes`: targets are scraped one by one at /probe."""

    def __init__(
        self,
        source: Source,
        *,
        probes: bool = False,
        lifecycle: bool = False,
        figures: Callable[[], Figures] = Figures,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._source, self._probes, self._lifecycle = source, probes, lifecycle
        self._figures, self._clock = figures, clock
        self._exposition, self._declared = Exposition(), Declared()
        self._scrapes = (0, 0.0)
        self._counting = Lock()
        self._process = (ProcessCollector(registry=None), PlatformCollector(registry=None))
        self._pages: dict[str, Callable[[Request], Response]] = {
            "/": self._landing,
            "/metrics": self._metrics,
            "/probe": self._probe,
            "/sd": self._discovery,
            "/-/healthy": self._healthy,
            "/-/ready": self._ready,
            "/-/reload": self._reload,
        }

    def answer(self, request: Request) -> Response:
        """The answer to one request."""
        page = self._pages.get(request.path)
        if page is None:
            known = " ".join(self._pages)
            return plain(404, f"There is no page {request.path!r}. There are: {known}")
        allowed = ("POST",) if request.path == "/-/reload" else ("GET", "HEAD")
        if request.method not in allowed:
            text = f"{request.path} answers {' and '.join(allowed)} only."
            return plain(405, text, ("Allow", ", ".join(allowed)))
        return page(request)

    def _metrics(self, request: Request) -> Response:
        statuses = self._source.statuses()
        own = own_families(
            self._source.about(),
            len(statuses),
            self._source.credentials(),
            self._figures(),
            self._scrapes,
            self._source.dropped(),
        )
        self._count(request)
        process = chain.from_iterable(collector.collect() for collector in self._process)
        inventory = self._source.inventory()
        declared = () if inventory is None else self._declared.families(inventory)
        scraped = () if self._probes else statuses
        devices = self._exposition.families(scraped, self._clock())
        return _exposed(request, chain(own, declared, devices, process))

    def _probe(self, request: Request) -> Response:
        names = request.query.get("target", [])
        if len(names) != 1 or not names[0]:
            return plain(400, "Say which target: /probe?target=NAME, one configured name.")
        self._count(request)
        status = self._source.probe(names[0], _patience(request))
        result = "unknown_target" if status is None else "up" if status.up else "down"
        audit.record("probe", {**_who(request), "target": names[0], "result": result})
        if status is None:
            text = f"No target is called {names[0]!r}. /probe takes the names of the"
            return plain(404, f"{text} configuration, never addresses; /sd lists them.")
        return _exposed(request, families((status,), self._clock()))

    def _count(self, request: Request) -> None:
        """Notes a scrape, and when it came."""
        if request.header(_SCRAPER):
            with self._counting:
                self._scrapes = (self._scrapes[0] + 1, self._clock())

    def _discovery(self, request: Request) -> Response:
        address = discovery.address(request.header("Host"), request.local)
        statuses, scheme = self._source.statuses(), "https" if request.secure else ""
        document = discovery.document(statuses, address, scheme, each=self._probes)
        return packed(request, "application/json; charset=utf-8", (document,))

    def _healthy(self, _request: Request) -> Response:
        return plain(200, "dcagent is alive.")

    def _ready(self, _request: Request) -> Response:
        if self._source.ready():
            return plain(200, "dcagent is ready.")
        return plain(503, "dcagent has not polled every target yet.", ("Retry-After", "5"))

    def _reload(self, request: Request) -> Response:
        if not self._lifecycle:
            return plain(403, "Reloading over HTTP is off: start with --web.enable-lifecycle.")
        why_not = self._source.reload({"by": "http", **_who(request)})
        if why_not:
            return plain(500, f"The configuration was not taken, the old one goes on:\n{why_not}")
        return plain(200, "The configuration was read anew.")

    def _landing(self, request: Request) -> Response:
        language = landing.language(request.header("Accept-Language"))
        page = landing.page(self._source.statuses(), self._source.about(), self._clock(), language)
        return packed(request, "text/html; charset=utf-8", (page.encode(errors="replace"),))


def _who(request: Request) -> dict[str, str]:
    """Whose request it is, for the audit trail."""
    return {"client": request.client, "user": request.user}


def _exposed(request: Request, metrics: Iterable[Metric]) -> Response:
    content_type, pieces = exposition(metrics, request.header("Accept"))
    return packed(request, content_type, pieces)


def _patience(request: Request) -> float:
    """How long a probe may take: what Prometheus says it will wait, less a margin."""
    try:
        told = float(request.header(_SCRAPER))
    except ValueError:
        return PROBE_TIMEOUT
    if not told > 0:
        return PROBE_TIMEOUT
    return min(max(told - _MARGIN, told / 2), 60.0)
