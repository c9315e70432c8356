"""Which language to speak, and the words of the command line in both."""

from __future__ import annotations

import os
from collections.abc import Mapping

from agent.diagnosis import Lang


def language(option: str = "", environment: Mapping[str, str] = os.environ) -> Lang:
    """The option's language, else that of LC_ALL, LC_MESSAGES, LANG (the first set)."""
    if option:
        return "zh" if option == "zh" else "en"
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((environment[name] for name in names if environment.get(name)), "")
    return "zh" if locale.casefold().startswith(("zh", "chinese")) else "en"


_WORDS: dict[str, tuple[str, str]] = {
    # stages
    "reach": ("网络", "network"),
    "identity": ("设备", "device"),
    "profile": ("画像", "profile"),
    "readings": ("读数", "readings"),
    "coverage": ("覆盖", "coverage"),
    "sensors": ("传感器", "sensors"),
    # groups of the doctor
    "environment": ("环境", "host"),
    "service": ("服务", "agent"),
    "scraping": ("抓取", "scrapes"),
    # under a finding
    "cause": ("原因", "cause"),
    "fix": ("处理", "fix"),
    "seen": ("常见原文", "seen as"),
    # header and last line
    "by profile": ("画像 {0}", "profile {0}"),
    "rack": ("机柜 {0}", "rack {0}"),
    "firmware": ("固件 {0}", "firmware {0}"),
    "ok": ("{0} 项正常", "{0} ok"),
    "warn": ("{0} 项警告", "{0} warn"),
    "fail": ("{0} 项失败", "{0} fail"),
    "unknown": ("{0} 项未定", "{0} undecided"),
    "skip": ("{0} 项略过", "{0} skipped"),
    "exit": ("退出码 {0}", "exit {0}"),
    "next ok": ("全部读数: --all", "every reading: --all"),
    "next finding": ("详解: dcagent explain {0}", "more: dcagent explain {0}"),
    "interrupted": ("已中断，以下是已得到的结果", "interrupted; this is what was found"),
    # the table
    "reading": ("读数", "reading"),
    "value": ("数值", "value"),
    "source": ("来源", "source"),
    "quality": ("质量", "quality"),
    "limits": ("门限", "limits"),
    "raw": ("原始值", "raw"),
    "rule": ("规则", "rule"),
    "more": ("… 另有 {0} 项: --all", "… {0} more: --all"),
    # evidence that we put together ourselves
    "n readings": ("{0} 项读数", "{0} readings"),
    "n faults": ("{0} 项没有读数", "{0} without a value"),
    "expected": ("期望的读数有 {0}/{1}", "{0}/{1} expected readings"),
    "missing": ("缺 {0}", "missing {0}"),
    "nothing expected": ("画像没有列出期望的读数", "the profile names no expected readings"),
    "and more": ("等 {0} 个", "and {0} more"),
    "pinned": ("由 --profile 指定", "named by --profile"),
    "not offered": ("设备不提供", "not offered by the device"),
    "same account": (
        "未尝试: 凭据 {0} 刚被 {1} 拒绝",
        "not tried: {1} has just refused the credential {0}",
    ),
    "no ipmi": (
        "没有给出凭据 → --user 与 --password-file",
        "no credential given → --user and --password-file to include it",
    ),
    "no snmp": (
        "没有给出凭据 → --community-file 或 --auth-…",
        "no credential given → --community-file or --auth-… to include it",
    ),
    "not a target": ('"{0}" 也不是配置中的目标{1}', '"{0}" is no target of the configuration{1}'),
    # recordings
    "record": ("留样", "capture"),
    "recording": ("留样 {0} · {1} 项应答", "recording {0} · {1} answers"),
    "time left": (" · 约剩 {0}", " · about {0} left"),
    "recorded": (
        "{0} 项应答 → {1} (已脱敏; 对照表 {2} 请自行保管)",
        "{0} answers → {1} (redacted; keep the map {2} to yourself)",
    ),
    "recording stopped": ("录制中断", "stopped half-way"),
    "nothing recorded": ("没有可录的会话", "no session to record from"),
    # prompts and errors
    "password": ("口令 Password for {0}: ", "Password for {0}: "),
    "engine": ("口令 Password for {0}: ", "Password for {0}: "),
    "community": ("团体字 Community for {0}: ", "Community for {0}: "),
    "auth": ("认证口令 Authentication password for {0}: ", "Authentication password for {0}: "),
    "priv": ("加密口令 Privacy password for {0}: ", "Privacy password for {0}: "),
    "error": ("错误", "error"),
    "no such code": ("没有这个代码: {0}", "there is no code {0}"),
    "did you mean": ("是不是: {0}", "did you mean: {0}"),
    "where bmc": ("在该主机/BMC 上", "on that host or BMC"),
    "where switch": ("在交换机/防火墙上", "on the switch or firewall"),
    "where pdu": ("在 PDU 上", "on the PDU"),
    "risk low": ("会改动设置", "changes a setting"),
    "risk service": ("会中断 BMC 服务", "interrupts the BMC"),
    "risk reboot": ("会重启主机", "restarts the host"),
}


def say(lang: Lang, key: str, *values: object) -> str:
    """One of our own words or sentences. KeyError: there is none of that name."""
    zh, en = _WORDS[key]
    return (zh if lang == "zh" else en).format(*values)
