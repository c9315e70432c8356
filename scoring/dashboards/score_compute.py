"""What stands beside the score: compute, idle servers, domestic share, CO2."""

from __future__ import annotations

from scoring.dashboards import thresholds
from scoring.dashboards.links import to_node, to_rack
from scoring.dashboards.names import at, kpi_of
from scoring.dashboards.panel import Column, Kind, Panel, Query, Section
from scoring.dashboards.score_members import kinds
from scoring.dashboards.variables import IN_SITE, in_site
from scoring.dashboards.wording import NODE, NOT_YET, POWER, RACK, RECORDED, UNITS, UNTOLD, plain
from scoring.kpi import GREEN
from scoring.levels import RACK as RACKS
from scoring.levels import SITE
from scoring.scale import figure
from scoring.table import Name, Table

COMPUTE = ("cp_nominal", "cp_online", "cp_unutilized", "ce_nominal", "ce_rated", "ce_delivered")


def _kpi(table: Table, name: str, absent: Name, legend: str = "", width: int = 4) -> Panel:
    """A KPI of the site as one figure."""
    entry = table.kpis[name]
    note = Name("不计入总分, 见 docs/scoring.md。", "Not part of the score, see docs/scoring.md.")
    about = Name(f"{entry.title.zh}: {note.zh}", f"{entry.title.en}: {note.en}")
    query = Query(kpi_of(name, SITE, IN_SITE), legend)
    unit = UNITS[entry.unit]
    return Panel(Kind.STAT, entry.title, about, unit, (query,), absent, width=width, decimals=2)


def compute(table: Table) -> Section:
    """Compute and its efficiency by kind and precision."""
    columns = (
        Column("kind", Name("类别", "kind"), words=plain(kinds(table))),
        Column("precision", Name("精度", "precision")),
        *(
            Column(letter, table.kpis[name].title, UNITS[table.kpis[name].unit], decimals=2)
            for letter, name in zip("ABCDEF", COMPUTE, strict=True)
        ),
    )
    return Section(
        Name("算力与算效", "Compute and its efficiency"),
        (
            Panel(
                Kind.TABLE,
                Name("按类别与精度", "by kind and precision"),
                Name(
                    "精度之间从不换算。“未利用”不等于可用: 是否已预留只有调度系统知道。",
                    'Precisions are never converted. "Not utilised" is not free: only the scheduler'
                    " knows what is reserved.",
                ),
                "none",
                tuple(
                    Query(f"max by (kind, precision) ({kpi_of(name, SITE, IN_SITE)})")
                    for name in COMPUTE
                ),
                RECORDED,
                width=24,
                columns=columns,
                sort="kind",
            ),
        ),
    )


def idle(table: Table) -> Section:
    """Idle waste, the comatose list, power that no rack has used."""
    days, half_year = (figure(table.constant(n)) for n in ("idle_days", "comatose_days"))
    limits = thresholds.sources(table, "idle_utilization", "idle_days", "comatose_days")
    return Section(
        Name("空闲与闲置", "Idle and stranded"),
        (
            _kpi(table, "idle_power", NOT_YET, width=6),
            _kpi(table, "stranded_power", NOT_YET, width=6),
            _kpi(table, "standard_racks", UNTOLD, width=6),
            _kpi(table, "inlet_compliance", RECORDED, width=6),
            _suspects("dcagent_idle_power_watts:suspected30d", f"{days}", limits),
            _suspects("dcagent_idle_power_watts:comatose180d", f"{half_year}", limits),
            _stranded(table),
        ),
    )


def _suspects(metric: str, days: str, limits: Name) -> Panel:
    return Panel(
        Kind.TABLE,
        Name(f"{days} 天无繁忙小时", f"no busy hour in {days} days"),
        thresholds.joined(
            Name("仍在耗电的服务器及其功率。", "Servers that still draw power, and how much."),
            limits,
        ),
        "none",
        (Query(f"max by (rack, node) ({at(f'node:{metric}', IN_SITE)})"),),
        Name(f"没有, 或观察不足 {days} 天", f"none, or fewer than {days} days were seen"),
        width=8,
        columns=(
            Column("rack", RACK),
            Column("node", NODE, link=to_node()),
            Column("A", POWER, "watt"),
        ),
        sort="-A",
    )


def _stranded(table: Table) -> Panel:
    title = table.kpis["stranded_power"].title
    return Panel(
        Kind.TABLE,
        Name(f"{title.zh}, 按机柜", f"{title.en}, by rack"),
        thresholds.told(
            Name(
                "设计功率 × 连续负荷上限 - 30 天内最高的一小时。",
                "Continuous load of the design power - the highest hour in 30 days.",
            ),
            thresholds.load(table),
        ),
        "none",
        (Query(f"max by (rack) ({kpi_of('stranded_power', RACKS, IN_SITE)})"),),
        NOT_YET,
        width=8,
        columns=(Column("rack", RACK, link=to_rack()), Column("A", title, "watt")),
        sort="-A",
    )


def carbon(table: Table) -> Section:
    """国产化率, CO2, green share."""
    month = in_site("dcagent_co2_kilograms:sum30d")
    origin = "{{year}} · {{source}}"
    return Section(
        Name("国产化率与碳排放", "Domestic share, CO2"),
        (
            _kpi(table, "co2", _NO_FACTOR, origin, width=8),
            Panel(
                Kind.STAT,
                Name("碳排放, 30 天", "CO2, 30 days"),
                Name(
                    "完整各日之和; 每日按当日的因子, 旧月份不重算。",
                    "Sum of whole days, each by the factor of its day; old months are not computed"
                    " anew.",
                ),
                UNITS["kilograms"],
                (Query(month, origin),),
                _NO_FACTOR,
                width=8,
                decimals=2,
            ),
            _kpi(table, "cue", _NO_FACTOR, f"{origin} · {{{{window}}}}", width=8),
            _domestic(),
            _kpi(table, GREEN.name, UNTOLD, width=8),
            _kpi(table, "cooling_overhead", _NO_COOLING, "{{category}}", width=8),
        ),
    )


_NO_FACTOR = Name(
    "无值: 台账没有该省的排放因子, 或没有电量或 PUE",
    "none: no emission factor of the province, or neither energy nor PUE",
)
_NO_COOLING = Name(
    "无值: 没有制冷电表, 或没有 IT 电量", "none: cooling is not metered, or IT energy is not"
)


def _domestic() -> Panel:
    count, rated = (kpi_of(f"domestic_{basis}", SITE, IN_SITE) for basis in ("count", "power"))
    return Panel(
        Kind.BARS,
        Name("国产化率", "domestic share"),
        Name(
            "国产 / 来源已知者, 三种权重都给出; 算力按类别与精度。",
            "Domestic / all whose origin is told, by three weights; compute by kind and precision.",
        ),
        "percentunit",
        (
            Query(count, Name("按台数", "by count")),
            Query(rated, Name("按额定功率", "by rated power")),
            Query(
                kpi_of("domestic_cp", SITE, IN_SITE),
                Name("按算力 {{kind}} {{precision}}", "by compute {{kind}} {{precision}}"),
            ),
        ),
        UNTOLD,
        low=0,
        high=1,
        decimals=1,
        steps=thresholds.neutral(),
    )
