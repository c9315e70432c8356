"""A day of what is recorded each minute, as input series: the windows read these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.score.promtool import series
from tests.score.site import Series

MINUTES = 1440


def minutes(value: float, present: int = MINUTES) -> str:
    """A value for the last `present` minutes of the day that ends at minute 1440."""
    gap = f"_x{MINUTES - present} " if present < MINUTES else ""
    return f"_ {gap}{value:.15g}x{present - 1}"


@dataclass(frozen=True, slots=True)
class Day:
    """A member of a level: its ratios, their coverage, and for how many minutes they were there.

    None leaves a figure out altogether.
    """

    eta: float | None = 0.6
    load: float | None = 0.5
    rci: float | None = 96.0
    occupancy: float | None = None
    pue: float | None = None
    covered: Mapping[str, float | None] | None = None
    present: int = MINUTES

    def series(self, level: str, **labels: str) -> Series:
        """Everything of one member; coverage is 1 where `covered` says nothing."""
        covered = {"eta": 1.0, "load": 1.0, "rci": 1.0, "pue": 1.0, **(self.covered or {})}
        found: Series = {}

        def put(name: str, value: float | None) -> None:
            if value is not None:
                found.update(series(f"{level}:{name}", minutes(value, self.present), **labels))

        if self.eta is not None:
            put("dcagent_useful_power_watts:sum", 1000 * self.eta)
            put("dcagent_matched_power_watts:sum", 1000)
            put("dcagent_matched_coverage:ratio", covered["eta"])
        if self.load is not None:
            put("dcagent_rack_power_watts:known", 4000 * self.load)
            put("dcagent_rack_rated_power_watts:known", 4000)
            put("dcagent_it_load_coverage:ratio", covered["load"])
        if self.rci is not None:
            put("dcagent_inlet_excess_kelvin:sum", (100 - self.rci) / 100 * 5 * 8)
            put("dcagent_inlets:valid", 8)
            put("dcagent_inlet_coverage:ratio", covered["rci"])
        put("dcagent_rack_occupancy:ratio", self.occupancy)
        if self.pue is not None:
            found.update(
                series(f"{level}:dcagent_pue:ratio365d", minutes(self.pue), **labels, category="2")
            )
            put("dcagent_meter_coverage:ratio1d", covered["pue"])
        return found
