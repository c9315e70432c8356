"""Computed from raw metrics, a figure is what is recorded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scoring.kpi import ATTAINMENT, DAY, IT_LOAD, KPIS, THERMAL, Window, WindowKpi
from scoring.levels import RACK, SITE, ZONE, Level
from scoring.raw import Raw
from tests.score.cases import CASES
from tests.score.promtool import Case, promtool
from tests.score.shipped import GROUPS, RULE_SET, RULES, TABLE

pytestmark = pytest.mark.peer("promtool")

RAW = Raw(RULE_SET)


@pytest.mark.parametrize(
    "name",
    [
        *("missing data never becomes zero", "lost accelerator", "interval", "PDUs", "IT load"),
        *("efficiency", "attainment", "domestic share", "regions, power and air"),
        "regions, compute and racks",
    ],
)
def test_computed_is_recorded(name: str) -> None:
    case = CASES[name]
    checks = [
        replace(check, expression=RAW.expression(check.expression))
        for check in case.checks
        if ":dcagent_score" not in check.expression
    ]
    assert not any(":dcagent_" in check.expression for check in checks)
    computed = Case(case.name, case.series, checks, case.interval, case.step)
    done = promtool(RULES, computed, GROUPS)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("level", [RACK, SITE, ZONE], ids=lambda level: level.name)
@pytest.mark.parametrize("kpi", [ATTAINMENT, IT_LOAD, THERMAL], ids=lambda kpi: kpi.name)
def test_a_recorded_mean_is_its_expression(kpi: WindowKpi, level: Level) -> None:
    found = [r for g in GROUPS for r in g.rules if r.record == kpi.value(level)]
    assert [rule.expr for rule in found] == [kpi.expression(level, DAY, TABLE)]
    short = kpi.expression(level, Window("5m", 5), TABLE)
    assert short == kpi.expression(level, DAY, TABLE).replace("[1d]", "[5m]")
    assert kpi.coverage(level, Window("5m", 5)).endswith("[5m]) / 5, 1)")


def test_every_kpi_can_be_computed() -> None:
    for kpi in KPIS.values():
        for level in kpi.levels:
            assert ":dcagent_" not in RAW.expression(kpi.value(level))
