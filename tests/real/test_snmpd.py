"""The collector against net-snmp's snmpd, and net-snmp's tools against our simulated agent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collectors.protocol import silent
from collectors.snmp.collector import SnmpCollector
from collectors.snmp.own_client import OwnClient
from hw_profiles import capture
from model.credentials import CommunityCredential, Secret, UsmCredential
from model.devices import Identity, Protocol, Target
from model.raw import Plan, Raw
from model.readings import Fault, Reason
from simulators.snmp_agent import SimulatedAgent
from tests.real import net_snmp

pytestmark = pytest.mark.peer("snmpd", "snmpbulkwalk")

CAPTURES = Path(__file__).parents[1] / "captures"
NAMES = ("apc-rpdu2", "huawei-ibmc-snmp", "raritan-px", "rfc1628-ups")
PUBLIC = CommunityCredential("public", Secret("public"))
PUBLIC_V1 = CommunityCredential("public", Secret("public"), "1")
MONITOR = UsmCredential(
    "monitor", "monitor", "sha256", Secret("auth-pass"), "aes", Secret("priv-pass")
)
CONFIGURATION = """sysDescr real agent
sysObjectID 1.3.6.1.4.1.318.1.3.4.6
sysName snmpd-1
rocommunity public"""
_TYPES = {
    2: "integer",
    4: "octet_str",
    6: "object_id",
    65: "counter",
    66: "uinteger",
    67: "timeticks",
}
BELOW = "1.3.6.1.4.1.318.1.1.26"
HOSTS = tuple(f"127.0.7.{n}" for n in range(1, 41))
"""Where one snmpd stands for a fleet."""


def overrides() -> Iterator[str]:
    """The APC capture below its own subtree, as snmpd's `override` lines."""
    for thing in capture.read(CAPTURES / "apc-rpdu2.capture").objects:
        oid, value = ".".join(map(str, thing.oid)), thing.value.decode()
        if oid.startswith(f"{BELOW}."):
            text = f'"{value}"' if thing.tag == 4 else value
            yield f"override .{oid} {_TYPES[thing.tag]} {text}"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("snmpd")


@pytest.fixture(scope="module")
def port(place: Path) -> Iterator[int]:
    settings = (CONFIGURATION, *net_snmp.users([MONITOR]), *overrides())
    with net_snmp.snmpd(place, settings, ("127.0.0.1", *HOSTS)) as number:
        yield number


@pytest.fixture
async def collector() -> AsyncIterator[SnmpCollector]:
    made = SnmpCollector(OwnClient())
    yield made
    await made.close()


def target(port: int, credential: CommunityCredential | UsmCredential) -> Target:
    return Target("agent", "127.0.0.1", Protocol.SNMP, credential, port, timeout=1, retries=1)


async def walked(collector: SnmpCollector, asked: Target, below: str) -> dict[str, object]:
    identity = await collector.identify(asked, (below,), silent)
    assert isinstance(identity, Identity), identity
    raw = await collector.fetch(asked, identity, Plan(walks=(below,)))
    assert isinstance(raw, Raw), raw
    return dict(raw.values)


@pytest.mark.parametrize(
    "credential", [PUBLIC_V1, PUBLIC, MONITOR], ids=["v1", "v2c", "v3-sha256-aes"]
)
async def test_snmpd_gives_us_what_it_gives_snmpbulkwalk(
    collector: SnmpCollector,
    port: int,
    place: Path,
    credential: CommunityCredential | UsmCredential,
) -> None:
    theirs = await asyncio.to_thread(net_snmp.walk, place, port, PUBLIC, BELOW)
    ours = await walked(collector, target(port, credential), BELOW)
    assert len(theirs) > 390
    assert ours == theirs


async def test_snmpd_is_identified(collector: SnmpCollector, port: int) -> None:
    identity = await collector.identify(target(port, MONITOR), (BELOW, "1.3.6.1.2.1.33"), silent)
    assert isinstance(identity, Identity)
    assert identity.sys_object_id == "1.3.6.1.4.1.318.1.3.4.6"
    assert (identity.sys_descr, identity.sys_name) == ("real agent", "snmpd-1")
    assert identity.answered == {BELOW}


@pytest.mark.parametrize(
    ("credential", "reason"),
    [
        (CommunityCredential("wrong", Secret("wrong")), Reason.COMMUNITY_REFUSED),
        (UsmCredential("x", "stranger", "sha256", Secret("auth-pass")), Reason.V3_UNKNOWN_USER),
        (UsmCredential("x", "monitor", "sha256", Secret("another-pass")), Reason.V3_WRONG_DIGEST),
        (
            UsmCredential(
                "x", "monitor", "sha256", Secret("auth-pass"), "aes", Secret("another-key")
            ),
            Reason.V3_WRONG_KEY,
        ),
        (UsmCredential("x", "monitor", "sha256", Secret("auth-pass")), Reason.V3_LEVEL_REFUSED),
    ],
)
async def test_snmpd_refuses_as_our_simulated_agent_does(
    collector: SnmpCollector,
    port: int,
    credential: CommunityCredential | UsmCredential,
    reason: Reason,
) -> None:
    found = await collector.identify(target(port, credential), (), silent)
    assert isinstance(found, Fault)
    assert found.reason is reason


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("credential", [PUBLIC, MONITOR], ids=["v2c", "v3"])
async def test_snmpbulkwalk_reads_our_simulated_agent(
    collector: SnmpCollector,
    place: Path,
    name: str,
    credential: CommunityCredential | UsmCredential,
) -> None:
    recorded = capture.read(CAPTURES / f"{name}.capture")
    agent = SimulatedAgent(recorded, users=(MONITOR,))
    port = await agent.start()
    try:
        theirs = await asyncio.to_thread(net_snmp.walk, place, port, credential, "1.3")
        ours = await walked(collector, target(port, credential), "1.3")
    finally:
        agent.close()
    assert len(theirs) == len(recorded.objects)
    assert ours == theirs


async def test_a_fleet_of_parallel_walks_is_read_whole(
    collector: SnmpCollector, port: int, place: Path
) -> None:
    """40 addresses × v2c and v3, all at once; then again, as it is polled."""
    theirs = await asyncio.to_thread(net_snmp.walk, place, port, PUBLIC, BELOW)
    asked = [
        replace(
            target(port, credential), name=f"{host} {credential.name}", address=host, timeout=20
        )
        for host in HOSTS
        for credential in (PUBLIC, MONITOR)
    ]
    for _ in range(2):
        found = await asyncio.gather(*(walked(collector, each, BELOW) for each in asked))
        assert found == [theirs] * len(asked)


HR_DATE, LO_ADDRESS = "1.3.6.1.2.1.25.1.2.0", "1.3.6.1.2.1.4.20.1.1.127.0.0.1"
LOAD_TEXT, LOAD_FLOAT = "1.3.6.1.4.1.2021.10.1.3.1", "1.3.6.1.4.1.2021.10.1.6.1"
HC_OCTETS, OCTETS = "1.3.6.1.2.1.31.1.1.1.6.1", "1.3.6.1.2.1.2.2.1.10.1"


@pytest.mark.parametrize("engine", ["", "pysnmp"], ids=["own", "pysnmp"])
async def test_types_that_only_a_real_agent_has_are_decoded(
    collector: SnmpCollector, port: int, engine: str
) -> None:
    """Opaque floats, DateAndTime, IpAddress and Counter64, out of snmpd's own MIBs."""
    asked = replace(target(port, MONITOR), engine=engine, timeout=5)
    identity = await collector.identify(asked, (), silent)
    assert isinstance(identity, Identity), identity
    gets = (HR_DATE, LO_ADDRESS, LOAD_TEXT, LOAD_FLOAT, OCTETS, HC_OCTETS)
    raw = await collector.fetch(asked, identity, Plan(gets=gets))
    assert isinstance(raw, Raw), raw
    date, address, text, load, octets, counter = (raw.values[oid] for oid in gets)
    assert address == "127.0.0.1"
    assert isinstance(load, float)
    assert isinstance(text, str)
    assert float(text) == pytest.approx(load, abs=0.006)
    assert isinstance(date, str)
    assert abs(datetime.fromisoformat(date) - datetime.now(UTC)) < timedelta(seconds=10)
    assert isinstance(counter, int)
    assert counter % (1 << 32) == octets
