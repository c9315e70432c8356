"""What is expected of meters, declarations and months: PUE, CO2, green share, idle and stranded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tests.real.days import energies
from tests.real.days.expected import ABOVE, REGIONS, Truth, of_sites
from tests.real.days.facts import Member, fact, member, rack_fact
from tests.real.days.points import FULL, points
from tests.real.days.sites import SITES
from tests.real.days.things import LAST, Rack, Site

IDLE = 0.06
HISTORIC = 1000.0
"""Watts of the racks' hours before the two days."""


def own(site: Site) -> Member:
    found = member("site", site.place.labels)
    assert found is not None
    return found


def design(sites: Iterable[Site]) -> float:
    """Design power of all racks that are installed."""
    return sum(r.design or 0.0 for s in sites for r in s.racks if r.state == "installed")


def pue(truth: Truth) -> None:
    """Annual where there is a year, else of 30 days."""
    for site in SITES:
        covered = energies.coverage(site)
        if covered is not None:
            truth.put("site", "kpi_coverage:ratio", own(site), covered, kpi="pue")
        window = next((w for w in ("365d", "30d") if energies.pue(site, w)), "")
        found = energies.pue(site, window) if window else None
        if found is not None:
            more = {"window": window, "category": found.category}
            truth.put("site", "pue:scored", own(site), found.value, **more)
            year, source, kg = energies.factor(site.place.province)
            name = "cue_kilograms_per_kilowatt_hour:scored"
            truth.put("site", name, own(site), found.value * kg, **more, year=year, source=source)
    for level in REGIONS:
        for whose, sites in of_sites(level):
            _regional_pue(truth, level, whose, sites)


def _regional_pue(truth: Truth, level: str, whose: Member, sites: Sequence[Site]) -> None:
    """Σ / Σ over the sites that have one over the window; annual where these are nearly all."""
    for window in ("365d", "30d"):
        found = energies.annual(sites, window)
        inside = [site for site in sites if site.place.site in found]
        covered = sum(design([s]) * (energies.coverage(s) or 0.0) for s in inside) / design(sites)
        if found and (window == "30d" or covered >= FULL):
            facility = sum(each.facility for each in found.values())
            it = sum(each.it for each in found.values())
            truth.put(level, "pue:scored", whose, facility / it, window=window)
            truth.put(level, "kpi_coverage:ratio", whose, covered, kpi="pue")
            return


def energy(truth: Truth) -> None:
    """CO2, green share and cooling overhead of the last day."""
    for site in SITES:
        facility = energies.counted(site, "facility")
        if facility is not None:
            year, source, kg = energies.factor(site.place.province)
            more = {"year": year, "source": source}
            truth.put("site", "co2_kilograms:increase1d", own(site), facility / 3.6e6 * kg, **more)
            covered = energies.coverage(site)
            assert covered is not None
            truth.put("site", "co2_coverage:ratio", own(site), covered)
        share = energies.green(site)
        if share is not None:
            truth.put("site", "green_share:declared", own(site), share)
            truth.put("site", "green_coverage:ratio", own(site), 1.0)
        cooling = energies.counted(site, "cooling")
        for category in energies.categories(site):
            it = energies.counted(site, "it", category)
            if cooling is not None and it is not None:
                value = cooling / it
                truth.put("site", "cooling_overhead:ratio1d", own(site), value, category=category)
    for level in REGIONS:
        for whose, sites in of_sites(level):
            _regional_energy(truth, level, whose, sites)
    for level in ABOVE:
        for whose, value in truth.found[f"{level}:dcagent_green_share:declared"].items():
            told = points("green_share", value)
            truth.put(level, "kpi_beside:points", whose, told, kpi="green_share")


def _regional_energy(truth: Truth, level: str, whose: Member, sites: Sequence[Site]) -> None:
    counted = {s.place.site: energies.counted(s, "facility") for s in sites}
    metered = [s for s in sites if counted[s.place.site] is not None]
    if metered:
        year, source, kg = energies.factor(sites[0].place.province)
        total = sum(counted[s.place.site] or 0.0 for s in metered) / 3.6e6 * kg
        more = {"year": year, "source": source}
        truth.put(level, "co2_kilograms:increase1d", whose, total, **more)
        truth.put(level, "co2_coverage:ratio", whose, design(metered) / design(sites))
    declared = [s for s in metered if energies.green(s) is not None]
    if declared:
        whole = sum(counted[s.place.site] or 0.0 for s in declared)
        green = sum((counted[s.place.site] or 0.0) * (energies.green(s) or 0.0) for s in declared)
        truth.put(level, "green_share:declared", whose, green / whole)
        truth.put(level, "green_coverage:ratio", whose, design(declared) / design(sites))


def idle(truth: Truth) -> None:
    """Power of servers without a busy hour in 30 days, where these were seen."""
    seen = {site.place.site for site in SITES if site.history}
    most = {(s.place.site, x.name): x.most for s in SITES for x in s.servers}
    observed: dict[tuple[str, Member], list[float]] = {}
    for each, members in truth.watch.facts(LAST):
        site, node = each.labels["site"], each.labels["node"]
        if site in seen and each.power is not None:
            quiet = each.power if most[site, node] < IDLE else 0.0
            for key in members:
                one = observed.setdefault(key, [0.0, 0.0])
                one[0] += quiet
                one[1] += each.power
    for (level, whose), (quiet, power) in observed.items():
        truth.put(level, "idle_power:ratio30d", whose, quiet / power)
        covered = power / truth.now[level, whose]["watts"]
        truth.put(level, "idle_coverage:ratio30d", whose, covered)


def stranded(truth: Truth) -> None:
    """What racks may draw continuously, less their highest hour in 30 days."""
    free: dict[tuple[str, Member], float] = {}
    for site, rack, labels, members in truth.watch.racks:
        if not site.history or not site.drawn(rack.name, LAST):
            continue
        assert rack.design is not None
        value = max(0.0, 0.8 * rack.design - _highest(truth, rack, site, labels))
        for level, whose in members:
            free[level, whose] = free.get((level, whose), 0.0) + value
    for (level, whose), watts in free.items():
        truth.put(level, "stranded_power_watts:min30d", whose, watts)


def _highest(truth: Truth, rack: Rack, site: Site, labels: Mapping[str, str]) -> float:
    """The most that a rack is known to have drawn in the two days, and before."""
    inside = [
        (server, own_labels)
        for server, own_labels, _ in truth.watch.servers
        if (own_labels["site"], own_labels["rack"]) == (site.place.site, rack.name)
    ]
    watts = [HISTORIC]
    for minute in range(LAST + 1):
        facts = [fact(about, server, minute) for server, about in inside]
        watts.append(rack_fact(site, rack, labels, facts, minute).watts or 0.0)
    return max(watts)
