"""A rack's feeds A and B, phases, branches and outlets."""

from __future__ import annotations

from scoring.dashboards import thresholds
from scoring.dashboards.names import INFO, PDU_INFO, at, limit, word
from scoring.dashboards.panel import Column, Kind, Panel, Query, Section
from scoring.dashboards.variables import IN_RACK, IN_SITE
from scoring.dashboards.wording import POWER, STATES
from scoring.table import Name

PDU = word("rack.power_watts")
PHASE_CURRENT = word("phase.current_amperes")
BRANCH_CURRENT = word("branch.current_amperes")
HAS_FEED = 'feed!=""'
NO_NODE = 'node=""'
NO_PDU = Name("无值: 没有 PDU 读数", "none: no PDU is read")
NO_FEED = Name(
    "无值: PDU 未读到, 或台账与采集目标都没有 feed",
    "none: no PDU is read, or neither inventory nor target tells its feed",
)
FEED = Name("供电路", "feed")


def feed_of(chosen: str) -> str:
    """The feed of each PDU: by the inventory, else by the configuration of its target."""
    inventory = f"max by (site, pdu, feed) ({at(PDU_INFO, IN_SITE, HAS_FEED)})"
    target = f'label_replace({at(INFO, chosen, HAS_FEED, NO_NODE)}, "pdu", "$1", "target", "(.+)")'
    return f"({inventory} or on (site, pdu) max by (site, pdu, feed) ({target}))"


def by_feed(chosen: str, *labels: str) -> str:
    """Power of PDUs by their feed, and by further labels."""
    own = ", ".join(("site", "pdu", *labels))
    watts = f"sum by ({own}) (max by ({own}, inlet) ({at(PDU, chosen)}))"
    wanted = ", ".join(("feed", *labels))
    return f"sum by ({wanted}) ({watts} * on (site, pdu) group_left (feed) {feed_of(chosen)})"


def feeds() -> Section:
    """All that a rack PDU measures."""
    return Section(
        Name("供电路、相与分支", "Feeds, phases, branches"),
        (_feeds(), _imbalance(), _phases(), _voltages(), _branches(), _outlets()),
    )


def _feeds() -> Panel:
    return Panel(
        Kind.SERIES,
        Name("A/B 路功率", "power by feed"),
        Name(
            "按台账的 feeds, 没有时按采集目标的 feed。任何一路失电时, 另一路要承担两者之和。",
            "By the inventory's feeds, else by that of the target. Where one fails, the other one"
            " carries the sum of both.",
        ),
        "watt",
        (Query(by_feed(IN_RACK), Name("{{feed}} 路", "feed {{feed}}")),),
        NO_FEED,
        low=0,
        stacked=True,
    )


def _imbalance() -> Panel:
    pdus = f"sum by (pdu) (max by (pdu, inlet) ({at(PDU, IN_RACK)}))"
    current = at(PHASE_CURRENT, IN_RACK)
    per_phase = f"max by (target, phase) ({current})"
    mean = f"avg by (target) ({per_phase})"
    several = f"count by (target) ({per_phase}) > 1"
    phases = f"(max by (target) ({per_phase}) - {mean}) / ({mean} > 0) and on (target) {several}"
    return Panel(
        Kind.BARS,
        Name("不平衡", "imbalance"),
        Name(
            "PDU 之间: (最大 - 最小) / 总和。三相: (最大相电流 - 平均) / 平均。",
            "Between PDUs: (highest - lowest) / sum. Phases: (highest current - mean) / mean.",
        ),
        "percentunit",
        (
            Query(
                f"(max({pdus}) - min({pdus})) / (sum({pdus}) > 0) and count({pdus}) > 1",
                Name("PDU 之间", "between PDUs"),
            ),
            Query(phases, Name("{{target}} 各相", "phases of {{target}}")),
        ),
        NO_PDU,
        width=12,
        low=0,
        high=1,
        decimals=1,
        steps=thresholds.neutral(),
    )


def _phases() -> Panel:
    return Panel(
        Kind.SERIES,
        Name("相电流", "current by phase"),
        Name("每个 PDU 的每一相。", "Each phase of each PDU."),
        "amp",
        (Query(f"max by (target, phase) ({at(PHASE_CURRENT, IN_RACK)})", "{{target}} {{phase}}"),),
        Name("无值: PDU 不给出相电流", "none: the PDU gives no current by phase"),
        low=0,
    )


def _voltages() -> Panel:
    volts = at(word("phase.voltage_volts"), IN_RACK)
    return Panel(
        Kind.SERIES,
        Name("相电压", "voltage by phase"),
        Name("每个 PDU 的每一相。", "Each phase of each PDU."),
        "volt",
        (Query(f"max by (target, phase) ({volts})", "{{target}} {{phase}}"),),
        Name("无值: PDU 不给出相电压", "none: the PDU gives no voltage by phase"),
        decimals=0,
    )


def _branches() -> Panel:
    same = "target, branch"
    amperes = f"max by ({same}) ({at(BRANCH_CURRENT, IN_RACK)})"
    bounds = at(limit("branch.current_amperes"), IN_RACK, 'bound=~"upper_.+"')
    bound = f"min by ({same}) ({bounds})"
    return Panel(
        Kind.TABLE,
        Name("分支 (断路器)", "branches (breakers)"),
        Name("限值由设备给出, 取最低的上限。", "The bound is the device's lowest upper one."),
        "none",
        (
            Query(amperes),
            Query(bound),
            Query(f"{amperes} / {bound}"),
            Query(f"max by ({same}) ({at(word('branch.state'), IN_RACK)})"),
        ),
        Name("无值: PDU 不给出分支电流", "none: the PDU gives no current by branch"),
        columns=(
            Column("target", Name("PDU", "PDU")),
            Column("branch", Name("分支", "branch")),
            Column("A", Name("电流", "current"), "amp", decimals=1),
            Column("B", Name("上限", "bound"), "amp", decimals=1),
            Column("C", Name("占上限", "of the bound"), "percentunit"),
            Column("D", Name("状态", "state"), words=STATES),
        ),
        sort="-C",
    )


def _outlets() -> Panel:
    same = "target, outlet, name"
    values = ("outlet.power_watts", "outlet.current_amperes", "outlet.state")
    return Panel(
        Kind.TABLE,
        Name("插座", "outlets"),
        Name("名称是 PDU 上设置的。", "Names are those set on the PDU."),
        "none",
        tuple(Query(f"max by ({same}) ({at(word(value), IN_RACK)})") for value in values),
        Name("无值: PDU 不计量插座", "none: the PDU does not meter outlets"),
        columns=(
            Column("target", Name("PDU", "PDU")),
            Column("outlet", Name("插座", "outlet")),
            Column("name", Name("名称", "name")),
            Column("A", POWER, "watt"),
            Column("B", Name("电流", "current"), "amp", decimals=2),
            Column("C", Name("状态", "state"), words=STATES),
        ),
        sort="-A",
    )
