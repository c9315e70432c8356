"""Energy counters of an agent that ends, is killed, and comes back."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path

import pytest

from simulators.bmc import SimulatedBmc
from tests.real.agent_process import Agent, capture, configuration, running, target

JOULES = "dcagent_node_energy_joules_total"
GAP = "dcagent_node_energy_gap_seconds_total"
WATTS = 412.0
"""What the capture of the simulated BMC gives."""


async def counted(agent: Agent, least: float) -> float:
    """The counter, once it has come so far."""
    async with asyncio.timeout(15):
        while (found := (await agent.values(JOULES)).get("n", 0.0)) < least:
            await asyncio.sleep(0.1)
    return found


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
async def test_a_counter_goes_on_after_a_restart(tmp_path: Path, end: signal.Signals) -> None:
    (tmp_path / "state").mkdir()
    bmc = SimulatedBmc(capture("huawei-ibmc"))
    file = configuration(tmp_path, target("n", await bmc.start()))
    try:
        async with running(file) as agent:
            before = await counted(agent, WATTS)
            assert (await agent.values(GAP))["n"] == 0.0
            await agent.end()
        saved = json.loads((tmp_path / "state" / "state.json").read_text())
        assert saved["state"]["nodes"]["n"]["joules"]["sdr"][0] >= before
        async with running(file) as agent:
            shown = await counted(agent, before)
            assert shown >= before
            before = await counted(agent, shown + 1.5 * WATTS)
            await agent.end(end)
        async with running(file) as agent:
            assert await counted(agent, before) >= before
    finally:
        bmc.close()


async def test_a_restart_of_seconds_is_a_gap_at_an_interval_of_one(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    bmc = SimulatedBmc(capture("huawei-ibmc"))
    file = configuration(tmp_path, target("n", await bmc.start()))
    try:
        async with running(file) as agent:
            before = await counted(agent, WATTS)
            await agent.end()
        await asyncio.sleep(3.5)
        async with running(file) as agent:
            await agent.until_value("dcagent_target_up", "n", 1.0)
            assert (await agent.values(JOULES))["n"] - before < 4 * WATTS
            assert 3.0 < (await agent.values(GAP))["n"] < 15.0
    finally:
        bmc.close()


async def test_without_a_directory_it_says_so_once_and_counts(tmp_path: Path) -> None:
    bmc = SimulatedBmc(capture("huawei-ibmc"))
    file = configuration(tmp_path, target("n", await bmc.start()))
    try:
        async with running(file) as agent:
            await counted(agent, WATTS)
            said = [line for line in agent.log if "energy counters" in line]
            assert len(said) == 1
            assert said[0].endswith(f"there is no directory {tmp_path}/state")
    finally:
        bmc.close()
