"""Simulated BMCs for the tests of this folder."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from collectors.ipmi.lan import LanConnector
from collectors.ipmi.session import LanChannel
from collectors.protocol import silent
from hw_profiles import capture
from hw_profiles.capture import Capture
from model.credentials import IpmiCredential, Secret
from model.devices import Protocol, Target
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
