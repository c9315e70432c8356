"""The score: grade, sub-scores, what limits it and what it lacks, over time and by region."""

from __future__ import annotations

from collections.abc import Iterator

from scoring.dashboards import thresholds
from scoring.dashboards.names import kpi_of
from scoring.dashboards.panel import Dashboard, Kind, Panel, Query, Section
from scoring.dashboards.score_compute import carbon, compute, idle
from scoring.dashboards.score_members import members, regions
from scoring.dashboards.score_why import why
from scoring.dashboards.variables import IN_SITE, in_site
from scoring.dashboards.wording import NOT_YET, RECORDED, SCORE, UNITS
from scoring.kpi import COVERAGE, LIMITING, POINTS, PUE, SCORE_COVERAGE, WITHHELD, scored_at
from scoring.kpi import SCORE as SCORE_SERIES
from scoring.levels import SITE
from scoring.scale import figure
from scoring.table import Name, Table


def score(table: Table) -> Dashboard:
    """The dashboard of scores."""
    return Dashboard(
        "score",
        Name("算力算效评分", "score"),
        Name(
            "一个数据中心的总分、等级、分项、覆盖率、限制项与趋势; 区域、资源池、机柜; 算力与算效, "
            "空闲, 国产化率, 碳排放。说明见 docs/scoring.md。",
            "A site's score, grade, sub-scores, coverage, what limits it, its trend; regions,"
            " pools, racks; compute and its efficiency, idle servers, domestic share, CO2. See"
            " docs/scoring.md.",
        ),
        (
            _now(table),
            _kpis(table),
            why(table),
            regions(table),
            members(table),
            compute(table),
            idle(table),
            carbon(table),
        ),
        span="7d",
    )


def titles(table: Table) -> dict[str, Name]:
    """What the scored KPIs are called."""
    return {kpi.name: table.kpis[kpi.name].title for kpi in scored_at(SITE)}


def grade(table: Table) -> str:
    """The grade of the site as the label `grade` of its score; N where it is withheld."""
    a, b, c = (figure(table.constant(f"grade_{letter}")) for letter in "abc")
    given, least = in_site(SCORE_SERIES), f"min by (site) ({in_site(POINTS)})"
    best = f"({given} >= {a} and on (site) ({least} >= {b}))"
    grades = {
        "A": best,
        "B": f"{given} >= {b} unless on (site) {best}",
        "C": f"{given} >= {c} < {b}",
        "D": f"{given} < {c}",
        "N": in_site(WITHHELD),
    }
    return "\nor\n".join(
        f'label_replace({expr}, "grade", "{letter}", "", "")' for letter, expr in grades.items()
    )


def _now(table: Table) -> Section:
    return Section(
        Name("现状", "Now"),
        (_score(table), _grade(table), _limiting(table), _coverage(table), _interval()),
    )


def _score(table: Table) -> Panel:
    return Panel(
        Kind.STAT,
        SCORE,
        Name(
            "五项分数的等权几何平均; 全部 KPI 有分且覆盖率足够时才给出。",
            "Geometric mean of five sub-scores, equal weights; given only where all have points and"
            " enough is covered.",
        ),
        "none",
        (Query(in_site(SCORE_SERIES), "{{confidence}}"),),
        Name("不给分: 原因见下", "withheld: why stands below"),
        steps=thresholds.points(table),
        decimals=1,
    )


def _grade(table: Table) -> Panel:
    return Panel(
        Kind.STAT,
        Name("等级", "grade"),
        Name(
            "A 还要求每一分项不低于 B 线; N 为不给分。",
            "A needs every sub-score at B's bound as well; N is withheld.",
        ),
        "none",
        (Query(grade(table), "{{grade}}"),),
        RECORDED,
        steps=thresholds.points(table),
        by_name=True,
    )


def _limiting(table: Table) -> Panel:
    return Panel(
        Kind.STAT,
        Name("限制项", "what limits it"),
        Name("分数最低的 KPI; 提高它最有效。", "The lowest sub-score: raising it helps most."),
        "none",
        (Query(in_site(LIMITING), "{{kpi}}"),),
        NOT_YET,
        steps=thresholds.points(table),
        names=titles(table),
        by_name=True,
    )


def _coverage(table: Table) -> Panel:
    return Panel(
        Kind.STAT,
        Name("最低覆盖率", "least coverage"),
        Name("决定可信度: 完整、暂定或不给分。", "It decides: full, provisional, withheld."),
        "percentunit",
        (Query(in_site(SCORE_COVERAGE)),),
        NOT_YET,
        steps=thresholds.coverage(table),
        decimals=1,
    )


def _interval() -> Panel:
    return Panel(
        Kind.STAT,
        Name("服务器功率区间", "power of the servers, from – to"),
        Name(
            "真实值在两者之间: 未应答的服务器按额定功率计为上限。"
            "有服务器既无读数又无额定功率时没有上限。",
            "The truth lies between: the silent at their rating are the upper bound. There is none"
            " where a silent server has no rating.",
        ),
        "watt",
        (
            Query(in_site("dcagent_node_power_watts:measured"), Name("实测", "measured")),
            Query(in_site("dcagent_node_power_watts:upper"), Name("上限", "at most")),
        ),
        RECORDED,
        width=8,
    )


def _kpis(table: Table) -> Section:
    return Section(
        Name("分项", "Sub-scores"),
        (_points(table), _covered(table), _trend(table), *_values(table)),
    )


def _points(table: Table) -> Panel:
    return Panel(
        Kind.BARS,
        Name("分项得分", "sub-scores"),
        Name(
            "60 为法定底线, 80 为国家现行目标, 100 为最佳; 断点及出处见 docs/scoring.md。",
            "60 is the official floor, 80 the present national target, 100 the best. All"
            " breakpoints with sources: docs/scoring.md.",
        ),
        "none",
        (Query(in_site(POINTS), "{{kpi}}"),),
        NOT_YET,
        steps=thresholds.points(table),
        names=titles(table),
        low=0,
        high=100,
        decimals=0,
    )


def _covered(table: Table) -> Panel:
    return Panel(
        Kind.BARS,
        Name("各项覆盖率", "coverage"),
        Name("缺失的分钟按 0 计。", "Minutes that are missing altogether count as 0."),
        "percentunit",
        (Query(in_site(COVERAGE), "{{kpi}}"),),
        NOT_YET,
        steps=thresholds.coverage(table),
        names=titles(table),
        low=0,
        high=1,
    )


def _trend(table: Table) -> Panel:
    return Panel(
        Kind.SERIES,
        Name("趋势", "trend"),
        Name("总分与各分项。", "The score and its sub-scores."),
        "none",
        (Query(in_site(SCORE_SERIES), SCORE), Query(in_site(POINTS), "{{kpi}}")),
        NOT_YET,
        width=8,
        names=titles(table),
        low=0,
        high=100,
        decimals=0,
    )


def _values(table: Table) -> Iterator[Panel]:
    """The value of each KPI; PUE's is a ratio that is no share."""
    for kpi in scored_at(SITE):
        entry = table.kpis[kpi.name]
        scored = [figure(b.value) for b in entry.breakpoints if b.points]
        legend = "{{window}} · {{category}}" if kpi is PUE else ""
        about = Name(
            f"{entry.title.zh}; 断点 {', '.join(dict.fromkeys(scored))}, 出处见 docs/scoring.md。",
            f"{entry.title.en}; breakpoints {', '.join(dict.fromkeys(scored))}, sources in"
            " docs/scoring.md.",
        )
        yield Panel(
            Kind.STAT,
            entry.title,
            about,
            "none" if kpi is PUE else UNITS[entry.unit],
            (Query(kpi_of(kpi.name, SITE, IN_SITE), legend),),
            NOT_YET,
            width=8 if kpi is PUE else 4,
            decimals=2 if kpi is PUE else 1,
        )
