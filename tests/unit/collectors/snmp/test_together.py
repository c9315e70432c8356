"""Columns that are walked together, against agents that misbehave: each keeps what it can."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from collectors.snmp.bulk import Manners
from collectors.snmp.collector import parsed
from collectors.snmp.own_client import OwnClient
from collectors.snmp.walk import Walk
from model.credentials import Credential
from model.readings import Reason, Scalar
from simulators.snmp_agent import AgentVices, SimulatedAgent
from simulators.snmp_pdu import GETBULK, Request
from tests.unit.collectors.snmp.agents import (
    APC,
    OUTLET_AMPERES,
    OUTLET_LOADS,
    OUTLET_NAMES,
    OUTLET_WATTS,
    PUBLIC,
    PUBLIC_V1,
    RPDU,
    SHA256,
    SYS_NAME,
    column_of,
    running,
    target,
)

PHASES = [f"{RPDU}.6.3.1.{n}" for n in range(2, 8)]
NOWHERE = [f"{RPDU}.99.{n}" for n in range(5)]
OUTLETS = [OUTLET_NAMES, OUTLET_LOADS, OUTLET_AMPERES, OUTLET_WATTS]
COLUMNS = [*PHASES, *NOWHERE, *OUTLETS]
WHOLE = {column: column_of(APC, column) for column in COLUMNS}
Found = dict[str, dict[str, Scalar]]


@pytest.fixture
async def client() -> AsyncIterator[OwnClient]:
    async def no_sign(_peer: tuple[str, int], _timeout: float) -> str:
        return ""

    made = OwnClient(life=no_sign)
    yield made
    await made.close()


async def walked(
    client: OwnClient,
    port: int,
    manners: Manners,
    credential: Credential = PUBLIC,
    retries: int = 1,
    repetitions: int = 40,
) -> tuple[Found, dict[str, Reason]]:
    asked = target(port, credential, timeout=0.05, retries=retries)
    walk = Walk(client, asked, manners, repetitions, [parsed(column) for column in COLUMNS])
    for _ in COLUMNS:
        if await walk.run():
            break
    pairs = list(zip(COLUMNS, walk.columns, strict=True))
    faults = {name: column.fault.reason for name, column in pairs if column.fault}
    return {name: column.values for name, column in pairs}, faults


@pytest.mark.parametrize("credential", [PUBLIC, SHA256, PUBLIC_V1], ids=["v2c", "v3", "v1"])
async def test_fifteen_columns_take_few_requests(client: OwnClient, credential: Credential) -> None:
    manners = Manners()
    async with running() as (agent, port):
        await client.get(target(port, credential), [SYS_NAME])
        assert await walked(client, port, manners, credential) == (WHOLE, {})
        before = agent.requests
        assert await walked(client, port, manners, credential) == (WHOLE, {})
        # 18 rows of phases, 5 empty columns, 96 rows of outlets, and the end of each column
        assert agent.requests - before <= (32 if credential is PUBLIC_V1 else 5)
        assert {name: manners.rows[parsed(name)] for name in COLUMNS} == {
            name: len(rows) for name, rows in WHOLE.items()
        }


LIMITED = {
    "too big above 5": (AgentVices(too_big_above=5), 40),
    "silent above 10": (AgentVices(silent_above=10), 40),
    "no bulk": (AgentVices(error_on_bulk=True), 150),
    "tables end with noSuchInstance": (AgentVices(end_by_no_such_instance=True), 12),
    "late duplicates": (AgentVices(late_duplicates=0.001), 12),
    "weak": (AgentVices(weak=0.005), 12),
}


@pytest.mark.parametrize("vice", LIMITED)
async def test_all_columns_come_whole(client: OwnClient, vice: str) -> None:
    vices, most = LIMITED[vice]
    manners = Manners()
    async with running(vices=vices) as (agent, port):
        await client.get(target(port), [SYS_NAME])
        assert await walked(client, port, manners) == (WHOLE, {})
        learnt, before = manners.repetitions, agent.requests
        assert await walked(client, port, manners) == (WHOLE, {})
        assert manners.repetitions == learnt, "what was learnt is kept"
        assert agent.requests - before <= most


async def test_lost_datagrams_cost_nothing_but_time(client: OwnClient) -> None:
    manners = Manners()
    async with running(vices=AgentVices(loss=0.2)) as (_, port):
        for _ in range(3):
            assert await walked(client, port, manners, retries=6) == (WHOLE, {})


@pytest.mark.parametrize("credential", [PUBLIC, SHA256, PUBLIC_V1], ids=["v2c", "v3", "v1"])
async def test_an_object_in_error_costs_the_rest_of_its_column(
    client: OwnClient, credential: Credential
) -> None:
    manners = Manners()
    async with running(vices=AgentVices(error_under=f"{OUTLET_LOADS}.7")) as (agent, port):
        await client.get(target(port, credential), [SYS_NAME])
        for _ in range(2):
            found, faults = await walked(client, port, manners, credential)
            assert faults == {OUTLET_LOADS: Reason.DEVICE_ERROR}
            assert list(found[OUTLET_LOADS]) == [f"{OUTLET_LOADS}.{n}" for n in range(1, 7)]
            assert {**found, OUTLET_LOADS: {}} == {**WHOLE, OUTLET_LOADS: {}}
        assert agent.requests < 90


async def test_a_loop_costs_its_own_column(client: OwnClient) -> None:
    manners = Manners()
    async with running(vices=AgentVices(loop=OUTLET_NAMES)) as (agent, port):
        for _ in range(2):
            found, faults = await walked(client, port, manners)
            assert (found, faults) == (WHOLE, {OUTLET_NAMES: Reason.LOOP})
        assert agent.requests < 40


async def test_one_object_for_ever_ends_every_column(client: OwnClient) -> None:
    stuck = f"{OUTLET_LOADS}.7"
    async with running(vices=AgentVices(stuck=stuck)) as (agent, port):
        found, faults = await walked(client, port, Manners())
        assert found == {c: {} for c in COLUMNS} | {
            OUTLET_LOADS: {stuck: WHOLE[OUTLET_LOADS][stuck]}
        }
        behind = [c for c in COLUMNS if parsed(c) >= parsed(OUTLET_LOADS)]
        assert faults == dict.fromkeys(behind, Reason.LOOP)
        assert agent.requests < 40


async def test_cut_answers_are_faults_of_every_column(client: OwnClient) -> None:
    async with running(vices=AgentVices(truncated=True)) as (agent, port):
        begun = time.monotonic()
        found, faults = await walked(client, port, Manners())
        assert set(faults.values()) == {Reason.TRUNCATED}
        assert set(faults) == set(COLUMNS)
        assert not any(found.values())
        assert time.monotonic() - begun < 5
        assert agent.requests < 150


def first_column_alone() -> SimulatedAgent:
    """An agent that goes on behind the first name of a GETBULK, and forgets the others."""
    agent = SimulatedAgent(APC)
    answer = agent._answerer.answer

    def forgetful(request: Request, version: int, room: int) -> bytes | None:
        names = request.names[:1] if request.kind == GETBULK else request.names
        return answer(replace(request, names=names), version, room)

    agent._answerer.answer = forgetful  # type: ignore[method-assign] # a vice of one test
    return agent


async def test_an_agent_that_answers_for_one_column_alone_is_understood(client: OwnClient) -> None:
    agent = first_column_alone()
    port = await agent.start()
    try:
        for _ in range(2):
            assert await walked(client, port, Manners(), repetitions=12) == (WHOLE, {})
    finally:
        agent.close()
