"""In-band: python-ipmi's driver interface over a fake kernel, and the channel above it."""

from __future__ import annotations

import asyncio
import errno
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from collectors.ipmi.channel import NETFN_CHASSIS
from collectors.ipmi.collector import IpmiCollector
from collectors.ipmi.inband import Driver
from collectors.ipmi.inband_channel import InbandChannel, InbandConnector
from collectors.ipmi.replay import Answers
from collectors.protocol import Failure, silent
from model.devices import Identity, Step, StepName
from model.raw import LAN_ADDRESS, LAN_MAC, STANDARD_COMMANDS, Plan, Raw
from model.readings import Fault, Reason
from tests.unit.collectors.ipmi.bmcs import captured, replayed
from tests.unit.collectors.ipmi.fake_ipmi_driver import REFUSALS, FakeDriver
from tests.unit.collectors.ipmi.own_bmc import OWN

CHASSIS = (NETFN_CHASSIS, 0x01)


@pytest.fixture
async def channel(connector: InbandConnector) -> AsyncIterator[InbandChannel]:
    made = await connector.connect(OWN, silent)
    yield made
    await made.close()


async def refusal(channel: InbandChannel) -> Reason:
    with pytest.raises(Failure) as caught:
        await channel.request(*CHASSIS)
    return caught.value.reason


async def test_a_bmc_says_in_band_what_it_says_to_a_replay(connector: InbandConnector) -> None:
    steps: list[Step] = []
    collector = IpmiCollector(connector)
    identity = await collector.identify(OWN, (), steps.append)
    assert isinstance(identity, Identity), identity
    keys = tuple(sensor.key for sensor in identity.sensors.sensors)
    raw = await collector.fetch(OWN, identity, Plan((*keys, *STANDARD_COMMANDS)))
    await collector.close()
    other, expected = await replayed(captured(), *keys, *STANDARD_COMMANDS)
    assert isinstance(raw, Raw)
    own = (LAN_ADDRESS, LAN_MAC)
    assert {k: v for k, v in raw.values.items() if k not in own} == {
        k: v for k, v in expected.values.items() if k not in own
    }
    assert identity.device == other.device
    assert [(step.name, step.evidence) for step in steps] == [
        (StepName.REACH, f"{steps[0].evidence.split()[0]} answers, IPMI 2.0"),
        (StepName.SESSION, "in-band, no login"),
    ]


async def test_one_thread_serves_all_who_ask_one_device(
    kernel: FakeDriver, connector: InbandConnector
) -> None:
    channels = [await connector.connect(OWN, silent) for _ in range(4)]
    asked = (channel.request(*CHASSIS) for channel in channels for _ in range(10))
    assert Counter(await asyncio.gather(*asked)) == {await channels[0].request(*CHASSIS): 40}
    assert len(kernel.threads) == 1
    assert threading.get_ident() not in kernel.threads
    for channel in channels:
        await channel.close()
        await channel.close()


async def test_only_its_own_answer_is_taken(kernel: FakeDriver, channel: InbandChannel) -> None:
    plain = await channel.request(*CHASSIS)
    kernel.noise = True
    assert await channel.request(*CHASSIS) == plain


async def test_late_answers_are_no_answers_to_the_next(
    kernel: FakeDriver, channel: InbandChannel
) -> None:
    plain, honest = await channel.request(*CHASSIS), kernel.answer
    kernel.held, kernel.answer = True, lambda *_: b"\0late"
    begun = time.monotonic()
    assert await refusal(channel) is Reason.NO_ANSWER
    assert time.monotonic() - begun < 1.5
    kernel.answer = honest
    kernel.release()
    assert await channel.request(*CHASSIS) == plain


async def test_a_silent_request_of_a_bmc_that_answers_others(
    kernel: FakeDriver, channel: InbandChannel
) -> None:
    def answer(netfn: int, command: int, data: bytes, lun: int) -> bytes:
        kernel.held = (netfn, command) == CHASSIS
        return Answers(captured()).answer(netfn, command, data, lun)

    kernel.answer = answer
    assert await refusal(channel) is Reason.TIMEOUT
    assert await refusal(channel) is Reason.TIMEOUT


async def test_a_driver_that_hangs_blocks_neither_loop_nor_close(
    kernel: FakeDriver, connector: InbandConnector
) -> None:
    channel = await connector.connect(OWN, silent)
    kernel.hang = threading.Event()
    begun = time.monotonic()
    assert await refusal(channel) is Reason.NO_ANSWER
    fault = await IpmiCollector(connector).identify(OWN, (), silent)
    assert isinstance(fault, Fault)
    assert len([t for t in threading.enumerate() if t.name == "dcagent-ipmi0"]) == 1
    await channel.close()
    assert time.monotonic() - begun < 5
    kernel.hang.set()
    kernel.hang = None


@pytest.mark.parametrize("code", [0xC0, 0xC3])
async def test_a_busy_bmc_is_asked_again(
    kernel: FakeDriver, channel: InbandChannel, code: int
) -> None:
    answers = [bytes((code,))] * 3
    kernel.answer = lambda *_: answers.pop() if answers else b"\0\1"
    assert await channel.request(*CHASSIS) == b"\0\1"
    kernel.answer = lambda *_: bytes((code,))
    assert await channel.request(*CHASSIS) == bytes((code,))


@pytest.mark.parametrize("number", [errno.EBUSY, errno.EAGAIN])
async def test_a_busy_driver_is_asked_again(
    kernel: FakeDriver, channel: InbandChannel, number: int
) -> None:
    plain = await channel.request(*CHASSIS)
    kernel.errors = [number] * 4
    assert await channel.request(*CHASSIS) == plain
    kernel.errors = [number] * 99
    assert await refusal(channel) is Reason.BUSY


@pytest.mark.parametrize(("number", "reason"), REFUSALS)
async def test_what_the_driver_refuses(
    kernel: FakeDriver, channel: InbandChannel, number: int, reason: str
) -> None:
    kernel.errors = [number]
    assert await refusal(channel) == reason


async def test_a_closed_channel_asks_nobody(kernel: FakeDriver, channel: InbandChannel) -> None:
    await channel.close()
    kernel.asked.clear()
    assert await refusal(channel) is Reason.SESSION_LOST
    assert not kernel.asked
    with pytest.raises(Failure, match="closed"):
        Driver(kernel.root / "dev/ipmi0").ask(*CHASSIS, b"", 0, 1.0)


async def test_a_cancelled_request_leaves_the_channel_in_order(
    kernel: FakeDriver, channel: InbandChannel
) -> None:
    plain = await channel.request(*CHASSIS)
    kernel.held = True
    asking = asyncio.create_task(channel.request(*CHASSIS))
    await asyncio.sleep(0.05)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    kernel.release()
    assert await channel.request(*CHASSIS) == plain
