"""The agent as a process and its SNMP devices: what it drops is counted, pysnmp helps by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.credentials import CommunityCredential, Secret, UsmCredential
from simulators.snmp_agent import AgentVices, SimulatedAgent
from tests.real import net_snmp
from tests.real.agent_process import Agent, capture, configuration, running, secret, target
from tests.real.test_snmpd import overrides

UP, WATTS = "dcagent_target_up", "dcagent_rack_power_watts"
PUBLIC = CommunityCredential("public", Secret("public"))
MONITOR = UsmCredential("v3", "monitor", "sha256", Secret("auth-pass"), "aes", Secret("priv-pass"))
OLD = UsmCredential("old", "old", "sha", Secret("auth-pass"), "des", Secret("priv-pass"))


def login(directory: Path, credential: UsmCredential | CommunityCredential) -> str:
    """A [credentials.NAME], and the files that it refers to."""
    head = f"[credentials.{credential.name}]\n"
    if isinstance(credential, CommunityCredential):
        secret(directory / "community", credential.community.reveal())
        return head + 'type = "snmp-community"\ncommunity = "file:community"\n'
    for name, hidden in (("auth", credential.auth), ("priv", credential.priv)):
        secret(directory / f"{credential.name}-{name}", hidden.reveal())
    return head + (
        f'type = "snmp-v3"\nusername = "{credential.username}"\n'
        f'auth_protocol = "{credential.auth_protocol}"\n'
        f'auth_password = "file:{credential.name}-auth"\n'
        f'priv_protocol = "{credential.priv_protocol}"\n'
        f'priv_password = "file:{credential.name}-priv"\n'
    )


async def dropped(agent: Agent) -> dict[str, float]:
    """Datagrams that the agent dropped, by reason."""
    _, text = await agent.get("/metrics")
    name = "dcagent_snmp_dropped_total{reason="
    lines = [line for line in text.splitlines() if line.startswith(name)]
    return {line.split('"')[1]: float(line.rpartition(" ")[2]) for line in lines}


def forge(device: SimulatedAgent) -> None:
    """From now on somebody on the wire changes each answer but those of discovery."""
    respond = device.respond

    def changed(data: bytes) -> bytes | None:
        found = respond(data)
        if found is None or len(found) < 130:
            return found
        return found[:-1] + bytes((found[-1] ^ 1,))

    device.respond = changed  # type: ignore[method-assign] # a stranger on the wire


async def test_what_proves_nothing_is_dropped_counted_and_shown(tmp_path: Path) -> None:
    device = SimulatedAgent(capture("apc-rpdu2"), users=(MONITOR,))
    pdu = target("pdu", await device.start(), "v3", "snmp")
    try:
        async with running(configuration(tmp_path, login(tmp_path, MONITOR), pdu)) as agent:
            await agent.until_value(UP, "pdu", 1.0)
            assert await dropped(agent) == {"unasked": 0, "malformed": 0, "unproven": 0}
            forge(device)
            await agent.until_value(UP, "pdu", 0.0)
            found = await dropped(agent)
            assert found["unproven"] >= 2
            assert found["malformed"] == 0
            assert await agent.values(WATTS) == {}
    finally:
        device.close()


async def test_answers_that_come_twice_are_counted_and_cost_nothing(tmp_path: Path) -> None:
    device = SimulatedAgent(capture("apc-rpdu2"), vices=AgentVices(late_duplicates=0.002))
    pdu = target("pdu", await device.start(), "public", "snmp")
    try:
        async with running(configuration(tmp_path, login(tmp_path, PUBLIC), pdu)) as agent:
            await agent.until_value(UP, "pdu", 1.0)
            await agent.until_value(WATTS, "pdu", 270.0)
            found = await dropped(agent)
            assert found["unasked"] > 0
            assert (found["malformed"], found["unproven"]) == (0, 0)
    finally:
        device.close()


async def test_an_agent_that_asks_no_snmp_says_nothing_of_it(tmp_path: Path) -> None:
    async with running(configuration(tmp_path)) as agent:
        assert await dropped(agent) == {}


@pytest.mark.peer("snmpd")
async def test_des_goes_to_pysnmp_by_itself_and_any_target_where_it_is_asked(
    tmp_path: Path,
) -> None:
    place = tmp_path / "snmpd"
    place.mkdir()
    head = ("sysObjectID 1.3.6.1.4.1.318.1.3.4.6", "rocommunity public")
    settings = (*head, *net_snmp.users([MONITOR, OLD]), *overrides())
    hosts = [f"127.0.8.{n}" for n in range(1, 6)]
    names = ("public", "v3", "old", "public-pysnmp", "v3-pysnmp")
    with net_snmp.snmpd(place, settings, hosts) as port:
        logins = [login(tmp_path, each) for each in (PUBLIC, MONITOR, OLD)]
        asked = [
            target(name, port, name.removesuffix("-pysnmp"), "snmp").replace("127.0.0.1", host)
            + ('engine = "pysnmp"\n' if name.endswith("-pysnmp") else "")
            for name, host in zip(names, hosts, strict=True)
        ]
        async with running(configuration(tmp_path, *logins, *asked)) as agent:
            for name in names:
                await agent.until_value(UP, name, 1.0, 30)
            assert await agent.values(WATTS) == dict.fromkeys(names, 270.0)
