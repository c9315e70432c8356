"""Sensor names of many makers with nothing but their unit, as text listings have them."""

from __future__ import annotations

import pytest

from hw_profiles.bind_sensor import Names, bind
from hw_profiles.load import pack
from model.raw import SensorDef
from model.sensors import Quantity

PACK = pack()
C, W, V, A, RPM = (
    Quantity.TEMPERATURE,
    Quantity.POWER,
    Quantity.VOLTAGE,
    Quantity.CURRENT,
    Quantity.FAN_SPEED,
)

EVERYWHERE = [
    # the server as a whole
    *((name, W, "node.power_watts", "") for name in ("Power", "Total_Power", "Total Power")),
    *((name, W, "node.power_watts", "") for name in ("SYS_Total_Power", "Sys_Total_Power")),
    *((name, W, "node.power_watts", "") for name in ("POWER_USAGE", "System Power", "Power Meter")),
    *((name, W, "node.power_watts", "") for name in ("Pwr Consumption", "Sys Power", "SYS_POWER")),
    # air
    *((name, C, "air_inlet.temperature_celsius", name) for name in ("Inlet Temp", "Inlet_Temp")),
    *((name, C, "air_inlet.temperature_celsius", name) for name in ("Inlet1_Temp", "INPUT_TEMP")),
    ("Ambient Temp", C, "air_inlet.temperature_celsius", "Ambient Temp"),
    ("01-Inlet Ambient", C, "air_inlet.temperature_celsius", "01-Inlet Ambient"),
    *(
        (name, C, "air_exhaust.temperature_celsius", name)
        for name in ("Outlet Temp", "Outlet_Temp")
    ),
    *(
        (name, C, "air_exhaust.temperature_celsius", name)
        for name in ("Outlet1_Temp", "OUTPUT_TEMP")
    ),
    *(
        (name, C, "air_exhaust.temperature_celsius", name)
        for name in ("Exhaust Temp", "SYS_Outlet_Temp")
    ),
    *((name, C, "board.temperature_celsius", name) for name in ("MB_Inlet_Temp", "M.2_Inlet_Temp")),
    *(
        (name, C, "board.temperature_celsius", name)
        for name in ("PS1 Inlet Temp", "PSU1_Inlet_Temp")
    ),
    *(
        (name, C, "board.temperature_celsius", name)
        for name in ("CPU0_Inlet_Temp", "PCIe_Amb_Temp")
    ),
    # power supplies
    *((name, W, "psu_input.power_watts", "1") for name in ("Power1", "PSU1_PIN", "PSU1_Pin")),
    *((name, W, "psu_input.power_watts", "1") for name in ("PSU1_Power_in", "PS1 Input Power")),
    *((name, W, "psu_input.power_watts", "0") for name in ("PSU0_Pin", "PSU0_PIN")),
    *((name, W, "psu_output.power_watts", "1") for name in ("PS1 POut", "PSU1_POUT", "PSU1_Pout")),
    *((name, V, "psu_input.voltage_volts", "2") for name in ("PS2 VIN", "PSU2_Vin", "PSU2_VIN")),
    ("PS2 IIn", A, "psu_input.current_amperes", "2"),
    ("PS2 IOut", A, "psu_output.current_amperes", "2"),
    ("PS2 Temp", C, "psu.temperature_celsius", "2"),
    ("PSU0_Temp", C, "psu.temperature_celsius", "0"),
    # processors
    *((name, C, "cpu.temperature_celsius", "1") for name in ("CPU1_Temp", "CPU1_Core_Temp")),
    *((name, C, "cpu.temperature_celsius", "1") for name in ("CPU1 Temp", "CPU1 Core Rem")),
    *(
        (name, C, "cpu.temperature_celsius", "1")
        for name in ("CPU1_TEMP", "CPU 1 Temp", "02-CPU 1")
    ),
    ("CPU_Temp_01", C, "cpu.temperature_celsius", "01"),
    ("CPU0_Temp", C, "cpu.temperature_celsius", "0"),
    *((name, C, "board.temperature_celsius", name) for name in ("CPU1 VDDQ Temp", "CPU1 VRD Temp")),
    *((name, C, "board.temperature_celsius", name) for name in ("CPU0_VR_Temp", "VRMCpu1 Temp")),
    *(
        (name, C, "board.temperature_celsius", name)
        for name in ("PCH_Temp", "PCH Temp", "NIC1 Temp")
    ),
    *(
        (name, C, "board.temperature_celsius", name)
        for name in ("RAID Temp", "IB_Temp", "BMC Temp")
    ),
    ("ExpCore_Max_Temp", C, "board.temperature_celsius", "ExpCore_Max_Temp"),
    ("System Temp", C, "board.temperature_celsius", "System Temp"),
    ("CPU1 Pwr", W, "cpu.power_watts", "1"),
    ("CPU_Power", W, "subsystem.power_watts", "CPU"),
    ("CPU_Total_Power", W, "subsystem.power_watts", "CPU"),
    ("MB_Power", W, "subsystem.power_watts", "MB"),
    # memory and disks
    ("CPU1 MEM Temp", C, "dimm.temperature_celsius", "CPU1"),
    ("CPU0_DIMM_Temp", C, "dimm.temperature_celsius", "CPU0"),
    ("DIMMG0_Temp", C, "dimm.temperature_celsius", "G0"),
    ("P1-DIMMA1 Temp", C, "dimm.temperature_celsius", "P1-DIMMA1"),
    ("HDD_Max_Temp", C, "disk.temperature_celsius", "HDD"),
    ("SSD MAX Temp", C, "disk.temperature_celsius", "SSD"),
    ("Disks Temp", C, "disk.temperature_celsius", ""),
    ("GPU0_Temp", C, "accelerator.temperature_celsius", "0"),
    # fans
    ("FAN2 Speed", RPM, "fan.speed_rpm", "2"),
    ("FAN1 F Speed", RPM, "fan.speed_rpm", "1 F"),
    ("FAN0_R_Speed", RPM, "fan.speed_rpm", "0 R"),
    ("FAN40_1_F_RPM", RPM, "fan.speed_rpm", "40 1 F"),
    ("FAN1_Speed", RPM, "fan.speed_rpm", "1"),
    ("CPU0FAN_1", RPM, "fan.speed_rpm", "CPU0FAN 1"),
    ("SYSFAN1_1", RPM, "fan.speed_rpm", "SYSFAN1 1"),
    ("Fan 1A Tach", RPM, "fan.speed_rpm", "1A"),
    ("Fan1A RPM", RPM, "fan.speed_rpm", "1A"),
    ("FANA", RPM, "fan.speed_rpm", "FANA"),
]
NEVER = [
    *("CPU1 DTS", "CPU0_DTS", "P1 DTS Therm Mgn", "P1 Therm Margin", "DIMM Thrm Mrgn 1"),
    *("CPU0_Margin_Temp", "CPU1 Tjmax", "Agg Therm Mgn 1"),
]
LIMITS = ["Total Power Cap", "Power Cap", "PSU1_Rated_Power", "Power_Limit", "Peak Power"]


def sensor(name: str, quantity: Quantity) -> SensorDef:
    return SensorDef(name, name, 1, 0, 0, 0x01, 0, 0, quantity)


@pytest.mark.parametrize(("name", "quantity", "word", "component"), EVERYWHERE)
def test_generic(name: str, quantity: Quantity, word: str, component: str) -> None:
    profile = PACK.named("generic-ipmi")
    assert profile is not None
    bound = bind(profile, sensor(name, quantity), frozenset(), Names())
    assert bound is not None
    assert (bound.sensor.word, bound.sensor.component) == (word, component)


IPMI = [p.name for p in PACK.profiles if p.protocol == "ipmi"]


@pytest.mark.parametrize("profile", IPMI)
@pytest.mark.parametrize("name", NEVER)
def test_a_margin_is_no_temperature(profile: str, name: str) -> None:
    found = PACK.named(profile)
    assert found is not None
    assert bind(found, sensor(name, C), frozenset(), Names()) is None


@pytest.mark.parametrize("profile", IPMI)
@pytest.mark.parametrize("name", LIMITS)
def test_what_is_allowed_is_not_what_is_drawn(profile: str, name: str) -> None:
    found = PACK.named(profile)
    assert found is not None
    assert bind(found, sensor(name, W), frozenset(), Names()) is None


@pytest.mark.parametrize("profile", IPMI)
@pytest.mark.parametrize(("name", "quantity", "word", "component"), EVERYWHERE)
def test_a_family_knows_no_less(
    profile: str, name: str, quantity: Quantity, word: str, component: str
) -> None:
    """A vendor's profile may call a part otherwise, never take it for another."""
    found = PACK.named(profile)
    assert found is not None
    bound = bind(found, sensor(name, quantity), frozenset(), Names())
    assert bound is not None
    assert word in (bound.sensor.word, "node.power_watts")
