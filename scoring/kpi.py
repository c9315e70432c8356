"""Every KPI: where it is recorded, how it is computed, what covers it, at which levels.

What reads scores (the command, alerts, dashboards) takes names from here, never writes its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scoring.levels import (
    CLUSTER,
    LEVELS,
    RACK,
    REGIONS,
    SITE,
    WITH_RACKS,
    Level,
)
from scoring.rule import expr
from scoring.scale import figure
from scoring.table import Table

POINTS = "dcagent_kpi_score:points"
COVERAGE = "dcagent_kpi_coverage:ratio"
SCORE = "dcagent_score:points"
SCORE_COVERAGE = "dcagent_score_coverage:min"
WITHHELD = "dcagent_score_withheld:bool"
LIMITING = "dcagent_kpi_limiting:points"


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time: as PromQL writes it, and the one-minute samples that it holds."""

    text: str
    minutes: float

    @property
    def step(self) -> str:
        """The grid on which a span other than the recorded day is looked at.

        It keeps what an engine must read of a long span below its usual limits.
        """
        return "1m" if self.minutes <= 2 * 1440 else "5m" if self.minutes <= 31 * 1440 else "1h"

    @property
    def grid(self) -> str:
        """The subquery on that grid, to stand behind a series."""
        return f"[{self.text}:{self.step}]"

    @property
    def points(self) -> str:
        """How many points of the grid the span holds: a scalar that the engine itself counts."""
        return f"scalar(count_over_time(vector(1){self.grid}))"


DAY = Window("1d", 1440)


@dataclass(frozen=True, slots=True)
class Kpi:
    """A KPI as it is recorded.

    `metric` is the recorded name without its level; `labels` are those that a value has beside
    the level's own; `covered` the recorded name of its coverage ("" where it is a plain fact).
    """

    name: str
    metric: str
    levels: tuple[Level, ...]
    covered: str = ""
    labels: tuple[str, ...] = ()
    matchers: str = ""
    scored: bool = False

    def value(self, level: Level) -> str:
        """The recorded series of its value at a level."""
        return level.of(self.metric) + self.matchers

    def points(self, level: Level) -> str:
        """The recorded series of its points; only for a KPI that gets some."""
        name = POINTS if self.scored else "dcagent_kpi_beside:points"
        return f'{level.of(name)}{{kpi="{self.name}"}}'

    def coverage_series(self, level: Level) -> str:
        """The recorded name of its coverage: one for all scored KPIs, told apart by `kpi`."""
        return level.of(COVERAGE if self.scored else self.covered)

    def coverage_selector(self, level: Level) -> str:
        """The series of its coverage; "" for a plain fact of the inventory."""
        if self.scored:
            return f'{level.of(COVERAGE)}{{kpi="{self.name}"}}'
        return level.of(self.covered) + self.matchers if self.covered else ""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a ratio of sums becomes: `offset` + `factor` × ratio."""

    offset: float = 0.0
    factor: float = 1.0

    def promql(self, ratio: str) -> str:
        """As an expression."""
        if self == Shape():
            return ratio
        sign = "-" if self.factor < 0 else "+"
        return f"{figure(self.offset)} {sign} {figure(abs(self.factor))} * ({ratio})"

    def of(self, ratio: float) -> float:
        """As a number."""
        return self.offset + self.factor * ratio


def _plain(_: Table) -> Shape:
    return Shape()


def _rci(table: Table) -> Shape:
    span = table.constant("inlet_allowable") - table.constant("inlet_high")
    return Shape(100.0, -100 / span)


@dataclass(frozen=True, slots=True)
class WindowKpi(Kpi):
    """A scored KPI that is a ratio of sums over a window.

    `above` and `below` are recorded every minute, as is `minute` (its coverage of that minute).
    """

    above: str = ""
    below: str = ""
    minute: str = ""
    shape: Callable[[Table], Shape] = _plain

    def expression(self, level: Level, window: Window, table: Table) -> str:
        """Its value over a window, from what is recorded each minute."""
        ratio = expr(
            """
            <above>
            / <below>
            """,
            above=self.side(self.above, level, window),
            below=self.side(self.below, level, window),
        )
        return self.shape(table).promql(ratio)

    def side(self, metric: str, level: Level, window: Window) -> str:
        """One side of its ratio, summed over a window."""
        span = f"[{window.text}]" if window.step == "1m" else window.grid
        return f"sum_over_time({level.of(metric)}{span})"

    def coverage(self, level: Level, window: Window) -> str:
        """Its coverage over a window: minutes that are missing count as 0.

        Right where rules are evaluated each minute.
        """
        series = level.of(self.minute)
        return f"clamp_max(sum_over_time({series}[{window.text}]) / {figure(window.minutes)}, 1)"

    def covered_on_grid(self, level: Level, window: Window) -> str:
        """The same looked at on a grid, so that it holds whatever the rules' interval."""
        series = level.of(self.minute)
        return f"clamp_max(sum_over_time({series}{window.grid}) / {window.points}, 1)"


ATTAINMENT = WindowKpi(
    name="ce_attainment",
    metric="dcagent_ce_attainment:ratio1d",
    levels=LEVELS,
    covered="dcagent_matched_coverage:ratio",
    scored=True,
    above="dcagent_useful_power_watts:sum",
    below="dcagent_matched_power_watts:sum",
    minute="dcagent_matched_coverage:ratio",
)
IT_LOAD = WindowKpi(
    name="it_load",
    metric="dcagent_it_load:avg1d",
    levels=WITH_RACKS,
    covered="dcagent_it_load_coverage:ratio",
    scored=True,
    above="dcagent_rack_power_watts:known",
    below="dcagent_rack_rated_power_watts:known",
    minute="dcagent_it_load_coverage:ratio",
)
THERMAL = WindowKpi(
    name="thermal",
    metric="dcagent_rci_high:avg1d",
    levels=WITH_RACKS,
    covered="dcagent_inlet_coverage:ratio",
    scored=True,
    above="dcagent_inlet_excess_kelvin:sum",
    below="dcagent_inlets:valid",
    minute="dcagent_inlet_coverage:ratio",
    shape=_rci,
)
OCCUPANCY = Kpi(*("rack_occupancy", "dcagent_rack_occupancy:ratio", (SITE, *REGIONS)), scored=True)
PUE = Kpi(
    *("pue", "dcagent_pue:scored", (SITE, *REGIONS)), labels=("window", "category"), scored=True
)
SCORED = (ATTAINMENT, IT_LOAD, THERMAL, OCCUPANCY, PUE)
"""What enters the score; a level's score needs each of these that has the level."""

_POOLS = (CLUSTER, SITE, *REGIONS)
_PRECISE = ("kind", "precision")


def _compute(name: str, metric: str, covered: str) -> Kpi:
    return Kpi(name, metric, _POOLS, covered, _PRECISE)


def _domestic(name: str, basis: str, labels: tuple[str, ...] = ()) -> Kpi:
    covered = "dcagent_domestic_coverage:ratio"
    matchers = f'{{basis="{basis}"}}'
    return Kpi(name, "dcagent_domestic:ratio", LEVELS, covered, labels, matchers)


GREEN = Kpi(
    "green_share", "dcagent_green_share:declared", (SITE, *REGIONS), "dcagent_green_coverage:ratio"
)

REPORTED = (
    GREEN,
    _compute("cp_nominal", "dcagent_peak_flops:nominal", ""),
    _compute("cp_online", "dcagent_peak_flops:online", "dcagent_nodes_reporting:ratio"),
    _compute("cp_unutilized", "dcagent_peak_flops:unutilized", "dcagent_matched_coverage:ratio"),
    _compute(
        "ce_nominal", "dcagent_peak_flops_per_power_watts:ratio", "dcagent_power_coverage:ratio"
    ),
    _compute("ce_rated", "dcagent_peak_flops_per_rated_power_watts:ratio", ""),
    _compute(
        *("ce_delivered", "dcagent_delivered_flops_per_power_watts:ratio"),
        "dcagent_matched_coverage:ratio",
    ),
    Kpi(
        *("inlet_compliance", "dcagent_inlet_recommended:ratio", WITH_RACKS),
        "dcagent_inlet_coverage:ratio",
    ),
    Kpi("standard_racks", "dcagent_standard_racks:sum", (SITE, *REGIONS)),
    Kpi(
        *("co2", "dcagent_co2_kilograms:increase1d", (SITE, *REGIONS)),
        "dcagent_co2_coverage:ratio",
        ("year", "source"),
    ),
    Kpi(
        *("cue", "dcagent_cue_kilograms_per_kilowatt_hour:scored", (SITE,)),
        labels=("year", "source", "window", "category"),
    ),
    Kpi(
        *("cooling_overhead", "dcagent_cooling_overhead:ratio1d", (SITE,)),
        labels=("category",),
    ),
    Kpi("idle_power", "dcagent_idle_power:ratio30d", LEVELS, "dcagent_idle_coverage:ratio30d"),
    Kpi("stranded_power", "dcagent_stranded_power_watts:min30d", (RACK, SITE, *REGIONS)),
    _domestic("domestic_count", "count"),
    _domestic("domestic_power", "rated_power"),
    _domestic("domestic_cp", "peak_flops", _PRECISE),
)
"""What stands beside the score: facts, declarations and diagnostics."""

KPIS = {kpi.name: kpi for kpi in (*SCORED, *REPORTED)}


def scored_at(level: Level) -> tuple[Kpi, ...]:
    """The KPIs that a level's score is made of."""
    return tuple(kpi for kpi in SCORED if level in kpi.levels)
