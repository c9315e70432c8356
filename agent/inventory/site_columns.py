"""The columns of sites, racks, nodes and meters in a spreadsheet, and their usual headers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agent.inventory.amounts import folded
from agent.inventory.columns import ADDRESS, COLUMNS, plain

PSU = "psus"
"""The key that any number of columns fill, one for each PSU."""

_SITE = (*COLUMNS["site"], "idc", "所属站点", "所属数据中心")
_ROOM = (*COLUMNS["room"], "机房名称", "所属机房", "模块")
_ROW = (*COLUMNS["row"], "列号", "机柜列")
_RACK = (*COLUMNS["rack"], "rack name", "机柜名称", "所在机柜", "柜号", "机架", "机架号")
_NUMBER = ("序号", "编号", "no")
_POWER = ("rated", "power", "额定功率", "功率", "满载功率", "最大功率", "功耗")

HEADERS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "sites": {
        "name": ("site", *_SITE, "名称", "数据中心名称", "站点名称"),
        "province": ("省", "省份", "所在省"),
        "hub": ("枢纽", "国家枢纽", "枢纽节点", "集群"),
        "zone": ("起步区", "区", "区县", "园区"),
    },
    "racks": {
        "name": ("rack", *_RACK, "名称"),
        "site": _SITE,
        "room": _ROOM,
        "row": _ROW,
        "state": ("status", "状态", "机柜状态", "使用状态"),
        "design_power": ("rated power", "power", "设计功率", "额定功率", "机柜功率", "单柜功率"),
        "units": ("height", "u", "u数", "机柜u数", "高度", "机柜高度", "总u数"),
        "pdus": ("pdu", "pdu count", "pdu数", "pdu数量", "pdu名称"),
        "feeds": ("feed", "供电路", "电源路", "供电"),
    },
    "nodes": {
        "name": ("node", "节点", "节点名", "节点名称", "服务器", "服务器名称", *COLUMNS["name"]),
        ADDRESS: COLUMNS[ADDRESS],
        "site": _SITE,
        "cluster": ("集群", "资源池", "算力池", "pool"),
        "room": _ROOM,
        "row": _ROW,
        "rack": _RACK,
        "u": (*COLUMNS["u"], "u", "位置", "u位置", "机架位置", "安装位置"),
        "height": ("size", "u数", "高度", "设备高度", "占用u数", "占u数"),
        "kind": ("算力类型", "节点类型", "用途", "业务类型", "资源类型", "类别", "类型"),
        "lifecycle": ("status", "state", "状态", "使用状态", "设备状态", "生命周期"),
        "rated_power": _POWER,
        "rated_basis": ("basis", "功率依据", "额定功率依据", "功率来源"),
        "nameplate_power": ("nameplate", "铭牌功率", "标称功率"),
        "processors": ("cpu", "processor", "cpu型号", "处理器", "处理器型号"),
        "processors_count": ("cpu count", "cpus", "cpu数", "cpu数量", "cpu颗数", "处理器数量"),
        "accelerators": ("gpu", "npu", "accelerator", "加速卡", "加速卡型号", "gpu型号", "npu型号"),
        "accelerators_count": ("gpu count", "gpus", "加速卡数", "加速卡数量", "gpu数量", "npu数量"),
        "vendor": COLUMNS["vendor"],
        "model": COLUMNS["model"],
        "serial": COLUMNS["serial"],
        "arch": ("architecture", "架构", "cpu架构", "指令集"),
        "domestic": ("国产", "是否国产", "国产化", "信创", "是否信创"),
        PSU: (
            *(f"{word}{number}" for number in "1234" for word in ("psu", "电源", "电源插座")),
            *(
                "outlets",
                "outlet",
                "pdu插座",
                "插座",
                "pdu端口",
                "a路插座",
                "b路插座",
                "a路",
                "b路",
            ),
        ),
    },
    "meters": {
        "name": ("meter", "电表", "电表名称", "电表编号", "表号", "名称"),
        "site": _SITE,
        "boundary": ("边界", "计量边界", "计量对象", "测量边界", "范围"),
        "category": ("类别", "等级", "测量类别", "pue类别"),
    },
}
"""Table → key → other headers under which people keep the same thing, the surest first."""

_TELLING = {"sites": {"province", "hub"}, "racks": {"design_power", "units", "pdus", "state"},
            "nodes": {ADDRESS, "u", "kind", "rated_power", "serial", "model"},
            "meters": {"boundary"}}  # fmt: skip
"""Keys of which a sheet of that kind has at least one: names and places stand in all."""

_TAIL = re.compile(r"[(\[【/]\s*([^)\]】]*?)\s*[)\]】]?$")
_UNITS = {"w": "W", "瓦": "W", "kw": "kW", "千瓦": "kW"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its position, its header, the key that it fills ("": none), its unit."""

    at: int
    header: str
    key: str = ""
    unit: str = ""
    rank: int = 0


def columns(kind: str, header: Sequence[str]) -> list[Column]:
    """Every column that has a header, as a table of that kind has it."""
    known = _known(kind)
    return [_column(at, folded(cell), known) for at, cell in enumerate(header) if cell.strip()]


def _known(kind: str) -> dict[str, tuple[str, int]]:
    """Plain header → key and rank; our own word for a key is the surest of all."""
    found: dict[str, tuple[str, int]] = {}
    for key, words in HEADERS[kind].items():
        for rank, word in enumerate((key, *words)):
            found.setdefault(plain(word), (key, rank))
    return found


def _column(at: int, header: str, known: Mapping[str, tuple[str, int]]) -> Column:
    for base, unit in _readings(header):
        if plain(base) in known:
            key, rank = known[plain(base)]
            return Column(at, header, key, unit if "power" in key else "", rank)
    return Column(at, header)


def _readings(header: str) -> Iterator[tuple[str, str]]:
    """The header as it stands, without what is in brackets behind it, without a unit."""
    yield header, ""
    if tail := _TAIL.search(header):
        yield header[: tail.start()], _UNITS.get(tail[1].casefold(), "")
    for word, unit in sorted(_UNITS.items(), key=lambda pair: -len(pair[0])):
        if header.casefold().endswith(word):
            yield header[: -len(word)], unit


def guessed(rows: Sequence[Sequence[str]], kinds: Sequence[str] = ()) -> tuple[str, int] | None:
    """The kind of a sheet and its header's row, by the columns that are known; None: no header.

    `kinds` are those that it may be (nothing: any).
    """
    best: tuple[int, str, int] | None = None
    for kind in kinds or tuple(HEADERS):
        for at, row in enumerate(rows):
            keys = {column.key for column in columns(kind, row)} - {""}
            if "name" not in keys or (not kinds and not keys & _TELLING[kind]):
                continue
            if best is None or len(keys) > best[0]:
                best = len(keys), kind, at
    return None if best is None else best[1:]
