"""The sentences of `dcagent discover` in both languages."""

from __future__ import annotations

from agent.diagnosis import Lang

_WORDS: dict[str, tuple[str, str]] = {
    # the head
    "head": (
        "{0} 个地址，每个 {1} 问，每秒 {2:g} 问，{3}，{4}",
        "{0} addresses, {1} questions each, {2:g}/s, {3}, {4}",
    ),
    "no credentials": ("未使用任何凭据", "no credentials used"),
    "credentials": ("凭据用于 {0} 台设备", "login tried at {0}"),
    "community sent": (
        "团体字发往每个地址",
        "the community sent to every address",
    ),
    "asking": ("已问 {0}/{1} · 找到 {2} 台", "{0}/{1} questions · {2} found"),
    "left": (" · 约剩 {0}", " · about {0} left"),
    "identifying": ("登录识别 {0}/{1}", "identifying {0}/{1}"),
    # the table
    "vendor": ("厂商", "vendor"),
    "kind": ("类别", "kind"),
    "count": ("台数", "count"),
    "profile": ("画像", "profile"),
    "needs": ("还需要", "needs"),
    "address": ("地址", "address"),
    "state": ("状态", "state"),
    "seen": ("所见", "seen"),
    "unknown": ("未知", "unknown"),
    "unknown of": ("未知 ({0})", "unknown ({0})"),
    "number": ("企业号 {0}", "enterprise {0}"),
    "server": ("BMC", "BMC"),
    "pdu": ("PDU", "PDU"),
    "ups": ("UPS", "UPS"),
    "cooling": ("空调", "cooling"),
    "environment": ("环境", "sensors"),
    "power": ("供电", "power"),
    "meter": ("电表", "meter"),
    "generic": ("设备", "device"),
    # needs
    "password": ("口令", "password"),
    "community or v3": ("团体字或 v3 用户", "community or v3 user"),
    "snmp too": ("SNMP 也应答", "SNMP answers too"),
    "record": (
        "dcagent probe --record，再 profiles new",
        "dcagent probe --record, then profiles new",
    ),
    "ipmi off": ("开启 IPMI over LAN", "IPMI over LAN to be switched on"),
    "snmp off": ("开启 SNMP", "SNMP to be switched on"),
    "web only": ("只有网页应答，不入清单", "answers HTTPS alone: not listed"),
    "login refused": ("凭据被拒绝", "another login: refused"),
    "login failed": ("登录后没有结果", "a look: the login gave nothing"),
    "login spared": ("未试: 凭据已被拒绝", "not tried: refused elsewhere"),
    "nothing": ("-", "-"),
    # one device
    "new": ("新", "new"),
    "known": ("已有", "known"),
    "known as": ("已有 {0}", "known as {0}"),
    "ipmi 2": ("IPMI 2.0", "IPMI 2.0"),
    "ipmi 1": ("仅 IPMI 1.5", "IPMI 1.5 alone"),
    "ipmi": ("IPMI", "IPMI"),
    "pong": ("RMCP pong", "RMCP pong"),
    "engine": ("SNMPv3 引擎 {0}", "SNMPv3 engine {0}"),
    "engine silent": ("SNMPv3 引擎", "SNMPv3 engine"),
    "community": ("SNMP v2c", "SNMP v2c"),
    "redfish": ("Redfish {0}", "Redfish {0}"),
    "certificate": ("证书 {0}", "certificate {0}"),
    "web": ("HTTPS", "HTTPS"),
    # findings
    "devices": ("设备", "devices"),
    "network": ("网络", "network"),
    "silent": ("没应答", "silent"),
    "inventory": ("清单", "inventory"),
    "login": ("登录", "login"),
    "silent ones": ("{0} 台已知设备没有应答: {1}", "{0} known but silent: {1}"),
    "and more": ("{0} 等 {1} 个", "{0} and {1} more"),
    "nothing answered": ("{0} 个地址都没有应答", "none of {0} answered"),
    "not sent": ("{0} 个地址发不出去: {1}", "{0} could not be asked: {1}"),
    "refused at": (
        "{0}: {1}；该凭据没有再试其余 {2} 台",
        "{0}: {1}; the login was not tried at the other {2}",
    ),
    "gave nothing": ("{0} 台: {1}", "{0} × {1}"),
    "dropped": (
        "文件没有这些列，未写入: {0}",
        "the file has no such columns, left out: {0}",
    ),
    "unresolved": (
        "{0} 个已知设备的名称解析不了，无法比对: {1}",
        "{0} known by names that do not resolve, so not compared: {1}",
    ),
    "interrupted": ("已中断，以下是已得到的结果", "interrupted; this is what was found"),
    # the last line
    "and": ("，", ", "),
    "found": ("找到 {0} 台", "{0} found"),
    "already": ("已有 {0}", "{0} already known"),
    "fresh": ("新增 {0}", "{0} new"),
    "gone": ("没应答 {0}", "{0} known but silent"),
    "exit": ("退出码 {0}", "exit {0}"),
    "next toml": (
        "补全其中的 [credentials.…]，放进 conf.d，再 dcagent config check",
        "fill in its [credentials.…], put it into conf.d, then: dcagent config check",
    ),
    "next csv": (
        "补全机柜；给 agent 用的清单写成 --out FILE.toml",
        "add racks; what the agent reads is --out FILE.toml",
    ),
    "next out": ("保存: --out inventory.toml", "to keep them: --out inventory.toml"),
    "next code": ("详解: dcagent explain {0}", "more: dcagent explain {0}"),
}


def say(lang: Lang, key: str, *values: object) -> str:
    """One sentence. KeyError: there is none of that name."""
    zh, en = _WORDS[key]
    return (zh if lang == "zh" else en).format(*values)
