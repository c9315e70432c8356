"""What is absent of a server, and why: faults by reason, coverage, locks, states, event log."""

from __future__ import annotations

from scoring.dashboards import thresholds
from scoring.dashboards.names import (
    AGE,
    BACKOFF,
    EXPECTED,
    FAULTS,
    INFO,
    LOCKED,
    PRESENT,
    UP,
    at,
    word,
)
from scoring.dashboards.panel import Column, Kind, Panel, Query, Section
from scoring.dashboards.variables import AT_NODE, IN_SITE
from scoring.dashboards.wording import NOT_ASKED, PARTS, STATES, TARGET, UNREAD, YES, plain
from scoring.table import Name


def of_targets(metric: str) -> str:
    """A metric of the targets that are this server's: its BMC, the host itself."""
    return f"{at(metric, IN_SITE)} and on (site, target) {at(INFO, AT_NODE)}"


def absent() -> Section:
    """What is not there, and the server's own complaints."""
    return Section(
        Name("缺什么与健康", "What is absent, and health"),
        (_faults(), _targets(), _states(), *_log()),
    )


def _faults() -> Panel:
    return Panel(
        Kind.TABLE,
        Name("缺什么: 失败的读数", "what is absent: readings that failed"),
        Name(
            "每个原因的含义与处理见 docs/codes.md; dcagent probe 逐项显示。",
            "docs/codes.md says what each reason means and how to mend it; dcagent probe shows each"
            " reading.",
        ),
        "none",
        (Query(f"max by (target, reason) ({of_targets(FAULTS)}) > 0"),),
        Name("没有失败的读数 (须已配置采集目标)", "none failed (if targets are configured)"),
        width=8,
        columns=(
            Column("target", TARGET),
            Column("reason", Name("原因", "reason")),
            Column("A", Name("读数", "readings"), steps=thresholds.warning()),
        ),
        sort="-A",
    )


def _targets() -> Panel:
    metrics = (UP, PRESENT, EXPECTED, AGE, LOCKED, BACKOFF)
    return Panel(
        Kind.TABLE,
        Name("采集目标", "its targets"),
        Name(
            "“应有”是设备配置期待的读数种类; “已锁定”的凭据改正配置后恢复。",
            '"expected" are the kinds of reading of its profile; a locked credential is tried again'
            " once the configuration changes.",
        ),
        "none",
        tuple(Query(f"max by (target) ({of_targets(metric)})") for metric in metrics),
        NOT_ASKED,
        width=16,
        columns=(
            Column("target", TARGET),
            Column("A", Name("应答", "answers"), steps=thresholds.all_wanted()),
            Column("B", Name("取得", "present")),
            Column("C", Name("应有", "expected")),
            Column("D", Name("距上次采集", "since the latest poll"), "s"),
            Column("E", Name("已锁定", "locked"), words=YES),
            Column("F", Name("再次询问前", "asked again in"), "s"),
        ),
    )


def _states() -> Panel:
    every = at("", '__name__=~"dcagent_[a-z_]+_state"', AT_NODE)
    family = '"family", "$1", "__name__", "dcagent_(.+)_state"'
    part = '"part", "", "psu", "sensor", "cpu", "dimm", "disk", "fan", "device", "subsystem"'
    named = f"label_join(label_replace({every}, {family}), {part})"
    return Panel(
        Kind.TABLE,
        Name("部件状态", "states of its parts"),
        Name("设备自己的判断, 最差的在前。", "By its own judgement, the worst first."),
        "none",
        (Query(f"max by (family, part, state) ({named})"),),
        UNREAD,
        width=12,
        columns=(
            Column("family", Name("部件", "part"), words=plain(PARTS)),
            Column("part", Name("名称", "name")),
            Column("state", Name("设备的说法", "its word")),
            Column("A", Name("状态", "state"), words=STATES),
        ),
        sort="-A",
    )


def _log() -> tuple[Panel, ...]:
    return (
        Panel(
            Kind.STAT,
            Name("事件日志条数", "event log"),
            Name(
                "BMC 的 SEL; 只读, 不清除。", "Entries of the BMC's SEL; only read, never cleared."
            ),
            "none",
            (Query(f"max({at(word('sel.count'), AT_NODE)})"),),
            UNREAD,
            height=8,
        ),
        Panel(
            Kind.STAT,
            Name("事件日志已用", "event log in use"),
            Name("满了就不再记录新事件。", "A full one takes no new events."),
            "percentunit",
            (Query(f"max({at(word('sel.load_ratio'), AT_NODE)})"),),
            UNREAD,
            height=8,
        ),
        _memory(),
    )


def _memory() -> Panel:
    counter = at(word("memory.errors_total"), AT_NODE)
    return Panel(
        Kind.STAT,
        Name("内存错误", "memory errors"),
        Name(
            "ce 已纠正, ue 未纠正; 所选时段内的增加。",
            "ce corrected, ue uncorrected; how many more in the time shown.",
        ),
        "none",
        (Query(f"sum by (kind) (increase({counter}[$__range]))", "{{kind}}"),),
        Name("无值: 仅本机采集提供", "none: only an agent on the host reads it"),
        height=8,
        decimals=0,
        steps=thresholds.none_wanted(),
    )
