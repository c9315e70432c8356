"""The simulated agent by itself: its codec, its answers, its security, and what it refuses."""

from __future__ import annotations

import asyncio
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.snmp import ber
from hw_profiles.capture import Capture, SnmpObject
from model.credentials import Secret, UsmCredential
from simulators import snmp_pdu as pdu
from simulators.snmp_agent import AgentVices, SimulatedAgent

BASE = (1, 3, 6, 1, 4, 1, 99999)
HELD = Capture(
    objects=(
        SnmpObject((*BASE, 1, 1), 2, b"-1"),
        SnmpObject((*BASE, 1, 2), 66, b"4294967295"),
        SnmpObject((*BASE, 2, 1), 4, b"text"),
        SnmpObject((*BASE, 2, 300), 70, b"18446744073709551615"),
        SnmpObject((*BASE, 3, 0), 6, b"1.3.6.1.2.1"),
    )
)
USERS = (
    UsmCredential("all", "all", "sha256", Secret("auth-pass"), "aes", Secret("priv-pass")),
    UsmCredential("none", "none"),
)


def request(
    kind: int, *oids: tuple[int, ...], version: int = 1, first: int = 0, second: int = 0,
    community: bytes = b"public",
) -> bytes:  # fmt: skip
    names = (ber.tlv(0x30, ber.tlv(6, ber.oid_content(oid)) + b"\x05\x00") for oid in oids)
    body = (
        ber.integer(7) + ber.integer(first) + ber.integer(second) + ber.tlv(0x30, b"".join(names))
    )
    return ber.tlv(0x30, ber.integer(version) + ber.tlv(4, community) + ber.tlv(kind, body))


Answer = tuple[int, int, list[tuple[tuple[int, ...], int, bytes]]]


def answer(data: bytes | None) -> Answer:
    """Error-status, error-index and (oid, tag, content) of each varbind."""
    assert data is not None
    at, end = ber.expect(data, 0, len(data), 0x30)
    _, at = ber.number(data, at, end)
    _, at = ber.expect(data, at, end, 4)
    at, end = ber.expect(data, at, end, pdu.RESPONSE)
    request_id, at = ber.number(data, at, end)
    assert request_id == 7
    status, at = ber.number(data, at, end)
    index, at = ber.number(data, at, end)
    at, end = ber.expect(data, at, end, 0x30)
    found = []
    while at < end:
        start, at = ber.expect(data, at, end, 0x30)
        name, name_end = ber.expect(data, start, at, 6)
        tag, value, value_end = ber.head(data, name_end, at)
        found.append((ber.oid_parts(data[name:name_end]), tag, data[value:value_end]))
    return status, index, found


@pytest.fixture
def agent() -> SimulatedAgent:
    return SimulatedAgent(HELD, users=USERS)


def test_get_answers_each_name(agent: SimulatedAgent) -> None:
    found = answer(agent.respond(request(pdu.GET, (*BASE, 1, 1), (*BASE, 2, 9), (1, 2, 9))))
    assert found == (
        0,
        0,
        [((*BASE, 1, 1), 2, b"\xff"), ((*BASE, 2, 9), 0x81, b""), ((1, 2, 9), 0x80, b"")],
    )


def test_getnext_goes_in_order_of_numbers_not_bytes(agent: SimulatedAgent) -> None:
    found = answer(agent.respond(request(pdu.GETNEXT, (*BASE, 2, 1), (*BASE, 2, 299))))
    counter = ((*BASE, 2, 300), 70, b"\0" + b"\xff" * 8)
    assert found == (0, 0, [counter, counter])


def test_getbulk_repeats_and_ends(agent: SimulatedAgent) -> None:
    one = answer(agent.respond(request(pdu.GETBULK, (*BASE, 2), second=9)))
    assert [oid for oid, _, _ in one[2]] == [
        (*BASE, 2, 1), (*BASE, 2, 300), (*BASE, 3, 0), (*BASE, 3, 0),
    ]  # fmt: skip
    assert one[2][-1][1:] == (0x82, b"")
    two = answer(
        agent.respond(request(pdu.GETBULK, (*BASE, 3), (*BASE, 1), (*BASE, 2), first=1, second=2))
    )
    assert [oid for oid, _, _ in two[2]] == [
        (*BASE, 3, 0), (*BASE, 1, 1), (*BASE, 2, 1), (*BASE, 1, 2), (*BASE, 2, 300),
    ]  # fmt: skip


def test_version_1_refuses_with_an_index_and_hides_counter64(agent: SimulatedAgent) -> None:
    status, index, _ = answer(
        agent.respond(request(pdu.GET, (*BASE, 1, 1), (*BASE, 2, 300), version=0))
    )
    assert (status, index) == (2, 2)
    found = answer(agent.respond(request(pdu.GETNEXT, (*BASE, 2, 1), version=0)))
    assert found[2][0][0] == (*BASE, 3, 0)
    assert answer(agent.respond(request(pdu.GETNEXT, (*BASE, 3, 0), version=0)))[:2] == (2, 1)
    assert agent.respond(request(pdu.GETBULK, BASE, version=0, second=5)) is None


def test_a_write_is_refused_and_counted(agent: SimulatedAgent) -> None:
    assert answer(agent.respond(request(pdu.SET, (*BASE, 1, 1))))[:2] == (17, 1)
    assert agent.writes == 1


def test_a_wrong_community_meets_silence(agent: SimulatedAgent) -> None:
    assert agent.respond(request(pdu.GET, (*BASE, 1, 1), community=b"private")) is None


def test_no_answer_is_longer_than_it_may_be() -> None:
    texts = tuple(SnmpObject((*BASE, 1, n), 4, b"x" * 100) for n in range(1, 50))
    agent = SimulatedAgent(Capture(objects=texts), largest=1000)
    bulk = agent.respond(request(pdu.GETBULK, BASE, second=40))
    assert bulk is not None
    assert 600 < len(bulk) <= 1000
    assert len(answer(bulk)[2]) == 6
    names = tuple(t.oid for t in texts)
    assert answer(agent.respond(request(pdu.GET, *names)))[0] == 1
    two = agent.respond(request(pdu.GETBULK, BASE, (*BASE, 1, 5), second=40))
    assert two is not None
    assert len(two) <= 1000


def test_values_move_with_time() -> None:
    def higher(seconds: float, oid: str, value: int | bytes) -> int | bytes:
        assert seconds >= 0
        return value + 5 if isinstance(value, int) and oid.endswith(".1.1") else value

    agent = SimulatedAgent(HELD, vary=higher)
    found = answer(agent.respond(request(pdu.GETBULK, BASE, second=5)))
    assert [content for _, _, content in found[2]][:3] == [b"\x04", b"\0\xff\xff\xff\xff", b"text"]


def test_an_algorithm_that_it_does_not_speak_is_refused() -> None:
    des = UsmCredential("des", "des", "sha", Secret("auth-pass"), "des", Secret("priv-pass"))
    with pytest.raises(ValueError, match="aes, not des"):
        SimulatedAgent(HELD, users=(des,))


@settings(max_examples=400)
@given(st.binary(max_size=120))
def test_no_bytes_make_it_stumble(data: bytes) -> None:
    agent = SimulatedAgent(HELD)
    assert agent.respond(data) is None or data


@settings(max_examples=400)
@given(st.integers(0, 2**32), st.integers(1, 6))
def test_no_mangled_request_makes_it_stumble(seed: int, changes: int) -> None:
    agent, chance = SimulatedAgent(HELD, engine_id=b"\x80\0\0\0\x05engine"), random.Random(seed)
    whole = bytearray(request(pdu.GETBULK, BASE, (*BASE, 2), second=10))
    for _ in range(changes):
        whole[chance.randrange(len(whole))] = chance.randrange(256)
    agent.respond(bytes(whole[: chance.choice((len(whole), chance.randrange(len(whole))))]))


async def test_many_agents_share_a_loop_and_close_without_a_trace() -> None:
    agents = [SimulatedAgent(HELD, vices=AgentVices(delay=5)) for _ in range(50)]
    ports = [await agent.start() for agent in agents]
    assert len(set(ports)) == 50
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        asyncio.DatagramProtocol, remote_addr=("127.0.0.1", ports[0])
    )
    transport.sendto(request(pdu.GET, (*BASE, 1, 1)))
    await asyncio.sleep(0.02)
    assert agents[0].requests == 1
    transport.close()
    for agent in agents:
        agent.close()
