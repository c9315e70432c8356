"""What is shipped and written of the scores is fresh, and the rules keep their own order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from model.catalogue import METRICS
from scoring.build import built
from scoring.contract import INVENTORY, METERS, READINGS, TRAVELS
from scoring.kpi import KPIS, SCORED, Kpi
from scoring.kpi_names import BESIDE
from scoring.kpi_names import KPIS as NAMES
from scoring.raw import recorded_in
from scoring.rule import Group, Shard
from scoring.rules import rule_set
from scoring.scoring_doc import blocks, refreshed
from scoring.table_load import shipped

ROOT = Path(__file__).parents[2]
RULES = rule_set(shipped())
OWN = ("dcagent_node_power_timestamp_seconds", "dcagent_node_energy_joules_total")
GAP = "dcagent_node_energy_gap_seconds_total"


@pytest.mark.parametrize("name", list(built()))
def test_shipped_rules_are_fresh(name: str) -> None:
    shipped_text = (ROOT / "packaging/prometheus" / name).read_text(encoding="utf-8")
    assert shipped_text == built()[name], "stale: make rules"


def test_the_document_is_fresh() -> None:
    text = (ROOT / "docs/scoring.md").read_text(encoding="utf-8")
    assert text == refreshed(text, shipped()), "stale: make docs"
    assert set(re.findall(r"<!-- begin (\w+) -->", text)) == set(blocks(shipped()))


def test_groups_read_only_what_earlier_groups_record() -> None:
    known: set[str] = set()
    recorded = {rule.record for group in RULES.groups for rule in group.rules}
    for group in RULES.groups:
        for rule in group.rules:
            read = set(recorded_in(rule.expr)) & recorded
            assert read <= known, f"{group.name}: {rule.record} reads {sorted(read - known)}"
        known |= {rule.record for rule in group.rules}


def test_every_series_that_is_read_is_recorded() -> None:
    recorded = {rule.record for group in RULES.groups for rule in group.rules}
    read = {name for g in RULES.groups for rule in g.rules for name in recorded_in(rule.expr)}
    assert read - recorded == set()


def raw(groups: tuple[Group, ...]) -> set[str]:
    """The raw metrics that groups read."""
    pattern = re.compile(r"(?<![\w:])dcagent_\w+(?![\w:])")
    return {n for g in groups for rule in g.rules for n in pattern.findall(rule.expr)} - {
        "dcagent_score_reference_precision"
    }


def test_raw_metrics_are_the_contracts_and_the_agents() -> None:
    assert raw(RULES.groups) == {*INVENTORY, *READINGS, *METERS}
    exported = {metric.name for metric in METRICS.values()} | {*OWN, GAP}
    assert READINGS.keys() - exported == set()


def test_the_centre_reads_only_what_travels() -> None:
    centre = RULES.shard(Shard.CENTRE).groups
    recorded = {rule.record for group in centre for rule in group.rules}
    read = {n for g in centre for rule in g.rules for n in recorded_in(rule.expr)}
    travels = re.compile(TRAVELS)
    assert [n for n in sorted((read | raw(centre)) - recorded) if not travels.fullmatch(n)] == []
    of_site = RULES.shard(Shard.SITE).groups
    assert {*map(id, of_site)} | {*map(id, centre)} == {*map(id, RULES.groups)}
    for file in ("site.yml", "centre-federation.yml"):
        assert TRAVELS in (ROOT / "packaging/prometheus" / file).read_text(encoding="utf-8")


def recorded_under(selector: str) -> bool:
    """Whether a rule records a series that the selector `name{kpi="…"}` would find."""
    name, _, inside = selector.partition("{")
    wanted = dict(re.findall(r'(\w+)="([^"]*)"', inside))
    return any(
        rule.record == name and wanted.items() <= dict(rule.labels).items()
        for group in RULES.groups
        for rule in group.rules
    )


@pytest.mark.parametrize("kpi", KPIS.values(), ids=lambda kpi: kpi.name)
def test_every_kpi_is_recorded_at_each_of_its_levels(kpi: Kpi) -> None:
    for level in kpi.levels:
        assert recorded_under(kpi.value(level))
        if kpi.scored or kpi.name in BESIDE:
            assert recorded_under(kpi.points(level))
        if coverage := kpi.coverage_selector(level):
            assert recorded_under(coverage)


def test_the_table_and_the_registry_have_the_same_kpis() -> None:
    assert set(KPIS) == set(NAMES) == set(shipped().kpis)
    assert {kpi.name for kpi in SCORED} == {name for name, scored in NAMES.items() if scored}
