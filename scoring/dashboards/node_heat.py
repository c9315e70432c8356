"""A server's temperatures beside the device's own limits, and its fans."""

from __future__ import annotations

from scoring.dashboards import thresholds
from scoring.dashboards.names import at, limit, word
from scoring.dashboards.panel import Column, Kind, Panel, Query, Section
from scoring.dashboards.variables import AT_NODE
from scoring.dashboards.wording import PARTS as NAMES
from scoring.dashboards.wording import STATES, UNREAD, plain
from scoring.table import Name, Table

PARTS = ("air_inlet", "air_exhaust", "cpu", "dimm", "disk", "board", "psu", "accelerator", "sensor")
"""Roles that have temperatures in a server."""
COMPONENTS = '"sensor", "cpu", "dimm", "disk", "psu", "device"'


def heat(table: Table) -> Section:
    """Temperatures and fans."""
    return Section(Name("温度与风扇", "Temperatures, fans"), (_limits(), _inlets(table), *_fans()))


def _named(metrics: tuple[str, ...], *matchers: str) -> str:
    """Temperatures, each with its family and the name of its part, under the same labels."""
    found = at("", f'__name__=~"{"|".join(metrics)}"', AT_NODE, *matchers)
    family = '"family", "$1", "__name__", "dcagent_(.+?)_temperature_celsius.*"'
    return f'label_join(label_replace({found}, {family}), "part", "", {COMPONENTS})'


def _limits() -> Panel:
    words = [f"{part}.temperature_celsius" for part in PARTS]
    values = f"max by (family, part) ({_named(tuple(map(word, words)))})"
    bounds = tuple(map(limit, words))
    warning = f"min by (family, part) ({_named(bounds, UPPER_WARNING)})"
    critical = f"min by (family, part) ({_named(bounds, UPPER_CRITICAL)})"
    return Panel(
        Kind.TABLE,
        Name("温度与限值", "temperatures and limits"),
        Name(
            "限值由设备给出; “余量”为距严重上限 (没有则距警告上限)。",
            'Limits are the device\'s own; "left" is up to the critical one, else the warning one.',
        ),
        "none",
        (
            Query(values),
            Query(warning),
            Query(critical),
            Query(f"({critical} or {warning}) - on (family, part) {values}"),
        ),
        UNREAD,
        columns=(
            Column("family", Name("部位", "where"), words=plain(NAMES)),
            Column("part", Name("名称", "name")),
            Column("A", Name("温度", "temperature"), "celsius", decimals=0),
            Column("B", Name("警告", "warning"), "celsius", decimals=0),
            Column("C", Name("严重", "critical"), "celsius", decimals=0),
            Column("D", Name("余量", "left"), "celsius", thresholds.not_below_zero(), decimals=0),
        ),
        sort="D",
    )


UPPER_WARNING = 'bound="upper_warning"'
UPPER_CRITICAL = 'bound=~"upper_critical|upper_fatal"'


def _inlets(table: Table) -> Panel:
    inlet, exhaust, cpu = (
        f"max by (sensor, cpu) ({at(word(text), AT_NODE)})"
        for text in (
            *("air_inlet.temperature_celsius", "air_exhaust.temperature_celsius"),
            "cpu.temperature_celsius",
        )
    )
    return Panel(
        Kind.SERIES,
        Name("进风、排风与处理器", "inlet, exhaust, processors"),
        Name("线为进风的推荐与允许范围。", "Lines are the ranges for the inlet."),
        "celsius",
        (
            Query(inlet, Name("进风 {{sensor}}", "inlet {{sensor}}")),
            Query(exhaust, Name("排风 {{sensor}}", "exhaust {{sensor}}")),
            Query(cpu, "CPU {{cpu}}"),
        ),
        UNREAD,
        steps=thresholds.inlets(table),
        lines=True,
        decimals=1,
    )


def _fans() -> tuple[Panel, ...]:
    words = ("fan.speed_rpm", "fan.duty_ratio", "fan.state")
    return (
        Panel(
            Kind.TABLE,
            Name("风扇", "fans"),
            Name("转速、占空比与状态。", "Speed, drive and state."),
            "none",
            tuple(Query(f"max by (fan) ({at(word(text), AT_NODE)})") for text in words),
            UNREAD,
            columns=(
                Column("fan", Name("风扇", "fan")),
                Column("A", Name("转速", "speed"), "rotrpm", decimals=0),
                Column("B", Name("占空比", "drive"), "percentunit"),
                Column("C", Name("状态", "state"), words=STATES),
            ),
            sort="fan",
        ),
        Panel(
            Kind.SERIES,
            Name("风扇转速", "fan speeds"),
            Name("全部风扇。", "All fans."),
            "rotrpm",
            (Query(f"max by (fan) ({at(word('fan.speed_rpm'), AT_NODE)})", "{{fan}}"),),
            UNREAD,
            low=0,
        ),
    )
