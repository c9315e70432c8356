"""Five machines: every value that is read, and what each says of itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.devices import DeviceId
from model.host import Cpu, Host
from tests import sysfs
from tests.unit.collectors.host.reading import here, values

VALUES: dict[str, dict[str, float]] = {
    "kunpeng": {
        "device/cpu/utilization/time": 0.25,
        "uptime": 864015.25,
        "hwmon/acpitz/temp1": 39.2,
        "hwmon/acpitz/temp2": 41.6,
        "hwmon/nvme/Composite": 35.85,
        "hwmon/nvme/Sensor 1": 35.85,
        "edac/mc0/ce": 3.0,
        "edac/mc0/ue": 0.0,
    },
    "phytium": {
        "device/cpu/utilization/time": 0.1,
        "uptime": 1249.56,
        "hwmon/scpi_sensors/temp1": 47.0,
        "hwmon/scpi_sensors/temp2": 46.5,
    },
    "hygon": {
        "device/cpu/utilization/time": 0.5,
        "uptime": 5015.1,
        "hwmon/k10temp[0]/Tdie": 51.25,
        "hwmon/k10temp[1]/Tdie": 52.0,
        "hwmon/k10temp[2]/Tdie": 48.875,
        "hwmon/k10temp[3]/Tdie": 49.125,
        "rapl/0/package-0": 32950.0,
        "rapl/0/package-0/power": 130.0,
        "rapl/1/package-1": 67421.0,
        "rapl/1/package-1/power": 126.0,
        "edac/mc0/ce": 0.0,
        "edac/mc0/ue": 0.0,
        "edac/mc1/ce": 4.0,
        "edac/mc1/ue": 0.0,
    },
    "loongson": {
        "device/cpu/utilization/time": 1.0,
        "uptime": 77792.0,
        "hwmon/cpu-hwmon/CPU 0 Temperature": 53.0,
    },
    "inspur": {
        "device/cpu/utilization/time": 0.2,
        "uptime": 100015.0,
        "power_meter/0": 305.0,
        "hwmon/coretemp[0]/Package id 0": 54.0,
        **{f"hwmon/coretemp[0]/Core {core}": 52.0 for core in range(2, 30)},
        "hwmon/coretemp[1]/Package id 1": 57.0,
        **{f"hwmon/coretemp[1]/Core {core}": 55.0 for core in range(2, 30)},
        "rapl/0/package-0": 121500.0,
        "rapl/0/package-0/power": 100.0,
        "rapl/0:0/dram": 7150.0,
        "rapl/0:0/dram/power": 10.0,
        "rapl/1/package-1": 131350.0,
        "rapl/1/package-1/power": 90.0,
        "rapl/1:0/dram": 7150.0,
        "rapl/1:0/dram/power": 10.0,
        **{f"edac/mc{index}/{kind}": 0.0 for index in range(4) for kind in ("ce", "ue")},
    },
}

DEVICES = {
    "kunpeng": DeviceId("Huawei", "TaiShan 200 (Model 2280)", "2102312NPK10K1000001", "1.82"),
    "phytium": DeviceId("PHYTIUM LTD", "PHYTIUM D2000", "", "KL4.1E.PHY.D.008"),
    "hygon": DeviceId("Sugon", "H620-G30", "9800123402000001", "0SSDX021"),
    "loongson": DeviceId(
        "Loongson", "Loongson-3C5000L-LS7A-EVB", "", "Loongson-UDK2018-V4.0.05132"
    ),
    "inspur": DeviceId("Inspur", "NF5280M6", "220123456", "05.01.01"),
}

_KUNPENG, _PHYTIUM = "HUAWEI Kunpeng 920 5250", "Phytium D2000/8 E8C"
_HYGON, _XEON = "Hygon C86 7285 32-core Processor", "Intel(R) Xeon(R) Gold 6330 CPU @ 2.00GHz"
HOSTS = {
    "kunpeng": Host(
        "aarch64",
        "taishan-01",
        Cpu("", _KUNPENG, (_KUNPENG,), 0x48, 0xD01, 0, 2, 96, 2.6e9),
    ),
    "phytium": Host(
        "aarch64",
        "d2000-01",
        Cpu("", _PHYTIUM, (_PHYTIUM,), 0x70, 0x663, 0, 1, 8, 2.3e9),
    ),
    "hygon": Host(
        "x86_64",
        "hygon-01",
        Cpu("HygonGenuine", _HYGON, (_HYGON,), 0, 0, 0x18, 2, 64, 2.0e9),
    ),
    "loongson": Host(
        "loongarch64",
        "loongson-01",
        Cpu("", "Loongson-3C5000L", ("Loongson-3C5000L", "Loongson-64bit"), 0, 0, 0, 1, 16, 2.2e9),
    ),
    "inspur": Host(
        "x86_64",
        "nf5280-01",
        Cpu("GenuineIntel", _XEON, (_XEON,), 0, 0, 6, 2, 56, 2.0e9),
    ),
}


@pytest.mark.parametrize("machine", sysfs.MACHINES)
async def test_every_value(machine: str, tmp_path: Path) -> None:
    async with here(sysfs.unpack(machine, tmp_path)) as host:
        await host.read()
        host.now = 15.0
        sysfs.pass_time(machine, tmp_path)
        assert values(await host.read()) == pytest.approx(VALUES[machine])


@pytest.mark.parametrize("machine", sysfs.MACHINES)
async def test_who_it_is(machine: str, tmp_path: Path) -> None:
    async with here(sysfs.unpack(machine, tmp_path)) as host:
        identity = await host.identity()
        assert identity.device == DEVICES[machine]
        assert identity.host == HOSTS[machine]


async def test_dmi_texts_stand_under_the_names_of_fru_fields(tmp_path: Path) -> None:
    async with here(sysfs.unpack("kunpeng", tmp_path)) as host:
        assert (await host.identity()).fru == {
            "product_manufacturer": "Huawei",
            "product_name": "TaiShan 200 (Model 2280)",
            "product_serial": "2102312NPK10K1000001",
            "board_manufacturer": "Huawei",
            "board_name": "BC82AMDDA",
            "board_serial": "023ABC10K1000001",
        }


async def test_the_first_poll_has_no_time_span(tmp_path: Path) -> None:
    async with here(sysfs.unpack("hygon", tmp_path)) as host:
        found = values(await host.read())
        assert host.slept == [0.25]
        assert found["device/cpu/utilization/time"] == "unavailable"
        assert found["rapl/0/package-0/power"] == "unavailable"
        assert found["rapl/0/package-0"] == 31000.0


async def test_an_empty_root_is_no_error(tmp_path: Path) -> None:
    async with here(tmp_path) as host:
        identity = await host.identity()
        assert identity.sensors.sensors == ()
        assert identity.device == DeviceId()
        assert identity.host == Host()
        assert await host.read() == {}
        assert host.slept == []
