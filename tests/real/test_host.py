"""This machine's own /proc and /sys: psutil and lscpu are the witnesses."""

from __future__ import annotations

import asyncio
import os
import platform
import subprocess
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from collectors.host.collector import HostCollector
from collectors.protocol import silent
from model.devices import Identity, Protocol, Target
from model.raw import Plan, Sample, Value
from model.readings import Fault

HERE = Target("here", "", Protocol.HOST)


@pytest.fixture
async def collector() -> AsyncIterator[HostCollector]:
    """On this machine."""
    found = HostCollector()
    yield found
    await found.close()


async def identity(collector: HostCollector) -> Identity:
    found = await collector.identify(HERE, (), silent)
    assert isinstance(found, Identity)
    return found


async def read(collector: HostCollector, *keys: str) -> dict[str, Value | Fault]:
    who = await identity(collector)
    every = tuple(sensor.key for sensor in who.sensors.sensors)
    raw = await collector.fetch(HERE, who, Plan(gets=keys or every))
    assert not isinstance(raw, Fault)
    return dict(raw.values)


def value(answer: Value | Fault) -> float:
    assert isinstance(answer, Sample)
    assert answer.value is not None
    return answer.value


def lscpu() -> dict[str, str]:
    """What lscpu says, by its names in English."""
    environment = {**os.environ, "LC_ALL": "C"}
    told = subprocess.run(["lscpu"], capture_output=True, text=True, check=True, env=environment)
    pairs = (line.partition(":") for line in told.stdout.splitlines())
    return {name.strip(): text.strip() for name, _, text in pairs}


def number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


@pytest.mark.peer("lscpu")
async def test_the_processor_is_the_one_that_lscpu_sees(collector: HostCollector) -> None:
    told, host = lscpu(), (await identity(collector)).host
    assert host is not None
    cpu = host.cpu
    assert host.arch == told["Architecture"] == platform.machine()
    assert host.name == platform.node()
    sockets = number(told.get("Socket(s)", ""))
    assert sockets in (0, cpu.packages)
    if sockets:
        assert cpu.cores == sockets * number(told["Core(s) per socket"])
    if host.arch == "x86_64":
        assert cpu.vendor == told["Vendor ID"]
        assert cpu.model == told["Model name"]
        assert cpu.family == number(told["CPU family"])


async def test_cores_are_those_that_psutil_counts(collector: HostCollector) -> None:
    host = (await identity(collector)).host
    assert host is not None
    assert host.cpu.cores == (psutil.cpu_count(logical=False) or 0)


async def test_uptime_is_the_time_since_the_start(collector: HostCollector) -> None:
    uptime = value((await read(collector, "uptime"))["uptime"])
    with Path("/proc/uptime").open(encoding="ascii") as file:
        assert 0 <= float(file.read().split()[0]) - uptime < 5


async def test_utilisation_is_what_psutil_finds_over_the_same_time(
    collector: HostCollector,
) -> None:
    key = "device/cpu/utilization/time"
    await read(collector, key)
    begun = psutil.cpu_times()
    until = time.monotonic() + 0.5
    while time.monotonic() < until:  # one processor is busy, so that there is something to see
        await asyncio.sleep(0)
    ended = psutil.cpu_times()
    ours = value((await read(collector, key))[key])
    spent = {name: getattr(ended, name) - getattr(begun, name) for name in begun._fields}
    total = sum(spent.values()) - spent.get("guest", 0) - spent.get("guest_nice", 0)
    theirs = (total - spent["idle"] - spent.get("iowait", 0)) / total
    assert ours == pytest.approx(theirs, abs=0.1)
    assert ours > 0


async def test_temperatures_and_fans_are_those_that_psutil_reads(collector: HostCollector) -> None:
    theirs = [
        *(t.current for chips in psutil.sensors_temperatures().values() for t in chips),
        *(float(f.current) for chips in psutil.sensors_fans().values() for f in chips),
    ]
    answers = await read(collector)
    ours = [value(a) for key, a in answers.items() if key.startswith(("hwmon", "thermal"))]
    for expected in theirs:
        assert any(abs(expected - found) < 5 + expected / 10 for found in ours)


async def test_nothing_here_is_worse_than_a_fault(collector: HostCollector) -> None:
    await read(collector)
    for key, answer in (await read(collector)).items():
        assert isinstance(answer, Sample | Fault), key


async def test_a_poll_costs_little(collector: HostCollector) -> None:
    await read(collector)
    rounds = 50
    begun = time.process_time()
    for _ in range(rounds):
        await read(collector)
    spent = (time.process_time() - begun) / rounds
    assert spent < 0.05, "0.5 % of a core at 15 s are 75 ms for host and BMC together"
