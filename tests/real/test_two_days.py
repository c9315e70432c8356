"""A day in a minute: two days of five sites, every KPI and score as plain arithmetic has them.

The raw series of two days are imported into victoria-metrics, the shipped rules replayed over them
by vmalert, layer by layer. What 30 and 365 days need is recorded before that for two of the
sites; of the three others it must be absent.
"""

from __future__ import annotations

import time
from collections import defaultdict

import pytest

from scoring.kpi import (
    COVERAGE,
    KPIS,
    LIMITING,
    POINTS,
    SCORE,
    SCORE_COVERAGE,
    WITHHELD,
)
from scoring.levels import LEVELS
from tests.real.days import expected, meters, series
from tests.real.days.expected import Expected, Truth
from tests.real.days.replay import load, replayed
from tests.real.days.things import LAST
from tests.real.prometheus_peer import Series
from tests.real.victoria_peer import past

pytestmark = [pytest.mark.peer("victoria-metrics", "vmalert"), pytest.mark.timeout(300)]

RECORDED = '{__name__=~"(rack|cluster|site|zone|hub|province):dcagent_.+"}'
OF_SCORES = (POINTS, COVERAGE, SCORE, SCORE_COVERAGE, WITHHELD, LIMITING)
BESIDE = (
    *("dcagent_ce_attainment:implausible", "dcagent_node_power_watts:measured"),
    "dcagent_node_power_watts:upper",
)
BREACHED = "site:dcagent_pue_limit_breached:bool"
"""Of annual data, and not of edge centres: all five are."""
MONTHS = (
    *("dcagent_pue:scored", "dcagent_cue_kilograms_per_kilowatt_hour:scored"),
    *("dcagent_idle_power:ratio30d", "dcagent_stranded_power_watts:min30d"),
)
"""What two days alone cannot give."""


def names() -> set[str]:
    """Every series that tells a KPI at one of its levels, or something of a score."""
    found = {level.of(name) for level in LEVELS for name in (*OF_SCORES, *BESIDE)}
    for kpi in KPIS.values():
        for level in kpi.levels:
            told = (kpi.value(level), kpi.points(level), kpi.coverage_selector(level))
            found |= {selector.partition("{")[0] for selector in told if selector}
    return found | {BREACHED}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Expected:
    """What the rules recorded at the end of the two days, by name."""
    directory = tmp_path_factory.mktemp("days")
    end = time.time() // 86400 * 86400  # daily groups are evaluated at midnight
    with past(directory) as peer:
        load(peer, series.lines(end))
        replayed(directory, peer, end, end - 60 * LAST)
        found: Series = peer.series(RECORDED, end)
    by_name: Expected = defaultdict(dict)
    for labels, value in found.items():
        own = dict(labels)
        by_name[own.pop("__name__")][frozenset(own.items())] = value
    return by_name


@pytest.fixture(scope="module")
def truth() -> Expected:
    """What there must be."""
    told = Truth()
    for part in (
        *(expected.windows, expected.moment, expected.compute, expected.domestic),
        *(meters.pue, meters.energy, meters.idle, meters.stranded, expected.scores),
    ):
        part(told)
    return told.found


def test_every_kpi_and_all_of_a_score_is_expected_somewhere(truth: Expected) -> None:
    beside = [f"{level}:dcagent_kpi_beside:points" for level in ("rack", "cluster")]
    impossible = [f"{level}:dcagent_ce_attainment:implausible" for level in ("hub", "province")]
    assert {name for name in names() if not truth.get(name)} == {BREACHED, *beside, *impossible}
    for level in LEVELS:
        sure = {dict(labels)["confidence"] for labels in truth[level.of(SCORE)]}
        assert "provisional" in sure, level.name
        assert "full" in sure or level.name in ("hub", "province")
        assert truth[level.of(WITHHELD)], level.name


def test_what_two_days_cannot_give_is_there_of_a_longer_past_alone(recorded: Expected) -> None:
    for name in MONTHS:
        sites = {dict(labels)["site"] for labels in recorded[f"site:{name}"]}
        assert sites == {"cq1", "cq2"}, name
        assert f"province:{name}" not in recorded or {
            dict(labels)["province"] for labels in recorded[f"province:{name}"]
        } == {"chongqing"}
    windows = {(dict(x)["site"], dict(x)["window"]) for x in recorded["site:dcagent_pue:scored"]}
    assert windows == {("cq1", "365d"), ("cq2", "30d")}


@pytest.mark.parametrize("name", sorted(names()))
def test_it_is_recorded_as_the_truth_has_it(name: str, truth: Expected, recorded: Expected) -> None:
    wanted, found = truth.get(name, {}), recorded.get(name, {})
    assert sorted(map(sorted, found)) == sorted(map(sorted, wanted))
    for labels, value in wanted.items():
        assert found[labels] == pytest.approx(value, rel=1e-6, abs=1e-9), sorted(labels)
