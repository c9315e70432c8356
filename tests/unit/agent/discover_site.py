"""Many simulated devices on one set of ports, on a loop of their own, for command lines."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from collectors.discovery.sweep import Ports
from simulators.bmc import SimulatedBmc
from simulators.bmc_sessions import BmcUser
from simulators.redfish_root import RedfishRoot, root
from simulators.snmp_agent import SimulatedAgent
from tests.unit.agent.probe_devices import Ran, capture, dcagent
from tests.unit.collectors.discovery.sites import Device, engine, ports


@contextmanager
def site(prefix: str, *devices: tuple[Device, int, str]) -> Iterator[Ports]:
    """Devices stand at `prefix`.n, each on the port of a service: ipmi, snmp or https."""
    where = ports(f"{prefix}.1")
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def started() -> None:
        for device, number, service in devices:
            await device.start(f"{prefix}.{number}", getattr(where, service))

    async def closed() -> None:
        for device, _, _ in devices:
            device.close()

    try:
        asyncio.run_coroutine_threadsafe(started(), loop).result(20)
        yield where
    finally:
        asyncio.run_coroutine_threadsafe(closed(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def options(where: Ports) -> tuple[str, ...]:
    """The ports as options, and the time that a busy machine needs."""
    return (
        *("--ipmi-port", str(where.ipmi), "--snmp-port", str(where.snmp)),
        *("--https-port", str(where.https), "--timeout", "2"),
    )


def discover(where: Ports, *words: str, **environment: str) -> Ran:
    """`dcagent discover` on these ports, in English unless it says otherwise."""
    lang = () if "--lang" in words else ("--lang", "en")
    return dcagent("discover", *words, *options(where), *lang, **environment)


def bmc(name: str = "inspur", password: str = "monitor-pass") -> SimulatedBmc:
    """A BMC that lets `monitor` in."""
    return SimulatedBmc(capture(name), (BmcUser("monitor", password),))


def agent(name: str, number: int, community: str = "public") -> SimulatedAgent:
    """An agent whose engine is of an enterprise."""
    return SimulatedAgent(capture(name), (community,), engine_id=engine(number))


def small_site() -> tuple[tuple[Device, int, str], ...]:
    """Three BMCs of two brands, one with SNMP beside it; a PDU; and somebody's web page."""
    return (
        (bmc(), 1, "ipmi"),
        (RedfishRoot(root("Inspur")), 1, "https"),
        (bmc("huawei-ibmc"), 2, "ipmi"),
        (agent("huawei-ibmc-snmp", 2011), 2, "snmp"),
        (bmc(), 3, "ipmi"),
        (RedfishRoot(root("IEIT SYSTEMS")), 3, "https"),
        (agent("raritan-px", 13742), 4, "snmp"),
        (RedfishRoot(None, server="nginx", common_name="wiki"), 5, "https"),
    )
