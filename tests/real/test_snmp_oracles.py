"""Our client, pysnmp and net-snmp read the same: every capture, every profile, every algorithm."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from collectors.poll import Road
from collectors.protocol import silent
from collectors.snmp.collector import SnmpCollector
from collectors.snmp.own_client import OwnClient
from hw_profiles import capture
from hw_profiles.load import pack
from model.credentials import CommunityCredential, Secret, UsmCredential
from model.devices import Identity, Protocol, Target
from model.raw import Plan, Raw, Value
from model.readings import Fault, Outcome
from simulators.snmp_agent import SimulatedAgent
from tests.real import net_snmp

pytestmark = pytest.mark.peer("snmpd", "snmpbulkwalk")

CAPTURES = Path(__file__).parents[1] / "captures"
NAMES = sorted(
    path.stem for path in CAPTURES.glob("*.capture") if "\nipmi|" not in path.read_text("utf-8")
)
PUBLIC = CommunityCredential("public", Secret("public"))
SOME = ("sha", "sha512")
PACK = pack()


def user(auth: str, priv: str) -> UsmCredential:
    name = f"{auth}-{priv}"
    return UsmCredential(name, name, auth, Secret("auth-pass"), priv, Secret("priv-pass"))


USERS = [
    *(user(auth, "aes") for auth in net_snmp.AUTHENTICATIONS),
    *(user(auth, priv) for auth in SOME for priv in ("aes192", "aes256")),
]


def target(port: int, credential: CommunityCredential | UsmCredential, engine: str = "") -> Target:
    return Target(
        f"device {engine}", "127.0.0.1", Protocol.SNMP, credential, port,
        timeout=3, retries=1, engine=engine,
    )  # fmt: skip


async def walked(collector: SnmpCollector, asked: Target) -> dict[str, Value | Fault]:
    identity = await collector.identify(asked, (), silent)
    assert isinstance(identity, Identity), identity
    raw = await collector.fetch(asked, identity, Plan(walks=("1.3",)))
    assert isinstance(raw, Raw), raw
    return dict(raw.values)


async def outcomes(road: Road, asked: Target) -> tuple[str, tuple[Outcome, ...]]:
    poll = await road.poll(asked)
    return poll.profile, poll.outcomes


@pytest.mark.parametrize("name", NAMES)
async def test_a_capture_is_read_alike_by_all_three(name: str, tmp_path: Path) -> None:
    recorded = capture.read(CAPTURES / f"{name}.capture")
    agent = SimulatedAgent(recorded)
    port = await agent.start()
    collector = SnmpCollector(OwnClient())
    road = Road({Protocol.SNMP: SnmpCollector(OwnClient())}, PACK)
    try:
        theirs = await asyncio.to_thread(net_snmp.walk, tmp_path, port, PUBLIC, "1.3")
        ours = await walked(collector, target(port, PUBLIC))
        pysnmps = await walked(collector, target(port, PUBLIC, "pysnmp"))
        profile, read = await outcomes(road, target(port, PUBLIC))
        other = await outcomes(road, target(port, PUBLIC, "pysnmp"))
    finally:
        await road.close()
        await collector.close()
        agent.close()
    assert len(theirs) == len(recorded.objects)
    assert ours == theirs
    assert pysnmps == theirs
    assert profile
    assert any(outcome.sensor for outcome in read)
    assert other == (profile, read)


@pytest.mark.parametrize("credential", USERS, ids=lambda c: c.name)
async def test_net_snmp_speaks_each_algorithm_with_our_agent(
    credential: UsmCredential, tmp_path: Path
) -> None:
    recorded = capture.read(CAPTURES / "rfc1628-ups.capture")
    agent = SimulatedAgent(recorded, users=(credential,))
    port = await agent.start()
    collector = SnmpCollector(OwnClient())
    try:
        theirs = await asyncio.to_thread(net_snmp.walk, tmp_path, port, credential, "1.3")
        ours = await walked(collector, target(port, credential))
        pysnmps = await walked(collector, target(port, credential, "pysnmp"))
    finally:
        await collector.close()
        agent.close()
    assert len(theirs) == len(recorded.objects)
    assert ours == theirs
    assert pysnmps == theirs


DES = user("sha", "des")
SNMPD = """sysDescr real agent
sysObjectID 1.3.6.1.4.1.318.1.3.4.6
sysName snmpd-2
override .1.3.6.1.4.1.99999.1.1 integer -7
override .1.3.6.1.4.1.99999.1.2 counter 4294967295
override .1.3.6.1.4.1.99999.1.3 uinteger 4294967261
override .1.3.6.1.4.1.99999.1.4 octet_str "Outlet 4"
override .1.3.6.1.4.1.99999.1.5 octet_str 0xb5e7c1f7"""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    settings = (SNMPD, *net_snmp.users((*USERS, DES)))
    with net_snmp.snmpd(tmp_path_factory.mktemp("snmpd"), settings) as number:
        yield number


VALUES = {
    "1.3.6.1.4.1.99999.1.1": -7,
    "1.3.6.1.4.1.99999.1.2": 4294967295,
    "1.3.6.1.4.1.99999.1.3": 4294967261,
    "1.3.6.1.4.1.99999.1.4": "Outlet 4",
    "1.3.6.1.4.1.99999.1.5": "电流",
}


@pytest.mark.parametrize("engine", ["", "pysnmp"], ids=["own", "pysnmp"])
@pytest.mark.parametrize("credential", [*USERS, DES], ids=lambda c: c.name)
async def test_snmpd_answers_each_algorithm(
    credential: UsmCredential, engine: str, port: int
) -> None:
    collector = SnmpCollector(OwnClient())
    asked = target(port, replace(credential, name="c"), engine)
    try:
        identity = await collector.identify(asked, (), silent)
        assert isinstance(identity, Identity), identity
        raw = await collector.fetch(asked, identity, Plan(walks=("1.3.6.1.4.1.99999.1",)))
    finally:
        await collector.close()
    assert identity.sys_name == "snmpd-2"
    assert isinstance(raw, Raw), raw
    assert raw.values == VALUES
