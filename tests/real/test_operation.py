"""What docs/operation.md says of rotation, damage and a full disk, held to a running agent."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tarfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from model.credentials import Secret, UsmCredential
from simulators.bmc import SimulatedBmc
from simulators.bmc_sessions import BmcUser
from simulators.snmp_agent import SimulatedAgent
from tests.certificates import Authority
from tests.real.agent_process import HEAD, Agent, capture, configuration, running, secret, target

UP = "dcagent_target_up"
JOULES = "dcagent_node_energy_joules_total"
GAP = "dcagent_node_energy_gap_seconds_total"
LOCKED = "dcagent_credential_locked"
OLD, NEW = BmcUser("monitor", "monitor-pass"), BmcUser("monitor2", "monitor-pass-2")
SECOND = """\
[credentials.bmc2]
type = "ipmi"
username = "monitor2"
password = "file:secret2"
"""


@asynccontextmanager
async def bmcs(number: int, *users: BmcUser) -> AsyncIterator[list[tuple[SimulatedBmc, int]]]:
    """BMCs and their ports."""
    found = [SimulatedBmc(capture("huawei-ibmc"), users) for _ in range(number)]
    try:
        yield [(bmc, await bmc.start()) for bmc in found]
    finally:
        for bmc in found:
            bmc.close()


async def reload(agent: Agent) -> None:
    """SIGHUP, until it is taken."""
    agent.log.clear()
    agent.process.send_signal(signal.SIGHUP)
    await agent.until_said("event=reload by=SIGHUP result=ok")


async def all_up(agent: Agent, number: int) -> None:
    for each in range(number):
        await agent.until_value(UP, f"n{each}", 1.0)


async def test_a_second_user_takes_over_without_a_gap(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    secret(tmp_path / "secret2", "monitor-pass-2")
    async with bmcs(4, OLD, NEW) as found:
        olds = [target(f"n{i}", port) for i, (_, port) in enumerate(found)]
        news = [target(f"n{i}", port, "bmc2") for i, (_, port) in enumerate(found)]
        configuration(tmp_path, *olds)
        async with running(tmp_path / "dcagent.toml") as agent:
            await all_up(agent, 4)
            configuration(tmp_path, SECOND, *news[:1], *olds[1:])
            await reload(agent)
            await all_up(agent, 4)
            configuration(tmp_path, SECOND, *news)
            await reload(agent)
            await all_up(agent, 4)
            assert await agent.values(LOCKED) == {"bmc": 0.0, "bmc2": 0.0}
            assert await agent.values(GAP) == {f"n{i}": 0.0 for i in range(4)}
        assert [bmc.sessions.logins for bmc, _ in found] == [2, 2, 2, 2]


async def test_a_password_mended_at_the_bmc_takes_a_restart(tmp_path: Path) -> None:
    async with bmcs(2, BmcUser("monitor", "something-else")) as found:
        file = configuration(tmp_path, *(target(f"n{i}", p) for i, (_, p) in enumerate(found)))
        async with running(file) as agent:
            await agent.until_value(LOCKED, "bmc", 1.0)
            for bmc, _ in found:
                bmc.sessions.admit([OLD])
            await reload(agent)
            await asyncio.sleep(2.0)
            assert await agent.values(LOCKED) == {"bmc": 1.0}
            await agent.end()
        async with running(file) as agent:
            await all_up(agent, 2)


async def test_a_password_changed_in_place_stops_all_until_the_reload(tmp_path: Path) -> None:
    changed = BmcUser("monitor", "monitor-pass-2")
    async with bmcs(3, OLD) as found:
        file = configuration(tmp_path, *(target(f"n{i}", p) for i, (_, p) in enumerate(found)))
        async with running(file) as agent:
            await all_up(agent, 3)
            for bmc, _ in found:
                bmc.sessions.admit([changed])
            await asyncio.sleep(2.0)
            await all_up(agent, 3)  # an open session goes on
            found[0][0].sessions.clear()
            await agent.until_value(LOCKED, "bmc", 1.0)
            await agent.until_value("dcagent_target_locked", "n2", 1.0)
            secret(tmp_path / "secret", changed.password)
            await reload(agent)
            await all_up(agent, 3)
            assert await agent.values(LOCKED) == {"bmc": 0.0}
        assert max(bmc.sessions.logins for bmc, _ in found) == 3


PDU = '[credentials.pdu]\ntype = "snmp-community"\ncommunity = "file:community"\n'
V3 = """\
[credentials.{0}]
type = "snmp-v3"
username = "{0}"
auth_protocol = "sha256"
auth_password = "file:{0}-auth"
"""


async def test_a_community_and_a_v3_user_are_changed_without_a_gap(tmp_path: Path) -> None:
    users = [UsmCredential(n, n, "sha256", Secret(f"{n}-phrase")) for n in ("v3", "v4")]
    plain = SimulatedAgent(capture("apc-rpdu2"), ("old", "new"))
    sealed = SimulatedAgent(capture("apc-rpdu2"), (), tuple(users))
    try:
        ports = await plain.start(), await sealed.start()
        secret(tmp_path / "community", "old")
        for name in ("v3", "v4"):
            secret(tmp_path / f"{name}-auth", f"{name}-phrase")
        shared = (PDU, V3.format("v3"), V3.format("v4"), target("n0", ports[0], "pdu", "snmp"))
        configuration(tmp_path, *shared, target("n1", ports[1], "v3", "snmp"))
        async with running(tmp_path / "dcagent.toml") as agent:
            await all_up(agent, 2)
            secret(tmp_path / "community", "new")
            configuration(tmp_path, *shared, target("n1", ports[1], "v4", "snmp"))
            await reload(agent)
            await all_up(agent, 2)
            assert set((await agent.values(LOCKED)).values()) == {0.0}
    finally:
        plain.close()
        sealed.close()


async def test_a_community_that_is_wrong_locks_nothing(tmp_path: Path) -> None:
    device = SimulatedAgent(capture("apc-rpdu2"), ("new",))
    try:
        secret(tmp_path / "community", "old")
        file = configuration(tmp_path, PDU, target("n0", await device.start(), "pdu", "snmp"))
        async with running(file) as agent:
            await agent.until_value(UP, "n0", 0.0)
            assert (await agent.values(LOCKED))["pdu"] == 0.0
            secret(tmp_path / "community", "new")
            await reload(agent)
            await all_up(agent, 1)
    finally:
        device.close()


def damaged(directory: Path) -> None:
    """Every file of a directory, half of it overwritten."""
    for path in directory.iterdir():
        content = path.read_bytes()
        path.write_bytes(b"#" * (len(content) // 2) + content[len(content) // 2 :])


async def test_damaged_state_and_cache_cost_the_counters_and_a_second(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    async with bmcs(1, OLD) as found:
        file = configuration(tmp_path, target("n0", found[0][1]))
        async with running(file) as agent:
            await all_up(agent, 1)
            await agent.until(lambda _: any((tmp_path / "cache").glob("*.sdr")))
            await asyncio.sleep(1.5)
            await agent.end()
        whole = next((tmp_path / "cache").glob("*.sdr")).read_bytes()
        damaged(tmp_path / "state")
        damaged(tmp_path / "cache")
        async with running(file) as agent:
            await all_up(agent, 1)
            assert any("counters begin anew" in line for line in agent.log)
            assert (await agent.values(JOULES))["n0"] < 412.0 * 5
            await agent.end()
        assert (tmp_path / "state" / "state.json.corrupt").exists()
        json.loads((tmp_path / "state" / "state.json").read_text())
        assert next((tmp_path / "cache").glob("*.sdr")).read_bytes() == whole


@contextmanager
def small(directory: Path, size: str) -> Iterator[Path]:
    """A file system that fills up soon."""
    directory.mkdir()
    subprocess.run(
        ("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(directory)), check=True
    )
    try:
        yield directory
    finally:
        subprocess.run(("umount", str(directory)), check=True)


def fill(directory: Path) -> Path:
    """A file that takes all room that is left."""
    blob = directory / "blob"
    with pytest.raises(OSError, match="No space left"), blob.open("wb") as file:
        file.write(bytes(1 << 20))
    return blob


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
async def test_a_full_disk_stops_nothing_and_is_over_by_itself(tmp_path: Path) -> None:
    async with bmcs(1, OLD) as found:
        with small(tmp_path / "var", "64k") as var:
            (var / "state").mkdir()
            head = HEAD.replace('"cache"', '"var/cache"').replace('"state"', '"var/state"')
            file = configuration(tmp_path, target("n0", found[0][1]), head=head)
            blob = fill(var)
            async with running(file) as agent:
                await all_up(agent, 1)
                await agent.until_said(f"the SDR cache {var}/cache cannot be written")
                first = (await agent.values(JOULES))["n0"]
                await asyncio.sleep(1.5)
                assert (await agent.values(JOULES))["n0"] > first
                await reload(agent)
                assert (await agent.end())[0] == 0
                assert any("no energy counter is saved" in line for line in agent.log)
            blob.unlink()
            async with running(file) as agent:
                await all_up(agent, 1)
                await agent.end()
            assert json.loads((var / "state" / "state.json").read_text())["version"] == 1


async def test_a_reload_says_what_takes_a_restart(tmp_path: Path) -> None:
    file = configuration(tmp_path)
    async with running(file) as agent:
        text = file.read_text().replace('"cache"', '"other"').replace('"state"', '"else"')
        file.write_text(text.replace("127.0.0.1:0", "127.0.0.2:0"))
        await reload(agent)
        for words in ("listen or expose in [web]", "[cache]", "[state]"):
            assert any(f"{words} has changed: that takes a restart" in line for line in agent.log)


async def test_the_support_bundle_reads_an_agent_behind_tls(tmp_path: Path) -> None:
    Authority(tmp_path).server()
    web = tmp_path / "web.yml"
    web.write_text("tls_server_config:\n  cert_file: localhost.crt\n  key_file: localhost.key\n")
    head = HEAD.replace("[web]\n", '[web]\nconfig_file = "web.yml"\n')
    with socket.create_server(("127.0.0.1", 0)) as free:
        head = head.replace(":0", f":{free.getsockname()[1]}")
    file = configuration(tmp_path, head=head)
    bundle = tmp_path / "bundle.tar.gz"
    async with running(file):
        done = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "agent.cli.main", "support-bundle", "--yes"),
            *("--config", str(file), "--out", str(bundle)),
            stdout=subprocess.DEVNULL,
        )
        assert await done.wait() == 0
    with tarfile.open(bundle) as parts:
        page = parts.extractfile("dcagent-support/metrics.prom")
        assert page is not None
        assert b"dcagent_build_info" in page.read()
