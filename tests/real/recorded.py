"""A steady past: the shipped rules evaluated layer by layer, as if the site had long been as it is.

Each group is evaluated by victoria-metrics at one moment, and what it says is written for every
time at which the group would have been evaluated before: so windows of a day, a month and a year
are full within seconds. What counts is evaluated at each minute of the day instead.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from scoring.rule import Group, Rule
from tests.real.victoria_peer import Victoria

MINUTE, HOUR, DAY = 60, 3600, 86400
KEPT = {"1m": (MINUTE, 26 * HOUR), "2m": (2 * MINUTE, 2 * HOUR)}
KEPT |= {"1h": (HOUR, 181 * DAY), "1d": (DAY, 366 * DAY)}
"""Interval of a group → seconds between two of its samples, and how far back they reach."""
COUNTS = "_joules:total"
Row = tuple[Mapping[str, str], Sequence[float], Sequence[float]]
"""Labels, values, times in seconds."""


def load(peer: Victoria, rows: Iterable[Row], now: float) -> None:
    """Writes series that end at `now`, and waits until each of them is seen."""
    written = list(rows)
    lines = (
        json.dumps(
            {
                "metric": dict(labels),
                "values": list(values),
                "timestamps": [round(1000 * at) for at in times],
            }
        )
        for labels, values, times in written
    )
    peer.get("/api/v1/import", "\n".join(lines).encode() + b"\n")
    wanted = {frozenset((k, v) for k, v in labels.items() if v) for labels, _, _ in written}
    names = "|".join(sorted({labels["__name__"] for labels, _, _ in written}))
    deadline = time.monotonic() + 60
    while not wanted <= _seen(peer, names, now):
        assert time.monotonic() < deadline, f"written and not seen: {names}"
        time.sleep(0.1)


def _seen(peer: Victoria, names: str, now: float) -> set[frozenset[tuple[str, str]]]:
    """The series of these names that have a value."""
    peer.get("/internal/force_flush")
    found = ask(peer, "query", query=f'{{__name__=~"{names}"}}', time=now)
    return {frozenset(row["metric"].items()) for row in found}


def record(peer: Victoria, groups: Iterable[Group], now: float) -> None:
    """Evaluates the rules at `now` and writes what they record, now and before."""
    for group in groups:
        step, back = KEPT[group.interval]
        load(peer, (row for rule in group.rules for row in _of(peer, rule, now, step, back)), now)


def _of(peer: Victoria, rule: Rule, now: float, step: int, back: int) -> Iterator[Row]:
    own = {"__name__": rule.record, **dict(rule.labels)}
    if rule.record.endswith(COUNTS):
        span = {"start": now - back + HOUR, "end": now, "step": step}
        for row in ask(peer, "query_range", query=rule.expr, **span):
            found, values = zip(*row["values"], strict=True)
            yield {**row["metric"], **own}, [float(value) for value in values], found
        return
    times = [now - ago for ago in range(back - back % step, -1, -step)]
    for row in ask(peer, "query", query=rule.expr, time=now):
        yield {**row["metric"], **own}, [float(row["value"][1])] * len(times), times


def ask(peer: Victoria, what: str, **parameters: object) -> list[dict[str, Any]]:
    """The rows of a query."""
    body = urlencode({**parameters, "nocache": 1}).encode()
    document = json.loads(peer.get(f"/api/v1/{what}", body))
    assert document["status"] == "success", document
    found: list[dict[str, Any]] = document["data"]["result"]
    return found


def exported(peer: Victoria, selector: str, start: float, end: float) -> Iterator[Row]:
    """All samples of some series."""
    query = urlencode({"match[]": selector, "start": start, "end": end})
    for line in peer.get(f"/api/v1/export?{query}").splitlines():
        row = json.loads(line)
        yield row["metric"], row["values"], [at / 1000 for at in row["timestamps"]]
