"""Sums over each member of each level: of a minute, and of the minutes of the last day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tests.real.days.facts import (
    LEVELS,
    Fact,
    Member,
    RackFact,
    compute,
    fact,
    labels_of,
    member,
    rack_fact,
)
from tests.real.days.things import DAY, LAST, Site

Sums = dict[tuple[str, Member], dict[str, float]]
"""(level, member) → quantity → sum; what nothing was added to is not there."""
LOW, HIGH = 18.0, 27.0
"""Recommended inlet temperatures."""


def empty() -> Sums:
    return defaultdict(lambda: defaultdict(float))


Members = tuple[tuple[str, Member], ...]


def members(labels: Mapping[str, str]) -> Members:
    """Every (level, member) that something belongs to; a rack to no pool."""
    found = ((level, member(level, labels)) for level in LEVELS)
    return tuple((level, whose) for level, whose in found if whose is not None)


class Watch:
    """All servers and racks of some sites, with what they belong to."""

    def __init__(self, sites: Iterable[Site]) -> None:
        self.sites = tuple(sites)
        self.servers = [
            (server, labels, members(labels))
            for site in self.sites
            for server in site.servers
            if compute(server)
            for labels in [labels_of(site, server)]
        ]
        self.racks = [
            (site, rack, labels, members(labels))
            for site in self.sites
            for rack in site.racks
            if rack.state == "installed"
            for labels in [{**site.place.labels, "room": "hall", "row": "a", "rack": rack.name}]
        ]

    def facts(self, minute: int) -> Iterator[tuple[Fact, Members]]:
        """Every server at a minute."""
        for server, labels, own in self.servers:
            yield fact(labels, server, minute), own

    def sums(self, minute: int) -> Sums:
        """All quantities at a minute."""
        found = empty()
        held: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        for each, own in self.facts(minute):
            held[each.labels["site"], each.labels["rack"]].append(each)
            _add(found, own, _of_server(each))
        for site, rack, labels, own in self.racks:
            inside = held[site.place.site, rack.name]
            _add(found, own, _of_rack(rack_fact(site, rack, labels, inside, minute)))
        return found


def _add(found: Sums, own: Members, quantities: Iterator[tuple[str, float]]) -> None:
    told = tuple(quantities)
    for key in own:
        total = found[key]
        for name, value in told:
            total[name] += value


def _of_server(each: Fact) -> Iterator[tuple[str, float]]:
    yield "active", 1
    if not each.expected:
        return
    yield "expected", 1
    if each.rated is not None:
        yield "rated", 1
        yield "rated watts", each.rated
    if each.power is not None:
        yield "reporting", 1
        yield "watts", each.power
        yield "reporting watts", each.rated or 0.0
    elif each.rated is None:
        yield "unbounded", 1
    if each.matched:
        assert each.rated is not None
        yield "matched rated", each.rated
        yield "matched watts", each.power or 0.0
        yield "useful watts", (each.used or 0.0) * each.rated
    if each.inlet is not None:
        yield "inlets", 1
        yield "recommended", float(LOW <= each.inlet <= HIGH)
        yield "excess", max(0.0, each.inlet - HIGH)


def _of_rack(rack: RackFact) -> Iterator[tuple[str, float]]:
    yield "racks", 1
    yield "occupied", float(rack.occupied)
    if rack.design is not None:
        yield "racks designed", 1
        yield "design", rack.design
        if rack.known is not None:
            yield "known design", rack.design
            yield "known watts", rack.known


@dataclass(slots=True)
class Whole:
    """The last day: sums over its minutes, and the coverage of each minute added up."""

    sums: Sums
    covered: Sums


def of_day(watch: Watch) -> Whole:
    """Sums over all minutes of the last day."""
    whole = Whole(empty(), empty())
    for minute in range(LAST - DAY + 1, LAST + 1):
        for (level, whose), one in watch.sums(minute).items():
            total = whole.sums[level, whose]
            for name, value in one.items():
                total[name] += value
            for kpi, value in coverage(level, one).items():
                whole.covered[level, whose][kpi] += value
    return whole


def coverage(level: str, one: Mapping[str, float]) -> dict[str, float]:
    """The coverage of a minute, by KPI; no entry where nothing is expected."""
    found: dict[str, float] = {}
    if one.get("expected"):
        rated = one.get("rated", 0.0) / one["expected"]
        due = one.get("rated watts", 0.0)
        found["ce_attainment"] = one.get("matched rated", 0.0) / due * rated if due else 0.0
        found["thermal"] = one.get("inlets", 0.0) / one["expected"]
    if one.get("design"):
        found["it_load"] = one.get("known design", 0.0) / one["design"]
        if level != "rack":
            found["it_load"] *= one["racks designed"] / one["racks"]
    return found
