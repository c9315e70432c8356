"""Every series that a score or a KPI is read from, as the truth of the sites makes it.

Built up as name → labels → value. What is not here must not be recorded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from tests.real.days.facts import Fact, Member, member
from tests.real.days.points import IMPOSSIBLE, KPIS, confidence, points, score
from tests.real.days.sites import SITES
from tests.real.days.sums import Sums, Watch, Whole, coverage, of_day
from tests.real.days.things import DAY, LAST, PRECISION, Site

Expected = dict[str, dict[Member, float]]
REGIONS = ("zone", "hub", "province")
PLACES = ("rack", "site", *REGIONS)
ABOVE = ("site", *REGIONS)


def with_labels(whose: Member, **more: str) -> Member:
    return whose | frozenset((name, value) for name, value in more.items() if value)


class Truth:
    """Gathers what is expected."""

    def __init__(self) -> None:
        self.found: Expected = defaultdict(dict)
        self.watch = Watch(SITES)
        self.day: Whole = of_day(self.watch)
        self.now: Sums = self.watch.sums(LAST)

    def put(self, level: str, name: str, whose: Member, value: float, **more: str) -> None:
        self.found[f"{level}:dcagent_{name}"][with_labels(whose, **more)] = value

    def value(self, level: str, name: str, whose: Member) -> float | None:
        """A value that stands there, whatever labels it has beside its member's."""
        series = self.found[f"{level}:dcagent_{name}"]
        return max((v for labels, v in series.items() if whose <= labels), default=None)


def windows(truth: Truth) -> None:
    """Means over the last day, with their coverage."""
    for (level, whose), total in truth.day.sums.items():
        if total.get("matched watts"):
            value = total["useful watts"] / total["matched watts"]
            truth.put(level, "ce_attainment:ratio1d", whose, value)
            if value > IMPOSSIBLE:
                truth.put(level, "ce_attainment:implausible", whose, 1.0)
        if level != "cluster" and total.get("known design"):
            value = total["known watts"] / total["known design"]
            truth.put(level, "it_load:avg1d", whose, value)
        if level != "cluster" and total.get("inlets"):
            value = 100 - 20 * total["excess"] / total["inlets"]
            truth.put(level, "rci_high:avg1d", whose, value)
        for kpi, minutes in truth.day.covered[level, whose].items():
            if kpi in KPIS[level]:
                truth.put(level, "kpi_coverage:ratio", whose, min(minutes / DAY, 1), kpi=kpi)


def moment(truth: Truth) -> None:
    """Ratios and coverage as they stand now."""
    for (level, whose), one in truth.now.items():
        told = coverage(level, one)
        if one.get("expected"):
            reporting = one.get("reporting", 0.0) / one["expected"]
            truth.put(level, "nodes_reporting:ratio", whose, reporting)
            truth.put(level, "matched_coverage:ratio", whose, told["ce_attainment"])
            _interval(truth, level, whose, one)
        if one.get("rated watts"):
            covered = one.get("reporting watts", 0.0) / one["rated watts"]
            truth.put(level, "power_coverage:ratio", whose, covered)
        if level == "cluster":
            continue
        if one.get("expected"):
            truth.put(level, "inlet_coverage:ratio", whose, told["thermal"])
        if one.get("inlets"):
            share = one["recommended"] / one["inlets"]
            truth.put(level, "inlet_recommended:ratio", whose, share)
        if level != "rack":
            truth.put(level, "rack_occupancy:ratio", whose, one["occupied"] / one["racks"])
            truth.put(level, "kpi_coverage:ratio", whose, 1.0, kpi="rack_occupancy")
            truth.put(level, "standard_racks:sum", whose, one["design"] / 2500)


def _interval(truth: Truth, level: str, whose: Member, one: Mapping[str, float]) -> None:
    """From what was measured to the silent at their rating, where all of these have one."""
    if one.get("reporting"):
        truth.put(level, "node_power_watts:measured", whose, one["watts"])
    if not one.get("unbounded"):
        silent = one.get("rated watts", 0.0) - one.get("reporting watts", 0.0)
        truth.put(level, "node_power_watts:upper", whose, one.get("watts", 0.0) + silent)


def compute(truth: Truth) -> None:
    """算力 and 算效 now, by kind and precision."""
    sums: dict[tuple[str, Member], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for each, own in truth.watch.facts(LAST):
        kind = each.labels["kind"]
        for level, whose in own:
            if level != "rack":
                precise = with_labels(whose, kind=kind, precision=PRECISION[kind])
                _add_compute(sums[level, precise], each)
    for (level, whose), one in sums.items():
        _put_compute(truth, level, whose, one)


def _add_compute(one: dict[str, float], each: Fact) -> None:
    if each.peak is not None:
        one["nominal"] += each.peak
        if each.power is not None:
            one["online"] += each.peak
            one["online watts"] += each.power
        if each.rated is not None:
            one["rated"] += each.peak
            one["rated watts"] += each.rated
    if each.matched:
        assert each.used is not None
        one["delivered"] += (each.peak or 0.0) * each.used
        one["unutilized"] += (each.peak or 0.0) * (1 - each.used)
        one["delivered watts"] += each.power or 0.0


def _put_compute(truth: Truth, level: str, whose: Member, one: Mapping[str, float]) -> None:
    if "nominal" in one:
        truth.put(level, "peak_flops:nominal", whose, one["nominal"])
    if "online" in one:
        truth.put(level, "peak_flops:online", whose, one["online"])
        ratio = one["online"] / one["online watts"]
        truth.put(level, "peak_flops_per_power_watts:ratio", whose, ratio)
    if "rated" in one:
        ratio = one["rated"] / one["rated watts"]
        truth.put(level, "peak_flops_per_rated_power_watts:ratio", whose, ratio)
    if "delivered" in one:
        ratio = one["delivered"] / one["delivered watts"]
        truth.put(level, "delivered_flops_per_power_watts:ratio", whose, ratio)
        truth.put(level, "peak_flops:unutilized", whose, one["unutilized"])


def domestic(truth: Truth) -> None:
    """国产化率 by count, by rated power and by compute."""
    told: dict[tuple[str, str, Member], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for each, own in truth.watch.facts(LAST):
        kind = each.labels["kind"]
        weights = {"count": 1.0, "rated_power": each.rated, "peak_flops": each.peak}
        for level, whose in own:
            for basis, weight in weights.items():
                precise = {"kind": kind, "precision": PRECISION[kind]}
                more = precise if basis == "peak_flops" else {}
                if weight is not None:
                    one = told[level, basis, with_labels(whose, **more)]
                    one[each.labels["domestic"]] += weight
    for (level, basis, whose), one in told.items():
        known = one.get("true", 0.0) + one.get("false", 0.0)
        share = known / sum(one.values())
        truth.put(level, "domestic_coverage:ratio", whose, share, basis=basis)
        if known:
            value = one.get("true", 0.0) / known
            truth.put(level, "domestic:ratio", whose, value, basis=basis)


def scores(truth: Truth) -> None:
    """Points, the least coverage, what limits, the score or that there is none."""
    values = {
        "ce_attainment": "ce_attainment:ratio1d",
        "it_load": "it_load:avg1d",
        "thermal": "rci_high:avg1d",
        "rack_occupancy": "rack_occupancy:ratio",
        "pue": "pue:scored",
    }
    for level, whose in truth.now:
        subs = {}
        for kpi in KPIS[level]:
            value = truth.value(level, values[kpi], whose)
            if value is not None and not (kpi == "ce_attainment" and value > IMPOSSIBLE):
                subs[kpi] = points(kpi, value)
                truth.put(level, "kpi_score:points", whose, subs[kpi], kpi=kpi)
        _score(truth, level, whose, subs)


def _score(truth: Truth, level: str, whose: Member, subs: Mapping[str, float]) -> None:
    covered = truth.found[f"{level}:dcagent_kpi_coverage:ratio"]
    told = [covered[key] for kpi in subs if (key := with_labels(whose, kpi=kpi)) in covered]
    least = min(told, default=0.0)
    for kpi, value in subs.items():
        if value == min(subs.values()):
            truth.put(level, "kpi_limiting:points", whose, value, kpi=kpi)
    if told:
        truth.put(level, "score_coverage:min", whose, least)
    sure = confidence(least)
    if len(told) == len(KPIS[level]) and sure:
        truth.put(level, "score:points", whose, score(subs), confidence=sure)
    elif level not in ("rack", "cluster") or truth.now[level, whose].get("expected"):
        truth.put(level, "score_withheld:bool", whose, 1.0)


def of_sites(level: str) -> Iterable[tuple[Member, list[Site]]]:
    """The sites of each member of a level."""
    found: dict[Member, list[Site]] = defaultdict(list)
    for site in SITES:
        whose = member(level, site.place.labels)
        if whose is not None:
            found[whose].append(site)
    return found.items()
