"""A server's power by source and quality, its PSUs, its energy and the gaps in it."""

from __future__ import annotations

from scoring.dashboards.names import ENERGY, GAP, PSU_INFO, at, word
from scoring.dashboards.panel import Column, Kind, Panel, Query, Section
from scoring.dashboards.rack_feeds import FEED
from scoring.dashboards.site_pue import JOULES_PER_KWH
from scoring.dashboards.variables import AT_NODE, IN_SITE
from scoring.dashboards.wording import STATES, UNREAD, UNTOLD
from scoring.table import Name

OTHERS = (
    ("node_dcmi.power_watts", Name("DCMI", "DCMI")),
    ("node_sdr.power_watts", Name("总功率传感器", "total sensor")),
    ("node_psu_sum.power_watts", Name("电源模块之和", "sum of the PSUs")),
    ("node_meter.power_watts", Name("ACPI 功率计", "ACPI meter")),
    ("node_snmp.power_watts", Name("BMC 的 SNMP", "the BMC by SNMP")),
    ("node_rapl.power_watts", Name("RAPL (估算)", "RAPL (estimated)")),
)
"""Where a server's power may come from beside the source that was chosen."""


def power() -> Section:
    """Power, PSUs, energy."""
    return Section(
        Name("功率、电源模块与电量", "Power, PSUs, energy"),
        (_sources(), _parts(), _psus(), _wiring(), *_energy()),
    )


def _sources() -> Panel:
    chosen = f"max by (source, quality) ({at(word('node.power_watts'), AT_NODE)})"
    others = (Query(f"max({at(word(text), AT_NODE)})", name) for text, name in OTHERS)
    return Panel(
        Kind.SERIES,
        Name("各来源的功率", "power by source"),
        Name(
            "采用的来源带有性质; 其余仅供对照。0 W 的运行中服务器视为故障, 不是数值。",
            "The chosen source has its quality beside it, others are for comparison. 0 W of a"
            " running server is a fault, not a value.",
        ),
        "watt",
        (
            Query(
                chosen, Name("采用: {{source}} · {{quality}}", "chosen: {{source}} · {{quality}}")
            ),
            *others,
        ),
        UNREAD,
        low=0,
    )


def _parts() -> Panel:
    psus = f"max by (psu) ({at(word('psu_input.power_watts'), AT_NODE)})"
    parts = f"max by (subsystem) ({at(word('subsystem.power_watts'), AT_NODE)})"
    return Panel(
        Kind.SERIES,
        Name("电源模块与部件", "PSUs and parts"),
        Name(
            "各电源输入功率, 及 BMC 给出的部件功率 (部件之和不等于整机)。",
            "Input of each PSU, and parts as the BMC tells them (they do not add up to the total).",
        ),
        "watt",
        (Query(psus, Name("电源 {{psu}}", "PSU {{psu}}")), Query(parts, "{{subsystem}}")),
        UNREAD,
        low=0,
    )


def _psus() -> Panel:
    words = (
        *("psu.state", "psu_input.power_watts", "psu_output.power_watts"),
        *("psu_input.voltage_volts", "psu_input.current_amperes"),
        *("psu.load_ratio", "psu.temperature_celsius"),
    )
    return Panel(
        Kind.TABLE,
        Name("电源模块", "PSUs"),
        Name(
            "BMC 的编号; 接线见右。", "Numbered as the BMC does; their wiring stands on the right."
        ),
        "none",
        tuple(Query(f"max by (psu) ({at(word(text), AT_NODE)})") for text in words),
        UNREAD,
        columns=(
            Column("psu", Name("电源", "PSU")),
            Column("A", Name("状态", "state"), words=STATES),
            Column("B", Name("输入", "input"), "watt"),
            Column("C", Name("输出", "output"), "watt"),
            Column("D", Name("电压", "voltage"), "volt", decimals=0),
            Column("E", Name("电流", "current"), "amp", decimals=2),
            Column("F", Name("负载", "load"), "percentunit"),
            Column("G", Name("温度", "temperature"), "celsius", decimals=0),
        ),
        sort="psu",
    )


def _wiring() -> Panel:
    plugged = at(PSU_INFO, AT_NODE)
    watts = at(word("outlet.power_watts"), IN_SITE)
    outlets = f'label_replace({watts}, "pdu", "$1", "target", "(.+)")'
    by = "psu, pdu, outlet, feed"
    of_outlet = f"on (site, pdu, outlet) group_left () max by (site, pdu, outlet) ({outlets})"
    return Panel(
        Kind.TABLE,
        Name("电源接线", "where its PSUs are plugged in"),
        Name(
            "台账的 psus, 从 1 编号; 两个电源应接在不同的路上。功率为 PDU 插座的读数。",
            "By the inventory (psus), numbered from 1; two PSUs ought to hang on different feeds."
            " Power as the PDU's outlet reads it.",
        ),
        "none",
        (Query(f"max by ({by}) ({plugged})"), Query(f"max by ({by}) ({plugged} * {of_outlet})")),
        UNTOLD,
        columns=(
            Column("psu", Name("电源", "PSU")),
            Column("feed", FEED),
            Column("pdu", Name("PDU", "PDU")),
            Column("outlet", Name("插座", "outlet")),
            Column("B", Name("插座功率", "power of the outlet"), "watt"),
        ),
        sort="psu",
    )


def _energy() -> tuple[Panel, ...]:
    counted = f"increase({at(ENERGY, AT_NODE)}[$__range])"
    gap = f"increase({at(GAP, AT_NODE)}[$__range])"
    return (
        Panel(
            Kind.STAT,
            Name("电量, 所选时段", "energy, in the time shown"),
            Name(
                "由采集端积分功率得出, 每个来源一个计数器; 中断不补。",
                "Power integrated by the agent, a counter for each source; gaps are not filled.",
            ),
            "kwatth",
            (Query(f"sum by (source) ({counted}) / {JOULES_PER_KWH}", "{{source}}"),),
            UNREAD,
            width=12,
            decimals=2,
        ),
        Panel(
            Kind.STAT,
            Name("未计量时间", "time not counted"),
            Name(
                "所选时段内没有功率可积分的时间。",
                "Time in what is shown for which there was no power to count.",
            ),
            "s",
            (Query(f"max({gap})"),),
            UNREAD,
            width=12,
            decimals=0,
        ),
    )
