"""Words that several dashboards share: why a value may be absent, what a state is called."""

from __future__ import annotations

from collections.abc import Mapping

from scoring.dashboards.panel import Color
from scoring.table import Name

RECORDED = Name(
    "无值: 未加载评分规则, 或台账中没有 (docs/scoring.md)",
    "none: the scoring rules are not loaded, or the inventory does not name it (docs/scoring.md)",
)
UNREAD = Name(
    "无值: 设备不提供, 或未被读到; 原因见「服务器」面板的「缺什么」",
    'none: the device does not offer it, or it was not read; why: "What is absent" of the node',
)
UNTOLD = Name(
    "无值: 台账未填写 (docs/inventory.md)",
    "none: the inventory does not say (docs/inventory.md)",
)
NOT_ASKED = Name(
    "无值: 没有配置这里的采集目标 (dcagent.toml 的 [[targets]])",
    "none: no target of this place is configured ([[targets]] of dcagent.toml)",
)
NOT_YET = Name(
    "无值: 需要至少一天的数据, 或覆盖率不足 (docs/scoring.md)",
    "none: a day of data is needed, or too little is covered (docs/scoring.md)",
)

STATES: Mapping[str, tuple[Name, Color]] = {
    "0": (Name("正常", "ok"), Color.GOOD),
    "1": (Name("警告", "warning"), Color.WARNING),
    "2": (Name("严重", "critical"), Color.BAD),
}
"""Values of every state."""
ON: Mapping[str, tuple[Name, Color]] = {
    "0": (Name("关机", "off"), Color.LOW),
    "1": (Name("开机", "on"), Color.GOOD),
}
YES: Mapping[str, tuple[Name, Color]] = {
    "0": (Name("否", "no"), Color.GOOD),
    "1": (Name("是", "yes"), Color.BAD),
}
PARTS: Mapping[str, Name] = {
    "node_inlet": Name("进风", "inlet air"),
    "node_exhaust": Name("排风", "exhaust air"),
    "node": Name("整机", "server"),
    "cpu": Name("处理器", "processor"),
    "dimm": Name("内存", "memory"),
    "disk": Name("磁盘", "disk"),
    "board": Name("主板", "board"),
    "psu": Name("电源模块", "PSU"),
    "fan": Name("风扇", "fan"),
    "redundancy": Name("冗余", "redundancy"),
    "accelerator": Name("加速卡", "accelerator"),
    "sensor": Name("其他传感器", "other sensor"),
}
"""Parts of a server, by the middle of their metrics' names."""
RACK = Name("机柜", "rack")
NODE = Name("服务器", "server")
TARGET = Name("采集目标", "target")
POWER = Name("功率", "power")
SCORE = Name("总分", "score")
COVERAGE = Name("覆盖率", "coverage")

UNITS: Mapping[str, str] = {
    "ratio": "percentunit",
    "percent": "percent",
    "flops": "flops",
    "flops_per_watt": "si:FLOPS/W",
    "racks": "none",
    "kilograms": "suffix:kg",
    "kilograms_per_kilowatt_hour": "suffix:kg/kWh",
    "watts": "watt",
}
"""The table's units as Grafana names them."""


def plain(names: Mapping[str, Name]) -> Mapping[str, tuple[Name, Color]]:
    """Words of a column without a colour."""
    return {word: (name, Color.PLAIN) for word, name in names.items()}
