"""Points of each KPI, and the score with its gates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scoring.kpi import (
    ATTAINMENT,
    COVERAGE,
    GREEN,
    LIMITING,
    OCCUPANCY,
    POINTS,
    PUE,
    SCORE,
    SCORE_COVERAGE,
    SCORED,
    WITHHELD,
    Kpi,
    scored_at,
)
from scoring.levels import CLUSTER, LEVELS, RACK, REGIONS, SITE, Level
from scoring.rule import Group, Rule, Shard, expr
from scoring.scale import Scale, figure
from scoring.table import Table

Scales = Mapping[str, Scale]


def points(table: Table, scales: Scales, limit: float | None) -> Group:
    """Points 0 to 100 of every KPI at every level; `limit` is the mandatory one of PUE."""
    rules = [
        rule
        for kpi in SCORED
        for level in kpi.levels
        for rule in _points(table, kpi, scales, level)
    ]
    rules += [rule for level in (SITE, *REGIONS) for rule in _coverage(level)]
    rules += [_beside(scales, level) for level in GREEN.levels]
    rules += [_implausible(table, level) for level in LEVELS]
    if limit is not None:
        rules.append(_breached(table, limit))
    why = """
        Points 0 to 100 by the breakpoints of the table; between two of them the line is straight,
        beyond the first and the last it is flat."""
    return Group("dcagent_score_points", "2m", Shard.CENTRE, why, tuple(rules))


def _points(table: Table, kpi: Kpi, scales: Scales, level: Level) -> Iterator[Rule]:
    value = kpi.value(level)
    if kpi is PUE:
        value = f"max by ({level.by}) ({value})"
    elif kpi is ATTAINMENT:
        value = f"({value} <= {figure(table.constant('attainment_implausible'))})"
    scale = scales[kpi.name]
    why = ""
    if level is kpi.levels[0]:
        anchors = (f"{figure(b.value)} → {figure(b.points)}" for b in scale.breakpoints)
        title = table.kpis[kpi.name].title
        why = f"{title.zh}: {', '.join(anchors)}."
    yield Rule(level.of(POINTS), scale.promql(value), (("kpi", kpi.name),), why)


def _coverage(level: Level) -> Iterator[Rule]:
    if level is SITE:
        pue = SITE.of("dcagent_meter_coverage:ratio1d")
    else:
        pue = expr(
            """
            sum without (window) (
                (<ratio>365d and on (<on>) <scored>{window="365d"})
              or
                (<ratio>30d and on (<on>) <scored>{window="30d"})
            )
            """,
            ratio=level.of("dcagent_pue_coverage:ratio"),
            scored=level.of("dcagent_pue:scored"),
            on=level.on,
        )
    yield Rule(level.of(COVERAGE), pue, (("kpi", PUE.name),))
    yield Rule(
        *(level.of(COVERAGE), f"1 + 0 * {OCCUPANCY.value(level)}", (("kpi", OCCUPANCY.name),)),
        "A fact of the inventory.",
    )


def _beside(scales: Scales, level: Level) -> Rule:
    value = f"max by ({level.by}) ({GREEN.value(level)})"
    return Rule(
        level.of("dcagent_kpi_beside:points"),
        scales[GREEN.name].promql(value),
        (("kpi", GREEN.name),),
        "Beside the score: declared, not operating performance." if level is SITE else "",
    )


def _implausible(table: Table, level: Level) -> Rule:
    above = figure(table.constant("attainment_implausible"))
    text = f"clamp({ATTAINMENT.value(level)} > {above}, 1, 1)"
    why = "The rated power is wrong: an alarm, and no points." if level is RACK else ""
    return Rule(level.of("dcagent_ce_attainment:implausible"), text, (), why)


def _breached(table: Table, limit: float) -> Rule:
    text = expr(
        """
        (
          clamp(max by (<by>) (site:dcagent_pue:ratio365d) > <limit>, 1, 1)
          or
          0 * max by (<by>) (site:dcagent_pue:ratio365d)
        )
        and on (site)
        (site:dcagent_standard_racks:sum > <edge>)
        """,
        by=SITE.by,
        limit=figure(limit),
        edge=figure(table.constant("edge_racks")),
    )
    return Rule(
        *(SITE.of("dcagent_pue_limit_breached:bool"), text, ()),
        "Of annual data, whatever the grade; edge centres are outside GB 40879.",
    )


def least() -> Group:
    """The worst coverage and the limiting KPI of each member of each level."""
    rules = []
    for level in LEVELS:
        both = f"{level.of(COVERAGE)} and on ({level.on}, kpi) {level.of(POINTS)}"
        rules += [
            Rule(level.of(SCORE_COVERAGE), f"min by ({level.by}) ({both})"),
            Rule(
                level.of(LIMITING),
                expr(
                    """
                    <points>
                    == on (<on>) group_left ()
                    min by (<on>) (<points>)
                    """,
                    points=level.of(POINTS),
                    on=level.on,
                ),
            ),
        ]
    why = "The worst coverage of what is scored, and the KPI that limits (all of them in a tie)."
    return Group("dcagent_score_least", "2m", Shard.CENTRE, why, tuple(rules))


def score(table: Table) -> Group:
    """The score, where all KPIs are there and covered."""
    rules = []
    for level in LEVELS:
        rules += [
            _score(table, level, "full", f">= {_gate(table, 'full')}"),
            _score(
                *(table, level, "provisional"),
                f">= {_gate(table, 'provisional')} < {_gate(table, 'full')}",
            ),
        ]
    why = """
        Equal-weight geometric mean of the sub-scores: none can buy another one out. All KPIs of
        the level must have points and coverage, and the worst coverage decides: full,
        provisional, or no score at all."""
    return Group("dcagent_score_final", "2m", Shard.CENTRE, why, tuple(rules))


def _gate(table: Table, name: str) -> str:
    return figure(table.constant(f"gate_{name}"))


def _score(table: Table, level: Level, confidence: str, gate: str) -> Rule:
    text = expr(
        """
        exp(avg by (<by>) (ln(clamp_min(<points>, <floor>))))
        and on (<on>)
        (count by (<on>) (<points> and on (<on>, kpi) <coverage>) == <count>)
        and on (<on>)
        (<least> <gate>)
        """,
        by=level.by,
        on=level.on,
        points=level.of(POINTS),
        coverage=level.of(COVERAGE),
        floor=figure(table.constant("score_floor")),
        count=str(len(scored_at(level))),
        least=level.of(SCORE_COVERAGE),
        gate=gate,
    )
    return Rule(level.of(SCORE), text, (("confidence", confidence),))


def withheld() -> Group:
    """What ought to have a score and has none."""
    rules = []
    for level in LEVELS:
        if level in (RACK, CLUSTER):
            ought = f"clamp_max({level.of('dcagent_nodes:expected')}, 1)"
        else:
            ought = f"max by ({level.by}) ({level.member('site:dcagent_inventory:place')})"
        rules.append(
            Rule(level.of(WITHHELD), f"{ought}\nunless on ({level.on})\n{level.of(SCORE)}")
        )
    why = "Everything that ought to have a score and has none says so."
    return Group("dcagent_score_withheld", "2m", Shard.CENTRE, why, tuple(rules))
