"""Feeds A and B across the racks, and the PDUs."""

from __future__ import annotations

from scoring.dashboards import thresholds
from scoring.dashboards.links import to_node, to_rack
from scoring.dashboards.names import at, limit, word
from scoring.dashboards.panel import Column, Kind, Panel, Query, Section
from scoring.dashboards.rack_feeds import FEED, NO_FEED, PDU, by_feed, feed_of
from scoring.dashboards.variables import IN_RACKS
from scoring.dashboards.wording import NODE, POWER, RACK, STATES
from scoring.table import Name, Table


def feeds() -> Section:
    """The feeds, in all and by rack."""
    by_rack = by_feed(IN_RACKS, "rack")
    return Section(
        Name("A/B 路", "Feeds A and B"),
        (
            Panel(
                Kind.SERIES,
                Name("各路功率", "power by feed"),
                Name("所选机柜之和。", "Of the racks that are chosen."),
                "watt",
                (Query(by_feed(IN_RACKS), Name("{{feed}} 路", "feed {{feed}}")),),
                NO_FEED,
                low=0,
                stacked=True,
            ),
            Panel(
                Kind.TABLE,
                Name("各机柜各路", "feeds of each rack"),
                Name(
                    "占比远离一半的机柜, 两路不平衡。",
                    "Where the share is far from a half, the feeds are out of balance.",
                ),
                "none",
                (
                    Query(by_rack),
                    Query(f"{by_rack} / on (rack) group_left () (sum by (rack) ({by_rack}) > 0)"),
                ),
                NO_FEED,
                columns=(
                    Column("rack", RACK, link=to_rack()),
                    Column("feed", FEED),
                    Column("A", POWER, "watt"),
                    Column("B", Name("占本机柜", "of the rack"), "percentunit"),
                ),
                sort="rack",
            ),
        ),
    )


def pdus(table: Table) -> Section:
    """PDUs, the branches that are nearest to their bound, PSUs that are not well."""
    return Section(
        Name("PDU、分支与电源模块", "PDUs, branches, PSUs"), (_pdus(), _branches(table), _psus())
    )


def _pdus() -> Panel:
    fed = f"{at(PDU, IN_RACKS)} * on (site, pdu) group_left (feed) {feed_of(IN_RACKS)}"
    texts = ("rack.apparent_power_voltamperes", "rack.power_factor_ratio", "rack.state")
    return Panel(
        Kind.TABLE,
        Name("各 PDU", "all PDUs"),
        Name("PDU 全部进线。", "All inlets of a PDU."),
        "none",
        (
            Query(f"sum by (rack, pdu) (max by (rack, pdu, inlet) ({at(PDU, IN_RACKS)}))"),
            Query(f"max by (rack, pdu, feed) ({fed})"),
            *(Query(f"max by (rack, pdu) ({at(word(text), IN_RACKS)})") for text in texts),
        ),
        Name("无值: 没有 PDU 读数", "none: no PDU is read"),
        columns=(
            Column("rack", RACK, link=to_rack()),
            Column("pdu", Name("PDU", "PDU")),
            Column("feed", FEED),
            Column("A", POWER, "watt"),
            Column("C", Name("视在功率", "apparent power"), "voltamp"),
            Column("D", Name("功率因数", "power factor"), "none", decimals=2),
            Column("E", Name("状态", "state"), words=STATES),
        ),
        sort="rack",
    )


def _branches(table: Table) -> Panel:
    same = "rack, target, branch"
    name = "branch.current_amperes"
    amperes = f"max by ({same}) ({at(word(name), IN_RACKS)})"
    bound = f"min by ({same}) ({at(limit(name), IN_RACKS, UPPER)})"
    return Panel(
        Kind.TABLE,
        Name("最接近上限的分支", "branches nearest to their bound"),
        Name("电流 / 设备给出的最低上限, 前十。", "Current / the device's lowest upper bound."),
        "none",
        (Query(f"topk(10, {amperes} / {bound})"),),
        Name("无值: PDU 不给出分支上限", "none: no PDU tells bounds of branches"),
        width=6,
        columns=(
            Column("rack", RACK, link=to_rack()),
            Column("target", Name("PDU", "PDU")),
            Column("branch", Name("分支", "branch")),
            Column("A", Name("占上限", "of the bound"), "percentunit", thresholds.load(table)),
        ),
        sort="-A",
    )


UPPER = 'bound=~"upper_.+"'


def _psus() -> Panel:
    state = at(word("psu.state"), IN_RACKS)
    return Panel(
        Kind.TABLE,
        Name("异常的电源模块", "PSUs that are not well"),
        Name("失去一个电源的服务器没有冗余。", "A server that lost one has no redundancy."),
        "none",
        (Query(f"max by (rack, node, psu, state) ({state} > 0)"),),
        Name("没有异常 (须有电源状态读数)", "all are well (if their states are read)"),
        width=6,
        columns=(
            Column("rack", RACK),
            Column("node", NODE, link=to_node()),
            Column("psu", Name("电源", "PSU")),
            Column("state", Name("它的说法", "its word")),
            Column("A", Name("状态", "state"), words=STATES),
        ),
        sort="-A",
    )
