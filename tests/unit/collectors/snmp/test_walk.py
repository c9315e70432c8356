"""The walk against agents that misbehave: none hangs it, none costs more than its own table."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest

from collectors.snmp.bulk import Manners
from collectors.snmp.client import SnmpClient
from collectors.snmp.collector import parsed
from collectors.snmp.own_client import OwnClient
from collectors.snmp.walk import Column, Walk
from model.credentials import Credential
from model.readings import Reason
from simulators.snmp_agent import AgentVices
from tests.unit.collectors.snmp.agents import (
    APC,
    OUTLET_LOADS,
    OUTLET_NAMES,
    PUBLIC,
    PUBLIC_V1,
    SHA256,
    SYS_NAME,
    column_of,
    device,
    running,
    target,
)

NAMES = column_of(APC, OUTLET_NAMES)
LOADS = column_of(APC, OUTLET_LOADS)


@pytest.fixture
async def client() -> AsyncIterator[OwnClient]:
    async def no_sign(_peer: tuple[str, int], _timeout: float) -> str:
        return ""

    made = OwnClient(life=no_sign)
    yield made
    await made.close()


async def walk(
    client: SnmpClient,
    port: int,
    column: str = OUTLET_NAMES,
    *,
    manners: Manners | None = None,
    credential: Credential = PUBLIC,
    retries: int = 1,
    most: int = 1000,
) -> Column:
    asked = target(port, credential, timeout=0.05, retries=retries)
    walked = Walk(client, asked, manners or Manners(), 25, [parsed(column)], most)
    await walked.run()
    return walked.columns[0]


def refused(column: Column) -> Reason:
    assert column.fault is not None
    return column.fault.reason


@pytest.mark.parametrize("credential", [PUBLIC_V1, PUBLIC, SHA256], ids=["v1", "v2c", "v3"])
async def test_a_column_is_walked_to_its_end(client: OwnClient, credential: Credential) -> None:
    async with running() as (agent, port):
        found = await walk(client, port, credential=credential)
        last = await walk(client, port, "1.3.6.1.4.1.318.1.1.26.10.2.2.1.11", credential=credential)
        assert (found.values, found.fault) == (NAMES, None)
        assert (list(last.values.values()), last.fault) == ([1], None)
        assert agent.requests < (8 if credential is not PUBLIC_V1 else 30)


async def test_an_empty_column_is_no_fault(client: OwnClient) -> None:
    async with running() as (_, port):
        found = await walk(client, port, "1.3.6.1.4.1.318.1.1.26.99")
    assert (found.values, found.fault) == ({}, None)


async def test_a_loop_ends_with_what_was_read(client: OwnClient) -> None:
    async with running(vices=AgentVices(loop=OUTLET_NAMES)) as (agent, port):
        found = await walk(client, port)
        assert (found.values, refused(found)) == (NAMES, Reason.LOOP)
        assert agent.requests <= 2
        other = await walk(client, port, OUTLET_LOADS)
        assert (other.values, other.fault) == (LOADS, None)


async def test_an_agent_that_says_one_object_for_ever_is_left(client: OwnClient) -> None:
    """It is no row of the other columns; of its own column it is the last that is believed."""
    async with running(vices=AgentVices(stuck=f"{OUTLET_NAMES}.7")) as (agent, port):
        found = await walk(client, port)
        assert (found.values, refused(found)) == (
            {f"{OUTLET_NAMES}.7": NAMES[f"{OUTLET_NAMES}.7"]},
            Reason.LOOP,
        )
        after = await walk(client, port, OUTLET_LOADS)
        assert (after.values, refused(after)) == ({}, Reason.LOOP)
        assert agent.requests <= 4


async def limited_then_whole(client: OwnClient, vices: AgentVices, learnt: int) -> None:
    """The column comes whole, and the second walk needs no trial."""
    manners = Manners()
    async with running(vices=vices) as (agent, port):
        await client.get(target(port), [SYS_NAME])
        found = await walk(client, port, manners=manners)
        assert (found.values, found.fault) == (NAMES, None)
        assert manners.repetitions == learnt
        before = agent.requests
        again = await walk(client, port, manners=manners)
        assert again.values == NAMES
        assert agent.requests - before <= -(-24 // learnt) + 1


async def test_repetitions_are_halved_where_they_are_too_many(client: OwnClient) -> None:
    await limited_then_whole(client, AgentVices(too_big_above=5), 3)


async def test_repetitions_are_halved_where_more_meet_silence(client: OwnClient) -> None:
    await limited_then_whole(client, AgentVices(silent_above=10), 6)


async def test_getnext_is_used_where_getbulk_fails(client: OwnClient) -> None:
    await limited_then_whole(client, AgentVices(error_on_bulk=True), 1)


async def test_one_bad_object_costs_the_rest_of_its_column_only(client: OwnClient) -> None:
    manners = Manners()
    async with running(vices=AgentVices(error_under=f"{OUTLET_NAMES}.7")) as (_, port):
        found = await walk(client, port, manners=manners)
        assert (len(found.values), refused(found)) == (6, Reason.DEVICE_ERROR)
        other = await walk(client, port, OUTLET_LOADS, manners=manners)
        assert (other.values, other.fault) == (LOADS, None)
        assert manners.repetitions > 1


async def test_lost_datagrams_are_sent_again(client: OwnClient) -> None:
    async with running(vices=AgentVices(loss=0.2)) as (_, port):
        for _ in range(4):
            found = await walk(client, port, retries=5)
            assert (found.values, found.fault) == (NAMES, None)


async def test_a_weak_agent_is_not_pressed(client: OwnClient) -> None:
    async with running(vices=AgentVices(weak=0.02)) as (agent, port):
        found = await walk(client, port, retries=0)
        assert (found.values, found.fault) == (NAMES, None)
        assert agent.requests <= 2


async def test_cut_answers_are_a_fault(client: OwnClient) -> None:
    async with running(vices=AgentVices(truncated=True)) as (agent, port):
        begun = time.monotonic()
        found = await walk(client, port)
        assert (found.values, refused(found)) == ({}, Reason.TRUNCATED)
        assert agent.requests <= 6
        assert time.monotonic() - begun < 1


async def test_late_duplicates_are_dropped(client: OwnClient) -> None:
    async with running(vices=AgentVices(late_duplicates=0.001)) as (_, port):
        for _ in range(3):
            found = await walk(client, port)
            assert (found.values, found.fault) == (NAMES, None)


async def test_a_table_may_end_with_no_such_instance(client: OwnClient) -> None:
    async with running(vices=AgentVices(end_by_no_such_instance=True)) as (_, port):
        found = await walk(client, port)
    assert (found.values, found.fault) == (NAMES, None)


@pytest.mark.parametrize(
    ("vices", "reason"),
    [
        (AgentVices(dead=True), Reason.NO_ANSWER),
        (AgentVices(wrong_community=True), Reason.NO_ANSWER),
        (AgentVices(loss=1.0), Reason.NO_ANSWER),
        (AgentVices(garbage=True), Reason.PROTOCOL),
        (AgentVices(other_address="127.0.0.2"), Reason.NO_ANSWER),
    ],
    ids=["dead", "community", "loss", "garbage", "address"],
)
async def test_silence_is_never_an_empty_table(
    client: OwnClient, vices: AgentVices, reason: Reason
) -> None:
    async with running(vices=vices) as (_, port):
        begun = time.monotonic()
        found = await walk(client, port)
        assert (found.values, refused(found)) == ({}, reason)
        assert time.monotonic() - begun < 2


async def test_an_agent_that_dies_leaves_what_was_read(client: OwnClient) -> None:
    async with running() as (agent, port):
        manners = Manners(repetitions=4)
        respond = agent.respond

        def dying(data: bytes) -> bytes | None:
            return respond(data) if agent.requests <= 2 else None

        agent.respond = dying  # type: ignore[method-assign] # it dies in the middle
        found = await walk(client, port, manners=manners)
        assert (len(found.values), refused(found), found.lost) == (8, Reason.TIMEOUT, True)


async def test_a_table_without_end_is_cut(client: OwnClient) -> None:
    rows = [(f"1.3.6.1.4.1.99999.1.{n}", 2, "1") for n in range(300)]
    async with running(device(*rows)) as (_, port):
        found = await walk(client, port, "1.3.6.1.4.1.99999.1", most=100)
    assert (len(found.values), refused(found)) == (100, Reason.TOO_BIG)


async def test_indexes_of_many_parts_keep_their_order(client: OwnClient) -> None:
    indexes = ("1.1", "1.2", "1.128", "1.16384", "2.0", "300.4294967295")
    rows = [(f"1.3.6.1.4.1.99999.1.{i}", 66, str(n)) for n, i in enumerate(indexes)]
    async with running(device(*rows)) as (_, port):
        found = await walk(client, port, "1.3.6.1.4.1.99999.1")
    assert found.values == {f"1.3.6.1.4.1.99999.1.{i}": n for n, i in enumerate(indexes)}
