"""The demo's Prometheus on the simulated site: what it computes is what the simulation does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from simulators import demo
from simulators.demo_scores import Scores
from simulators.host_agents import HostAgents
from simulators.site import COOLING, FEED_LOSS, METERS, PUE, RACKS, Site
from simulators.site_files import write
from simulators.site_inventory import DESIGN
from tests.real.prometheus_peer import Prometheus, Series, free_port
from tests.real.recipes import EXPECTED, judge, recipes

pytestmark = [pytest.mark.peer("prometheus"), pytest.mark.timeout(150)]

SPAN = 25
"""Seconds over which figures are compared."""
COUNTERS = 'meter:dcagent_energy_joules:total{meter="%s"}'
PEAKS = {"ai": 8 * 2 * 140e12, "general": 8 * 2 * 1024e9, "hpc": 8 * 2 * 691.2e9}
"""By kind, at its precision: 16 Atlas 300I Duo, 16 C86 7285, 16 C86 7390."""


@asynccontextmanager
async def scored(directory: Path) -> AsyncIterator[tuple[Site, Prometheus]]:
    """The demo without its screen, everything asked and evaluated each second."""
    site = Site(password="of-the-site", period=3600)  # so slow that layers that lag see no other
    hosts = HostAgents(site)
    await site.start()
    port, own = free_port(), free_port()
    agent = await demo.start_agent(write(site, directory, port, 1), directory / "agent.log")
    scores = None
    try:
        address, where = f"127.0.0.1:{port}", await hosts.start()
        scores = await Scores.start(directory / "prometheus", own, address, where, every=1)
        yield site, Prometheus(f"127.0.0.1:{own}")
    finally:
        if scores is not None:
            await scores.stop()
        await agent.stop()
        hosts.close()
        site.close()


def by(label: str, found: Series) -> dict[str, float]:
    return {dict(series).get(label, ""): value for series, value in found.items()}


def mean(of: Callable[[float], float], begin: float, end: float) -> float:
    return sum(of(begin + (end - begin) * n / 200) for n in range(201)) / 201


class Asked:
    """Prometheus, asked for a label's values."""

    def __init__(self, peer: Prometheus) -> None:
        self._peer = peer

    async def now(self, expression: str, label: str = "rack") -> dict[str, float]:
        return by(label, await asyncio.to_thread(self._peer.series, expression, time.time()))

    async def over(self, metric: str, seconds: int) -> dict[str, float]:
        return await self.now(f"avg_over_time(rack:dcagent_{metric}[{seconds}s])")

    async def counted(self, meter: str) -> float:
        (found,) = (await self.now(COUNTERS % meter, "meter")).values()
        return found

    async def settled(self) -> None:
        """Until the last layer that is looked at has something of every rack."""
        async with asyncio.timeout(60):
            while not self._peer.ready() or len(await self.now("rack:dcagent_it_load:ratio")) < 4:
                await asyncio.sleep(0.5)

    async def recipes(self, site: Site) -> None:
        """Asks every query of the document on integration."""
        found = recipes()
        assert found.keys() == EXPECTED.keys()
        for name, queries in found.items():
            assert len(queries) == len(EXPECTED[name]), name
            for number, query in enumerate(queries):
                rows = await asyncio.to_thread(self._peer.series, query, time.time())
                judge(name, number, rows, site)

    def failures(self) -> float:
        own = self._peer.own_samples()
        return sum(s.value for s in own if s.name.endswith("evaluation_failures_total"))


async def test_figures_are_those_of_the_simulation(tmp_path: Path) -> None:
    async with scored(tmp_path) as (site, peer):
        asked = Asked(peer)
        await asked.settled()
        begun, before = site.seconds(), [await asked.counted(name) for name in METERS]
        await asyncio.sleep(SPAN)
        ended, after = site.seconds(), [await asked.counted(name) for name in METERS]
        useful, matched, drawn, design = [
            await asked.over(metric, SPAN - 2)
            for metric in (
                *("useful_power_watts:sum", "matched_power_watts:sum"),
                *("rack_power_watts:known", "rack_rated_power_watts:known"),
            )
        ]
        coverage = await asked.now("rack:dcagent_matched_coverage:ratio")
        assert await asked.now("site:dcagent_rack_occupancy:ratio", "site") == {"demo": 0.75}
        assert await asked.now("site:dcagent_peak_flops:nominal", "kind") == PEAKS
        await asked.recipes(site)
        pending = await asked.now('ALERTS{alertname="DcagentTargetDown"}', "target")
        assert pending == {Site.DEAD: 1}, "the pack is loaded"
        assert asked.failures() == 0
    for rack in RACKS:
        eta = attainment(site, rack, begun, ended)
        assert useful[rack] / matched[rack] == pytest.approx(eta, rel=0.03), rack
        load = drawn[rack] / design[rack]
        assert load == pytest.approx(fed(site, rack, begun, ended) / DESIGN, rel=0.03), rack
        rated = {x.node: x.model.rated for x in site.loads if x.rack == rack}
        seen = sum(watts for node, watts in rated.items() if answers(node))
        assert coverage[rack] == pytest.approx(seen / sum(rated.values())), rack
    assert drawn["A04"] == 0
    main, it, cooling = (end - begin for begin, end in zip(before, after, strict=True))
    # meters count watt-hours, and each was asked at a second of its own
    assert main / it == pytest.approx(PUE, rel=0.1)
    assert cooling / it == pytest.approx(COOLING, rel=0.25)


def answers(node: str) -> bool:
    """Whether a server's BMC is neither dead nor refuses the password."""
    return node.replace("srv", "bmc") not in (Site.DEAD, Site.REFUSING)


def fed(site: Site, rack: str, begin: float, end: float) -> float:
    """What a rack's feeds deliver, in watts."""
    return FEED_LOSS * mean(lambda s: site.power(s, (rack,)), begin, end)


def attainment(site: Site, rack: str, begin: float, end: float) -> float:
    """η of a rack's servers that answer: used capacity at full-load efficiency / power drawn."""
    loads = [x for x in site.loads if x.rack == rack and answers(x.node)]
    useful = mean(lambda s: sum(x.utilization(s) * x.model.rated for x in loads), begin, end)
    return useful / mean(lambda s: sum(x.power(s) for x in loads), begin, end)
