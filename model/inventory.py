"""Who should be there: sites, racks, nodes and meters as somebody declared them.

The inventory is the expected set: what is not in it is not missed, what is in it and says nothing
counts as missing. Nothing here was measured.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from model.devices import Place


class Kind(StrEnum):
    """What a node computes for; scores are compared within one kind only."""

    HPC = "hpc"
    AI = "ai"
    GENERAL = "general"
    EDGE = "edge"


class Lifecycle(StrEnum):
    """Where a node stands in its life; only active ones are expected to answer."""

    ACTIVE = "active"
    SPARE = "spare"
    MAINTENANCE = "maintenance"
    PLANNED = "planned"
    RETIRED = "retired"

    @property
    def present(self) -> bool:
        """True where it takes room, power and addresses: not yet, or no more, means none."""
        return self not in (Lifecycle.PLANNED, Lifecycle.RETIRED)


class RackState(StrEnum):
    """Whether a rack stands there."""

    INSTALLED = "installed"
    RESERVED = "reserved"
    PLANNED = "planned"
    RETIRED = "retired"


class Basis(StrEnum):
    """How a node's rated power is known, the best first; nameplates are never scored."""

    MEASURED = "measured"
    PROFILE = "profile"
    NAMEPLATE = "nameplate"

    @property
    def scored(self) -> bool:
        """False for what only a label says: it is two or three times what a server draws."""
        return self is not Basis.NAMEPLATE


class Boundary(StrEnum):
    """What a meter measures: all that the facility takes, its IT, its cooling."""

    FACILITY = "facility"
    IT = "it"
    COOLING = "cooling"


@dataclass(frozen=True, slots=True)
class Site:
    """A data centre, and where it belongs."""

    name: str
    province: str = ""
    hub: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A rack's PDU and the supply path that it hangs on ("" where nobody said)."""

    pdu: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Rack:
    """A rack. `place` ends at the row; `design_watts` and `units` (height in U) None: not known.

    `pdu_count` is how many PDUs feed it, `feeds` those that have names.
    """

    name: str
    place: Place = field(default_factory=Place)
    state: RackState = RackState.INSTALLED
    design_watts: float | None = None
    units: int | None = None
    pdu_count: int | None = None
    feeds: tuple[Feed, ...] = ()


@dataclass(frozen=True, slots=True)
class Rating:
    """Full-load input power of a node in watts, and how it is known."""

    watts: float
    basis: Basis


@dataclass(frozen=True, slots=True)
class Part:
    """Processors or accelerators of one model."""

    model: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Peak:
    """Operations per second of a whole node at a precision (fp64, fp32…), dense."""

    precision: str
    flops: float


@dataclass(frozen=True, slots=True)
class Supply:
    """Where one PSU is plugged in."""

    pdu: str
    outlet: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A server. `place.rack` is its rack, `u` its lowest U from below, `height` its height in U.

    `address` is its BMC's; `domestic` None where nobody said. `ratings`: at most one per basis.
    `peaks`: what its declared parts come to, at most one per precision.
    """

    name: str
    kind: Kind
    place: Place = field(default_factory=Place)
    lifecycle: Lifecycle = Lifecycle.ACTIVE
    u: int | None = None
    height: int = 1
    address: str = ""
    ratings: tuple[Rating, ...] = ()
    processors: tuple[Part, ...] = ()
    accelerators: tuple[Part, ...] = ()
    vendor: str = ""
    model: str = ""
    serial: str = ""
    arch: str = ""
    domestic: bool | None = None
    supplies: tuple[Supply, ...] = ()
    peaks: tuple[Peak, ...] = ()

    @property
    def rating(self) -> Rating | None:
        """The best-founded rating."""
        order = tuple(Basis)
        return min(self.ratings, key=lambda rating: order.index(rating.basis), default=None)

    @property
    def top(self) -> int | None:
        """The highest U that it takes."""
        return None if self.u is None else self.u + self.height - 1


@dataclass(frozen=True, slots=True)
class Meter:
    """An energy meter that must answer. `category` as ISO/IEC 30134-2 has it, of IT meters."""

    name: str
    site: str
    boundary: Boundary
    category: str = ""


@dataclass(frozen=True, slots=True)
class EmissionFactor:
    """What a kilowatt-hour of a province's grid emits, in kg CO2, of one year and by one source."""

    province: str
    year: int
    source: str
    kg_per_kwh: float


@dataclass(frozen=True, slots=True)
class RenewableShare:
    """The share (0 to 1) of renewable energy that a site claims for a period, and its evidence."""

    site: str
    ratio: float
    period: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Inventory:
    """All that was declared, in the order of the files; consistent where it came from a file."""

    sites: tuple[Site, ...] = ()
    racks: tuple[Rack, ...] = ()
    nodes: tuple[Node, ...] = ()
    meters: tuple[Meter, ...] = ()
    factors: tuple[EmissionFactor, ...] = ()
    renewables: tuple[RenewableShare, ...] = ()
