"""What would raise a score most, with what can be told of it now."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from scoring.api import Sample
from scoring.kpi import ATTAINMENT, IT_LOAD, OCCUPANCY, PUE, THERMAL
from scoring.levels import CLUSTER, RACK, Level, by
from scoring.report.facts import Key, unique
from scoring.report.look import Look
from scoring.report.model import Advice, SubScore
from scoring.report.reasons import percent, watts, words
from scoring.report.source import Source
from scoring.scale import Scale, figure
from scoring.table import Table

LEAST = 0.05
"""A gain below this is none."""
_HOTTEST = 3
_MATCHED = "node:dcagent_power_watts:matched"
_INLET = "node:dcagent_inlet_temperature_celsius:valid"

Group = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Details:
    """What single servers say, by group of the level; `known`: the engine has single servers."""

    known: bool = False
    idle: Mapping[Group, list[Sample]] = field(default_factory=dict)
    hot: Mapping[Group, float] = field(default_factory=dict)
    hottest: Mapping[Group, list[Sample]] = field(default_factory=dict)


def grouping(level: Level) -> tuple[str, ...]:
    """The labels by which servers are added up: the level's own, of regions their sites'."""
    if level is RACK:
        return ("site", "rack")
    return ("site", "cluster", "kind") if level is CLUSTER else ("site",)


def details(source: Source, level: Level, table: Table) -> Details:
    """A few queries for all members together: single servers are many, and asked about least."""
    labels = grouping(level)
    limit, high = (figure(table.constant(c)) for c in ("idle_utilization", "inlet_high"))
    used = "node:dcagent_utilization:ratio"
    idle = source.ask(f"{_MATCHED} and on (site, node) ({used} < {limit})")
    hot = source.ask(f"sum by ({by(labels)}) (cell:dcagent_inlets:hot)")
    hottest = source.ask(f"topk by ({by(labels)}) ({_HOTTEST}, {_INLET} > {high})")
    return Details(
        known=bool(idle or source.ask(f"count({used})")),
        idle=_grouped(idle, labels),
        hot={_group(sample, labels): sample.value for sample in unique(hot)},
        hottest=_grouped(hottest, labels),
    )


def _grouped(samples: Iterable[Sample], labels: tuple[str, ...]) -> dict[Group, list[Sample]]:
    found: dict[Group, list[Sample]] = {}
    for sample in unique(samples):
        found.setdefault(_group(sample, labels), []).append(sample)
    return found


def _group(sample: Sample, labels: tuple[str, ...]) -> Group:
    return tuple(sample.labels.get(name, "") for name in labels)


def advice(
    look: Look,
    key: Key,
    subs: tuple[SubScore, ...],
    scales: Mapping[str, Scale],
    found: Details,
) -> tuple[Advice, ...]:
    """One piece for each sub-score that is not full, the greatest gain first."""
    about = _About(look, key, scales, found)
    told = []
    for sub in subs:
        kpi, value = sub.figure.kpi, sub.figure.value
        if sub.gain is None or value is None or sub.gain < LEAST:
            continue
        code, holes = _OF[kpi](about, value)
        told.append(Advice(kpi, sub.gain, code, words(look, key, **holes)))
    return tuple(sorted(told, key=lambda one: -one.gain))


@dataclass(frozen=True, slots=True)
class _About:
    look: Look
    key: Key
    scales: Mapping[str, Scale]
    details: Details

    def groups(self) -> list[Group]:
        """The groups of servers that belong to the member."""
        labels = self.look.facts.labels(self.key)
        names = grouping(self.look.level)
        if set(names) <= labels.keys():
            return [tuple(labels[name] for name in names)]
        sites = (self.look.sites.labels(site) for site in self.look.sites_of(self.key))
        return [(site["site"],) for site in sites]

    def of(self, samples: Mapping[Group, list[Sample]]) -> list[Sample]:
        """The samples of all its groups."""
        return [sample for group in self.groups() for sample in samples.get(group, ())]

    def count(self, metric: str) -> float:
        """A sum of the level."""
        return self.look.facts.count(self.key, metric)

    def full(self, kpi: str) -> float:
        """The value that is worth full marks."""
        return max(self.scales[kpi].breakpoints, key=lambda b: b.points).value

    def constant(self, name: str) -> float:
        """A constant of the table."""
        return self.look.question.table.constant(name)


Told = tuple[str, dict[str, str]]


def _eta(about: _About, _: float) -> Told:
    idle = about.of(about.details.idle)
    if idle:
        drawn = watts(sum(sample.value for sample in idle))
        limit = percent(about.constant("idle_utilization"))
        return "DCA-KPI-051", {"count": f"{len(idle)}", "watts": drawn, "limit": limit}
    if not about.details.known:
        return "DCA-KPI-057", {}
    useful, drawn = (
        watts(about.count(f"dcagent_{side}_power_watts:sum")) for side in ("useful", "matched")
    )
    return "DCA-KPI-052", {"watts": useful, "of": drawn}


def _load(about: _About, _: float) -> Told:
    drawn = about.count("dcagent_rack_power_watts:known")
    design = about.count("dcagent_rack_rated_power_watts:known")
    gap = max(about.full(IT_LOAD.name) * design - drawn, 0.0)
    return "DCA-KPI-053", {"watts": watts(drawn), "of": watts(design), "gap": watts(gap)}


def _thermal(about: _About, _: float) -> Told:
    hot = sum(about.details.hot.get(group, 0.0) for group in about.groups())
    samples = about.of(about.details.hottest)
    if not hot or not samples:
        return "DCA-KPI-057", {}
    samples.sort(key=lambda sample: -sample.value)
    names = ", ".join(_named(sample) for sample in samples[:_HOTTEST])
    limit = f"{about.constant('inlet_high'):g} °C"
    return "DCA-KPI-054", {"count": f"{hot:.0f}", "limit": limit, "names": names}


def _named(sample: Sample) -> str:
    parts = (sample.labels.get("rack", ""), sample.labels.get("node", ""))
    return f"{'/'.join(part for part in parts if part)} {sample.value:.1f} °C"


def _occupancy(about: _About, _: float) -> Told:
    installed, used = (about.count(f"dcagent_racks:{w}") for w in ("installed", "occupied"))
    more = math.ceil(about.full(OCCUPANCY.name) * installed - used - 1e-9)
    told = {"count": f"{installed - used:.0f}", "of": f"{installed:.0f}", "more": f"{more:.0f}"}
    return "DCA-KPI-055", told


def _pue(about: _About, value: float) -> Told:
    facts = about.look.facts
    facility, cooling = (
        facts.value(about.key, f"dcagent_{side}_energy_joules:increase1d")
        for side in ("facility", "cooling")
    )
    it = min(
        (r.value for r in facts.rows(about.key, "dcagent_it_energy_joules:increase1d")),
        default=None,
    )
    told = {"value": f"{value - 1:.2f}"}
    if facility and it and cooling is not None and facility > it:
        return "DCA-KPI-056", {**told, "share": percent(cooling / (facility - it))}
    return "DCA-KPI-058", told


_OF: dict[str, Callable[[_About, float], Told]] = {
    ATTAINMENT.name: _eta,
    IT_LOAD.name: _load,
    THERMAL.name: _thermal,
    OCCUPANCY.name: _occupancy,
    PUE.name: _pue,
}
