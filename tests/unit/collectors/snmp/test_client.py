"""The client over the wire: versions, levels, and each way in which an agent is not reached."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from collectors.protocol import Failure
from collectors.snmp.client import Missing, Refusal, Varbind
from collectors.snmp.conversation import Conversation
from collectors.snmp.own_client import OwnClient
from collectors.snmp.pysnmp_client import PysnmpSpeakers, check_encryption
from model.credentials import CommunityCredential, Credential, IpmiCredential, Secret
from model.readings import Reason, Scalar
from simulators.snmp_agent import AgentVices
from tests.unit.collectors.snmp.agents import (
    MD5,
    NOBODY,
    PUBLIC,
    PUBLIC_V1,
    SHA256,
    SYS_NAME,
    device,
    running,
    target,
    user,
)

NAME = Varbind(SYS_NAME, "pdu-a01-a")


@pytest.fixture(params=["own", "pysnmp"])
async def client(request: pytest.FixtureRequest) -> AsyncIterator[Conversation]:
    made = OwnClient() if request.param == "own" else Conversation(PysnmpSpeakers())
    yield made
    await made.close()


async def reason_of(client: Conversation, port: int, credential: Credential | None) -> Reason:
    with pytest.raises(Failure) as caught:
        await client.get(target(port, credential), [SYS_NAME])
    return caught.value.reason


ALL_LEVELS = (
    *(PUBLIC_V1, PUBLIC, NOBODY, MD5, SHA256),
    user("sha", "sha", priv="aes"),
    user("sha224", "sha224", priv="aes"),
    user("sha384", "sha384", priv="aes"),
    user("sha512", "sha512", priv="aes"),
)


@pytest.mark.parametrize("credential", ALL_LEVELS, ids=lambda c: c.name)
async def test_each_version_and_level_is_answered(
    client: Conversation, credential: Credential
) -> None:
    users = tuple(c for c in ALL_LEVELS if not isinstance(c, CommunityCredential))
    async with running(users=users) as (_, port):
        asked = target(port, credential)
        assert await client.get(asked, [SYS_NAME]) == (NAME,)
        assert await client.getnext(asked, [SYS_NAME[:-1]]) == (NAME,)


async def test_getbulk_gives_rows_and_says_where_the_mib_ends(client: Conversation) -> None:
    async with running(device(("1.3.6.1.4.1.99999.1.1", 2, "7"))) as (_, port):
        found = await client.getbulk(target(port), [(1, 3, 6, 1, 4)], 5)
    assert found[0] == Varbind((1, 3, 6, 1, 4, 1, 99999, 1, 1), 7)
    assert found[1].value is Missing.END_OF_MIB_VIEW


async def test_values_of_every_type_arrive_decoded(client: Conversation) -> None:
    base = "1.3.6.1.4.1.99999.1"
    held: dict[int, tuple[int, str | bytes, Scalar | Missing]] = {
        1: (2, "-1", -1),
        2: (65, "4294967295", 4294967295),
        3: (66, "65535", 65535),
        4: (67, "4242", 4242),
        5: (70, "18446744073709551615", 18446744073709551615),
        6: (68, bytes.fromhex("9f780441bc0000"), 23.5),
        7: (4, "电流".encode("gb18030"), "电流"),
        8: (4, bytes.fromhex("07ea0b170a1e0f052b0800"), "2026-11-23T10:30:15.5+08:00"),
        9: (6, "1.3.6.1.2.1.33", "1.3.6.1.2.1.33"),
        10: (64, "192.0.2.1", "192.0.2.1"),
        11: (5, "", Missing.UNSPECIFIED),
        12: (2, "4294967295", 4294967295),
        13: (66, "-35", -35),
    }
    weak = device(*((f"{base}.{n}", tag, value) for n, (tag, value, _) in held.items()))
    prefix = (1, 3, 6, 1, 4, 1, 99999, 1)
    async with running(weak) as (_, port):
        for credential in (PUBLIC, PUBLIC_V1, SHA256):
            known = [n for n, (tag, *_) in held.items() if credential != PUBLIC_V1 or tag != 70]
            asked = target(port, credential)
            found = await client.get(asked, [(*prefix, n) for n in known])
            assert found == tuple(Varbind((*prefix, n), held[n][2]) for n in known)


async def test_what_is_missing_is_told_apart(client: Conversation) -> None:
    async with running() as (_, port):
        nowhere, instance = (1, 3, 6, 1, 9, 0), (1, 3, 6, 1, 2, 1, 1, 5, 9)
        found = await client.get(target(port), [nowhere, instance])
        assert [v.value for v in found] == [Missing.NO_SUCH_OBJECT, Missing.NO_SUCH_INSTANCE]
        with pytest.raises(Refusal) as caught:
            await client.get(target(port, PUBLIC_V1), [SYS_NAME, nowhere])
    assert (caught.value.status, caught.value.index) == (2, 2)


async def test_ipv6_and_names_are_reached(client: Conversation) -> None:
    async with running() as (_, port):
        assert await client.get(target(port, host="localhost"), [SYS_NAME]) == (NAME,)
    probe = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    with probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            pytest.skip("no IPv6 on loopback")
    async with running() as (agent, _):
        agent.close()
        port = await agent.start("::1")
        assert await client.get(target(port, host="::1"), [SYS_NAME]) == (NAME,)
        agent.close()
        with pytest.raises(Failure) as caught:
            await client.get(target(port, host="::1"), [SYS_NAME])
    assert caught.value.reason is Reason.PORT_CLOSED


async def test_the_way_there_fails_with_its_reason(client: Conversation) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    assert await reason_of(client, port, PUBLIC) is Reason.PORT_CLOSED
    assert await reason_of(client, port, None) is Reason.NO_CREDENTIAL
    bmc = IpmiCredential("bmc", "monitor", Secret("x"))
    assert await reason_of(client, port, bmc) is Reason.NO_CREDENTIAL
    with pytest.raises(Failure) as caught:
        await client.get(target(port, host="no-such-host.invalid"), [SYS_NAME])
    assert caught.value.reason is Reason.UNRESOLVED


async def test_a_refused_community_is_told_from_a_dead_host() -> None:
    async def dead(_peer: tuple[str, int], _timeout: float) -> str:
        return ""

    wrong = CommunityCredential("wrong", Secret("guess"))
    async with running() as (agent, port):
        client = OwnClient()
        with pytest.raises(Failure) as caught:
            await client.get(target(port, wrong), [SYS_NAME])
        assert caught.value.reason is Reason.COMMUNITY_REFUSED
        assert "guess" not in caught.value.detail
        await client.close()
        client = OwnClient(life=dead)
        assert await reason_of(client, port, wrong) is Reason.NO_ANSWER
        assert await client.get(target(port), [SYS_NAME]) == (NAME,)
        agent.vices.dead = True
        assert await reason_of(client, port, PUBLIC) is Reason.TIMEOUT
        await client.forget(target(port))
        assert await reason_of(client, port, PUBLIC) is Reason.TIMEOUT
        await client.close()


@pytest.mark.parametrize(
    ("credential", "reason"),
    [
        (user("stranger", "sha256", priv="aes"), Reason.V3_UNKNOWN_USER),
        (user("sha256-user", "sha256", "not-this-one", "aes"), Reason.V3_WRONG_DIGEST),
        (user("sha256-user", "sha512", priv="aes"), Reason.V3_WRONG_DIGEST),
        (user("sha256-user", "sha256", priv="aes", key="not-this-one"), Reason.V3_WRONG_KEY),
        (user("sha256-user", "sha256"), Reason.V3_LEVEL_REFUSED),
        (user("md5-user", "md5", priv="aes"), Reason.V3_LEVEL_REFUSED),
        (user("md5-user", "md5", "short"), Reason.NO_CREDENTIAL),
        (user("md5-user", "crc32"), Reason.NO_CREDENTIAL),
        (user(""), Reason.NO_CREDENTIAL),
    ],
)
async def test_an_agent_that_refuses_a_user_says_why(
    client: Conversation, credential: Credential, reason: Reason
) -> None:
    async with running() as (_, port):
        assert await reason_of(client, port, credential) is reason


async def test_an_agent_that_drops_what_it_cannot_decrypt_is_understood(
    client: Conversation,
) -> None:
    async with running() as (agent, port):
        discovered = user("sha256-user", "sha256", priv="aes", key="not-this-one")
        await reason_of(client, port, discovered)
        agent.vices.dead = True
        assert await reason_of(client, port, discovered) is Reason.V3_WRONG_KEY


async def test_a_clock_that_never_fits_ends(client: Conversation) -> None:
    async with running(vices=AgentVices(clock_broken=True)) as (agent, port):
        assert await reason_of(client, port, SHA256) is Reason.V3_CLOCK
        assert agent.requests < 20


async def test_an_agent_with_a_new_engine_is_met_anew(client: Conversation) -> None:
    async with running() as (_, port):
        await client.get(target(port, SHA256), [SYS_NAME])
    async with running() as (agent, _):
        agent.close()
        await agent.start(port=port)
        if not isinstance(client, OwnClient):
            await reason_of(client, port, SHA256)
            await client.forget(target(port, SHA256))
        assert await client.get(target(port, SHA256), [SYS_NAME]) == (NAME,)


async def test_users_of_one_name_and_two_passwords_keep_apart(client: Conversation) -> None:
    other = user("sha256-user", "sha256", "another-pass", "aes", "another-key")
    async with running() as (_, one), running(users=(other,)) as (_, two):
        for _ in range(2):
            assert await client.get(target(one, SHA256), [SYS_NAME]) == (NAME,)
            assert await client.get(target(two, other), [SYS_NAME]) == (NAME,)


async def test_one_request_at_a_time_is_in_flight(client: Conversation) -> None:
    async with running(vices=AgentVices(weak=0.01)) as (agent, port):
        asked = target(port, retries=0, timeout=1)
        found = await asyncio.gather(*(client.get(asked, [SYS_NAME]) for _ in range(5)))
        assert found == [(NAME,)] * 5
        assert agent.requests == 5


async def test_a_cancelled_request_leaves_nothing_behind(client: Conversation) -> None:
    async with running(vices=AgentVices(delay=0.05)) as (_, port):
        asked = target(port, timeout=5)
        task = asyncio.create_task(client.get(asked, [SYS_NAME]))
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await client.get(asked, [SYS_NAME]) == (NAME,)


async def test_closing_ends_what_is_in_flight() -> None:
    client = OwnClient()
    async with running(vices=AgentVices(dead=True)) as (_, port):
        task = asyncio.create_task(client.get(target(port, timeout=60), [SYS_NAME]))
        await asyncio.sleep(0.02)
        await client.close()
        with pytest.raises(Failure) as caught:
            await task
    assert caught.value.reason is Reason.NETWORK


async def test_nothing_that_is_encrypted_is_seen_on_the_wire(client: Conversation) -> None:
    seen: list[bytes] = []
    async with running() as (agent, port):
        respond = agent.respond

        def listening(data: bytes) -> bytes | None:
            seen.append(data)
            return respond(data)

        agent.respond = listening  # type: ignore[method-assign] # a listener on the wire
        assert await client.get(target(port, SHA256), [SYS_NAME]) == (NAME,)
    name = bytes((6, 8, 0x2B, 6, 1, 2, 1, 1, 5, 0))
    assert len(seen) >= 2
    assert not any(name in data for data in seen)


def test_encryption_is_checked_before_it_is_relied_on(monkeypatch: pytest.MonkeyPatch) -> None:
    check_encryption()

    def clear_text(self: object, key: object, parameters: object, data: bytes) -> object:
        return data, bytes(8)

    monkeypatch.setattr("pysnmp.proto.secmod.rfc3826.priv.aes.Aes.encrypt_data", clear_text)
    with pytest.raises(Failure) as caught:
        check_encryption()
    assert caught.value.reason is Reason.HELPER_MISSING
    assert "cryptography>=47" in caught.value.detail


def test_the_session_is_told_without_secrets() -> None:
    client = OwnClient()
    assert client.session(target(1)) == "SNMPv2c, community accepted"
    assert client.session(target(1, NOBODY)) == "SNMPv3, user nobody, noAuthNoPriv"
    assert client.session(target(1, MD5)) == "SNMPv3, user md5-user, authNoPriv, MD5"
    told = client.session(target(1, SHA256))
    assert told == "SNMPv3, user sha256-user, authPriv, SHA256/AES"
