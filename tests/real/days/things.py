"""Servers, racks and meters as they really are, minute by minute: the truth of the simulation.

Minutes are counted from the first one on which anything is said; `LAST` is the one at which all
is asked. An event holds from its first minute to the one before its last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

HOUR, DAY = 60, 1440
LAST = 2 * DAY + HOUR
"""Two days, and the hour before them that the first daily figures look back into."""
PRECISION = {"hpc": "fp64", "ai": "fp16", "general": "fp32", "edge": "fp32"}

Span = tuple[int, int]
ALWAYS: Span = (0, LAST + 1)


def within(minute: int, spans: tuple[Span, ...]) -> bool:
    return any(begin <= minute < end for begin, end in spans)


@dataclass(frozen=True, slots=True)
class Place:
    """A site and where it belongs."""

    site: str
    province: str
    hub: str = ""
    zone: str = ""

    @property
    def labels(self) -> dict[str, str]:
        return {"province": self.province, "hub": self.hub, "zone": self.zone, "site": self.site}


@dataclass(frozen=True, slots=True)
class State:
    """What a server says at a minute; None: nothing. `age`: seconds since it was asked."""

    watts: float | None
    quality: str
    age: float
    on: float | None
    inlet: float | None
    used: Mapping[str, float]
    peaks: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Server:
    """A server. `devices` is device → peak at the precision of its kind.

    `ratings` is by basis; `declared` the peak that the inventory has. It draws `idle` watts at no
    load and `full` at full load, which comes and goes between `least` and `most`. `blind` devices
    have no utilisation then, `lost` ones are not even seen.
    """

    name: str
    rack: str
    kind: str
    cluster: str
    ratings: Mapping[str, float]
    idle: float
    full: float
    devices: Mapping[str, float] = field(default_factory=lambda: {"cpu": 4e12})
    declared: float | None = None
    domestic: str = "true"
    lifecycle: str = "active"
    least: float = 0.2
    most: float = 0.8
    phase: int = 0
    inlet: float | None = 24.0
    quality: str = "measured"
    silent: tuple[Span, ...] = ()
    stale: tuple[Span, ...] = ()
    zero: tuple[Span, ...] = ()
    off: tuple[Span, ...] = ()
    blind: tuple[tuple[str, Span], ...] = ()
    lost: tuple[tuple[str, Span], ...] = ()

    def load(self, minute: int, device: str = "cpu") -> float:
        """A triangle over eight hours; accelerators are a quarter of it ahead."""
        ahead = 120 if device != "cpu" else 0
        turn = (minute + self.phase + ahead) % 480 / 240
        return self.least + (self.most - self.least) * (turn if turn <= 1 else 2 - turn)

    def watts(self, minute: int) -> float:
        return self.idle + (self.full - self.idle) * self.load(minute)

    def state(self, minute: int) -> State | None:
        """What it says; None where not a word."""
        if within(minute, self.silent):
            return None
        off = within(minute, self.off)
        began = next((b for b, e in self.stale if b <= minute < e), None)
        asked = minute if began is None else began - 1
        watts = 0.0 if within(minute, self.zero) else self.watts(asked)
        gone = {device for device, span in self.lost if within(minute, (span,))}
        blind = {device for device, span in self.blind if within(minute, (span,))} | gone
        return State(
            None if off else watts,
            self.quality,
            60.0 * (minute - asked),
            0.0 if off else 1.0,
            None if off else self.inlet,
            {} if off else {d: self.load(minute, d) for d in self.devices if d not in blind},
            {d: peak for d, peak in self.devices.items() if d not in gone},
        )


@dataclass(frozen=True, slots=True)
class Rack:
    """A rack. `pdus`: PDU → its inlets; None: the inventory counts none. `other`: watts of gear
    that is no server; `mute`: the PDUs that say nothing then.
    """

    name: str
    design: float | None
    pdus: Mapping[str, tuple[str, ...]] | None = None
    other: float = 0.0
    state: str = "installed"
    mute: tuple[tuple[str, Span], ...] = ()


@dataclass(frozen=True, slots=True)
class Meter:
    """An energy meter. `metric` and `label` say as what it is exported, `inlets` its registers.

    It counts `share` of what `Site.feeds` delivers, plus `base` watts.
    """

    name: str
    boundary: str
    category: str = ""
    metric: str = "dcagent_facility_energy_joules_total"
    label: str = "meter"
    inlets: tuple[str, ...] = ("",)
    share: float = 1.0
    base: float = 0.0
    mute: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """A site. `history`: for how many days before the two its daily sums were recorded."""

    place: Place
    racks: tuple[Rack, ...]
    servers: tuple[Server, ...]
    meters: tuple[Meter, ...] = ()
    green: tuple[tuple[str, float], ...] = ()
    history: int = 0

    def feeds(self, minute: int) -> float:
        """Watts that all servers of the site draw, whatever anybody says of them."""
        return sum(s.watts(minute) for s in self.servers if not within(minute, s.off))

    def drawn(self, rack: str, minute: int) -> float:
        """Watts that the servers of a rack draw."""
        inside = (s for s in self.servers if s.rack == rack and not within(minute, s.off))
        return sum(server.watts(minute) for server in inside)
