"""The closed words of an inventory, and those under which people mean them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar

from agent.config_codes import Code
from agent.config_keys import Wrong
from agent.inventory.amounts import folded
from model.document import nearest
from model.inventory import Basis, Boundary, Kind, Lifecycle, RackState

W = TypeVar("W", bound=StrEnum)

_MEANT: Mapping[type[StrEnum], Mapping[str, tuple[str, ...]]] = {
    Kind: {
        Kind.HPC: ("超算", "高性能", "高性能计算", "supercomputing"),
        Kind.AI: ("智算", "智能计算", "人工智能", "训练", "推理", "gpu"),
        Kind.GENERAL: ("通用", "通用计算", "云", "云计算", "计算", "cloud"),
        Kind.EDGE: ("边缘", "边缘计算"),
    },
    Lifecycle: {
        Lifecycle.ACTIVE: (
            "在用",
            "在线",
            "在役",
            "运行",
            "运行中",
            "使用中",
            "投运",
            "已上架",
            "in use",
        ),
        Lifecycle.SPARE: ("备用", "备机", "备件", "闲置", "库存", "stock"),
        Lifecycle.MAINTENANCE: ("维修", "维护", "维保", "检修", "故障", "repair"),
        Lifecycle.PLANNED: ("规划", "计划", "待上架", "在建", "ordered"),
        Lifecycle.RETIRED: ("退役", "报废", "下架", "已下架", "停用", "decommissioned"),
    },
    RackState: {
        RackState.INSTALLED: ("已安装", "在用", "启用", "已启用", "投运", "in use"),
        RackState.RESERVED: ("预留", "预订", "预占"),
        RackState.PLANNED: ("规划", "计划", "在建"),
        RackState.RETIRED: ("拆除", "已拆除", "停用", "退役"),
    },
    Basis: {
        Basis.MEASURED: ("实测", "测量"),
        Basis.PROFILE: ("型号", "型号表", "画像", "model"),
        Basis.NAMEPLATE: ("铭牌", "标称", "铭牌功率", "label"),
    },
    Boundary: {
        Boundary.FACILITY: ("总", "总表", "全场", "市电", "设施", "total"),
        Boundary.IT: ("it设备", "it负载", "it用电"),
        Boundary.COOLING: ("制冷", "空调", "冷却", "暖通"),
    },
}
_ARCHES = {
    "aarch64": ("arm64", "arm", "armv8", "armv9"),
    "x86_64": ("x86", "x86-64", "amd64", "x64"),
    "loongarch64": ("loongarch", "loong64", "龙芯"),
    "sw_64": ("sw64", "申威"),
}
_YES = ("是", "国产", "自主", "true", "yes", "y", "1")
_NO = ("否", "进口", "非国产", "false", "no", "n", "0")


def one_of(words: type[W]) -> Callable[[object], W]:
    """One of the words of an enumeration, in ours or in people's own; the nearest is hinted at."""
    known = {meant: word for word in words for meant in (word.value, *_MEANT[words][word])}
    listed = ", ".join(f'"{word}"' for word in words)

    def check(value: object) -> W:
        if not isinstance(value, str):
            raise Wrong(f"one of {listed}")
        said = folded(value).casefold()
        if said not in known:
            raise Wrong(f"one of {listed}", Code.UNKNOWN_WORD, nearest(said, known))
        return known[said]

    return check


def arch(value: object) -> str:
    """An architecture in the kernel's word for it; one that we do not know as it stands."""
    if not isinstance(value, str) or not value.isprintable():
        raise Wrong('an architecture such as "aarch64" or "x86_64"')
    said = folded(value)
    meant = (name for name, words in _ARCHES.items() if said.casefold() in (name, *words))
    return next(meant, said)


def yes_or_no(value: object) -> bool | None:
    """A truth value, or 是 and 否."""
    if isinstance(value, bool):
        return value
    said = folded(value).casefold() if isinstance(value, str) else ""
    if said not in (*_YES, *_NO):
        raise Wrong("true or false (是, 否)")
    return said in _YES
