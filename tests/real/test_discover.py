"""Discovery against peers that are not ours, and theirs against our simulated BMC."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from collectors.discovery.sweep import Manner, Ports, Sweep
from hw_profiles.capture import read
from model.sightings import Presence, Sighting
from simulators.bmc import SimulatedBmc
from tests.real import ipmi_sim, net_snmp
from tests.real.test_probe import dcagent
from tests.unit.agent.probe_devices import answering

CAPTURES = Path(__file__).parents[1] / "captures"
PATH = "/usr/sbin:/usr/local/sbin:/usr/bin:/bin"


def free_port(kind: socket.SocketKind = socket.SOCK_DGRAM) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def seen(address: str, where: Ports) -> Sighting:
    sweep = Sweep(Manner(ports=where, timeout=2))
    await sweep.run([address])
    return sweep.seen[address]


def unused() -> Ports:
    return Ports(*(free_port(k) for k in (*[socket.SOCK_DGRAM] * 2, *[socket.SOCK_STREAM] * 2)))


@pytest.mark.peer("ipmi_sim")
def test_ipmi_sim_is_found_and_with_a_login_named(tmp_path: Path) -> None:
    out = tmp_path / "found.csv"
    none = unused()
    with ipmi_sim.fleet(tmp_path, "127.0.78.1", 3) as fleet:
        where = ("127.0.78.0/29", "--ipmi-port", str(fleet.port), "--snmp-port", str(none.snmp),
                 "--https-port", str(none.https), "--lang", "en")  # fmt: skip
        blind = dcagent("discover", *where)
        ran = dcagent(
            "discover", *where, "--out", str(out), "--user", "mon", DCAGENT_PASSWORD="mon-pass"
        )
    assert blind.returncode == 0, blind.stdout + blind.stderr
    assert re.search(r"unknown +BMC +3 +generic-ipmi +password", blind.stdout)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.search(r"Huawei +BMC +3 +huawei-ibmc +-\n", ran.stdout)
    rows = out.read_text(encoding="utf-8-sig").splitlines()
    assert "server,Huawei,TaiShan 2280 V2,2106195YST000001,huawei-ibmc,IPMI 2.0" in rows[2]


@pytest.mark.peer("ipmi_sim")
async def test_ipmi_sim_answers_the_ping_and_the_command(tmp_path: Path) -> None:
    with ipmi_sim.fleet(tmp_path, "127.0.79.1") as fleet:
        found = await seen("127.0.79.1", Ports(fleet.port, *[unused().snmp] * 3))
    assert found.presence == Presence(pong=True, ipmi=True, version2=True)


@contextmanager
def snmpd(place: Path, port: int, *lines: str) -> Iterator[None]:
    """net-snmp's agent on 127.0.0.1; what it keeps lies in `place`."""
    program = shutil.which("snmpd", path=PATH)
    assert program is not None
    settings = place / "agent.conf"
    text = "\n".join((f"agentaddress udp:127.0.0.1:{port}", "rocommunity site 127.0.0.1", *lines))
    settings.write_text(f"{text}\n", encoding="utf-8")
    command = (program, "-f", "-Le", "-C", "-c", str(settings))
    process = subprocess.Popen(
        command, env=net_snmp.environment(place), stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        process.kill()
        process.wait()


async def patiently(port: int) -> Sighting:
    """What snmpd shows once it is up."""
    for _ in range(40):
        sweep = Sweep(Manner(ports=Ports(unused().ipmi, port, unused().https), timeout=1))
        await sweep.run(["127.0.0.1"])
        if "127.0.0.1" in sweep.seen:
            return sweep.seen["127.0.0.1"]
        time.sleep(0.1)
    raise TimeoutError("snmpd does not answer")


@pytest.mark.peer("snmpd")
async def test_snmpd_tells_the_engine_id_that_it_keeps(tmp_path: Path) -> None:
    port = free_port()
    with snmpd(tmp_path, port):
        found = await patiently(port)
        kept = (tmp_path / "snmpd.conf").read_text(encoding="utf-8")
    (engine,) = re.findall(r"^oldEngineID 0x([0-9a-f]+)$", kept, re.MULTILINE)
    assert found.engine_id.hex() == engine
    assert found.engine_id[:4].hex() == "80001f88"


@pytest.mark.peer("snmpd", "snmpbulkwalk")
async def test_snmpd_with_a_vendors_engine_id_is_that_vendors(tmp_path: Path) -> None:
    port, none = free_port(), unused()
    with snmpd(tmp_path, port, "exactEngineID 0x800035ae0470782d31"):
        assert (await patiently(port)).engine_id == b"\x80\x00\x35\xae\x04px-1"
        ran = dcagent(
            "discover", "127.0.0.1", "--snmp-port", str(port), "--ipmi-port", str(none.ipmi),
            "--https-port", str(none.https), "--lang", "en", DCAGENT_COMMUNITY="site",
        )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "login tried at 1" in ran.stdout
    # let in, it is no PDU that a profile knows: what it is like is worth recording
    assert re.search(r"Raritan +PDU +1 +- +dcagent probe --record, then profiles new", ran.stdout)


@pytest.mark.peer("openssl")
async def test_a_certificate_is_read_as_openssl_reads_it(tmp_path: Path) -> None:
    key, certificate = tmp_path / "k.pem", tmp_path / "c.pem"
    subject = "/C=CN/O=华为技术有限公司/OU=Server/CN=iBMC"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-utf8", "-subj", subject,
         "-days", "30", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    port = free_port(socket.SOCK_STREAM)
    process = subprocess.Popen(
        ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-www", "-quiet",
         "-cert", str(certificate), "-key", str(key)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(50):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        none = unused()
        found = await seen("127.0.0.1", Ports(none.ipmi, none.snmp, port, none.oob))
    finally:
        process.kill()
        process.wait()
    assert found.web is not None
    assert found.web.certificate is not None
    told = "".join(f"/{name}={text}" for name, text in found.web.certificate.subject)
    assert told == subject
    assert found.web.root is None


@pytest.mark.peer("rmcpping", "ipmiping")
def test_freeipmi_pings_our_simulated_bmc() -> None:
    """FreeIPMI knows port 623 alone, which takes root to bind."""
    simulated = SimulatedBmc(read(CAPTURES / "inspur.capture"))
    try:
        with answering(Fixed(simulated), "127.43.0.1"):
            pong = freeipmi("rmcpping", "-v")
            command = freeipmi("ipmiping", "-v", "-r", "2.0")
    except PermissionError:
        pytest.skip("port 623 takes root to bind")
    assert re.search(r"pong received from 127\.43\.0\.1: message_tag=\d+, ipmi supported", pong)
    assert "1 pongs received in time, 0.0% packet loss" in pong
    assert "ipmi_v1.5=clear ipmi_v2.0=set" in command
    assert "1 responses received in time, 0.0% packet loss" in command


class Fixed:
    """A BMC on the registered port."""

    def __init__(self, simulated: SimulatedBmc) -> None:
        self._simulated = simulated

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        return await self._simulated.start(host, port or 623)

    def close(self) -> None:
        self._simulated.close()


def freeipmi(program: str, *words: str) -> str:
    found = shutil.which(program, path=PATH)
    assert found is not None
    return subprocess.run(
        [found, "-c", "1", "-t", "5", *words, "127.43.0.1"],
        capture_output=True, text=True, timeout=30, check=True,
    ).stdout  # fmt: skip
