"""All that was read for a report, and what is read only where a reason is looked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from scoring.api import Sample
from scoring.kpi import (
    COVERAGE,
    LIMITING,
    POINTS,
    REPORTED,
    SCORE,
    SCORE_COVERAGE,
    WITHHELD,
    scored_at,
)
from scoring.levels import REGIONS, SITE, WITH_RACKS, Level
from scoring.report.energies import DESIGN
from scoring.report.facts import Facts, Key, unique
from scoring.report.question import Question
from scoring.report.source import Source

EXPECTED = "dcagent_nodes:expected"
PLACE = "dcagent_inventory:place"
NODES = (
    *(EXPECTED, "dcagent_nodes:rated", "dcagent_nodes:reporting"),
    *("dcagent_rated_power_watts:reporting", "dcagent_rated_power_watts:matched"),
    *("dcagent_useful_power_watts:sum", "dcagent_matched_power_watts:sum"),
    *("dcagent_node_power_watts:measured", "dcagent_node_power_watts:upper"),
    "dcagent_matched_coverage:ratio",
)
RACKS = (
    *("dcagent_racks:installed", "dcagent_racks:rated", "dcagent_racks:occupied"),
    *("dcagent_rack_rated_power_watts:known", "dcagent_rack_power_watts:known", DESIGN),
    *("dcagent_it_load_coverage:ratio", "dcagent_inlet_coverage:ratio", "dcagent_inlets:valid"),
)
ENERGIES = (
    *("dcagent_facility_energy_joules:increase1d", "dcagent_it_energy_joules:increase1d"),
    *("dcagent_cooling_energy_joules:increase1d", "dcagent_meter_coverage:ratio1d"),
)
SCORES = (SCORE, SCORE_COVERAGE, WITHHELD, LIMITING, POINTS, COVERAGE)
MONTHS = frozenset(("idle_power", "stranded_power"))
"""What looks back over a month of hours: too much to compute from raw metrics."""
NOT_RAW = MONTHS | {"cue"}
"""What is not asked for in raw looks; CUE follows from PUE."""
_FACTOR = "dcagent_grid_emission_factor_kg_per_kwh"
_DECLARED = ("dcagent_inventory_meter_info", "dcagent_site_renewable_ratio")
_METER = "meter:dcagent_energy_joules:total"


def metrics(question: Question) -> tuple[str, ...]:
    """What is read of every member of a level. What rules alone record is left out of raw looks."""
    level = question.level
    found = [*NODES, *(RACKS if level in WITH_RACKS else ())]
    if level is SITE:
        found += [PLACE, *ENERGIES]
    beside = [k for k in REPORTED if level in k.levels and not (question.raw and k.name in NOT_RAW)]
    found += [name for kpi in beside for name in (kpi.metric, kpi.covered) if name]
    if question.raw:
        found += [
            kpi.metric for kpi in scored_at(level) if kpi.metric == "dcagent_rack_occupancy:ratio"
        ]
    else:
        found += [*SCORES, *(kpi.metric for kpi in scored_at(level))]
    return tuple(dict.fromkeys(level.of(name) for name in found))


@dataclass(frozen=True)
class Look:
    """What was read: `facts` of the level, `sites` of the sites in it (the same for the level)."""

    question: Question
    source: Source
    facts: Facts
    sites: Facts
    declared: tuple[Sample, ...]
    engine: str = ""
    _memory: dict[str, object] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        """The level that is asked about."""
        return self.question.level

    @cached_property
    def meters(self) -> Meters:
        """The meters of every site."""
        return Meters(self.declared)

    @cached_property
    def factors(self) -> Mapping[str, Sample]:
        """Province → its emission factor; of several the largest, as in the rules."""
        found = sorted((s for s in self.declared if s.name == _FACTOR), key=lambda s: s.value)
        return {sample.labels.get("province", ""): sample for sample in found}

    @cached_property
    def renewables(self) -> frozenset[str]:
        """The sites that declare a renewable share."""
        return frozenset(s.labels.get("site", "") for s in self.declared if s.name == _DECLARED[1])

    @cached_property
    def begun(self) -> Mapping[Key, float]:
        """When, within the window, something was first recorded of each member (Unix seconds)."""
        grid = self.question.span.grid
        parts = [f"min_over_time(timestamp({self.level.of(EXPECTED)}){grid})"]
        if self.level in WITH_RACKS:
            parts.append(f"min_over_time(timestamp({self.level.of(DESIGN)}){grid})")
        found = unique(self.source.ask(" or ".join(parts)))
        return {self.facts.key(s.labels): s.value for s in found}

    @cached_property
    def pue_days(self) -> Mapping[str, float]:
        """Site → how many of the last 30 days have energies of both sides."""
        days = "site:dcagent_facility_energy_joules:day[30d]"
        if self.question.raw:
            days = f'{_METER}{{boundary="facility"}}[30d:1d]'
        text = f"max by (site) (count_over_time({days}))"
        return {s.labels.get("site", ""): s.value for s in unique(self.source.ask(text))}

    def sites_of(self, key: Key) -> list[Key]:
        """The sites that a member of this level has, as keys of `sites`."""
        labels = self.facts.labels(key)
        kept = {name: labels[name] for name in labels if name in SITE.labels}
        return [
            site
            for site in self.sites.members(PLACE)
            if kept.items() <= self.sites.labels(site).items()
        ]


class Meters:
    """The meters that the inventory names, and which of them answer."""

    def __init__(self, samples: Iterable[Sample]) -> None:
        self._named: dict[tuple[str, str], set[str]] = {}
        self._answer: set[tuple[str, str]] = set()
        for sample in samples:
            site, meter = sample.labels.get("site", ""), sample.labels.get("meter", "")
            if sample.name == _DECLARED[0]:
                boundary = sample.labels.get("boundary", "")
                self._named.setdefault((site, boundary), set()).add(meter)
            elif sample.name == _METER:
                self._answer.add((site, meter))

    def named(self, site: str, *boundaries: str) -> list[str]:
        """The meters of some boundaries of a site, by name."""
        found = (self._named.get((site, boundary), ()) for boundary in boundaries)
        return sorted({meter for some in found for meter in some})

    def silent(self, site: str, *boundaries: str) -> list[str]:
        """Those of them that have no reading."""
        return [m for m in self.named(site, *boundaries) if (site, m) not in self._answer]


def look(question: Question, source: Source, engine: str) -> Look:
    """Reads what every report needs. QueryFailed: the engine gives no whole answer."""
    level = question.level
    facts = Facts(level, source.series(metrics(question)))
    sites = facts
    declared: tuple[Sample, ...] = ()
    if level in (SITE, *REGIONS):
        declared = (
            *source.series(_DECLARED),
            *source.series((_METER,)),
            *source.series((_FACTOR,)),
        )
    if level in REGIONS:
        names = (PLACE, DESIGN, "dcagent_pue:scored", "dcagent_meter_coverage:ratio1d")
        kept = names[:2] if question.raw else names
        sites = Facts(SITE, source.series([SITE.of(name) for name in kept]))
    return Look(question, source, facts, sites, declared, engine)
