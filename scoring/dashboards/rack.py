"""The rack: power against 80 % of its design, feeds and phases, its servers from top to bottom."""

from __future__ import annotations

from scoring.dashboards import thresholds
from scoring.dashboards.names import RACK_PDUS, at, word
from scoring.dashboards.panel import Dashboard, Kind, Link, Panel, Query, Section
from scoring.dashboards.rack_feeds import feeds
from scoring.dashboards.rack_servers import servers, surroundings
from scoring.dashboards.variables import IN_RACK, in_rack
from scoring.dashboards.wording import NOT_YET, POWER, RECORDED, SCORE, UNREAD, UNTOLD
from scoring.kpi import SCORE as SCORE_SERIES
from scoring.levels import RACK
from scoring.scale import figure
from scoring.table import Name, Table

PDU = word("rack.power_watts")
DESIGN = RACK.of("dcagent_rack_rated_power_watts:installed")
DRAWN = RACK.of("dcagent_power_watts:sum")


def rack(table: Table) -> Dashboard:
    """The dashboard of one rack."""
    return Dashboard(
        "rack",
        Name("机柜", "rack"),
        Name(
            "一个机柜: 功率与设计功率的 80 %, A/B 路与三相, 各服务器, 分支与插座, 环境。",
            "One rack: power against 80 % of its design, feeds and phases, its servers, branches"
            " and outlets, its air.",
        ),
        (_now(table), _power(table), feeds(), servers(table), surroundings()),
    )


def _now(table: Table) -> Section:
    return Section(
        Name("现状", "Now"),
        (
            Panel(
                Kind.STAT,
                POWER,
                Name(
                    "全部 PDU 之和; PDU 不全时为几乎全部服务器之和, 再不然未知。",
                    "Sum of its PDUs where all of them answer, else of nearly all its servers, else"
                    " unknown.",
                ),
                "watt",
                (Query(at(DRAWN, IN_RACK)),),
                RECORDED,
            ),
            *_room(table),
            *_who(table),
            Panel(
                Kind.STAT,
                SCORE,
                Name("由 η、IT 负荷与热环境得出, 见评分面板。", "Of η, IT load and inlet air."),
                "none",
                (Query(in_rack(SCORE_SERIES), "{{confidence}}"),),
                NOT_YET,
                steps=thresholds.points(table),
                link=Link("score", Name("打开评分", "open the score"), {}),
                decimals=0,
            ),
        ),
    )


def _room(table: Table) -> tuple[Panel, ...]:
    share = figure(table.constant("continuous_load"))
    room = f"{share} * {at(DESIGN, IN_RACK)} - on (site, rack) {at(DRAWN, IN_RACK)}"
    return (
        Panel(
            Kind.STAT,
            Name("占设计功率", "of design power"),
            Name("功率 / 设计功率。", "Power drawn / design power."),
            "percentunit",
            (Query(in_rack("dcagent_it_load:ratio")),),
            UNTOLD,
            width=3,
            steps=thresholds.load(table),
            decimals=1,
        ),
        Panel(
            Kind.STAT,
            Name("距连续负荷上限", "left up to the continuous load"),
            thresholds.told(
                Name("设计功率 × 上限 - 功率; 负数为超出。", "Below 0 it is exceeded."),
                thresholds.load(table),
            ),
            "watt",
            (Query(room),),
            UNTOLD,
            steps=thresholds.not_below_zero(),
        ),
    )


def _who(table: Table) -> tuple[Panel, ...]:
    return (
        Panel(
            Kind.STAT,
            Name("应答 / 应有", "answering / expected"),
            Name(
                "服务器与 PDU: 有功率读数的 / 台账应有的。",
                "Servers and PDUs: with a power reading / expected by the inventory.",
            ),
            "none",
            (
                Query(in_rack("dcagent_nodes:reporting"), Name("服务器应答", "servers answer")),
                Query(in_rack("dcagent_nodes:expected"), Name("服务器应有", "servers expected")),
                Query(
                    f"count(count by (pdu) ({at(PDU, IN_RACK)}))", Name("PDU 应答", "PDUs answer")
                ),
                Query(f"max({at(RACK_PDUS, IN_RACK)})", Name("PDU 应有", "PDUs expected")),
            ),
            RECORDED,
            width=6,
        ),
        Panel(
            Kind.STAT,
            Name("最热进风", "hottest inlet"),
            Name("本机柜服务器的进风最高值。", "The hottest inlet of its servers."),
            "celsius",
            (Query(f"max({at(word('air_inlet.temperature_celsius'), IN_RACK)})"),),
            UNREAD,
            width=3,
            steps=thresholds.inlets(table),
            decimals=1,
        ),
    )


def _power(table: Table) -> Section:
    share = figure(table.constant("continuous_load"))
    design, measured = at(DESIGN, IN_RACK), in_rack("dcagent_node_power_watts:measured")
    return Section(
        POWER,
        (
            Panel(
                Kind.SERIES,
                Name("功率与设计功率", "power against design"),
                thresholds.told(
                    Name(
                        "PDU 与服务器之差是交换机等其余设备与损耗。",
                        "What the PDUs read beyond the servers is other equipment and losses.",
                    ),
                    thresholds.load(table),
                ),
                "watt",
                (
                    Query(at(DRAWN, IN_RACK), Name("机柜", "rack")),
                    Query(measured, Name("服务器之和", "its servers")),
                    Query(design, Name("设计功率", "design")),
                    Query(f"{share} * {design}", Name("连续负荷上限", "continuous load")),
                ),
                RECORDED,
                low=0,
            ),
            Panel(
                Kind.SERIES,
                Name("各 PDU", "each PDU"),
                Name("PDU 全部进线之和。", "Sum over a PDU's inlets."),
                "watt",
                (Query(f"sum by (pdu) (max by (pdu, inlet) ({at(PDU, IN_RACK)}))", "{{pdu}}"),),
                Name("无值: 没有 PDU 读数", "none: no PDU is read"),
                low=0,
                stacked=True,
            ),
        ),
    )
