"""Prometheus and VictoriaMetrics evaluate the shipped rules over the same data alike."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.score import document
from scoring.api import Access, Engine
from scoring.kpi import KPIS, Window, WindowKpi
from scoring.levels import LEVELS as LEVELS_OF_ALL
from scoring.levels import PROVINCE, RACK, SITE, Level
from scoring.report.model import Report
from scoring.report.question import Question
from scoring.report.read import report
from scoring.scales import scales
from scoring.table import PROFILE
from tests.real.prometheus_peer import Prometheus, Series, on_past
from tests.real.score_site import days, exposed, minutes, openmetrics, raw, with_milliseconds
from tests.real.victoria_peer import victoria, vmalert
from tests.score.shipped import RULES, TABLE

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


SCALES = scales(TABLE, PROFILE, datetime.now(UTC).date())


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


@dataclass(frozen=True, slots=True)
class Peers:
    """Both engines, a moment, and all that either has recorded at it."""

    urls: tuple[str, str]
    at: float
    recorded: tuple[Series, Series]


@pytest.fixture(scope="module")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peers]:
    """Engines that have evaluated the rules on the same data, each layer of them."""
    directory = tmp_path_factory.mktemp("engines")
    rules = directory / "rules.yml"
    rules.write_text(re.sub(r"interval: \w+", f"interval: {STEP}s", RULES), encoding="utf-8")
    now = time.time()
    begun = now - 40 * 86400
    with exposed(begun) as target:
        past = [[*minutes(now, begun), *raw(now, begun, target, 8)], [*days(now)]]
        files = [directory / "minutes.txt", directory / "days.txt"]
        for file, samples in zip(files, past, strict=True):
            file.write_text(openmetrics(iter(samples)))
        with (
            prometheus(directory, rules, target, files) as one,
            victoria(directory, target) as other,
        ):
            for samples in past:
                other.load(with_milliseconds(iter(samples)))
            with vmalert(directory, rules, other):
                time.sleep(SETTLED)
                at = time.time() - 2 * STEP
                found = one.series(LEVELS, at), other.series(LEVELS, at)
                samples_of = one.own_samples()
                failures = [s for s in samples_of if s.name.endswith("evaluation_failures_total")]
                assert sum(s.value for s in failures) == 0
                yield Peers((one.url, other.url), at, found)


@pytest.fixture(scope="module")
def both(peers: Peers) -> tuple[Series, Series]:
    """All recorded series of either engine, at one moment."""
    return peers.recorded


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


def asked(peers: Peers, which: int, level: Level, **others: object) -> Report:
    """A report of one engine at the moment of its recorded series."""
    question = Question(TABLE, peers.at, level)
    with Engine(Access(peers.urls[which])) as engine:
        return report(engine, replace(question, **others))  # type: ignore[arg-type] # its fields


@pytest.mark.parametrize("level", LEVELS_OF_ALL, ids=lambda level: level.name)
@pytest.mark.parametrize("which", [0, 1], ids=["prometheus", "victoria-metrics"])
def test_a_report_has_the_engines_values(peers: Peers, which: int, level: Level) -> None:
    found = json.loads(json.dumps(document.document(asked(peers, which, level), "zh", 0.0, 0.0)))
    series = {
        (name(s), *(dict(s).get(n, "") for n in (*level.labels, "kpi"))): v
        for s, v in peers.recorded[which].items()
    }
    for subject in found["subjects"]:
        place = [subject["labels"].get(label, "") for label in level.labels]
        score = series.get((level.of("dcagent_score:points"), *place, ""))
        assert subject["score"] == score
        assert (score is None) is ((level.of("dcagent_score_withheld:bool"), *place, "") in series)
        for kpi in subject["kpis"]:
            own = KPIS[kpi["kpi"]]
            points = series.get((level.of("dcagent_kpi_score:points"), *place, kpi["kpi"]))
            assert kpi["value"] == series.get((level.of(own.metric), *place, ""))
            assert kpi["points"] == points
    assert found["subjects"]


@pytest.mark.parametrize("level", [RACK, SITE, PROVINCE], ids=lambda level: level.name)
@pytest.mark.parametrize("which", [0, 1], ids=["prometheus", "victoria-metrics"])
def test_computed_from_raw_metrics_it_is_the_same(peers: Peers, which: int, level: Level) -> None:
    """The site stands still: five minutes of raw metrics are what is recorded of this one.

    A scrape that a busy machine misses costs coverage, not a value; tests of a store without
    scrapes hold coverage exactly.
    """
    computed = asked(peers, which, level, window=Window("5m", 5), raw=True)
    recorded = asked(peers, which, level)
    assert [s.labels for s in computed.subjects] == [s.labels for s in recorded.subjects]
    series = {
        (name(s), *(dict(s).get(n, "") for n in level.labels)): v
        for s, v in peers.recorded[which].items()
    }
    for raw_one, one in zip(computed.subjects, recorded.subjects, strict=True):
        found = {sub.figure.kpi: sub for sub in raw_one.subs}
        for sub in one.subs:
            own, entry = found[sub.figure.kpi], KPIS[sub.figure.kpi]
            value, points = sub.figure.value, sub.points
            if isinstance(entry, WindowKpi):
                above, below, now = (
                    series.get((level.of(metric), *one.labels.values()))
                    for metric in (entry.above, entry.below, entry.minute)
                )
                known = above is not None and below is not None
                value = entry.shape(TABLE).of(above / below) if known else None  # type: ignore[operator] # both known
                assert own.figure.coverage == pytest.approx(now, rel=0.5), entry.name
                points = None if value is None else SCALES[entry.name].points(value)
            assert own.figure.value == (value and pytest.approx(value, rel=1e-5)), entry.name
            assert own.points == (points and pytest.approx(points, rel=1e-3)), entry.name
        assert raw_one.interval == one.interval
        beside = {(f.kpi, *f.labels.values()): f.value for f in one.beside}
        for figure in raw_one.beside:
            if figure.value is not None and "2" not in figure.labels.values():
                assert figure.value == pytest.approx(beside[figure.kpi, *figure.labels.values()])


@pytest.mark.parametrize("which", [0, 1], ids=["prometheus", "victoria-metrics"])
@pytest.mark.parametrize("raw_too", [False, True], ids=["recorded", "raw"])
def test_both_explain_the_site_alike(peers: Peers, which: int, raw_too: bool) -> None:
    asked_for = {"where": {"site": "dc1"}, "explain": True, "window": Window("5m", 5)}
    found = asked(peers, which, SITE, raw=raw_too, **asked_for)
    lacks = {(lack.kind, lack.name, lack.absent.code) for lack in found.lacks}
    assert lacks - {lack for lack in lacks if lack[2] == "DCA-KPI-085"} == {
        *((("node", "silent", f"DCA-KPI-0{code}")) for code in (71, 77, 80)),
        ("node", "zero", "DCA-KPI-073"),
        ("rack", "k3", "DCA-KPI-083"),
    }
