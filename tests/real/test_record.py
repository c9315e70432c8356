"""Recordings of real peers replay to what the peers themselves read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from collectors.ipmi.collector import IpmiCollector
from collectors.ipmi.lan import LanConnector
from collectors.ipmi.record import IpmiRecorder
from collectors.ipmi.replay import ReplayConnector
from collectors.poll import Road
from collectors.protocol import Collector
from collectors.recording import INCOMPLETE, Recording
from collectors.snmp.collector import SnmpCollector
from collectors.snmp.own_client import OwnClient
from collectors.snmp.record import SnmpRecorder
from collectors.snmp.replay import ReplayClient
from hw_profiles.capture import Capture, parse, render
from hw_profiles.load import Pack, pack
from hw_profiles.pseudonyms import Pseudonyms
from hw_profiles.redact import redact
from model.devices import Poll, Protocol, Target
from model.readings import Reading
from simulators.bmc import SimulatedBmc
from tests.real import ipmi_sim, net_snmp
from tests.real.ipmi_sim import Fleet
from tests.real.test_ipmi_sim import ipmitool, target_of
from tests.real.test_snmpd import CONFIGURATION, MONITOR, PUBLIC, overrides, target


@pytest.fixture(scope="module")
def profiles() -> Pack:
    return pack()


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with ipmi_sim.fleet(tmp_path_factory.mktemp("ipmi"), "127.0.72.1") as running:
        yield running


@pytest.fixture(scope="module")
def snmpd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    settings = (CONFIGURATION, *net_snmp.users([MONITOR]), *overrides())
    with net_snmp.snmpd(tmp_path_factory.mktemp("snmpd"), settings) as number:
        yield number


def readings(poll: Poll) -> dict[tuple[str, str], object]:
    return {
        (o.sensor.word, o.sensor.component): (o.value, o.text, o.sensor.limits)
        for o in poll.outcomes
        if isinstance(o, Reading)
    }


async def polled(collector: Collector, profiles: Pack, asked: Target) -> Poll:
    road = Road({asked.protocol: collector}, profiles)
    return await road.poll(asked)


def written(into: Recording) -> Capture:
    """As it comes out of a file that may be shared."""
    found = redact(into.capture({"dcagent-capture": "1"}), Pseudonyms())
    return parse(render(found), "recorded")


@pytest.mark.peer("snmpd")
@pytest.mark.parametrize("credential", [PUBLIC, MONITOR], ids=["v2c", "v3"])
async def test_snmpd_is_recorded_and_replays_to_the_same_readings(
    snmpd: int, profiles: Pack, credential: object
) -> None:
    asked = target(snmpd, MONITOR if credential is MONITOR else PUBLIC)
    client = OwnClient()
    collector = SnmpCollector(client)
    into = Recording()
    try:
        live = await polled(collector, profiles, asked)
        await SnmpRecorder(client, asked, into).run()
    finally:
        await collector.close()
    capture = written(into)
    replayed = await polled(SnmpCollector(ReplayClient(capture)), profiles, asked)
    # the outlets' names are host names, which get pseudonyms
    assert len(readings(live)) > 100
    assert list(map(strip, readings(replayed).items())) == list(map(strip, readings(live).items()))
    assert live.profile == replayed.profile == "apc-rpdu2"
    assert INCOMPLETE not in into.notes
    assert "127.0.0.1" not in {o.value.decode("latin-1") for o in capture.objects if o.tag == 64}


def strip(item: tuple[tuple[str, str], object]) -> object:
    return item[0][0], item[1]


@pytest.mark.peer("snmpd", "snmpbulkwalk")
async def test_a_recording_holds_what_snmpbulkwalk_walks(snmpd: int, tmp_path: Path) -> None:
    client, into = OwnClient(), Recording()
    asked = target(snmpd, PUBLIC)
    try:
        await SnmpRecorder(client, asked, into).run()
    finally:
        await client.close()
    below = "1.3.6.1.4.1"
    theirs = net_snmp.walk(tmp_path, snmpd, PUBLIC, below)
    ours = {".".join(map(str, oid)) for oid in into.objects if oid[:6] == (1, 3, 6, 1, 4, 1)}
    left_out = {oid for oid in theirs if oid.startswith(f"{below}.8072.1.")}
    assert set(theirs) - left_out == ours
    assert len(ours) > 390


@pytest.mark.peer("ipmi_sim")
async def test_ipmi_sim_is_recorded_and_replays_to_the_same_readings(
    fleet: Fleet, profiles: Pack
) -> None:
    asked, into = target_of(fleet), Recording()
    collector = IpmiCollector(LanConnector())
    try:
        live = await polled(collector, profiles, asked)
        channel = collector.session(asked)
        assert channel is not None
        await IpmiRecorder(channel, into).run()
    finally:
        await collector.close()
    replayer = IpmiCollector(ReplayConnector(written(into)))
    replayed = await polled(replayer, profiles, asked)
    assert len(readings(live)) > 60
    assert readings(replayed) == readings(live)
    assert live.profile == replayed.profile


@pytest.mark.peer("ipmi_sim", "ipmitool")
async def test_ipmitool_text_reads_as_ipmitool_printed_it(fleet: Fleet, profiles: Pack) -> None:
    for words in (("sensor",), ("sdr", "elist"), ("sdr", "list")):
        rows = ipmitool(fleet, *words)
        text = "".join(f"{' | '.join(row)}\n" for row in rows)
        collector = IpmiCollector(ReplayConnector(parse(text, "dump")))
        asked = Target("t", "127.0.0.1", Protocol.IPMI)
        live = await polled(collector, profiles, asked)
        numeric = [
            row
            for row in rows
            if row[{3: 1, 5: 4}.get(len(row), 2)].split(" ")[-1] in UNITS and row[1] != "na"
        ]
        assert len(numeric) == 62
        assert sum(o.sensor.quantity.value != "state" for o in live.readings) >= 60


UNITS = {"C", "RPM", "Volts", "Amps", "Watts", "percent", "unspecified"}


@pytest.mark.peer("ipmi_sim", "ipmitool")
async def test_ipmitool_reads_a_simulated_recording_as_it_reads_the_device(fleet: Fleet) -> None:
    asked, into = target_of(fleet), Recording()
    connector = LanConnector()
    channel = await connector.connect(asked, lambda _step: None)
    try:
        await IpmiRecorder(channel, into).run()
    finally:
        await channel.close()
        await connector.close()
    simulated = SimulatedBmc(written(into))
    port = await simulated.start()
    try:
        text = await _elist(port)
    finally:
        simulated.close()
    assert text == ["|".join(row) for row in ipmitool(fleet, "sdr", "elist")]


async def _elist(port: int) -> list[str]:
    import asyncio

    command = ("ipmitool", "-I", "lanplus", "-C", "3", "-H", "127.0.0.1", "-p", str(port))
    login = ("-U", "monitor", "-P", "monitor-pass", "-L", "USER", "sdr", "elist")
    process = await asyncio.create_subprocess_exec(
        *command, *login, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    out, _ = await process.communicate()
    return ["|".join(c.strip() for c in line.split("|")) for line in out.decode().splitlines()]
