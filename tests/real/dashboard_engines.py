"""Prometheus and VictoriaMetrics with the same past of the two sites, asked as Grafana asks."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from tests.real import dashboard_site
from tests.real.dashboard_site import DAY, HOUR, MINUTE
from tests.real.grafana_queries import Asked
from tests.real.prometheus_peer import on_past
from tests.real.recorded import Row, ask, exported, load, record
from tests.real.score_site import openmetrics
from tests.real.victoria_peer import Victoria, victoria
from tests.score.promtool import braces
from tests.score.shipped import GROUPS

Labels = frozenset[tuple[str, str]]
Answer = Mapping[Labels, float]
"""Labels → value, the last one of a range."""


@dataclass(frozen=True, slots=True)
class Engine:
    """One of them, and the moment at which its data end."""

    url: str
    now: float

    def answer(self, query: Asked) -> Answer:
        """What a panel's query gives."""
        if query.over_time:
            span = {"start": self.now - HOUR, "end": self.now, "step": MINUTE}
            found = self._get("query_range", query=query.expr, **span)
        else:
            found = self._get("query", query=query.expr, time=self.now)
        return {
            frozenset(row["metric"].items()): float((row.get("values") or [row["value"]])[-1][1])
            for row in found
        }

    def values(self, label: str, selector: str) -> list[str]:
        """What a variable offers."""
        span = {"start": self.now - HOUR, "end": self.now}
        found = self._get(f"label/{label}/values", **{"match[]": selector}, **span)
        return sorted(found)

    def _get(self, path: str, **parameters: object) -> list:  # type: ignore[type-arg] # as it comes
        url = f"{self.url}/api/v1/{path}?{urlencode(parameters)}"
        with urllib.request.urlopen(url, timeout=30) as answer:
            document = json.loads(answer.read())
        assert document["status"] == "success", document
        data = document["data"]
        return data if isinstance(data, list) else data["result"]


@contextmanager
def both(directory: Path, now: float) -> Iterator[Mapping[str, Engine]]:
    """Name → engine. The rules were evaluated by VictoriaMetrics; Prometheus has its results."""
    with victoria(directory) as peer:
        assert not ask(peer, "query", query='count({__name__!=""})', time=now), "not ours"
        load(peer, dashboard_site.rows(now, now - 400 * DAY), now)
        record(peer, GROUPS, now)
        past = list(_past(directory, peer, now))
        with on_past(directory, past, {}) as other:
            yield {
                "prometheus": Engine(other.url, now),
                "victoria-metrics": Engine(peer.url, now),
            }


def _past(directory: Path, peer: Victoria, now: float) -> Iterator[Path]:
    """The last hour of everything, and a month of what is recorded once a day."""
    spans = {
        "hour": ('{__name__!~"site:.+:day"}', now - HOUR - 10 * MINUTE),
        "month": ('{__name__=~"site:.+:day"}', now - 30 * DAY),
    }
    for name, (selector, start) in spans.items():
        file = directory / f"{name}.txt"
        file.write_text(openmetrics(_samples(exported(peer, selector, start, now))))
        yield file


def _samples(rows: Iterator[Row]) -> Iterator[tuple[str, float, float]]:
    """As OpenMetrics wants them: one family after the other."""
    for labels, values, times in sorted(rows, key=lambda row: row[0]["__name__"]):
        own = {name: value for name, value in labels.items() if name != "__name__"}
        series = f"{labels['__name__']}{braces(own)}"
        yield from ((series, value, at) for value, at in zip(values, times, strict=True))
