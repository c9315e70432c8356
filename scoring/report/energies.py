"""PUE where no rule has recorded it: over a short window, or computed from raw metrics.

The same guards hold as in the rules: every meter answers now and answered at the beginning, the
worst category counts, a value below 1 is none, and regions divide sums.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from scoring.api import Sample
from scoring.kpi import Window
from scoring.layers.energy import Reach, covered, increase
from scoring.levels import SITE, Level
from scoring.report.facts import Facts, Key, unique
from scoring.report.source import Source
from scoring.report.values import Known


@dataclass(frozen=True, slots=True)
class Energies:
    """A site over one window: joules of the facility and of the IT of the worst category."""

    labels: Mapping[str, str]
    facility: float
    it: float
    category: str

    @property
    def ratio(self) -> float:
        """Facility over IT."""
        return self.facility / self.it


def short(source: Source, window: Window) -> dict[str, Energies]:
    """The energies of each site over a window that ends now."""
    return _over(source, Reach.of(window))


def _over(source: Source, reach: Reach) -> dict[str, Energies]:
    facility = source.ask(increase("facility", (), reach))
    it = source.ask(increase("it", ("category",), reach))
    return _worst({_site(s): s for s in unique(facility)}, unique(it))


LONG = (
    ("365d", Reach("365d:1h", "15d", "350d")),
    ("30d", Reach("30d:1h", "1d", "29d")),
)
"""The windows of a PUE, looked at by the hour: raw counters have no sums of days."""


def long(source: Source) -> dict[str, tuple[str, Energies]]:
    """Site → ("365d" or "30d", its energies) from its counters; the longer is preferred."""
    found: dict[str, tuple[str, Energies]] = {}
    for text, reach in reversed(LONG):
        found |= {site: (text, one) for site, one in _over(source, reach).items()}
    return found


def _site(sample: Sample) -> str:
    return sample.labels.get("site", "")


def _worst(facility: Mapping[str, Sample], it: Iterable[Sample]) -> dict[str, Energies]:
    """The worst category of each site that is none below 1."""
    found: dict[str, Energies] = {}
    for sample in it:
        whole = facility.get(_site(sample))
        if whole is None or not 0 < sample.value <= whole.value:
            continue
        one = Energies(whole.labels, whole.value, sample.value, sample.labels.get("category", ""))
        before = found.get(_site(sample))
        if before is None or one.ratio > before.ratio:
            found[_site(sample)] = one
    return found


def of_level(
    level: Level,
    window: str,
    sites: Mapping[str, Energies],
    coverage: Mapping[str, float],
    design: Facts,
) -> Iterator[tuple[Key, Known]]:
    """Each member's ratio with its coverage; of regions by the design power of `design`'s sites."""
    if level is SITE:
        for site, one in sites.items():
            key = tuple(one.labels.get(name, "") for name in level.labels)
            labels = {"window": window, "category": one.category}
            yield key, Known(one.ratio, coverage.get(site), window, labels)
        return
    whole: dict[Key, float] = {}
    parts: dict[Key, list[tuple[Energies, float]]] = {}
    for member in design.members(DESIGN):
        labels = design.labels(member)
        key = tuple(labels.get(name, "") for name in level.labels)
        watts, site = design.count(member, DESIGN), labels["site"]
        whole[key] = whole.get(key, 0.0) + watts
        if site in sites:
            parts.setdefault(key, []).append((sites[site], watts * coverage.get(site, 0.0)))
    for key, members in parts.items():
        ratio = sum(one.facility for one, _ in members) / sum(one.it for one, _ in members)
        share = sum(watts for _, watts in members) / whole[key] if whole[key] else None
        yield key, Known(ratio, share, window, {"window": window})


DESIGN = "dcagent_rack_rated_power_watts:installed"


def shares(source: Source, window: Window) -> dict[str, float]:
    """Site → the share of a window in which its worst meter answered."""
    return {_site(s): s.value for s in unique(source.ask(covered(window)))}
