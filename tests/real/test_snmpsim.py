"""The collector against snmpsim, which serves our captures."""

from __future__ import annotations

import asyncio
import getpass
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from collectors.protocol import silent
from collectors.snmp.collector import SnmpCollector
from collectors.snmp.own_client import OwnClient
from hw_profiles import capture
from model.credentials import CommunityCredential, Secret, UsmCredential
from model.devices import Identity, Protocol, Target
from model.raw import Plan, Raw
from tests.real import net_snmp
from tests.real.test_snmp_oracles import CAPTURES, NAMES
from tests.real.test_snmpd import MONITOR

pytestmark = pytest.mark.peer("snmpbulkwalk")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("snmpsim")


@pytest.fixture(scope="module")
def port(place: Path) -> Iterator[int]:
    data = place / "data"
    data.mkdir()
    for name in NAMES:
        recorded = replace(capture.read(CAPTURES / f"{name}.capture"), header={})
        (data / f"{name}.snmprec").write_text(capture.render(recorded), encoding="utf-8")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        number = int(probe.getsockname()[1])
    log = place / "log"
    with log.open("w") as out:
        responder = subprocess.Popen(_command(place, number), stdout=out, stderr=out, cwd=place)
    try:
        begun = time.monotonic()
        while "Listening at" not in log.read_text():
            assert responder.poll() is None, log.read_text()[-2000:]
            assert time.monotonic() - begun < 40, log.read_text()[-2000:]
            time.sleep(0.1)
        yield number
    finally:
        responder.terminate()
        responder.wait(10)


def _command(place: Path, port: int) -> list[str]:
    """As root snmpsim wants a user to become; another one may not read the interpreter."""
    start = "from snmpsim.commands.responder import main; main()"
    words = [sys.executable, "-W", "ignore", "-c", start]
    if os.geteuid() == 0:
        words += [f"--process-user={getpass.getuser()}", "--process-group=root"]
    words += [f"--data-dir={place / 'data'}", f"--cache-dir={place / 'cache'}"]
    words += ["--v3-user=monitor", "--v3-auth-key=auth-pass", "--v3-auth-proto=SHA256"]
    words += ["--v3-priv-key=priv-pass", "--v3-priv-proto=AES"]
    return [*words, f"--agent-udpv4-endpoint=127.0.0.1:{port}"]


@pytest.fixture
async def collector() -> AsyncIterator[SnmpCollector]:
    made = SnmpCollector(OwnClient())
    yield made
    await made.close()


async def walked(
    collector: SnmpCollector, port: int, credential: CommunityCredential | UsmCredential
) -> dict[str, object]:
    asked = Target("sim", "127.0.0.1", Protocol.SNMP, credential, port, timeout=3, retries=1)
    identity = await collector.identify(asked, (), silent)
    assert isinstance(identity, Identity), identity
    raw = await collector.fetch(asked, identity, Plan(walks=("1.3",)))
    assert isinstance(raw, Raw), raw
    return dict(raw.values)


@pytest.mark.parametrize("name", NAMES)
async def test_each_capture_is_read_alike(
    collector: SnmpCollector, port: int, place: Path, name: str
) -> None:
    credential = CommunityCredential(name, Secret(name))
    theirs = await asyncio.to_thread(net_snmp.walk, place, port, credential, "1.3")
    ours = await walked(collector, port, credential)
    assert len(theirs) == len(capture.read(CAPTURES / f"{name}.capture").objects)
    assert ours == theirs


async def test_a_context_of_version_3_is_read_alike(
    collector: SnmpCollector, port: int, place: Path
) -> None:
    credential = replace(MONITOR, context="rfc1628-ups")
    theirs = await asyncio.to_thread(net_snmp.walk, place, port, credential, "1.3")
    assert theirs["1.3.6.1.2.1.33.1.2.3.0"] == 4294967295
    assert await walked(collector, port, credential) == theirs
