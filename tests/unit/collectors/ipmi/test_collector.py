from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from collectors.ipmi import collector as module
from collectors.ipmi.collector import IpmiCollector
from collectors.ipmi.replay import Answers, ReplayConnector
from collectors.ipmi.sdr_cache import SdrCache
from collectors.protocol import silent
from hw_profiles.capture import Capture, Exchange
from model.devices import Identity, Step
from model.raw import (
    CHASSIS_POWER,
    DCMI_POWER,
    SEL_ENTRIES,
    STANDARD_COMMANDS,
    Plan,
    Raw,
    Sample,
)
from model.readings import Fault, Reason
from model.sensors import Quantity
from tests.real.sdr_bytes import Full, fru
from tests.unit.collectors.ipmi.bmcs import REPLAYED, Bench, bench, captured, device, replayed

TEMPERATURE = Full(1, "Inlet Temp", 1, 1, data_format=2)


async def asked(made: Bench, cache: SdrCache | None = None) -> tuple[Identity, Raw, list[Step]]:
    """Everything that a simulated BMC tells."""
    steps: list[Step] = []
    collector = IpmiCollector(made.connector, cache)
    identity = await collector.identify(made.target, (), steps.append)
    assert isinstance(identity, Identity), identity
    keys = tuple(sensor.key for sensor in identity.sensors.sensors)
    raw = await collector.fetch(made.target, identity, Plan((*keys, *STANDARD_COMMANDS)))
    assert isinstance(raw, Raw), raw
    await collector.close()
    assert made.bmc.sessions.active == 0
    return identity, raw, steps


def faults(raw: Raw) -> Counter[Reason]:
    return Counter(v.reason for v in raw.values.values() if isinstance(v, Fault))


async def test_a_replay_and_the_wire_tell_the_same() -> None:
    async with bench() as made:
        identity, raw, _ = await asked(made)
    again, other = await replayed(captured(), *raw.values)
    assert again.device == identity.device
    assert again.fru == identity.fru
    assert again.sensors.sensors == identity.sensors.sensors
    assert dict(other.values) == dict(raw.values)
    assert len(raw.values) == 78
    assert identity.device.vendor == "Huawei"


@pytest.mark.parametrize("suite", [3, 17])
async def test_readings_over_the_wire(suite: int) -> None:
    async with bench() as made:
        made.target = replace(made.target, cipher_suite=suite)
        identity, raw, _ = await asked(made)
    named = {s.key: s for s in identity.sensors.sensors}
    power = raw.values["Power"]
    assert isinstance(power, Sample)
    assert named["Power"].quantity is Quantity.POWER
    assert power.value is not None
    assert power.value > 0
    assert raw.values[CHASSIS_POWER] == 1.0
    assert isinstance(raw.values[SEL_ENTRIES], float)


@pytest.mark.parametrize(
    "vices",
    [
        {"noise": 0.5},
        {"foreign": True},
        {"extra_byte": True},
        {"lost_reservation": 0.05},
        {"huge_fru": True},
        {"busy": 0.02},
    ],
)
async def test_vices_that_cost_no_reading(vices: dict[str, Any]) -> None:
    whole = await replayed(captured(), *STANDARD_COMMANDS)
    async with bench(**vices) as made:
        identity, raw, steps = await asked(made)
    assert identity.sensors.sensors == whole[0].sensors.sensors
    assert faults(raw) == {Reason.UNAVAILABLE: 2, Reason.UNSUPPORTED: 3}
    assert [s.fault for s in steps] == [None, None]


async def test_an_endless_chain_of_records_ends() -> None:
    async with bench(endless_sdr=True) as made:
        identity, _, steps = await asked(made)
    assert identity.device.vendor == "Huawei"
    (fault,) = [s.fault for s in steps if s.fault]
    assert fault.reason is Reason.LOOP
    assert not any(s.fatal for s in steps if s.fault)


async def test_garbage_costs_what_it_garbles_and_no_more() -> None:
    async with bench(garbage=0.5) as made:
        for _ in range(5):
            collector = IpmiCollector(made.connector)
            identity = await collector.identify(made.target, (), silent)
            if isinstance(identity, Identity):
                keys = tuple(sensor.key for sensor in identity.sensors.sensors)
                plan = Plan((*keys, *STANDARD_COMMANDS))
                assert isinstance(await collector.fetch(made.target, identity, plan), Raw)
            await collector._drop(made.target.name)
        made.bmc.vices.garbage = 0.0
        assert (await asked(made))[0].device.vendor == "Huawei"


async def test_unavailable_sensors_are_faults() -> None:
    async with bench() as made:
        identity, raw, _ = await asked(made)
        numbers = {s.key: s.number for s in identity.sensors.sensors}
        sound = next(k for k, v in raw.values.items() if isinstance(v, Sample))
        made.bmc.vices.unavailable = (numbers[sound],)
        _, raw, _ = await asked(made)
        fault = raw.values[sound]
        assert isinstance(fault, Fault)
        assert fault.reason is Reason.UNAVAILABLE


async def test_the_same_identity_as_long_as_the_device_is_the_same() -> None:
    now = [0.0]
    async with bench() as made:
        made.target = replace(made.target, timeout=10.0)
        collector = IpmiCollector(made.connector, monotonic=lambda: now[0])
        identity = await collector.identify(made.target, (), silent)
        before = made.bmc.received
        assert await collector.identify(made.target, (), silent) is identity
        assert made.bmc.received == before
        now[0] += module.REVALIDATE
        assert await collector.identify(made.target, (), silent) is identity
        assert 1 <= made.bmc.received - before <= 4
        # a session that was lost in between changes nothing either
        await collector._drop(made.target.name)
        assert await collector.identify(made.target, (), silent) is identity
        await collector.forget(made.target)
        assert await collector.identify(made.target, (), silent) is not identity
        await collector.close()


async def test_a_lost_device_is_a_fault_and_comes_back() -> None:
    async with bench() as made:
        collector = IpmiCollector(made.connector)
        identity = await collector.identify(made.target, (), silent)
        assert isinstance(identity, Identity)
        plan = Plan((identity.sensors.sensors[0].key,))
        made.bmc.vices.silent = True
        lost = await collector.fetch(made.target, identity, plan)
        assert isinstance(lost, Fault)
        assert lost.reason is Reason.NO_ANSWER
        gone = await collector.identify(made.target, (), silent)
        assert isinstance(gone, Fault)
        assert gone.reason is Reason.NO_ANSWER
        made.bmc.vices.silent = False
        assert await collector.identify(made.target, (), silent) is identity
        assert isinstance(await collector.fetch(made.target, identity, plan), Raw)
        await collector.close()


async def test_a_target_that_changed_is_asked_anew() -> None:
    async with bench() as made:
        collector = IpmiCollector(made.connector)
        await collector.identify(made.target, (), silent)
        other = replace(made.target, cipher_suite=3)
        await collector.identify(other, (), silent)
        assert made.bmc.sessions.active == 1
        await collector.close()


async def test_the_cache_saves_reading_and_survives_damage(tmp_path: Path) -> None:
    cache = SdrCache(tmp_path)
    async with bench() as made:
        first, _, _ = await asked(made, cache)
        before = made.bmc.commands
        second, _, _ = await asked(made, cache)
        assert made.bmc.commands - before < 140
        assert second.sensors.sensors == first.sensors.sensors
        (file,) = tmp_path.iterdir()
        file.write_bytes(file.read_bytes()[:-3])
        third, _, _ = await asked(made, cache)
        assert third.sensors.sensors == first.sensors.sensors
        assert file.stat().st_size > 1000


async def test_non_linear_sensors_ask_for_their_factors_once_per_raw_value() -> None:
    record = replace(TEMPERATURE, linearization=0x70)
    reading = Exchange(0, 4, 0x2D, b"\x01", bytes((0, 40, 0xC0, 0xC0)))
    factors = Exchange(0, 4, 0x23, b"\x01\x28", bytes((0, 41, 2, 0, 0xFB, 0xC0, 0, 1)))
    capture = device(reading, factors, records=(record.encode(),))
    _, raw = await replayed(capture, "Inlet Temp", "Inlet Temp")
    assert raw.values["Inlet Temp"] == Sample(30.0, 40, 0)


async def test_fillers_in_the_fru_are_no_names() -> None:
    data = fru(board=("Inspur", "YZMB", "B1"), product=("To Be Filled By O.E.M.", "N/A", "P"))
    exchanges = (
        Exchange(0, 0x0A, 0x10, b"\0", b"\0" + len(data).to_bytes(2, "little") + b"\0"),
        Exchange(0, 0x0A, 0x11, b"\0\0\0\xff", b"\0\xff" + data),
    )
    identity, _ = await replayed(device(*exchanges))
    assert (identity.device.vendor, identity.device.model) == ("Inspur", "YZMB")
    assert identity.device.serial == "B1"
    assert identity.device.firmware == "3.21"
    assert (identity.manufacturer, identity.product) == (2011, 0x100)


async def test_a_bmc_without_records_is_still_asked() -> None:
    identity, raw = await replayed(device(), "nothing", DCMI_POWER)
    assert identity.sensors.sensors == ()
    assert faults(raw) == {Reason.ABSENT: 1, Reason.UNSUPPORTED: 1}


async def test_what_is_no_bmc_is_a_fault() -> None:
    for answer in (b"\xc1", b"\0\x20"):
        capture = Capture({}, (), (Exchange(0, 6, 1, b"", answer),))
        collector = IpmiCollector(ReplayConnector(capture))
        fault = await collector.identify(REPLAYED, (), silent)
        assert isinstance(fault, Fault)
        assert fault.reason in (Reason.UNSUPPORTED, Reason.TRUNCATED)
        await collector.close()


async def test_fetching_without_a_session_is_a_fault() -> None:
    collector = IpmiCollector(ReplayConnector(device()))
    identity = await collector.identify(REPLAYED, (), silent)
    assert isinstance(identity, Identity)
    await collector.forget(REPLAYED)
    lost = await collector.fetch(REPLAYED, identity, Plan((CHASSIS_POWER,)))
    assert isinstance(lost, Fault)
    assert lost.reason is Reason.SESSION_LOST


async def test_a_device_that_changed_gets_a_new_identity() -> None:
    now = [0.0]
    async with bench() as made:
        collector = IpmiCollector(made.connector, monotonic=lambda: now[0])
        identity = await collector.identify(made.target, (), silent)
        made.bmc.answers = Answers(captured("inspur"))
        assert await collector.identify(made.target, (), silent) is identity
        now[0] += module.REVALIDATE
        other = await collector.identify(made.target, (), silent)
        assert isinstance(other, Identity)
        assert other is not identity
        assert other.device.vendor == "Inspur"
        await collector.close()


async def test_device_records_where_there_is_no_repository() -> None:
    record = b"\x01\x00" + TEMPERATURE.encode()[2:]
    exchanges = (
        Exchange(0, 0x0A, 0x20, b"", b"\xc1"),
        Exchange(0, 4, 0x20, b"", b"\0\x01\x81\0\0\0\x01"),
        Exchange(0, 4, 0x21, b"\0\0\0\0\0\xff", b"\0\xff\xff" + record),
        Exchange(0, 4, 0x2D, b"\x01", b"\0\x17\xc0\xc0"),
    )
    identity, raw = await replayed(device(*exchanges), "Inlet Temp")
    assert [s.name for s in identity.sensors.sensors] == ["Inlet Temp"]
    assert raw.values["Inlet Temp"] == Sample(23.0, 23, 0)
