"""A rack's servers from top to bottom, its air, and what is not read of it."""

from __future__ import annotations

from scoring.dashboards import thresholds
from scoring.dashboards.links import to_node
from scoring.dashboards.names import FAULTS, INFO, NODE_INFO, RATED, at, word
from scoring.dashboards.panel import Column, Kind, Panel, Query, Section
from scoring.dashboards.variables import IN_RACK, IN_SITE
from scoring.dashboards.wording import NODE, NOT_ASKED, ON, POWER, TARGET, UNREAD
from scoring.table import Name, Table

WATTS = word("node.power_watts")
INLET = word("air_inlet.temperature_celsius")
HERE = at(NODE_INFO, IN_RACK)
HAS_NODE = 'node!=""'
HAS_U = 'u!=""'
SURE = 'quality!="estimated"'
NO_NAMEPLATE = 'basis!="nameplate"'


def best_power(chosen: str) -> str:
    """The power of servers: measured or derived, else estimated."""
    labels = "max by (node, source, quality)"
    sure = f"{labels} ({at(WATTS, chosen, SURE)})"
    return f"{sure} or on (node) {labels} ({at(WATTS, chosen)})"


def servers(table: Table) -> Section:
    """What stands in the rack."""
    inlet = f"max by (node) ({at(INLET, IN_RACK)})"
    return Section(
        Name("服务器", "Servers"),
        (
            _servers(table),
            Panel(
                Kind.SERIES,
                Name("各服务器功率", "power of each server"),
                Name("最可信的来源。", "By the best source that each offers."),
                "watt",
                (Query(f"max by (node) ({at(WATTS, IN_RACK)})", "{{node}}"),),
                UNREAD,
                low=0,
                stacked=True,
            ),
            Panel(
                Kind.SERIES,
                Name("各服务器进风", "inlet of each server"),
                Name("最热的进风传感器。", "The hottest inlet sensor."),
                "celsius",
                (Query(inlet, "{{node}}"),),
                UNREAD,
                steps=thresholds.inlets(table),
                lines=True,
                decimals=1,
            ),
        ),
    )


def _servers(table: Table) -> Panel:
    of_node = f"on (site, target) group_left (node) max by (site, target, node) ({_info()})"
    values = (
        f"max by (node) ({HERE})",
        f"max by (node, u) ({at(INFO, IN_RACK, HAS_NODE, HAS_U)})",
        best_power(IN_RACK),
        f"max by (node) ({at(RATED, IN_SITE, NO_NAMEPLATE)} and on (site, node) {HERE})",
        f"max by (node) ({at(INLET, IN_RACK)})",
        f"max by (node) ({at('node:dcagent_utilization:ratio', IN_RACK)})",
        f"max by (node) ({at(word('chassis.state'), IN_RACK)})",
        f"sum by (node) ({at(FAULTS, IN_RACK)} * {of_node}) > 0",
    )
    return Panel(
        Kind.TABLE,
        Name("各服务器, 自上而下", "its servers, from the top"),
        Name(
            "台账中的服务器全部列出; 空格为未知, 而非 0。点击打开。",
            "All that the inventory names; an empty cell is unknown, not 0. Click to open one.",
        ),
        "none",
        tuple(Query(value) for value in values),
        Name("台账与采集目标中都没有服务器", "neither inventory nor targets name a server"),
        width=24,
        height=12,
        columns=(
            Column("u", Name("U 位", "U")),
            Column("node", NODE, link=to_node()),
            Column("C", POWER, "watt"),
            Column("source", Name("来源", "source")),
            Column("quality", Name("性质", "quality")),
            Column("D", Name("额定功率", "rated power"), "watt"),
            Column("E", Name("进风", "inlet"), "celsius", thresholds.inlets(table), decimals=1),
            Column("F", Name("利用率", "utilisation"), "percentunit", decimals=1),
            Column("G", Name("电源", "switched"), words=ON),
            Column("H", Name("失败读数", "readings that failed"), steps=thresholds.warning()),
        ),
        sort="-u",
        numbers=("u",),
    )


def _info() -> str:
    return at(INFO, IN_RACK, HAS_NODE)


def surroundings() -> Section:
    """The rack's own air, and faults."""
    return Section(
        Name("环境与缺失", "Air, and what is absent"),
        (
            _environment("temperature_celsius", Name("环境温度", "air at probes"), "celsius"),
            _environment("humidity_ratio", Name("环境湿度", "humidity at probes"), "percentunit"),
            _faults(),
        ),
    )


def _environment(quantity: str, title: Name, unit: str) -> Panel:
    air = at(word(f"environment.{quantity}"), IN_RACK)
    return Panel(
        Kind.SERIES,
        title,
        Name("PDU 或环境监控的探头。", "Probes of PDUs and environment monitors."),
        unit,
        (Query(f"max by (target, sensor) ({air})", "{{target}} {{sensor}}"),),
        Name("无值: 没有探头", "none: there is no probe"),
        width=8,
        decimals=1,
    )


def _faults() -> Panel:
    return Panel(
        Kind.TABLE,
        Name("失败的读数", "readings that failed"),
        Name(
            "按目标与原因; 含义与处理见 docs/codes.md。",
            "By target and reason; docs/codes.md says what to do.",
        ),
        "none",
        (Query(f"max by (target, reason) ({at(FAULTS, IN_RACK)}) > 0"),),
        NOT_ASKED,
        width=8,
        columns=(
            Column("target", TARGET),
            Column("reason", Name("原因", "reason")),
            Column("A", Name("读数", "readings")),
        ),
        sort="-A",
    )
