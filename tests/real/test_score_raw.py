"""Without any rules: a day, and months of meters, computed from what agents and meters said."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from scoring.api import Access, Engine
from scoring.levels import PROVINCE, SITE, Level
from scoring.report.model import Report, Subject
from scoring.report.question import Question
from scoring.report.read import report
from scoring.table_load import shipped
from tests.real.score_site import DAY, METERS, Sample, raw, with_milliseconds
from tests.real.victoria_peer import Victoria, victoria
from tests.score.promtool import braces

pytestmark = pytest.mark.peer("victoria-metrics")

TABLE = shipped()
NOW = float(int(time.time()) - 60)
BEGUN = NOW - 40 * DAY
HOURS = 24 * 31


def hourly() -> Iterator[Sample]:
    """A month of the site's meters, each hour, up to the day of which there is more."""
    times = [NOW - ago * 3600 for ago in range(HOURS, 25, -1)]
    for meter, (boundary, category, watts) in METERS.items():
        about = {"site": "dc1", "meter": meter, "boundary": boundary, "category": category}
        own = {"instance": "site:1", "job": "site"}
        named = f"dcagent_inventory_meter_info{braces({**about, **own})}"
        counter = braces({"site": "dc1", "meter": meter, **own})
        yield from ((named, 1.0, at) for at in times)
        name = f"dcagent_{boundary}_energy_joules_total{counter}"
        yield from ((name, watts * (at - BEGUN), at) for at in times)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victoria]:
    with victoria(tmp_path_factory.mktemp("raw"), "127.0.0.1:1") as peer:
        peer.load(with_milliseconds(raw(NOW, BEGUN, "site:1", 1500)))
        peer.load(with_milliseconds(hourly()))
        peer.get("/internal/force_flush")
        yield peer


def asked(store: Victoria, level: Level, at: float = NOW) -> Report:
    with Engine(Access(store.url)) as engine:
        return report(engine, Question(TABLE, at, level, raw=True))


def by_kpi(subject: Subject) -> dict[str, tuple[float | None, float | None]]:
    return {s.figure.kpi: (s.figure.value, s.figure.coverage) for s in subject.subs}


@pytest.mark.parametrize("level", [SITE, PROVINCE], ids=lambda level: level.name)
def test_a_day_and_a_month(store: Victoria, level: Level) -> None:
    found = asked(store, level)
    (subject,) = found.subjects
    used = 0.2 * 4 / 103 + 0.9 * 99 / 103
    told = by_kpi(subject)
    expected = {
        "ce_attainment": ((0.52 * 500 + used * 1000) / 1500, 2 / 3),
        "it_load": (1550 / 4000, 4 / 5),
        "thermal": (95.0, 4 / 5),
        "rack_occupancy": (3 / 4, 1.0),
        "pue": (1.3, 1.0),
    }
    for kpi, (value, coverage) in expected.items():
        assert told[kpi][0] == pytest.approx(value, rel=1e-5), kpi
        assert told[kpi][1] == pytest.approx(coverage, abs=1e-9), kpi
    (pue,) = (sub for sub in subject.subs if sub.figure.kpi == "pue")
    assert pue.window == "30d"
    assert pue.points == pytest.approx(80, abs=1e-2)
    assert {absent.code for absent in subject.withheld} == {"DCA-KPI-009"}
    assert (found.raw, found.notices) == (True, ())


def test_what_follows_from_a_month(store: Victoria) -> None:
    (subject,) = asked(store, SITE).subjects
    beside = {figure.kpi: figure for figure in subject.beside}
    assert beside["cue"].value == pytest.approx(1.3 * 0.1564, rel=1e-5)
    assert dict(beside["cue"].labels) == {
        "year": "2023",
        "source": "mee",
        "window": "30d",
        "category": "2",
    }
    assert beside["co2"].value == pytest.approx(1.3 * 24 * 0.1564, rel=1e-3)
    absent = beside["idle_power"].absent
    assert absent is not None
    assert absent.code == "DCA-KPI-030"
