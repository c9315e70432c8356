"""Scores of regions, and of the pools and racks of the site."""

from __future__ import annotations

from scoring.dashboards import thresholds
from scoring.dashboards.links import to_rack, to_site
from scoring.dashboards.names import at
from scoring.dashboards.panel import Column, Kind, Panel, Query, Section
from scoring.dashboards.variables import IN_SITE, REGION, chain
from scoring.dashboards.wording import COVERAGE, NOT_YET, RACK, SCORE, plain
from scoring.kpi import ATTAINMENT, IT_LOAD, LIMITING, SCORE_COVERAGE, THERMAL, scored_at
from scoring.kpi import SCORE as SCORE_SERIES
from scoring.levels import CLUSTER, REGIONS, SITE, Level
from scoring.levels import RACK as RACKS
from scoring.table import Name, Table

_LEVELS = (*reversed(REGIONS), SITE)
_NAMES = {
    "province": Name("省", "province"),
    "hub": Name("枢纽", "hub"),
    "zone": Name("集群", "zone"),
    "site": Name("数据中心", "site"),
}
_RANKS = {str(rank): _NAMES[level.name] for rank, level in enumerate(_LEVELS, 1)}
CONFIDENCE = Name("可信度", "confidence")
CONFIDENCES = {
    "full": Name("完整", "full"),
    "provisional": Name("暂定", "provisional"),
}


def _each(metric: str) -> str:
    """A recorded metric of every region and site that is chosen, with its level as a label."""
    return "\nor\n".join(
        f'label_replace({at(level.of(metric), _chosen(level))}, "level", "{rank}", "", "")'
        for rank, level in enumerate(_LEVELS, 1)
    )


def _chosen(level: Level) -> str:
    return ", ".join(v.matcher for v in chain(*REGION) if v.name in level.labels)


def regions(table: Table) -> Section:
    """Province, hub, zone and site, as far as they are chosen."""
    labels = "level, province, hub, zone, site"
    return Section(
        Name("区域与数据中心", "Regions and sites"),
        (
            Panel(
                Kind.TABLE,
                Name("省、枢纽、集群、数据中心", "provinces, hubs, zones, sites"),
                Name(
                    "不给分的也列出; 点击数据中心打开。",
                    "Those whose score is withheld stand here as well. Click a site to open it.",
                ),
                "none",
                (
                    Query(f"max by ({labels}) ({_each('dcagent_nodes:expected')})"),
                    Query(f"max by ({labels}, confidence) ({_each(SCORE_SERIES)})"),
                    Query(f"max by ({labels}) ({_each(SCORE_COVERAGE)})"),
                    Query(f"max by ({labels}) ({_each(ATTAINMENT.metric)})"),
                    Query(f"max by ({labels}) ({_each('dcagent_node_power_watts:measured')})"),
                ),
                NOT_YET,
                width=24,
                columns=(
                    Column("level", Name("级别", "level"), words=plain(_RANKS)),
                    *(Column(name, title) for name, title in _NAMES.items() if name != "site"),
                    Column("site", _NAMES["site"], link=to_site("site")),
                    Column("B", SCORE, steps=thresholds.points(table), decimals=1),
                    Column("confidence", CONFIDENCE, words=plain(CONFIDENCES)),
                    Column("C", COVERAGE, "percentunit", thresholds.coverage(table), decimals=1),
                    Column("D", Name("η", "η"), "percentunit", decimals=1),
                    Column("A", Name("应有服务器", "servers expected")),
                    Column("E", Name("实测功率", "measured power"), "watt"),
                ),
                sort="level",
            ),
        ),
    )


def members(table: Table) -> Section:
    """The pools and racks of the site."""
    return Section(Name("资源池与机柜", "Pools and racks"), (_pools(table), _racks(table)))


def _pools(table: Table) -> Panel:
    by = "cluster, kind"
    metrics = (
        ATTAINMENT.metric,
        SCORE_COVERAGE,
        "dcagent_nodes:expected",
        "dcagent_utilization_activity_basis:ratio",
    )
    return Panel(
        Kind.TABLE,
        Name("资源池", "pools"),
        Name(
            "只在同类之间比较; 智算还要求两边的利用率都来自活动计数 (接近 100 %)。",
            "Compare within a kind only; AI pools only where both use activity counters (near 100"
            " %).",
        ),
        "none",
        (
            *(Query(f"max by ({by}) ({at(CLUSTER.of(m), IN_SITE)})") for m in metrics),
            Query(f"max by ({by}, confidence) ({at(CLUSTER.of(SCORE_SERIES), IN_SITE)})"),
        ),
        NOT_YET,
        columns=(
            Column("cluster", Name("资源池", "pool")),
            Column("kind", Name("类别", "kind"), words=plain(kinds(table))),
            Column("E", SCORE, steps=thresholds.points(table), decimals=1),
            Column("confidence", CONFIDENCE, words=plain(CONFIDENCES)),
            Column("A", Name("η", "η"), "percentunit", decimals=1),
            Column("B", COVERAGE, "percentunit", thresholds.coverage(table), decimals=1),
            Column("C", Name("应有服务器", "servers expected")),
            Column("D", Name("活动计数", "activity counters"), "percentunit"),
        ),
        sort="kind",
    )


def kinds(table: Table) -> dict[str, Name]:
    """What the kinds of compute are called."""
    return {name: kind.title for name, kind in table.kinds.items()}


def _racks(table: Table) -> Panel:
    titles = {kpi.name: table.kpis[kpi.name].title for kpi in scored_at(RACKS)}
    chosen = (IN_SITE, 'rack!=""')
    metrics = (ATTAINMENT.metric, IT_LOAD.metric, THERMAL.metric)
    return Panel(
        Kind.TABLE,
        Name("机柜, 最差的在前", "racks, the worst first"),
        Name("空格为未知, 而非 0。点击打开。", "An empty cell is unknown, not 0. Click to open."),
        "none",
        (
            Query(f"max by (rack, confidence) ({at(RACKS.of(SCORE_SERIES), *chosen)})"),
            *(Query(f"max by (rack) ({at(RACKS.of(m), *chosen)})") for m in metrics),
            Query(f"max by (rack, kpi) ({at(RACKS.of(LIMITING), *chosen)})"),
        ),
        NOT_YET,
        columns=(
            Column("rack", RACK, link=to_rack()),
            Column("A", SCORE, steps=thresholds.points(table), decimals=1),
            Column("confidence", CONFIDENCE, words=plain(CONFIDENCES)),
            Column("kpi", Name("限制项", "limits it"), words=plain(titles)),
            Column("B", Name("η", "η"), "percentunit", decimals=1),
            Column("C", Name("负荷", "load"), "percentunit", decimals=1),
            Column("D", Name("RCI-HI", "RCI-HI"), "percent", decimals=1),
        ),
        sort="A",
    )
