"""The sentence of each inconsistency, in Chinese and English; `{…}` are holes."""

from __future__ import annotations

import re
from collections.abc import Mapping

MESSAGES: Mapping[str, tuple[str, str]] = {
    "NODE_TWICE": (
        "节点 {name} 在站点 {site} 出现两次: 先见 {where}",
        "node {name} stands twice in site {site}: first at {where}",
    ),
    "ADDRESS_TWICE": (
        "BMC 地址 {address} 用了两次: {where} 的节点 {other} 也是它",
        "BMC address {address} stands twice: node {other} at {where} has it too",
    ),
    "TWICE": (
        "{name} 出现两次: 先见 {where}",
        "{name} stands twice: first at {where}",
    ),
    "UNKNOWN_SITE": (
        "没有声明站点 {site}{hint}",
        "there is no [[sites]] entry for {site}{hint}",
    ),
    "UNKNOWN_RACK": (
        "站点 {site} 没有机柜 {rack}{hint}",
        "site {site} has no rack {rack}{hint}",
    ),
    "RACK_ELSEWHERE": (
        "节点 {name} 写在 {here}，它的机柜 {rack} 却在 {there} ({where})",
        "node {name} is said to be in {here}, but its rack {rack} is in {there} ({where})",
    ),
    "OVERLAPPING_U": (
        "机柜 {rack} 的 {span} 重叠: 节点 {name} 与 {where} 的 {other}",
        "{span} of rack {rack} is taken twice: by node {name} and by {other} at {where}",
    ),
    "BEYOND_RACK": (
        "节点 {name} 占到 U{top}，机柜 {rack} 只有 {units}U",
        "node {name} reaches up to U{top}, rack {rack} has {units}U",
    ),
    "OUTLET_TWICE": (
        "PDU {pdu} 的插座 {outlet} 用了两次: 节点 {name} 与 {where} 的 {other}",
        "outlet {outlet} of PDU {pdu} is used twice: by node {name} and by {other} at {where}",
    ),
    "UNKNOWN_PDU": (
        "节点 {name} 插在 {pdu}，机柜 {rack} 没有这个 PDU{hint}",
        "node {name} is plugged into {pdu}, which is no PDU of rack {rack}{hint}",
    ),
    "ONE_PDU": (
        "节点 {name} 有 {count} 个电源插在同一个 PDU {pdu}",
        "{count} PSUs of node {name} are plugged into one PDU, {pdu}",
    ),
    "ONE_FEED": (
        "节点 {name} 的 {count} 个电源都在 {feed} 路",
        "all {count} PSUs of node {name} hang on one feed, {feed}",
    ),
    "NO_DESIGN_POWER": (
        "机柜 {rack} 没有设计功率: IT 负载率不含它",
        "rack {rack} has no design power: the IT load leaves it out",
    ),
    "NAMEPLATE": (
        "节点 {name} 的额定功率 {watts} W 是铭牌值: 不参与评分",
        "node {name} is rated {watts} W by its nameplate alone: it is not scored",
    ),
    "NO_RATING": (
        "在用节点 {name} 没有额定功率: 计入缺失，不参与评分",
        "active node {name} has no rated power: it counts as missing and is not scored",
    ),
    "NO_RACK": (
        "在用节点 {name} 没有机柜: 机柜一级不含它",
        "active node {name} has no rack: what is said of racks leaves it out",
    ),
    "NOT_LISTED": (
        "目标 {target} 是节点 {node}，清单里没有它{hint}",
        "target {target} is node {node}, which the inventory lacks{hint}",
    ),
    "NOT_POLLED": (
        "配置里没有采集节点 {name} 的目标",
        "no target of the configuration asks node {name}",
    ),
    "DISAGREE": (
        "目标 {target} 的 {label} 是 {one}，清单 {where} 说是 {other}",
        "target {target} has {label} {one}, the inventory says {other} at {where}",
    ),
    "NO_PEAK": (
        "节点 {name}: 处理器表没有 {model} 的峰值，它的算力不在清单里",
        "node {name}: the processor table has no peak for {model}: what it adds to is not declared",
    ),
}
"""By the name of the code."""

_CHINESE = tuple(
    (re.compile(pattern), written)
    for pattern, written in (
        (r': did you mean "([^"]*)"\?', r'；是不是 "\1"？'),
        (r": name one of (.*)$", r"；写明其中之一: \1"),
        (r'^(\S+) lacks the key "([^"]*)"', r'\1 缺少键 "\2"'),
        (r'^unknown key "([^"]*)"', r'未知的键 "\1"'),
        (r"; known here: ", "；可用的键: "),
        (r": expected (.*), found ", r": 应为 \1，现为 "),
        (r"\bone of (?=\")", "下列之一: "),
        (r"\ba power from (\S+ W) to (\S+ kW) such as ", r"\1 到 \2 的功率，如 "),
        (r"\ba whole number from (\S+) to (\d+)", r"\1 到 \2 的整数"),
        (r"\ba U position from (\d+) to (\d+) such as ", r"\1 到 \2 的 U 位，如 "),
        (r"\ba share from 0 to 1 such as ", "0 到 1 的比例，如 "),
        (r"(?<=\") or (?=[\"\d])|(?<=\d) or (?=\")", " 或 "),
        (r"\b(such as)\b", "如"),
        (r"\ba text on one line\b", "单行文本"),
        (r"\ba text\b", "文本"),
        (r"\btrue or false\b", "true 或 false"),
        (r"\ban empty one\b", "空文本"),
        (r"^cannot be read", "无法读取"),
        (r"^is neither \.toml nor \.csv$", "既不是 .toml 也不是 .csv"),
        (r"^is neither UTF-8 nor GB18030 text$", "既不是 UTF-8 也不是 GB18030 文本"),
        (r"^is not TOML", "不是 TOML"),
        (r"^is not UTF-8", "不是 UTF-8"),
        (r"^has no header .*: head a column name \((.*)\)$", r"没有可识别的表头: 名称列写 \1"),
    )
)
"""What the readers of keys and files say, in Chinese."""


def in_chinese(message: str) -> str:
    """A message with its English turns of phrase in Chinese; what is quoted stays as it is."""
    for pattern, written in _CHINESE:
        message = pattern.sub(written, message)
    return message
