"""The agent only reads: what a device is sent stands on its protocol's list."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from collectors import recording
from collectors.ipmi import permitted
from collectors.ipmi.collector import IpmiCollector
from collectors.ipmi.inband import Driver
from collectors.ipmi.inband_channel import InbandConnector
from collectors.ipmi.lan import LanConnector
from collectors.ipmi.record import IpmiRecorder
from collectors.ipmi.replay import Answers
from collectors.ipmi.rmcpplus import request_message, setup_packet
from collectors.poll import Road
from collectors.protocol import NotRead, silent
from collectors.snmp import messages
from collectors.snmp.collector import SnmpCollector
from collectors.snmp.own_client import PYSNMP, OwnClient
from collectors.snmp.record import SnmpRecorder
from hw_profiles.capture import Capture, read
from hw_profiles.load import pack
from model.credentials import (
    CommunityCredential,
    Credential,
    IpmiCredential,
    Secret,
    UsmCredential,
)
from model.devices import Health, Protocol, Target
from simulators.bmc import SimulatedBmc
from simulators.bmc_sessions import Session
from simulators.snmp_agent import SimulatedAgent
from tests import taps
from tests.unit.collectors.ipmi.fake_ipmi_driver import FakeDriver

CAPTURES = Path(__file__).parents[1] / "captures"
LOGIN = IpmiCredential("c", "monitor", Secret("monitor-pass"))
ADMIN = IpmiCredential("c", "admin", Secret("admin-pass"), "admin")
BMCS = sorted(p.stem for p in CAPTURES.glob("*.capture") if "\nipmi|" in p.read_text("utf-8"))
IN_THE_CLEAR = 16
"""A suite that signs and does not encrypt, so that a tap can read along."""


class Recording(SimulatedBmc):
    """A BMC that writes down what it was asked."""

    asked: set[tuple[int, int]]

    def command(self, netfn: int, command: int, data: bytes, lun: int, of: Session | None) -> bytes:
        self.asked.add((netfn, command))
        return super().command(netfn, command, data, lun, of)


async def polled_and_recorded(capture: Capture, login: IpmiCredential) -> set[tuple[int, int]]:
    """What a BMC is asked by a poll, and by a recording of it."""
    bmc = Recording(capture)
    bmc.asked = set()
    port = await bmc.start()
    collector = IpmiCollector(LanConnector())
    road = Road({Protocol.IPMI: collector}, pack())
    target = Target("t", "127.0.0.1", Protocol.IPMI, login, port)
    try:
        poll = await road.poll(target)
        channel = collector.session(target)
        assert channel is not None
        await IpmiRecorder(channel, recording.Recording()).run()
    finally:
        await road.close()
        bmc.close()
    assert poll.health is not Health.DOWN
    return bmc.asked


def without_repository() -> Capture:
    """A BMC that keeps its records as device SDRs (IPMI v2.0 §35.2), as small ones do."""
    capture = read(CAPTURES / "generic-ipmi.capture")
    kept, count = [], 0
    for each in capture.exchanges:
        if (each.netfn, each.command) == (0x0A, 0x23):
            kept.append(replace(each, netfn=0x04, command=0x21))
            count += 1
        elif (each.netfn, each.command) == (0x0A, 0x20):
            kept.append(replace(each, netfn=0x04, response=b"\0\1\1"))
        else:
            kept.append(each)
    assert count
    return replace(capture, exchanges=tuple(kept))


async def test_every_bmc_is_only_read_and_all_that_the_list_has_is_asked() -> None:
    asked = set()
    for name in BMCS:
        asked |= await polled_and_recorded(read(CAPTURES / f"{name}.capture"), LOGIN)
    asked |= await polled_and_recorded(without_repository(), ADMIN)
    assert asked == {*permitted.READS, *permitted.SESSION}


async def test_at_the_socket_a_bmc_sees_reads_and_a_session_only() -> None:
    bmc = SimulatedBmc(read(CAPTURES / "generic-ipmi.capture"))
    collector = IpmiCollector(LanConnector())
    road = Road({Protocol.IPMI: collector}, pack())
    try:
        async with taps.tapped(await bmc.start()) as (tap, port):
            target = Target(
                *("t", "127.0.0.1", Protocol.IPMI, LOGIN, port), cipher_suite=IN_THE_CLEAR
            )
            poll = await road.poll(target)
            channel = collector.session(target)
            assert channel is not None
            await IpmiRecorder(channel, recording.Recording()).run()
            await road.close()
    finally:
        bmc.close()
    assert poll.health is not Health.DOWN
    found = {taps.ipmi_question(datagram)[:3] for datagram in tap.sent} - {(taps.PING, 0, 0)}
    setups = {command for kind, _, command in found if kind == taps.SETUP}
    requests = {(netfn, command) for kind, netfn, command in found if kind == taps.REQUEST}
    assert setups == set(permitted.SETUP)
    assert requests <= {*permitted.READS, *permitted.SESSION}
    assert {(0x04, 0x2D), (0x04, 0x27), (0x0A, 0x43), (0x06, 0x3C)} <= requests
    assert len(tap.sent) > 200


async def test_the_hosts_own_bmc_is_only_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = Answers(read(CAPTURES / "generic-ipmi.capture"))
    kernel = FakeDriver(tmp_path, answers.answer).install(monkeypatch)
    collector = IpmiCollector(InbandConnector(root=tmp_path))
    road = Road({Protocol.IPMI: collector}, pack())
    target = Target("t", "/dev/ipmi0", Protocol.IPMI)
    try:
        poll = await road.poll(target)
        channel = collector.session(target)
        assert channel is not None
        await IpmiRecorder(channel, recording.Recording()).run()
    finally:
        await road.close()
    assert poll.health is not Health.DOWN
    assert {(0x06, 0x42), (0x04, 0x2D), (0x0A, 0x43)} <= set(kernel.asked)
    assert set(kernel.asked) - permitted.READS.keys() == set()


def test_whatever_is_not_on_the_list_never_gets_to_dev_ipmi0(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = FakeDriver(tmp_path, lambda *_request: b"\0").install(monkeypatch)
    driver = Driver(tmp_path / "dev/ipmi0")
    driver.open()
    try:
        for netfn in range(0, 0x40, 2):
            for command in range(0x100):
                if (netfn, command) not in permitted.READS:
                    with pytest.raises(NotRead, match=f"{netfn:02x}h {command:02x}h"):
                        driver.ask(netfn, command, b"", 0, 1.0)
        with pytest.raises(NotRead, match="2ch 02h 000100"):  # of PICMG, not of DCMI
            driver.ask(0x2C, 0x02, b"\0\1\0", 0, 1.0)
    finally:
        driver.close()
    assert kernel.asked == []


async def test_whatever_is_not_on_the_list_never_gets_to_a_socket() -> None:
    for netfn in range(0x40):
        for command in range(0x100):
            if (netfn, command) not in {*permitted.READS, *permitted.SESSION}:
                with pytest.raises(NotRead):
                    request_message(netfn, 0, 1, command, b"")
    for kind in range(0x100):
        if kind not in permitted.SETUP:
            with pytest.raises(NotRead):
                setup_packet(kind, b"")
    bmc = SimulatedBmc(read(CAPTURES / "generic-ipmi.capture"))
    connector = LanConnector()
    try:
        async with taps.tapped(await bmc.start()) as (tap, port):
            target = Target("t", "127.0.0.1", Protocol.IPMI, LOGIN, port)
            channel = await connector.connect(target, silent)
            before = len(tap.sent)
            with pytest.raises(NotRead, match="00h 02h 01"):
                await channel.request(0x00, 0x02, b"\1")  # Chassis Control: power on
            assert len(tap.sent) == before
            assert (await channel.request(0x06, 0x01))[0] == 0  # and the session goes on
            await channel.close()
    finally:
        await connector.close()
        bmc.close()


def test_what_is_on_the_list_reads_by_its_name() -> None:
    first = {request.name.split()[0] for request in permitted.READS.values()}
    assert first == {"Get", "Read", "Reserve"}
    assert {request.name for request in permitted.SESSION.values()} == {
        "Set Session Privilege Level",
        "Close Session",
    }
    assert not permitted.READS.keys() & permitted.SESSION.keys()


LEVELS: dict[str, Credential] = {
    "v1": CommunityCredential("c", Secret("public"), "1"),
    "v2c": CommunityCredential("c", Secret("public")),
    "v3": UsmCredential("c", "monitor"),
}


@pytest.mark.parametrize("engine", ["own", PYSNMP])
@pytest.mark.parametrize("level", list(LEVELS))
async def test_at_the_socket_an_snmp_agent_sees_reads_only(level: str, engine: str) -> None:
    credential = LEVELS[level]
    users = (credential,) if isinstance(credential, UsmCredential) else ()
    agent = SimulatedAgent(read(CAPTURES / "apc-rpdu2.capture"), users=users)
    client = OwnClient()
    road = Road({Protocol.SNMP: SnmpCollector(client)}, pack())
    try:
        async with taps.tapped(await agent.start()) as (tap, port):
            target = Target("t", "127.0.0.1", Protocol.SNMP, credential, port, engine=engine)
            poll = await road.poll(target)
            await SnmpRecorder(client, target, recording.Recording()).run()
            await road.close()
    finally:
        agent.close()
    assert poll.health is Health.UP
    kinds = {taps.snmp_kind(datagram) for datagram in tap.sent}
    assert kinds <= set(messages.SENT)
    assert messages.GET in kinds
    assert (messages.GETBULK in kinds) is (level != "v1")
    assert agent.writes == 0


@pytest.mark.parametrize("name", ["huawei-ibmc-snmp", "raritan-px", "rfc1628-ups"])
async def test_an_snmp_agent_is_never_sent_a_set(name: str) -> None:
    agent = SimulatedAgent(read(CAPTURES / f"{name}.capture"))
    client = OwnClient()
    road = Road({Protocol.SNMP: SnmpCollector(client)}, pack())
    credential = CommunityCredential("c", Secret("public"))
    target = Target("t", "127.0.0.1", Protocol.SNMP, credential, await agent.start())
    try:
        poll = await road.poll(target)
        await SnmpRecorder(client, target, recording.Recording()).run()
    finally:
        await road.close()
        agent.close()
    assert poll.health is not Health.DOWN
    assert agent.requests > 0
    assert agent.writes == 0


def test_no_other_kind_of_pdu_can_be_written() -> None:
    assert set(messages.SENT.values()) == {
        "GetRequest-PDU",
        "GetNextRequest-PDU",
        "GetBulkRequest-PDU",
    }
    for kind in range(0x100):
        if kind not in messages.SENT:
            with pytest.raises(NotRead, match=f"SNMP PDU {kind:02x}h"):
                messages.pdu(kind, 1, ((1, 3, 6, 1),), 0, 0)
    speaker = messages.Community(CommunityCredential("c", Secret("public")))
    with pytest.raises(NotRead, match="SNMP PDU a3h"):
        speaker.question(0xA3, ((1, 3, 6, 1),), 0)
