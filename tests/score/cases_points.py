"""Points by the breakpoints, and the gates before a score."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from math import exp, log

from tests.score.day import MINUTES, Day, minutes
from tests.score.promtool import Case, series
from tests.score.site import REGION, place

PUE = ((1.20, 100), (1.30, 80), (1.50, 60), (2.10, 0))
LOAD = ((0.30, 0), (0.60, 100))
OCCUPANCY = ((0.50, 0), (0.60, 60), (0.65, 80), (0.80, 100))
RCI = ((76, 0), (91, 60), (96, 80), (100, 100))
GREEN = ((0, 0), (0.30, 60), (0.80, 100))
ETA = ((0, 0), (1, 100))
GREEN_2025 = ((1.10, 100), (1.30, 0))


def on_line(anchors: Iterable[tuple[float, float]], value: float) -> float:
    """Straight between anchors, flat outside: the test's own reading of the table."""
    points = list(anchors)
    if value <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in pairwise(points):
        if value <= x1:
            return y0 + (y1 - y0) * (value - x0) / (x1 - x0)
    return points[-1][1]


def mean(*points: float) -> float:
    """The geometric mean of points, each at least 1."""
    return exp(sum(log(max(p, 1)) for p in points) / len(points))


def pue_points(anchors: Iterable[tuple[float, float]]) -> Case:
    """Every breakpoint, between them and beyond; interim counts only without annual."""
    known = {"a": 1.10, "b": 1.20, "c": 1.25, "d": 1.30, "e": 1.50, "g": 1.80, "h": 2.40}
    case = Case("points of PUE", step="1d")
    for site, value in known.items():
        case.feed(series("site:dcagent_pue:ratio365d", minutes(value), **place(site), category="1"))
    interim = {"f": (1.40, 1.45), "a": (1.60, 1.60)}
    for site, (first, second) in interim.items():
        for category, value in (("1", first), ("2", second)):
            case.feed(
                series(
                    "site:dcagent_pue:ratio30d", minutes(value), **place(site), category=category
                )
            )
    known["f"] = 1.45
    return case.expect(
        MINUTES,
        'site:dcagent_kpi_score:points{kpi="pue"}',
        *(({**place(s), "kpi": "pue"}, on_line(anchors, v)) for s, v in known.items()),
    ).expect(
        MINUTES,
        'site:dcagent_pue:scored{site=~"a|f"}',
        ({**place("a"), "category": "1", "window": "365d"}, 1.10),
        ({**place("f"), "category": "2", "window": "30d"}, 1.45),
    )


def other_points() -> Case:
    """IT load, occupancy, thermal, attainment and green share, at and between breakpoints."""
    case = Case("points of the others", step="1d")
    rows = {
        "a": (0.25, 0.45, 100, 0.0, 0.0),
        "b": (0.30, 0.55, 96, 0.3, 0.15),
        "c": (0.45, 0.60, 91, 0.5, 0.30),
        "d": (0.60, 0.65, 84, 1.0, 0.55),
        "e": (0.90, 0.725, 70, 1.09, 0.80),
        "f": (0.50, 0.80, 98, 0.75, 1.0),
        "g": (0.50, 0.95, 93, 0.75, 0.5),
    }
    for site, (load, occupancy, rci, eta, green) in rows.items():
        day = Day(eta=eta, load=load, rci=rci, occupancy=occupancy)
        case.feed(day.series("site", **place(site)))
        case.feed(series("site:dcagent_green_share:declared", minutes(green), **place(site)))
    for column, (kpi, anchors) in enumerate(
        (("it_load", LOAD), ("rack_occupancy", OCCUPANCY), ("thermal", RCI), ("ce_attainment", ETA))
    ):
        case.expect(
            MINUTES,
            f'site:dcagent_kpi_score:points{{kpi="{kpi}"}}',
            *(({**place(s), "kpi": kpi}, on_line(anchors, row[column])) for s, row in rows.items()),
        )
    return case.expect(
        MINUTES,
        "site:dcagent_kpi_beside:points",
        *(({**place(s), "kpi": "green_share"}, on_line(GREEN, row[4])) for s, row in rows.items()),
    )


WHOLE = Day(occupancy=0.65, pue=1.3)
SCORE = mean(60, 100 * 0.2 / 0.3, 80, 80, 80)


_GATES = {
    "full": WHOLE,
    "nearly": Day(occupancy=0.65, pue=1.3, covered={"eta": 0.951}),
    "prov": Day(occupancy=0.65, pue=1.3, covered={"eta": 0.949}),
    "scarce": Day(occupancy=0.65, pue=1.3, covered={"rci": 0.801}),
    "low": Day(occupancy=0.65, pue=1.3, covered={"load": 0.799}),
    "meters": Day(occupancy=0.65, pue=1.3, covered={"pue": 0.5}),
    "unmetered": Day(occupancy=0.65),
    "uncovered": Day(occupancy=0.65, pue=1.3, covered={"eta": None}),
    "young": Day(occupancy=0.65, pue=1.3, present=1000),
    "older": Day(occupancy=0.65, pue=1.3, present=1200),
    "wrong": Day(eta=1.2, occupancy=0.65, pue=1.3),
    "idle": Day(eta=0.0, occupancy=0.65, pue=1.3),
}


_NONE = ("low", "meters", "unmetered", "uncovered", "young", "wrong")


def gates() -> Case:
    """Full, provisional or none, by the worst coverage; every KPI must be there and covered."""
    case = Case("gates of a site", step="1d")
    for site, day in _GATES.items():
        case.feed(day.series("site", **place(site)))
        case.feed(series("dcagent_inventory_site_info", minutes(1), **REGION, site=site))

    def scored(site: str, confidence: str, value: float = SCORE) -> tuple[dict[str, str], float]:
        return {**place(site), "confidence": confidence}, value

    return (
        case.expect(
            MINUTES,
            "site:dcagent_score:points",
            scored("full", "full"),
            scored("nearly", "full"),
            scored("prov", "provisional"),
            scored("scarce", "provisional"),
            scored("older", "provisional"),
            scored("idle", "full", mean(1, 100 * 0.2 / 0.3, 80, 80, 80)),
        )
        .expect(MINUTES, "site:dcagent_score_withheld:bool", *((place(site), 1) for site in _NONE))
        .expect(MINUTES, "site:dcagent_ce_attainment:implausible", (place("wrong"), 1))
        .expect(
            MINUTES,
            'site:dcagent_score_coverage:min{site=~"full|prov|young|older|meters"}',
            (place("full"), 1),
            (place("prov"), 0.949),
            (place("young"), 1000 / 1440),
            (place("older"), 1200 / 1440),
            (place("meters"), 0.5),
        )
        .expect(
            MINUTES,
            'site:dcagent_kpi_limiting:points{site=~"full|idle"}',
            ({**place("full"), "kpi": "ce_attainment"}, 60),
            ({**place("idle"), "kpi": "ce_attainment"}, 0),
        )
    )


def other_levels() -> Case:
    """A rack needs three KPIs, a pool one, a region five; ties limit together."""
    pool = place("s1", cluster="c1", kind="ai")
    zone = {k: v for k, v in REGION.items() if k != "zone"} | {"zone": "jianyang"}
    case = Case("gates of other levels", step="1d").feed(
        Day(eta=0.846, rci=90.0).series("rack", **place("s1", "k1")),
        Day(load=None).series("rack", **place("s1", "k2")),
        Day(load=None, rci=None, eta=0.7).series("cluster", **pool),
        Day(eta=0.8, rci=96.0, occupancy=0.65).series("zone", **zone),
        series("zone:dcagent_pue:ratio365d", minutes(1.3), **zone),
        series("zone:dcagent_pue_coverage:ratio365d", minutes(0.99), **zone),
    )
    rack = {**place("s1", "k1"), "confidence": "full"}
    return (
        case.expect(MINUTES, "rack:dcagent_score:points", (rack, mean(84.6, 100 * 0.2 / 0.3, 56)))
        .expect(MINUTES, "cluster:dcagent_score:points", ({**pool, "confidence": "full"}, 70))
        .expect(
            MINUTES,
            "zone:dcagent_score:points",
            ({**zone, "confidence": "full"}, mean(80, 100 * 0.2 / 0.3, 80, 80, 80)),
        )
        .expect(
            MINUTES,
            "count by (kpi) (rack:dcagent_kpi_limiting:points)",
            ({"kpi": "thermal"}, 1),
            ({"kpi": "ce_attainment"}, 1),
        )
        .expect(
            MINUTES, 'zone:dcagent_kpi_coverage:ratio{kpi="pue"}', ({**zone, "kpi": "pue"}, 0.99)
        )
    )


CASES = (pue_points(PUE), other_points(), gates(), other_levels())
