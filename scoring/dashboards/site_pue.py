"""The site's power and energy over time, its PUE, and what a PUE lacks."""

from __future__ import annotations

from collections.abc import Iterator

from scoring.dashboards import thresholds
from scoring.dashboards.names import METER_ENERGY, METER_INFO, at
from scoring.dashboards.panel import Color, Column, Kind, Panel, Query, Section
from scoring.dashboards.variables import IN_SITE, in_site
from scoring.dashboards.wording import NOT_YET, RECORDED
from scoring.kpi import IT_LOAD, PUE
from scoring.levels import SITE
from scoring.scale import figure
from scoring.table import Name, Table

JOULES_PER_KWH = "3.6e6"
PUE_LIMIT = 'kpi="pue"'
DAY_FACILITY = SITE.of("dcagent_facility_energy_joules:increase1d")
DAY_IT = SITE.of("dcagent_it_energy_joules:increase1d")
PLACE = SITE.of("dcagent_inventory:place")
DAYS = SITE.of("dcagent_facility_energy_joules:day")


def energy(table: Table) -> Section:
    """Power, energy, PUE."""
    return Section(
        Name("功率、能耗与 PUE", "Power, energy, PUE"),
        (_power(), _day(), _meters(), _pue(table), _scored(table), _lacks(table)),
    )


def _power() -> Panel:
    return Panel(
        Kind.SERIES,
        Name("功率与设计值", "power against design"),
        Name(
            "“服务器上限”: 未应答的服务器按额定功率计; 真实值在“服务器实测”与它之间。",
            '"servers, at most": the silent ones at their rating; the truth lies between "servers,'
            ' measured" and this.',
        ),
        "watt",
        (
            Query(in_site(IT_LOAD.above), Name("机柜功率", "racks")),
            Query(
                in_site("dcagent_node_power_watts:measured"),
                Name("服务器实测", "servers, measured"),
            ),
            Query(
                in_site("dcagent_node_power_watts:upper"), Name("服务器上限", "servers, at most")
            ),
            Query(in_site("dcagent_rack_rated_power_watts:installed"), Name("设计功率", "design")),
        ),
        RECORDED,
        width=16,
        low=0,
    )


def _day() -> Panel:
    kilowatt_hours = (
        (DAY_FACILITY, Name("全场电表", "facility meters")),
        (DAY_IT, Name("IT 电表 · 类别 {{category}}", "IT meters · category {{category}}")),
        (SITE.of("dcagent_cooling_energy_joules:increase1d"), Name("制冷电表", "cooling meters")),
        (SITE.of("dcagent_pdu_energy_joules:latest1d"), Name("PDU 计量", "PDUs' own meters")),
        (SITE.of("dcagent_node_energy_joules:latest1d"), Name("服务器累计", "servers, counted")),
    )
    return Panel(
        Kind.BARS,
        Name("近 24 小时电量", "energy of the last 24 hours"),
        Name(
            "只有一侧的全部电表都应答才有值; 服务器为功率积分, 中断不补。PDU 与服务器每日更新。",
            "A boundary of meters has a value only while all of them answer; servers are"
            " integrated, gaps not filled. PDUs and servers are renewed once a day.",
        ),
        "kwatth",
        tuple(Query(f"{at(n, IN_SITE)} / {JOULES_PER_KWH}", name) for n, name in kilowatt_hours),
        NOT_YET,
        low=0,
        steps=thresholds.neutral(),
    )


def _meters() -> Panel:
    counter = at(METER_ENERGY, IN_SITE)
    per_meter = "meter, boundary, category"
    return Panel(
        Kind.TABLE,
        Name("各电表, 所选时段", "meters, in the time shown"),
        Name(
            "每块电表自己的计数; 类别为 ISO/IEC 30134-2: 1 UPS 输出, 2 PDU 输出, 3 IT 输入。",
            "What each meter counted; category by ISO/IEC 30134-2: 1 UPS output, 2 PDU output,"
            " 3 IT input.",
        ),
        "none",
        (
            Query(f"sum by ({per_meter}) (increase({counter}[$__range])) / {JOULES_PER_KWH}"),
            Query(f"sum by ({per_meter}) (rate({counter}[$__rate_interval]))"),
        ),
        Name("无值: 台账没有电表, 或电表未采集", "none: no meter in the inventory, or not read"),
        width=8,
        columns=(
            Column("meter", Name("电表", "meter")),
            Column("boundary", Name("边界", "boundary")),
            Column("category", Name("类别", "category")),
            Column("A", Name("电量", "energy"), "kwatth", decimals=1),
            Column("B", Name("平均功率", "mean power"), "watt"),
        ),
        sort="boundary",
    )


def _pue(table: Table) -> Panel:
    return Panel(
        Kind.SERIES,
        Name("近 24 小时 PUE", "PUE of the last 24 hours"),
        thresholds.told(
            Name(
                "全场电量 / IT 电量, 每个测量类别一条, 另有限值; 用于观察, 评分取 365 天或 30 天。",
                "Facility energy / IT energy, a line for each category of measurement and for each"
                " limit; for watching: the score takes 365 or 30 days.",
            ),
            thresholds.pue(table),
        ),
        "none",
        (
            Query(
                in_site("dcagent_pue:ratio1d"), Name("类别 {{category}}", "category {{category}}")
            ),
            Query(at("dcagent_score_limit", PUE_LIMIT), "{{limit}}"),
        ),
        NOT_YET,
        width=16,
        decimals=2,
        names={limit.name: limit.title for limit in thresholds.limits_of(table, PUE.name)},
    )


def _scored(table: Table) -> Panel:
    return Panel(
        Kind.STAT,
        Name("计分 PUE", "PUE that is scored"),
        Name(
            "窗口 365 天, 不足时为 30 天 (阶段值); 多个类别取最差。",
            "Over 365 days, or 30 days (interim) while there are fewer; the worst category.",
        ),
        "none",
        (
            Query(
                at(PUE.value(SITE), IN_SITE),
                Name("{{window}} · 类别 {{category}}", "{{window}} · category {{category}}"),
            ),
        ),
        Name("没有 PUE: 原因见右", "no PUE: why stands on the right"),
        height=6,
        steps=thresholds.pue(table),
        decimals=2,
    )


def _lacks(table: Table) -> Panel:
    return Panel(
        Kind.TABLE,
        Name("计分 PUE 缺什么", "what the PUE that is scored lacks"),
        Name(
            "没有 PUE 的原因, 每项一行; PUE 只由电表得出, 从不填写。见 docs/scoring.md。",
            "Why there is no PUE, a line for each reason; it comes from meters alone and is never"
            " typed in. See docs/scoring.md.",
        ),
        "none",
        (Query("\nor\n".join(_reasons())), Query("\nor\n".join(_figures(table)))),
        Name("不缺 (须已加载评分规则)", "nothing (if the scoring rules are loaded)"),
        columns=(
            Column("reason", Name("原因", "reason"), words=_REASONS),
            Column("meter", Name("电表", "meter")),
            Column("B", Name("数值", "figure"), decimals=2),
        ),
        width=20,
        height=6,
    )


_REASONS = {
    "facility": (Name("台账没有全场电表", "no facility meter in the inventory"), Color.BAD),
    "it": (Name("台账没有 IT 电表", "no IT meter in the inventory"), Color.BAD),
    "silent": (Name("电表没有读数", "a meter that is not read"), Color.BAD),
    "days": (Name("完整天数不足, 现有", "too few whole days, so far"), Color.WATCH),
    "first": (Name("还没有完整的一天", "not one whole day yet"), Color.WATCH),
    "below": (Name("小于 1: 接线或计量有误", "below 1: wiring or metering is wrong"), Color.BAD),
}


def _reasons() -> Iterator[str]:
    """One query for each reason, which gives something where it holds."""
    place = at(PLACE, IN_SITE)
    for boundary in ("facility", "it"):
        wanted = at(METER_INFO, f'boundary="{boundary}"')
        yield _reason(boundary, f"max by (site) ({place}) unless on (site) {wanted}")
    wanted = at(METER_INFO, IN_SITE, 'boundary=~"facility|it"')
    silent = f"max by (site, meter) ({wanted}) unless on (site, meter) {METER_ENERGY}"
    yield _reason("silent", silent)
    metered = at(METER_INFO, 'boundary="facility"')
    none = f"max by (site) ({place}) unless on (site) {_DAYS_SEEN}"
    yield _reason("first", f"{none} and on (site) {metered}")


_DAYS_SEEN = f"max by (site) (count_over_time({at(DAYS, IN_SITE)}[30d]))"


def _figures(table: Table) -> Iterator[str]:
    """The same, of the reasons that have a figure."""
    yield _reason("days", f"{_DAYS_SEEN} < {figure(table.constant('pue_interim_days'))}")
    ratio = f"{at(DAY_FACILITY, IN_SITE)} / on (site) group_right () {at(DAY_IT, IN_SITE)}"
    yield _reason("below", f"min by (site) ({ratio}) < 1")


def _reason(name: str, expr: str) -> str:
    return f'max by (reason, meter) (label_replace({expr}, "reason", "{name}", "", ""))'
