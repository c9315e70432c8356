"""hwmon and thermal zones: names, limits, what is left out, and sensors that fail alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectors.host import hwmon, thermal
from collectors.host.files import Files
from model.raw import Sample, SensorDef
from model.readings import Fault, Reason, Source
from model.sensors import NO_LIMITS, Limits, Quantity
from tests.sysfs import put
from tests.unit.collectors.host.reading import at, here, values

CHIP = "sys/class/hwmon/hwmon0"


def announced(root: Path) -> dict[str, SensorDef]:
    files = Files(root)
    found = [gauge.definition for gauge in hwmon.find(files, hwmon.chips(files))]
    return {definition.name: definition for definition in found}


def chip(root: Path, name: str, index: int = 0, **files: int | str) -> None:
    put(root, f"sys/class/hwmon/hwmon{index}/name", f"{name}\n")
    for file, content in files.items():
        put(root, f"sys/class/hwmon/hwmon{index}/{file}", f"{content}\n")


async def test_each_kind_has_its_unit(tmp_path: Path) -> None:
    chip(
        tmp_path,
        "board",
        temp1_input=-4500,
        in0_input=12096,
        curr1_input=1500,
        fan2_input=5400,
        power1_input=45_500_000,
    )
    async with here(tmp_path) as host:
        assert values(await host.read()) == {
            "hwmon/board/temp1": -4.5,
            "hwmon/board/in0": 12.096,
            "hwmon/board/curr1": 1.5,
            "hwmon/board/fan2": 5400.0,
            "hwmon/board/power1": 45.5,
        }
        quantities = {key: s.quantity for key, s in (await host.sensors()).items()}
        assert quantities == {
            "hwmon/board/temp1": Quantity.TEMPERATURE,
            "hwmon/board/in0": Quantity.VOLTAGE,
            "hwmon/board/curr1": Quantity.CURRENT,
            "hwmon/board/fan2": Quantity.FAN_SPEED,
            "hwmon/board/power1": Quantity.POWER,
        }


async def test_one_sensors_error_drops_no_other(tmp_path: Path) -> None:
    chip(tmp_path, "board", temp1_input=30000, temp2_input="", temp3_input="n/a", temp4_input=31000)
    (tmp_path / CHIP / "temp5_input").mkdir()
    (tmp_path / CHIP / "temp6_input").symlink_to("nowhere")
    async with here(tmp_path) as host:
        assert values(await host.read()) == {
            "hwmon/board/temp1": 30.0,
            "hwmon/board/temp2": "undecodable",
            "hwmon/board/temp3": "undecodable",
            "hwmon/board/temp4": 31.0,
            "hwmon/board/temp5": "device_error",
            "hwmon/board/temp6": "unavailable",
        }


async def test_a_sensor_that_its_driver_calls_broken_has_no_value(tmp_path: Path) -> None:
    chip(tmp_path, "board", temp1_input=127000, temp1_fault=1, temp2_input=30000, temp2_fault=0)
    async with here(tmp_path) as host:
        found = values(await host.read())
        assert found == {"hwmon/board/temp1": "device_error", "hwmon/board/temp2": 30.0}


async def test_colder_than_can_be_is_no_value(tmp_path: Path) -> None:
    chip(tmp_path, "board", temp1_input=-274000)
    async with here(tmp_path) as host:
        assert values(await host.read()) == {"hwmon/board/temp1": "implausible"}


@pytest.mark.parametrize("label", ["", "\n", " \n", "\0\n"])
def test_an_empty_label_gives_way_to_the_files_name(tmp_path: Path, label: str) -> None:
    chip(tmp_path, "scpi_sensors", temp1_input=47000, temp2_input=46000)
    put(tmp_path, f"{CHIP}/temp1_label", label)
    assert list(announced(tmp_path)) == ["hwmon/scpi_sensors/temp1", "hwmon/scpi_sensors/temp2"]


def test_labels_are_cleaned_and_bytes_that_are_no_text_do_no_harm(tmp_path: Path) -> None:
    chip(tmp_path, "board", temp1_input=1, temp2_input=2)
    put(tmp_path, f"{CHIP}/temp1_label", b"CPU\t 0\x07 \xff\n")
    put(tmp_path, f"{CHIP}/temp2_label", "环境\n")
    assert list(announced(tmp_path)) == ["hwmon/board/CPU 0 \ufffd", "hwmon/board/环境"]


async def test_sensors_of_one_label_are_told_apart_by_their_key(tmp_path: Path) -> None:
    chip(tmp_path, "psu", in1_input=230000, in1_label="PSU", curr1_input=2000, curr1_label="PSU")
    async with here(tmp_path) as host:
        sensors = await host.sensors()
        assert [(key, s.name, s.quantity) for key, s in sensors.items()] == [
            ("hwmon/psu/PSU", "hwmon/psu/PSU", Quantity.CURRENT),
            ("hwmon/psu/PSU#2", "hwmon/psu/PSU", Quantity.VOLTAGE),
        ]
        assert values(await host.read()) == {"hwmon/psu/PSU": 2.0, "hwmon/psu/PSU#2": 230.0}


def test_chips_of_one_name_count_in_the_order_of_their_devices(tmp_path: Path) -> None:
    order = ("coretemp.10", "coretemp.9", "0000:00:1c.3", "0000:00:18.3")
    for index, device in enumerate(order):
        name = "k10temp" if ":" in device else "coretemp"
        chip(tmp_path, name, index, temp1_input=index * 1000)
        (tmp_path / "sys/devices" / device).mkdir(parents=True)
        link = tmp_path / f"sys/class/hwmon/hwmon{index}/device"
        link.symlink_to(f"../../../devices/{device}")
    files = Files(tmp_path)
    found = {c.name: c.folder.rpartition("/")[2] for c in hwmon.chips(files)}
    assert found == {
        "coretemp[0]": "hwmon1",
        "coretemp[1]": "hwmon0",
        "k10temp[0]": "hwmon3",
        "k10temp[1]": "hwmon2",
    }


def test_files_beside_the_device_are_found(tmp_path: Path) -> None:
    put(tmp_path, f"{CHIP}/device/name", "via_cputemp\n")
    put(tmp_path, f"{CHIP}/device/temp1_input", "41000\n")
    put(tmp_path, f"{CHIP}/device/temp1_label", "Core 0\n")
    assert list(announced(tmp_path)) == ["hwmon/via_cputemp/Core 0"]


def test_a_chip_without_a_name_has_its_folders(tmp_path: Path) -> None:
    put(tmp_path, f"{CHIP}/temp1_input", "41000\n")
    assert list(announced(tmp_path)) == ["hwmon/hwmon0/temp1"]


def test_limits_are_those_that_were_set(tmp_path: Path) -> None:
    chip(
        tmp_path,
        "board",
        temp1_input=40000,
        temp1_lcrit=-10000,
        temp1_min=5000,
        temp1_max=80000,
        temp1_crit=95000,
        temp1_emergency=105000,
        temp2_input=40000,
        temp2_min=-273150,
        temp2_max=65261850,
        temp2_crit=0,
        in0_input=12000,
        in0_min=0,
        in0_max=0,
        in1_input=12000,
        in1_min=13000,
        in1_max=11000,
        fan1_input=5000,
        fan1_min=600,
    )
    limits = {name: sensor.limits for name, sensor in announced(tmp_path).items()}
    assert limits == {
        "hwmon/board/temp1": Limits(None, -10.0, 5.0, 80.0, 95.0, 105.0),
        "hwmon/board/temp2": NO_LIMITS,
        "hwmon/board/in0": NO_LIMITS,
        "hwmon/board/in1": NO_LIMITS,
        "hwmon/board/fan1": Limits(lower_warning=600.0),
    }


def test_tctl_is_left_out_beside_tdie_alone(tmp_path: Path) -> None:
    chip(tmp_path, "k10temp", temp1_label="Tctl", temp1_input=1, temp2_label="Tdie", temp2_input=1)
    assert list(announced(tmp_path)) == ["hwmon/k10temp/Tdie"]
    (tmp_path / CHIP / "temp2_input").unlink()
    assert list(announced(tmp_path)) == ["hwmon/k10temp/Tctl"]


async def test_a_power_meter_measures_the_server(tmp_path: Path) -> None:
    chip(tmp_path, "power_meter", power1_average=292_000_000, power1_average_interval=1000)
    async with here(tmp_path) as host:
        assert await host.read() == {"power_meter/0": Sample(292.0, 292_000_000, 0)}
        assert (await host.sensors())["power_meter/0"].source is Source.ACPI_METER


@pytest.mark.parametrize("watts", [0, -1])
async def test_a_power_meter_of_no_watts_is_a_fault(tmp_path: Path, watts: int) -> None:
    chip(tmp_path, "power_meter", power1_average=watts, power1_average_interval=300000)
    async with here(tmp_path) as host:
        answer = (await host.read())["power_meter/0"]
        assert isinstance(answer, Fault)
        assert answer.reason is Reason.IMPLAUSIBLE
        assert answer.raw == watts


def test_an_input_goes_before_an_average(tmp_path: Path) -> None:
    chip(tmp_path, "pmbus", power1_input=90_000_000, power1_average=80_000_000)
    files = Files(tmp_path)
    (gauge,) = hwmon.find(files, hwmon.chips(files))
    assert gauge.read(at(tmp_path)) == Sample(90.0, 90_000_000, 0)


def zones(root: Path, *kinds: str) -> list[str]:
    for index, kind in enumerate(kinds):
        put(root, f"sys/class/thermal/thermal_zone{index}/type", f"{kind}\n")
        put(root, f"sys/class/thermal/thermal_zone{index}/temp", f"{40 + index}000\n")
    files = Files(root)
    return [gauge.definition.name for gauge in thermal.find(files, hwmon.chips(files))]


def test_zones_without_hwmon_are_read(tmp_path: Path) -> None:
    names = zones(tmp_path, "cpu-thermal", "acpitz", "x86_pkg_temp")
    assert names == ["thermal/0/cpu-thermal", "thermal/1/acpitz", "thermal/2/x86_pkg_temp"]
    files = Files(tmp_path)
    gauge = thermal.find(files, [])[0]
    assert gauge.read(at(tmp_path)) == Sample(40.0, 40000, 0)


def test_zones_that_hwmon_shows_are_left_out(tmp_path: Path) -> None:
    chip(tmp_path, "cpu_thermal", 0, temp1_input=40000)
    chip(tmp_path, "acpitz", 1, temp1_input=41000)
    chip(tmp_path, "coretemp", 2, temp1_input=42000)
    kinds = ("cpu-thermal", "acpitz", "x86_pkg_temp", "soc-thermal")
    assert zones(tmp_path, *kinds) == ["thermal/3/soc-thermal"]


async def test_a_zone_that_does_not_answer_is_a_fault(tmp_path: Path) -> None:
    put(tmp_path, "sys/class/thermal/thermal_zone0/type", "soc\n")
    async with here(tmp_path) as host:
        assert values(await host.read()) == {"thermal/0/soc": "unavailable"}
