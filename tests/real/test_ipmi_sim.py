"""The collector against OpenIPMI's ipmi_sim, compared with ipmitool and FreeIPMI."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from collectors.ipmi.collector import IpmiCollector
from collectors.ipmi.lan import LanConnector
from collectors.ipmi.sdr_cache import SdrCache
from collectors.protocol import silent
from model.credentials import IpmiCredential, Secret
from model.devices import Identity, Protocol, Step, StepName, Target
from model.raw import CHASSIS_POWER, DCMI_POWER, SEL_ENTRIES, SEL_USED, Plan, Raw, Sample
from model.readings import Fault, Reason
from model.sensors import Limits, Quantity
from tests.real import ipmi_sim
from tests.real.ipmi_sim import Fleet

pytestmark = pytest.mark.peer("ipmi_sim", "ipmitool", "ipmi-sensors")

MONITOR = IpmiCredential("bmc", "mon", Secret("mon-pass"))
_STATES = (
    *("Power_Unit", "Chassis_Intr", "SEL_Status", "ACPI_State", "Watchdog2", "BMC_Boot_Up"),
    *("PSU_Redundancy", "FAN_Redundancy"),
)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with ipmi_sim.fleet(tmp_path_factory.mktemp("ipmi"), "127.0.71.1") as running:
        yield running


@pytest.fixture
async def collector() -> AsyncIterator[IpmiCollector]:
    made = IpmiCollector(LanConnector())
    yield made
    await made.close()


def target_of(fleet: Fleet, credential: IpmiCredential = MONITOR) -> Target:
    address = fleet.addresses[0]
    return Target("sim", address, Protocol.IPMI, credential, fleet.port, timeout=1.0, retries=1)


async def everything(collector: IpmiCollector, target: Target) -> tuple[Identity, Raw]:
    identity = await collector.identify(target, (), silent)
    assert isinstance(identity, Identity), identity
    keys = (*(s.key for s in identity.sensors.sensors), CHASSIS_POWER, SEL_ENTRIES, SEL_USED)
    raw = await collector.fetch(target, identity, Plan((*keys, DCMI_POWER)))
    assert isinstance(raw, Raw), raw
    return identity, raw


def run(*command: str) -> str:
    path = f"{os.environ['PATH']}:/usr/sbin"
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "PATH": path}
    )
    return done.stdout


def ipmitool(fleet: Fleet, *words: str) -> list[list[str]]:
    at = ("-H", fleet.addresses[0], "-p", str(fleet.port))
    login = ("-U", "mon", "-P", "mon-pass", "-L", "USER")
    text = run("ipmitool", "-I", "lanplus", "-C", "3", *at, *login, *words)
    return [[c.strip() for c in line.split("|")] for line in text.splitlines() if "|" in line]


def decimals(text: str) -> int:
    return len(text.partition(".")[2])


async def test_every_value_equals_ipmitool(fleet: Fleet, collector: IpmiCollector) -> None:
    identity, raw = await everything(collector, target_of(fleet))
    quantities = {s.key: s.quantity for s in identity.sensors.sensors}
    compared = 0
    for name, value, unit, *_ in ipmitool(fleet, "sensor"):
        ours = raw.values["Slot 0" if name == "Slot" else name]
        if value == "na":
            assert isinstance(ours, Fault), name
        elif unit == "discrete":
            assert isinstance(ours, Sample)
            assert ours.value is None
            assert ours.states == int(value, 16), name
        else:
            assert isinstance(ours, Sample)
            assert ours.value is not None
            percent = quantities[name] is Quantity.UTILIZATION
            told = ours.value * 100 if percent else ours.value
            assert told == pytest.approx(float(value), abs=0.51 * 10 ** -decimals(value)), name
            compared += 1
    assert compared == 62
    assert len(raw.values) == len(identity.sensors.sensors) + 4 == 101


async def test_every_limit_equals_ipmitool(fleet: Fleet, collector: IpmiCollector) -> None:
    identity, _ = await everything(collector, target_of(fleet))
    names = Limits.__slots__
    limits = {s.key: dict(s.limits.items()) for s in identity.sensors.sensors}
    compared = 0
    for name, value, unit, _state, *bounds in ipmitool(fleet, "sensor"):
        if unit == "discrete" or value == "na":
            continue
        told = {n: float(b) for n, b in zip(names, bounds, strict=True) if b != "na"}
        assert limits[name] == pytest.approx(told, abs=0.00051), name
        compared += len(told)
    assert compared == 124


async def test_every_elist_number_and_entity_is_ours(
    fleet: Fleet, collector: IpmiCollector
) -> None:
    identity, _ = await everything(collector, target_of(fleet))
    ours = {s.name: s for s in identity.sensors.sensors}
    for name, number, _state, entity, _text in ipmitool(fleet, "sdr", "elist"):
        sensor = ours["Slot 0" if name == "Slot" else name]
        assert sensor.number == int(number.rstrip("h"), 16)
        assert f"{sensor.entity}.{sensor.instance}" == entity


async def test_every_value_and_shared_name_equals_freeipmi(
    fleet: Fleet, collector: IpmiCollector, tmp_path: Path
) -> None:
    _, raw = await everything(collector, target_of(fleet))
    at = ("-h", f"{fleet.addresses[0]}:{fleet.port}", "-D", "LAN_2_0", "-W", "opensesspriv")
    login = ("-u", "mon", "-p", "mon-pass", "-l", "USER")
    how = ("--shared-sensors", "--comma-separated-output", "--no-header-output")
    cache = f"--sdr-cache-directory={tmp_path}"
    text = run("ipmi-sensors", *at, *login, *how, cache)
    lines = [line.split(",") for line in text.splitlines() if line[:1].isdigit()]
    assert len(lines) == 97
    for _id, name, _type, value, unit, event in lines:
        ours = raw.values[name]
        if value != "N/A":
            assert isinstance(ours, Sample)
            assert ours.value is not None
            told = ours.value * 100 if unit == "%" else ours.value
            assert told == pytest.approx(float(value), abs=0.0051), name
        elif unit != "N/A" or event == "N/A":
            assert isinstance(ours, Fault), name


async def test_edge_cases(fleet: Fleet, collector: IpmiCollector) -> None:
    _, raw = await everything(collector, target_of(fleet))
    assert raw.values["Neg_Temp"] == Sample(-10.0, 0xF6, 0)
    assert raw.values["Offset_Volt"] == Sample(-2.0, 200, 0)
    tach = raw.values["Inv_Tach"]
    assert isinstance(tach, Sample)
    assert tach.value == pytest.approx(333.3333)
    assert raw.values["CPU_Util"] == Sample(0.37, 37, 0)
    for name, reason in (
        ("Scan_Off", Reason.SCANNING_DISABLED),
        ("NonLin_OEM", Reason.UNSUPPORTED),
        ("No_Such", Reason.DEVICE_ERROR),
        (DCMI_POWER, Reason.UNSUPPORTED),
    ):
        fault = raw.values[name]
        assert isinstance(fault, Fault)
        assert fault.reason is reason, name
    assert raw.values[CHASSIS_POWER] == 0.0
    assert raw.values[SEL_ENTRIES] == 24.0
    assert raw.values[SEL_USED] == pytest.approx(0.024)


async def test_identity(fleet: Fleet, collector: IpmiCollector) -> None:
    identity, _ = await everything(collector, target_of(fleet))
    assert (identity.manufacturer, identity.product) == (2011, 0x100)
    device = identity.device
    assert (device.vendor, device.model) == ("XinChuang", "TaiShan 2280 V2")
    assert (device.serial, device.firmware) == ("2106195YST000000", "3.21")
    again = await collector.identify(target_of(fleet), (), silent)
    assert again is identity


async def test_records_come_from_the_cache(fleet: Fleet, tmp_path: Path) -> None:
    target = target_of(fleet)
    first = IpmiCollector(LanConnector(), SdrCache(tmp_path))
    identity, _ = await everything(first, target)
    await first.close()
    (file,) = tmp_path.iterdir()
    assert file.stat().st_size > 5000
    second = IpmiCollector(LanConnector(), SdrCache(tmp_path))
    again, raw = await everything(second, target)
    await second.close()
    assert again.sensors.sensors == identity.sensors.sensors
    assert raw.values["P12V"] == Sample(12.0, 200, 0)


@pytest.mark.parametrize(
    ("credential", "reason"),
    [
        (IpmiCredential("bmc", "nobody", Secret("mon-pass")), Reason.WRONG_USER),
        (IpmiCredential("bmc", "mon", Secret("mistaken")), Reason.WRONG_PASSWORD),
        (IpmiCredential("bmc", "mon", Secret("x" * 21)), Reason.WRONG_PASSWORD),
        (IpmiCredential("bmc", "u" * 17, Secret("x")), Reason.WRONG_USER),
    ],
)
async def test_refused_logins(
    fleet: Fleet, collector: IpmiCollector, credential: IpmiCredential, reason: Reason
) -> None:
    steps: list[Step] = []
    fault = await collector.identify(target_of(fleet, credential), (), steps.append)
    assert isinstance(fault, Fault)
    assert fault.reason is reason, fault
    assert [(s.name, s.fault is None) for s in steps] == [
        (StepName.REACH, True),
        (StepName.SESSION, False),
    ]


async def test_port_closed_is_told_at_once(fleet: Fleet, collector: IpmiCollector) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.71.9", 0))
        port = probe.getsockname()[1]
    target = replace(target_of(fleet), address="127.0.71.9", port=port, timeout=30.0)
    fault = await collector.identify(target, (), silent)
    assert isinstance(fault, Fault)
    assert fault.reason is Reason.PORT_CLOSED


async def test_no_answer(fleet: Fleet, collector: IpmiCollector) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.71.9", 0))
        port = deaf.getsockname()[1]
        target = replace(target_of(fleet), address="127.0.71.9", port=port, timeout=0.1)
        fault = await collector.identify(target, (), silent)
    assert isinstance(fault, Fault)
    assert fault.reason is Reason.NO_ANSWER


async def test_sessions_are_closed(fleet: Fleet) -> None:
    # ipmi_sim has 63 session slots: leaked ones would fill them
    target = target_of(fleet)
    for _ in range(70):
        collector = IpmiCollector(LanConnector())
        channel = await collector._connector.connect(target, silent)
        await channel.close()
        await collector.close()
    collector = IpmiCollector(LanConnector())
    assert isinstance(await collector.identify(target, (), silent), Identity)
    await collector.close()
