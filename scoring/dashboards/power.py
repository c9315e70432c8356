"""The power chain of a site: facility meters, UPSs, PDUs, servers, PSUs, and what is lost between.

A loss is given only where both ends are measured for the same devices.
"""

from __future__ import annotations

from collections.abc import Iterator

from scoring.dashboards import thresholds
from scoring.dashboards.names import METER_ENERGY, RACK_PDUS, at, word
from scoring.dashboards.panel import Dashboard, Kind, Panel, Query, Section
from scoring.dashboards.power_feeds import feeds, pdus
from scoring.dashboards.power_ups import ups
from scoring.dashboards.rack_servers import SURE
from scoring.dashboards.variables import IN_RACKS, IN_SITE
from scoring.levels import RACK
from scoring.table import Name, Table

UPS_IN, UPS_OUT = word("ups_input.power_watts"), word("ups_output.power_watts")
PSU_IN, PSU_OUT = word("psu_input.power_watts"), word("psu_output.power_watts")
PDU, SERVER = word("rack.power_watts"), word("node.power_watts")
UNMEASURED = Name(
    "无值: 没有两端都被测量的设备", "none: there is no device of which both ends are measured"
)


def power(table: Table) -> Dashboard:
    """The dashboard of the power chain."""
    return Dashboard(
        "power",
        Name("供电链路", "power chain"),
        Name(
            "全场电表 → UPS → PDU → 机柜 → 电源 → 服务器; 两端都有测量之处的损耗; UPS, A/B 路。",
            "Facility meters → UPSs → PDUs → racks → PSUs → servers, with losses where both ends"
            " are measured; UPSs, feeds A and B.",
        ),
        (_chain(), _losses(), ups(), feeds(), pdus(table)),
    )


def lines(metric: str, chosen: str, *by: str) -> str:
    """A quantity of lines (phases), each counted once, added up by these labels."""
    return f"sum by ({', '.join(by)}) (max by (target, phase) ({at(metric, chosen)}))"


def _stages() -> Iterator[Query]:
    facility = at(METER_ENERGY, IN_SITE, 'boundary="facility"')
    yield Query(f"sum(rate({facility}[$__rate_interval]))", Name("全场电表", "facility meters"))
    yield Query(lines(UPS_IN, IN_SITE), Name("UPS 输入", "UPS inputs"))
    yield Query(lines(UPS_OUT, IN_SITE), Name("UPS 输出", "UPS outputs"))
    yield Query(f"sum(max by (target, inlet) ({at(PDU, IN_RACKS)}))", Name("PDU", "PDUs"))
    yield Query(f"sum(max by (node) ({at(SERVER, IN_RACKS, SURE)}))", Name("服务器", "servers"))
    yield Query(
        f"sum(max by (node, psu) ({at(PSU_IN, IN_RACKS)}))", Name("电源模块输入", "PSU inputs")
    )
    yield Query(
        f"sum(max by (node, psu) ({at(PSU_OUT, IN_RACKS)}))", Name("电源模块输出", "PSU outputs")
    )


def _chain() -> Section:
    stages = tuple(_stages())
    about = Name(
        "每级为其中被测量者之和, 级间之差只有在全部被测量时才是损耗。PDU 起按所选机柜。",
        "Each stage is the sum of what is measured there; the difference of two is a loss only"
        " where all of both is measured. From the PDUs on of the racks that are chosen.",
    )
    absent = Name("无值: 此级没有测量", "none: nothing is measured here")
    return Section(
        Name("各级功率", "Power by stage"),
        (
            Panel(
                Kind.BARS,
                Name("各级现值", "stages, now"),
                about,
                "watt",
                stages,
                absent,
                low=0,
                steps=thresholds.neutral(),
            ),
            Panel(
                Kind.SERIES,
                Name("各级变化", "stages over time"),
                about,
                "watt",
                stages,
                absent,
                width=16,
                low=0,
            ),
        ),
    )


def _losses() -> Section:
    return Section(
        Name("损耗 (两端都被测量)", "Losses (both ends measured)"),
        (_of_ups(), _distribution(), _of_racks(), _of_psus()),
    )


def ups_pair() -> tuple[str, str]:
    """Input and output of each UPS that tells as many lines of both."""
    both = (UPS_IN, UPS_OUT)
    watts = [lines(metric, IN_SITE, "target") for metric in both]
    counts = [f"count by (target) ({at(metric, IN_SITE)})" for metric in both]
    same = f"and on (target) ({counts[0]} == {counts[1]})"
    return f"({watts[0]} {same})", f"({watts[1]} {same})"


def _of_ups() -> Panel:
    into, out = ups_pair()
    return Panel(
        Kind.SERIES,
        Name("UPS 损耗", "lost in each UPS"),
        Name(
            "输入 - 输出; 充电时含充入电池的功率, 放电时为负。",
            "Input - output; while charging with what goes into the battery, on battery below 0.",
        ),
        "watt",
        (Query(f"{into} - {out}", "{{target}}"),),
        UNMEASURED,
        width=6,
    )


def _distribution() -> Panel:
    pdus_there = f"count(count by (rack, pdu) ({at(PDU, IN_SITE)}))"
    all_answer = f"{pdus_there} == sum({at(RACK_PDUS, IN_SITE)})"
    loss = f"{lines(UPS_OUT, IN_SITE)} - sum(max by (target, inlet) ({at(PDU, IN_SITE)}))"
    return Panel(
        Kind.SERIES,
        Name("UPS 输出到 PDU", "between UPS outputs and PDUs"),
        Name(
            "只在台账中的全部 PDU 都应答时给出; 含 UPS 所带的其他负载, 并要求全部 UPS 都被采集。",
            "Given only while all PDUs of the inventory answer; with whatever else the UPSs feed,"
            " and right only where all UPSs are read.",
        ),
        "watt",
        (Query(f"({loss}) and on () ({all_answer})", Name("差额", "difference")),),
        Name("无值: PDU 未全部应答, 或没有 UPS", "none: not all PDUs answer, or no UPS is read"),
        width=6,
    )


def _of_racks() -> Panel:
    by_rack = f"sum by (rack) (max by (rack, target, inlet) ({at(PDU, IN_RACKS)}))"
    pdus_there = f"count by (rack) (count by (rack, pdu) ({at(PDU, IN_RACKS)}))"
    all_pdus = f"{pdus_there} == on (rack) max by (rack) ({at(RACK_PDUS, IN_SITE)})"
    nodes = [at(RACK.of(f"dcagent_nodes:{what}"), IN_RACKS) for what in ("reporting", "expected")]
    all_nodes = f"max by (rack) ({nodes[0]}) == max by (rack) ({nodes[1]})"
    measured = f"max by (rack) ({at(RACK.of('dcagent_node_power_watts:measured'), IN_RACKS)})"
    return Panel(
        Kind.SERIES,
        Name("PDU 与服务器之差", "between PDUs and servers, by rack"),
        Name(
            "只在机柜的全部 PDU 与服务器都应答时给出; 含交换机等其余设备。",
            "Given only while all PDUs and servers of the rack answer; with switches and all else.",
        ),
        "watt",
        (
            Query(
                f"({by_rack} - {measured}) and on (rack) ({all_pdus}) and on (rack) ({all_nodes})",
                "{{rack}}",
            ),
        ),
        UNMEASURED,
        width=6,
    )


def _of_psus() -> Panel:
    into, out = (f"max by (rack, node, psu) ({at(m, IN_RACKS)})" for m in (PSU_IN, PSU_OUT))
    both = "and on (node, psu)"
    return Panel(
        Kind.SERIES,
        Name("电源模块损耗, 按机柜", "lost in PSUs, by rack"),
        Name("输入 - 输出, 仅两者都有的电源模块。", "Input - output of the PSUs that tell both."),
        "watt",
        (
            Query(
                f"sum by (rack) ({into} {both} {out}) - sum by (rack) ({out} {both} {into})",
                "{{rack}}",
            ),
        ),
        UNMEASURED,
        width=6,
    )
