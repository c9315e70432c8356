"""The site: power against design, energy and PUE, inlets, what is not measured and why, racks."""

from __future__ import annotations

from scoring.dashboards import thresholds
from scoring.dashboards.links import to_rack
from scoring.dashboards.names import UP, at
from scoring.dashboards.panel import Column, Dashboard, Kind, Link, Panel, Query, Section
from scoring.dashboards.site_faults import FIRING, faults
from scoring.dashboards.site_inlets import INLET, inlets
from scoring.dashboards.site_pue import energy
from scoring.dashboards.variables import IN_SITE, in_site
from scoring.dashboards.wording import NOT_ASKED, POWER, RACK, RECORDED, SCORE, UNREAD
from scoring.kpi import ATTAINMENT, IT_LOAD
from scoring.kpi import SCORE as SCORE_SERIES
from scoring.levels import RACK as RACKS
from scoring.table import Name, Table


def site(table: Table) -> Dashboard:
    """The dashboard of one site."""
    return Dashboard(
        "site",
        Name("数据中心", "site"),
        Name(
            "一个数据中心: 功率与设计值, 能耗与 PUE, 进风温度, 覆盖率与故障原因, 告警, 各机柜。",
            "One site: power against design, energy and PUE, inlets, coverage and the reasons of"
            " faults, alerts, racks.",
        ),
        (_now(table), energy(table), inlets(table), faults(table), _racks(table)),
        span="24h",
    )


def _now(table: Table) -> Section:
    return Section(
        Name("现状", "Now"),
        (
            Panel(
                Kind.STAT,
                Name("IT 功率", "IT power"),
                Name(
                    "各机柜功率之和: PDU 全部应答的机柜取 PDU, 否则取几乎全部服务器之和。",
                    "Sum over the racks: the PDUs where all of a rack answer, else the sum of"
                    " nearly all its servers.",
                ),
                "watt",
                (Query(in_site(IT_LOAD.above)),),
                RECORDED,
            ),
            Panel(
                Kind.STAT,
                Name("占设计功率", "of design power"),
                Name(
                    "已知功率 / 这些机柜的设计功率。",
                    "Power drawn / design power, over the racks of which both are known.",
                ),
                "percentunit",
                (Query(in_site("dcagent_it_load:ratio")),),
                RECORDED,
                decimals=1,
            ),
            _score(table),
            *_answering(table),
            _alerts(),
        ),
    )


def _score(table: Table) -> Panel:
    return Panel(
        Kind.STAT,
        SCORE,
        Name(
            "0–100, 由五项 KPI 得出; 说明见评分面板。",
            "0 to 100 of five KPIs; the score dashboard explains it.",
        ),
        "none",
        (Query(in_site(SCORE_SERIES), "{{confidence}}"),),
        Name("不给分: 见评分面板", "withheld: see the score dashboard"),
        steps=thresholds.points(table),
        link=Link("score", Name("打开评分", "open the score"), {}),
        decimals=0,
    )


def _answering(table: Table) -> tuple[Panel, ...]:
    up = at(UP, IN_SITE)
    return (
        Panel(
            Kind.STAT,
            Name("功率覆盖率", "power coverage"),
            Name(
                "有有效功率读数的服务器占应有服务器之比, 按额定功率加权。应有者以台账为准。",
                "Servers with a valid power, of those that the inventory expects, by rated power.",
            ),
            "percentunit",
            (Query(in_site("dcagent_power_coverage:ratio")),),
            RECORDED,
            steps=thresholds.coverage(table),
            decimals=1,
        ),
        Panel(
            Kind.STAT,
            Name("无应答目标", "targets that do not answer"),
            Name("最近一次采集未到达的设备数。", "Devices that the latest poll did not reach."),
            "none",
            (Query(f"count({up}) - sum({up})"),),
            NOT_ASKED,
            steps=thresholds.none_wanted(),
        ),
    )


def _alerts() -> Panel:
    return Panel(
        Kind.STAT,
        Name("活动告警", "firing alerts"),
        Name(
            "Prometheus 或 vmalert 当前触发的告警; 明细见下。",
            "What Prometheus or vmalert fires now; listed below.",
        ),
        "none",
        (Query(f"count({at('ALERTS', FIRING)})"),),
        Name("无告警 (须已加载告警规则)", "none fires (if alert rules are loaded)"),
        steps=thresholds.none_wanted(),
    )


_IN_RACK = 'rack!=""'
_RACK_VALUES = (
    at(RACKS.of("dcagent_power_watts:sum"), IN_SITE),
    at(RACKS.of("dcagent_rack_rated_power_watts:installed"), IN_SITE),
    at(RACKS.of("dcagent_it_load:ratio"), IN_SITE),
    at(INLET, IN_SITE, _IN_RACK),
    at(RACKS.of("dcagent_nodes_reporting:ratio"), IN_SITE, _IN_RACK),
    at(ATTAINMENT.value(RACKS), IN_SITE, _IN_RACK),
    at(RACKS.of(SCORE_SERIES), IN_SITE, _IN_RACK),
)


def _racks(table: Table) -> Section:
    columns = (
        Column("rack", RACK, link=to_rack()),
        Column("A", POWER, "watt"),
        Column("B", Name("设计功率", "design power"), "watt"),
        Column("C", Name("占设计功率", "of design"), "percentunit", thresholds.load(table)),
        Column("D", Name("最热进风", "hottest inlet"), "celsius", thresholds.inlets(table)),
        Column(
            "E", Name("服务器应答", "servers answering"), "percentunit", thresholds.all_wanted()
        ),
        Column("F", Name("η (24 h)", "η (24 h)"), "percentunit", decimals=1),
        Column("G", SCORE, "none", thresholds.points(table), decimals=0),
    )
    return Section(
        Name("机柜", "Racks"),
        (
            Panel(
                Kind.TABLE,
                Name("各机柜", "all racks"),
                Name(
                    "空格表示未知, 而非 0。点击机柜打开。",
                    "An empty cell is unknown, not 0. Click a rack to open it.",
                ),
                "none",
                tuple(Query(f"max by (rack) ({value})") for value in _RACK_VALUES),
                UNREAD,
                width=24,
                height=12,
                columns=columns,
                sort="-C",
            ),
        ),
    )
