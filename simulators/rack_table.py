"""What a page of metrics says of racks, and how a terminal shows it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

_LINE = re.compile(r"(\w+)(?:\{(.*)\})? (\S+)")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')

WANTED = (
    "dcagent_target_up",
    "dcagent_target_faults",
    "dcagent_node_power_watts",
    "dcagent_node_inlet_temperature_celsius",
    "dcagent_rack_power_watts",
    "dcagent_ups_output_power_watts",
    "dcagent_battery_charge_ratio",
)
"""Families that the table is made of."""


@dataclass(frozen=True, slots=True)
class Words:
    """The table in one language. `why`: reason → words; others are shown as they are."""

    heads: tuple[str, str, str, str, str]
    total: str
    ups: str
    down: str
    waiting: str
    line: str
    why: Mapping[str, str]


ENGLISH = Words(
    heads=("rack", "servers", "feeds A + B", "hottest inlet", "targets up"),
    total="site",
    ups="UPS {0}, battery {1}",
    down="down: {0} {1}",
    waiting="not asked yet: {0}",
    line="{0}: servers {1}, feeds {2}, hottest inlet {3}, up {4}",
    why={
        "no_answer": "does not answer",
        "wrong_password": "refuses the password",
        "wrong_user": "does not know the user",
        "bmc_unproven": "does not know the password",
        "locked": "its credential was refused and is not tried again",
    },
)
CHINESE = Words(
    heads=("机柜", "服务器", "A 路 + B 路", "最热进风", "目标在线"),
    total="合计",
    ups="UPS {0}，电池 {1}",
    down="离线: {0} {1}",
    waiting="尚未询问: {0}",
    line="{0}: 服务器 {1}，两路 {2}，最热进风 {3}，在线 {4}",
    why={
        "no_answer": "没有应答",
        "wrong_password": "拒绝口令",
        "wrong_user": "没有这个用户",
        "bmc_unproven": "不知道口令",
        "locked": "凭据被拒绝，不再尝试",
    },
)

_ELSEWHERE = ""


@dataclass(slots=True)
class Rack:
    """One rack as the metrics show it; None: not measured."""

    servers: float | None = None
    feeds: dict[str, float] = field(default_factory=dict)
    inlet: float | None = None
    hottest: str = ""
    up: int = 0
    targets: int = 0


@dataclass(slots=True)
class View:
    """A page of metrics in the terms of the table.

    `down`: target → reasons. `waiting`: targets that are not up, without a reason: they have not
    been asked yet.
    """

    racks: dict[str, Rack] = field(default_factory=dict)
    down: dict[str, list[str]] = field(default_factory=dict)
    waiting: int = 0
    ups_watts: float | None = None
    charge: float | None = None


def samples(page: str) -> Iterator[tuple[str, dict[str, str], float]]:
    """Name, labels and value of the lines that the table needs (text exposition format)."""
    for line in page.splitlines():
        if not line.startswith(WANTED):
            continue
        found = _LINE.match(line)
        if found and found[1] in WANTED:
            yield found[1], dict(_LABEL.findall(found[2] or "")), float(found[3])


def view(page: str) -> View:
    """Reads a page of metrics."""
    seen = View()
    faults: dict[str, list[str]] = {}
    for name, labels, value in samples(page):
        rack = labels.get("rack", _ELSEWHERE)
        if name == "dcagent_target_faults" and value:
            faults.setdefault(labels["target"], []).append(labels["reason"])
        elif name == "dcagent_ups_output_power_watts":
            seen.ups_watts = (seen.ups_watts or 0.0) + value
        elif name == "dcagent_battery_charge_ratio":
            seen.charge = value
        else:
            _add(seen.racks.setdefault(rack, Rack()), name, labels, value, seen)
    not_up = len(seen.down)
    seen.down = {target: faults[target] for target in seen.down if target in faults}
    seen.waiting = not_up - len(seen.down)
    return seen


def _add(rack: Rack, name: str, labels: Mapping[str, str], value: float, seen: View) -> None:
    if name == "dcagent_target_up":
        rack.targets += 1
        rack.up += value == 1
        if value != 1:
            seen.down[labels["target"]] = []
    elif name == "dcagent_node_power_watts":
        rack.servers = (rack.servers or 0.0) + value
    elif name == "dcagent_rack_power_watts":
        rack.feeds[labels.get("pdu", "")] = value
    elif name == "dcagent_node_inlet_temperature_celsius" and value > (rack.inlet or -273.0):
        rack.inlet, rack.hottest = value, labels.get("node", "")


def table(seen: View, words: Words = ENGLISH) -> list[str]:
    """The lines of the screen."""
    lines = [_row(*words.heads)]
    racks = _racks(seen)
    for name, rack in racks:
        hottest = f"{_number(rack.inlet, '°C')}  {rack.hottest}"
        up = f"{rack.up}/{rack.targets}"
        lines.append(_row(name, _number(rack.servers, "W"), _feeds(rack), hottest, up))
    lines.append(_total(seen, [rack for _, rack in racks], words))
    return [*lines, "", *(f" {line}" for line in _down(seen, words))]


def plain(seen: View, stamp: str, words: Words = ENGLISH) -> list[str]:
    """The same as lines that stand alone."""
    lines = [
        words.line.format(
            name,
            _number(rack.servers, "W"),
            _feeds(rack),
            _number(rack.inlet, "°C"),
            f"{rack.up}/{rack.targets}",
        )
        for name, rack in _racks(seen)
    ]
    return [f"{stamp} {line}" for line in (*lines, *_down(seen, words))]


def _racks(seen: View) -> list[tuple[str, Rack]]:
    """The racks by name; a UPS stands in none."""
    return sorted((name, rack) for name, rack in seen.racks.items() if name)


def _row(rack: str, servers: str, feeds: str, hottest: str, up: str) -> str:
    left = f" {_pad(rack, 6)}{_pad(servers, 10, right=True)}   "
    return f"{left}{_pad(feeds, 20)}{_pad(hottest, 24)}{_pad(up, 10, right=True)}"


def _pad(text: str, columns: int, *, right: bool = False) -> str:
    """Fills up to a width; a Chinese character takes two columns."""
    width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    blanks = " " * (columns - width)
    return blanks + text if right else text + blanks


def _feeds(rack: Rack) -> str:
    return " + ".join(_number(watts, "W") for _, watts in sorted(rack.feeds.items())) or "-"


def _total(seen: View, racks: Iterable[Rack], words: Words) -> str:
    measured = [rack.servers for rack in racks if rack.servers is not None]
    watts = _number(sum(measured) if measured else None, "W")
    charge = "-" if seen.charge is None else f"{seen.charge:.0%}"
    ups = "" if seen.ups_watts is None else words.ups.format(_number(seen.ups_watts, "W"), charge)
    return f" {_pad(words.total, 6)}{_pad(watts, 10, right=True)}   {ups}"


def _down(seen: View, words: Words) -> list[str]:
    lines = [
        words.down.format(
            f"{target:<12}", ", ".join(words.why.get(r, r.replace("_", " ")) for r in reasons)
        )
        for target, reasons in sorted(seen.down.items())
    ]
    return [*lines, words.waiting.format(seen.waiting)] if seen.waiting else lines


def _number(value: float | None, unit: str) -> str:
    return "-" if value is None else f"{value:,.0f} {unit}"
