"""Secrets are planted everywhere they belong, and looked for everywhere else."""

from __future__ import annotations

import asyncio
import os
import sys
import tarfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from model.credentials import Secret, UsmCredential
from simulators.bmc import SimulatedBmc
from simulators.bmc_sessions import BmcUser
from simulators.snmp_agent import SimulatedAgent
from tests.real.agent_process import (
    HEAD,
    Agent,
    capture,
    configuration,
    running,
    secret,
    target,
)

PLANTED = {
    "bmc": "Bmc-7h3-Pa55word",
    "refused": "Refused-0ne-9x",
    "community": "c0mmun1ty-pl4nted",
    "auth": "auth-Phr4se-planted",
    "priv": "priv-Phr4se-planted",
    "environment": "env-Pl4nted-word",
}
CREDENTIALS = """
[credentials.refused]
type = "ipmi"
username = "monitor"
password = "file:refused"
[credentials.community]
type = "snmp-community"
community = "file:community"
[credentials.v3]
type = "snmp-v3"
username = "monitor"
auth_protocol = "sha256"
auth_password = "file:auth"
priv_protocol = "aes"
priv_password = "file:priv"
[credentials.environment]
type = "snmp-community"
community = "env:PLANTED_COMMUNITY"
"""
BMC = "huawei-ibmc"


@asynccontextmanager
async def devices() -> AsyncIterator[Mapping[str, int]]:
    """One device per secret; the port of each."""
    user = UsmCredential(
        *("v3", "monitor", "sha256", Secret(PLANTED["auth"]), "aes", Secret(PLANTED["priv"]))
    )
    of_bmc = (BmcUser("monitor", PLANTED["bmc"]),)
    found: dict[str, SimulatedBmc | SimulatedAgent] = {
        "bmc": SimulatedBmc(capture(BMC), of_bmc),
        "refused": SimulatedBmc(capture(BMC), of_bmc),
        "community": SimulatedAgent(capture("apc-rpdu2"), (PLANTED["community"],)),
        "v3": SimulatedAgent(capture("apc-rpdu2"), (), (user,)),
        "environment": SimulatedAgent(capture("apc-rpdu2"), (PLANTED["environment"],)),
    }
    try:
        yield {name: await device.start() for name, device in found.items()}
    finally:
        for device in found.values():
            device.close()


def configured(directory: Path, ports: Mapping[str, int]) -> Path:
    targets = [
        target(f"t-{name}", port, name, "ipmi" if name in ("bmc", "refused") else "snmp")
        for name, port in ports.items()
    ]
    file = configuration(directory, CREDENTIALS, *targets, head=HEAD)
    for name in ("refused", "community", "auth", "priv"):
        secret(directory / name, PLANTED[name])
    secret(directory / "secret", PLANTED["bmc"])
    return file


def leaks(text: str | bytes) -> list[str]:
    """The planted secrets that a text holds, as they are or in hexadecimal digits."""
    whole = text if isinstance(text, bytes) else text.encode()
    looked_for = {name: word.encode() for name, word in PLANTED.items()}
    return [
        name
        for name, word in looked_for.items()
        if word in whole or word.hex().encode() in whole.lower()
    ]


async def watched(pid: int, seen: set[bytes]) -> None:
    """Collects the command lines of a process and its children until cancelled."""
    while True:
        for one in (str(pid), *children(pid)):
            try:
                seen.add(Path(f"/proc/{one}/cmdline").read_bytes())
            except OSError:
                continue
        await asyncio.sleep(0.01)


def children(pid: int) -> list[str]:
    try:
        tasks = Path(f"/proc/{pid}/task").iterdir()
        return [c for t in tasks for c in (t / "children").read_text().split()]
    except OSError:
        return []


async def pages(agent: Agent) -> str:
    """Everything that it serves."""
    paths = ("/", "/metrics", "/sd", "/probe?target=t-bmc", "/probe?target=t-v3", "/nowhere")
    return "".join([(await agent.get(path))[1] for path in paths])


async def test_an_agent_gives_no_secret_away(tmp_path: Path) -> None:
    os.environ["PLANTED_COMMUNITY"] = PLANTED["environment"]
    try:
        async with devices() as ports:
            file = configured(tmp_path, ports)
            async with running(file, "--log.level", "debug") as agent:
                seen: set[bytes] = set()
                watching = asyncio.create_task(watched(agent.process.pid, seen))
                for name in ("t-bmc", "t-community", "t-v3", "t-environment"):
                    await agent.until_value("dcagent_target_up", name, 1.0)
                await agent.until_value("dcagent_credential_locked", "refused", 1.0)
                served = await pages(agent)
                bundle = await bundled(file, agent.port, tmp_path)
                watching.cancel()
                await agent.end()
    finally:
        del os.environ["PLANTED_COMMUNITY"]
    assert 'dcagent_node_power_watts{node="t-bmc"' in served
    assert leaks(served) == []
    assert len(agent.log) > 20
    assert leaks("\n".join(agent.log)) == []
    assert leaks(b"\n".join(seen)) == []
    assert {"config/dcagent.json", "metrics.prom", "doctor.txt"} <= bundle.keys()
    assert b"dcagent_node_power_watts{" in bundle["metrics.prom"]
    assert [name for name, text in bundle.items() if leaks(text)] == []
    names = (b"t-bmc", b"t-v3", b"127.0.0.1:%d" % ports["bmc"])
    assert [name for name, text in bundle.items() if any(n in text for n in names)] == []


async def bundled(file: Path, port: int, directory: Path) -> dict[str, bytes]:
    """The parts of a support bundle, made while the agent runs; its map and its own words too."""
    out = directory / "bundle.tar.gz"
    command = ("support-bundle", "--config", str(file), "--out", str(out), "--yes")
    told = await ran(*command, "--url", f"http://127.0.0.1:{port}")
    with tarfile.open(out) as archive:
        found = {
            member.name.partition("/")[2]: archive.extractfile(member).read()  # type: ignore[union-attr]
            for member in archive.getmembers()
        }
    assert leaks(told) == []
    assert leaks((directory / "bundle.tar.gz.map").read_bytes()) == []
    assert out.stat().st_mode & 0o777 == 0o600
    return found


async def ran(*words: str) -> bytes:
    """What a command says on both outputs; it has to end well."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "agent.cli.main", *words),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, output.decode()
    return output


async def test_a_recording_gives_no_secret_away(tmp_path: Path) -> None:
    async with devices() as ports:
        configured(tmp_path, ports)
        asked = {
            "bmc": ("--user", "monitor", "--password-file", "secret", "--protocol", "ipmi"),
            "community": ("--community-file", "community", "--protocol", "snmp"),
            "v3": (
                *("--user", "monitor", "--auth-protocol", "sha256", "--auth-password-file", "auth"),
                *("--priv-protocol", "aes", "--priv-password-file", "priv", "--protocol", "snmp"),
            ),
        }
        for name, options in asked.items():
            paths = [str(tmp_path / o) if (tmp_path / o).is_file() else o for o in options]
            file = tmp_path / f"{name}.capture"
            address = f"127.0.0.1:{ports[name]}"
            told = await ran("probe", address, *paths, "--record", str(file), "--fail-on", "fail")
            assert leaks(told) == []
            assert file.stat().st_size > 1000
            assert leaks(file.read_bytes()) == []
