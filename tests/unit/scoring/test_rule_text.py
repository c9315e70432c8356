"""The rule file as text."""

from __future__ import annotations

from datetime import date

from scoring.raw import Raw, recorded_in
from scoring.rule import Group, Rule, Shard, expr
from scoring.rule_text import text
from scoring.rules import RuleSet, rule_set
from scoring.table_load import shipped

GROUPS = (
    Group(
        "first",
        "1m",
        Shard.SITE,
        "Two  lines\n of words.",
        (
            Rule("node:dcagent_a:sum", "sum by (node) (raw)"),
            Rule("site:dcagent_b:points", "vector(1)", (("kpi", "one"),), "Why."),
            Rule("site:dcagent_b:points", "vector(2)", (("kpi", 'tw"o'),)),
        ),
    ),
    Group(
        "second",
        "1h",
        Shard.CENTRE,
        "Then.",
        (Rule("site:dcagent_c:max", "max_over_time(node:dcagent_a:sum[1d])"),),
    ),
)
SET = RuleSet(shipped(), "compliance", date(2026, 1, 1), GROUPS)


def test_the_text() -> None:
    written = text(SET)
    assert written.endswith(
        """groups:

  # Two lines of words.
  - name: first
    interval: 1m
    rules:
      - record: node:dcagent_a:sum
        expr: |
          sum by (node) (raw)
      # Why.
      - record: site:dcagent_b:points
        expr: |
          vector(1)
        labels: {kpi: "one"}
      - record: site:dcagent_b:points
        expr: |
          vector(2)
        labels: {kpi: "tw\\"o"}

  # Then.
  - name: second
    interval: 1h
    rules:
      - record: site:dcagent_c:max
        expr: |
          max_over_time(node:dcagent_a:sum[1d])
"""
    )
    assert f"# table   {shipped().digest[:16]}, edition 2026-11-23" in written


def test_a_shard_keeps_its_groups() -> None:
    assert [g.name for g in SET.shard(Shard.SITE).groups] == ["first"]
    assert [g.name for g in SET.shard(Shard.CENTRE).groups] == ["second"]
    assert SET.shard(Shard.ALL) is SET


def test_the_same_table_gives_the_same_text() -> None:
    assert text(rule_set(shipped())) == text(rule_set(shipped()))


def test_a_part_stands_at_its_column() -> None:
    made = expr("a (\n  <inside>\n  + <more>\n)", inside="b\nor\nc", more="d")
    assert made == "a (\n  b\n  or\n  c\n  + d\n)"


def test_recorded_series_are_set_into_expressions() -> None:
    raw = Raw(SET)
    assert raw.expression("site:dcagent_c:max") == (
        "((max_over_time(((sum by (node) (raw)))[1d:1m])))"
    )
    assert raw.expression('site:dcagent_b:points{kpi="one"}') == (
        '(label_replace((vector(1)), "kpi", "one", "", ""))'
    )
    assert raw.expression('node:dcagent_a:sum{node!=""}') == (
        "((((sum by (node) (raw))) unless on (node) vector(1)))"
    ).replace("((sum by (node) (raw)))", "(sum by (node) (raw))")
    assert list(recorded_in('a:dcagent_b:c{x="y"} / raw + d:dcagent_e:f[1d]')) == [
        "a:dcagent_b:c",
        "d:dcagent_e:f",
    ]
