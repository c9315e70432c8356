"""A server's computing devices: how much they are used, its accelerators' heat and memory."""

from __future__ import annotations

from scoring.dashboards.names import at, word
from scoring.dashboards.panel import Column, Kind, Panel, Query, Section
from scoring.dashboards.variables import AT_NODE
from scoring.dashboards.wording import POWER, STATES
from scoring.table import Name

DEVICE = Name("设备", "device")


def compute() -> Section:
    """Utilisation and accelerators."""
    return Section(
        Name("利用率与加速卡", "Utilisation, accelerators"), (_use(), _peaks(), _accelerators())
    )


def _use() -> Panel:
    used = at(word("device.utilization_ratio"), AT_NODE)
    return Panel(
        Kind.SERIES,
        Name("设备利用率", "utilisation by device"),
        Name(
            "time: 有任务在运行的时间占比; activity: 计算单元的活动, 更接近实际算力。",
            "time: share of the time with anything at work; activity: of the computing units, which"
            " is nearer to what is computed.",
        ),
        "percentunit",
        (Query(f"max by (device, basis) ({used})", "{{device}} ({{basis}})"),),
        Name("无值: 需在该服务器上运行采集端", "none: needs an agent on the server itself"),
        low=0,
        high=1,
    )


def _peaks() -> Panel:
    return Panel(
        Kind.TABLE,
        Name("峰值算力", "peak compute"),
        Name(
            "来自处理器表 (docs/processors.md), 稠密, 精度之间从不换算。",
            "From the processor table (docs/processors.md), dense; precisions are never converted.",
        ),
        "none",
        (Query(f"max by (device, precision) ({at(word('device.peak_flops'), AT_NODE)})"),),
        Name("无值: 处理器表不认识该型号", "none: the processor table does not know it"),
        columns=(
            Column("device", DEVICE),
            Column("precision", Name("精度", "precision")),
            Column("A", Name("峰值", "peak"), "flops"),
        ),
        sort="device",
    )


def _accelerators() -> Panel:
    words = (
        *("accelerator.state", "accelerator.power_watts", "accelerator.temperature_celsius"),
        *("accelerator.utilization_ratio", "accelerator.memory_used_bytes"),
        "accelerator.memory_total_bytes",
    )
    return Panel(
        Kind.TABLE,
        Name("加速卡", "accelerators"),
        Name(
            "由厂商工具读出, 见 docs/accelerators.md。",
            "Read by the vendors' tools, see docs/accelerators.md.",
        ),
        "none",
        tuple(Query(f"max by (device) ({at(word(text), AT_NODE)})") for text in words),
        Name("无值: 没有加速卡, 或没有厂商工具", "none: no accelerator, or no vendor's tool"),
        width=24,
        columns=(
            Column("device", DEVICE),
            Column("A", Name("状态", "state"), words=STATES),
            Column("B", POWER, "watt"),
            Column("C", Name("温度", "temperature"), "celsius", decimals=0),
            Column("D", Name("利用率", "utilisation"), "percentunit"),
            Column("E", Name("已用显存", "memory in use"), "bytes"),
            Column("F", Name("显存", "memory"), "bytes"),
        ),
        sort="device",
    )
