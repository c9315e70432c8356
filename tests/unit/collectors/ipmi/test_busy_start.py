"""A BMC that is too busy to tell who it is, or what sensors it has: asked again soon."""

from __future__ import annotations

from dataclasses import replace

from collectors.ipmi import collector as module
from collectors.ipmi.collector import IpmiCollector
from collectors.protocol import silent
from model.devices import Identity, Step
from model.readings import Reason
from tests.unit.collectors.ipmi.bmcs import bench, captured, replayed


async def test_what_a_busy_bmc_did_not_tell_is_asked_for_again_soon() -> None:
    now, steps = [0.0], list[Step]()
    async with bench(busy=1.0) as made:
        made.target = replace(made.target, timeout=10.0)
        collector = IpmiCollector(made.connector, monotonic=lambda: now[0])
        poor = await collector.identify(made.target, (), steps.append)
        assert isinstance(poor, Identity)
        assert (poor.fru, poor.sensors.sensors, poor.device.vendor) == ({}, (), "")
        said = [step.fault.detail for step in steps if step.fault is not None]
        assert said == [
            "FRU 0: completion code c0h: node busy",
            "sensor data records: completion code c0h: node busy",
        ]
        made.bmc.vices.busy = 0.0
        now[0] += module.AGAIN - 1
        assert await collector.identify(made.target, (), silent) is poor
        now[0] += 1
        whole = await collector.identify(made.target, (), silent)
        assert isinstance(whole, Identity)
        assert whole.device.vendor == "Huawei"
        assert len(whole.sensors.sensors) == len((await replayed(captured()))[0].sensors.sensors)
        before = made.bmc.received
        now[0] += module.REVALIDATE - 1
        assert await collector.identify(made.target, (), silent) is whole
        assert made.bmc.received == before
        await collector.close()


async def test_a_bmc_that_stays_busy_is_left_alone_ever_longer() -> None:
    now, asked = [0.0], list[float]()
    async with bench(busy=1.0) as made:
        made.target = replace(made.target, timeout=10.0)
        collector = IpmiCollector(made.connector, monotonic=lambda: now[0])
        while now[0] < 4 * module.AGAIN:
            before = made.bmc.received
            await collector.identify(made.target, (), silent)
            if made.bmc.received > before:
                asked.append(now[0] / module.AGAIN)
            now[0] += module.AGAIN / 2
        assert asked == [0.0, 1.0, 3.0]
        await collector.close()


async def test_a_bmc_that_is_busy_later_is_still_the_one_that_it_was() -> None:
    now, steps = [0.0], list[Step]()
    async with bench() as made:
        made.target = replace(made.target, timeout=10.0)
        collector = IpmiCollector(made.connector, monotonic=lambda: now[0])
        known = await collector.identify(made.target, (), silent)
        made.bmc.vices.busy = 1.0
        now[0] += module.REVALIDATE
        assert await collector.identify(made.target, (), steps.append) is known
        made.bmc.vices.busy = 0.0
        before = made.bmc.received
        now[0] += module.AGAIN
        assert await collector.identify(made.target, (), steps.append) is known
        assert made.bmc.received > before
        assert steps == []
        await collector.close()


async def test_an_endless_chain_costs_none_of_the_records_before_it() -> None:
    steps: list[Step] = []
    async with bench(endless_sdr=True) as made:
        collector = IpmiCollector(made.connector)
        found = await collector.identify(made.target, (), steps.append)
        await collector.close()
    assert isinstance(found, Identity)
    whole, _ = await replayed(captured())
    assert found.sensors.sensors == whole.sensors.sensors
    (fault,) = [step.fault for step in steps if step.fault]
    assert fault.reason is Reason.LOOP
    assert fault.detail == f"the chain of records does not end ({len(_records())} read)"


def _records() -> list[bytes]:
    return [e.response for e in captured().exchanges if (e.netfn, e.command) == (0x0A, 0x23)]
