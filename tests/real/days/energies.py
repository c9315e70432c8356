"""What the meters of each site counted: of a day, of months, and what follows for PUE and CO2."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from tests.real.days.sites import FACTORS, SITES
from tests.real.days.things import DAY, LAST, Meter, Site, within

HISTORY = {"facility": 1300.0 * 86400, "it": 1000.0 * 86400}
"""What was recorded of each day before the two."""
NEEDED = {"30d": (30, 28), "365d": (365, 347)}
"""Window → its days, and how many of them it needs."""
GATE = 0.8


def day(last: int = LAST) -> range:
    """The minutes of the day that ends there."""
    return range(last - DAY + 1, last + 1)


def answers(meter: Meter, minutes: Iterable[int]) -> float:
    """The share of the minutes at which a meter says something."""
    told = [not within(minute, meter.mute) for minute in minutes]
    return sum(told) / len(told)


@cache
def feeds(name: str) -> tuple[float, ...]:
    """What the servers of a site draw at each minute."""
    (site,) = (each for each in SITES if each.place.site == name)
    return tuple(site.feeds(minute) for minute in range(LAST + 1))


def counted(site: Site, boundary: str, category: str = "", last: int = LAST) -> float | None:
    """Joules of a boundary in the day that ends there; None where a meter is missing."""
    meters = [m for m in site.meters if (m.boundary, m.category) == (boundary, category)]
    ends = (last, last - DAY)
    if not meters or any(within(end, meter.mute) for meter in meters for end in ends):
        return None
    drawn = feeds(site.place.site)
    return sum(
        len(meter.inlets) * 60 * (meter.share * drawn[minute] + meter.base)
        for meter in meters
        for minute in day(last)
    )


def categories(site: Site) -> tuple[str, ...]:
    """Of its IT meters."""
    return tuple(dict.fromkeys(m.category for m in site.meters if m.boundary == "it"))


def coverage(site: Site, last: int = LAST) -> float | None:
    """The share of the day in which the worst meter of both boundaries answered."""
    told = [answers(m, day(last)) for m in site.meters if m.boundary != "cooling"]
    return min(told, default=None)


def factor(province: str) -> tuple[str, str, float]:
    """Year, source and the largest factor of a province."""
    return max((each[1:] for each in FACTORS if each[0] == province), key=lambda each: each[2])


@dataclass(frozen=True, slots=True)
class Pue:
    """A site's PUE over a window, by its worst category; the energies that regions add up."""

    value: float
    category: str
    facility: float

    @property
    def it(self) -> float:
        return self.facility / self.value


def pue(site: Site, window: str) -> Pue | None:
    """Σ facility / Σ IT over the days of a window, where there are enough of them."""
    length, needed = NEEDED[window]
    found = []
    for category in categories(site):
        days = list(_days(site, category))[:length]
        if len(days) >= needed:
            facility, it = (sum(part) for part in zip(*days, strict=True))
            if facility >= it:
                found.append(Pue(facility / it, category, facility))
    return max(found, key=lambda each: each.value, default=None)


def _days(site: Site, category: str) -> Iterable[tuple[float, float]]:
    """Facility and IT energy of each day, the latest first; those that meters hardly saw lack."""
    for last in (LAST, LAST - DAY):
        facility, it = counted(site, "facility", last=last), counted(site, "it", category, last)
        covered = coverage(site, last)
        if None not in (facility, it, covered) and (covered or 0) >= GATE:
            yield facility or 0.0, it or 0.0
    for _ in range(site.history if category == "2" else 0):
        yield HISTORY["facility"], HISTORY["it"]


def green(site: Site) -> float | None:
    """The least share that is declared."""
    return min((share for _, share in site.green), default=None)


def annual(sites: Iterable[Site], window: str) -> Mapping[str, Pue]:
    """Site → its PUE over a window, where it has one."""
    found = {site.place.site: pue(site, window) for site in sites}
    return {name: value for name, value in found.items() if value is not None}
