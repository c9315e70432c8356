"""What docs/operation.md says of damage and a full disk, held to a running agent."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent.secret_files import write
from model.credentials import Secret
from tests.certificates import Authority
from tests.real.agent_process import HEAD, bmcs, configuration, running, start, target

UP = "dcagent_target_up"
JOULES = "dcagent_node_energy_joules_total"


def damaged(directory: Path) -> None:
    """Every file of a directory, half of it overwritten."""
    for path in directory.iterdir():
        content = path.read_bytes()
        path.write_bytes(b"#" * (len(content) // 2) + content[len(content) // 2 :])


async def test_damaged_state_and_cache_cost_the_counters_and_a_second(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    async with bmcs(1) as found:
        file = configuration(tmp_path, target("n0", found[0][1]))
        async with running(file) as agent:
            await agent.until_value(UP, "n0", 1.0)
            await agent.until(lambda _: any((tmp_path / "cache").glob("*.sdr")))
            await asyncio.sleep(1.5)
            await agent.end()
        whole = next((tmp_path / "cache").glob("*.sdr")).read_bytes()
        damaged(tmp_path / "state")
        damaged(tmp_path / "cache")
        async with running(file) as agent:
            await agent.until_value(UP, "n0", 1.0)
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
    """A file that takes all room that is left, to the last page."""
    blob = directory / "blob"
    with blob.open("wb", buffering=0) as file:
        while os.statvfs(directory).f_bavail:
            file.write(bytes(4096))
    return blob


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
async def test_a_full_disk_stops_nothing_and_is_over_by_itself(tmp_path: Path) -> None:
    async with bmcs(1) as found:
        with small(tmp_path / "var", "64k") as var:
            (var / "state").mkdir()
            head = HEAD.replace('"cache"', '"var/cache"').replace('"state"', '"var/state"')
            file = configuration(tmp_path, target("n0", found[0][1]), head=head)
            blob = fill(var)
            async with running(file) as agent:
                await agent.until_value(UP, "n0", 1.0)
                await agent.until_said(f"the SDR cache {var}/cache cannot be written")
                first = (await agent.values(JOULES))["n0"]
                await asyncio.sleep(1.5)
                assert (await agent.values(JOULES))["n0"] > first
                await agent.reload()
                with pytest.raises(OSError, match="No space left"):
                    write(var / "secret", Secret("new"), var)
                assert [path.name for path in var.glob("*secret*")] == []
                assert (await agent.end())[0] == 0
                assert any("no energy counter is saved" in line for line in agent.log)
            blob.unlink()
            async with running(file) as agent:
                await agent.until_value(UP, "n0", 1.0)
                await agent.end()
            assert json.loads((var / "state" / "state.json").read_text())["version"] == 1


async def test_a_reload_in_the_midst_of_a_start_ends_nothing(tmp_path: Path) -> None:
    agent = await start(configuration(tmp_path))
    listening = asyncio.create_task(agent.listen())
    try:
        async with asyncio.timeout(10):
            while not blocked(agent.process.pid) & 1 << signal.SIGHUP - 1:
                await asyncio.sleep(0.002)
        agent.process.send_signal(signal.SIGHUP)
        await agent.until_said("event=reload by=SIGHUP result=ok")
        assert blocked(agent.process.pid) == 0
        assert (await agent.end())[0] == 0
    finally:
        if agent.process.returncode is None:
            agent.process.kill()
        await listening


def blocked(pid: int) -> int:
    """The signals that a process holds back, as a mask."""
    (line,) = (
        line
        for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
        if line.startswith("SigBlk:")
    )
    return int(line.split()[1], 16)


async def test_a_reload_says_what_takes_a_restart(tmp_path: Path) -> None:
    file = configuration(tmp_path)
    async with running(file) as agent:
        text = file.read_text().replace('"cache"', '"other"').replace('"state"', '"else"')
        file.write_text(text.replace("127.0.0.1:0", "127.0.0.2:0"))
        await agent.reload()
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
