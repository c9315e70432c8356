"""The agent only reads: what reaches a device is on this list, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectors import recording
from collectors.ipmi.collector import IpmiCollector
from collectors.ipmi.inband_channel import InbandConnector
from collectors.ipmi.lan import LanConnector
from collectors.ipmi.record import IpmiRecorder
from collectors.ipmi.replay import Answers
from collectors.poll import Road
from collectors.snmp.collector import SnmpCollector
from collectors.snmp.own_client import OwnClient
from collectors.snmp.record import SnmpRecorder
from hw_profiles.capture import read
from hw_profiles.load import pack
from model.credentials import CommunityCredential, IpmiCredential, Secret
from model.devices import Health, Protocol, Target
from simulators.bmc import SimulatedBmc
from simulators.bmc_sessions import Session
from simulators.snmp_agent import SimulatedAgent
from tests.unit.collectors.ipmi.fake_ipmi_driver import FakeDriver

CAPTURES = Path(__file__).parents[1] / "captures"
READS = {
    (0x00, 0x01): "Get Chassis Status",
    (0x04, 0x21): "Get Device SDR",
    (0x04, 0x20): "Get Device SDR Info",
    (0x04, 0x22): "Reserve Device SDR Repository",
    (0x04, 0x23): "Get Sensor Reading Factors",
    (0x04, 0x27): "Get Sensor Thresholds",
    (0x04, 0x2D): "Get Sensor Reading",
    (0x06, 0x01): "Get Device ID",
    (0x06, 0x04): "Get Self Test Results",
    (0x06, 0x08): "Get Device GUID",
    (0x06, 0x37): "Get System GUID",
    (0x06, 0x38): "Get Channel Authentication Capabilities",
    (0x06, 0x42): "Get Channel Info",
    (0x06, 0x54): "Get Channel Cipher Suites",
    (0x0A, 0x10): "Get FRU Inventory Area Info",
    (0x0A, 0x11): "Read FRU Data",
    (0x0A, 0x20): "Get SDR Repository Info",
    (0x0A, 0x22): "Reserve SDR Repository",
    (0x0A, 0x23): "Get SDR",
    (0x0A, 0x40): "Get SEL Info",
    (0x0A, 0x43): "Get SEL Entry",
    (0x0C, 0x02): "Get LAN Configuration Parameters",
    (0x2C, 0x01): "Get DCMI Capabilities Info",
    (0x2C, 0x02): "Get Power Reading (DCMI)",
}
OF_THE_SESSION = {(0x06, 0x3B): "Set Session Privilege Level", (0x06, 0x3C): "Close Session"}


class Recording(SimulatedBmc):
    """A BMC that writes down what it was asked."""

    asked: set[tuple[int, int]]

    def command(self, netfn: int, command: int, data: bytes, lun: int, of: Session | None) -> bytes:
        self.asked.add((netfn, command))
        return super().command(netfn, command, data, lun, of)


@pytest.mark.parametrize("name", ["generic-ipmi", "huawei-ibmc", "inspur", "h3c-hdm"])
async def test_a_bmc_is_only_read_also_where_it_is_recorded(name: str) -> None:
    bmc = Recording(read(CAPTURES / f"{name}.capture"))
    bmc.asked = set()
    port = await bmc.start()
    collector = IpmiCollector(LanConnector())
    road = Road({Protocol.IPMI: collector}, pack())
    login = IpmiCredential("c", "monitor", Secret("monitor-pass"))
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
    assert {(0x04, 0x2D), (0x04, 0x27), (0x0A, 0x43)} <= bmc.asked
    assert bmc.asked - READS.keys() - OF_THE_SESSION.keys() == set()


async def test_the_hosts_own_bmc_is_only_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = Answers(read(CAPTURES / "generic-ipmi.capture"))
    kernel = FakeDriver(tmp_path, answers.answer).install(monkeypatch)
    road = Road({Protocol.IPMI: IpmiCollector(InbandConnector(root=tmp_path))}, pack())
    try:
        poll = await road.poll(Target("t", "/dev/ipmi0", Protocol.IPMI))
    finally:
        await road.close()
    assert poll.health is not Health.DOWN
    assert (0x06, 0x42) in kernel.asked
    assert set(kernel.asked) - READS.keys() == set()


@pytest.mark.parametrize("name", ["apc-rpdu2", "huawei-ibmc-snmp", "raritan-px", "rfc1628-ups"])
async def test_an_snmp_agent_is_never_sent_a_set(name: str) -> None:
    agent = SimulatedAgent(read(CAPTURES / f"{name}.capture"))
    port = await agent.start()
    client = OwnClient()
    road = Road({Protocol.SNMP: SnmpCollector(client)}, pack())
    target = Target(
        "t", "127.0.0.1", Protocol.SNMP, CommunityCredential("c", Secret("public")), port
    )
    try:
        poll = await road.poll(target)
        await SnmpRecorder(client, target, recording.Recording()).run()
    finally:
        await road.close()
        agent.close()
    assert poll.health is not Health.DOWN
    assert agent.requests > 0
    assert agent.writes == 0
