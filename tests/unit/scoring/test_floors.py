"""Official floors and limits: which they are, for whom they hold, when they are not kept."""

from __future__ import annotations

from datetime import date

import pytest

from scoring.levels import HUB, SITE, ZONE
from scoring.report.floors import below, broken, floor, judged, limits, within
from scoring.table_load import shipped

TABLE, DAY = shipped(), date(2026, 11, 23)
LIMITS = {(limit.name, limit.kpi): limit for limit in TABLE.limits}
MANDATORY = LIMITS["gb40879_grade3", "pue"]


@pytest.mark.parametrize(
    ("kpi", "profile", "value"),
    [
        ("ce_attainment", "compliance", None),
        ("it_load", "compliance", 0.30),
        ("thermal", "compliance", 91.0),
        ("rack_occupancy", "compliance", 0.60),
        ("pue", "compliance", 1.50),
        ("pue", "green2025", 1.30),
    ],
)
def test_the_floor_is_official_or_there_is_none(
    kpi: str, profile: str, value: float | None
) -> None:
    scale = TABLE.breakpoints(kpi, profile, DAY)
    found = floor(scale)
    assert (found.value if found else None) == value
    if value is None:
        assert not below(scale, -1.0)
        return
    sign = 1 if kpi == "pue" else -1
    assert below(scale, value + sign * 0.001)
    assert not below(scale, value)
    assert not below(scale, value - sign * 0.001)


def names(kpi: str, level: object, labels: dict[str, str], edge: bool = False) -> list[str]:
    found = limits(TABLE, DAY, kpi, level, labels, edge)  # type: ignore[arg-type] # a level
    return [limit.name for limit in found]


def test_limits_hold_for_whom_they_are_meant() -> None:
    placed = {"province": "sichuan", "hub": "tianfu", "zone": "pidu", "site": "dc1"}
    outside = {**placed, "hub": "", "zone": ""}
    assert names("pue", SITE, placed) == ["gb40879_grade3", "hub_start_zone"]
    assert names("pue", SITE, outside) == ["gb40879_grade3"]
    assert names("pue", SITE, outside, edge=True) == []
    assert names("pue", ZONE, {"zone": "pidu"}) == ["hub_start_zone"]
    assert names("pue", HUB, {"hub": "tianfu"}) == []
    assert names("rack_occupancy", SITE, placed) == ["hub_start_zone"]
    assert names("thermal", SITE, placed) == []


def test_the_mandatory_limit_is_of_a_year() -> None:
    assert broken(MANDATORY, 1.51, "365d")
    assert not broken(MANDATORY, 1.5, "365d")
    assert not broken(MANDATORY, 1.51, "30d")
    assert not within(MANDATORY, 1.51)
    hub = LIMITS["hub_start_zone", "pue"]
    assert broken(hub, 1.26, "30d")
    assert not broken(hub, 1.25, "30d")
    racks = LIMITS["hub_start_zone", "rack_occupancy"]
    assert broken(racks, 0.64, "")
    assert not broken(racks, 0.65, "")


def test_an_edge_centre_is_judged_by_all_but_pue() -> None:
    assert not judged("pue", edge=True)
    assert judged("pue", edge=False)
    assert judged("thermal", edge=True)
