"""The server: power by source, PSUs, temperatures beside their limits, what is absent and why."""

from __future__ import annotations

from scoring.dashboards import thresholds
from scoring.dashboards.links import to_rack
from scoring.dashboards.names import ASKED, DEVICE, NODE_INFO, RATED, at, word
from scoring.dashboards.node_absent import absent, of_targets
from scoring.dashboards.node_compute import compute
from scoring.dashboards.node_heat import heat
from scoring.dashboards.node_power import power
from scoring.dashboards.panel import Column, Dashboard, Kind, Panel, Query, Section
from scoring.dashboards.rack_servers import best_power
from scoring.dashboards.variables import AT_NODE
from scoring.dashboards.wording import ON, POWER, RACK, UNREAD, UNTOLD
from scoring.table import Name, Table


def node(table: Table) -> Dashboard:
    """The dashboard of one server."""
    return Dashboard(
        "node",
        Name("服务器", "server"),
        Name(
            "一台服务器: 各来源的功率与性质, 电源模块, 温度与限值, 风扇, 加速卡, 电量, 缺什么。",
            "One server: power by source and quality, PSUs, temperatures and limits, fans,"
            " accelerators, energy, what is absent.",
        ),
        (_now(table), power(), heat(table), compute(), absent()),
    )


def _now(table: Table) -> Section:
    return Section(
        Name("现状", "Now"),
        (
            Panel(
                Kind.STAT,
                POWER,
                Name(
                    "最可信的来源; 性质为 estimated 的不参与评分。",
                    "By the best source; what is estimated is never scored.",
                ),
                "watt",
                (Query(best_power(AT_NODE), "{{source}} · {{quality}}"),),
                UNREAD,
            ),
            _rated(),
            _age(table),
            _inlet(table),
            _use(),
            _switched(),
            _identity(),
            _place(),
        ),
    )


def _rated() -> Panel:
    return Panel(
        Kind.STAT,
        Name("额定功率", "rated power"),
        Name(
            "台账声明的满载输入功率; 铭牌值 (nameplate) 不参与评分。",
            "Full-load input power by the inventory; a nameplate's is never scored.",
        ),
        "watt",
        (Query(f"max by (basis) ({at(RATED, AT_NODE)})", "{{basis}}"),),
        UNTOLD,
    )


def _age(table: Table) -> Panel:
    return Panel(
        Kind.STAT,
        Name("功率读数年龄", "age of the power"),
        Name(
            "距设备被询问的时间; 超过有效期的读数不参与评分。",
            "Since the device was asked; one that is too old is not scored.",
        ),
        "s",
        (Query(f"time() - max({at(ASKED, AT_NODE)})"),),
        UNREAD,
        steps=thresholds.fresh(table),
        decimals=0,
    )


def _inlet(table: Table) -> Panel:
    return Panel(
        Kind.STAT,
        Name("进风", "inlet"),
        Name("最热的进风传感器。", "The hottest inlet sensor."),
        "celsius",
        (Query(f"max({at(word('air_inlet.temperature_celsius'), AT_NODE)})"),),
        UNREAD,
        steps=thresholds.inlets(table),
        decimals=1,
    )


def _use() -> Panel:
    return Panel(
        Kind.STAT,
        Name("利用率", "utilisation"),
        Name(
            "各设备利用率, 按其峰值算力加权; 缺一个设备即无值。",
            "Of its devices, weighted by their peak; absent where one of them has none.",
        ),
        "percentunit",
        (Query(f"max({at('node:dcagent_utilization:ratio', AT_NODE)})"),),
        Name("无值: 有设备没有利用率, 或未加载评分规则", "none: a device has none, or no rules"),
        decimals=1,
    )


def _switched() -> Panel:
    return Panel(
        Kind.STAT,
        Name("电源", "switched"),
        Name("有意关机不算缺失。", "Off on purpose is not missing."),
        "none",
        (Query(f"max({at(word('chassis.state'), AT_NODE)})"),),
        UNREAD,
        steps=thresholds.neutral(),
        words=ON,
    )


def _identity() -> Panel:
    labels = "target, vendor, model, serial, firmware, profile"
    return Panel(
        Kind.TABLE,
        Name("设备自述", "what it says it is"),
        Name(
            "每个采集目标 (BMC, 本机) 一行。", "A line for each target (its BMC, the host itself)."
        ),
        "none",
        (Query(f"max by ({labels}) ({of_targets(DEVICE)})"),),
        Name("无值: 目标没有应答", "none: no target of it answers"),
        width=14,
        height=5,
        columns=(
            Column("target", Name("采集目标", "target")),
            Column("vendor", Name("厂商", "vendor")),
            Column("model", Name("型号", "model")),
            Column("serial", Name("序列号", "serial")),
            Column("firmware", Name("固件", "firmware")),
            Column("profile", Name("设备配置", "profile")),
        ),
    )


def _place() -> Panel:
    labels = "room, row, rack, cluster, kind, lifecycle"
    return Panel(
        Kind.TABLE,
        Name("台账", "the inventory"),
        Name("点击机柜打开。", "Click the rack to open it."),
        "none",
        (Query(f"max by ({labels}) ({at(NODE_INFO, AT_NODE)})"),),
        UNTOLD,
        width=10,
        height=5,
        columns=(
            Column("rack", RACK, link=to_rack()),
            Column("room", Name("机房", "room")),
            Column("row", Name("列", "row")),
            Column("cluster", Name("资源池", "cluster")),
            Column("kind", Name("类别", "kind")),
            Column("lifecycle", Name("状态", "lifecycle")),
        ),
    )
