"""Why a score is withheld, and figures that are flagged whatever the score."""

from __future__ import annotations

from collections.abc import Iterator

from scoring.dashboards import thresholds
from scoring.dashboards.names import at
from scoring.dashboards.panel import Color, Column, Kind, Panel, Query, Section
from scoring.dashboards.variables import IN_SITE, in_site
from scoring.dashboards.wording import YES, plain
from scoring.kpi import COVERAGE, POINTS, scored_at
from scoring.levels import SITE
from scoring.scale import figure
from scoring.table import Name, Table

BREACHED = SITE.of("dcagent_pue_limit_breached:bool")
IMPLAUSIBLE = SITE.of("dcagent_ce_attainment:implausible")
_WHY = {
    "no points": (Name("没有分数: 缺少数据", "no points: data are missing"), Color.BAD),
    "coverage": (Name("覆盖率不足", "too little is covered"), Color.WARNING),
}


def why(table: Table) -> Section:
    """What a score lacks, and flags."""
    titles = {kpi.name: table.kpis[kpi.name].title for kpi in scored_at(SITE)}
    gates = thresholds.sources(table, "gate_provisional")
    return Section(
        Name("缺什么, 标记", "What it lacks, flags"),
        (
            Panel(
                Kind.TABLE,
                Name("总分缺什么", "what the score lacks"),
                thresholds.joined(
                    Name(
                        "不给分的原因, 每个 KPI 一行; PUE 缺什么见「数据中心」面板; dcagent score "
                        "--explain 列出每台服务器。",
                        "Why the score is withheld, by KPI; what a PUE lacks stands on the site"
                        " dashboard; dcagent score --explain lists every server.",
                    ),
                    gates,
                ),
                "none",
                (Query("\nor\n".join(_lacking(table))), Query("\nor\n".join(_covered(table)))),
                Name("不缺 (须已加载评分规则)", "nothing (if the scoring rules are loaded)"),
                columns=(
                    Column("kpi", Name("KPI", "KPI"), words=plain(titles)),
                    Column("reason", Name("原因", "reason"), words=_WHY),
                    Column("B", Name("覆盖率", "coverage"), "percentunit", decimals=1),
                ),
            ),
            *_flags(table),
        ),
    )


_COVERED = f"max by (site, kpi) ({in_site(COVERAGE)})"
_POINTS = in_site(POINTS)


def _lacking(table: Table) -> Iterator[str]:
    """Each KPI without points, and each that too little is covered of."""
    place = f"max by (site) ({in_site('dcagent_inventory:place')})"
    for kpi in scored_at(SITE):
        named = f'label_replace({place}, "kpi", "{kpi.name}", "", "")'
        yield _reason("no points", f"{named} unless on (site, kpi) {_POINTS}")
    yield _uncovered(table)


def _covered(table: Table) -> Iterator[str]:
    """The coverage of these, where it is known."""
    yield _reason("no points", f"{_COVERED} unless on (site, kpi) {_POINTS}")
    yield _uncovered(table)


def _uncovered(table: Table) -> str:
    gate = figure(table.constant("gate_provisional"))
    return _reason("coverage", f"({_COVERED} and on (site, kpi) {_POINTS}) < {gate}")


def _reason(name: str, expr: str) -> str:
    return f'max by (kpi, reason) (label_replace({expr}, "reason", "{name}", "", ""))'


def _flags(table: Table) -> Iterator[Panel]:
    yield Panel(
        Kind.STAT,
        Name("PUE 超过强制限定值", "PUE above the mandatory limit"),
        thresholds.told(
            Name("仅按全年数据判断; 边缘数据中心不适用。", "By annual data; not for edge centres."),
            thresholds.pue(table),
        ),
        "none",
        (Query(at(BREACHED, IN_SITE)),),
        Name("无值: 没有全年 PUE, 或为边缘数据中心", "none: no annual PUE yet, or an edge centre"),
        width=6,
        height=8,
        words=YES,
        steps=thresholds.none_wanted(),
    )
    yield Panel(
        Kind.STAT,
        Name("η 不可信", "η not plausible"),
        thresholds.joined(
            Name(
                "η 超过上限说明额定功率有误; 此时没有分数。",
                "Above its limit a rated power is wrong; then there are no points.",
            ),
            thresholds.sources(table, "attainment_implausible"),
        ),
        "none",
        (Query(at(IMPLAUSIBLE, IN_SITE)),),
        Name("可信 (须有 η)", "plausible (if there is an η)"),
        width=6,
        height=8,
        words=YES,
        steps=thresholds.none_wanted(),
    )
