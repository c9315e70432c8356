"""A sweep over simulated devices on the real wire: what is found, and how it asks."""

from __future__ import annotations

import asyncio
import socket
import time
from itertools import pairwise

from collectors.discovery.sweep import Manner, Ports, Progress, Sweep
from hw_profiles.capture import Capture
from model.credentials import Secret
from model.sightings import Presence
from simulators.bmc import SimulatedBmc
from simulators.bmc_sessions import Session
from simulators.bmc_vices import BmcVices
from simulators.redfish_root import RedfishRoot, root
from simulators.snmp_agent import AgentVices, SimulatedAgent
from tests.unit.collectors.discovery.sites import capture, engine, hosts, ports, standing

QUICK = 1.5


async def swept(prefix: str, where: Ports, last: int = 6, **manner: object) -> Sweep:
    told = {"timeout": QUICK, "ports": where, **manner}
    sweep = Sweep(Manner(**told))  # type: ignore[arg-type]
    await sweep.run(hosts(prefix, range(1, last)))
    return sweep


async def test_each_address_shows_what_it_has() -> None:
    prefix = "127.41.1"
    where = ports(f"{prefix}.1")
    site = RedfishRoot(root("Inspur", "NF5280M6"), server="GoAhead", organisation="浪潮")
    async with standing(
        (SimulatedBmc(capture("inspur")), f"{prefix}.1", where.ipmi),
        (SimulatedAgent(capture("inspur-isbmc-snmp"), engine_id=engine(37945)), f"{prefix}.1",
         where.snmp),
        (site, f"{prefix}.1", where.https),
        (SimulatedAgent(capture("raritan-px"), engine_id=engine(13742)), f"{prefix}.3", where.snmp),
    ):  # fmt: skip
        sweep = await swept(prefix, where)
    assert set(sweep.seen) == {f"{prefix}.1", f"{prefix}.3"}
    bmc = sweep.seen[f"{prefix}.1"]
    assert bmc.presence == Presence(True, True, True)
    assert bmc.engine_id == engine(37945)
    assert bmc.web is not None
    assert bmc.web.server == "GoAhead"
    assert bmc.web.root is not None
    assert (bmc.web.root.vendor, bmc.web.root.product) == ("Inspur", "NF5280M6")
    assert bmc.web.certificate is not None
    assert ("O", "浪潮") in bmc.web.certificate.subject
    pdu = sweep.seen[f"{prefix}.3"]
    assert (pdu.engine_id, pdu.presence, pdu.web) == (engine(13742), None, None)
    assert sweep.asked == set(hosts(prefix, range(1, 6)))
    assert not sweep.troubles
    assert (site.requests, site.logins) == (1, 0)


class Watched(SimulatedBmc):
    """A BMC that writes down what it was asked, and in which session."""

    asked: list[tuple[int, int, Session | None]]

    def command(self, netfn: int, command: int, data: bytes, lun: int, of: Session | None) -> bytes:
        self.asked.append((netfn, command, of))
        return super().command(netfn, command, data, lun, of)


async def test_nothing_is_asked_but_what_needs_no_login() -> None:
    prefix = "127.41.2"
    where = ports(f"{prefix}.1")
    bmc = Watched(capture("huawei-ibmc"))
    bmc.asked = []
    agent = SimulatedAgent(capture("huawei-ibmc-snmp"))
    async with standing((bmc, f"{prefix}.1", where.ipmi), (agent, f"{prefix}.1", where.snmp)):
        sweep = await swept(prefix, where, 2)
    assert sweep.seen[f"{prefix}.1"].snmp
    assert set(bmc.asked) == {(0x06, 0x38, None)}
    assert (bmc.received, agent.requests, agent.writes) == (2, 1, 0)


async def test_a_bmc_that_ignores_one_question_answers_the_other() -> None:
    prefix = "127.41.3"
    where = ports(f"{prefix}.1")
    async with standing(
        (SimulatedBmc(capture("inspur"), vices=BmcVices(no_ping=True)), f"{prefix}.1", where.ipmi),
    ):
        sweep = await swept(prefix, where, 2)
    assert sweep.seen[f"{prefix}.1"].presence == Presence(False, True, True)


async def test_a_lost_datagram_is_sent_again() -> None:
    prefix = "127.41.4"
    where = ports(f"{prefix}.1")

    class Deaf(SimulatedAgent):
        def respond(self, data: bytes) -> bytes | None:
            return super().respond(data) if self.requests > 1 else None

    agent = Deaf(capture("raritan-px"), engine_id=engine(13742))
    async with standing((agent, f"{prefix}.1", where.snmp)):
        sweep = await swept(prefix, where, 2)
    assert sweep.seen[f"{prefix}.1"].engine_id == engine(13742)
    assert agent.requests == 2


async def test_a_community_finds_what_speaks_no_version_3() -> None:
    prefix = "127.41.5"
    where = ports(f"{prefix}.1")

    class Old(SimulatedAgent):
        def respond(self, data: bytes) -> bytes | None:
            return None if data[2:5] == b"\x02\x01\x03" else super().respond(data)

    mine, other = Old(capture("apc-rpdu2"), ("site",)), Old(capture("apc-rpdu2"), ("other",))
    async with standing((mine, f"{prefix}.1", where.snmp), (other, f"{prefix}.2", where.snmp)):
        blind = await swept(prefix, where)
        sweep = await swept(prefix, where, community=Secret("site"))
    assert blind.seen == {}
    assert set(sweep.seen) == {f"{prefix}.1"}
    assert sweep.seen[f"{prefix}.1"].community


async def test_garbage_from_everywhere_is_nobody() -> None:
    prefix = "127.41.6"
    where = ports(f"{prefix}.1")
    vices = AgentVices(garbage=True)
    async with standing(
        (SimulatedAgent(Capture({}, (), ()), vices=vices), f"{prefix}.1", where.snmp),
        (RedfishRoot(b"\x15\x03\x01\x00\x02\x02\x28", tls=False), f"{prefix}.1", where.https),
        (RedfishRoot(b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 70000), f"{prefix}.2", where.https),
        (SimulatedBmc(capture("inspur"), vices=BmcVices(noise=1.0, half=1.0)), f"{prefix}.3",
         where.ipmi),
    ):  # fmt: skip
        sweep = await swept(prefix, where)
    assert sweep.seen[f"{prefix}.1"].engine_id == b""
    assert sweep.seen[f"{prefix}.1"].web is not None
    assert sweep.seen[f"{prefix}.2"].web is not None
    assert sweep.seen[f"{prefix}.2"].web.root is None  # type: ignore[union-attr]
    assert not sweep.troubles


async def test_the_rate_is_kept_and_the_end_foretold() -> None:
    prefix = "127.41.7"
    where = ports(f"{prefix}.1")
    told: list[Progress] = []
    sweep = Sweep(Manner(rate=100, timeout=QUICK, ports=where), told.append)
    begun = time.monotonic()
    await sweep.run(hosts(prefix, range(1, 21)))
    took = time.monotonic() - begun
    # 60 questions of the first round at 100 a second; the second round finds every port closed
    assert 0.5 < took < 2.5
    assert told[0].total == 100
    assert all(a.done <= b.done for a, b in pairwise(told))
    assert told[0].left > 0.9
    assert told[-1].left < 0.3


async def test_an_interrupted_sweep_keeps_what_it_has() -> None:
    prefix = "127.41.8"
    where = ports(f"{prefix}.1")
    async with standing((SimulatedBmc(capture("inspur")), f"{prefix}.1", where.ipmi)):
        sweep = Sweep(Manner(rate=20, timeout=QUICK, ports=where))
        task = asyncio.create_task(sweep.run(hosts(prefix, range(1, 200))))
        while not sweep.seen:
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()
    assert set(sweep.seen) == {f"{prefix}.1"}
    assert sweep.asked == frozenset()


async def test_a_port_that_accepts_and_keeps_silent_costs_no_more_than_its_time() -> None:
    prefix = "127.41.9"
    where = ports(f"{prefix}.1")
    with socket.socket() as mute:
        mute.bind((f"{prefix}.1", where.https))
        mute.listen(8)
        begun = time.monotonic()
        sweep = await swept(prefix, where, 2)
    assert time.monotonic() - begun < 4 * QUICK
    assert sweep.seen[f"{prefix}.1"].web is not None


async def test_ipv6_is_asked_too() -> None:
    where = ports("127.0.0.1")
    async with standing(
        (SimulatedBmc(capture("inspur")), "::1", where.ipmi),
        (SimulatedAgent(capture("raritan-px"), engine_id=engine(13742)), "::1", where.snmp),
        (RedfishRoot(root("Inspur")), "::1", where.https),
    ):
        sweep = Sweep(Manner(timeout=QUICK, ports=where))
        await sweep.run(["::1"])
    here = sweep.seen["::1"]
    assert here.presence == Presence(True, True, True)
    assert here.engine_id == engine(13742)
    assert here.web is not None
    assert here.web.root is not None
