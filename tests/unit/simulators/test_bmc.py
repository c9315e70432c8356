"""The simulated BMC as a console sees it on the wire."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw_profiles.capture import Capture, read
from simulators.bmc import DCMI_POWER, SimulatedBmc
from simulators.bmc_crypto import SUITES
from simulators.bmc_sessions import BmcUser, Session
from simulators.bmc_vices import BmcVices
from tests.unit.simulators.console import ALGORITHMS, Console, Refused

CAPTURES = Path(__file__).parents[2] / "captures"
GENERIC = read(CAPTURES / "generic-ipmi.capture")
HUAWEI = read(CAPTURES / "huawei-ibmc.capture")
POWER, CPU1, PS1_STATUS, DISKS = 0x10, 0x03, 0x31, 0x0B
"""Sensor numbers of the Huawei capture."""


@asynccontextmanager
async def serving(
    capture: Capture = HUAWEI, **options: Any
) -> AsyncIterator[tuple[SimulatedBmc, int]]:
    bmc = SimulatedBmc(capture, **options)
    port = await bmc.start()
    try:
        yield bmc, port
    finally:
        bmc.close()


@pytest.mark.parametrize("suite", ALGORITHMS)
async def test_reads_a_sensor_in_every_suite(suite: int) -> None:
    async with serving() as (bmc, port), Console(port, suite) as console:
        await console.login()
        assert len(bmc.sessions) == 1
        assert await console.request(4, 0x2D, bytes((POWER,))) == bytes((0, 103, 0xC0, 0xC0))
        assert await console.request(6, 0x01) == bytes.fromhex("002001067002bfdb0700010000000000")
        assert await console.close() == b"\0"
        assert len(bmc.sessions) == 0


async def test_a_suite_that_is_switched_off_is_refused() -> None:
    async with serving(suites=(3,)) as (bmc, port), Console(port, 17) as console:
        with pytest.raises(Refused, match="open: 0x11"):
            await console.login()
        assert len(bmc.sessions) == 0


async def test_lists_its_suites_in_chunks_of_sixteen_bytes() -> None:
    async with serving() as (_, port), Console(port) as console:
        listed = b""
        for index in range(3):
            answer = await console.plain(6, 0x54, bytes((0x0E, 0, 0x80 | index)))
            assert answer is not None
            assert answer[:2] == b"\0\1"
            listed += answer[2:]
        assert [listed[i + 1] for i in range(0, len(listed), 5)] == [1, 2, 3, 15, 16, 17]
        assert listed[-5:] == bytes((0xC0, 17, 0x03, 0x44, 0x81))


async def test_says_before_any_session_that_it_speaks_rmcp_plus() -> None:
    async with serving() as (_, port), Console(port) as console:
        assert await console.plain(6, 0x38, b"\x8e\x02") == bytes.fromhex("000180040200000000")
        pong = await console.ping()
        assert pong is not None
        assert (pong[3], pong[8:10], pong[20]) == (6, b"\x40\x07", 0x81)


async def test_answers_nothing_of_worth_outside_a_session() -> None:
    async with serving() as (_, port), Console(port) as console:
        assert await console.plain(4, 0x2D, bytes((POWER,))) == b"\xd4"
        assert await console.plain(6, 0x01) == b"\xd4"


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        ({"user": "nobody"}, ("rakp2", 0x0D)),
        ({"password": "wrong"}, ("rakp2", -1)),
        ({"privilege": 4}, ("rakp2", 0x0A)),
    ],
)
async def test_refuses(options: dict[str, Any], refusal: tuple[str, int]) -> None:
    async with serving() as (_, port), Console(port, **options) as console:
        with pytest.raises(Refused) as caught:
            await console.login()
        assert (caught.value.message, caught.value.status) == refusal


async def test_refuses_a_console_that_does_not_know_the_password() -> None:
    async with serving() as (bmc, port), Console(port) as console:
        console._mac = lambda key, content: b"\0" * 32  # type: ignore[method-assign]
        with pytest.raises(Refused, match="rakp2: -"):
            await console.login()
        request = struct.pack("<BxxxI", 3, console.bmc_id) + bytes(32)
        with pytest.raises(Refused, match="rakp4: 0x0f"):
            await console._payload(0x14, request, "rakp4")
        assert len(bmc.sessions) == 0


class Stutterer(Console):
    """Sends each RAKP message twice, as a console whose answers are late."""

    async def exchange(self, datagram: bytes, patience: float | None = None) -> bytes | None:
        first = await super().exchange(datagram, patience)
        if len(datagram) > 16 and datagram[5] in (0x12, 0x14):
            again = bytearray(datagram)
            again[16] += 1
            second = await super().exchange(bytes(again), patience)
            assert first
            assert second
            assert second[17:] == first[17:]
        return first


async def test_a_login_message_sent_again_gets_the_same_answer() -> None:
    async with serving() as (bmc, port), Stutterer(port) as console:
        await console.login()
        assert bmc.sessions.logins == 1
        assert await console.request(0, 0x01) == bytes.fromhex("0021004000")


async def test_privilege_stays_within_the_users_limit() -> None:
    users = (BmcUser("monitor", "monitor-pass", "operator"),)
    async with serving(users=users) as (_, port), Console(port, privilege=3) as console:
        await console.login()
        assert await console.request(6, 0x3B, b"\0") == b"\0\x02"
        assert await console.request(6, 0x3B, b"\x03") == b"\0\x03"
        assert await console.request(6, 0x3B, b"\x04") == b"\x81"
        assert await console.request(6, 0x3B, b"\0") == b"\0\x03"


async def test_drops_replayed_and_forged_packets() -> None:
    async with serving() as (bmc, port), Console(port) as console:
        await console.login()
        sealed = console.seal(console._message(6, 0x01, b"", 0))
        assert await console.send(sealed) is not None
        assert await console.send(sealed) is None
        sealed = console.seal(console._message(6, 0x01, b"", 0))
        assert await console.send(sealed[:-1] + bytes((sealed[-1] ^ 1,))) is None
        assert await console.send(sealed) is not None
        served = bmc.commands
        assert await console.exchange(bytes((6, 0, 255, 7, 6)) + bytes(40)) is None
        assert await console.exchange(b"") is None
        assert bmc.commands == served


async def test_a_silent_session_ends_after_a_minute() -> None:
    now = 0.0
    async with serving(clock=lambda: now) as (bmc, port), Console(port) as console:
        await console.login()
        now = 59.0
        assert await console.request(0, 0x01) == bytes.fromhex("0021004000")
        now = 120.0
        assert len(bmc.sessions) == 0
        assert await console.request(0, 0x01) is None


async def test_sessions_do_not_survive_a_power_cut() -> None:
    async with serving() as (bmc, port), Console(port) as console:
        await console.login()
        bmc.close()
        assert await console.request(0, 0x01) is None
        assert await bmc.start(port=port) == port
        assert await console.request(0, 0x01) is None
        await console.login()
        assert await console.request(0, 0x01) == bytes.fromhex("0021004000")


async def test_readings_follow_vary_and_discrete_ones_do_not() -> None:
    asked = []

    def vary(seconds: float, number: int, raw: int) -> int:
        asked.append((seconds, number))
        return raw + 2

    clock = lambda: 7.0  # noqa: E731
    async with serving(vary=vary, clock=clock) as (_, port), Console(port) as console:
        await console.login()
        assert await console.request(4, 0x2D, bytes((POWER,))) == bytes((0, 105, 0xC0, 0xC0))
        assert await console.request(4, 0x2D, bytes((PS1_STATUS,))) == bytes((0, 0, 0xC0, 1, 0x80))
        assert await console.request(4, 0x2D, bytes((DISKS,))) == bytes((0, 0, 0xE0, 0xC0))
        assert asked == [(7.0, POWER)]


async def test_dcmi_power_follows_vary() -> None:
    inspur = read(CAPTURES / "inspur.capture")
    vary = lambda seconds, number, raw: raw * 3 if number == DCMI_POWER else raw  # noqa: E731
    async with serving(inspur, vary=vary) as (_, port), Console(port) as console:
        await console.login()
        answer = await console.request(0x2C, 0x02, b"\xdc\x01\0\0")
        assert answer is not None
        assert struct.unpack_from("<HHH", answer, 2) == (888, 177, 888)


async def test_many_share_one_loop_and_close_their_ports() -> None:
    bmcs = [SimulatedBmc(GENERIC) for _ in range(8)]
    ports = [await bmc.start() for bmc in bmcs]
    assert len(set(ports)) == 8

    async def identify(port: int) -> bytes | None:
        async with Console(port) as console:
            await console.login()
            return await console.request(6, 0x01)

    answers = await asyncio.gather(*(identify(port) for port in ports))
    assert set(answers) == {bytes.fromhex("002001021502bf0000000100" + "00000000")}
    for bmc in bmcs:
        bmc.close()
    again = SimulatedBmc(GENERIC)
    assert await again.start(port=ports[0]) == ports[0]
    again.close()


async def test_serves_ipv6() -> None:
    bmc = SimulatedBmc(GENERIC)
    port = await bmc.start("::1")
    loop = asyncio.get_running_loop()
    import socket

    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as client:
        client.setblocking(False)
        client.connect(("::1", port))
        client.send(bytes.fromhex("0600ff06 000011be 80070000"))
        assert (await loop.sock_recv(client, 100))[8] == 0x40
    bmc.close()


@given(st.binary(max_size=80), st.sampled_from([b"", b"\x06\0\xff\x07", b"\x06\0\xff\x07\x06"]))
def test_no_datagram_upsets_it(rest: bytes, start: bytes) -> None:
    answer = FUZZED._server.answer(start + rest)
    assert answer is None or answer[0] == 6


@given(st.integers(0, 63), st.integers(0, 255), st.binary(max_size=12))
def test_no_request_upsets_it(netfn: int, command: int, data: bytes) -> None:
    for session in (None, SESSION):
        assert FUZZED.command(netfn, command, data, 0, session)


FUZZED = SimulatedBmc(GENERIC, vices=BmcVices(endless_sdr=True, huge_fru=True, dcmi_inactive=True))
SESSION = Session(SUITES[3], 1, 2, 4, 0.0, BmcUser("monitor", "x"))
