"""Any bytes in, an answer or a failure of ours out; and ICMP or discovery as a sign of life."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.protocol import Failure
from collectors.snmp import silence
from collectors.snmp.envelope import truncated
from collectors.snmp.exchange import Garbage
from collectors.snmp.messages import GET
from collectors.snmp.own_client import OwnClient
from collectors.snmp.silence import sign_of_life
from model.credentials import CommunityCredential, Credential, UsmCredential
from model.readings import Reason
from simulators.snmp_agent import SimulatedAgent
from tests.unit.collectors.snmp.agents import (
    APC,
    PUBLIC,
    SHA256,
    SYS_NAME,
    running,
    target,
)

CLIENT = OwnClient()
ALLOWED = {
    "tuple",
    *(Reason.PROTOCOL, Reason.TRUNCATED, Reason.NO_ANSWER, Reason.TIMEOUT, Reason.TOO_BIG),
    *(Reason.DEVICE_ERROR, Reason.UNSUPPORTED, Reason.PRIVILEGE_REFUSED, Reason.V3_CLOCK),
    *(Reason.V3_WRONG_KEY, Reason.V3_LEVEL_REFUSED, Reason.V3_UNKNOWN_USER),
    Reason.V3_WRONG_DIGEST,
}


class Mangling(SimulatedAgent):
    """Changes, cuts or replaces bytes of each answer, by chance."""

    chance = random.Random(3)

    def respond(self, data: bytes) -> bytes | None:
        whole = super().respond(data)
        if whole is None:
            return None
        mangled = bytearray(whole)
        for _ in range(self.chance.randint(1, 4)):
            mangled[self.chance.randrange(len(mangled))] = self.chance.randrange(256)
        return bytes(mangled[: self.chance.choice((len(mangled), len(mangled), 9, 1, 0))])


@pytest.mark.parametrize("credential", [PUBLIC, SHA256], ids=["v2c", "v3"])
async def test_mangled_answers_never_raise_anything_else(credential: Credential) -> None:
    async def dead(_peer: tuple[str, int], _timeout: float) -> str:
        return ""

    agent = Mangling(APC, users=(SHA256,))
    port = await agent.start()
    client = OwnClient(life=dead)
    asked = target(port, credential, timeout=0.004, retries=0)
    outcomes = set()
    try:
        for _ in range(200):
            try:
                outcomes.add(type(await client.getbulk(asked, [SYS_NAME[:-2]], 10)).__name__)
            except Failure as failure:
                outcomes.add(failure.reason.value)
    finally:
        await client.close()
        agent.close()
    assert outcomes - ALLOWED == set()
    assert len(outcomes) > 1


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=120), st.sampled_from((PUBLIC, SHA256)))
def test_no_bytes_break_the_reading_of_an_answer(
    data: bytes, credential: CommunityCredential | UsmCredential
) -> None:
    speaker = CLIENT._speaker(target(161), credential, ("192.0.2.1", 161))
    question = speaker.question(GET, [SYS_NAME], 0)
    question.write()
    try:
        assert question.read(data) is None
    except Garbage:
        pass
    finally:
        speaker.answered()


@given(st.binary(max_size=12))
def test_any_beginning_is_judged(data: bytes) -> None:
    assert truncated(data) in (True, False)


def test_a_cut_message_is_told_from_a_whole_one() -> None:
    assert truncated(bytes.fromhex("3005020101"))
    assert truncated(bytes.fromhex("308201000201"))
    assert not truncated(bytes.fromhex("3003020101"))
    assert not truncated(bytes.fromhex("300302010100"))
    assert not truncated(b"garbage")


async def test_a_living_host_gives_a_sign() -> None:
    async with running() as (_, port):
        signs = {"it answers SNMPv3 discovery", "it answers ICMP echo"}
        assert await sign_of_life(("127.0.0.1", port), 1) in signs
    assert await sign_of_life(("240.0.0.1", 9), 0.05) == ""


async def test_the_discovery_request_is_one_that_engines_answer() -> None:
    async with running() as (agent, _):
        reply = agent.respond(silence.DISCOVERY)
    assert reply is not None
    assert bytes.fromhex("06 0a 2b 06 01 06 03 0f 01 01 04 00") in reply  # usmStatsUnknownEngineIDs
