"""Listings of domestic servers, held line by line: what each sensor becomes and at which scale.

Origin: invented. Names are public or general knowledge; values are made up.
"""

from __future__ import annotations

import pytest

from tests.unit.hw_profiles.listing import expected, read

TAISHAN = """
Inlet Temp       | no reading        | ns
Outlet Temp      | 39 degrees C      | ok > air_exhaust.temperature_celsius Outlet Temp
CPU1 Core Rem    | 58 degrees C      | ok > cpu.temperature_celsius 1
CPU1 MEM Temp    | 41 degrees C      | ok > dimm.temperature_celsius CPU1
CPU1 VDDQ Temp   | 46 degrees C      | ok > board.temperature_celsius CPU1 VDDQ Temp
CPU1 VRD Temp    | 51 degrees C      | ok > board.temperature_celsius CPU1 VRD Temp
Disks Temp       | 33 degrees C      | ok > disk.temperature_celsius
HDD MAX Temp     | 34 degrees C      | ok > disk.temperature_celsius HDD
SSD MAX Temp     | 30 degrees C      | ok > disk.temperature_celsius SSD
RAID Temp        | 62 degrees C      | ok > board.temperature_celsius RAID Temp
NIC1 Temp        | 55 degrees C      | ok > board.temperature_celsius NIC1 Temp
SYS 3.3V         | 3.31 Volts        | ok > board.voltage_volts SYS 3.3V
SYS 12V          | 12.12 Volts       | ok > board.voltage_volts SYS 12V
Power            | 276 Watts         | ok > node.power_watts
Power2           | 276 Watts         | ok > psu_input.power_watts 2
PS2 POut         | 252 Watts         | ok > psu_output.power_watts 2
PS2 VIN          | 228 Volts         | ok > psu_input.voltage_volts 2
PS2 IIn          | 1.24 Amps         | ok > psu_input.current_amperes 2
PS2 IOut         | 20.50 Amps        | ok > psu_output.current_amperes 2
PS2 Temp         | 37 degrees C      | ok > psu.temperature_celsius 2
PS2 Inlet Temp   | 27 degrees C      | ok > board.temperature_celsius PS2 Inlet Temp
FAN2 Speed       | 6000 RPM          | ok > fan.speed_rpm 2
PS Redundancy    | 0x00              | ok
> node_psu_sum.power_watts 276
"""
"""A TaiShan 200 2280: one of two supplies fitted."""

R240K = """
INPUT_TEMP       | 25 degrees C      | ok > air_inlet.temperature_celsius INPUT_TEMP
OUTPUT_TEMP      | 40 degrees C      | ok > air_exhaust.temperature_celsius OUTPUT_TEMP
CPU1_TEMP        | 56 degrees C      | ok > cpu.temperature_celsius 1
CPU4_TEMP        | 54 degrees C      | ok > cpu.temperature_celsius 4
CPU1_VRD_TEMP    | 49 degrees C      | ok > board.temperature_celsius CPU1_VRD_TEMP
CPU1 MEM Temp    | 40 degrees C      | ok > dimm.temperature_celsius CPU1
Power            | 540 Watts         | ok > node.power_watts
Power1           | 540 Watts         | ok > psu_input.power_watts 1
FAN1 F Speed     | 5400 RPM          | ok > fan.speed_rpm 1 F
FAN1 R Speed     | 5100 RPM          | ok > fan.speed_rpm 1 R
> node_psu_sum.power_watts 540
"""
"""A four-socket Kunpeng server of another brand under iBMC."""

X86_IBMC = """
Inlet Temp       | 24 degrees C      | ok > air_inlet.temperature_celsius Inlet Temp
Outlet Temp      | 38 degrees C      | ok > air_exhaust.temperature_celsius Outlet Temp
PCH Temp         | 42 degrees C      | ok > board.temperature_celsius PCH Temp
CPU1 Core Rem    | 46 degrees C      | ok > cpu.temperature_celsius 1
CPU1 DTS         | -49 degrees C     | ok
CPU1 Margin      | -49 degrees C     | ok
CPU1 DDR VDDQ    | 1.22 Volts        | ok > board.voltage_volts CPU1 DDR VDDQ
CPU1 VCore       | 1.80 Volts        | ok > cpu.voltage_volts 1
SYS 12V_1        | 12.12 Volts       | ok > board.voltage_volts SYS 12V_1
Disk BP1 Temp    | 30 degrees C      | ok > board.temperature_celsius Disk BP1 Temp
Raid BBU Temp    | 28 degrees C      | ok > board.temperature_celsius Raid BBU Temp
M.2 Temp         | 39 degrees C      | ok > disk.temperature_celsius M.2
SSD Disk1 Temp   | 39 degrees C      | ok > disk.temperature_celsius SSD Disk1 Temp
PCIe NIC1 OM Temp | 45 degrees C     | ok > board.temperature_celsius PCIe NIC1 OM Temp
CPU1 PMem Temp   | 40 degrees C      | ok > dimm.temperature_celsius CPU1 PMem
NPU1 Temp        | 50 degrees C      | ok > accelerator.temperature_celsius 1
Power            | 264 Watts         | ok > node.power_watts
Power1           | 136 Watts         | ok > psu_input.power_watts 1
Power2           | 128 Watts         | ok > psu_input.power_watts 2
PS1 VIN          | 228 Volts         | ok > psu_input.voltage_volts 1
CPU Power        | 120 Watts         | ok > subsystem.power_watts CPU
MEM Power        | 20 Watts          | ok > subsystem.power_watts MEM
CPU1 Pwr         | 80 Watts          | ok > cpu.power_watts 1
CPU Usage        | 3 percent         | ok > cpu.utilization_ratio
Memory Usage     | 12 percent        | ok > dimm.utilization_ratio
FAN1 F Speed     | 5160 RPM          | ok > fan.speed_rpm 1 F
> node_psu_sum.power_watts 264
"""
"""FusionServer under iBMC; all but the power from general knowledge."""

INSPUR_M5 = """
Inlet_Temp       | 24 degrees C      | ok > air_inlet.temperature_celsius Inlet_Temp
Outlet_Temp      | 37 degrees C      | ok > air_exhaust.temperature_celsius Outlet_Temp
PCH_Temp         | 43 degrees C      | ok > board.temperature_celsius PCH_Temp
CPU0_Temp        | 52 degrees C      | ok > cpu.temperature_celsius 0
CPU1_Temp        | 49 degrees C      | ok > cpu.temperature_celsius 1
CPU0_DTS         | 4 degrees C       | ok
CPU1_DTS         | 7 degrees C       | ok
CPU0_DIMM_Temp   | 38 degrees C      | ok > dimm.temperature_celsius CPU0
CPU0_VR_Temp     | 44 degrees C      | ok > board.temperature_celsius CPU0_VR_Temp
PSU0_Temp        | 33 degrees C      | ok > psu.temperature_celsius 0
NVME_Temp        | no reading        | ns
GPU0_Temp        | no reading        | ns
HDD_Max_Temp     | 31 degrees C      | ok > disk.temperature_celsius HDD
M.2_Inlet_Temp   | 29 degrees C      | ok > board.temperature_celsius M.2_Inlet_Temp
SYS_12V          | 12.18 Volts       | ok > board.voltage_volts SYS_12V
SYS_5V           | 5.04 Volts        | ok > board.voltage_volts SYS_5V
SYS_3.3V         | 3.31 Volts        | ok > board.voltage_volts SYS_3.3V
CPU0_Vcore       | 1.79 Volts        | ok > cpu.voltage_volts 0
PSU0_VIN         | 226 Volts         | ok > psu_input.voltage_volts 0
RTC_Battery      | 3.06 Volts        | ok > board.voltage_volts RTC_Battery
Total_Power      | 296 Watts         | ok > node.power_watts
PSU0_POUT        | 136 Watts         | ok > psu_output.power_watts 0
PSU1_POUT        | 128 Watts         | ok > psu_output.power_watts 1
CPU_Power        | 158 Watts         | ok > subsystem.power_watts CPU
MEM_Power        | 10 Watts          | ok > subsystem.power_watts MEM
FAN_Power        | 25 Watts          | ok > subsystem.power_watts FAN
HDD_Power        | 6 Watts           | ok > subsystem.power_watts HDD
FAN0_F_Speed     | 5400 RPM          | ok > fan.speed_rpm 0 F
FAN0_R_Speed     | 5040 RPM          | ok > fan.speed_rpm 0 R
CPU_ResourceRate | 0 unspecified     | ok
PSU0_Status      | 0x01              | ok
PSU_Redundant    | 0x01              | ok
"""
"""A two-socket M5-class server; supplies counted from 0."""

INSPUR_STORAGE = """
Inlet_Temp       | 27 degrees C      | ok > air_inlet.temperature_celsius Inlet_Temp
Outlet_Temp      | 46 degrees C      | ok > air_exhaust.temperature_celsius Outlet_Temp
MB_Inlet_Temp    | 33 degrees C      | ok > board.temperature_celsius MB_Inlet_Temp
CPU0_Temp        | 55 degrees C      | ok > cpu.temperature_celsius 0
DIMMG0_Temp      | 41 degrees C      | ok > dimm.temperature_celsius G0
CPU0_VR_Temp     | 50 degrees C      | ok > board.temperature_celsius CPU0_VR_Temp
HDD_Max_Temp     | 38 degrees C      | ok > disk.temperature_celsius HDD
ExpCore_Max_Temp | 60 degrees C      | ok > board.temperature_celsius ExpCore_Max_Temp
IB_Temp          | 57 degrees C      | ok > board.temperature_celsius IB_Temp
PSU1_Temp        | 36 degrees C      | ok > psu.temperature_celsius 1
P12V             | 12.06 Volts       | ok > board.voltage_volts P12V
P5V_STBY         | 5.02 Volts        | ok > board.voltage_volts P5V_STBY
P3V3             | 3.30 Volts        | ok > board.voltage_volts P3V3
PSU1_VIN         | 228 Volts         | ok > psu_input.voltage_volts 1
Total_Power      | 760 Watts         | ok > node.power_watts
PSU1_POUT        | 352 Watts         | ok > psu_output.power_watts 1
PSU2_POUT        | 368 Watts         | ok > psu_output.power_watts 2
CPU_Total_Power  | 198 Watts         | ok > subsystem.power_watts CPU
MEM_Total_Power  | 65 Watts          | ok > subsystem.power_watts MEM
HDD_Total_Power  | 384 Watts         | ok > subsystem.power_watts HDD
MB_Power         | 260 Watts         | ok > subsystem.power_watts MB
FAN40_1_F_RPM    | 12000 RPM         | ok > fan.speed_rpm 40 1 F
FAN80_1_R_RPM    | 6400 RPM          | ok > fan.speed_rpm 80 1 R
PSU1_Status      | 0x03              | nc
CPU_ResourceRate | disabled          | ns
"""
"""A 60-bay storage node of the other naming family."""

NETTRIX = """
SYS_Inlet_Temp   | 25 degrees C      | ok > air_inlet.temperature_celsius SYS_Inlet_Temp
SYS_Outlet_Temp  | 37 degrees C      | ok > air_exhaust.temperature_celsius SYS_Outlet_Temp
CPU0_Temp        | 47 degrees C      | ok > cpu.temperature_celsius 0
CPU0_DTS         | -45 degrees C     | ok
CPU0_A0_Temp     | 34 degrees C      | ok > dimm.temperature_celsius CPU0 A0
CPU0_CH0_D1_Temp | 35 degrees C      | ok > dimm.temperature_celsius CPU0 CH0 D1
CPU1_VCCIN_Temp  | 40 degrees C      | ok > board.temperature_celsius CPU1_VCCIN_Temp
PSU1_VIN         | 228 Volts         | ok > psu_input.voltage_volts 1
PSU1_IIN         | 0.70 Amps         | ok > psu_input.current_amperes 1
PSU1_PIN         | 152 Watts         | ok > psu_input.power_watts 1
PSU1_VOUT        | 12.20 Volts       | ok > psu_output.voltage_volts 1
PSU1_IOUT        | 11.50 Amps        | ok > psu_output.current_amperes 1
PSU1_POUT        | 140 Watts         | ok > psu_output.power_watts 1
PSU1_Temp        | 31 degrees C      | ok > psu.temperature_celsius 1
PSU1_FAN         | 6000 RPM          | ok > fan.speed_rpm PSU1 FAN
PSU2_PIN         | 152 Watts         | ok > psu_input.power_watts 2
SYS_Total_Power  | 304 Watts         | ok > node.power_watts
CPU_Total_Power  | 120 Watts         | ok > subsystem.power_watts CPU
FAN_Total_Power  | 20 Watts          | ok > subsystem.power_watts FAN
P1V05_PCH        | 1.05 Volts        | ok > board.voltage_volts P1V05_PCH
PVCCIN_CPU0      | 1.79 Volts        | ok > cpu.voltage_volts 0
PVDDQ_ABC_CPU0   | 1.22 Volts        | ok > board.voltage_volts PVDDQ_ABC_CPU0
P3V_BAT          | 3.05 Volts        | ok > board.voltage_volts P3V_BAT
FAN1_F           | 6000 RPM          | ok > fan.speed_rpm FAN1 F
BP0_Temp         | 30 degrees C      | ok > board.temperature_celsius BP0_Temp
RAID_BBU_Temp    | 35 degrees C      | ok > board.temperature_celsius RAID_BBU_Temp
NVME0_Temp       | 41 degrees C      | ok > disk.temperature_celsius NVME0
GPU0_Temp        | 44 degrees C      | ok > accelerator.temperature_celsius 0
> node_psu_sum.power_watts 304
"""
"""SYS_Total_Power and PSUn_PIN beside names in the manner of MegaRAC; the text names no brand."""

HYGON = """
CPU0_Temp        | 52 degrees C      | ok > cpu.temperature_celsius 0
CPU1_Temp        | 51 degrees C      | ok > cpu.temperature_celsius 1
PCIe_Amb_Temp    | 33 degrees C      | ok > board.temperature_celsius PCIe_Amb_Temp
SYS_Outlet_Temp  | 39 degrees C      | ok > air_exhaust.temperature_celsius SYS_Outlet_Temp
CPU0_Inlet_Temp  | 30 degrees C      | ok > board.temperature_celsius CPU0_Inlet_Temp
PSU1_Inlet_Temp  | 27 degrees C      | ok > board.temperature_celsius PSU1_Inlet_Temp
PSU1_Power_in    | 180 Watts         | ok > psu_input.power_watts 1
PSU2_Power_in    | 176 Watts         | ok > psu_input.power_watts 2
FAN1_Speed       | 7200 RPM          | ok > fan.speed_rpm 1
P0_VDDCR_SOC     | 0.90 Volts        | ok > board.voltage_volts P0_VDDCR_SOC
P0_VDDCR_CPU     | 0.95 Volts        | ok > cpu.voltage_volts 0
P0_VDD18         | 1.80 Volts        | ok > board.voltage_volts P0_VDD18
P0_VDD18_Temp    | 44 degrees C      | ok > board.temperature_celsius P0_VDD18_Temp
VDD_33           | 3.30 Volts        | ok > board.voltage_volts VDD_33
P0_DIMM_A_Temp   | 38 degrees C      | ok > dimm.temperature_celsius P0 DIMM A
DCU0_Temp        | 55 degrees C      | ok > accelerator.temperature_celsius 0
> node.power_watts 356
"""
"""A Byosoft reference board; rails from general knowledge."""

ONE_SOCKET = """
CPU0_Temp        | 32h | ok  |  7.1 | 51 degrees C > cpu.temperature_celsius 0
Inlet1_Temp      | 38h | ok  |  7.1 | 26 degrees C > air_inlet.temperature_celsius Inlet1_Temp
Outlet1_Temp     | 39h | ok  |  7.1 | 35 degrees C > air_exhaust.temperature_celsius Outlet1_Temp
PSU0_Vin         | 81h | ok  |  7.1 | 228 Volts > psu_input.voltage_volts 0
PSU0_Pin         | 85h | ok  |  7.1 | 80 Watts > psu_input.power_watts 0
PSU0_Pout        | 86h | ok  |  7.1 | 72 Watts > psu_output.power_watts 0
PSU1_Pin         | 95h | ok  |  7.1 | 68 Watts
PSU1_Pout        | 96h | ok  |  7.1 | 600 Watts > psu_output.power_watts 1
CPU0FAN_1        | A0h | ok  |  7.1 | 3400 RPM > fan.speed_rpm CPU0FAN 1
SYSFAN1_1        | A1h | ok  |  7.1 | 4050 RPM > fan.speed_rpm SYSFAN1 1
WX_0V9           | 60h | ok  |  7.1 | 0.90 Volts > board.voltage_volts WX_0V9
P0_VDDCR_CPU     | 61h | ok  |  7.1 | 0.95 Volts > cpu.voltage_volts 0
DIMM_A0_Temp     | 33h | ok  |  7.1 | 36 degrees C > dimm.temperature_celsius A0
PSU1_Status      | 97h | ok  |  7.1 | Presence detected
BMC              | 00h | ok  |  7.1 | Dynamic MC @ 20h
"""
"""A one-socket board whose second supply cannot give out what it claims."""


@pytest.mark.parametrize(
    ("profile", "listing"),
    [
        ("huawei-ibmc", TAISHAN),
        ("huawei-ibmc", R240K),
        ("huawei-ibmc", X86_IBMC),
        ("inspur", INSPUR_M5),
        ("inspur", INSPUR_STORAGE),
        ("generic-ipmi", NETTRIX),
        ("hygon-reference", HYGON),
        ("one-socket-board", ONE_SOCKET),
    ],
)
def test_each_sensor_has_its_role_and_scale(profile: str, listing: str) -> None:
    poll, found = read(listing)
    assert poll.profile == profile
    assert found == expected(listing)
