"""The words of the page in both languages, where it has others than the terminal."""

from __future__ import annotations

from agent.diagnosis import Lang
from agent.score import words as terminal

_WORDS: dict[str, tuple[str, str]] = {
    "title": ("算力算效评分报告", "Compute and compute-efficiency score report"),
    # head
    "level": ("层级", "level"),
    "place": ("范围", "place"),
    "everywhere": ("全部", "everywhere"),
    "moment": ("时刻", "moment"),
    "window": ("时间窗", "window"),
    "recorded day": ("{0} (记录规则的窗口)", "{0} (that of the recording rules)"),
    "asked": ("{0} (按指定)", "{0} (as asked for)"),
    "engine": ("数据来源", "engine"),
    "recorded": ("{0}，读取记录序列", "{0}, recorded series"),
    "raw": ("{0}，由原始指标计算 (--raw)", "{0}, computed from raw metrics (--raw)"),
    "profile": ("评分口径", "profile"),
    "table": ("指标表", "table of KPIs"),
    "edition": ("{0} 版，按 {1} 有效的分值点", "edition {0}, breakpoints in force on {1}"),
    "digest": ("指标表摘要", "table digest"),
    "maker": ("生成软件", "made by"),
    # overview
    "overview": ("总览", "Overview"),
    "counted": ("共 {0} 个{1}: 已评分 {2}，不予评分 {3}", "{0} × {1}: {2} scored, {3} withheld"),
    "graded": ("{0} 级 {1}", "grade {0}: {1}"),
    "breaching": ("未满足限值 {0}", "not within a limit: {0}"),
    "not a ranking": (
        "不是排名。只有同一类型、可信度均为“完整”的对象才可比较。",
        "Not a ranking: compare only what is of one kind and of full confidence.",
    ),
    "kind": ("类型", "kind"),
    "coverage": ("覆盖率", "coverage"),
    "limiting": ("短板", "limiting"),
    "bounds": ("底线与限值", "floors and limits"),
    "limits": ("限值", "limits"),
    "breached": ("未满足", "not within"),
    "not judged": (
        "未判定 (时间窗或覆盖率不足)",
        "not judged (window or coverage too small)",
    ),
    "within": ("满足", "within"),
    "legend": (
        "读图: 60 分 = 官方底线，80 分 = 现行国家目标，100 分 = 最佳或满分；条内斜纹 = 低于 60 分；"
        "▽ = 限值 (▼ = 未满足)；总分上的横线 = 各权重变动 ±50 % 时的范围；— = 没有数值。",
        "How to read: 60 points = official floor, 80 = present national target, 100 = best class "
        "or full marks; hatched = below 60 points; ▽ = a limit (▼ = not kept); the whisker "
        "on a score = where each weight varies by ± 50 %; — = no value.",
    ),
    # a subject
    "spread": ("权重 ±50 % 时", "weights ± 50 %"),
    "interval": ("真实功率区间", "true power between"),
    "no upper": (
        "上限未知 (有无响应且无额定功率的服务器)",
        "no upper bound (a silent server has no rating)",
    ),
    "sub-scores": ("分项得分", "Sub-scores"),
    "kpi": ("指标", "KPI"),
    "bar": ("得分与分值点", "points, with the breakpoints of the scale"),
    "pts": ("分", "points"),
    "gain": ("提升空间", "to gain"),
    "under floor": ("低于官方底线", "below the official floor"),
    "notes": ("依据", "sources"),
    "calculation": ("核算", "check"),
    "other moment": (
        "引擎记录 {0}: 数值与得分取自相邻时刻，或引擎的规则出自另一张表",
        "the engine recorded {0}: value and points are of neighbouring moments, or its rules are "
        "of another table",
    ),
    "bar title": ("{0}: {1} 分", "{0}: {1} points"),
    "no bar": ("{0}: 没有得分", "{0}: no points"),
    # beside
    "beside": ("评分之外", "Beside the score"),
    "compute": ("算力与算效", "Compute and compute efficiency"),
    "precision": ("精度", "precision"),
    "facts": ("其他事实与申报", "Other facts and declarations"),
    "year": ("{0} 年因子", "factor of {0}"),
    "source": ("来源 {0}", "source {0}"),
    "period": ("时段 {0}", "period {0}"),
    "evidence": ("凭证 {0}", "evidence {0}"),
    "basis": ("依据 {0}", "basis {0}"),
    "inventory": ("台账", "inventory"),
    # advice and trend
    "advice": ("最能提升总分的措施", "What would raise the score most"),
    "trend": ("走势", "Trend"),
    "trend title": (
        "{0} 总分走势: {1} 至 {2}，最低 {3}，最高 {4}，最近 {5}",
        "score of {0} from {1} to {2}: lowest {3}, highest {4}, latest {5}",
    ),
    "first": ("最早", "first"),
    "lowest": ("最低", "lowest"),
    "highest": ("最高", "highest"),
    "latest": ("最近", "latest"),
    "all values": ("全部 {0} 个数值", "all {0} values"),
    "time": ("时间", "time"),
    # what cannot be given
    "absent": ("不能给出或不完整之处及原因", "What cannot be given or is not whole, and why"),
    "code": ("代码", "code"),
    "what": ("涉及", "concerns"),
    "why": ("原因", "why"),
    "fix": ("补齐办法", "how to get it"),
    "notices": ("适用于整份报告的说明", "What holds for the whole report"),
    "whole report": ("整份报告", "the whole report"),
    "no reason": ("引擎没有给出此项", "the engine gives none"),
    "to top": ("↑ 总览", "↑ overview"),
    # what lacks in a site
    "lacks": ("缺项清单", "What lacks, item by item"),
    "object": ("对象", "object"),
    "target": ("目标", "target"),
    # method
    "method": ("方法", "Method"),
    "constants": ("常数", "Constants"),
    "breakpoints": ("分值点 (本报告所用)", "Breakpoints (those used here)"),
    "limits in force": ("限值 (无论总分高低均予标示)", "Limits (flagged whatever the score)"),
    "kinds": ("算力类型与计量精度", "Kinds of compute and the precision they are counted in"),
    "meaning": ("含义", "meaning"),
    "date": ("日期", "date"),
    "in force": ("有效期", "in force"),
    "from": ("{0} 起", "from {0}"),
    "until": ("{0} 起，至 {1} 前", "from {0} until {1}"),
    "high": ("高", "high"),
    "medium": ("中", "medium"),
    "product": ("自定", "product"),
    "confidences": (
        "可信度: 高 = 原文，或两份独立文本一致；中 = 一份二手文本；"
        "自定 = 本产品的选择，理由见来源。",
        "Confidence: high = the primary text, or two independent ones that agree; medium = one "
        "secondary text; product = our own choice, with its reason as the source.",
    ),
    # signature
    "signature": ("填报确认", "Statement of the reporting body"),
    "body": ("填报单位 (盖章)", "Reporting body (seal)"),
    "prepared": ("编制人", "Prepared by"),
    "reviewed": ("审核人", "Reviewed by"),
    "responsible": ("负责人 (签字)", "Responsible (signature)"),
    "signed": ("日期", "Date"),
    "remarks": ("说明", "Remarks"),
}

_METHOD: tuple[tuple[str, str], ...] = (
    (
        "期望集合来自台账，而不是来自有应答者: 设备失联使覆盖率下降，不会使分母变小。",
        "The expected set comes from the inventory, not from who answers: a lost device lowers "
        "coverage and does not shrink a denominator.",
    ),
    (
        "比值是总和之比，分子与分母取同一批服务器、电表和时段；只用整机实测功率，估算值不计分。",
        "Ratios are sums over sums of the same servers, meters and days; only measured power of "
        "whole servers counts, estimates are not scored.",
    ),
    (
        "缺少的数值写作“—”并注明原因，从不写作 0，也不以缺省值代替。",
        "What is missing stands as — with its reason, never as 0 and never as a default.",
    ),
    (
        "得分按分值点之间的直线内插，首末两点之外取端点值。",
        "Points lie on straight lines between breakpoints; beyond the first and the last they "
        "stay those of the end.",
    ),
    (
        "总分是各分项得分 (每项至少 {score_floor} 分) 的等权几何平均。没有标准规定权重；"
        "等权的假设最少，几何平均不允许以一项抵消另一项。",
        "The score is the geometric mean, all weights equal, of the sub-scores (each at least "
        "{score_floor}). No standard gives weights; equal ones assume least, and the geometric "
        "mean lets no KPI buy another one out.",
    ),
    (
        "总覆盖率是各分项覆盖率中最低者: {gate_full} 起可信度为“完整”，{gate_provisional} 起为"
        "“暂定”，更低或缺一项则不予评分 (N)。",
        "The coverage is the least of the sub-scores': from {gate_full} on confidence is full, "
        "from {gate_provisional} on provisional; below that, or where a KPI is missing, the "
        "score is withheld (N).",
    ),
    (
        "等级: A 自 {grade_a} 分且各分项不低于 {grade_b}，B 自 {grade_b}，"
        "C 自 {grade_c}，以下为 D。",
        "Grades: A from {grade_a} with no sub-score below {grade_b}, B from {grade_b}, C from "
        "{grade_c}, D below.",
    ),
    (
        "算效达成率 η 是唯一没有官方底线的分项，且是上限: 利用率不等于完成的计算量。",
        "Attainment η is the only sub-score without an official floor, and an upper bound: "
        "utilisation is not work done.",
    ),
    (
        "表中数字为四舍五入后的显示值；网页中每个数字带有未经舍入的原值，与 JSON 输出一致。",
        "Numbers are rounded for reading; in the page each carries its exact value, equal to "
        "that of the JSON output.",
    ),
)


def say(lang: Lang, key: str, *values: object) -> str:
    """One of our own words or sentences, else the terminal's. KeyError: there is none."""
    if key not in _WORDS:
        return terminal.say(lang, key, *values)
    zh, en = _WORDS[key]
    return (zh if lang == "zh" else en).format(*values)


def method(lang: Lang, constants: dict[str, str]) -> list[str]:
    """How scores come about, a sentence or two at a time; constants of the table by name."""
    return [(zh if lang == "zh" else en).format(**constants) for zh, en in _METHOD]
