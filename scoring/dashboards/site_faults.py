"""What the site is not measured by, and why: coverage, fault reasons, dead targets, alerts."""

from __future__ import annotations

from scoring.dashboards import thresholds
from scoring.dashboards.links import to_rack
from scoring.dashboards.names import AGE, EXPECTED, FAULTS, LOCKED, PRESENT, UP, at
from scoring.dashboards.panel import Column, Kind, Panel, Query, Section
from scoring.dashboards.variables import IN_SITE, in_site
from scoring.dashboards.wording import NODE, RACK, RECORDED, TARGET, YES
from scoring.kpi import ATTAINMENT, IT_LOAD, THERMAL
from scoring.table import Name, Table

ALERTS = 'alertname=~"Dcagent.+", site=~"$site|"'
"""Of the site, and those of the agents and their credentials, which belong to no site."""
FIRING = f'{ALERTS}, alertstate="firing"'


def faults(table: Table) -> Section:
    """Coverage, faults and alerts of the site."""
    return Section(
        Name("覆盖率、故障与告警", "Coverage, faults, alerts"),
        (_coverage(table), _reasons(), _dead(), _alerts()),
    )


def _coverage(table: Table) -> Panel:
    recorded = (
        ("dcagent_power_coverage:ratio", Name("功率 (按额定功率)", "power (by rated power)")),
        ("dcagent_nodes_reporting:ratio", Name("功率 (按台数)", "power (by count)")),
        (ATTAINMENT.minute, Name("算效", "efficiency")),
        (IT_LOAD.minute, Name("IT 负荷", "IT load")),
        (THERMAL.minute, Name("进风", "inlets")),
        ("dcagent_meter_coverage:ratio1d", Name("电表 (24 h)", "meters (24 h)")),
    )
    readings = f"sum({at(PRESENT, IN_SITE)}) / sum({at(EXPECTED, IN_SITE)})"
    return Panel(
        Kind.SERIES,
        Name("覆盖率", "coverage"),
        Name(
            "应有者以台账为准: 失联的设备使覆盖率下降, 不会使分母变小。"
            "“读数”为应答设备的设备配置应有的读数种类中取得的比例。",
            "Of what the inventory expects: a dead device lowers it and does not shrink what it is"
            ' divided by. "readings": of the kinds that the profiles of answering devices expect.',
        ),
        "percentunit",
        (
            *(Query(in_site(metric), name) for metric, name in recorded),
            Query(readings, Name("读数", "readings")),
        ),
        RECORDED,
        steps=thresholds.coverage(table),
        lines=True,
        high=1,
    )


def _reasons() -> Panel:
    return Panel(
        Kind.BARS,
        Name("读数故障, 按原因", "readings that failed, by reason"),
        Name(
            "最近采集中失败的读数; 每个原因的含义与处理见 docs/codes.md, 或 dcagent probe。",
            "Readings that failed in the latest polls; docs/codes.md and dcagent probe say what"
            " each reason means and how to mend it.",
        ),
        "none",
        (Query(f"sort_desc(sum by (reason) ({at(FAULTS, IN_SITE)} > 0))", "{{reason}}"),),
        Name("没有失败的读数 (须已配置采集目标)", "none failed (if targets are configured)"),
        width=12,
        low=0,
        steps=thresholds.warning(),
    )


def _dead() -> Panel:
    down = f"{at(UP, IN_SITE)} == 0"
    same = "site, target"
    values = (
        f"max by (rack, target) ({down})",
        f"max by (rack, target, reason) ({at(FAULTS, IN_SITE)} and on ({same}) ({down}))",
        f"max by (rack, target) ({at(LOCKED, IN_SITE)} and on ({same}) ({down}))",
        f"max by (rack, target) ({at(AGE, IN_SITE)} and on ({same}) ({down}))",
    )
    return Panel(
        Kind.TABLE,
        Name("无应答的目标及原因", "targets that do not answer, and why"),
        Name(
            "“已锁定”: 凭据被拒, 为避免锁死账号不再尝试, 改正配置后恢复。",
            '"locked": the credential was refused and is not tried again, so that no account is'
            " locked out, until the configuration changes.",
        ),
        "none",
        tuple(Query(value) for value in values),
        Name("全部应答 (须已配置采集目标)", "all answer (if targets are configured)"),
        columns=(
            Column("rack", RACK, link=to_rack()),
            Column("target", TARGET),
            Column("reason", Name("原因", "reason")),
            Column("C", Name("已锁定", "locked"), words=YES),
            Column("D", Name("距上次采集", "since the latest poll"), "s"),
        ),
        sort="rack",
    )


def _alerts() -> Panel:
    labels = "alertname, severity, rack, node, target, credential"
    values = (
        f"max by ({labels}) ({at('ALERTS', FIRING)})",
        f"1000 * max by ({labels}) ({at('ALERTS_FOR_STATE', ALERTS)})"
        f" and on ({labels}) {at('ALERTS', FIRING)}",
    )
    return Panel(
        Kind.TABLE,
        Name("活动告警明细", "the alerts that fire"),
        Name(
            "由 Prometheus 或 vmalert 计算; 处理办法见 docs/runbooks 中同名文件。",
            "Evaluated by Prometheus or vmalert; docs/runbooks has what to do, under its name.",
        ),
        "none",
        tuple(Query(value) for value in values),
        Name("无告警 (须已加载告警规则)", "none fires (if alert rules are loaded)"),
        columns=(
            Column("alertname", Name("告警", "alert")),
            Column("severity", Name("级别", "severity")),
            Column("rack", RACK, link=to_rack()),
            Column("node", NODE),
            Column("target", TARGET),
            Column("credential", Name("凭据", "credential")),
            Column("B", Name("自", "since"), "dateTimeAsLocal"),
        ),
        sort="severity",
    )
