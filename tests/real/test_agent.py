"""The agent as a process, against simulated devices on the wire."""

from __future__ import annotations

import asyncio
import signal
import socket
from pathlib import Path

import pytest

from model.credentials import Secret, UsmCredential
from simulators.bmc import SimulatedBmc
from simulators.bmc_vices import BmcVices
from simulators.snmp_agent import SimulatedAgent
from tests.real.agent_process import (
    HEAD,
    bmcs,
    capture,
    configuration,
    running,
    said,
    secret,
    target,
)

UP = "dcagent_target_up"
POWER = 412.0
"""Watts that the capture of the simulated BMCs gives."""


def sessions(found: list[tuple[SimulatedBmc, int]]) -> int:
    return sum(len(bmc.sessions) for bmc, _ in found)


def targets(found: list[tuple[SimulatedBmc, int]]) -> list[str]:
    return [target(f"n{i}", port) for i, (_, port) in enumerate(found)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_polls_serves_and_ends_every_session(
    tmp_path: Path, number: signal.Signals
) -> None:
    async with bmcs(3) as found, running(configuration(tmp_path, *targets(found))) as agent:
        for name in ("n0", "n1", "n2"):
            await agent.until_value(UP, name, 1.0)
        assert set((await agent.values("dcagent_node_power_watts")).values()) == {POWER}
        assert sessions(found) == 3
        assert (await agent.get("/-/ready"))[0] == 200
        code, seconds = await agent.end(number)
        assert (code, sessions(found)) == (0, 0)
        assert seconds < 3.0
        assert [bmc.sessions.logins for bmc, _ in found] == [1, 1, 1]


async def test_it_ends_in_time_although_no_device_answers(tmp_path: Path) -> None:
    async with bmcs(8) as found, running(configuration(tmp_path, *targets(found))) as agent:
        await agent.until_value(UP, "n7", 1.0)
        for bmc, _ in found:
            bmc.vices.silent = True
        code, seconds = await agent.end()
        assert code == 0
        assert seconds < 3.0


async def test_values_of_a_device_that_dies_disappear(tmp_path: Path) -> None:
    async with bmcs(2) as found, running(configuration(tmp_path, *targets(found))) as agent:
        await agent.until_value(UP, "n0", 1.0)
        await agent.until_value(UP, "n1", 1.0)
        found[0][0].vices.silent = True
        await agent.until_value(UP, "n0", 0.0)
        await asyncio.sleep(3.0)
        text = (await agent.get("/metrics"))[1]
        about = [line for line in text.splitlines() if 'target="n0"' in line]
        assert not [
            line for line in about if line.startswith(("dcagent_node_power", "dcagent_fan"))
        ]
        assert (await agent.values(UP)) == {"n0": 0.0, "n1": 1.0}
        assert (await agent.get("/probe?target=n0"))[1].count("dcagent_node_power_watts{") == 0
        found[0][0].vices.silent = False
        await agent.until_value(UP, "n0", 1.0, 20.0)
        about_n0 = [line for line in agent.log if " n0 " in line]
        assert [("is down" in line, "is back" in line) for line in about_n0] == [
            (True, False),
            (False, True),
        ]


async def test_a_good_reload_keeps_sessions_and_forgets_the_removed(tmp_path: Path) -> None:
    async with bmcs(3) as found, running(configuration(tmp_path, *targets(found)[:2])) as agent:
        await agent.until_value(UP, "n0", 1.0)
        await agent.until_value(UP, "n1", 1.0)
        configuration(tmp_path, *targets(found)[1:])
        agent.process.send_signal(signal.SIGHUP)
        await agent.until_value(UP, "n2", 1.0)
        assert await agent.values(UP) == {"n1": 1.0, "n2": 1.0}
        assert [len(bmc.sessions) for bmc, _ in found] == [0, 1, 1]
        assert [bmc.sessions.logins for bmc, _ in found] == [1, 1, 1]
        assert (await agent.end())[0] == 0


async def test_a_broken_reload_leaves_the_old_running_and_says_why(tmp_path: Path) -> None:
    async with bmcs(1) as found:
        file = configuration(tmp_path, *targets(found))
        async with running(file, "--web.enable-lifecycle") as agent:
            await agent.until_value(UP, "n0", 1.0)
            line = len(HEAD.splitlines()) + 1
            text = file.read_text()
            file.write_text(text + text[text.index("[[targets]]") :].replace('"ipmi"', '"impi"'))
            status, body = await agent.get("/-/reload", "POST")
            assert status != 200
            assert f'{file}:{line + 7}  target "n0" stands twice: first at {file}:{line}' in body
            assert "DCA-CONF-009" in body
            agent.process.send_signal(signal.SIGHUP)
            refused = "event=reload by=SIGHUP result=refused code=DCA-CONF-006"
            await agent.until_said(refused)
            assert sum("not reloaded: " in entry for entry in agent.log) == 4
            assert await agent.values(UP) == {"n0": 1.0}
            assert "dcagent_config_last_reload_successful 0.0" in (await agent.get("/metrics"))[1]
            configuration(tmp_path, *targets(found))
            assert (await agent.get("/-/reload", "POST"))[0] == 200
            assert "dcagent_config_last_reload_successful 1.0" in (await agent.get("/metrics"))[1]
            assert found[0][0].sessions.logins == 1


async def test_reload_over_http_is_off_by_default(tmp_path: Path) -> None:
    async with running(configuration(tmp_path)) as agent:
        assert (await agent.get("/-/reload", "POST"))[0] in (403, 404, 405)
        assert (await agent.get("/-/ready"))[0] == 200, "nothing to wait for"


async def test_the_first_snmp_target_may_come_with_a_reload(tmp_path: Path) -> None:
    device = SimulatedAgent(capture("apc-rpdu2"))
    port = await device.start()
    try:
        file = configuration(tmp_path)
        async with running(file) as agent:
            secret(tmp_path / "community", "public")
            pdu = '[credentials.pdu]\ntype = "snmp-community"\ncommunity = "file:community"\n'
            file.write_text(file.read_text() + pdu + target("机柜A01-甲", port, "pdu", "snmp"))
            agent.process.send_signal(signal.SIGHUP)
            await agent.until_value(UP, "机柜A01-甲", 1.0)
            assert list(await agent.values("dcagent_rack_power_watts")) == ["机柜A01-甲"]
            status, text = await agent.get("/probe?target=%E6%9C%BA%E6%9F%9CA01-%E7%94%B2")
            assert status == 200
            assert 'dcagent_target_up{site="dc1",target="机柜A01-甲"} 1.0' in text
    finally:
        device.close()


async def test_a_refused_credential_stops_all_its_targets_after_one_attempt(tmp_path: Path) -> None:
    async with bmcs(6, BmcVices(wrong_password=True)) as found, bmcs(1) as good:
        other = (
            '[credentials.other]\ntype = "ipmi"\nusername = "monitor"\npassword = "file:secret"\n'
        )
        file = configuration(tmp_path, *targets(found), other, target("good", good[0][1], "other"))
        async with running(file) as agent:
            await agent.until_said('credential "bmc" was refused')
            await agent.until_value(UP, "good", 1.0)
            await asyncio.sleep(3.0)
            tried = [bmc for bmc, _ in found if bmc.received]
            assert len(tried) == 1
            assert await agent.values("dcagent_credential_locked") == {"bmc": 1.0, "other": 0.0}
            locked = await agent.values("dcagent_target_locked")
            assert locked == {**{f"n{i}": 1.0 for i in range(6)}, "good": 0.0}
            packets = tried[0].received
            for bmc, _ in found:
                bmc.vices.wrong_password = False
            agent.process.send_signal(signal.SIGHUP)
            await agent.until_said("reloaded")
            await asyncio.sleep(1.5)
            assert tried[0].received == packets, "the same password is not tried again"
            text = file.read_text().replace('username = "monitor"\n', 'username = "admin"\n', 1)
            secret(tmp_path / "secret", "admin-pass")
            file.write_text(text)
            agent.process.send_signal(signal.SIGHUP)
            for number in range(6):
                await agent.until_value(UP, f"n{number}", 1.0)


async def test_a_v3_user_that_is_refused_is_tried_at_one_device(tmp_path: Path) -> None:
    user = UsmCredential("v3", "monitor", "sha256", Secret("the-right-one"))
    devices = [SimulatedAgent(capture("apc-rpdu2"), (), (user,)) for _ in range(3)]
    try:
        ports = [await device.start() for device in devices]
        secret(tmp_path / "phrase", "the-wrong-one")
        credential = (
            '[credentials.v3]\ntype = "snmp-v3"\nusername = "monitor"\n'
            'auth_protocol = "sha256"\nauth_password = "file:phrase"\n'
        )
        pdus = (target(f"pdu-{i}", port, "v3", "snmp") for i, port in enumerate(ports))
        async with running(configuration(tmp_path, credential, *pdus)) as agent:
            await agent.until_said('credential "v3" was refused (v3_wrong_digest at pdu-')
            await asyncio.sleep(2.5)
            assert sorted(device.requests > 0 for device in devices) == [False, False, True]
            assert (await agent.values("dcagent_credential_locked"))["v3"] == 1.0
    finally:
        for device in devices:
            device.close()


async def test_a_probe_waits_for_the_first_poll_and_knows_no_other_name(tmp_path: Path) -> None:
    async with (
        bmcs(1, BmcVices(delay=0.01)) as found,
        running(configuration(tmp_path, *targets(found))) as agent,
    ):
        assert (await agent.get("/-/ready"))[0] == 503
        status, text = await agent.get("/probe?target=n0")
        assert status == 200
        assert 'dcagent_node_power_watts{node="n0"' in text
        assert (await agent.get("/probe?target=127.0.0.1"))[0] == 404


async def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        file = configuration(tmp_path, head=HEAD.replace(":0", f":{port}"))
        code, log = await said(file)
    assert code == 75
    assert log == (
        f"dcagent: cannot listen on 127.0.0.1:{port}: Address already in use;"
        " another program (another dcagent?) has it"
    )


async def test_a_broken_configuration_does_not_start(tmp_path: Path) -> None:
    file = configuration(tmp_path, target("机房一", 623), target("机房一", 624))
    (tmp_path / "secret").chmod(0o644)
    code, log = await said(file)
    assert code == 78
    assert log.splitlines() == [
        f"{file}:20  password: {tmp_path}/secret is readable by everyone (0644):"
        f" chmod 640 {tmp_path}/secret, chgrp to the agent's group  DCA-CONF-011",
        f'{file}:28  target "机房一" stands twice: first at {file}:21  DCA-CONF-006',
    ]


async def test_nothing_grows(tmp_path: Path) -> None:
    async with bmcs(4) as found:
        file = configuration(tmp_path, *targets(found))
        async with running(file, "--web.enable-lifecycle") as agent:
            await agent.until_value(UP, "n3", 1.0)

            async def churn(times: int) -> tuple[int, int, int]:
                for number in range(times):
                    configuration(tmp_path, *targets(found)[number % 2 :])
                    assert (await agent.get("/-/reload", "POST"))[0] == 200
                    await agent.get("/metrics")
                return agent.open_files(), agent.status("Threads"), agent.status("VmRSS")

            files, threads, memory = await churn(30)
            files_later, threads_later, memory_later = await churn(60)
            assert files_later <= files + 1
            assert threads_later <= threads + 1
            # the allocator may take one step more; what a reload holds would come to far more
            assert memory_later - memory < 4096
