"""An agent that has an inventory: what it serves, and what becomes of it on SIGHUP."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from simulators.bmc import SimulatedBmc
from tests.real.agent_process import HEAD, Agent, capture, configuration, running, said, target
from tests.unit.agent.inventory_site import SHEET, SITE, written

DECLARED = ("dcagent_inventory_", "dcagent_grid_", "dcagent_site_")
MORE = """\
[[meters]]
name = "u1"
boundary = "it"
category = 2
[[emission_factor]]
year = 2023
source = "MEE"
kg_per_kwh = 0.1564
[[renewable]]
ratio = "35 %"
period = "2025"
evidence = "GEC-17"
"""
WHERE = 'hub="tianfu"'
PLACE = 'rack="A01",room="r1",row="A",site="dc1"'
LINES = [
    f'dcagent_inventory_site_info{{{WHERE},province="sichuan",site="dc1",zone="shuangliu"}} 1.0',
    f'dcagent_inventory_node_info{{{WHERE},kind="general",lifecycle="active",node="n1",'
    f'province="sichuan",{PLACE},zone="shuangliu"}} 1.0',
    f'dcagent_inventory_node_info{{{WHERE},kind="ai",lifecycle="spare",node="n2",'
    f'province="sichuan",{PLACE},zone="shuangliu"}} 1.0',
    'dcagent_inventory_node_rated_power_watts{basis="measured",node="n1",site="dc1"} 800.0',
    'dcagent_inventory_node_rated_power_watts{basis="profile",node="n2",site="dc1"} 6500.0',
    f'dcagent_inventory_rack_info{{{WHERE},province="sichuan",{PLACE},state="installed",'
    'zone="shuangliu"} 1.0',
    'dcagent_inventory_rack_rated_power_watts{rack="A01",site="dc1"} 6000.0',
    'dcagent_inventory_rack_pdus{rack="A01",site="dc1"} 2.0',
    *(
        f'dcagent_inventory_pdu_info{{feed="{feed}",pdu="pdu-{feed.lower()}",rack="A01",'
        'site="dc1"} 1.0'
        for feed in "AB"
    ),
    *(
        f'dcagent_inventory_psu_info{{feed="{feed}",node="n{number}",outlet="{outlet}",'
        f'pdu="pdu-{feed.lower()}",psu="{psu}",site="dc1"}} 1.0'
        for number, outlet in ((1, 7), (2, 8))
        for psu, feed in enumerate("AB", 1)
    ),
    'dcagent_inventory_meter_info{boundary="it",category="2",meter="u1",site="dc1"} 1.0',
    'dcagent_grid_emission_factor_kg_per_kwh{province="sichuan",source="MEE",year="2023"} 0.1564',
    'dcagent_site_renewable_ratio{evidence="GEC-17",period="2025",site="dc1"} 0.35',
]
FILES = '[inventory]\nfiles = ["site.toml", "nodes.csv"]\n'


async def declared(agent: Agent, path: str = "/metrics") -> list[str]:
    _, text = await agent.get(path)
    return [line for line in text.splitlines() if line.startswith(DECLARED)]


def site(folder: Path, head: str, *targets: str) -> Path:
    written(folder, SITE + MORE)
    written(folder, SHEET.encode("gb18030"), "nodes.csv")
    return configuration(folder, *targets, head=head + FILES)


@pytest.mark.parametrize("expose", ["metrics", "probe"])
async def test_it_serves_what_was_declared_once_beside_what_answers(
    tmp_path: Path, expose: str
) -> None:
    bmc = SimulatedBmc(capture("huawei-ibmc"))
    port = await bmc.start()
    head = HEAD.replace("[web]\n", f'[web]\nexpose = "{expose}"\n')
    bmc_of_n1 = target("bmc-1", port) + 'node = "n1"\nroom = "r1"\nrow = "A"\nrack = "A01"\n'
    try:
        async with running(site(tmp_path, head, bmc_of_n1)) as agent:
            assert await declared(agent) == LINES
            assert await declared(agent, "/probe?target=bmc-1") == []
            _, text = await agent.get("/probe?target=bmc-1")
            power = next(
                line for line in text.splitlines() if line.startswith("dcagent_node_power_watts{")
            )
            assert 'node="n1"' in power
            assert PLACE in power
    finally:
        bmc.close()


async def test_a_broken_inventory_leaves_the_old_one_and_says_why(tmp_path: Path) -> None:
    async with running(site(tmp_path, HEAD)) as agent:
        assert await declared(agent) == LINES
        broken = SHEET.replace("A01", "A99", 1).replace("20,智算", "17,智算")
        written(tmp_path, broken.encode("gb18030"), "nodes.csv")
        agent.process.send_signal(signal.SIGHUP)
        await agent.until_said("nodes.csv:4  site dc1 has no rack A99  DCA-INV-010")
        assert await declared(agent) == LINES
        assert "dcagent_config_last_reload_successful 0.0" in (await agent.get("/metrics"))[1]
        fewer = "".join(SHEET.splitlines(keepends=True)[:-1])
        written(tmp_path, fewer.encode("gb18030"), "nodes.csv")
        agent.process.send_signal(signal.SIGHUP)
        await agent.until_said("reloaded: 0 targets")
        assert await declared(agent) == [line for line in LINES if '"n2"' not in line]


async def test_an_agent_does_not_start_with_a_broken_inventory(tmp_path: Path) -> None:
    file = site(tmp_path, HEAD)
    (tmp_path / "nodes.csv").unlink()
    code, log = await said(file)
    assert (code, "nodes.csv  cannot be read: No such file or directory  DCA-INV-001" in log) == (
        78,
        True,
    )


async def test_an_inventory_belongs_to_the_main_file(tmp_path: Path) -> None:
    file = configuration(tmp_path)
    (tmp_path / "conf.d").mkdir()
    written(tmp_path / "conf.d", FILES, "a.toml")
    code, log = await said(file)
    assert (code, "[inventory] belongs to" in log) == (78, True)
