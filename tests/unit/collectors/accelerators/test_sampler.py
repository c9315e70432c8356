"""The whole road: fake tools as real programs, asked in the background."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from collectors.accelerators.ascend import TOOL as ASCEND
from collectors.accelerators.nvidia import Nvidia
from collectors.accelerators.sampler import Sampler
from collectors.accelerators.schema import Accelerator
from collectors.accelerators.tool import Adapter, Ask, Tool
from model.host import Device
from model.raw import Sample
from model.readings import Fault, Reason
from model.sensors import Quantity
from tests.unit.collectors.accelerators.recorded import install, recording, script
from tests.unit.collectors.accelerators.sysfs import pci

POWER = "accelerator/ascend0/power"


@contextmanager
def sampling(
    root: Path,
    path: str | None = None,
    *,
    interval: float = 60.0,
    deadline: float = 10.0,
    discovery: float = 300.0,
    adapters: tuple[Adapter, ...] | None = None,
) -> Iterator[Sampler]:
    sampler = Sampler(
        root,
        path=f"{root}:/usr/bin:/bin" if path is None else path,
        interval=interval,
        deadline=deadline,
        discovery=discovery,
        adapters=adapters,
    )
    try:
        yield sampler
    finally:
        sampler.close()


async def until(holds: Callable[[], bool], within: float = 60.0) -> None:
    end = time.monotonic() + within
    while not holds():
        assert time.monotonic() < end, "it never came to hold"
        await asyncio.sleep(0.02)


def reason(answer: Sample | Fault | None) -> Reason | None:
    return answer.reason if isinstance(answer, Fault) else None


async def test_two_vendors_in_one_machine(tmp_path: Path) -> None:
    install(tmp_path, "ascend-910c")
    install(tmp_path, "cambricon")
    with sampling(tmp_path) as sampler:
        assert sampler.sensors() == ()
        samples = await sampler.sample()
        sensors = sampler.sensors()
        assert list(samples) == [sensor.key for sensor in sensors]
        assert samples[POWER] == Sample(512.4, 512, 0)
        assert samples["accelerator/ascend0/utilization/activity"] == Sample(0.7, 0, 0)
        assert samples["accelerator/ascend0/health"] == Sample(None, 0, 0b001)
        assert samples["accelerator/ascend1/health"] == Sample(None, 2, 0b100)
        assert samples["accelerator/cambricon0/utilization/time"] == Sample(0.37, 0, 0)
        size = 23374 * 2**20
        assert samples["accelerator/cambricon0/memory_total"] == Sample(float(size), size, 0)
        assert reason(samples["accelerator/cambricon1/power"]) is Reason.ABSENT
        assert "accelerator/cambricon0/health" not in samples
        assert sampler.devices() == (
            *(Device(f"ascend{n}", "Huawei", "Ascend910") for n in range(2)),
            *(Device(f"cambricon{n}", "Cambricon", "MLU370-X8") for n in range(2)),
        )
        kinds = {sensor.name.partition("/")[2].partition("/")[2]: sensor for sensor in sensors}
        assert {name: sensor.quantity for name, sensor in kinds.items()} == {
            "power": Quantity.POWER,
            "temperature": Quantity.TEMPERATURE,
            "utilization/activity": Quantity.UTILIZATION,
            "utilization/time": Quantity.UTILIZATION,
            "memory_used": Quantity.MEMORY_USED,
            "memory_total": Quantity.MEMORY_TOTAL,
            "health": None,
        }
        assert [name for name, sensor in kinds.items() if sensor.discrete] == ["health"]
        age = sampler.age()
        assert age is not None
        assert 0 <= age < 30


async def test_sensors_stay_the_same_object_while_nothing_changes(tmp_path: Path) -> None:
    install(tmp_path, "nvidia")
    counted = tmp_path / "rounds"
    real = (tmp_path / "nvidia-smi").rename(tmp_path / "real")
    script(tmp_path / "nvidia-smi", f'echo >> {counted}; exec {real} "$@"')
    with sampling(tmp_path, interval=0.05, discovery=0.2) as sampler:
        await sampler.sample()
        sensors = sampler.sensors()
        assert len(sensors) == 15
        await until(lambda: counted.read_text().count("\n") >= 4)
        assert sampler.sensors() is sensors


async def test_a_hung_tool_never_blocks_and_never_piles_up(tmp_path: Path) -> None:
    pci(tmp_path, "0000:c1:00.0 19e5:d802 120000")
    noted = tmp_path / "runs"
    install(tmp_path, "nvidia")
    script(tmp_path / "npu-smi", f"echo $$ >> {noted}; sleep 60")
    with sampling(tmp_path, deadline=1.0, interval=0.1) as sampler:
        begun = time.monotonic()
        assert await sampler.sample(timeout=0.1) == {}
        assert sampler.samples() == {}
        assert time.monotonic() - begun < 0.9
        samples = await sampler.sample()
        assert reason(samples[POWER]) is Reason.TIMEOUT
        assert samples["accelerator/nvidia0/power"] == Sample(397.21, 397, 0)
        assert sampler.devices()[0].device == "nvidia0"
        running = [Path(f"/proc/{pid}").exists() for pid in noted.read_text().split()]
        assert running.count(True) <= 1


async def test_a_tool_that_begins_to_hang_is_withdrawn_while_it_hangs(tmp_path: Path) -> None:
    install(tmp_path, "ascend-910b")
    first, real = tmp_path / "first", (tmp_path / "npu-smi").rename(tmp_path / "real")
    script(tmp_path / "npu-smi", f"[ -e {first} ] && sleep 60; touch {first}; exec {real} $*")
    with sampling(tmp_path, interval=0.15, deadline=30.0) as sampler:
        assert (await sampler.sample())[POWER] == Sample(93.8, 93, 0)
        await until(lambda: reason(sampler.samples()[POWER]) is Reason.TIMEOUT)
        begun = time.monotonic()
    assert time.monotonic() - begun < 1.5
    assert not any(thread.name == "accelerators" for thread in threading.enumerate())


async def test_a_failing_tool_recovers(tmp_path: Path) -> None:
    pci(tmp_path, "0000:c1:00.0 19e5:d802 120000")
    install(tmp_path, "ascend-910b")
    real = (tmp_path / "npu-smi").rename(tmp_path / "real")
    well = tmp_path / "well"
    body = f"[ -e {well} ] && exec {real} $*; echo dcmi module initialize failed >&2; exit 255"
    script(tmp_path / "npu-smi", body)
    with sampling(tmp_path, interval=0.1) as sampler:
        fault = (await sampler.sample())[POWER]
        assert isinstance(fault, Fault)
        assert fault.detail == "npu-smi info: exit code 255: dcmi module initialize failed"
        well.touch()
        await until(lambda: sampler.samples()[POWER] == Sample(93.8, 93, 0))
        well.unlink()
        await until(lambda: reason(sampler.samples()[POWER]) is Reason.DEVICE_ERROR)
        assert len(sampler.samples()) == 18


async def test_an_unknown_layout_is_told_with_its_line(tmp_path: Path) -> None:
    pci(tmp_path, "0000:01:00.0 cabc:0370 120000")
    script(tmp_path / "cnmon", "echo CNMON 9.0; echo 58 W")
    with sampling(tmp_path) as sampler:
        fault = (await sampler.sample())["accelerator/cambricon0/power"]
    assert isinstance(fault, Fault)
    assert fault.reason is Reason.UNDECODABLE
    assert "'CNMON 9.0'" in fault.detail


async def test_a_missing_tool_is_found_once_it_is_installed(tmp_path: Path) -> None:
    pci(tmp_path, "0000:c1:00.0 19e5:d802 120000", "0000:01:00.0 19e5:d802 120000")
    with sampling(tmp_path, interval=0.05, discovery=0.1) as sampler:
        samples = await sampler.sample()
        fault = samples[POWER]
        assert isinstance(fault, Fault)
        assert fault.reason is Reason.HELPER_MISSING
        assert fault.detail.startswith("PCI shows accelerators of Huawei (2, first 19e5:d802 at ")
        assert "npu-smi is not installed" in fault.detail
        assert (len(samples), sampler.devices(), sampler.age()) == (1, (), None)
        install(tmp_path, "ascend-910b")
        await until(lambda: sampler.samples()[POWER] == Sample(93.8, 93, 0))


async def test_a_machine_without_accelerators(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    pci(tmp_path, "0000:75:00.0 19e5:a250 120000")
    asked = tmp_path / "asked"
    script(tmp_path / "nvidia-smi", f"echo >> {asked}; echo no driver >&2; exit 9")
    with sampling(tmp_path, interval=0.05, discovery=0.2) as sampler:
        assert await sampler.sample() == {}
        assert asked.read_text() == "\n"
        await until(lambda: asked.read_text() == "\n\n\n")
        assert (sampler.sensors(), sampler.devices(), sampler.age()) == ((), (), None)
    (said,) = (record.getMessage() for record in caplog.records)
    assert said.startswith("accelerators: nvidia-smi --query-gpu=index,")
    assert said.endswith("exit code 9: no driver; PCI shows no accelerator of NVIDIA here")


@pytest.mark.parametrize("here", [True, False])
async def test_rocm_smi_speaks_for_hygon_only_where_hygon_is(tmp_path: Path, here: bool) -> None:
    install(tmp_path, "hygon-rocm")
    pci(tmp_path, "0000:01:00.0 1d94:62b7 038000" if here else "0000:01:00.0 1002:73bf 030000")
    with sampling(tmp_path) as sampler:
        samples = await sampler.sample()
        assert sampler.devices() == ((Device("hygon0", "Hygon", "K100"),) if here else ())
    assert samples.get("accelerator/hygon0/power") == (Sample(64.0, 64, 0) if here else None)


@dataclass
class Broken:
    """An adapter with a mistake of ours."""

    tool: Tool = ASCEND

    def survey(self, ask: Ask) -> tuple[Accelerator, ...]:
        raise KeyError(ask("info"))


async def test_our_own_mistake_costs_one_vendor(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pci(tmp_path, "0000:c1:00.0 19e5:d802 120000")
    script(tmp_path / "npu-smi", "echo x")
    install(tmp_path, "nvidia")
    with (
        caplog.at_level(logging.ERROR),
        sampling(tmp_path, adapters=(Broken(), Nvidia())) as sampler,
    ):
        samples = await sampler.sample()
    assert reason(samples[POWER]) is Reason.INTERNAL
    assert samples["accelerator/nvidia0/power"] == Sample(397.21, 397, 0)
    assert "accelerators: ascend" in caplog.text


async def test_tools_on_the_path_of_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "kunlunxin")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    sampler = Sampler(tmp_path)
    try:
        samples = await sampler.sample()
    finally:
        sampler.close()
    assert samples["accelerator/kunlunxin0/power"] == Sample(87.0, 87, 0)


async def test_huge_output(tmp_path: Path) -> None:
    install(tmp_path, "enflame-new")
    pci(tmp_path, "0000:01:00.0 1e36:0021 120000")
    script(tmp_path / "efsmi", "exec yes 'DEV ID 0'")
    with sampling(tmp_path) as sampler:
        samples = await sampler.sample()
    assert reason(samples["accelerator/enflame0/power"]) is Reason.TOO_BIG


def test_close_before_start_and_twice(tmp_path: Path) -> None:
    sampler = Sampler(tmp_path, path="")
    sampler.close()
    sampler.close()
    assert sampler.samples() == {}


def test_fake_programs_print_what_was_recorded(tmp_path: Path) -> None:
    program = install(tmp_path, "nvidia")
    assert program == tmp_path / "nvidia-smi"
    assert len(recording("metax")) == 4
