"""Every query of the shipped dashboards, asked of Prometheus and of VictoriaMetrics."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

import pytest

from scoring.grade import grade
from tests.real.dashboard_engines import Answer, Engine, both
from tests.real.dashboard_site import GRADED, HOLED, WHOLE, WRONG
from tests.real.dashboard_truth import ABSENT, TRUTH, Fact
from tests.real.grafana_queries import KEYS, asked, choices, columns, document, panels
from tests.score.shipped import TABLE

pytestmark = [
    pytest.mark.peer("prometheus", "promtool", "victoria-metrics"),
    pytest.mark.timeout(300),
]

PLACES = {
    WHOLE: {"site": WHOLE, "rack": "k2", "node": "g1"},
    "beside": {"site": WHOLE, "rack": "k1", "node": "n2"},
    HOLED: {"site": HOLED, "rack": "k3", "node": "silent"},
    WRONG: {"site": WRONG, "rack": "k1", "node": "n1"},
}
"""What is chosen, one after the other."""
ENGINES = ("prometheus", "victoria-metrics")
PLAUSIBLE = {
    "watt": (-1e6, 1e6),
    "voltamp": (0, 1e6),
    "kwatth": (0, 1e4),
    "celsius": (0, 110),
    "percentunit": (0, 4),
    "percent": (-300, 100),
    "amp": (0, 100),
    "volt": (200, 250),
    "rotrpm": (0, 30000),
    "s": (0, 86400),
    "dateTimeAsLocal": (1.5e12, 5e12),
    "bytes": (0, 1e12),
    "flops": (1e11, 1e15),
    "si:FLOPS/W": (1e9, 1e12),
}
"""Unit → from, to; RCI-HI has no lower end."""
Answers = Mapping[tuple[str, str, str, str, str], Answer]
"""Engine, dashboard, place, panel, letter → what the query gave."""


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Engine]]:
    with both(tmp_path_factory.mktemp("dashboards"), time.time() // 60 * 60 - 60) as found:
        yield found


@pytest.fixture(scope="module")
def answers(engines: Mapping[str, Engine]) -> Answers:
    return {
        (name, key, at, query.panel, query.letter): engine.answer(query)
        for key in KEYS
        for at, place in PLACES.items()
        for query in asked(document(key, "en"), place)
        for name, engine in engines.items()
    }


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("key", KEYS)
def test_every_query_finds_something(key: str, engine: str, answers: Answers) -> None:
    found: dict[tuple[str, str], int] = {}
    for (name, own, _, panel, letter), answer in answers.items():
        if (name, own) == (engine, key):
            found[panel, letter] = found.get((panel, letter), 0) + len(answer)
    assert [query for query, count in found.items() if not count] == []


@pytest.mark.parametrize("key", KEYS)
def test_the_engines_agree(key: str, answers: Answers) -> None:
    wrong = []
    for (name, own, at, panel, letter), one in answers.items():
        if (name, own) != (ENGINES[0], key):
            continue
        other = answers[ENGINES[1], key, at, panel, letter]
        if one != pytest.approx(dict(other), rel=2e-2, abs=1e-6):
            wrong.append((panel, letter, at, one, other))
    assert wrong == []


@pytest.mark.parametrize("key", KEYS)
def test_values_are_plausible(key: str, answers: Answers) -> None:
    units = {
        (panel["title"], letter): unit
        for panel in panels(document(key, "en"))
        for letter, unit in columns(panel).items()
    }
    wrong = []
    for (_, own, at, panel, letter), answer in answers.items():
        low, high = PLAUSIBLE.get(units.get((panel, letter), ""), (-1e12, 1e12))
        if own == key:
            wrong += [(panel, letter, at, v) for v in answer.values() if not low <= v <= high]
    assert wrong == []


@pytest.mark.parametrize("key", KEYS)
def test_a_table_has_a_column_for_each_label_and_no_other(key: str, answers: Answers) -> None:
    for panel in panels(document(key, "en")):
        if panel["type"] != "table":
            continue
        found = {
            label
            for (_, own, _, title, _), answer in answers.items()
            if (own, title) == (key, panel["title"])
            for labels in answer
            for label, _ in labels
        }
        assert found == {name for name in columns(panel) if not name.isupper()}, panel["title"]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("fact", TRUTH, ids=lambda fact: f"{fact.key}: {fact.panel} {fact.letter}")
def test_panels_say_what_is_so(fact: Fact, engine: str, answers: Answers) -> None:
    answer = answers[engine, fact.key, fact.place, fact.panel, fact.letter]
    found = [v for labels, v in answer.items() if fact.labels.items() <= dict(labels).items()]
    assert found == [pytest.approx(fact.value, rel=5e-3)], answer


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("fact", ABSENT, ids=lambda fact: f"{fact[0]}: {fact[2]}")
def test_what_is_absent_stays_absent(
    fact: tuple[str, str, str, str], engine: str, answers: Answers
) -> None:
    assert answers[engine, *fact] == {}


@pytest.mark.parametrize("engine", ENGINES)
def test_the_grade_is_the_commands(engine: str, answers: Answers) -> None:
    for place in (WHOLE, HOLED, WRONG):
        (score,) = answers[engine, "score", place, "score", "A"].values() or (None,)
        points = answers[engine, "score", place, "sub-scores", "A"].values()
        (labels,) = answers[engine, "score", place, "grade", "A"]
        assert dict(labels)["grade"] == grade(TABLE, score, points)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("site", GRADED)
def test_every_grade(site: str, engine: str, engines: Mapping[str, Engine]) -> None:
    score, *points = GRADED[site]
    board = document("score", "en")
    (query,) = (q for q in asked(board, {"site": site}) if q.panel == "grade")
    ((labels, value),) = engines[engine].answer(query).items()
    assert dict(labels)["grade"] == grade(TABLE, score, points) == site[-1].upper()
    assert value == score


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("key", KEYS)
def test_variables_offer_what_there_is(
    key: str, engine: str, engines: Mapping[str, Engine]
) -> None:
    offered = {
        name: engines[engine].values(name, selector)
        for name, selector in choices(document(key, "en"), PLACES[HOLED])
    }
    there = {
        "province": ["sichuan"],
        "hub": ["tianfu"],
        "zone": ["pidu", "shuangliu"],
        "site": [HOLED, WHOLE, WRONG],
        "room": ["r1"],
        "rack": ["empty", "k1", "k2", "k3"],
        "node": ["silent", "zero"] if key == "node" else [],
    }
    if key == "node":
        there["node"] = ["g1", "n1", "n2", "silent", "zero"]
    assert offered == {name: there[name] for name in offered}
