"""Sites as rules record them, put into an engine minute by minute, each with what it lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tests.real.victoria_peer import Victoria
from tests.score.promtool import braces

MINUTE = 60.0
KEPT = 75
"""Minutes that are put in, before the moment of the report."""
Amount = float | None

GOOD: Mapping[str, Amount] = {
    "dcagent_inventory:place": 1,
    "dcagent_nodes:expected": 10,
    "dcagent_nodes:rated": 10,
    "dcagent_nodes:reporting": 10,
    "dcagent_rated_power_watts:reporting": 5000,
    "dcagent_rated_power_watts:matched": 5000,
    "dcagent_useful_power_watts:sum": 1500,
    "dcagent_matched_power_watts:sum": 3000,
    "dcagent_node_power_watts:measured": 3000,
    "dcagent_node_power_watts:upper": 3000,
    "dcagent_matched_coverage:ratio": 1,
    "dcagent_racks:installed": 4,
    "dcagent_racks:rated": 4,
    "dcagent_racks:occupied": 3,
    "dcagent_rack_occupancy:ratio": 0.75,
    "dcagent_rack_rated_power_watts:installed": 8000,
    "dcagent_rack_rated_power_watts:known": 8000,
    "dcagent_rack_power_watts:known": 4000,
    "dcagent_it_load_coverage:ratio": 1,
    "dcagent_inlets:valid": 10,
    "dcagent_inlet_excess_kelvin:sum": 2,
    "dcagent_inlet_coverage:ratio": 1,
    "dcagent_standard_racks:sum": 200,
    "dcagent_facility_energy_joules:increase1d": 1.27e9,
    'dcagent_it_energy_joules:increase1d{category="2"}': 1e9,
    'dcagent_pue:scored{window="365d",category="2"}': 1.27,
    'dcagent_kpi_coverage:ratio{kpi="pue"}': 1,
    "dcagent_meter_coverage:ratio1d": 1,
}
"""A site of which all is known: η 0.5, IT load 0.5, RCI 96, occupancy 0.75, PUE 1.27."""
METERS: Mapping[str, tuple[str, str, float]] = {
    "f1": ("facility", "", 1300.0),
    "u1": ("it", "2", 1000.0),
}
"""Meter → boundary, category, watts."""


@dataclass
class Site:
    """A site: what is recorded of it, with what differs from a good one; its meters.

    `minutes` is how long it has been recorded; `gap` how many minutes before now are missing.
    `silent` are meters that the inventory names and that have no reading.
    """

    name: str
    differs: Mapping[str, Amount] = field(default_factory=dict)
    minutes: int = KEPT
    gap: tuple[int, int] = (0, 0)
    meters: Mapping[str, tuple[str, str, float]] = field(default_factory=lambda: METERS)
    silent: tuple[str, ...] = ()
    province: str = "sichuan"
    zone: str = "pidu"
    metered: int = KEPT

    @property
    def place(self) -> dict[str, str]:
        """Its labels."""
        return {"province": self.province, "hub": "tianfu", "zone": self.zone, "site": self.name}

    def series(self) -> Iterator[tuple[str, float, Sequence[int]]]:
        """Series, value, minutes before the moment."""
        first, last = self.gap
        ago = [n for n in range(self.minutes) if not first <= n < last]
        for metric, value in {**GOOD, **self.differs}.items():
            if value is not None:
                yield _series(f"site:{metric}", self.place), value, ago
        for meter, (boundary, category, _) in self.meters.items():
            own = {"site": self.name, "meter": meter, "boundary": boundary, "category": category}
            yield f"dcagent_inventory_meter_info{braces(own)}", 1, range(5)

    def counters(self) -> Iterator[tuple[str, float]]:
        """The counters of its meters that answer, and their watts."""
        for meter, (boundary, category, watts) in self.meters.items():
            if meter not in self.silent:
                own = {"site": self.name, "meter": meter, "boundary": boundary}
                series = braces({**own, "category": category})
                yield f"meter:dcagent_energy_joules:total{series}", watts


def _series(metric: str, labels: Mapping[str, str]) -> str:
    name, _, inside = metric.partition("{")
    more = inside.strip("}")
    return f"{name}{{{','.join(filter(None, (more, braces(labels).strip('{}'))))}}}"


def put(peer: Victoria, at: float, *sites: Site, more: Mapping[str, float] | None = None) -> None:
    """Puts the sites into the engine, so that all of it is seen; `more` for the last minutes."""
    lines = []
    for site in sites:
        for series, value, minutes in site.series():
            lines += [f"{series} {value!r} {_milliseconds(at, ago)}" for ago in minutes]
        for series, watts in site.counters():
            for ago in range(site.metered):
                count = watts * (1e6 - ago * MINUTE)
                lines.append(f"{series} {count!r} {_milliseconds(at, ago)}")
    for series, value in (more or {}).items():
        lines += [f"{series} {value!r} {_milliseconds(at, ago)}" for ago in range(5)]
    peer.load("\n".join(lines) + "\n")
    peer.get("/internal/force_flush")


def _milliseconds(at: float, ago: float) -> str:
    return f"{(at - ago * MINUTE) * 1000:.0f}"
