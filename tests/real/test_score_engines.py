"""Prometheus and VictoriaMetrics evaluate the shipped rules over the same data alike."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.real.prometheus_peer import Prometheus, Series, on_past
from tests.real.score_site import days, exposed, minutes, openmetrics, with_milliseconds
from tests.real.victoria_peer import victoria, vmalert
from tests.score.shipped import RULES

pytestmark = [
    pytest.mark.peer("prometheus", "promtool", "victoria-metrics", "vmalert"),
    pytest.mark.timeout(300),
]

STEP = 2
"""Seconds between two evaluations of every group, the hourly and daily ones too."""
SETTLED = 110
"""Seconds after which every layer has seen the one below it."""
LEVELS = '{__name__=~"(node|device|cell|rack|cluster|site|meter|zone|hub|province):dcagent_.+"}'
TOLERANCES = (
    # these count samples, and the engines evaluate at other moments and not equally often
    (re.compile(r"dcagent_(kpi|score)_coverage:"), 0.05),
    # counters, and what follows: an increase may reach back by one sample more
    (re.compile(r"energy_joules|co2_kilograms|energy_coverage|energy_rated_power"), 1e-3),
    (re.compile(r"dcagent_(pue|cue|green_share|cooling_overhead|kpi_beside)"), 1e-3),
    # means over a day that here began a minute ago: the first samples come as each engine starts
    (re.compile(r":avg1d$|attainment:ratio1d$"), 5e-3),
    # of these one is PUE's, and others stand on such means
    (re.compile(r"dcagent_(kpi_score|kpi_limiting|score):points"), 1e-2),
)
"""Names → relative difference; all others are equal to nine digits."""
NOT_COMPARED = (":sum30d", ":sum365d", ":scored30d", ":scored365d", ":hours1d")
"""Sums of daily samples, which come every other second here."""


def tolerated(own: str) -> float:
    """The relative difference that a series may have."""
    return next((value for pattern, value in TOLERANCES if pattern.search(own)), 1e-9)


@contextmanager
def prometheus(directory: Path, rules: Path, target: str, past: list[Path]) -> Iterator[Prometheus]:
    """Prometheus with the past in its storage, which evaluates the rules on what it scrapes."""
    every = {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": f"{STEP}s"}
    scrape = {"job_name": "site", "static_configs": [{"targets": [target]}]}
    config = {"global": every, "rule_files": [str(rules)], "scrape_configs": [scrape]}
    with on_past(directory, past, config) as peer:
        yield peer


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Series, Series]:
    """All recorded series of either engine, at one moment."""
    directory = tmp_path_factory.mktemp("engines")
    rules = directory / "rules.yml"
    rules.write_text(re.sub(r"interval: \w+", f"interval: {STEP}s", RULES), encoding="utf-8")
    now = time.time()
    begun = now - 40 * 86400
    past = [directory / "minutes.txt", directory / "days.txt"]
    past[0].write_text(openmetrics(minutes(now, begun)))
    past[1].write_text(openmetrics(days(now)))
    with (
        exposed(begun) as target,
        prometheus(directory, rules, target, past) as one,
        victoria(directory, target) as other,
    ):
        other.load(with_milliseconds(minutes(now, begun)))
        other.load(with_milliseconds(days(now)))
        with vmalert(directory, rules, other):
            time.sleep(SETTLED)
            at = time.time() - 2 * STEP
            failures = [
                s for s in one.own_samples() if s.name.endswith("evaluation_failures_total")
            ]
            assert sum(s.value for s in failures) == 0
            return one.series(LEVELS, at), other.series(LEVELS, at)


def name(series: frozenset[tuple[str, str]]) -> str:
    return dict(series)["__name__"]


def test_the_same_series(both: tuple[Series, Series]) -> None:
    one, other = both
    assert sorted(map(sorted, one.keys() - other.keys())) == []
    assert sorted(map(sorted, other.keys() - one.keys())) == []
    assert len({name(series) for series in one}) > 300


def test_the_same_values(both: tuple[Series, Series]) -> None:
    one, other = both
    wrong = []
    for series in one.keys() & other.keys():
        own = name(series)
        tolerance = tolerated(own)
        if own.endswith(NOT_COMPARED) and own != "cell:dcagent_observed_power_watts:sum30d":
            continue
        if other[series] != pytest.approx(one[series], rel=tolerance, abs=1e-9):
            wrong.append((sorted(series), one[series], other[series]))
    assert not wrong, "\n".join(map(str, wrong))


def test_they_say_what_the_site_is(both: tuple[Series, Series]) -> None:
    for found in both:
        values = {
            (name(s), dict(s).get("rack", ""), dict(s).get("kpi", "")): v for s, v in found.items()
        }
        assert values["rack:dcagent_ce_attainment:ratio1d", "k1", ""] == pytest.approx(
            260 / 600, rel=5e-3
        )
        assert values["rack:dcagent_it_load:avg1d", "k2", ""] == pytest.approx(0.475, rel=5e-3)
        assert values["site:dcagent_pue:scored", "", ""] == pytest.approx(1.3)
        assert values["site:dcagent_kpi_score:points", "", "pue"] == pytest.approx(80)
        assert values["site:dcagent_score_withheld:bool", "", ""] == 1
        comatose = "node:dcagent_idle_power_watts:comatose180d"
        assert {dict(s)["node"]: v for s, v in found.items() if name(s) == comatose} == {"n2": 300}
        kilowatt_hours = 1.3 * 24
        co2 = values["site:dcagent_co2_kilograms:increase1d", "", ""]
        assert co2 == pytest.approx(kilowatt_hours * 0.1564, rel=1e-3)
