"""The shipped dashboards are fresh, hold together, and name only metrics that there are."""

from __future__ import annotations

import json
import re
from itertools import combinations
from pathlib import Path

import pytest

from exporters.listing import LISTING, TARGET_LABELS
from scoring.contract import INVENTORY, METERS, READINGS
from scoring.dashboards import names
from scoring.dashboards.build import built
from scoring.rules import rule_set
from scoring.table_load import shipped
from tests.real.dashboard_site import rows
from tests.real.grafana_queries import (
    BUILT_IN,
    KEYS,
    LANGUAGES,
    SHIPPED,
    Json,
    columns,
    document,
    panels,
    used,
)

RECORDED = {rule.record for group in rule_set(shipped()).groups for rule in group.rules}
EXPORTED = {listed.name for listed in LISTING}
KNOWN = {*RECORDED, *EXPORTED, *METERS, "ALERTS", "ALERTS_FOR_STATE"}
BOARDS = [(key, lang) for key in KEYS for lang in LANGUAGES]
OURS = re.compile(r"(?:(?:[a-z]+:)?dcagent_\w+(?::\w+)?|ALERTS\w*)")
IN_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
BY_NAME = re.compile(r'__name__=~"([^"]*)"')
FIELDS = {"__data", "__url_time_range"}
"""What Grafana fills in links."""


@pytest.fixture(params=BOARDS, ids="-".join)
def board(request: pytest.FixtureRequest) -> Json:
    return document(*request.param)


def queries(board: Json) -> list[str]:
    """What a dashboard asks: its panels and its variables."""
    variables = [v["query"]["query"] for v in board["templating"]["list"] if v["type"] == "query"]
    return [t["expr"] for panel in panels(board) for t in panel["targets"]] + variables


def test_shipped_dashboards_are_fresh() -> None:
    shipped_files = {
        str(file.relative_to(SHIPPED)): file.read_text(encoding="utf-8")
        for file in SHIPPED.glob("*/*.json")
    }
    assert shipped_files == built(), "stale: make dashboards"


def test_a_place_for_each_panel(board: Json) -> None:
    every = board["panels"]
    assert sorted(panel["id"] for panel in every) == list(range(1, len(every) + 1))
    titles = [panel["title"] for panel in panels(board)]
    assert len(set(titles)) == len(titles)
    for one, other in combinations([panel["gridPos"] for panel in every], 2):
        apart = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        over = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert apart or over, (one, other)
    assert all(p["gridPos"]["x"] + p["gridPos"]["w"] <= 24 for p in every)


def test_each_panel_says_what_it_is(board: Json) -> None:
    for panel in panels(board):
        defaults = panel["fieldConfig"]["defaults"]
        assert panel["title"], panel["id"]
        assert panel["description"], panel["title"]
        assert defaults["unit"], panel["title"]
        assert defaults["noValue"], panel["title"]
        assert panel["targets"], panel["title"]


def test_the_datasource_is_always_the_variable(board: Json) -> None:
    wanted = {"type": "prometheus", "uid": "${datasource}"}
    first, *others = board["templating"]["list"]
    assert (first["name"], first["type"], first["query"]) == (
        *("datasource", "datasource"),
        "prometheus",
    )
    for part in (*others, *panels(board), *(t for p in panels(board) for t in p["targets"])):
        assert part["datasource"] == wanted


def test_every_variable_is_defined_before_it_is_used(board: Json) -> None:
    defined = {"datasource", *BUILT_IN}
    for variable in board["templating"]["list"]:
        if variable["type"] == "query":
            assert used(variable["query"]["query"]) <= defined, variable["name"]
        defined.add(variable["name"])
    assert used(json.dumps(board["panels"], ensure_ascii=False)) <= defined | FIELDS


def test_no_value_is_invented(board: Json) -> None:
    for query in queries(board):
        assert not re.search(r"\bvector\(|\babsent\(|\bor\s+\(?0", query), query


def test_metrics_are_those_of_the_catalogue_and_the_rules(board: Json) -> None:
    for query in queries(board):
        named = {name for text in BY_NAME.findall(query) for name in text.split("|")}
        patterns = {name for name in named if "[" in name}
        found = set(OURS.findall(IN_TEXT.sub('""', query))) | named - patterns
        assert found <= KNOWN, query
        for pattern in patterns:
            assert any(re.fullmatch(pattern, name) for name in EXPORTED), query


def test_names_that_are_written_down_are_the_exporters() -> None:
    written = {
        value
        for value in vars(names).values()
        if isinstance(value, str) and value.startswith("dcagent_")
    }
    assert len(written) >= 16
    assert written <= EXPORTED
    assert READINGS.keys() - EXPORTED == set()
    assert names.METER_ENERGY in RECORDED


def test_columns_are_what_tables_sort_and_show(board: Json) -> None:
    for panel in panels(board):
        if panel["type"] != "table":
            continue
        several = len(panel["targets"]) > 1
        shown = {
            (f"Value #{c}" if several else "Value") if c.isupper() else c for c in columns(panel)
        }
        steps = {step["id"]: step["options"] for step in panel["transformations"]}
        assert set(steps["organize"]["indexByName"]) == shown
        values = {f"Value #{t['refId']}" if several else "Value" for t in panel["targets"]}
        assert set(steps["organize"]["excludeByName"]) == {"Time", *values - shown}
        assert {by["field"] for by in steps.get("sortBy", {}).get("sort", [])} <= shown


@pytest.mark.parametrize("key", KEYS)
def test_the_languages_differ_in_words_alone(key: str) -> None:
    zh, en = (document(key, lang) for lang in LANGUAGES)
    assert queries(zh) == queries(en)
    chinese = re.compile(r"[\u4e00-\u9fff]")
    same = {"PDU", "UPS", "RCI-HI", "η", "CPU", "DCMI", "PSU"}
    for one, other in zip(zh["panels"], en["panels"], strict=True):
        assert chinese.search(one["title"]) or one["title"] in same, one["title"]
        assert not chinese.search(other["title"]), other["title"]
        assert one["gridPos"] == other["gridPos"]
    sources = "|".join(re.escape(c.origin.source) for c in shipped().constants.values())
    limits = "|".join(re.escape(limit.origin.source) for limit in shipped().limits)
    told = re.sub(f"{sources}|{limits}", "", json.dumps(en, ensure_ascii=False))
    assert set(chinese.findall(told)) <= set("中文")


def links(board: Json) -> list[str]:
    """Where the links of panels lead."""
    found: list[str] = []
    for panel in panels(board):
        config = panel["fieldConfig"]
        found += [link["url"] for link in config["defaults"].get("links", [])]
        for override in config["overrides"]:
            for each in override["properties"]:
                found += [link["url"] for link in each["value"]] if each["id"] == "links" else []
    return found


def test_links_keep_what_is_chosen_and_lead_somewhere(board: Json) -> None:
    lang = board["tags"][1]
    boards = {document(key, lang)["uid"]: document(key, lang) for key in KEYS}
    here = {variable["name"] for variable in board["templating"]["list"]}
    for url in links(board):
        path, _, query = url.partition("?")
        there = {v["name"] for v in boards[path.removeprefix("/d/")]["templating"]["list"]}
        parts = query.split("&")
        kept = {m[1] for part in parts if (m := re.fullmatch(r"\$\{(\w+):queryparam\}", part))}
        given = {m[1] for part in parts if (m := re.match(r"var-(\w+)=", part))}
        assert kept | given == there & (here | given)
        assert not kept & given
        assert {"datasource", "site"} <= kept | given
        assert parts[-1] == "${__url_time_range}"


def test_the_head_leads_to_the_others_and_to_the_other_language(board: Json) -> None:
    lang = board["tags"][1]
    (other,) = set(LANGUAGES) - {lang}
    own = board["uid"].removesuffix(lang)
    assert {link["url"] for link in board["links"]} == {
        *(f"/d/dcagent-{key}-{lang}" for key in KEYS if f"dcagent-{key}-" != own),
        f"/d/{own}{other}",
    }
    assert all(link["includeVars"] and link["keepTime"] for link in board["links"])


def test_the_provisioning_sample_names_what_is_shipped() -> None:
    folder: Path = SHIPPED / "provisioning"
    text = (folder / "dashboards" / "dcagent.yaml").read_text(encoding="utf-8")
    paths = re.findall(r"^ +path: (\S+)$", text, re.MULTILINE)
    assert paths == [f"/usr/share/dcagent/grafana/{lang}" for lang in LANGUAGES]
    source = (folder / "datasources" / "dcagent.yaml").read_text(encoding="utf-8")
    assert re.findall(r"^ +type: (\S+)$", source, re.MULTILINE) == ["prometheus"]


def test_the_simulated_sites_say_only_what_agents_can_say() -> None:
    """Else a query and the data that it is tested with could be wrong alike."""
    listed = {family.name: family for family in LISTING}
    of_tables = {"name"}
    for labels, _, _ in rows(1e9, 0):
        name = labels["__name__"]
        if name not in listed:
            assert name in KNOWN | INVENTORY.keys(), name
            continue
        family = listed[name]
        further = family.metric.further if family.metric else ()
        known = {*family.labels, *further, *(TARGET_LABELS if family.of_target else ())}
        assert labels.keys() - {"__name__"} <= known | of_tables, name


SELECTOR = re.compile(r"((?:[a-z]+:)?dcagent_\w+(?::\w+)?|ALERTS\w*)?(\{[^}]*\})")
OF_NO_SITE = {"dcagent_score_limit", names.METER_INFO}
"""The first is the table's; the other one is matched with the site that was chosen."""


def test_every_series_is_of_what_is_chosen(board: Json) -> None:
    for panel in panels(board):
        for target in panel["targets"]:
            for name, inside in SELECTOR.findall(target["expr"]):
                chosen = re.search(r'(site|province)=~?"\$(site|province)', inside)
                assert chosen or name in OF_NO_SITE, (panel["title"], name, inside)
            bare = IN_TEXT.sub('""', SELECTOR.sub("", target["expr"]))
            assert set(OURS.findall(bare)) <= {names.METER_ENERGY}, panel["title"]
