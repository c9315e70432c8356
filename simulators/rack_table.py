"""What a page of metrics says of racks, and how a terminal shows it."""

from __future__ import annotations

import re
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

WHY = {
    "no_answer": "does not answer",
    "wrong_password": "refuses the password",
    "wrong_user": "does not know the user",
    "bmc_unproven": "does not know the password",
    "locked": "its credential was refused and is not tried again",
}
"""Reason → words; others are shown as they are."""

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


def table(seen: View) -> list[str]:
    """The lines of the screen."""
    lines = [
        f" {'rack':<6}{'servers':>10}   {'feeds A + B':<20}{'hottest inlet':<24}{'targets up':>10}"
    ]
    racks = sorted((name, rack) for name, rack in seen.racks.items() if name)
    for name, rack in racks:
        hottest = f"{_number(rack.inlet, '°C')}  {rack.hottest}"
        up = f"{rack.up}/{rack.targets}"
        lines.append(_row(name, _number(rack.servers, "W"), _feeds(rack), hottest, up))
    lines.append(_total(seen, [rack for _, rack in racks]))
    return [*lines, "", *_down(seen)]


def plain(seen: View, stamp: str) -> list[str]:
    """The same as lines that stand alone."""
    racks = sorted((name, rack) for name, rack in seen.racks.items() if name)
    lines = [
        f"{stamp} {name}: servers {_number(rack.servers, 'W')}, feeds {_feeds(rack)}, "
        f"hottest inlet {_number(rack.inlet, '°C')}, up {rack.up}/{rack.targets}"
        for name, rack in racks
    ]
    return [*lines, *(f"{stamp} {line.strip()}" for line in _down(seen))]


def _row(rack: str, servers: str, feeds: str, hottest: str, up: str) -> str:
    return f" {rack:<6}{servers:>10}   {feeds:<20}{hottest:<24}{up:>10}"


def _feeds(rack: Rack) -> str:
    return " + ".join(_number(watts, "W") for _, watts in sorted(rack.feeds.items())) or "-"


def _total(seen: View, racks: Iterable[Rack]) -> str:
    measured = [rack.servers for rack in racks if rack.servers is not None]
    line = f" {'site':<6}{_number(sum(measured) if measured else None, 'W'):>10}   "
    if seen.ups_watts is None:
        return line
    charge = "" if seen.charge is None else f", battery {seen.charge:.0%}"
    return f"{line}UPS {_number(seen.ups_watts, 'W')}{charge}"


def _down(seen: View) -> list[str]:
    lines = [
        f" down: {target:<12} {', '.join(WHY.get(r, r.replace('_', ' ')) for r in reasons)}"
        for target, reasons in sorted(seen.down.items())
    ]
    return [*lines, f" {seen.waiting} targets not asked yet"] if seen.waiting else lines


def _number(value: float | None, unit: str) -> str:
    return "-" if value is None else f"{value:,.0f} {unit}"
