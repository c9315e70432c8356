"""Whom we ask, who answered, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from model.credentials import Credential
from model.host import Host
from model.raw import SensorTable
from model.readings import Fault, Outcome, Reading, Source


class Protocol(StrEnum):
    """How a target is asked."""

    IPMI = "ipmi"
    SNMP = "snmp"
    HOST = "host"

    @property
    def port(self) -> int:
        """The registered UDP port; 0 where none is used."""
        return {Protocol.IPMI: 623, Protocol.SNMP: 161, Protocol.HOST: 0}[self]


class Tier(StrEnum):
    """How often a reading is worth asking for."""

    FAST = "fast"
    NORMAL = "normal"
    SLOW = "slow"


ALL_TIERS = frozenset(Tier)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a target stands; empty where nobody said. `u` is the lowest U position, from below."""

    province: str = ""
    hub: str = ""
    zone: str = ""
    site: str = ""
    cluster: str = ""
    room: str = ""
    row: str = ""
    rack: str = ""
    u: str = ""
    feed: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """A device to poll, under the operator's name.

    `node` names the server that a BMC belongs to (empty: not a server, or named as the target).
    `profile` pins a profile by name; `cipher_suite` pins an IPMI cipher suite; `engine` is "pysnmp"
    where that writes and reads the SNMP messages, instead of ourselves; times in seconds.
    """

    name: str
    address: str
    protocol: Protocol
    credential: Credential | None = None
    port: int = 0
    profile: str = ""
    place: Place = field(default_factory=Place)
    node: str = ""
    cipher_suite: int | None = None
    timeout: float = 2.0
    retries: int = 3
    engine: str = ""

    @property
    def endpoint(self) -> tuple[str, int]:
        """Address and UDP port, the protocol's own where none is set."""
        return self.address, self.port or self.protocol.port


@dataclass(frozen=True, slots=True)
class DeviceId:
    """Who answered, in its own words; empty where it did not say."""

    vendor: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Identity:
    """What a device says of itself: enough to choose a profile. Compared by identity.

    IPMI fills `manufacturer`, `product` (Get Device ID, §20.1), `fru` (field name → text of FRU 0,
    such as "product_manufacturer", "product_name", "board_manufacturer") and `sensors`; SNMP
    fills `sys_object_id` (dotted, no leading dot), `sys_descr`, `sys_name` and `answered` (the
    probe objects that exist); the machine itself fills `sensors`, `host` and `fru` (from DMI).
    """

    protocol: Protocol
    device: DeviceId
    manufacturer: int | None = None
    product: int | None = None
    fru: Mapping[str, str] = field(default_factory=dict)
    sensors: SensorTable = field(default_factory=SensorTable)
    sys_object_id: str = ""
    sys_descr: str = ""
    sys_name: str = ""
    answered: frozenset[str] = frozenset()
    host: Host | None = None


class StepName(StrEnum):
    """The stages of one poll, in order."""

    REACH = "reach"
    SESSION = "session"
    IDENTITY = "identity"
    PROFILE = "profile"
    READINGS = "readings"
    COVERAGE = "coverage"


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of a poll as it happened, for whoever watches.

    `evidence` is one line: what came back. `fault` is set where the stage failed (the poll ends)
    or where something less than the whole did (`fatal` False).
    """

    name: StepName
    evidence: str
    took: float = 0.0
    fault: Fault | None = None
    fatal: bool = True


class Health(StrEnum):
    """A poll in one word: all read, some, none."""

    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Coverage:
    """The profile's expected words against those that were read."""

    expected: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def present(self) -> int:
        """How many of the expected words have at least one reading."""
        return len(self.expected) - len(self.missing)


@dataclass(frozen=True, slots=True)
class Poll:
    """What one poll of one target gave.

    `at` is when the device was asked (Unix seconds), `took` how long it lasted (seconds), `tiers`
    what was asked for. `profile` is the profile's name, empty where none was reached.
    """

    target: Target
    at: float
    took: float
    outcomes: tuple[Outcome, ...] = ()
    device: DeviceId | None = None
    profile: str = ""
    tiers: frozenset[Tier] = ALL_TIERS
    coverage: Coverage = field(default_factory=Coverage)

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The outcomes that succeeded."""
        return tuple(o for o in self.outcomes if isinstance(o, Reading))

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The outcomes that failed."""
        return tuple(o for o in self.outcomes if isinstance(o, Fault))

    @property
    def reached(self) -> bool:
        """False where the target as a whole failed; if only its sensors do, it is reached."""
        return not self.outcomes or any(o.sensor is not None for o in self.outcomes)

    @property
    def health(self) -> Health:
        """DOWN where the target as a whole failed or nothing was read."""
        faults = self.faults
        if any(fault.sensor is None for fault in faults) and len(faults) == len(self.outcomes):
            return Health.DOWN
        if self.outcomes and len(faults) == len(self.outcomes):
            return Health.DOWN
        return Health.DEGRADED if faults else Health.UP


@dataclass(frozen=True, slots=True)
class Energy:
    """What a node has taken in since we count: joules by the source of its power reading.

    `gap` are the seconds for which there was no reading to count with.
    """

    joules: Mapping[Source, float]
    gap: float = 0.0


@dataclass(frozen=True, slots=True)
class TargetStatus:
    """A configured target as it stands now: what a scrape tells of it.

    `polls` are the latest polls that are still fresh, at most one per tier (a poll of several
    tiers appears once; each holds only outcomes of tiers that no later poll has asked for).
    `last` is the latest poll of any tier, fresh or not (None before the first). `interval` is
    the target's own, in seconds; `backoff` the seconds until a dead target is asked again;
    `locked` is set while its credential is refused. `energy` is its node's, where this is the
    target that carries it.
    """

    target: Target
    polls: tuple[Poll, ...] = ()
    last: Poll | None = None
    interval: float = 15.0
    backoff: float = 0.0
    locked: bool = False
    energy: Energy | None = None

    @property
    def up(self) -> bool:
        """True while the latest poll reached the device and is still fresh."""
        return bool(self.polls) and self.last is not None and self.last.reached
