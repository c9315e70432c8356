"""What a part's name tells of its role, and a pattern for it and its like."""

from __future__ import annotations

import re

import pytest

from hw_profiles.draft_names import family, guess, is_margin
from model.sensors import Quantity, Role

_T, _P, _V = Quantity.TEMPERATURE, Quantity.POWER, Quantity.VOLTAGE


@pytest.mark.parametrize(
    ("name", "quantity", "role"),
    [
        ("Inlet Temp", _T, Role.AIR_INLET),
        ("Ambient", _T, Role.AIR_INLET),
        ("Front_Amb_Temp", _T, Role.AIR_INLET),
        ("INPUT_TEMP", _T, Role.AIR_INLET),
        ("环境温度", _T, Role.AIR_INLET),
        ("Outlet_Temp", _T, Role.AIR_EXHAUST),
        ("Rear Temp", _T, Role.AIR_EXHAUST),
        ("CPU0_Temp", _T, Role.CPU),
        ("SOC1 Temp", _T, Role.CPU),
        ("CPU0_VR_Temp", _T, Role.BOARD),
        ("VRMCpu1 Temp", _T, Role.BOARD),
        ("P1-DIMMA1 Temp", _T, Role.DIMM),
        ("CPU1_Mem_Temp", _T, Role.DIMM),
        ("HDD_Max_Temp", _T, Role.DISK),
        ("GPU3_Temp", _T, Role.ACCELERATOR),
        ("PSU1_Temp", _T, Role.PSU),
        ("PCH Temp", _T, Role.BOARD),
        ("Total_Power", _P, Role.NODE),
        ("Sys_Tot_Pwr", _P, Role.NODE),
        ("Power", _P, Role.NODE),
        ("System Board Pwr Consumption", _P, Role.NODE),
        ("整机功率", _P, Role.NODE),
        ("PSU0_PIN", _P, Role.PSU_INPUT),
        ("PS2 Input Power", _P, Role.PSU_INPUT),
        ("PSU1_POUT", _P, Role.PSU_OUTPUT),
        ("CPU_Power", _P, Role.SUBSYSTEM),
        ("CPU1_Power", _P, Role.CPU),
        ("FAN_Power", _P, Role.SUBSYSTEM),
        ("PSU0_VIN", _V, Role.PSU_INPUT),
        ("PWS1 Vout", _V, Role.PSU_OUTPUT),
        ("FAN1_F_Speed", Quantity.FAN_SPEED, Role.FAN),
        ("风扇1", Quantity.FAN_SPEED, Role.FAN),
        ("PWM Fan 2", Quantity.DUTY, Role.FAN),
    ],
)
def test_a_name_and_its_quantity(name: str, quantity: Quantity, role: Role) -> None:
    found = guess(name, quantity)
    assert found is not None
    assert (found.role, found.word) == (role, f"{role.value}.{quantity.value}")
    assert re.fullmatch(found.pattern, name)
    assert found.reason.startswith("its name says '")


@pytest.mark.parametrize(
    ("name", "quantity"),
    [
        ("Peak_Power", _P),
        ("System Max Power", _P),
        ("Power Cap", _P),
        ("PSU1 Total", _P),
        ("Weird", _T),
        ("12V", _V),
        ("Total_Power", Quantity.CURRENT),
    ],
)
def test_what_tells_of_no_part(name: str, quantity: Quantity) -> None:
    assert guess(name, quantity) is None


@pytest.mark.parametrize(
    "name",
    ["CPU0_DTS", "CPU1 Margin", "P1 Therm Mrgn", "Tj Max", "PSU Rated", "Temp Threshold",
     "Temperature.SetPtHigh", "Temperature.Hysteresis", "Temperature.Offset", "Temp Alarm"],
)  # fmt: skip
def test_margins_ratings_and_set_points_are_no_readings(name: str) -> None:
    assert is_margin(name)
    assert guess(name, _T) is None


@pytest.mark.parametrize(
    ("name", "role", "pattern", "like", "unlike"),
    [
        ("CPU0_Temp", Role.CPU, r"CPU(?P<cpu>\d+)[ _]Temp", "CPU1 Temp", "CPU_Temp"),
        ("PSU1_VIN", Role.PSU_INPUT, r"PSU(?P<psu>\d+)[ _]VIN", "PSU12_VIN", "PSU1_VOUT"),
        ("FAN 1 F2", Role.FAN, r"FAN[ _](?P<fan>\d+)[ _]F\d+", "FAN_2_F1", "FAN_2"),
        ("Inlet Temp", Role.AIR_INLET, "Inlet[ _]Temp", "Inlet_Temp", "Inlet Temp 2"),
        ("T.1(a)", Role.SENSOR, r"T\.\d+\(a\)", "T.9(a)", "Tx1(a)"),
    ],
)
def test_a_family(name: str, role: Role, pattern: str, like: str, unlike: str) -> None:
    assert family(name, role) == pattern
    assert re.fullmatch(pattern, name)
    assert re.fullmatch(pattern, like)
    assert not re.fullmatch(pattern, unlike)
