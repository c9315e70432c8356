"""What is known of each server and rack at a minute, by the definitions of the scoring facts.

Written from the definitions alone; nothing of the product's scoring is used here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tests.real.days.things import PRECISION, Rack, Server, Site, within

Member = frozenset[tuple[str, str]]
"""The labels that tell a member of a level, those without a value left out."""

PLACE = ("province", "hub", "zone", "site", "room", "row", "rack")
LEVELS = {
    "rack": PLACE,
    "cluster": ("province", "hub", "zone", "site", "cluster", "kind"),
    "site": PLACE[:4],
    "zone": PLACE[:3],
    "hub": PLACE[:2],
    "province": PLACE[:1],
}
FRESH, ENOUGH, AGREE = 300.0, 0.95, 0.95
"""Seconds for which a power holds; the share of servers that stands for a rack; the share of the
declared peak that devices must show."""


def member(level: str, labels: Mapping[str, str], *more: str) -> Member | None:
    """What of a level something belongs to; None: to nothing."""
    if not labels.get(level):
        return None
    kept = {name: labels.get(name, "") for name in (*LEVELS[level], *more)}
    return frozenset((name, value) for name, value in kept.items() if value)


@dataclass(frozen=True, slots=True)
class Fact:
    """A server that is in service and computes. None: not known, or not believed."""

    labels: Mapping[str, str]
    expected: bool
    rated: float | None
    peak: float | None
    power: float | None
    used: float | None
    inlet: float | None

    @property
    def matched(self) -> bool:
        """Whether it takes part in efficiency."""
        return None not in (self.rated, self.power, self.used)


def labels_of(site: Site, server: Server) -> dict[str, str]:
    where = {"room": "hall", "row": "a", "rack": server.rack}
    about = {"cluster": server.cluster, "kind": server.kind, "domestic": server.domestic}
    return {**site.place.labels, **where, **about, "node": server.name}


def compute(server: Server) -> bool:
    """Whether it is in service and computes."""
    return server.lifecycle == "active" and server.kind in PRECISION


def fact(labels: Mapping[str, str], server: Server, minute: int) -> Fact:
    """What is known of a server that is in service."""
    said = server.state(minute)
    rated = server.ratings.get("measured", server.ratings.get("profile"))
    off = said is not None and said.on == 0
    peaks = said.peaks if said else {}
    peak = server.declared if server.declared is not None else sum(peaks.values()) or None
    if said is None or off:
        return Fact(labels, not off, rated, peak, None, None, None)
    believed = said.quality in ("measured", "derived") and said.age < FRESH
    power = said.watts if believed and said.watts else None
    inlet = said.inlet if said.inlet is not None and 1 < said.inlet < 60 else None
    used = _used(peaks, said.used, server.declared)
    return Fact(labels, True, rated, peak, power, used, inlet)


def _used(
    peaks: Mapping[str, float], used: Mapping[str, float], declared: float | None
) -> float | None:
    """Weighted by the peak of each device; None where one is missing."""
    whole = sum(peaks.values())
    if not peaks or peaks.keys() - used.keys() or whole < AGREE * (declared or 0):
        return None
    return sum(used[device] * peak for device, peak in peaks.items()) / whole


@dataclass(frozen=True, slots=True)
class RackFact:
    """An installed rack: its design power, what it draws (None: not known), whether it is used."""

    labels: Mapping[str, str]
    design: float | None
    watts: float | None
    dark: bool
    occupied: bool

    @property
    def known(self) -> float | None:
        """Watts of a rack that counts: one that draws nothing draws a known 0 W."""
        return self.watts if self.watts is not None else 0.0 if self.dark else None


def rack_fact(
    site: Site, rack: Rack, labels: Mapping[str, str], inside: Iterable[Fact], minute: int
) -> RackFact:
    """What is known of an installed rack; `inside` are the servers that compute in it."""
    held = [s for s in site.servers if s.rack == rack.name and s.lifecycle == "active"]
    lit = [s for s in held if not within(minute, s.off)]
    watts = _metered(site, rack, minute)
    if watts is None:
        watts = _added(inside)
    return RackFact(labels, rack.design, watts, not lit, bool(held))


def _metered(site: Site, rack: Rack, minute: int) -> float | None:
    """The sum of its PDUs, where all of them answer."""
    if not rack.pdus or any(within(minute, (span,)) for _, span in rack.mute):
        return None
    return site.drawn(rack.name, minute) + rack.other


def _added(inside: Iterable[Fact]) -> float | None:
    """The sum of its servers, where nearly all are known by rating and by count."""
    expected = [each for each in inside if each.expected]
    known = [each for each in expected if each.power is not None]
    due = sum(each.rated or 0 for each in expected)
    covered = sum(each.rated or 0 for each in known)
    if not known or not due or covered / due < ENOUGH or len(known) / len(expected) < ENOUGH:
        return None
    return sum(each.power or 0 for each in known)
