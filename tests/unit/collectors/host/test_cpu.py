"""Processors of every family: what /proc/cpuinfo, sysfs and SMBIOS say of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectors.host import clock, cpuinfo, dmi, machine
from collectors.host.cpuinfo import Told
from collectors.host.files import Files
from model.devices import DeviceId
from tests.sysfs import put

CPU0 = "sys/devices/system/cpu/cpu0"

SUNWAY = """processor\t: 0
vendor_id\t: sw
cpu family\t: 1
model\t\t: 1
model name\t: SW3231 CPU @ 2.40GHz
cpu variation\t: 1
cpu MHz\t\t: 2400.00
physical id\t: 0

"""
LOONGNIX = """system type\t: generic-loongson-machine

processor\t: 0
package\t\t: 0
core\t\t: 0
cpu family\t: Loongson-64bit
model name\t: Loongson-3A5000-HV
CPU MHz\t\t: 2500.00

"""
KYLIN = """processor\t: 0
model name\t: Phytium,FT-2000/4
CPU implementer\t: 0x70
CPU architecture: 8
CPU part\t: 0x663

"""


def x86(vendor: str, family: int, model: str) -> str:
    """Two cores of one package."""
    return "".join(
        f"processor\t: {index}\nvendor_id\t: {vendor}\ncpu family\t: {family}\n"
        f"model name\t: {model}\ncpu MHz\t\t: 800.0\nphysical id\t: 0\ncore id\t\t: {index}\n\n"
        for index in range(2)
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            x86("HygonGenuine", 24, "Hygon C86 7285 32-core Processor"),
            Told(
                vendor="HygonGenuine",
                texts=("Hygon C86 7285 32-core Processor",),
                family=24,
                packages=1,
                cores=2,
                mhz=800.0,
            ),
        ),
        (
            x86("  Shanghai  ", 7, "ZHAOXIN KaiXian KX-6640MA@2.2+GHz"),
            Told(
                vendor="Shanghai",
                texts=("ZHAOXIN KaiXian KX-6640MA@2.2+GHz",),
                family=7,
                packages=1,
                cores=2,
                mhz=800.0,
            ),
        ),
        (
            x86("CentaurHauls", 7, "ZHAOXIN Z3-6540M@2.1+GHz"),
            Told(
                vendor="CentaurHauls",
                texts=("ZHAOXIN Z3-6540M@2.1+GHz",),
                family=7,
                packages=1,
                cores=2,
                mhz=800.0,
            ),
        ),
        (
            SUNWAY,
            Told(vendor="sw", texts=("SW3231 CPU @ 2.40GHz",), family=1, packages=1, mhz=2400.0),
        ),
        (
            LOONGNIX,
            Told(texts=("Loongson-3A5000-HV", "Loongson-64bit"), packages=1, cores=1, mhz=2500.0),
        ),
        (KYLIN, Told(texts=("Phytium,FT-2000/4",), implementer=0x70, part=0x663)),
        ("", Told()),
        ("::::\n:\n \n\nprocessor\n", Told()),
    ],
)
def test_cpuinfo(tmp_path: Path, text: str, expected: Told) -> None:
    put(tmp_path, "proc/cpuinfo", text)
    assert cpuinfo.read(Files(tmp_path)) == expected


def test_midr_where_cpuinfo_does_not_say_it(tmp_path: Path) -> None:
    put(tmp_path, "proc/cpuinfo", "processor\t: 0\nBogoMIPS\t: 200.00\n")
    put(tmp_path, f"{CPU0}/regs/identification/midr_el1", "0x00000000481fd020\n")
    found = cpuinfo.read(Files(tmp_path))
    assert (found.implementer, found.part) == (0x48, 0xD02)


CLOCKS = {
    "intel_pstate says the base": (
        {
            "cpufreq/base_frequency": "2000000",
            "cpufreq/scaling_driver": "intel_pstate",
            "cpufreq/cpuinfo_max_freq": "3100000",
        },
        2.0e9,
    ),
    "CPPC says the nominal clock": (
        {
            "acpi_cppc/nominal_freq": "2600",
            "cpufreq/scaling_driver": "cppc_cpufreq",
            "cpufreq/cpuinfo_max_freq": "2900000",
        },
        2.6e9,
    ),
    "the highest step": (
        {
            "cpufreq/scaling_available_frequencies": "1200000 2000000 1600000 ",
            "cpufreq/cpuinfo_max_freq": "3200000",
        },
        2.0e9,
    ),
    "a step 1 MHz above the next is turbo": (
        {"cpufreq/scaling_available_frequencies": "2401000 2400000 2300000"},
        2.4e9,
    ),
    "the maximum where there is no boost": (
        {"cpufreq/scaling_driver": "cppc_cpufreq", "cpufreq/cpuinfo_max_freq": "2600000"},
        2.6e9,
    ),
    "not the maximum of intel_pstate": (
        {"cpufreq/scaling_driver": "intel_pstate", "cpufreq/cpuinfo_max_freq": "3100000"},
        0.0,
    ),
    "nor of a machine that can boost": (
        {"../cpufreq/boost": "1", "cpufreq/cpuinfo_max_freq": "3350000"},
        0.0,
    ),
    "48 MHz is no server's": ({"cpufreq/cpuinfo_max_freq": "48000"}, 0.0),
    "nothing": ({}, 0.0),
}


@pytest.mark.parametrize(("files", "expected"), CLOCKS.values(), ids=CLOCKS)
def test_clock(tmp_path: Path, files: dict[str, str], expected: float) -> None:
    (tmp_path / CPU0).mkdir(parents=True)
    for name, text in files.items():
        put(tmp_path, f"{CPU0}/{name}", f"{text}\n")
    assert clock.base_hz(Files(tmp_path), "x86_64", (), 3456.0) == expected


@pytest.mark.parametrize(
    ("arch", "text", "mhz", "expected"),
    [
        ("x86_64", "ZHAOXIN KaiXian KX-6640MA@2.2+GHz", 800.0, 2.2e9),
        ("x86_64", "Intel(R) Xeon(R) Gold 6330 CPU @ 2.00GHz", 2900.0, 2.0e9),
        ("x86_64", "Hygon C86 7285 32-core Processor", 1200.0, 0.0),
        ("loongarch64", "Loongson-3C5000L", 2200.0, 2.2e9),
        ("sw_64", "SW3231", 2400.0, 2.4e9),
        ("aarch64", "", 0.0, 0.0),
    ],
)
def test_clock_by_name_and_by_cpuinfo(
    tmp_path: Path, arch: str, text: str, mhz: float, expected: float
) -> None:
    assert clock.base_hz(Files(tmp_path), arch, (text,), mhz) == expected


def smbios(*cpus: tuple[str, int]) -> bytes:
    """A table of processors: version text, and whether the socket is populated."""
    table = b"\x00\x05\x00\x00\x01AMI\0\0"
    for version, populated in cpus:
        body = bytearray(0x1A)
        body[0], body[1], body[0x10], body[0x18] = 4, 0x1A, 1, populated << 6
        table += bytes(body) + (version.encode() + b"\0\0" if version else b"\0\0")
    return table + b"\x7f\x04\xff\xfe\0\0"


@pytest.mark.parametrize(
    ("table", "processors", "sockets"),
    [
        (smbios(("Kunpeng 920-4826", 1), ("Kunpeng 920-4826", 1)), ("Kunpeng 920-4826",), 2),
        (smbios(("Loongson-3A5000-HV", 1), ("none", 0)), ("Loongson-3A5000-HV",), 1),
        (smbios(("", 1)), (), 1),
        (smbios(("<BAD INDEX>", 1)), (), 1),
        (smbios(("<OUT OF SPEC>", 1)), (), 1),
        (smbios(("Phytium D2000/8 E8C", 1))[:-8], (), 0),
        (b"\x04\x02\0\0", (), 0),
        (b"\x04\xff\0\0", (), 0),
        (b"", (), 0),
    ],
)
def test_processors_of_the_firmware(
    tmp_path: Path, table: bytes, processors: tuple[str, ...], sockets: int
) -> None:
    put(tmp_path, dmi.TABLE, table)
    found = dmi.read(Files(tmp_path))
    assert (found.processors, found.sockets) == (processors, sockets)


@pytest.mark.parametrize(
    "filler",
    [
        *("To be filled by O.E.M.", "Default string", "Not Specified", "0123456789", "00000000"),
        *("................", "XXXXXXXX", "N/A", " ", "", "\xff\xff\xff", "System Product Name"),
    ],
)
def test_fillers_say_nothing(tmp_path: Path, filler: str) -> None:
    put(tmp_path, f"{dmi.FOLDER}/product_name", filler)
    put(tmp_path, f"{dmi.FOLDER}/product_serial", filler.encode("latin-1"))
    put(tmp_path, f"{dmi.FOLDER}/board_name", "BC82AMDDA\n")
    found = dmi.read(Files(tmp_path))
    assert found.device == DeviceId(model="BC82AMDDA")
    assert found.fru == {"board_name": "BC82AMDDA"}


def test_boards_without_dmi_have_a_device_tree(tmp_path: Path) -> None:
    put(tmp_path, dmi.BOARD_MODEL, "Phytium FT-2000/4 Board\0")
    assert dmi.read(Files(tmp_path)).device == DeviceId(model="Phytium FT-2000/4 Board")


def test_cores_are_sets_of_siblings(tmp_path: Path) -> None:
    for index in range(8):
        folder = f"sys/devices/system/cpu/cpu{index}/topology"
        put(tmp_path, f"{folder}/physical_package_id", f"{3180 if index % 4 > 1 else 36}\n")
        put(tmp_path, f"{folder}/core_id", "0\n")
        put(tmp_path, f"{folder}/core_cpus_list", f"{index % 4},{index % 4 + 4}\n")
    put(tmp_path, "sys/devices/system/cpu/cpufreq/boost", "0\n")
    cpu = machine.read(Files(tmp_path), tmp_path).host.cpu
    assert (cpu.packages, cpu.cores) == (2, 4)
