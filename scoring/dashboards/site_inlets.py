"""The air that the site's servers take in: its spread, the ranges, the hottest."""

from __future__ import annotations

from scoring.dashboards import thresholds
from scoring.dashboards.links import to_node
from scoring.dashboards.names import at
from scoring.dashboards.panel import Column, Kind, Panel, Query, Section
from scoring.dashboards.variables import IN_SITE, in_site
from scoring.dashboards.wording import NODE, RACK, RECORDED
from scoring.kpi import THERMAL
from scoring.table import Name, Table

INLET = "node:dcagent_inlet_temperature_celsius:valid"


def inlets(table: Table) -> Section:
    """Temperatures of the air that the site's servers take in."""
    return Section(
        Name("进风温度", "Inlet air"),
        (
            Panel(
                Kind.SERIES,
                Name("进风温度分布", "inlet temperatures"),
                Name(
                    "每台服务器取最热的进风传感器; 1 ℃ 及以下、60 ℃ 及以上视为无读数。",
                    "The hottest inlet sensor of each server; readings that stand for a missing"
                    " sensor are left out.",
                ),
                "celsius",
                tuple(_quantile(*one) for one in _QUANTILES),
                RECORDED,
                steps=thresholds.inlets(table),
                lines=True,
                decimals=1,
            ),
            _bands(table),
            _hottest(table),
            _thermal("dcagent_rci_high:percent", _RCI, "percent"),
            _thermal("dcagent_inlet_recommended:ratio", _RECOMMENDED, "percentunit"),
            _thermal(THERMAL.minute, _COVERED, "percentunit"),
        ),
    )


_QUANTILES = (
    ("1", Name("最高", "highest")),
    ("0.9", Name("90 % 低于", "90 % are below")),
    ("0.5", Name("中位", "median")),
    ("0.1", Name("10 % 低于", "10 % are below")),
    ("0", Name("最低", "lowest")),
)
_RCI = (
    Name("RCI-HI", "RCI-HI"),
    Name(
        "机柜冷却指数 (高温侧): 100 表示没有进风超过推荐上限。",
        "Rack Cooling Index, high side: 100 is no inlet above the recommended range.",
    ),
)
_RECOMMENDED = (
    Name("推荐范围内", "within the recommended range"),
    Name(
        "进风在推荐范围内的服务器占有读数者之比。",
        "Share of the servers with a reading whose inlet is within the recommended range.",
    ),
)
_COVERED = (
    Name("进风覆盖率", "inlet coverage"),
    Name(
        "有进风读数的服务器占应有服务器之比。", "Servers with an inlet reading, of those expected."
    ),
)


def _quantile(phi: str, name: Name) -> Query:
    return Query(f"quantile({phi}, {at(INLET, IN_SITE)})", name)


def _thermal(metric: str, words: tuple[Name, Name], unit: str) -> Panel:
    query = Query(in_site(metric))
    return Panel(Kind.STAT, *words, unit, (query,), RECORDED, width=8, decimals=1)


def _bands(table: Table) -> Panel:
    low, high, allowable = (
        f"{table.constant(name):g}" for name in ("inlet_low", "inlet_high", "inlet_allowable")
    )
    bands = (
        (f"> {allowable}", f"> {allowable} °C"),
        (f"> {high} <= {allowable}", f"{high}–{allowable} °C"),
        (f">= {low} <= {high}", f"{low}–{high} °C"),
        (f"< {low}", f"< {low} °C"),
    )
    return Panel(
        Kind.BARS,
        Name("各温度段服务器数", "servers by temperature"),
        Name("没有服务器的温度段不出现。", "A range without servers does not appear."),
        "none",
        tuple(Query(f"count({at(INLET, IN_SITE)} {span})", legend) for span, legend in bands),
        RECORDED,
        width=6,
        steps=thresholds.neutral(thresholds.inlets(table).why),
        low=0,
    )


def _hottest(table: Table) -> Panel:
    return Panel(
        Kind.TABLE,
        Name("最热的十台", "the ten hottest"),
        Name("点击打开该服务器。", "Click to open the server."),
        "celsius",
        (Query(f"topk(10, max by (rack, node) ({at(INLET, IN_SITE)}))"),),
        RECORDED,
        width=6,
        columns=(
            Column("rack", RACK),
            Column("node", NODE, link=to_node()),
            Column("A", Name("进风", "inlet"), steps=thresholds.inlets(table)),
        ),
        sort="-A",
    )
