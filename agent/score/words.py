"""The words of scores in the terminal, in both languages."""

from __future__ import annotations

from agent.diagnosis import Lang, entry_of
from scoring.report.model import Absent

_WORDS: dict[str, tuple[str, str]] = {
    # levels; as counted: one, several
    "rack": ("机柜", "rack"),
    "cluster": ("算力池", "pool"),
    "site": ("站点", "site"),
    "zone": ("起步区", "zone"),
    "hub": ("枢纽", "hub"),
    "province": ("省份", "province"),
    "a rack": ("个机柜", "rack"),
    "a cluster": ("个算力池", "pool"),
    "a site": ("个站点", "site"),
    "a zone": ("个起步区", "zone"),
    "a hub": ("个枢纽", "hub"),
    "a province": ("个省份", "province"),
    "racks": ("个机柜", "racks"),
    "clusters": ("个算力池", "pools"),
    "sites": ("个站点", "sites"),
    "zones": ("个起步区", "zones"),
    "hubs": ("个枢纽", "hubs"),
    "provinces": ("个省份", "provinces"),
    # KPIs, short
    "ce_attainment": ("η", "η"),
    "it_load": ("IT 负荷", "IT load"),
    "thermal": ("RCI", "RCI"),
    "rack_occupancy": ("上架率", "occupancy"),
    "pue": ("PUE", "PUE"),
    # a block
    "kpi": ("分项", "KPI"),
    "value": ("数值", "value"),
    "points": ("得分", "points"),
    "coverage": ("覆盖", "coverage"),
    "scale": ("标尺 (数值→得分)", "scale (value→points)"),
    "gain": ("满分可加", "to be had"),
    "no floor": ("没有官方底线", "no official floor"),
    "below floor": ("↓ 低于官方底线", "↓ below its official floor"),
    "not kept": ("未达 {0}", "misses {0}"),
    "kept": ("满足 {0}", "keeps {0}"),
    "category": ("类别 {0}", "category {0}"),
    "interim": ("阶段值 (30 天)", "interim (30 d)"),
    "annual": ("年度", "annual"),
    "energy ratio": ("{0} 电能比，不是 PUE", "energies of {0}, no PUE"),
    "score": ("总分", "score"),
    "confidence full": ("可信度完整", "full confidence"),
    "confidence provisional": ("可信度暂定", "provisional confidence"),
    "confidence ": ("不予评分", "withheld"),
    "full": ("完整", "full"),
    "provisional": ("暂定", "provisional"),
    "withheld": ("不予评分", "withheld"),
    "covered": ("覆盖 {0}", "coverage {0}"),
    "limits": ("短板 {0}", "{0} limits"),
    "spread": ("权重各变 ±50 % 时 {0}–{1}", "{0}–{1} where each weight varies by ± 50 %"),
    "power": ("真实功率", "true power"),
    "between": ("{0} 至 {1}", "{0} to {1}"),
    "no upper": ("至少 {0}，上限未知", "at least {0}, without an upper bound"),
    "advice": ("提升", "to raise"),
    "beside": ("评分之外", "beside"),
    "cannot": ("不能给出", "not given"),
    "why": ("不予评分", "withheld"),
    "lowered": ("降低可信度", "lowers it"),
    "note": ("说明", "note"),
    "notice": ("注意", "notice"),
    # a listing
    "grade": ("等级", "grade"),
    "confidence": ("可信度", "confidence"),
    "limiting": ("短板", "limited by"),
    "most": ("最可提升", "most to gain"),
    # what lacks
    "what": ("对象", "what"),
    "name": ("名称", "name"),
    "lacks": ("缺少", "lacks"),
    "address": ("地址", "address"),
    "node": ("服务器", "server"),
    "meter": ("电表", "meter"),
    "nothing lacks": (
        "没有缺少功率、时效、额定功率、峰值或利用率的服务器",
        "no server lacks power, freshness, rating, peak or utilisation",
    ),
    "counted lacks": ("缺 {0} 项: {1}", "{0} things lack: {1}"),
    # head and last line
    "recorded": ("记录序列", "recorded series"),
    "raw": ("由原始指标计算", "computed from raw metrics"),
    "table": ("表 {0}", "table {0}"),
    "n full": ("{0} 个完整", "{0} full"),
    "n provisional": ("{0} 个暂定", "{0} provisional"),
    "n withheld": ("{0} 个不予评分", "{0} withheld"),
    "n breached": ("{0} 个低于官方底线 (↓)", "{0} below an official floor (↓)"),
    "next code": ("详解: dcagent explain {0}", "more: dcagent explain {0}"),
    "next site": ("缺什么: --explain {0}", "what lacks: --explain {0}"),
    "next one": ("详情: --site {0}，全部: --all", "in full: --site {0}, all: --all"),
    "next all": ("全部详情: --all", "each in full: --all"),
    "written": ("写入 {0}", "written to {0}"),
    "exit": ("退出码 {0}", "exit {0}"),
}


def say(lang: Lang, key: str, *values: object) -> str:
    """One of our own words or sentences. KeyError: there is none of that name."""
    zh, en = _WORDS[key]
    return (zh if lang == "zh" else en).format(*values)


def told(absent: Absent, lang: Lang) -> str:
    """What is missing and why, in one line: "no meter of the facility: the IT side alone…"."""
    entry = entry_of(absent.code)
    joint = ": "
    return f"{entry.title.say(lang, absent.words)}{joint}{entry.cause.say(lang, absent.words)}"
