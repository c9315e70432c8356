"""Targets, polls and whole sites as the store would hold them, for the exporters' tests."""

from __future__ import annotations

from model.devices import (
    ALL_TIERS,
    Coverage,
    DeviceId,
    Place,
    Poll,
    Protocol,
    Target,
    TargetStatus,
    Tier,
)
from model.readings import Outcome, Quality, Reading, Source
from model.sensors import Limits, Quantity, Role, Sensor

AT = 1_700_000_000.0
PLACE = Place(site="dc1", room="r1", row="A", rack="A01", province="sichuan", zone="z1", u="17")
TAISHAN = DeviceId("Huawei", "TaiShan 200", "2102311TFA", "6.37")


def target(
    name: str = "a01-17", protocol: Protocol = Protocol.IPMI, node: str = "", place: Place = PLACE
) -> Target:
    return Target(name, "192.0.2.17", protocol, place=place, node=node)


def poll(
    of: Target,
    *outcomes: Outcome,
    at: float = AT,
    tiers: frozenset[Tier] = ALL_TIERS,
    coverage: Coverage | None = None,
    device: DeviceId | None = TAISHAN,
    profile: str = "huawei-ibmc",
) -> Poll:
    return Poll(of, at, 0.25, outcomes, device, profile, tiers, coverage or Coverage())


def up(*polls: Poll) -> TargetStatus:
    """A target whose latest poll is the last one given."""
    return TargetStatus(polls[-1].target, polls, polls[-1])


def answered(*outcomes: Outcome, of: Target | None = None) -> TargetStatus:
    """A target with one poll of everything."""
    return up(poll(of or target(), *outcomes))


def temperature(name: str, value: float, limits: Limits | None = None) -> Reading:
    bounds = limits or Limits()
    return Reading(Sensor(Role.BOARD, Quantity.TEMPERATURE, name, limits=bounds), value)


POWER = Reading(
    Sensor(Role.NODE, Quantity.POWER), 412.0, Quality.MEASURED, Source.SDR, rule="Total_Power"
)


class Fleet:
    """`targets` BMCs with `sensors` temperatures each and their power, as a running agent has them.

    Targets and sensors stay, values move; a scrape has `targets` × (`sensors` + 10) samples.
    """

    def __init__(self, targets: int, sensors: int) -> None:
        self._targets = [target(f"bmc-{n:04}", node=f"srv-{n:04}") for n in range(targets)]
        names = [f"Temp_{n}" for n in range(sensors)]
        self._sensors = [
            [Sensor(Role.BOARD, Quantity.TEMPERATURE, name) for name in names]
            for _ in self._targets
        ]

    def statuses(self, shift: float = 0.0) -> list[TargetStatus]:
        """All targets freshly polled, every temperature `shift` higher than at first."""
        pairs = zip(self._targets, self._sensors, strict=True)
        return [
            answered(POWER, *(Reading(s, 20 + shift + n / 2) for n, s in enumerate(sensors)), of=of)
            for of, sensors in pairs
        ]
