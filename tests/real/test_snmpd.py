"""The collector against net-snmp's snmpd, and net-snmp's tools against our simulated agent."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
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
CONFIGURATION = """
agentaddress udp:127.0.0.1:{port}
sysDescr real agent
sysObjectID 1.3.6.1.4.1.318.1.3.4.6
sysName snmpd-1
rocommunity public 127.0.0.1
createUser monitor SHA-256 auth-pass AES priv-pass
rouser monitor authpriv
"""
_TYPES = {
    2: "integer",
    4: "octet_str",
    6: "object_id",
    65: "counter",
    66: "uinteger",
    67: "timeticks",
}
BELOW = "1.3.6.1.4.1.318.1.1.26"


def overrides() -> Iterator[str]:
    """The APC capture below its own subtree, as snmpd's `override` lines."""
    for thing in capture.read(CAPTURES / "apc-rpdu2.capture").objects:
        oid, value = ".".join(map(str, thing.oid)), thing.value.decode()
        if oid.startswith(f"{BELOW}."):
            text = f'"{value}"' if thing.tag == 4 else value
            yield f"override .{oid} {_TYPES[thing.tag]} {text}"


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("snmpd")


@pytest.fixture(scope="module")
def port(place: Path) -> Iterator[int]:
    number = free_port()
    settings = place / "agent.conf"
    settings.write_text(CONFIGURATION.format(port=number) + "\n".join(overrides()) + "\n")
    program = shutil.which("snmpd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    assert program
    with (place / "log").open("w") as log:
        daemon = subprocess.Popen(
            [program, "-f", "-Lo", "-C", "-c", str(settings), "-p", str(place / "pid")],
            env=net_snmp.environment(place),
            stdout=log,
            stderr=log,
        )
    try:
        begun = time.monotonic()
        while "NET-SNMP version" not in (place / "log").read_text():
            assert daemon.poll() is None, (place / "log").read_text()
            assert time.monotonic() - begun < 10
            time.sleep(0.05)
        yield number
    finally:
        daemon.terminate()
        daemon.wait(10)


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
