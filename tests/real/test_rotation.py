"""How secrets are rotated (docs/operation.md): what each way costs, at a running agent."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from model.credentials import Secret, UsmCredential
from simulators.bmc_sessions import BmcUser
from simulators.snmp_agent import SimulatedAgent
from tests.certificates import Authority
from tests.real.agent_process import Agent, bmcs, capture, configuration, running, secret, target
from tests.real.test_web import TLS, curl, serving, shown, users, web

UP = "dcagent_target_up"
GAP = "dcagent_node_energy_gap_seconds_total"
LOCKED = "dcagent_credential_locked"
OLD, NEW = BmcUser("monitor", "monitor-pass"), BmcUser("monitor2", "monitor-pass-2")
SECOND = """\
[credentials.bmc2]
type = "ipmi"
username = "monitor2"
password = "file:secret2"
"""


async def all_up(agent: Agent, number: int) -> None:
    for each in range(number):
        await agent.until_value(UP, f"n{each}", 1.0)


async def test_a_second_user_takes_over_without_a_gap(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    secret(tmp_path / "secret2", "monitor-pass-2")
    async with bmcs(4, users=(OLD, NEW)) as found:
        olds = [target(f"n{i}", port) for i, (_, port) in enumerate(found)]
        news = [target(f"n{i}", port, "bmc2") for i, (_, port) in enumerate(found)]
        configuration(tmp_path, *olds)
        async with running(tmp_path / "dcagent.toml") as agent:
            await all_up(agent, 4)
            configuration(tmp_path, SECOND, *news[:1], *olds[1:])
            await agent.reload()
            await all_up(agent, 4)
            configuration(tmp_path, SECOND, *news)
            await agent.reload()
            await all_up(agent, 4)
            assert await agent.values(LOCKED) == {"bmc": 0.0, "bmc2": 0.0}
            assert await agent.values(GAP) == {f"n{i}": 0.0 for i in range(4)}
        assert [bmc.sessions.logins for bmc, _ in found] == [2, 2, 2, 2]


async def test_a_password_mended_at_the_bmc_takes_a_restart(tmp_path: Path) -> None:
    async with bmcs(2, users=[BmcUser("monitor", "something-else")]) as found:
        file = configuration(tmp_path, *(target(f"n{i}", p) for i, (_, p) in enumerate(found)))
        async with running(file) as agent:
            await agent.until_value(LOCKED, "bmc", 1.0)
            for bmc, _ in found:
                bmc.sessions.admit([OLD])
            await agent.reload()
            await asyncio.sleep(2.0)
            assert await agent.values(LOCKED) == {"bmc": 1.0}
            await agent.end()
        async with running(file) as agent:
            await all_up(agent, 2)


async def test_a_password_changed_in_place_stops_all_until_the_reload(tmp_path: Path) -> None:
    changed = BmcUser("monitor", "monitor-pass-2")
    async with bmcs(3, users=[OLD]) as found:
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
            await agent.reload()
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
            await agent.reload()
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
            await agent.reload()
            await all_up(agent, 1)
    finally:
        device.close()


@pytest.mark.peer("curl", "openssl")
async def test_users_are_changed_one_after_the_other(tmp_path: Path) -> None:
    Authority(tmp_path).server()
    old, new = ("--user", "prometheus:old"), ("--user", "prometheus2:new")
    async with serving(tmp_path, TLS + users(prometheus="old")) as agent:
        assert await curl(agent, tmp_path, *old) == "200"
        web(tmp_path, TLS + users(prometheus="old", prometheus2="new"))
        await agent.reload()
        assert [await curl(agent, tmp_path, *each) for each in (old, new)] == ["200", "200"]
        web(tmp_path, TLS + users(prometheus2="new"))
        await agent.reload()
        assert [await curl(agent, tmp_path, *each) for each in (old, new)] == ["401", "200"]


@pytest.mark.peer("curl", "openssl")
async def test_the_authority_of_clients_is_changed_by_way_of_both(tmp_path: Path) -> None:
    Authority(tmp_path).server()
    mutual = (
        f"{TLS}  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: clients-ca.pem\n"
    )
    first = Authority(tmp_path, "Old", "old-ca.pem")
    second = Authority(tmp_path, "New", "new-ca.pem")
    old, new = (a.issue(n, n, client=True) for a, n in ((first, "old.dc1"), (second, "new.dc1")))
    trusted = tmp_path / "clients-ca.pem"
    trusted.write_bytes(first.file.read_bytes())
    async with serving(tmp_path, mutual) as agent:
        assert await curl(agent, tmp_path, *shown(old)) == "200"
        trusted.write_bytes(first.file.read_bytes() + second.file.read_bytes())
        await agent.reload()
        assert [await curl(agent, tmp_path, *shown(p)) for p in (old, new)] == ["200", "200"]
        trusted.write_bytes(second.file.read_bytes())
        await agent.reload()
        assert (await curl(agent, tmp_path, *shown(old))).startswith("000")
        assert await curl(agent, tmp_path, *shown(new)) == "200"
