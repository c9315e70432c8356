from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from collectors.ipmi.lan import LanConnector
from collectors.ipmi.session import LanChannel
from collectors.protocol import Failure, silent
from model.devices import Protocol, Target
from model.readings import Reason
from simulators.bmc import SimulatedBmc
from simulators.bmc_sessions import Session
from tests.unit.collectors.ipmi.bmcs import MONITOR, bench, captured

DEVICE_ID = (6, 1)
SENSOR_READING = (4, 0x2D, b"\x01")
INLET = bytes.fromhex("0018c0c0")
"""What the capture answers to it: 24 °C."""


@pytest.mark.parametrize(
    "vices",
    [
        {"noise": 1.0},
        {"foreign": True},
        {"half": 0.3},
        {"loss": 0.3},
        {"no_ping": True},
        {"extra_byte": True},
        {"delay": 0.005},
    ],
)
async def test_requests_get_through(vices: dict[str, Any]) -> None:
    async with bench(**vices) as made:
        channel = await made.connect(timeout=0.03, retries=12)
        for _ in range(20):
            answer = await channel.request(*SENSOR_READING)
            assert answer[:4] == INLET
        await channel.close()


async def test_a_busy_bmc_is_asked_again() -> None:
    async with bench(busy=0.5) as made:
        channel = await made.connect()
        answers = [await channel.request(*SENSOR_READING) for _ in range(6)]
        assert sum(answer[0] == 0 for answer in answers) >= 5
        made.bmc.vices.busy = 1.0
        assert await channel.request(*SENSOR_READING) == b"\xc0"
        await channel.close()


async def test_a_lost_session_is_opened_again() -> None:
    async with bench() as made:
        channel = await made.connect()
        assert (await channel.request(*SENSOR_READING))[0] == 0
        port = made.target.port
        made.bmc.close()
        restarted = SimulatedBmc(captured(), suites=(3,))
        await restarted.start(port=port)
        try:
            # suite 17 is gone too: the login falls back by itself
            assert (await channel.request(*SENSOR_READING))[0] == 0
            assert channel.suite.number == 3
            assert restarted.sessions.active == 1
            await channel.close()
            assert restarted.sessions.active == 0
        finally:
            restarted.close()


async def test_a_bmc_that_dies_is_a_failure_in_bounded_time() -> None:
    async with bench() as made:
        channel = await made.connect()
        made.bmc.vices.silent = True
        begun = time.perf_counter()
        with pytest.raises(Failure) as caught:
            await channel.request(*SENSOR_READING)
        assert caught.value.reason is Reason.NO_ANSWER
        assert time.perf_counter() - begun < 2.0
        with pytest.raises(Failure) as caught:
            await channel.request(*SENSOR_READING)
        assert caught.value.reason is Reason.SESSION_LOST
        await channel.close()


async def test_closing_never_takes_long_and_ends_a_pending_request() -> None:
    async with bench() as made:
        channel = await made.connect(timeout=30.0)
        made.bmc.vices.silent = True
        asking = asyncio.create_task(channel.request(*SENSOR_READING))
        await asyncio.sleep(0.02)
        begun = time.perf_counter()
        await channel.close()
        assert time.perf_counter() - begun < 1.1
        with pytest.raises(Failure) as caught:
            await asking
        assert caught.value.reason is Reason.SESSION_LOST


async def test_a_cancelled_login_leaves_nothing_behind() -> None:
    async with bench(delay=0.02) as made:
        for pause in (0.01, 0.03, 0.05, 0.07, 0.09):
            task = asyncio.create_task(made.connect(timeout=1.0))
            await asyncio.sleep(pause)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        await asyncio.sleep(0.1)
        wire = next(iter(made.connector._wires.values()))
        assert not wire._sessions
        assert not wire._listeners
        made.bmc.vices.delay = 0.0
        channel = await made.connect()
        assert (await channel.request(*DEVICE_ID))[0] == 0
        await channel.close()


async def test_many_channels_share_one_socket() -> None:
    async with bench() as made:
        channels = await asyncio.gather(*(made.connect() for _ in range(12)))
        assert made.bmc.sessions.active == 12
        answers = await asyncio.gather(
            *(channel.request(*SENSOR_READING) for channel in channels for _ in range(5))
        )
        assert len(set(answers)) == 1
        assert len(made.connector._wires) == 1
        await asyncio.gather(*(channel.close() for channel in channels))
        assert made.bmc.sessions.active == 0


async def test_closing_during_a_new_login_ends_it() -> None:
    async with bench() as made:
        channel = await made.connect(timeout=0.2, retries=1)
        made.bmc.vices.silent = True
        asking = asyncio.create_task(channel.request(*SENSOR_READING))
        await asyncio.sleep(0.35)  # the request is given up, the BMC sought again
        begun = time.perf_counter()
        await channel.close()
        with pytest.raises(Failure):
            await asking
        assert time.perf_counter() - begun < 0.1


async def test_closing_twice_is_fine() -> None:
    connector = LanConnector()
    await connector.close()
    async with bench() as made:
        channel = await made.connector.connect(made.target, silent)
        await channel.close()
        await channel.close()
        await made.connector.close()
        await made.connector.close()


class Moody(SimulatedBmc):
    """A BMC with commands that it does not answer, or suddenly refuses."""

    mute: frozenset[tuple[int, int]] = frozenset()
    refusing: frozenset[tuple[int, int]] = frozenset()

    def command(self, netfn: int, command: int, data: bytes, lun: int, of: Session | None) -> bytes:
        if (netfn, command) in self.mute:
            return b""
        if (netfn, command) in self.refusing:
            return b"\xd4"
        return super().command(netfn, command, data, lun, of)


@pytest.fixture
async def moody() -> AsyncIterator[tuple[Moody, LanChannel]]:
    bmc, connector = Moody(captured()), LanConnector()
    port = await bmc.start()
    target = Target("m", "127.0.0.1", Protocol.IPMI, MONITOR, port, timeout=0.2, retries=1)
    channel = await connector.connect(target, silent)
    yield bmc, channel
    await channel.close()
    await connector.close()
    bmc.close()


async def test_a_request_that_is_never_answered_costs_only_itself(
    moody: tuple[Moody, LanChannel],
) -> None:
    bmc, channel = moody
    bmc.mute = frozenset({(0x0A, 0x40)})
    with pytest.raises(Failure) as caught:
        await channel.request(0x0A, 0x40)
    assert caught.value.reason is Reason.TIMEOUT
    assert (await channel.request(*SENSOR_READING))[:4] == INLET
    assert bmc.sessions.active == 1  # the old session was ended before the new one


async def test_a_privilege_that_is_gone_means_a_new_login(
    moody: tuple[Moody, LanChannel],
) -> None:
    bmc, channel = moody
    bmc.refusing = frozenset({(4, 0x2D)})
    before = bmc.received
    assert await channel.request(*SENSOR_READING) == b"\xd4"
    assert bmc.received - before == 1  # never granted: refused for good
    bmc.refusing = frozenset()
    assert (await channel.request(*SENSOR_READING))[:4] == INLET
    bmc.refusing = frozenset({(4, 0x2D)})
    before = bmc.received
    assert await channel.request(*SENSOR_READING) == b"\xd4"
    assert bmc.received - before >= 6  # granted before: logged in again, then asked again
    bmc.refusing = frozenset()
    assert (await channel.request(*SENSOR_READING))[:4] == INLET


async def test_a_bmc_whose_first_request_goes_unanswered_in_every_suite() -> None:
    bmc, connector = Moody(captured()), LanConnector()
    bmc.mute = frozenset({DEVICE_ID})
    port = await bmc.start()
    target = Target("m", "127.0.0.1", Protocol.IPMI, MONITOR, port, timeout=0.05, retries=1)
    with pytest.raises(Failure) as caught:
        await connector.connect(target, silent)
    assert caught.value.reason is Reason.SUITE_REFUSED
    await asyncio.sleep(0.02)
    assert bmc.sessions.active == 0
    await connector.close()
    bmc.close()


async def test_a_port_that_closes_in_mid_session_is_told_at_once() -> None:
    async with bench() as made:
        channel = await made.connect(timeout=10.0)
        made.bmc.close()
        begun = time.perf_counter()
        with pytest.raises(Failure) as caught:
            await channel.request(*SENSOR_READING)
        assert caught.value.reason is Reason.PORT_CLOSED
        await channel.close()
        assert time.perf_counter() - begun < 0.5


async def test_no_way_to_an_address() -> None:
    async with bench() as made:
        with pytest.raises(Failure) as caught:  # a socket may not broadcast unasked
            await made.connect(address="255.255.255.255", timeout=10.0)
        assert caught.value.reason is Reason.NETWORK
