"""The simulated BMC against the field's own clients, in cipher suite 17 and the others."""

from __future__ import annotations

import asyncio
import csv
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hw_profiles.capture import Capture, read
from simulators.bmc import SimulatedBmc
from simulators.bmc_vices import BmcVices
from simulators.vice_options import apply
from tests.unit.simulators.console import Console
from tests.unit.simulators.test_boards import values

CAPTURES = Path(__file__).parents[1] / "captures"
NAMES = ("generic-ipmi", "h3c-hdm", "huawei-ibmc", "inspur")


@asynccontextmanager
async def serving(
    capture: Capture, vices: BmcVices | None = None
) -> AsyncIterator[tuple[SimulatedBmc, int]]:
    bmc = SimulatedBmc(capture, vices=vices)
    port = await bmc.start()
    try:
        yield bmc, port
    finally:
        bmc.close()


async def run(*command: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, output.decode()
    return output.decode()


async def ipmitool(port: int, *words: str, suite: int = 17) -> str:
    login = ("-U", "monitor", "-P", "monitor-pass", "-L", "USER", "-C", str(suite))
    where = ("-I", "lanplus", "-H", "127.0.0.1", "-p", str(port))
    return await run("ipmitool", *where, *login, *words)


def rows(output: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in output.splitlines()]


@pytest.mark.peer("ipmitool")
@pytest.mark.parametrize("name", NAMES)
async def test_ipmitool_reads_every_sensor_as_captured(name: str) -> None:
    capture = read(CAPTURES / f"{name}.capture")
    async with serving(capture) as (bmc, port):
        listed = rows(await ipmitool(port, "sensor"))
        assert len(bmc.sessions) == 0
    shown = {row[0]: float(row[1]) for row in listed if _analog(row)}
    expected = values(capture)
    exact = {"Pump", "Thermistor"}
    assert {k: v for k, v in shown.items() if k not in exact} == {
        k: pytest.approx(v, abs=0.0006) for k, v in expected.items() if k not in exact
    }
    if name == "generic-ipmi":
        assert shown["Pump"] == pytest.approx(333.333, abs=0.001)
        assert shown["Thermistor"] == 30
    unavailable = [row[0] for row in listed if row[1] == "na"]
    assert (
        unavailable
        == {
            "generic-ipmi": ["Spare", "Slot 9 Temp", "Phantom"],
            "h3c-hdm": ["OCP_Temp"],
            "huawei-ibmc": ["Disks Temp", "SSD MAX Temp"],
            "inspur": ["NVME_Temp", "GPU0_Temp", "GPU1_Temp"],
        }[name]
    )


def _analog(row: list[str]) -> bool:
    return len(row) > 3 and row[1] != "na" and row[2] != "discrete"


@pytest.mark.peer("ipmitool")
async def test_ipmitool_reads_limits() -> None:
    async with serving(read(CAPTURES / "huawei-ibmc.capture")) as (_, port):
        listed = {row[0]: row[4:10] for row in rows(await ipmitool(port, "sensor"))}
    assert listed["CPU1 Core Rem"] == ["na", "na", "na", "100.000", "105.000", "na"]
    assert listed["SYS 12V"] == ["na", "10.800", "na", "na", "13.200", "na"]


@pytest.mark.peer("ipmitool")
@pytest.mark.parametrize("suite", [1, 2, 3, 15, 16, 17])
async def test_ipmitool_in_every_suite(suite: int) -> None:
    async with serving(read(CAPTURES / "inspur.capture")) as (bmc, port):
        output = await ipmitool(port, "mc", "info", suite=suite)
        assert (bmc.sessions.logins, len(bmc.sessions)) == (1, 0)
    assert re.search(r"Manufacturer ID +: 37945", output)
    assert re.search(r"Firmware Revision +: 4.26", output)


@pytest.mark.peer("ipmitool")
async def test_ipmitool_reads_the_rest() -> None:
    async with serving(read(CAPTURES / "h3c-hdm.capture")) as (_, port):
        fru = await ipmitool(port, "fru", "print")
        assert "Product Manufacturer  : New H3C Technologies Co., Ltd." in fru
        assert "Product Name          : UniServer R4900 G3" in fru
        assert "Board Product         : RS33M2C9S" in fru
        assert fru.count("Great Wall") == 2
        log = rows(await ipmitool(port, "sel", "elist"))
        assert [row[3:] for row in log] == [
            ["Power Supply PSU1_Status", "Presence detected", "Asserted"]
        ]
        power = await ipmitool(port, "dcmi", "power", "reading")
        assert re.search(r"Instantaneous power reading: +348 Watts", power)
        assert re.search(r"Power reading state is: +activated", power)
        assert re.search(r"System Power +: on", await ipmitool(port, "chassis", "status"))
        ciphers = await ipmitool(port, "channel", "getciphers", "ipmi", "1")
        numbers = [line.split()[0] for line in ciphers.splitlines()[1:]]
        assert numbers == ["1", "2", "3", "15", "16", "17"]


@pytest.mark.peer("ipmi-sensors")
@pytest.mark.parametrize("name", NAMES)
async def test_freeipmi_reads_every_sensor_as_captured(name: str, tmp_path: Path) -> None:
    capture = read(CAPTURES / f"{name}.capture")
    async with serving(capture) as (bmc, port):
        output = await run(
            *("ipmi-sensors", "-D", "LAN_2_0", "-h", f"127.0.0.1:{port}", "-I", "17"),
            *("-u", "monitor", "-p", "monitor-pass", "-l", "USER", "--quiet-cache"),
            *("--comma-separated-output", f"--sdr-cache-directory={tmp_path}"),
        )
        assert len(bmc.sessions) == 0
    listed = list(csv.DictReader(output.splitlines()))
    shown = {row["Name"]: float(row["Reading"]) for row in listed if row["Reading"] != "N/A"}
    shown.pop("Pump", None)
    # it does not ask for reading factors: a curved sensor stays without a reading
    assert shown == {k: pytest.approx(v, abs=0.0051) for k, v in values(capture).items()}


@pytest.mark.peer("ipmi-sensors")
@pytest.mark.parametrize(
    ("vice", "words"),
    [
        ("wrong_password", "password invalid"),
        ("bad_proof=rakp2", "password invalid"),
        ("refuse_users", "username invalid"),
        ("session_limit=1", "BMC busy"),
        ("silent", "connection timeout"),
    ],
)
async def test_freeipmi_names_what_went_wrong(vice: str, words: str, tmp_path: Path) -> None:
    vices = BmcVices()
    apply(vices, [vice])
    capture = read(CAPTURES / "generic-ipmi.capture")
    async with serving(capture, vices) as (_, port), Console(port) as other:
        if vices.session_limit:
            await other.login()
        with pytest.raises(AssertionError, match=words):
            await run(
                *("ipmi-sensors", "-D", "LAN_2_0", "-h", f"127.0.0.1:{port}", "-I", "17"),
                *("-u", "monitor", "-p", "monitor-pass", "-l", "USER"),
                *("--session-timeout=1000", "--retransmission-timeout=300"),
                f"--sdr-cache-directory={tmp_path}",
            )
