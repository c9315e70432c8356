"""A whole simulated site on loopback: racks of servers, PDUs on two feeds, a UPS, meters."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hw_profiles.capture import read
from simulators import compose
from simulators.bmc import SimulatedBmc
from simulators.bmc_sessions import BmcUser
from simulators.bmc_vices import BmcVices
from simulators.load_curve import LoadCurve, vary
from simulators.meter_curve import APC_RPDU2, DEMO_METER, RARITAN_PX, UPS_MIB, Meter, metered
from simulators.server_models import MODELS, Model
from simulators.snmp_agent import SimulatedAgent

SITE, ROOM = "demo", "hall-1"
RACKS = ("A01", "A02", "A03")
SERVERS_PER_RACK = 8
USER, COMMUNITY = "monitor", "public"
SNMP_CAPTURES = Path(__file__).parent.parent / "tests" / "captures"
OWN_DATA = Path(__file__).parent / "data"
"""What the demo brings along: the capture of its energy meters, and a user's profile for them."""
FEED_LOSS = 1.015
"""What a feed delivers for each watt that reaches a server."""
PUE, COOLING = 1.28, 0.19
"""What the whole site takes, and what its cooling does, for each watt of the feeds."""
METERS = {"meter-main": PUE, "meter-it": 1.0, "meter-cooling": COOLING}
"""Energy meters, and what each counts for each watt of the feeds."""
PERIOD = 240.0
"""Seconds in which loads come and go: fast, so that an onlooker sees them move."""
_GOLDEN = 0.381966
"""Multiples of it, taken modulo 1, never come close to one another."""


@dataclass(slots=True)
class Device:
    """One device of the site. `credential` names the login that its operator believes in."""

    name: str
    protocol: str
    rack: str
    kind: str
    credential: str
    node: str = ""
    u: str = ""
    feed: str = ""
    port: int = 0
    simulator: SimulatedBmc | SimulatedAgent | None = None


@dataclass(slots=True)
class Load:
    """A server as it really is: its share of the electricity, and how much of it is in use."""

    node: str
    rack: str
    model: Model
    curve: LoadCurve

    def power(self, seconds: float) -> float:
        """Watts at a time."""
        return self.model.watts * self.curve.power_factor(seconds)

    def energy(self, seconds: float) -> float:
        """Joules since the site began."""
        return self.model.watts * self.curve.burnt(seconds)

    def utilization(self, seconds: float) -> float:
        """The share of each of its devices that is in use, 0 to 1."""
        return self.curve.utilization(seconds)


@dataclass(slots=True)
class Site:
    """Builds its devices at once and listens from `start` to `close`.

    One BMC is dead (`DEAD`) and one was never given the site's password (`REFUSING`). Loads come
    and go within `period` seconds.
    """

    password: str
    clock: Callable[[], float] = time.monotonic
    captures: Path = SNMP_CAPTURES
    period: float = PERIOD
    devices: list[Device] = field(default_factory=list)
    loads: list[Load] = field(default_factory=list)
    _begun: float = 0.0

    DEAD = "bmc-a02-05"
    REFUSING = "bmc-a03-03"

    def __post_init__(self) -> None:
        self._begun = self.clock()
        for rack in RACKS:
            for place in range(1, SERVERS_PER_RACK + 1):
                self._add_server(rack, place)
        for rack in RACKS:
            self._add_pdu(rack, "A", "apc-rpdu2", APC_RPDU2)
            self._add_pdu(rack, "B", "raritan-px", RARITAN_PX)
        ups = Device("ups-1", "snmp", "", "ups", "snmp")
        self._add_agent(ups, self.captures / "rfc1628-ups.capture", UPS_MIB, self._fed(1.0))
        for name, share in METERS.items():
            meter = Device(name, "snmp", "", "meter", "snmp")
            capture = OWN_DATA / "demo-meter.capture"
            self._add_agent(meter, capture, DEMO_METER, self._fed(share))

    def seconds(self) -> float:
        """Time since the site began."""
        return self.clock() - self._begun

    def power(self, seconds: float, racks: Iterable[str]) -> float:
        """What the servers of some racks draw, in watts."""
        wanted = set(racks)
        return sum(load.power(seconds) for load in self.loads if load.rack in wanted)

    def energy(self, seconds: float, racks: Iterable[str]) -> float:
        """What they have drawn since the site began, in joules."""
        wanted = set(racks)
        return sum(load.energy(seconds) for load in self.loads if load.rack in wanted)

    async def start(self, host: str = "127.0.0.1") -> None:
        """Every device listens on a free port of its own. OSError: one cannot."""
        for device in self.devices:
            assert device.simulator is not None
            device.port = await device.simulator.start(host, 0)

    def close(self) -> None:
        """All devices fall silent."""
        for device in self.devices:
            if device.simulator is not None:
                device.simulator.close()

    def _add_server(self, rack: str, place: int) -> None:
        number = len(self.loads) + 1
        name = f"{rack.lower()}-{place:02d}"
        board = tuple(MODELS)[number % len(MODELS)]
        # near its rack's phase, so that whole racks are seen to come and go
        own_phase = number * _GOLDEN % 1 * 0.3
        curve = LoadCurve(RACKS.index(rack) / len(RACKS) + own_phase, self.period)
        self.loads.append(Load(f"srv-{name}", rack, MODELS[board], curve))
        capture = compose.server(board, number)
        vices = BmcVices(silent=f"bmc-{name}" == self.DEAD)
        own = "factory-default" if f"bmc-{name}" == self.REFUSING else self.password
        bmc = SimulatedBmc(
            capture,
            (BmcUser(USER, own),),
            vices=vices,
            vary=vary(capture, curve),
            clock=self.seconds,
        )
        credential = "bmc-new" if own != self.password else "bmc"
        device = Device(f"bmc-{name}", "ipmi", rack, "bmc", credential, f"srv-{name}")
        device.u, device.simulator = str(4 * place), bmc
        self.devices.append(device)

    def _add_pdu(self, rack: str, feed: str, name: str, meter: Iterable[tuple[str, str]]) -> None:
        device = Device(
            f"pdu-{rack.lower()}-{feed.lower()}", "snmp", rack, "pdu", "snmp", feed=feed
        )
        self._add_agent(device, self.captures / f"{name}.capture", meter, self._fed(0.5, (rack,)))

    def _fed(self, share: float, racks: tuple[str, ...] = RACKS) -> Meter:
        """A share of what the feeds of some racks deliver."""
        factor = share * FEED_LOSS
        return Meter(
            lambda s: factor * self.power(s, racks), lambda s: factor * self.energy(s, racks)
        )

    def _add_agent(
        self, device: Device, file: Path, columns: Iterable[tuple[str, str]], meter: Meter
    ) -> None:
        capture = read(file)
        moved = metered(capture, columns, meter, self.seconds)
        device.simulator = SimulatedAgent(capture, communities=(COMMUNITY,), vary=moved)
        self.devices.append(device)

    def bmcs(self) -> Iterator[Device]:
        """The servers' devices."""
        return (device for device in self.devices if device.kind == "bmc")
