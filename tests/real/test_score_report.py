"""Reports from a real engine: values, gates, and each reason with its numbers."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scoring.api import Access, Engine
from scoring.grade import Grade
from scoring.kpi import Window
from scoring.layers.inventory import TABLE_INFO, made
from scoring.levels import PROVINCE, SITE, ZONE
from scoring.report.model import Report, Subject
from scoring.report.question import Question
from scoring.report.read import report
from scoring.table_load import shipped
from tests.real.score_store import GOOD, METERS, Amount, Site, put
from tests.real.victoria_peer import Victoria, victoria
from tests.score.promtool import braces

pytestmark = pytest.mark.peer("victoria-metrics")

TABLE = shipped()
AT = float(int(time.time()) - 120)
DAY = datetime.fromtimestamp(AT, UTC).date()
HOUR = Window("1h", 60)
OF_RULES = {TABLE_INFO + braces(dict(made(TABLE, "compliance", DAY).labels)): 1.0}
FACTOR = 'dcagent_grid_emission_factor_kg_per_kwh{province="sichuan",year="2023",source="mee"}'
NO_PUE: Mapping[str, Amount] = {
    'dcagent_pue:scored{window="365d",category="2"}': None,
    'dcagent_kpi_coverage:ratio{kpi="pue"}': None,
}
SITES = (
    Site("good"),
    Site("day", {"dcagent_matched_coverage:ratio": 0.9, "dcagent_nodes:reporting": 9}),
    Site("young", minutes=20),
    Site("gap", gap=(10, 40)),
    Site("no-facility", NO_PUE, meters={"u1": METERS["u1"]}),
    Site("no-it", NO_PUE, meters={"f1": METERS["f1"]}),
    Site("lost", NO_PUE, silent=("f1",)),
    Site("few-days", NO_PUE),
    Site("upside-down", {**NO_PUE, "dcagent_facility_energy_joules:increase1d": 0.9e9},
         meters={"f1": ("facility", "", 900.0), "u1": METERS["u1"]}),
    Site("new-meter", NO_PUE, metered=30),
    Site("unrated", {"dcagent_nodes:rated": 8, "dcagent_matched_coverage:ratio": 0.7}),
    Site("silent", {"dcagent_nodes:reporting": 7, "dcagent_matched_coverage:ratio": 0.7,
                    "dcagent_node_power_watts:upper": None}),
    Site("unused", {"dcagent_rated_power_watts:matched": 3500,
                    "dcagent_matched_coverage:ratio": 0.7}),
    Site("too-good", {"dcagent_useful_power_watts:sum": 3600}),
    Site("no-design", {"dcagent_racks:rated": 3, "dcagent_it_load_coverage:ratio": 0.7}),
    Site("dark", {"dcagent_rack_rated_power_watts:known": 5000,
                  "dcagent_it_load_coverage:ratio": 0.625}),
    Site("airless", {"dcagent_inlets:valid": 6, "dcagent_inlet_coverage:ratio": 0.6}),
    Site("rackless", {name: None for name in GOOD if "rack" in name}),
    Site("empty", {name: None for name in GOOD if "node" in name or "matched" in name
                   or "useful" in name or "inlet" in name or "_power_watts:r" in name}),
    Site("edge", {"dcagent_standard_racks:sum": 80,
                  'dcagent_pue:scored{window="365d",category="2"}': 1.6}),
    Site("over", {'dcagent_pue:scored{window="365d",category="2"}': 1.6}),
    Site("east", province="jiangsu", zone="wujiang"),
    Site("west", {**NO_PUE, "dcagent_rack_rated_power_watts:installed": 4000},
         meters={"f1": ("facility", "", 1500.0), "u1": METERS["u1"]},
         province="jiangsu", zone="wujiang"),
    Site("third", NO_PUE, meters={}, province="guizhou", zone="guian"),
)  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victoria]:
    """An engine that holds all of them."""
    with victoria(tmp_path_factory.mktemp("store"), "127.0.0.1:1") as peer:
        put(peer, AT, *SITES, more={FACTOR: 0.1564, **OF_RULES})
        yield peer


def asked(store: Victoria, site: str = "", **others: object) -> Report:
    where = {"site": site} if site else {}
    question = Question(TABLE, AT, where=where, window=HOUR)
    with Engine(Access(store.url)) as engine:
        return report(engine, replace(question, **others))  # type: ignore[arg-type] # its fields


def one(store: Victoria, site: str, **others: object) -> Subject:
    (subject,) = asked(store, site, **others).subjects
    return subject


def test_a_site_over_an_hour(store: Victoria) -> None:
    found = one(store, "good")
    values = {sub.figure.kpi: sub.figure.value for sub in found.subs}
    assert values == pytest.approx(
        {"ce_attainment": 0.5, "it_load": 0.5, "thermal": 96, "rack_occupancy": 0.75, "pue": 1.27}
    )
    points = {sub.figure.kpi: sub.points for sub in found.subs}
    expected = {
        "ce_attainment": 50,
        "it_load": 200 / 3,
        "thermal": 80,
        "rack_occupancy": 280 / 3,
        "pue": 86,
    }
    assert points == pytest.approx(expected)
    product = 1.0
    for value in expected.values():
        product *= value
    assert found.score == pytest.approx(product**0.2)
    assert (found.grade, found.confidence, found.limiting) == (
        *(Grade.B, "provisional"),
        ("ce_attainment",),
    )
    assert found.coverage == pytest.approx(1)
    assert {s.figure.kpi: s.window for s in found.subs} == {
        **dict.fromkeys(("ce_attainment", "it_load", "thermal"), "1h"),
        "rack_occupancy": "",
        "pue": "365d",
    }
    (pue,) = (sub for sub in found.subs if sub.figure.kpi == "pue")
    assert pue.figure.labels == {"window": "365d", "category": "2"}
    assert [limit.name for limit in pue.limits] == ["gb40879_grade3", "hub_start_zone"]
    assert pue.breached == (), "an hour judges no limit"
    assert (found.withheld, found.lowering) == ((), ())


def test_notices_of_a_short_window_and_of_rules(store: Victoria) -> None:
    assert [n.code for n in asked(store, "good").notices] == ["DCA-KPI-026"]
    codes = [n.code for n in asked(store, "few-days").notices]
    assert codes == ["DCA-KPI-026", "DCA-KPI-027"]
    other = asked(store, "good", profile="green2025").notices
    assert other[0].code == "DCA-KPI-020"
    assert other[0].words["here"].startswith(f"green2025 {TABLE.digest[:16]} ")


REASONS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "young": ("DCA-KPI-015", {"age": "19 min", "span": "19m"}),
    "gap": ("DCA-KPI-016", {}),
    "no-facility": ("DCA-KPI-001", {}),
    "no-it": ("DCA-KPI-002", {}),
    "lost": ("DCA-KPI-003", {"count": "1", "of": "2", "names": "f1", "name": "f1"}),
    "upside-down": ("DCA-KPI-005", {"value": "0.900"}),
    "new-meter": ("DCA-KPI-004", {"days": "0", "need": "28", "value": "1.27"}),
    "unrated": ("DCA-KPI-008", {"count": "2", "of": "10"}),
    "silent": ("DCA-KPI-009", {"count": "3", "of": "10"}),
    "unused": ("DCA-KPI-010", {"watts": "1.5 kW", "of": "5.0 kW"}),
    "too-good": ("DCA-KPI-011", {"value": "1.20", "limit": "1.1"}),
    "no-design": ("DCA-KPI-012", {"count": "1", "of": "4"}),
    "dark": ("DCA-KPI-013", {"watts": "3.0 kW", "of": "8.0 kW"}),
    "airless": ("DCA-KPI-014", {"count": "4", "of": "10"}),
    "rackless": ("DCA-KPI-021", {}),
    "empty": ("DCA-KPI-031", {}),
}


@pytest.mark.parametrize("site", REASONS)
def test_each_reason_withholds_the_score(store: Victoria, site: str) -> None:
    found = one(store, site)
    code, words = REASONS[site]
    assert (found.score, found.grade, found.confidence) == (None, Grade.N, "")
    reasons = {absent.code: absent.words for absent in found.withheld}
    assert list(reasons) == [code]
    assert words.items() <= reasons[code].items()
    assert reasons[code]["site"] == site
    assert reasons[code]["url"] == store.url
    assert found.advice == ()


def test_how_much_a_gap_takes(store: Victoria) -> None:
    """Half an hour; a point of the grid near its edge may find the sample beyond."""
    (absent,) = one(store, "gap").withheld
    minutes, unit = absent.words["gap"].split()
    assert unit == "min"
    assert float(minutes) == pytest.approx(30, abs=2)


def test_what_lowers_confidence(store: Victoria) -> None:
    found = one(store, "day")
    assert found.confidence == "provisional"
    assert found.coverage == pytest.approx(0.9)
    assert [(a.code, a.words["count"]) for a in found.lowering] == [("DCA-KPI-009", "1")]


def test_the_interval_of_power(store: Victoria) -> None:
    whole, open_ended = one(store, "good").interval, one(store, "silent").interval
    assert whole is not None
    assert (whole.measured, whole.upper) == (3000, 3000)
    assert open_ended is not None
    assert (open_ended.measured, open_ended.upper) == (3000, None)


def test_a_ratio_of_energies_stands_in_over_a_window_that_was_asked_for(store: Victoria) -> None:
    found = one(store, "few-days")
    (pue,) = (sub for sub in found.subs if sub.figure.kpi == "pue")
    assert pue.figure.value == pytest.approx(1.3, rel=1e-6)
    assert pue.figure.labels == {"window": "1h", "category": "2"}
    assert pue.window == "1h"
    assert pue.figure.coverage == pytest.approx(1)
    assert found.confidence == "provisional"
    long = one(store, "few-days", window=Window("2h", 120))
    assert [a.code for a in long.withheld] == ["DCA-KPI-015"], "younger than two hours"
    recorded = one(store, "few-days", window=None)
    assert "DCA-KPI-004" in {absent.code for absent in recorded.withheld}


def test_limits_and_floors(store: Victoria) -> None:
    long = Window("1d", 1440)
    over, edge = (
        next(s for s in one(store, name, window=long).subs if s.figure.kpi == "pue")
        for name in ("over", "edge")
    )
    assert [limit.name for limit in over.breached] == ["gb40879_grade3", "hub_start_zone"]
    assert over.below_floor
    assert [limit.name for limit in edge.limits] == ["hub_start_zone"]
    assert not edge.below_floor
    assert [note.code for note in one(store, "edge").notes] == ["DCA-KPI-035"]


def test_regions_divide_sums(store: Victoria) -> None:
    """Two sites: one with a PUE of a year, one that has only counters, of half the racks."""
    (found,) = asked(store, level=ZONE, where={"province": "jiangsu"}).subjects
    assert found.path == "jiangsu/tianfu/wujiang"
    (pue,) = (sub for sub in found.subs if sub.figure.kpi == "pue")
    facility, it = 1300 + 1500, 2 * 1000
    assert pue.figure.value == pytest.approx(facility / it, rel=1e-6)
    assert pue.figure.coverage == pytest.approx(1)
    assert pue.figure.labels == {"window": "1h"}
    (found,) = asked(store, level=PROVINCE, where={"province": "guizhou"}).subjects
    reasons = {absent.code: absent.words for absent in found.withheld}
    assert reasons["DCA-KPI-036"]["names"] == "third"


def test_beside_the_score(store: Victoria) -> None:
    absent = {
        figure.kpi: figure.absent.code for figure in one(store, "good").beside if figure.absent
    }
    assert absent == {
        "green_share": "DCA-KPI-007",
        **dict.fromkeys(("cp_nominal", "cp_online", "cp_unutilized"), "DCA-KPI-022"),
        **dict.fromkeys(("ce_nominal", "ce_rated", "ce_delivered"), "DCA-KPI-022"),
        "inlet_compliance": "DCA-KPI-014",
        "co2": "DCA-KPI-029",
        "cue": "DCA-KPI-029",
        "cooling_overhead": "DCA-KPI-024",
        **dict.fromkeys(("idle_power", "stranded_power"), "DCA-KPI-023"),
        **dict.fromkeys(("domestic_count", "domestic_power", "domestic_cp"), "DCA-KPI-025"),
    }
    east = {f.kpi: f.absent for f in one(store, "east").beside}
    assert east["co2"] is not None
    assert (east["co2"].code, east["co2"].words["province"]) == ("DCA-KPI-006", "jiangsu")


def test_all_sites_at_once_in_the_order_of_places(store: Victoria) -> None:
    found = asked(store)
    assert found.level is SITE
    assert {s.labels["site"] for s in found.subjects} == {site.name for site in SITES}
    assert [s.path for s in found.subjects] == sorted(s.path for s in found.subjects)


def test_an_engine_at_a_moment(store: Victoria, tmp_path: Path) -> None:
    earlier = asked(store, "good", at=AT - 1800, window=Window("30m", 30))
    assert earlier.at - earlier.begin == 1800
    assert earlier.subjects[0].score == pytest.approx(one(store, "good").score)
