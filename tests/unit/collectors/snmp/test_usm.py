"""SNMPv3 with an agent that restarts, drifts, lies or is spoken for by somebody else."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.protocol import Failure
from collectors.snmp import usm
from collectors.snmp.client import Varbind
from collectors.snmp.engines import EngineClock
from collectors.snmp.exchange import Garbage, Resend, Response
from collectors.snmp.keys import authentication_key, privacy_key
from collectors.snmp.messages import GET
from collectors.snmp.own_client import OwnClient
from collectors.snmp.usm_speaker import Usm
from model.credentials import Secret, UsmCredential
from model.readings import Reason
from simulators.snmp_agent import SimulatedAgent
from tests.unit.collectors.snmp.agents import (
    APC,
    MD5,
    NOBODY,
    SHA256,
    SYS_NAME,
    running,
    target,
    user,
)

NAME = Varbind(SYS_NAME, "pdu-a01-a")
ENGINE = b"\x80\x00\x1f\x88\x05an engine"


@pytest.fixture
async def client() -> AsyncIterator[OwnClient]:
    made = OwnClient()
    yield made
    await made.close()


def answering(agent: SimulatedAgent, change: Callable[[bytes], bytes | None]) -> None:
    """Changes what an agent answers on the wire."""
    respond = agent.respond

    def changed(data: bytes) -> bytes | None:
        found = respond(data)
        return change(found) if found is not None else None

    agent.respond = changed  # type: ignore[method-assign] # a stranger on the wire


def in_the_clear(agent: SimulatedAgent) -> None:
    """From now on the agent neither signs nor encrypts."""
    seal = agent._engine.seal

    def bare(call: usm.Header, _user: usm.Protection | None, _flags: int, answer: bytes) -> bytes:
        return seal(call, None, 0, answer)

    agent._engine.seal = bare  # type: ignore[assignment] # a stranger on the wire


async def test_contact_takes_two_requests_and_each_further_question_one(client: OwnClient) -> None:
    async with running() as (agent, port):
        asked = target(port, SHA256)
        assert await client.get(asked, [SYS_NAME]) == (NAME,)
        assert agent.requests == 2
        assert await client.get(asked, [SYS_NAME]) == (NAME,)
        assert agent.requests == 3


async def test_a_clock_that_jumps_costs_one_resend(client: OwnClient) -> None:
    async with running() as (agent, port):
        asked, clock = target(port, SHA256), agent._engine.time
        await client.get(asked, [SYS_NAME])
        clock.begun -= 100_000
        before = agent.requests
        assert await client.get(asked, [SYS_NAME]) == (NAME,)
        assert agent.requests - before == 2, "a Report, then the answer"
        assert await client.get(asked, [SYS_NAME]) == (NAME,)
        assert agent.requests - before == 3


async def test_an_agent_that_restarted_is_followed(client: OwnClient) -> None:
    async with running() as (agent, port):
        asked, clock = target(port, SHA256), agent._engine.time
        await client.get(asked, [SYS_NAME])
        clock.boots, clock.begun = 2, clock.clock()
        assert await client.get(asked, [SYS_NAME]) == (NAME,)


async def test_boots_that_went_back_are_not_believed_until_it_is_met_anew(
    client: OwnClient,
) -> None:
    """RFC 3414 §3.2 step 7 b: what is older than we know may be a replay."""
    async with running() as (agent, port):
        asked, clock = target(port, SHA256, retries=0), agent._engine.time
        clock.boots = 7
        await client.get(asked, [SYS_NAME])
        clock.boots = 1
        with pytest.raises(Failure) as caught:
            await client.get(asked, [SYS_NAME])
        assert caught.value.reason is Reason.TIMEOUT
        await client.forget(asked)
        assert await client.get(asked, [SYS_NAME]) == (NAME,)


@pytest.mark.parametrize("engine", ["", "pysnmp"], ids=["own", "pysnmp"])
async def test_an_answer_that_does_not_authenticate_is_dropped_and_counted(
    client: OwnClient, engine: str
) -> None:
    async with running() as (agent, port):
        asked = replace(target(port, SHA256, retries=1), engine=engine)
        await client.get(asked, [SYS_NAME])
        assert client.dropped == {"unasked": 0, "malformed": 0, "unproven": 0}
        answering(agent, lambda data: data[:-1] + bytes((data[-1] ^ 1,)))
        with pytest.raises(Failure) as caught:
            await client.get(asked, [SYS_NAME])
        assert caught.value.reason is Reason.TIMEOUT
        assert caught.value.detail == (
            "no answer to 2 requests; 2 that did not prove to be the agent's were dropped"
        )
        assert client.dropped == {"unasked": 0, "malformed": 0, "unproven": 2}


async def test_a_forger_who_was_there_first_is_told(client: OwnClient) -> None:
    async with running() as (agent, port):
        forged = [0]

        def signed_by_nobody(data: bytes) -> bytes:
            if len(data) < 110:  # it does not touch discovery
                return data
            forged[0] += 1
            return data[:-1] + bytes((data[-1] ^ 1,))

        answering(agent, signed_by_nobody)
        with pytest.raises(Failure) as caught:
            await client.get(target(port, user("sha256-user", "sha256", priv="aes")), [SYS_NAME])
        assert caught.value.reason is Reason.V3_WRONG_DIGEST
        assert caught.value.detail == f"{forged[0]} answers do not prove that they are the agent's"


async def test_an_answer_in_clear_text_to_a_secret_question_is_dropped(client: OwnClient) -> None:
    async with running() as (agent, port):
        asked = target(port, SHA256, retries=0)
        await client.get(asked, [SYS_NAME])
        in_the_clear(agent)
        with pytest.raises(Failure) as caught:
            await client.get(asked, [SYS_NAME])
        assert caught.value.reason is Reason.TIMEOUT


async def test_a_report_of_the_time_window_that_nobody_signed_moves_no_clock(
    client: OwnClient,
) -> None:
    async with running() as (agent, port):
        asked = target(port, SHA256, retries=0)
        await client.get(asked, [SYS_NAME])
        agent.vices.clock_broken = True
        in_the_clear(agent)
        before = agent.requests
        with pytest.raises(Failure):
            await client.get(asked, [SYS_NAME])
        assert agent.requests - before == 1


PRIVACIES = ("aes", "aes192", "aes256", "aes192c", "aes256c")


@pytest.mark.parametrize("auth", ["md5", "sha", "sha224", "sha256", "sha384", "sha512"])
@pytest.mark.parametrize("priv", PRIVACIES)
async def test_every_pair_of_algorithms_is_spoken(client: OwnClient, auth: str, priv: str) -> None:
    credential = user("someone", auth, priv=priv)
    async with running(users=(credential,)) as (_, port):
        found = await client.getbulk(target(port, credential), [SYS_NAME[:-2]], 20)
        assert NAME in found


async def test_keys_are_made_once_for_an_engine() -> None:
    authentication_key.cache_clear()
    privacy_key.cache_clear()
    async with running() as (_, port):
        for _ in range(3):
            client = OwnClient()
            assert await client.get(target(port, SHA256), [SYS_NAME]) == (NAME,)
            await client.close()
    assert authentication_key.cache_info().misses <= 2, "the agent's own user of MD5 has another"
    assert privacy_key.cache_info().misses == 1


async def test_contexts_and_users_of_one_agent_share_its_clock(client: OwnClient) -> None:
    async with running() as (agent, port):
        await client.get(target(port, SHA256), [SYS_NAME])
        before = agent.requests
        for credential in (MD5, NOBODY, replace(SHA256, context="bank1")):
            assert await client.get(target(port, credential), [SYS_NAME]) == (NAME,)
        assert agent.requests - before == 3, "nobody asks again who is there"


async def test_two_hundred_agents_at_once_lose_nothing(client: OwnClient) -> None:
    agents = [SimulatedAgent(APC, users=(SHA256,)) for _ in range(200)]
    ports = [await agent.start() for agent in agents]
    targets = [target(port, timeout=20, retries=0) for port in ports]
    try:
        for _ in range(3):
            walks = (client.getbulk(asked, [SYS_NAME], 25) for asked in targets)
            found = await asyncio.gather(*walks)
            assert all(len(rows) == 25 for rows in found)
        assert sum(agent.requests for agent in agents) == 600
    finally:
        for agent in agents:
            agent.close()


ALONE = """
import asyncio, sys
from collectors.snmp.own_client import OwnClient
from model.credentials import Secret, UsmCredential
from model.devices import Protocol, Target
client = OwnClient()
for level in (("sha256", "aes"), ("sha", sys.argv[1])):
    who = UsmCredential("u", "u", level[0], Secret("auth-pass"), level[1], Secret("priv-pass"))
    client._speaker(Target("t", "127.0.0.1", Protocol.SNMP, who), who, ("127.0.0.1", 161))
print("pysnmp" in sys.modules)
"""


@pytest.mark.parametrize(("priv", "imported"), [("aes256c", False), ("des", True)])
def test_pysnmp_is_imported_where_an_algorithm_needs_it(priv: str, imported: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ALONE, priv], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(imported)


def test_encryption_without_authentication_is_refused() -> None:
    bare = UsmCredential("x", "x", "", Secret(""), "aes", Secret("priv-pass"))
    with pytest.raises(Failure) as caught:
        Usm(bare, EngineClock())
    assert caught.value.reason is Reason.NO_CREDENTIAL
    assert "§1.4.3" in caught.value.detail


SPEAKER = Usm(SHA256, EngineClock())
SPEAKER.clock.met(ENGINE, 3, 1000)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=80), st.booleans(), st.sampled_from((0, 1, 3)), st.integers(0, 2**31 - 1))
def test_any_signed_bytes_give_an_answer_or_our_error(
    body: bytes, framed: bool, flags: int, seconds: int
) -> None:
    question = SPEAKER.question(GET, [SYS_NAME], 0)
    sent = usm.parse(question.write())
    inner = usm.scoped(ENGINE, b"", body) if framed else body
    header = replace(sent, flags=flags, boots=3, seconds=seconds)
    data = usm.sealed(header, inner, SPEAKER.keys())
    SPEAKER.clock.met(ENGINE, 3, 1000)
    try:
        assert isinstance(question.read(data), Response | None)
    except (Garbage, Failure, Resend):
        pass
