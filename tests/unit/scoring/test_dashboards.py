"""Dashboards are made from the table, laid out on the grid, and linked by what is chosen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scoring.dashboards.build import dashboards
from scoring.dashboards.document import rows
from scoring.dashboards.grafana import Drawing, field_of
from scoring.dashboards.links import to_node, to_rack, url
from scoring.dashboards.names import kpi_of, word
from scoring.dashboards.panel import Color, Kind, Panel, Query, Steps
from scoring.dashboards.variables import CHAINS
from scoring.levels import RACK, SITE
from scoring.table import Name, Table
from scoring.table_load import shipped

WORDS = Name("功率", "power")
STAT = Panel(Kind.STAT, WORDS, WORDS, "watt", (Query("up"),), Name("无", "none"))


def changed(name: str, value: float) -> Table:
    """The shipped table with another value of one constant."""
    table = shipped()
    constant = replace(table.constants[name], value=value)
    return replace(table, constants={**table.constants, name: constant})


def steps(table: Table, key: str, title: str) -> Steps:
    """The colours of a panel."""
    (board,) = (board for board in dashboards(table) if board.key == key)
    (panel,) = (panel for panel in board.panels() if panel.title.en == title)
    assert panel.steps is not None
    return panel.steps


def test_colours_are_the_tables_and_name_their_source() -> None:
    found = steps(shipped(), "rack", "hottest inlet")
    assert found.colors == (
        (None, Color.LOW),
        (18.0, Color.GOOD),
        (27.0, Color.WATCH),
        (32.0, Color.BAD),
    )
    assert found.why is not None
    assert "27 °C: 推荐进风温度上限。出处: GB 50174-2017" in found.why.zh
    assert "Source: ASHRAE TC 9.9, class A1: 15–32 °C (2017, high)" in found.why.en


@pytest.mark.parametrize(
    ("constant", "value", "key", "title"),
    [
        ("inlet_high", 25.5, "site", "inlet temperatures"),
        ("gate_full", 0.97, "site", "coverage"),
        ("continuous_load", 0.7, "rack", "of design power"),
        ("grade_a", 85, "score", "score"),
        ("fresh_seconds", 120, "node", "age of the power"),
    ],
)
def test_another_table_makes_other_dashboards(
    constant: str, value: float, key: str, title: str
) -> None:
    found = steps(changed(constant, value), key, title)
    assert value in [at for at, _ in found.colors]
    assert value not in [at for at, _ in steps(shipped(), key, title).colors]


def test_the_limits_of_pue_are_those_in_force() -> None:
    assert steps(shipped(), "site", "PUE that is scored").colors == (
        (None, Color.GOOD),
        (1.25, Color.WARNING),
        (1.5, Color.BAD),
    )


def test_queries_are_made_with_the_tables_figures() -> None:
    (board,) = (b for b in dashboards(changed("continuous_load", 0.7)) if b.key == "rack")
    (panel,) = (p for p in board.panels() if p.title.en == "left up to the continuous load")
    assert panel.queries[0].expr.startswith("0.7 * rack:dcagent_rack_rated_power_watts:installed{")


def test_panels_stand_side_by_side_as_long_as_there_is_room() -> None:
    wide, narrow = replace(STAT, width=16), replace(STAT, width=8)
    assert rows([wide, narrow, narrow, wide, wide]) == [[wide, narrow], [narrow, wide], [wide]]


def test_a_panel_says_why_there_is_no_value_in_the_readers_language() -> None:
    texts = [
        Drawing("site", lang).panel(replace(STAT, steps=Steps(((None, Color.BAD),), WORDS)), 7, at)
        for lang, at in (("zh", (0, 1)), ("en", (4, 1)))
    ]
    assert [text["title"] for text in texts] == ["功率", "power"]
    assert [text["gridPos"] for text in texts] == [
        {"x": 0, "y": 1, "w": 4, "h": 4},
        {"x": 4, "y": 1, "w": 4, "h": 4},
    ]
    configs = [text["fieldConfig"] for text in texts]
    assert [c["defaults"]["noValue"] for c in configs] == ["无", "none"]  # type: ignore[index]


def test_a_link_takes_along_what_is_chosen_and_sets_the_row() -> None:
    assert url(to_rack(), "site", "zh") == (
        "/d/dcagent-rack-zh?${datasource:queryparam}&${province:queryparam}&${hub:queryparam}"
        '&${zone:queryparam}&${site:queryparam}&var-rack=${__data.fields["rack"]}'
        "&${__url_time_range}"
    )
    assert "${rack:queryparam}&var-node=" in url(to_node(), "rack", "en")
    assert "${rack:queryparam}" not in url(to_rack(), "node", "en")


def test_columns_of_one_query_have_no_letter() -> None:
    assert [field_of("A", False), field_of("B", True), field_of("u", True)] == [
        *("Value", "Value #B"),
        "u",
    ]


def test_variables_are_matched_as_they_may_be_chosen() -> None:
    site, room, rack = CHAINS["rack"][3:]
    assert rack.query((site, room)) == (
        'label_values({__name__=~"rack:dcagent_inventory:place|dcagent_target_info", '
        'site="$site", room=~"$room"}, rack)'
    )


def test_names_come_from_the_catalogue_and_the_kpis() -> None:
    assert word("air_inlet.temperature_celsius") == "dcagent_node_inlet_temperature_celsius"
    with pytest.raises(KeyError):
        word("air_inlet.temperature")
    assert kpi_of("pue", SITE, 'site="a"') == 'site:dcagent_pue:scored{site="a"}'
    assert kpi_of("domestic_count", RACK) == 'rack:dcagent_domestic:ratio{basis="count"}'
