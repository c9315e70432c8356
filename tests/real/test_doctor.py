"""`dcagent doctor` on a real agent: a dead target, a refused credential, Prometheus' own header."""

from __future__ import annotations

import asyncio
import json
import sys
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import jsonschema
import pytest

from agent.results import SCHEMA_FILE
from simulators.bmc import SimulatedBmc
from tests.real.agent_process import HEAD, Agent, capture, configuration, running, secret, target

SCHEMA = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
SCRAPER = {"X-Prometheus-Scrape-Timeout-Seconds": "10"}
OTHER = '[credentials.other]\ntype = "ipmi"\nusername = "monitor"\npassword = "file:other"\n'


@asynccontextmanager
async def site(directory: Path, head: str = HEAD) -> AsyncIterator[Agent]:
    """An agent with a good target, two that share a refused credential, and a dead one."""
    bmc, silent = SimulatedBmc(capture("inspur")), SimulatedBmc(capture("inspur"))
    port, dead = await bmc.start(), await silent.start()
    silent.close()
    strict = SimulatedBmc(capture("h3c-hdm"))
    refusing = await strict.start()
    secret(directory / "other", "another-word")
    file = configuration(
        directory,
        OTHER,
        target("good", port),
        target("refused-1", refusing, "other"),
        target("refused-2", dead, "other").replace("127.0.0.1", "127.0.0.9"),
        target("dead", dead),
        head=head,
    )
    try:
        async with running(file) as agent:
            async with asyncio.timeout(20):
                while not await settled(agent, head):
                    await asyncio.sleep(0.1)
            yield agent
    finally:
        bmc.close()
        strict.close()


async def settled(agent: Agent, head: str) -> bool:
    """True once every target has told what it has to tell."""
    if '"probe"' in head:
        pages = [(await agent.get(f"/probe?target={name}"))[1] for name in ("refused-2", "dead")]
        return "dcagent_target_locked" in pages[0] and "dcagent_target_faults" in pages[1]
    locked = await agent.values("dcagent_target_locked")
    faults = await agent.values("dcagent_target_faults")
    return locked.get("refused-2") == 1.0 and "dead" in faults


async def doctor(file: Path, port: int, *options: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "agent.cli.main", "doctor", "--config", str(file)),
        *("--url", f"http://127.0.0.1:{port}", *options),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(30):
        out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


def scrape(port: int) -> None:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/metrics", headers=SCRAPER)
    with urllib.request.urlopen(request, timeout=5) as answer:
        answer.read()


@pytest.mark.parametrize("expose", ["metrics", "probe"])
async def test_a_dead_target_and_a_locked_credential(tmp_path: Path, expose: str) -> None:
    head = HEAD.replace("[poll]", f'expose = "{expose}"\n[poll]')
    async with site(tmp_path, head) as agent:
        await asyncio.to_thread(scrape, agent.port)
        code, out, err = await doctor(tmp_path / "dcagent.toml", agent.port, "--json")
        _, zh, _ = await doctor(tmp_path / "dcagent.toml", agent.port, "--lang", "zh")
    assert err == ""
    document = json.loads(out)
    jsonschema.validate(document, SCHEMA)
    assert document["exit_code"] == code
    found = {(c["id"], c.get("code", "")): c for c in document["checks"]}
    dead = found["service.targets", "DCA-NET-002"]
    assert dead["status"] == "warn"
    assert dead["evidence"] == "1 of 4 targets down (port_closed): dead"
    wrong = found["service.targets", "DCA-IPMI-004"]
    assert wrong["evidence"] == "1 of 4 targets down (wrong_password): refused-1"
    locked = found["service.credentials", "DCA-AUTH-002"]
    assert locked["evidence"] == (
        '2 of 4 targets stopped: credential "other" was refused by refused-1 (127.0.0.1)'
    )
    assert found["service.configuration", ""]["evidence"].endswith("dcagent.toml: 4 targets")
    assert found["service.process", ""]["status"] == "ok"
    assert found["service.polls", ""]["status"] == "ok"
    assert found["service.open_files", ""]["status"] == "ok"
    assert found["scraping.prometheus", ""]["status"] == "ok"
    assert '4 个目标中 2 个已停: 凭据 "other" 被 refused-1 (127.0.0.1) 拒绝' in zh.replace(
        "\n                ", ""
    )
    assert "another-word" not in out + zh


async def test_an_agent_that_nobody_has_scraped_yet(tmp_path: Path) -> None:
    async with site(tmp_path) as agent:
        _, out, _ = await doctor(tmp_path / "dcagent.toml", agent.port, "--lang", "en")
    assert "[skip] Prometheus has not scraped since the start " in out
