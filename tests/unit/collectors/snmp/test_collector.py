"""The collector over the wire: who is there, what a plan gives, and what is lost."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from collectors.snmp.collector import SnmpCollector
from collectors.snmp.pysnmp_client import PysnmpClient
from collectors.snmp.replay import ReplayClient
from hw_profiles import capture
from model.credentials import CommunityCredential, Credential, Secret
from model.devices import Identity, Protocol, Step, StepName
from model.raw import Plan, Raw
from model.readings import Fault, Reason
from simulators.snmp_agent import AgentVices
from tests.unit.collectors.snmp.agents import (
    APC,
    CAPTURES,
    OUTLET_AMPERES,
    OUTLET_NAMES,
    OUTLET_WATTS,
    PUBLIC,
    PUBLIC_V1,
    RPDU,
    SHA256,
    SNMP_CAPTURES,
    column_of,
    device,
    running,
    target,
)

RARITAN_TABLE = "1.3.6.1.4.1.13742.6.3.2.1.1.3"
PROBES = (f"{RPDU}.2.1.8.1", f"{RPDU}.9", "1.3.6.1.2.1.33.1.1.1.0", RARITAN_TABLE)
DEVICE_WATTS, GONE = f"{RPDU}.4.3.1.5.1", f"{RPDU}.77.0"
PLAN = Plan(
    gets=(DEVICE_WATTS, f"{RPDU}.4.3.1.9.1", GONE),
    walks=(OUTLET_NAMES, OUTLET_AMPERES, OUTLET_WATTS),
)
WHOLE = {
    DEVICE_WATTS: 27,
    f"{RPDU}.4.3.1.9.1": 19677,
    **column_of(APC, OUTLET_NAMES),
    **column_of(APC, OUTLET_AMPERES),
    **column_of(APC, OUTLET_WATTS),
}


@pytest.fixture
async def collector() -> AsyncIterator[SnmpCollector]:
    made = SnmpCollector(PysnmpClient(), deadline=5)
    yield made
    await made.close()


def silent(_step: Step) -> None:
    pass


async def met(collector: SnmpCollector, port: int, credential: Credential = PUBLIC) -> Identity:
    found = await collector.identify(target(port, credential), PROBES, silent)
    assert isinstance(found, Identity), found
    return found


def good(raw: Raw | Fault) -> dict[str, object]:
    assert isinstance(raw, Raw), raw
    return {a: v for a, v in raw.values.items() if not isinstance(v, Fault)}


def bad(raw: Raw | Fault) -> dict[str, Reason]:
    assert isinstance(raw, Raw), raw
    return {a: v.reason for a, v in raw.values.items() if isinstance(v, Fault)}


@pytest.mark.parametrize("credential", [PUBLIC_V1, PUBLIC, SHA256], ids=["v1", "v2c", "v3"])
async def test_a_device_is_met_and_asked(collector: SnmpCollector, credential: Credential) -> None:
    async with running() as (_, port):
        identity = await met(collector, port, credential)
        assert identity.protocol is Protocol.SNMP
        assert identity.sys_object_id == "1.3.6.1.4.1.318.1.3.4.6"
        assert identity.sys_name == "pdu-a01-a"
        assert identity.sys_descr.startswith("APC Web/SNMP Management Card")
        assert identity.answered == {f"{RPDU}.2.1.8.1", f"{RPDU}.9"}
        raw = await collector.fetch(target(port, credential), identity, PLAN)
    assert good(raw) == WHOLE
    assert bad(raw) == {GONE: Reason.UNSUPPORTED}


@pytest.mark.parametrize("name", SNMP_CAPTURES)
async def test_the_wire_gives_what_the_replay_gives(collector: SnmpCollector, name: str) -> None:
    recorded = capture.read(CAPTURES / f"{name}.capture")
    columns = sorted({thing.oid[:-1] for thing in recorded.objects if thing.oid[-1] != 0})
    gets = tuple(".".join(map(str, thing.oid)) for thing in recorded.objects if thing.oid[-1] == 0)
    plan = Plan(gets, tuple(".".join(map(str, c)) for c in columns))
    replayed = SnmpCollector(ReplayClient(recorded))
    there = target(0)
    known = await replayed.identify(there, PROBES, silent)
    assert isinstance(known, Identity)
    async with running(recorded) as (_, port):
        identity = await met(collector, port)
        raw = await collector.fetch(target(port), identity, plan)
    assert (identity.sys_object_id, identity.answered) == (known.sys_object_id, known.answered)
    assert raw == await replayed.fetch(there, known, plan)
    assert len(good(raw)) == len(recorded.objects)


async def test_an_identity_is_kept_and_costs_nothing(collector: SnmpCollector) -> None:
    async with running() as (agent, port):
        first = await met(collector, port)
        before = agent.requests
        assert await met(collector, port) is first
        assert agent.requests == before
        await collector.forget(target(port))
        assert await met(collector, port) is not first


async def test_the_steps_are_told(collector: SnmpCollector) -> None:
    steps: list[Step] = []
    async with running() as (agent, port):
        await collector.identify(target(port), (), steps.append)
        assert [(s.name, s.fault) for s in steps] == [
            (StepName.REACH, None),
            (StepName.SESSION, None),
        ]
        assert steps[0].evidence == f"127.0.0.1 port {port}/udp"
        assert steps[1].evidence == "SNMPv2c, community accepted"
        steps.clear()
        wrong = CommunityCredential("wrong", Secret("guess"))
        fault = await collector.identify(target(port, wrong), (), steps.append)
        assert isinstance(fault, Fault)
        assert fault.reason is Reason.COMMUNITY_REFUSED
        assert [s.name for s in steps] == [StepName.REACH, StepName.SESSION]
        assert steps[1].fault == fault
        agent.close()
        await collector.forget(target(port))
        steps.clear()
        fault = await collector.identify(target(port), (), steps.append)
        assert isinstance(fault, Fault)
        assert fault.reason is Reason.PORT_CLOSED
        assert [(s.name, s.fault) for s in steps] == [(StepName.REACH, fault)]


async def test_a_device_that_is_lost_is_met_anew(collector: SnmpCollector) -> None:
    async with running() as (agent, port):
        first = await met(collector, port)
        agent.vices.dead = True
        lost = await collector.fetch(target(port), first, PLAN)
        assert isinstance(lost, Fault)
        assert lost.reason is Reason.NO_ANSWER
        again = await collector.identify(target(port), PROBES, silent)
        assert isinstance(again, Fault)
        assert again.reason is Reason.NO_ANSWER
        agent.vices.dead = False
        second = await met(collector, port)
        assert second is not first
        assert good(await collector.fetch(target(port), second, PLAN)) == WHOLE


async def test_another_device_at_the_address_is_noticed(collector: SnmpCollector) -> None:
    async with running() as (_, port):
        first = await met(collector, port)
    async with running(device(("1.3.6.1.2.1.1.5.0", 4, "other"))) as (agent, _):
        agent.close()
        await agent.start(port=port)
        lost = await collector.fetch(target(port), first, PLAN)
        assert isinstance(lost, Fault)
        assert lost.reason is Reason.SESSION_LOST
        assert (await met(collector, port)).sys_object_id == "1.3.6.1.4.1.99999"


async def test_a_table_that_fails_costs_no_other(collector: SnmpCollector) -> None:
    async with running(vices=AgentVices(loop=OUTLET_AMPERES)) as (_, port):
        raw = await collector.fetch(target(port), await met(collector, port), PLAN)
        assert good(raw) == WHOLE
        assert bad(raw) == {GONE: Reason.UNSUPPORTED, OUTLET_AMPERES: Reason.LOOP}


async def test_a_device_that_dies_in_between_keeps_what_was_read(
    collector: SnmpCollector,
) -> None:
    async with running() as (agent, port):
        identity = await met(collector, port)
        respond, last = agent.respond, agent.requests + 2

        def dying(data: bytes) -> bytes | None:
            return respond(data) if agent.requests <= last else None

        agent.respond = dying  # type: ignore[method-assign] # it dies in the middle
        raw = await collector.fetch(target(port), identity, PLAN)
    assert good(raw) == {
        address: value
        for address, value in WHOLE.items()
        if not address.startswith((OUTLET_AMPERES, OUTLET_WATTS))
    }
    assert bad(raw) == {
        GONE: Reason.UNSUPPORTED,
        OUTLET_AMPERES: Reason.TIMEOUT,
        OUTLET_WATTS: Reason.TIMEOUT,
    }


async def test_a_device_that_is_too_slow_is_left_at_the_deadline() -> None:
    collector = SnmpCollector(PysnmpClient(), deadline=0.3)
    async with running() as (agent, port):
        identity = await met(collector, port)
        agent.vices.delay = 0.09
        raw = await collector.fetch(target(port), identity, PLAN)
        assert bad(raw).get(OUTLET_WATTS) is Reason.TIMEOUT
        assert good(raw)[DEVICE_WATTS] == 27
        await collector.close()


async def test_no_write_is_ever_sent(collector: SnmpCollector) -> None:
    async with running() as (agent, port):
        await collector.fetch(target(port), await met(collector, port), PLAN)
        assert agent.requests > 0
        assert agent.writes == 0


async def test_a_user_that_is_gone_leaves_no_engine_behind(collector: SnmpCollector) -> None:
    client = collector._client
    assert isinstance(client, PysnmpClient)
    async with running() as (_, one), running() as (_, other):
        first, second = target(one, SHA256), target(other, SHA256)
        for asked in (first, replace(second, name="other")):
            assert isinstance(await collector.identify(asked, (), silent), Identity)
        assert list(client._engines) == [SHA256]
        await collector.forget(first)
        assert list(client._engines) == [SHA256]
        await collector.forget(replace(second, name="other"))
        gc.collect()  # pysnmp's exceptions hold their frames
        assert list(client._engines) == []
