"""What the collector promises: identities that last, machines that change, reads that hang."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from collectors.host.gauge import definition
from collectors.protocol import silent
from model.devices import Identity
from model.host import Device
from model.raw import Plan, Sample, SensorDef
from model.readings import Fault, Reason, Source
from model.sensors import Quantity
from tests.sysfs import put, unpack
from tests.unit.collectors.host.reading import TARGET, here, values


def sensor(root: Path, index: int, value: int, name: str = "chip") -> None:
    put(root, f"sys/class/hwmon/hwmon{index}/name", f"{name}{index}\n")
    put(root, f"sys/class/hwmon/hwmon{index}/temp1_input", f"{value}\n")


def hang(root: Path, index: int, file: str = "temp1_input") -> Path:
    """A sensor whose read waits until somebody writes to it."""
    sensor(root, index, 0)
    path = root / f"sys/class/hwmon/hwmon{index}/{file}"
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    return path


def release(fifo: Path, text: str = "30000\n") -> None:
    """Lets every read that hangs there go on."""
    with suppress(OSError):
        handle = os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
        os.write(handle, text.encode())
        os.close(handle)


def threads() -> int:
    return sum(t.name == "dcagent-host" for t in threading.enumerate())


async def ended(count: int = 0) -> None:
    """Waits until no more than so many of our threads are left."""
    async with asyncio.timeout(5):
        while threads() > count:
            await asyncio.sleep(0.005)


async def test_an_identity_lasts_while_the_machine_is_the_same(tmp_path: Path) -> None:
    async with here(unpack("hygon", tmp_path)) as host:
        first = await host.identity()
        assert await host.identity() is first
        host.now = 301.0
        assert await host.identity() is first


async def test_a_sensor_that_comes_makes_a_new_identity(tmp_path: Path) -> None:
    sensor(tmp_path, 0, 30000)
    async with here(tmp_path) as host:
        first = await host.identity()
        sensor(tmp_path, 1, 31000)
        host.now = 299.0
        assert await host.identity() is first
        host.now = 300.0
        second = await host.identity()
        assert second is not first
        assert [s.key for s in second.sensors.sensors] == ["hwmon/chip0/temp1", "hwmon/chip1/temp1"]
        stale = await host.collector.fetch(TARGET, first, Plan())
        assert isinstance(stale, Fault)
        assert stale.reason is Reason.SESSION_LOST


async def test_a_sensor_that_goes_is_a_fault_and_then_no_more(tmp_path: Path) -> None:
    sensor(tmp_path, 0, 30000)
    sensor(tmp_path, 1, 31000)
    async with here(tmp_path) as host:
        await host.identity()
        (tmp_path / "sys/class/hwmon/hwmon1/temp1_input").unlink()
        expected = {"hwmon/chip0/temp1": 30.0, "hwmon/chip1/temp1": "unavailable"}
        assert values(await host.read()) == expected
        host.now = 60.0
        assert values(await host.read()) == {"hwmon/chip0/temp1": 30.0}


async def test_a_chip_that_gets_another_number_keeps_its_identity(tmp_path: Path) -> None:
    sensor(tmp_path, 0, 30000)
    async with here(tmp_path) as host:
        first = await host.identity()
        (tmp_path / "sys/class/hwmon/hwmon0").rename(tmp_path / "sys/class/hwmon/hwmon7")
        assert values(await host.read()) == {"hwmon/chip0/temp1": "unavailable"}
        host.now = 60.0
        assert await host.identity() is first
        assert values(await host.read()) == {"hwmon/chip0/temp1": 30.0}


async def test_time_spans_survive_a_new_look(tmp_path: Path) -> None:
    async with here(unpack("hygon", tmp_path)) as host:
        await host.identity()
        host.now = 300.0
        sensor(tmp_path, 9, 30000)
        put(tmp_path, "sys/class/powercap/intel-rapl:0/energy_uj", "31000000000\n")
        answers = values(await host.read("rapl/0/package-0/power"))
        detail = "after 300 s a counter of 65 s may have wrapped"
        assert answers == {"rapl/0/package-0/power": "unavailable"}, detail
        host.now = 310.0
        put(tmp_path, "sys/class/powercap/intel-rapl:0/energy_uj", "32000000000\n")
        answers = values(await host.read("rapl/0/package-0/power"))
        assert answers == {"rapl/0/package-0/power": 100.0}


async def test_only_what_is_planned_is_read(tmp_path: Path) -> None:
    fifo = hang(tmp_path, 0)
    sensor(tmp_path, 1, 31000)
    async with here(tmp_path) as host:
        assert values(await host.read("hwmon/chip1/temp1")) == {"hwmon/chip1/temp1": 31.0}
    release(fifo)


async def test_what_the_machine_has_not_is_absent(tmp_path: Path) -> None:
    async with here(tmp_path) as host:
        answer = (await host.read("power_meter/7"))["power_meter/7"]
        assert answer == Fault(None, Reason.ABSENT, "this machine has no 'power_meter/7'")


async def test_a_read_that_hangs_costs_one_round_and_then_itself(tmp_path: Path) -> None:
    sensor(tmp_path, 0, 30000)
    fifo = hang(tmp_path, 1)
    sensor(tmp_path, 2, 32000)
    async with here(tmp_path, target=replace(TARGET, timeout=0.1)) as host:
        begun = time.monotonic()
        first = await host.read()
        assert 0.1 <= time.monotonic() - begun < 1.0
        assert values(first) == {
            "hwmon/chip0/temp1": 30.0,
            "hwmon/chip1/temp1": "timeout",
            "hwmon/chip2/temp1": "busy",
        }
        told = first["hwmon/chip1/temp1"]
        assert isinstance(told, Fault)
        path = "/sys/class/hwmon/hwmon1/temp1_input"
        assert told.detail == f"{path} has not answered in 0.1 s"
        for _ in range(5):
            begun = time.monotonic()
            assert values(await host.read()) == {
                "hwmon/chip0/temp1": 30.0,
                "hwmon/chip1/temp1": "timeout",
                "hwmon/chip2/temp1": 32.0,
            }
            assert time.monotonic() - begun < 0.1
            assert threads() == 2
        release(fifo)
        await ended(1)
        fifo.unlink()
        sensor(tmp_path, 1, 31000)
        assert values(await host.read())["hwmon/chip1/temp1"] == 31.0
    await ended()


async def test_what_once_hung_is_read_last(tmp_path: Path) -> None:
    fifo = hang(tmp_path, 0)
    sensor(tmp_path, 1, 31000)
    async with here(tmp_path, target=replace(TARGET, timeout=0.1)) as host:
        both = {"hwmon/chip0/temp1": "timeout", "hwmon/chip1/temp1": "busy"}
        assert values(await host.read()) == both
        release(fifo)
        await ended(0)
        expected = {"hwmon/chip0/temp1": "timeout", "hwmon/chip1/temp1": 31.0}
        assert values(await host.read()) == expected
        release(fifo)
    await ended()


async def test_a_look_that_hangs_is_a_fault_and_the_next_one_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collectors.host.collector.DISCOVERY_TIME", 0.1)
    fifo = hang(tmp_path, 0, "temp1_label")
    sensor(tmp_path, 1, 31000)
    async with here(tmp_path) as host:
        first = await host.collector.identify(TARGET, (), silent)
        path = "/sys/class/hwmon/hwmon0/temp1_label"
        assert first == Fault(None, Reason.TIMEOUT, f"{path} has not answered in 0.1 s")
        assert isinstance(await host.collector.identify(TARGET, (), silent), Identity)
        assert values(await host.read())["hwmon/chip1/temp1"] == 31.0
        release(fifo, "late\n")
    await ended()


async def test_with_three_reads_hanging_nothing_is_begun(tmp_path: Path) -> None:
    fifos = [hang(tmp_path, index) for index in range(4)]
    sensor(tmp_path, 4, 34000)
    async with here(tmp_path, target=replace(TARGET, timeout=0.05)) as host:
        for _ in range(5):
            found = values(await host.read())
            assert threads() <= 4
        assert found["hwmon/chip4/temp1"] == "busy"
        assert threads() == 3
        for fifo in fifos[:3]:
            release(fifo)
        await ended()
        fifos[3].unlink()
        sensor(tmp_path, 3, 33000)
        found = values(await host.read("hwmon/chip3/temp1", "hwmon/chip4/temp1"))
        assert found == {"hwmon/chip3/temp1": 33.0, "hwmon/chip4/temp1": 34.0}
    await ended()


async def test_closing_does_not_wait_for_what_hangs(tmp_path: Path) -> None:
    fifo = hang(tmp_path, 0)
    async with here(tmp_path, target=replace(TARGET, timeout=0.05)) as host:
        await host.read()
        begun = time.monotonic()
    assert time.monotonic() - begun < 1.0
    release(fifo)
    await ended()


async def test_a_poll_that_is_cancelled_leaves_the_next_alone(tmp_path: Path) -> None:
    fifo = hang(tmp_path, 0)
    sensor(tmp_path, 1, 31000)
    async with here(tmp_path) as host:
        await host.identity()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await host.read()
        assert values(await host.read()) == {
            "hwmon/chip0/temp1": "timeout",
            "hwmon/chip1/temp1": 31.0,
        }
        release(fifo)
    await ended()


async def test_forgotten_is_found_anew(tmp_path: Path) -> None:
    sensor(tmp_path, 0, 30000)
    async with here(tmp_path) as host:
        first = await host.identity()
        await host.collector.forget(TARGET)
        assert await host.identity() is not first


class Cards:
    """Accelerators as a test wants them."""

    def __init__(self) -> None:
        self.closed = False
        self.announced: tuple[SensorDef, ...] = ()
        self.latest: dict[str, Sample | Fault] = {}

    async def sample(self, timeout: float) -> object:
        assert timeout <= 2.0
        return None

    def close(self) -> None:
        self.closed = True

    def sensors(self) -> tuple[SensorDef, ...]:
        return self.announced

    def samples(self) -> Mapping[str, Sample | Fault]:
        return self.latest

    def devices(self) -> tuple[Device, ...]:
        return (Device("ascend0", "huawei", "910B3"),) if self.announced else ()


async def test_accelerators_are_merged_as_they_come(tmp_path: Path) -> None:
    sensor(tmp_path, 0, 30000)
    cards = Cards()
    async with here(tmp_path, cards) as host:
        first = await host.identity()
        assert [s.key for s in first.sensors.sensors] == ["hwmon/chip0/temp1"]
        power = definition("accelerator/ascend0/power", Quantity.POWER, Source.TOOL)
        heat = definition("accelerator/ascend0/temperature", Quantity.TEMPERATURE, Source.TOOL)
        cards.announced = (power, heat)
        silent_card = Fault(None, Reason.TIMEOUT, "npu-smi")
        cards.latest = {"accelerator/ascend0/power": Sample(313.5, 313, 0)}
        cards.latest["accelerator/ascend0/temperature"] = silent_card
        second = await host.identity()
        assert second is not first
        assert second.host is not None
        assert second.host.accelerators == (Device("ascend0", "huawei", "910B3"),)
        assert await host.read() == {
            "hwmon/chip0/temp1": Sample(30.0, 30000, 0),
            "accelerator/ascend0/power": Sample(313.5, 313, 0),
            "accelerator/ascend0/temperature": silent_card,
        }
        assert await host.identity() is second
