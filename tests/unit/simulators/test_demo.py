"""`make demo` as a person runs it: the site, the agent, the lines, and a clean end."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sys
import time
from pathlib import Path

import pytest

from simulators import demo, rack_table
from simulators.demo_scores import Scores
from simulators.site import Site

LINE = re.compile(
    r"\S+ (A0\d): servers ([\d,]+) W, feeds ([\d,]+) W \+ ([\d,]+) W, "
    r"hottest inlet (\d+) °C, up (\d+)/10"
)


def number(text: str) -> int:
    return int(text.replace(",", ""))


async def start(directory: Path, *words: str, **more: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "simulators.demo", "--interval", "1", *words),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "TMPDIR": str(directory), "LC_ALL": "C.UTF-8", **more},
    )


async def lines_until(process: asyncio.subprocess.Process, last: str) -> list[str]:
    """The lines that it prints, up to one that contains `last`."""
    assert process.stdout is not None
    lines: list[str] = []
    while not lines or last not in lines[-1]:
        line = await asyncio.wait_for(process.stdout.readline(), 40)
        assert line, "\n".join(lines)
        lines.append(line.decode().rstrip())
    return lines


async def whole_table(process: asyncio.subprocess.Process) -> list[str]:
    """The lines up to the first table in which every rack has been asked."""
    async with asyncio.timeout(60):
        lines = await lines_until(process, Site.REFUSING)
        while sum(bool(LINE.fullmatch(line)) for line in lines) < 3:
            lines = [lines[0], *await lines_until(process, Site.REFUSING)]
    return lines


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(word) for word in found.split()]


@pytest.mark.timed
async def test_the_demo_shows_the_site_and_ends_on_ctrl_c(tmp_path: Path) -> None:
    process = await start(tmp_path)
    try:
        lines = await whole_table(process)
        url = re.search(r"http://\S+/metrics", lines[0])
        assert url
        racks = {found[1]: found for line in lines if (found := LINE.fullmatch(line))}
        assert sorted(racks) == ["A01", "A02", "A03"]
        assert [int(racks[name][6]) for name in sorted(racks)] == [10, 9, 9]
        for found in racks.values():
            servers, feeds = number(found[2]), number(found[3]) + number(found[4])
            assert 1400 < servers < 4400
            assert 0.95 * servers < feeds < servers + 620
            assert 20 <= int(found[5]) <= 30
        page = await asyncio.to_thread(demo.fetch, url[0])
        assert page is not None
        assert rack_table.view(page).down[Site.DEAD] == ["no_answer"]
        assert lines[-2].endswith("does not answer")
        assert lines[-1].endswith("refuses the password")
        assert "prometheus" in (await lines_until(process, "rometheus"))[-1].lower()
        started = children(process.pid)
        assert len(started) == (2 if shutil.which("prometheus") else 1)
        assert len(list(tmp_path.iterdir())) == 1
    finally:
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), 10) == 0
    assert time.monotonic() - begun < 3.5
    assert not [pid for pid in started if Path(f"/proc/{pid}").exists()]
    assert list(tmp_path.iterdir()) == []


async def test_it_ends_by_itself(tmp_path: Path) -> None:
    process = await start(tmp_path, "--seconds", "0.5")
    output, _ = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 0, output
    assert list(tmp_path.iterdir()) == []


async def test_it_says_why_the_agent_ended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = Site(password="x")
    config = tmp_path / "dcagent.toml"
    config.write_text("[web]\nlistn = []\n", encoding="utf-8")
    agent = await demo.start_agent(config, tmp_path / "agent.log")
    url = "http://127.0.0.1:1/metrics"
    assert await demo.watch(agent, url, demo.Screen(url, site, Scores(None, ""))) == 2
    assert 'unknown key "listn": did you mean "listen"?' in capsys.readouterr().err


@pytest.mark.parametrize(("locale", "words"), [("C.UTF-8", "no scores"), ("zh_CN", "没有评分")])
async def test_without_a_prometheus_it_says_how_to_get_one(
    tmp_path: Path, locale: str, words: str
) -> None:
    process = await start(tmp_path, PATH=str(tmp_path), LC_ALL=locale)
    try:
        (said,) = [line for line in await lines_until(process, words) if words in line]
        assert "apt install prometheus" in said
        assert len(children(process.pid)) == 1
    finally:
        process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.wait(), 10)


def test_a_port_that_is_taken_is_not_used() -> None:
    import socket

    first = demo.free_port()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", first))
        other.listen()
        assert demo.free_port() != first
