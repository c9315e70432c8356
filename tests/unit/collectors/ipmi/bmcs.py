"""Simulated BMCs for the tests of this folder."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from collectors.ipmi.collector import IpmiCollector
from collectors.ipmi.lan import LanConnector
from collectors.ipmi.replay import ReplayConnector
from collectors.ipmi.session import LanChannel
from collectors.protocol import silent
from hw_profiles import capture
from hw_profiles.capture import Capture, Exchange
from model.credentials import IpmiCredential, Secret
from model.devices import Identity, Protocol, Target
from model.raw import Plan, Raw
from simulators.bmc import SimulatedBmc
from simulators.bmc_vices import BmcVices

MONITOR = IpmiCredential("bmc", "monitor", Secret("monitor-pass"))
ADMIN = IpmiCredential("bmc", "admin", Secret("admin-pass"), "admin")
CAPTURES = Path(__file__).parents[3] / "captures"


@cache
def captured(name: str = "huawei-ibmc") -> Capture:
    """A capture of the tests."""
    return capture.read(CAPTURES / f"{name}.capture")


@dataclass
class Bench:
    """A simulated BMC, a target that points at it and a connector that is closed behind it."""

    bmc: SimulatedBmc
    target: Target
    connector: LanConnector

    async def connect(self, **changes: Any) -> LanChannel:
        """A channel to the target, which may be changed."""
        return await self.connector.connect(replace(self.target, **changes), silent)


@contextlib.asynccontextmanager
async def bench(
    recorded: Capture | None = None,
    *,
    suites: tuple[int, ...] = (3, 17),
    host: str = "127.0.0.1",
    **vices: Any,
) -> AsyncIterator[Bench]:
    """One BMC with some vices. A try waits 50 ms at first, 100 ms at most."""
    bmc = SimulatedBmc(recorded or captured(), suites=suites, vices=BmcVices(**vices))
    port = await bmc.start(host)
    connector = LanConnector()
    target = Target("t", host, Protocol.IPMI, MONITOR, port, timeout=0.1, retries=3)
    try:
        yield Bench(bmc, target, connector)
    finally:
        await connector.close()
        bmc.close()


REPLAYED = Target("r", "replay", Protocol.IPMI)
DEVICE_ID = bytes.fromhex("002081 0321 02bf db0700 0001 00000000".replace(" ", ""))


def device(*extra: Exchange, records: tuple[bytes, ...] = ()) -> Capture:
    """A BMC of TaiShan's maker with these records and answers."""
    chain = [bytes((n, 0)) + record[2:] for n, record in enumerate(records, 1)]
    following = [*range(2, len(chain) + 1), 0xFFFF]
    exchanges = [Exchange(0, 6, 1, b"", DEVICE_ID), *extra]
    for n, (record, after) in enumerate(zip(chain, following, strict=False), 1):
        asked = b"\0\0" + bytes((n, 0, 0, 0xFF))
        answer = b"\0" + after.to_bytes(2, "little") + record
        exchanges.append(Exchange(0, 0x0A, 0x23, asked, answer))
    return Capture({}, (), tuple(exchanges))


async def replayed(recorded: Capture, *addresses: str) -> tuple[Identity, Raw]:
    """What the collector makes of a capture without a network."""
    collector = IpmiCollector(ReplayConnector(recorded))
    identity = await collector.identify(REPLAYED, (), silent)
    assert isinstance(identity, Identity), identity
    raw = await collector.fetch(REPLAYED, identity, Plan(addresses))
    assert isinstance(raw, Raw)
    await collector.close()
    return identity, raw
