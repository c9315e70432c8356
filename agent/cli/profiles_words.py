"""The sentences of `dcagent profiles test`, `match` and `new` in both languages."""

from __future__ import annotations

import re

from agent.diagnosis import Lang

_WORDS: dict[str, tuple[str, str]] = {
    # aspects
    "match": ("识别", "match"),
    "readings": ("读数", "readings"),
    "units": ("单位", "units"),
    "roles": ("部位", "roles"),
    "unused": ("未用", "unused"),
    "golden": ("金样", "golden"),
    # match
    "wins alone": ("{0}", "{0}"),
    "wins": ("{0} (其次: {1})", "{0} (next: {1})"),
    "pinned only": ("没有 [match]，只能指定使用", "no [match]: used only where it is pinned"),
    "no match": ("不匹配: {0}；胜出的是 {1}", "does not fit: {0}; what wins is {1}"),
    "child wins": (
        "胜出的是它的后代 {0} ({1}；{2} 对 {3})",
        "{0}, which extends it, wins ({1}; {2} against {3})",
    ),
    "another wins": ("胜出的是 {0} ({1}；{2} 对 {3})", "{0} wins ({1}; {2} against {3})"),
    "other protocol": (
        "画像用于 {0}，采样是 {1} 的",
        "the profile speaks {0}, the capture {1}",
    ),
    "nobody answers": ("采样里没有设备: {0}", "no device in the capture: {0}"),
    # readings
    "read": ("{0} 项读数，{1} 项没有值", "{0} readings, {1} without a value"),
    "nothing read": ("一项读数也没有", "not one reading"),
    "cannot read": ("{0}: {1}，{2} (原始值 {3})", "{0}: {1}, {2} (raw {3})"),
    "same name": (
        "{0} 等 {1} 项同名，只按先后编号",
        "{0}, {1} in all, of equal names: told apart by their order alone",
    ),
    # units
    "plausible": ("{0} 项读数都说得通", "{0} readings, all plausible"),
    "range percentage": (
        "{0} = {1} {2}，{3} {4}: 是不是百分比？",
        "{0} = {1} {2}, {3} {4}: is it a percentage?",
    ),
    "range percent": (
        "{0} = {1}，{3} {4}: 是不是百分数？scale = 0.01",
        "{0} = {1}, {3} {4}: is it in percent? scale = 0.01",
    ),
    "range margin": (
        "{0} = {1} {2}，{3} {4}: 是不是余量 (DTS)？",
        "{0} = {1} {2}, {3} {4}: is it a margin (DTS)?",
    ),
    "range scale": (
        "{0} = {1} {2}，{3} {4}: scale 对吗？",
        "{0} = {1} {2}, {3} {4}: is the scale right?",
    ),
    "above": ("高于", "above"),
    "below": ("低于", "below"),
    "product": (
        "{0} = {1}，但 {2} V × {3} A = {4}",
        "{0} = {1}, but {2} V × {3} A = {4}",
    ),
    "factor": ("{0} = {1}，但 {2} W / {3} VA", "{0} = {1}, but {2} W / {3} VA"),
    "sum": (
        "{1} 项 {0} 合计 {2}，而 {3} = {4}",
        "{1} of {0} sum to {2}, but {3} = {4}",
    ),
    "implausible": ("{0}: {1}", "{0}: {1}"),
    # roles
    "covered": ("{0}/{1}；缺 {2}", "{0} of {1}; missing {2}"),
    "covered all": ("{0}/{1}", "{0} of {1}"),
    "missing": ("缺 {0}；也没有 {1}", "missing {0}; nor {1}"),
    "missing only": ("缺 {0}", "missing {0}"),
    "no table": ("对 {0} 类没有期望", "nothing is expected of kind {0}"),
    # unused
    "all used": (
        "没有看似读数而未被读取的地址",
        "nothing that looks like a reading is left unread",
    ),
    "looks like": ("{0} 看似 {1}: {2}", "{0} looks like {1}: {2}"),
    "and more": ("… 另有 {0} 项 (--json 全列)", "… {0} more (all with --json)"),
    "unnamed": ("{0} 未被任何行命名: {1}", "{0} is named by no line: {1}"),
    # golden
    "same text": ("与 {0} 一致", "equal to {0}"),
    "other text": ("与 {0} 不同: {1} 行", "differs from {0} in {1} lines"),
    "no text": ("没有文件 {0}", "there is no file {0}"),
    "written": ("已写入 {0}，请逐行核对", "written to {0}; read every line"),
    # match command
    "no subject": (
        '"{0}" 既不是文件，也不是配置中的目标',
        '"{0}" is neither a file nor a configured target',
    ),
    "nobody": ("没有一个画像认识它", "no profile knows it"),
    "only generic": ("只有通用画像适用: {0}", "only a generic profile fits: {0}"),
    "by": ("{0}: {1} (把握 {2})", "{0}: {1} (score {2})"),
    "runner-up": ("其次", "runner-up"),
    "why not": (
        "{0}: {1} (把握 {2}，低于 {3})",
        "{0}: {1} (score {2}, below {3})",
    ),
    "as sure": (
        "{0}: {1} (把握同为 {2}；{3})",
        "{0}: {1} (as sure: {2}; {3})",
    ),
    "no runner-up": ("没有别的画像适用", "no other profile fits"),
    "also fit": ("也适用", "also fit"),
    "unfit": ("不适用", "unfit"),
    "device": ("设备", "device"),
    "counted": ("{0} 个适用，{1} 个不适用", "{0} fit, {1} do not"),
    "order user": ("用户自有的优先", "a user's own goes first"),
    "order derived": ("继承层次更深的优先", "the more derived goes first"),
    "order name": ("按名称排序", "by name"),
    # new command
    "drafted": (
        "{0}: 画像 {1}，{2} 行；每一行都是猜测，请对照设备核实",
        "{0}: profile {1}, {2} lines; every one is a guess: hold them against the device",
    ),
    "draft next": ("下一步: {0}", "next: {0}"),
    "draft empty": (
        "采样里没有可起草的读数",
        "the capture holds nothing that could be drafted",
    ),
    "fits already": (
        "自带的画像 {0} 已认识该设备 ({1})；除非它读错了，否则不需要这份草稿",
        "{0} knows this device already ({1}); unless it reads it wrongly, no draft is needed",
    ),
    "would read": (
        "自带的画像 {0} 能读其 {2} 个词中的 {1} 个，只是 [match] 不符；"
        "也许 extends = \"{0}\" 加上自己的 [match] 就够了",
        "{0} reads {1} of its {2} words here, though its [match] does not fit: "
        "extends = \"{0}\" with a [match] of your own may be all it takes",
    ),
    "not understood": (
        "采样里有 {0} 列数值没有看懂，例如:",
        "{0} columns of numbers were not understood, among them:",
    ),
    "no objects": (
        "采样里没有厂商自己的对象 (1.3.6.1.4.1): 中途断了，或该代理只提供标准对象",
        "the capture holds no object of a vendor (1.3.6.1.4.1): it was cut short, "
        "or the agent tells the standard ones alone",
    ),
    "record anew": (
        "下一步: dcagent probe ADDRESS --record FILE，用能看到全部对象的凭据",
        "next: dcagent probe ADDRESS --record FILE, with a credential that may see everything",
    ),
    "by hand": (
        "下一步: 对照设备网页和厂商 MIB 找出哪一列是什么，按 docs/profiles.md 写几行，"
        "再用 dcagent profiles check FILE",
        "next: see in the device's own pages and the vendor's MIB which column is what, write "
        "a few lines by docs/profiles.md, then: dcagent profiles check FILE",
    ),
    "exists": (
        "{0} 已存在；换一个名字，或先移走它",
        "{0} exists: take another name, or move it away",
    ),
}  # fmt: skip


def say(lang: Lang, key: str, *values: object) -> str:
    """One sentence. KeyError: there is none of that name."""
    zh, en = _WORDS[key]
    return (zh if lang == "zh" else en).format(*values)


_FACTS = (
    (re.compile(r"(\S+) does not exist"), r"没有 \1"),
    (re.compile(r"(\S+) exists"), r"有 \1"),
    (re.compile(r"no sensor is named"), "没有这样命名的传感器"),
    (re.compile(r"any device of this protocol"), "同协议的任何设备"),
    (re.compile(r"no \[match\]"), "没有 [match]"),
    (re.compile(r"\b(product|board) manufacturer\b( is)?"), r"\1 厂商"),
    (re.compile(r"\bmanufacturer( is)? (?=\d|None)"), "厂商号 "),
    (re.compile(r"\bproduct( is)? (?=\d|None)"), "产品号 "),
    (re.compile(r"\bsensor (?=\S)"), "传感器 "),
    (re.compile(r"\b(sysObjectID|sysDescr) is\b"), r"\1 是"),
    (re.compile(r"it speaks"), "它用于"),
)


def facts(lang: Lang, text: str) -> str:
    """Why a profile fits or does not, which matching says in English; its own words stay."""
    if lang == "zh":
        for pattern, told in _FACTS:
            text = pattern.sub(told, text)
    return text
