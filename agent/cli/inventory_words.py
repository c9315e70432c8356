"""The sentences of `dcagent inventory` in both languages."""

from __future__ import annotations

from agent.diagnosis import Lang

_WORDS: dict[str, tuple[str, str]] = {
    "error": ("错误", "error"),
    "warning": ("警告", "warning"),
    "fine": ("没有不一致", "nothing inconsistent"),
    "counted": (
        "{0} 个站点，{1} 个机柜，{2} 个节点，{3} 块电表: {4}",
        "{0} sites, {1} racks, {2} nodes, {3} meters: {4}",
    ),
    "errors": ("{0} 个错误，{1} 个警告", "{0} errors, {1} warnings"),
    "more": ("… 另有 {0} 处同样的，见 --all", "… {0} more of these: --all"),
    "no files": (
        "没有给出清单文件，{0} 的 [inventory] 也没有列出",
        "no inventory file was given, and [inventory] of {0} names none",
    ),
    # import
    "sheet": (
        "{0}: {1} 行 {2}，{3} 编码，表头在第 {4} 行",
        "{0}: {1} rows of {2}, {3}, header in row {4}",
    ),
    "sites": ("站点", "sites"),
    "racks": ("机柜", "racks"),
    "nodes": ("节点", "nodes"),
    "meters": ("电表", "meters"),
    "column": ("列", "column"),
    "key": ("键", "key"),
    "unit": ("单位", "unit"),
    "sample": ("例", "sample"),
    "not used": ("(未使用)", "(not used)"),
    "written": ("{0} 张表 → {1}", "{0} tables → {1}"),
    "exists": ("{0} 已存在，不会覆盖", "{0} exists and is not overwritten"),
    "not toml": ("--out: {0} 不以 .toml 结尾", "--out: {0} does not end in .toml"),
    "nothing written": ("没有写出任何内容", "nothing was written"),
    "bad set": ("--set: 应为 键=值，现为 {0}", "--set: expected KEY=VALUE, found {0}"),
    "not a key": ("--set: {0} 没有键 {1}", "--set: {0} have no key {1}"),
    # show
    "province": ("省份", "province"),
    "hub": ("枢纽", "hub"),
    "zone": ("起步区", "zone"),
    "site": ("站点", "site"),
    "room": ("机房", "room"),
    "row": ("列", "row"),
    "rack": ("机柜", "rack"),
    "node": ("节点", "node"),
    "state": ("状态", "state"),
    "used u": ("已用 U", "used U"),
    "active": ("在用", "active"),
    "rated": ("额定 kW", "rated kW"),
    "design": ("设计 kW", "design kW"),
    "share": ("占比", "share"),
    "kind": ("类型", "kind"),
    "lifecycle": ("状态", "lifecycle"),
    "basis": ("依据", "basis"),
    "address": ("BMC 地址", "BMC address"),
    "model": ("型号", "model"),
    "u": ("U 位", "U"),
    "unrated": ("其中 {0} 个节点没有额定功率", "{0} nodes have no rated power"),
}


def say(lang: Lang, key: str, *values: object) -> str:
    """One of our own words or sentences. KeyError: there is none of that name."""
    zh, en = _WORDS[key]
    return (zh if lang == "zh" else en).format(*values)
