"""The UPSs: state, load, battery, efficiency."""

from __future__ import annotations

from scoring.dashboards.names import at, word
from scoring.dashboards.panel import Column, Kind, Panel, Query, Section
from scoring.dashboards.variables import IN_SITE
from scoring.dashboards.wording import STATES
from scoring.table import Name

NO_UPS = Name("无值: 没有采集 UPS, 或它不提供", "none: no UPS is read, or it does not tell")
UPS_IN, UPS_OUT = word("ups_input.power_watts"), word("ups_output.power_watts")
LOAD = f"{word('ups.load_ratio')}|{word('ups_output.load_ratio')}"
"""Some UPSs tell one load, others that of each line: the highest counts."""


def load() -> str:
    """The load of each UPS."""
    return f"max by (target) ({at('', f'__name__=~{_quoted(LOAD)}', IN_SITE)})"


def _quoted(text: str) -> str:
    return f'"{text}"'


def _of(text: str) -> str:
    return f"max by (target) ({at(word(text), IN_SITE)})"


def ups() -> Section:
    """All UPSs of the site."""
    return Section(Name("UPS 与电池", "UPSs, batteries"), (_table(), _loads(), _batteries()))


def _table() -> Panel:
    into, out = (
        f"sum by (target) (max by (target, phase) ({at(metric, IN_SITE)}))"
        for metric in (UPS_IN, UPS_OUT)
    )
    return Panel(
        Kind.TABLE,
        Name("各 UPS", "all UPSs"),
        Name(
            "状态是设备自己的说法 (如 on_battery); 效率为输出 / 输入。",
            "The state is the device's own word (as on_battery); efficiency is output / input.",
        ),
        "none",
        (
            Query(f"max by (target, state) ({at(word('ups.state'), IN_SITE)})"),
            Query(load()),
            Query(_of("battery.state")),
            Query(f"min by (target) ({at(word('battery.charge_ratio'), IN_SITE)})"),
            Query(f"min by (target) ({at(word('battery.runtime_seconds'), IN_SITE)})"),
            Query(_of("battery.temperature_celsius")),
            Query(out),
            Query(f"{out} / ({into} > 0)"),
        ),
        NO_UPS,
        width=24,
        columns=(
            Column("target", Name("UPS", "UPS")),
            Column("state", Name("它的说法", "its word")),
            Column("A", Name("状态", "state"), words=STATES),
            Column("B", Name("负载", "load"), "percentunit"),
            Column("C", Name("电池状态", "battery"), words=STATES),
            Column("D", Name("电量", "charge"), "percentunit"),
            Column("E", Name("可维持", "lasts"), "s"),
            Column("F", Name("电池温度", "battery temperature"), "celsius", decimals=0),
            Column("G", Name("输出", "output"), "watt"),
            Column("H", Name("效率", "efficiency"), "percentunit", decimals=1),
        ),
        sort="-A",
    )


def _loads() -> Panel:
    return Panel(
        Kind.SERIES,
        Name("UPS 负载", "load of each UPS"),
        Name("占额定; 多相取最高的一相。", "Of its rating; of several lines the highest."),
        "percentunit",
        (Query(load(), "{{target}}"),),
        NO_UPS,
        low=0,
        high=1,
    )


def _batteries() -> Panel:
    charge = f"min by (target) ({at(word('battery.charge_ratio'), IN_SITE)})"
    return Panel(
        Kind.SERIES,
        Name("电池电量", "charge of batteries"),
        Name("多组取最低。", "Of several the lowest."),
        "percentunit",
        (Query(charge, "{{target}}"),),
        NO_UPS,
        low=0,
        high=1,
    )
