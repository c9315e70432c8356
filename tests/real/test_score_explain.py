"""What an engine says of single servers, racks and meters: advice, and what each lacks."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from scoring.api import Access, Engine
from scoring.kpi import Window
from scoring.layers.inventory import TABLE_INFO, made
from scoring.levels import RACK, SITE, ZONE, Level
from scoring.report.model import Report
from scoring.report.nothing import NothingToScore
from scoring.report.question import Question
from scoring.report.read import report
from scoring.table_load import shipped
from tests.real.score_store import Site, put
from tests.real.victoria_peer import Victoria, victoria
from tests.score.promtool import braces

pytestmark = pytest.mark.peer("victoria-metrics")

TABLE = shipped()
AT = float(int(time.time()) - 120)
RULES = {
    TABLE_INFO
    + braces(dict(made(TABLE, "compliance", datetime.fromtimestamp(AT, UTC).date()).labels)): 1.0
}
LONG_AGO = AT - 5 * 86400
METERS = {"f1": ("facility", "", 1300.0), "u1": ("it", "2", 1000.0), "c1": ("cooling", "", 200.0)}
SITE_ONE = Site("dc1", {"dcagent_cooling_energy_joules:increase1d": 0.2e9})
SITE_TWO = Site("dc2", meters=METERS, silent=("c1", "u1"))


def nodes() -> Iterator[tuple[str, Mapping[str, float]]]:
    """Servers of dc2 as rules record them, and the raw metrics behind what they lack."""
    whole = {"valid": 300.0, "rated": 500.0, "used": 0.5, "inlet": 24.0}
    yield "n0", whole
    yield "idle", {**whole, "used": 0.02, "valid": 150.0}
    yield "hot", {**whole, "inlet": 31.5}
    yield "warm", {**whole, "inlet": 27.5}
    yield "mute", {"rated": 500.0}
    yield "old", {**whole, "valid": -1.0, "power": 300.0, "age": 420.0}
    yield "zero", {**whole, "valid": -1.0, "power": 0.0, "age": 5.0}
    yield "guess", {**whole, "valid": -1.0, "estimate": 200.0, "age": 5.0}
    yield "unrated", {**whole, "rated": -1.0}
    yield "label", {**whole, "rated": -1.0, "nameplate": 1200.0}
    yield "bare", {**whole, "used": -1.0}
    yield "blind", {**whole, "used": -1.0, "shown": 8e12, "blind": 4e12}
    yield "fewer", {**whole, "used": -1.0, "shown": 70e12, "declared": 100e12}
    yield "cold", {**whole, "inlet": -1.0, "air": 0.0}


def series() -> dict[str, float]:
    """All of it, as one engine holds it."""
    found: dict[str, float] = {}
    for node, facts in nodes():
        own = {"site": "dc2", "cluster": "c", "rack": "k1", "node": node, "kind": "general"}
        short = {"site": "dc2", "node": node}
        agent = {**short, "target": f"bmc-{node}", "rack": "k1"}
        device = {**short, "device": "npu0"}
        names = {
            "valid": f"node:dcagent_power_watts:valid{braces(own)}",
            "rated": f"node:dcagent_rated_power_watts:inventory{braces(own)}",
            "used": f"node:dcagent_utilization:ratio{braces(own)}",
            "inlet": f"node:dcagent_inlet_temperature_celsius:valid{braces(own)}",
            "shown": f"node:dcagent_peak_flops:devices{braces(short)}",
            "declared": f"node:dcagent_peak_flops:declared{braces(short)}",
            "blind": f"device:dcagent_peak_flops:reference{braces(device)}",
            "power": f"dcagent_node_power_watts{braces({**agent, 'quality': 'measured'})}",
            "estimate": f"dcagent_node_power_watts{braces({**agent, 'quality': 'estimated'})}",
            "nameplate": "dcagent_inventory_node_rated_power_watts"
            + braces({**short, "basis": "nameplate"}),
            "air": f"dcagent_node_inlet_temperature_celsius{braces(agent)}",
        }
        found[f"node:dcagent_inventory:expected{braces(own)}"] = 1.0
        found |= {names[k]: v for k, v in facts.items() if k in names and v >= 0}
        if "age" in facts:
            found[f"dcagent_node_power_timestamp_seconds{braces(agent)}"] = AT - facts["age"]
        if all(facts.get(k, -1.0) >= 0 for k in ("valid", "rated", "used")):
            found[f"node:dcagent_power_watts:matched{braces(own)}"] = facts["valid"]
        found[f"dcagent_target_info{braces({**agent, 'protocol': 'ipmi'})}"] = 1.0
    found[f"cell:dcagent_inlets:hot{braces({'site': 'dc2', 'rack': 'k1', 'cluster': 'c'})}"] = 2.0
    return found | racks()


def racks() -> dict[str, float]:
    found: dict[str, float] = {}
    for rack, design in (("k1", 6000.0), ("k2", 0.0), ("k3", 6000.0), ("k4", 6000.0)):
        own = {"site": "dc2", "rack": rack}
        found[f"rack:dcagent_inventory:installed{braces(own)}"] = 1.0
        if design:
            found[f"rack:dcagent_rated_power_watts:inventory{braces(own)}"] = design
    found['rack:dcagent_rack_power_watts:known{site="dc2",rack="k1"}'] = 3000.0
    found['dcagent_inventory_rack_pdus{site="dc2",rack="k3"}'] = 2.0
    found['dcagent_rack_power_watts{site="dc2",rack="k3",pdu="a",quality="measured"}'] = 900.0
    return found


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victoria]:
    with victoria(tmp_path_factory.mktemp("store"), "127.0.0.1:1") as peer:
        put(peer, AT, SITE_ONE, SITE_TWO, more={**RULES, **series()})
        put(peer, LONG_AGO, more=RULES)
        yield peer


def asked(store: Victoria, level: Level = SITE, at: float = AT, site: str = "") -> Report:
    where = {"site": site} if site else {}
    with Engine(Access(store.url)) as engine:
        return report(engine, Question(TABLE, at, level, window=Window("1h", 60), where=where))


def explained(store: Victoria, site: str) -> Report:
    question = Question(TABLE, AT, window=Window("1h", 60), where={"site": site}, explain=True)
    with Engine(Access(store.url)) as engine:
        return report(engine, question)


LACKS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "bare": ("DCA-KPI-077", {}),
    "blind": ("DCA-KPI-078", {"names": "npu0"}),
    "cold": ("DCA-KPI-080", {"value": "0 °C"}),
    "fewer": ("DCA-KPI-079", {"share": "70 %"}),
    "guess": ("DCA-KPI-074", {}),
    "label": ("DCA-KPI-076", {}),
    "old": ("DCA-KPI-072", {"age": "7 min"}),
    "unrated": ("DCA-KPI-075", {}),
    "zero": ("DCA-KPI-073", {}),
}


def test_every_server_that_lacks_something(store: Victoria) -> None:
    found = explained(store, "dc2")
    lacks = {(lack.kind, lack.name, lack.absent.code): lack for lack in found.lacks}
    expected = {("node", name, code) for name, (code, _) in LACKS.items()}
    expected |= {("node", "mute", f"DCA-KPI-0{number}") for number in (71, 77, 80)}
    of_servers = {key for key in lacks if key[0] == "node" and key[2] != "DCA-KPI-085"}
    assert of_servers == expected
    for name, (code, words) in LACKS.items():
        lack = lacks["node", name, code]
        assert words.items() <= lack.absent.words.items()
        assert (lack.rack, lack.target) == ("k1", f"bmc-{name}")
        assert lack.absent.words["address"] == f"bmc-{name}"
    # servers were there for five minutes of the site's 75
    barely = {name for _, name, code in lacks if code == "DCA-KPI-085"}
    assert barely == {"n0", "idle", "hot", "warm", "cold"}


def test_racks_and_meters_that_lack_something(store: Victoria) -> None:
    found = [lack for lack in explained(store, "dc2").lacks if lack.kind != "node"]
    assert [(lack.kind, lack.name, lack.absent.code) for lack in found] == [
        ("rack", "k2", "DCA-KPI-081"),
        ("rack", "k3", "DCA-KPI-082"),
        ("rack", "k4", "DCA-KPI-083"),
        ("meter", "c1", "DCA-KPI-084"),
        ("meter", "u1", "DCA-KPI-084"),
    ]
    assert found[1].absent.words == {"count": "1", "of": "2"}
    assert found[3].absent.words == {"boundary": "cooling", "address": "c1"}


def test_a_centre_has_no_servers_to_explain(store: Victoria) -> None:
    found = explained(store, "dc1")
    assert found.lacks == ()
    assert [n.code for n in found.notices] == ["DCA-KPI-026", "DCA-KPI-028"]


def advised(found: Report, site: str) -> dict[str, tuple[str, Mapping[str, str]]]:
    (subject,) = (s for s in found.subjects if s.labels.get("site", site) == site)
    gains = [one.gain for one in subject.advice]
    assert gains == sorted(gains, reverse=True)
    return {one.kpi: (one.code, one.words) for one in subject.advice}


def test_advice_with_single_servers(store: Victoria) -> None:
    found = advised(asked(store, site="dc2"), "dc2")
    code, words = found["ce_attainment"]
    assert code == "DCA-KPI-051"
    assert {"count": "1", "watts": "150 W", "limit": "6 %"}.items() <= words.items()
    code, words = found["thermal"]
    assert code == "DCA-KPI-054"
    hottest = "k1/hot 31.5 °C, k1/warm 27.5 °C"
    assert {"count": "2", "names": hottest, "limit": "27 °C"}.items() <= words.items()
    code, words = found["it_load"]
    assert (code, words["watts"], words["of"], words["gap"]) == (
        *("DCA-KPI-053", "4.0 kW"),
        *("8.0 kW", "800 W"),
    )
    code, words = found["rack_occupancy"]
    assert (code, words["count"], words["of"], words["more"]) == ("DCA-KPI-055", "1", "4", "1")
    assert found["pue"][0] == "DCA-KPI-058", "cooling is not metered"


def test_advice_without_single_servers(store: Victoria) -> None:
    found = advised(asked(store, site="dc1"), "dc1")
    assert found["ce_attainment"][0] == found["thermal"][0] == "DCA-KPI-057"
    code, words = found["pue"]
    assert (code, words["value"], words["share"]) == ("DCA-KPI-056", "0.27", "74 %")


def test_advice_for_a_region_adds_its_sites_up(store: Victoria) -> None:
    with pytest.raises(NothingToScore):
        asked(store, RACK)
    (zone,) = asked(store, ZONE).subjects
    assert zone.path == "sichuan/tianfu/pidu"


def nothing(store: Victoria, at: float, site: str = "") -> tuple[str, Mapping[str, str]]:
    with pytest.raises(NothingToScore) as caught:
        asked(store, at=at, site=site)
    return caught.value.absent.code, caught.value.absent.words


def test_why_there_is_nothing(store: Victoria) -> None:
    assert nothing(store, AT - 10 * 86400)[0] == "DCA-KPI-017"
    assert nothing(store, LONG_AGO)[0] == "DCA-KPI-018"
    code, words = nothing(store, AT, site="moon")
    assert code == "DCA-KPI-019"
    assert words["names"] == "sichuan/tianfu/pidu/dc1, sichuan/tianfu/pidu/dc2"
    code, words = nothing(store, AT - 3 * 86400)
    since = datetime.fromisoformat(words["since"]).timestamp()
    assert code == "DCA-KPI-032"
    assert since == pytest.approx(LONG_AGO, abs=660)


def test_rules_of_another_table(store: Victoria) -> None:
    question = Question(TABLE, AT, where={"site": "dc1"}, window=Window("1h", 60))
    with Engine(Access(store.url)) as engine:
        ours = report(engine, question)
        other = report(engine, replace(question, table=replace(TABLE, digest="f" * 64)))
    assert [n.code for n in ours.notices] == ["DCA-KPI-026"]
    assert other.notices[0].code == "DCA-KPI-020"
    assert "ffffffffffffffff" in other.notices[0].words["here"]
    assert TABLE.digest[:16] in other.notices[0].words["rules"]
