"""Recordings of simulated devices over the real wire: complete, resumable, of equal readings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from collectors.ipmi.collector import IpmiCollector
from collectors.ipmi.lan import LanConnector
from collectors.ipmi.record import IpmiRecorder
from collectors.poll import Road
from collectors.protocol import Failure
from collectors.recording import INCOMPLETE, Progress, Recording
from collectors.snmp.own_client import OwnClient
from collectors.snmp.record import Bounds, SnmpRecorder
from hw_profiles.capture import Capture, Exchange, SnmpObject, parse, read, render
from hw_profiles.load import Pack, pack
from hw_profiles.pseudonyms import Pseudonyms
from hw_profiles.redact import redact, serial_addresses
from model.credentials import CommunityCredential, IpmiCredential, Secret
from model.devices import Poll, Protocol, Target
from model.readings import Reading
from simulators.bmc import SimulatedBmc
from simulators.snmp_agent import AgentVices, SimulatedAgent
from tests.golden.exposition import polled

CAPTURES = sorted((Path(__file__).parents[2] / "captures").glob("*.capture"))
MONITOR = IpmiCredential("c", "monitor", Secret("monitor-pass"))
PUBLIC = CommunityCredential("c", Secret("public"))
Tell = Callable[[Progress], None]


@pytest.fixture(scope="module")
def profiles() -> Pack:
    return pack()


class Enough(Exception):
    """Somebody pressed Ctrl-C."""


def until(count: int) -> Tell:
    """Ends a recording after some answers."""
    left = [count]

    def tell(_progress: Progress) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Enough

    return tell


def untold(_progress: Progress) -> None:
    """Nobody watches."""


@asynccontextmanager
async def bmc(capture: Capture) -> AsyncIterator[tuple[SimulatedBmc, Road, IpmiCollector, Target]]:
    simulated = SimulatedBmc(capture)
    port = await simulated.start()
    collector = IpmiCollector(LanConnector())
    road = Road({Protocol.IPMI: collector}, pack())
    try:
        yield simulated, road, collector, Target("t", "127.0.0.1", Protocol.IPMI, MONITOR, port)
    finally:
        await road.close()
        simulated.close()


@asynccontextmanager
async def agent(
    capture: Capture, vices: AgentVices | None = None
) -> AsyncIterator[tuple[SimulatedAgent, OwnClient, Target]]:
    simulated = SimulatedAgent(capture, vices=vices)
    port = await simulated.start()
    client = OwnClient()
    target = Target("t", "127.0.0.1", Protocol.SNMP, PUBLIC, port, timeout=0.3, retries=1)
    try:
        yield simulated, client, target
    finally:
        await client.close()
        simulated.close()


async def record_bmc(capture: Capture, into: Recording, tell: Tell = untold) -> SimulatedBmc:
    async with bmc(capture) as (simulated, road, collector, target):
        await road.poll(target)
        channel = collector.session(target)
        assert channel is not None
        await IpmiRecorder(channel, into, tell=tell).run()
        return simulated


async def record_agent(capture: Capture, into: Recording, tell: Tell = untold) -> None:
    async with agent(capture) as (_, client, target):
        await SnmpRecorder(client, target, into, tell=tell, bounds=Bounds(repetitions=10)).run()


def readings(poll: Poll, names: Mapping[str, str] | None = None) -> list[tuple[object, ...]]:
    """What was read; components and texts under the pseudonyms that redaction gave them."""

    def named(word: str) -> str:
        return (names or {}).get(word, word)

    return [
        (o.sensor.word, named(o.sensor.component), o.value, named(o.text), o.sensor.limits)
        if isinstance(o, Reading)
        else (o.reason, o.sensor and o.sensor.word)
        for o in poll.outcomes
    ]


@pytest.mark.parametrize("file", CAPTURES, ids=lambda f: f.stem)
async def test_a_recording_replays_to_the_readings_of_the_device(
    file: Path, profiles: Pack
) -> None:
    capture, into = read(file), Recording()
    await (record_bmc if capture.exchanges else record_agent)(capture, into)
    recorded = into.capture({"dcagent-capture": "1"})
    whole = parse(render(recorded), "recorded")
    assert readings(await polled(whole, profiles)) == readings(await polled(capture, profiles))
    pseudonyms = Pseudonyms()
    shared = redact(whole, pseudonyms, serials=serial_addresses(profiles.profiles))
    names = {mapped.original: word for mapped, word in pseudonyms.map.items()}
    replayed = readings(await polled(parse(render(shared), "redacted"), profiles))
    assert replayed == readings(await polled(capture, profiles), names)
    assert INCOMPLETE not in into.notes


@pytest.mark.parametrize("name", ["generic-ipmi", "huawei-ibmc"])
async def test_every_exchange_of_a_bmc_is_recorded_as_it_was(name: str) -> None:
    capture, into = read(CAPTURES[0].with_name(f"{name}.capture")), Recording()
    await record_bmc(capture, into)
    factors = (0x04, 0x23)  # recorded for the reading of the moment
    for e in capture.exchanges:
        if (e.netfn, e.command) != factors:
            assert into.exchanges[e.lun, e.netfn, e.command, e.request] == e.response


async def test_an_agent_is_recorded_object_by_object_with_tags_and_bytes() -> None:
    objects = (
        SnmpObject((1, 3, 6, 1, 2, 1, 1, 2, 0), 6, b"1.3.6.1.4.1.99999.1"),
        SnmpObject((1, 3, 6, 1, 4, 1, 99999, 1, 1), 2, b"-5"),
        SnmpObject((1, 3, 6, 1, 4, 1, 99999, 1, 2), 4, b"\x00\xff\x80raw\x00"),
        SnmpObject((1, 3, 6, 1, 4, 1, 99999, 1, 3), 64, b"192.0.2.7"),
        SnmpObject((1, 3, 6, 1, 4, 1, 99999, 1, 4), 65, b"4294967295"),
        SnmpObject((1, 3, 6, 1, 4, 1, 99999, 1, 5), 66, b"7"),
        SnmpObject((1, 3, 6, 1, 4, 1, 99999, 1, 6), 67, b"8"),
        SnmpObject((1, 3, 6, 1, 4, 1, 99999, 1, 7), 68, bytes.fromhex("9f780441480000")),
        SnmpObject((1, 3, 6, 1, 4, 1, 99999, 1, 8), 70, b"18446744073709551615"),
        SnmpObject((1, 3, 6, 1, 4, 1, 99999, 1, 9, 6, 71, 66, 177), 4, "风扇".encode("gb18030")),
    )
    into = Recording()
    await record_agent(Capture({}, objects, ()), into)
    assert into.capture({}).objects == objects
    assert parse(render(into.capture({})), "x").objects == objects


async def test_users_routes_and_processes_are_not_even_asked_for() -> None:
    private = ((1, 3, 6, 1, 2, 1, 4, 21, 1, 1, 10, 0, 0, 0), (1, 3, 6, 1, 6, 3, 15, 1, 2, 2, 1, 3))
    public = ((1, 3, 6, 1, 2, 1, 1, 1, 0), (1, 3, 6, 1, 2, 1, 5, 1, 0), (1, 3, 7, 1))
    objects = tuple(SnmpObject(oid, 4, b"x") for oid in (*private, *public))
    into = Recording()
    await record_agent(Capture({}, objects, ()), into)
    assert set(into.objects) == set(public)


async def test_the_bound_on_objects_is_kept_and_told() -> None:
    capture = read(CAPTURES[0].with_name("raritan-px.capture"))
    into = Recording()
    async with agent(capture) as (_, client, target):
        bounds = Bounds(objects=100, repetitions=10)
        await SnmpRecorder(client, target, into, bounds=bounds).run()
    assert 100 <= len(into.objects) < 110
    assert into.notes[INCOMPLETE].endswith("more than 100 objects")


async def test_an_agent_that_runs_in_circles_costs_one_branch() -> None:
    capture = read(CAPTURES[0].with_name("apc-rpdu2.capture"))
    into = Recording()
    vices = AgentVices(loop="1.3.6.1.4.1.318.1.1.26.4.3.1")
    async with agent(capture, vices) as (_, client, target):
        await SnmpRecorder(client, target, into).run()
    assert "follows" in into.notes[INCOMPLETE]
    assert len(into.objects) > 0.9 * len(capture.objects)


async def test_a_branch_that_errs_costs_no_more_than_itself() -> None:
    capture = read(CAPTURES[0].with_name("apc-rpdu2.capture"))
    into = Recording()
    branch = (1, 3, 6, 1, 4, 1, 318, 1, 1, 26, 4, 3, 1, 5)
    vices = AgentVices(error_under=".".join(map(str, branch)))
    async with agent(capture, vices) as (_, client, target):
        await SnmpRecorder(client, target, into).run()
    lost = {o.oid for o in capture.objects} - set(into.objects)
    assert lost
    assert {oid[: len(branch) - 2] for oid in lost} == {branch[:-2]}
    assert "genErr" in into.notes[INCOMPLETE]


async def test_an_agent_that_dies_leaves_what_it_said() -> None:
    capture = read(CAPTURES[0].with_name("raritan-px.capture"))
    into = Recording()
    async with agent(capture) as (simulated, client, target):

        def kill(progress: Progress) -> None:
            simulated.vices.dead = progress.done > 200

        with pytest.raises(Failure):
            await SnmpRecorder(client, target, into, tell=kill).run()
    assert 200 < len(into.objects) < len(capture.objects)
    resumed = Recording.of(into.capture(into.notes))
    await record_agent(capture, resumed)
    assert resumed.capture({}).objects == capture.objects


async def test_progress_counts_up_and_tells_the_time_left() -> None:
    capture = read(CAPTURES[0].with_name("huawei-ibmc.capture"))
    told: list[Progress] = []
    clock = iter(range(100_000))
    async with bmc(capture) as (_, road, collector, target):
        await road.poll(target)
        channel = collector.session(target)
        assert channel is not None
        recorder = IpmiRecorder(
            channel, Recording(), tell=told.append, monotonic=lambda: float(next(clock))
        )
        await recorder.run()
    assert {each.what.split()[0] for each in told} >= {"device", "SDR", "sensor", "FRU", "LAN"}
    assert [each.done for each in told] == sorted(each.done for each in told)
    late = [each.left for each in told if each.left is not None]
    assert len(told) - 5 < len(late)
    assert late[len(late) // 2] < late[10]


async def test_the_last_sixty_four_entries_of_a_long_log_are_recorded() -> None:
    capture = read(CAPTURES[0].with_name("generic-ipmi.capture"))
    log = [e for e in capture.exchanges if (e.netfn, e.command) == (0x0A, 0x43)]
    kept = [e for e in capture.exchanges if e not in log and (e.netfn, e.command) != (0x0A, 0x40)]
    entries = [
        Exchange(
            0, 0x0A, 0x43,
            b"\0\0" + n.to_bytes(2, "little") + b"\0\xff",
            b"\0" + (n + 1 if n < 300 else 0xFFFF).to_bytes(2, "little")
            + n.to_bytes(2, "little") + log[0].response[5:],
        )
        for n in range(1, 301)
    ]  # fmt: skip
    into = Recording()
    await record_bmc(replace(capture, exchanges=(*kept, *entries)), into)
    numbers = [key[3][2] | key[3][3] << 8 for key, _ in into.answers(0x0A, 0x43)]
    assert numbers == list(range(237, 301))
