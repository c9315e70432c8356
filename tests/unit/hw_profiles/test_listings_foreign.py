"""Listings of foreign servers, held line by line: what each sensor becomes and at which scale.

Origin: invented. Names are public or general knowledge; values are made up.
"""

from __future__ import annotations

import pytest

from tests.unit.hw_profiles.listing import expected, read

XCC = """
Ambient Temp     | 22 degrees C      | ok > air_inlet.temperature_celsius Ambient Temp
Exhaust Temp     | 32 degrees C      | ok > air_exhaust.temperature_celsius Exhaust Temp
CPU1 Temp        | 41 degrees C      | ok > cpu.temperature_celsius 1
CPU2 Temp        | 40 degrees C      | ok > cpu.temperature_celsius 2
CPU1 DTS         | -51 degrees C     | ok
CPU 1 DTS        | -51 degrees C     | ok
DIMM 1 Temp      | 31 degrees C      | ok > dimm.temperature_celsius 1
PCH Temp         | 44 degrees C      | ok > board.temperature_celsius PCH Temp
PCI 1 Temp       | 44 degrees C      | ok > board.temperature_celsius PCI 1 Temp
Fan 1 Front Tach | 5904 RPM          | ok > fan.speed_rpm 1 Front
Fan 1 Rear Tach  | 5428 RPM          | ok > fan.speed_rpm 1 Rear
SysBrd 12V       | 12.12 Volts       | ok > board.voltage_volts SysBrd 12V
SysBrd 5V        | 5.06 Volts        | ok > board.voltage_volts SysBrd 5V
SysBrd 3.3V      | 3.34 Volts        | ok > board.voltage_volts SysBrd 3.3V
CMOS Battery     | 3.10 Volts        | ok > board.voltage_volts CMOS Battery
CPU1 VCore       | 1.80 Volts        | ok > cpu.voltage_volts 1
Total Power Pwr  | 233 Watts         | ok > node.power_watts
Sys Power        | 231 Watts         | ok > node_sdr.power_watts
CPU Power        | 80 Watts          | ok > subsystem.power_watts CPU
MEM Power        | 12 Watts          | ok > subsystem.power_watts MEM
PSU 1 AC In Pwr  | 120 Watts         | ok > psu_input.power_watts 1
PSU 2 AC In Pwr  | 112 Watts         | ok > psu_input.power_watts 2
PSU1 DC Out Pwr  | 110 Watts         | ok > psu_output.power_watts 1
Power Cap        | 750 Watts         | ok
PS 1             | 0x01              | ok
> node_psu_sum.power_watts 232
"""
"""ThinkSystem, names from general knowledge."""

SYSTEM_X = """
Ambient Temp     | 32h | ok  | 12.1 | 25 degrees C > air_inlet.temperature_celsius Ambient Temp
Altitude         | 33h | ok  | 12.1 | 120 feet
Avg Power        | 2Eh | ok  | 19.1 | 130 Watts > node.power_watts
Planar 3.3V      | 16h | ok  |  7.1 | 3.31 Volts > board.voltage_volts Planar 3.3V
Planar 12V       | 18h | ok  |  7.1 | 12.31 Volts > board.voltage_volts Planar 12V
Planar VBAT      | 1Ch | ok  |  7.1 | 3.14 Volts > board.voltage_volts Planar VBAT
Fan 1A Tach      | 40h | ok  | 29.1 | 6960 RPM > fan.speed_rpm 1A
Fan 1            | 23h | ok  | 29.1 | 47.04 percent > fan.duty_ratio Fan 1
CPU1 VR Temp     | 36h | ok  | 32.1 | 26 degrees C > board.temperature_celsius CPU1 VR Temp
DIMM AB VR Temp  | 38h | ok  | 32.2 | 28 degrees C > board.temperature_celsius DIMM AB VR Temp
PCH Temp         | 3Ch | ok  | 45.1 | 46 degrees C > board.temperature_celsius PCH Temp
PCI Riser 1 Temp | 33h | ok  | 16.1 | 27 degrees C > board.temperature_celsius PCI Riser 1 Temp
Mezz Card Temp   | 35h | ns  | 44.1 | Disabled
"""
"""An IMM before XCC."""

SUPERMICRO = """
CPU1 Temp        | 47 degrees C      | ok > cpu.temperature_celsius 1
PCH Temp         | 52 degrees C      | ok > board.temperature_celsius PCH Temp
System Temp      | 27 degrees C      | ok > board.temperature_celsius System Temp
Peripheral Temp  | 35 degrees C      | ok > board.temperature_celsius Peripheral Temp
MB_10G_AOC Temp  | 55 degrees C      | ok > board.temperature_celsius MB_10G_AOC Temp
MB_NIC_Temp1     | 52 degrees C      | ok > board.temperature_celsius MB_NIC_Temp1
VRMCpu1 Temp     | 40 degrees C      | ok > board.temperature_celsius VRMCpu1 Temp
VRMP1ABC Temp    | 38 degrees C      | ok > board.temperature_celsius VRMP1ABC Temp
P1-DIMMA1 Temp   | 32 degrees C      | ok > dimm.temperature_celsius P1-DIMMA1
P2-DIMME2 Temp   | no reading        | ns
P1_DIMMA~D Temp  | 33 degrees C      | ok > dimm.temperature_celsius P1 DIMMA~D
DIMMAB Temp      | 33 degrees C      | ok > dimm.temperature_celsius AB
P1-DIMM1A        | 34 degrees C      | ok > dimm.temperature_celsius P1-DIMM1A
M2NVMeSSD Temp1  | 41 degrees C      | ok > disk.temperature_celsius M2NVMeSSD Temp1
M2NVMeSSD Temp2  | 42 degrees C      | ok > disk.temperature_celsius M2NVMeSSD Temp2
NVMe_SSD Temp    | 43 degrees C      | ok > disk.temperature_celsius NVMe SSD
HDD Temp         | 35 degrees C      | ok > disk.temperature_celsius HDD
AOC_NIC1 Temp    | 50 degrees C      | ok > board.temperature_celsius AOC_NIC1 Temp
AOC_SAS Temp     | 60 degrees C      | ok > board.temperature_celsius AOC_SAS Temp
GPU1 Temp        | 60 degrees C      | ok > accelerator.temperature_celsius 1
Inlet Temp       | 22 degrees C      | ok > air_inlet.temperature_celsius Inlet Temp
FAN1             | 4200 RPM          | ok > fan.speed_rpm FAN1
FANA             | 3600 RPM          | ok > fan.speed_rpm FANA
Fan6             | no reading        | ns
12V              | 12.06 Volts       | ok > board.voltage_volts 12V
5VCC             | 5.02 Volts        | ok > board.voltage_volts 5VCC
VBAT             | 3.17 Volts        | ok > board.voltage_volts VBAT
VCPU1            | 1.80 Volts        | ok > cpu.voltage_volts 1
CPU2 Vcore       | 0.90 Volts        | ok > cpu.voltage_volts 2
VDIMMP1ABC       | 1.20 Volts        | ok > board.voltage_volts VDIMMP1ABC
CPU1 DIMM        | 1.53 Volts        | ok > board.voltage_volts CPU1 DIMM
+5 V             | 5.12 Volts        | ok > board.voltage_volts +5 V
+3.3VSB          | 3.24 Volts        | ok > board.voltage_volts +3.3VSB
3.3V_AUX         | 3.26 Volts        | ok > board.voltage_volts 3.3V_AUX
1.05V PCH        | 1.05 Volts        | ok > board.voltage_volts 1.05V PCH
PVNN PCH         | 1.00 Volts        | ok > board.voltage_volts PVNN PCH
HT Voltage       | 1.20 Volts        | ok > board.voltage_volts HT Voltage
PW Consumption   | 228 Watts         | ok > node.power_watts
Chassis Intru    | 0x00              | ok
PS1 Status       | 0x01              | ok
"""
"""Names of several generations of boards."""

IDRAC = """
Fan1 RPM         | 30h | ok  |  7.1 | 7560 RPM > fan.speed_rpm 1
Fan2A            | 31h | ok  |  7.1 | 7680 RPM > fan.speed_rpm Fan2A
Inlet Temp       | 05h | ok  |  7.1 | 22 degrees C > air_inlet.temperature_celsius Inlet Temp
Exhaust Temp     | 01h | ok  |  7.1 | 34 degrees C > air_exhaust.temperature_celsius Exhaust Temp
Temp             | 0Eh | ok  |  3.1 | 45 degrees C > cpu.temperature_celsius 1
Temp             | 0Fh | ok  |  3.2 | 49 degrees C > cpu.temperature_celsius 2
Temp             | 10h | ok  | 10.1 | 39 degrees C > psu.temperature_celsius 1
Current 1        | 6Ah | ok  | 10.1 | 0.40 Amps > psu_input.current_amperes 1
Current 2        | 6Bh | ok  | 10.2 | 0.20 Amps > psu_input.current_amperes 2
Voltage 1        | 6Ch | ok  | 10.1 | 230 Volts > psu_input.voltage_volts 1
Voltage 2        | 6Dh | ok  | 10.2 | 232 Volts > psu_input.voltage_volts 2
Pwr Consumption  | 77h | ok  |  7.1 | 126 Watts > node.power_watts
CPU Usage        | FDh | ok  |  7.1 | 3 percent > cpu.utilization_ratio
IO Usage         | FEh | ok  |  7.1 | 0 percent > sensor.utilization_ratio IO Usage
MEM Usage        | FCh | ok  |  7.1 | 0 percent > dimm.utilization_ratio
SYS Usage        | FBh | ok  |  7.1 | 4 percent > sensor.utilization_ratio SYS Usage
VCORE PG         | 24h | ok  |  3.1 | State Deasserted
Status           | 62h | ok  | 10.1 | Presence detected
Status           | 63h | ok  | 10.2 | Presence detected
PS Redundancy    | 65h | ok  |  7.1 | Fully Redundant
Status           | 60h | ok  |  3.1 | Presence detected
GPU1 Temp        | 66h | ns  | 11.1 | Disabled
Fan Redundancy   | 75h | ok  |  7.1 | Fully Redundant
"""
"""Two processors and a supply called "Temp"."""

IDRAC_TEXT = """
Fan1 RPM         | 7560 RPM | ok > fan.speed_rpm 1
Fan2A            | 7680 RPM | ok > fan.speed_rpm Fan2A
Inlet Temp       | 22 degrees C | ok > air_inlet.temperature_celsius Inlet Temp
Exhaust Temp     | 34 degrees C | ok > air_exhaust.temperature_celsius Exhaust Temp
Temp             | 45 degrees C | ok > cpu.temperature_celsius Temp
Temp             | 49 degrees C | ok > cpu.temperature_celsius Temp#2
Temp             | 39 degrees C | ok > cpu.temperature_celsius Temp#3
Current 1        | 0.40 Amps | ok > psu_input.current_amperes 1
Current 2        | 0.20 Amps | ok > psu_input.current_amperes 2
Voltage 1        | 230 Volts | ok > psu_input.voltage_volts 1
Voltage 2        | 232 Volts | ok > psu_input.voltage_volts 2
Pwr Consumption  | 126 Watts | ok > node.power_watts
CPU Usage        | 3 percent | ok > cpu.utilization_ratio
IO Usage         | 0 percent | ok > sensor.utilization_ratio IO Usage
MEM Usage        | 0 percent | ok > dimm.utilization_ratio
SYS Usage        | 4 percent | ok > sensor.utilization_ratio SYS Usage
VCORE PG         | State Deasserted | ok
Status           | Presence detected | ok
Status           | Presence detected | ok
PS Redundancy    | Fully Redundant | ok
Status           | Presence detected | ok
GPU1 Temp        | Disabled | ns
Fan Redundancy   | Fully Redundant | ok
"""
"""The same without entities."""

OLD_DELL = """
Temp             | 01h | ok  |  3.1 | -58 degrees C
Temp             | 02h | ok  |  3.2 | -61 degrees C
Temp             | 05h | ok  | 10.1 | 30 degrees C > psu.temperature_celsius 1
Temp             | 06h | ok  | 10.2 | 32 degrees C > psu.temperature_celsius 2
Ambient Temp     | 0Eh | ok  |  7.1 | 21 degrees C > air_inlet.temperature_celsius Ambient Temp
Planar Temp      | 0Fh | ok  |  7.1 | 40 degrees C > board.temperature_celsius Planar Temp
CMOS Battery     | 10h | ok  |  7.1 | 0x00
FAN MOD 1A RPM   | 30h | ok  |  7.1 | 3600 RPM > fan.speed_rpm FAN MOD 1A
FAN MOD 1B RPM   | 31h | ok  |  7.1 | 2640 RPM > fan.speed_rpm FAN MOD 1B
Current 1        | 94h | ok  | 10.1 | 0.40 Amps > psu_input.current_amperes 1
Voltage 1        | 96h | ok  | 10.1 | 226 Volts > psu_input.voltage_volts 1
System Level     | 98h | ok  |  7.1 | 147 Watts > node.power_watts
"""
"""Margins where later servers have temperatures."""

ILO = """
UID              | 0x00              | ok
SysHealth_Stat   | 0x00              | ok
01-Inlet Ambient | 21 degrees C      | ok > air_inlet.temperature_celsius 01-Inlet Ambient
02-CPU 1         | 40 degrees C      | ok > cpu.temperature_celsius 1
03-CPU 2         | 40 degrees C      | ok > cpu.temperature_celsius 2
04-P1 DIMM 1-6   | 31 degrees C      | ok > dimm.temperature_celsius P1 DIMM 1-6
05-PMM 1-6       | disabled          | ns
06-P1 DIMM 7-12  | 30 degrees C      | ok > dimm.temperature_celsius P1 DIMM 7-12
08-P2 DIMM 1-6   | 30 degrees C      | ok > dimm.temperature_celsius P2 DIMM 1-6
12-HD Max        | 35 degrees C      | ok > disk.temperature_celsius
14-Stor Batt 1   | 22 degrees C      | ok > board.temperature_celsius 14-Stor Batt 1
15-Front Ambient | 24 degrees C      | ok > board.temperature_celsius 15-Front Ambient
16-VR P1         | 32 degrees C      | ok > board.temperature_celsius 16-VR P1
18-VR P1 Mem 1   | 29 degrees C      | ok > board.temperature_celsius 18-VR P1 Mem 1
22-Chipset       | 41 degrees C      | ok > board.temperature_celsius 22-Chipset
23-BMC           | 65 degrees C      | ok > board.temperature_celsius 23-BMC
24-BMC Zone      | 37 degrees C      | ok > board.temperature_celsius 24-BMC Zone
25-HD Controller | 44 degrees C      | ok > board.temperature_celsius 25-HD Controller
26-HD Cntlr Zone | 36 degrees C      | ok > board.temperature_celsius 26-HD Cntlr Zone
29-I/O Zone      | 34 degrees C      | ok > board.temperature_celsius 29-I/O Zone
30-PCI 1         | 53 degrees C      | ok > board.temperature_celsius 30-PCI 1
31-PCI 1 Zone    | 31 degrees C      | ok > board.temperature_celsius 31-PCI 1 Zone
36-LOM           | 45 degrees C      | ok > board.temperature_celsius 36-LOM
38-Battery Zone  | 28 degrees C      | ok > board.temperature_celsius 38-Battery Zone
39-P/S 1         | 33 degrees C      | ok > psu.temperature_celsius 1
40-P/S 2 Inlet   | 31 degrees C      | ok > board.temperature_celsius 40-P/S 2 Inlet
42-P/S Zone      | 33 degrees C      | ok > board.temperature_celsius 42-P/S Zone
43-E-Fuse        | 29 degrees C      | ok > board.temperature_celsius 43-E-Fuse
44-P/S 2 Zone    | 32 degrees C      | ok > board.temperature_celsius 44-P/S 2 Zone
08-P1 Mem Zone   | 27 degrees C      | ok > board.temperature_celsius 08-P1 Mem Zone
32-Sys Exhaust 1 | 34 degrees C      | ok > air_exhaust.temperature_celsius 32-Sys Exhaust 1
Fan 1 Status     | 0x01              | ok
Fan 1 DutyCycle  | 28.62 percent     | ok > fan.duty_ratio Fan 1
Fan 2 DutyCycle  | 28.62 percent     | ok > fan.duty_ratio Fan 2
Power Supply 1   | 0x01              | ok
PS 1 Output      | 130 Watts         | ok > psu_output.power_watts 1
PS 2 Output      | 0 Watts           | ok > psu_output.power_watts 2
PS_Volt_In_01    | 226 Volts         | ok > psu_input.voltage_volts 01
PS_Volt_Out_01   | 12 Volts          | ok > psu_output.voltage_volts 01
PS_Curr_Out_01   | 10.80 Amps        | ok > psu_output.current_amperes 01
Power Meter      | 148 Watts         | ok > node.power_watts
CPU Utilization  | 6 unspecified     | ok
"""
"""Gen10: a number before each name."""

OLD_ILO = """
UID Light        | 01h | ok  | 23.1 | State Asserted
Power Supply 1   | 34h | ok  | 10.1 | 90 Watts, Presence detected > psu_output.power_watts 1
Power Supply 2   | 35h | ok  | 10.2 | 65 Watts, Presence detected > psu_output.power_watts 2
Fan 1            | 37h | ok  | 29.1 | 33.32 percent, Transition to Running > fan.duty_ratio Fan 1
Temp 1           | 0Bh | ok  | 55.1 | 20 degrees C > air_inlet.temperature_celsius Temp 1
Temp 2           | 0Ch | ok  |  3.1 | 40 degrees C > cpu.temperature_celsius Temp 2
Temp 5           | 0Fh | ok  |  8.1 | 28 degrees C > dimm.temperature_celsius Temp 5
Temp 18          | 1Bh | ns  |  7.1 | Disabled
Power Meter      | 3Bh | ok  |  7.1 | 170 Watts > node.power_watts
"""
"""Numbers with states beside them."""

INTEL = """
BB Inlet Temp    | 26 degrees C      | ok > board.temperature_celsius BB Inlet Temp
BB P1 VR Temp    | 30 degrees C      | ok > board.temperature_celsius BB P1 VR Temp
Front Panel Temp | 23 degrees C      | ok > air_inlet.temperature_celsius Front Panel Temp
SSB Temp         | 43 degrees C      | ok > board.temperature_celsius SSB Temp
BB Lft Rear Temp | 35 degrees C      | ok > board.temperature_celsius BB Lft Rear Temp
BB BMC Temp      | 40 degrees C      | ok > board.temperature_celsius BB BMC Temp
BB Vtt 2 Temp    | 30 degrees C      | ok > board.temperature_celsius BB Vtt 2 Temp
I/O Mod Temp     | 35 degrees C      | ok > board.temperature_celsius I/O Mod Temp
HSBP 1 Temp      | 25 degrees C      | ok > board.temperature_celsius HSBP 1 Temp
HSBP Temp        | 25 degrees C      | ok > board.temperature_celsius HSBP Temp
Exit Air Temp    | 36 degrees C      | ok > air_exhaust.temperature_celsius Exit Air Temp
LAN NIC Temp     | 50 degrees C      | ok > board.temperature_celsius LAN NIC Temp
Baseboard Temp   | 29 degrees C      | ok > board.temperature_celsius Baseboard Temp
PS1 Temperature  | 33 degrees C      | ok > psu.temperature_celsius 1
PS1 Input Power  | 120 Watts         | ok > psu_input.power_watts 1
PS2 Input Power  | 116 Watts         | ok > psu_input.power_watts 2
PS1 Curr Out %   | 14 % unspecified  | ok > psu.load_ratio 1
P1 Therm Margin  | -57 degrees C     | ok
P1 Therm Ctrl %  | 0 % unspecified   | ok > sensor.utilization_ratio P1 Therm Ctrl %
P1 DTS Therm Mgn | -57 degrees C     | ok
DIMM Thrm Mrgn 1 | -40 degrees C     | ok
Mem P1 Thrm Mrgn | -40 degrees C     | ok
Agg Therm Mgn 1  | -20 degrees C     | ok
System Fan 1     | 4704 RPM          | ok > fan.speed_rpm System Fan 1
System Fan 2A    | 4704 RPM          | ok > fan.speed_rpm System Fan 2A
Processor 1 Fan  | 4704 RPM          | ok > fan.speed_rpm Processor 1 Fan
BB +12.0V        | 11.83 Volts       | ok > board.voltage_volts BB +12.0V
BB +3.3V Vbat    | 3.10 Volts        | ok > board.voltage_volts BB +3.3V Vbat
BB +1.35 P1LV AB | 1.34 Volts        | ok > board.voltage_volts BB +1.35 P1LV AB
BB +1.1V IOH     | 1.09 Volts        | ok > board.voltage_volts BB +1.1V IOH
BB +1.1V P1 Vccp | 1.09 Volts        | ok > board.voltage_volts BB +1.1V P1 Vccp
Sys Airflow      | 33 CFM            | ok
P1 Temperature   | 50 degrees C      | ok > cpu.temperature_celsius 1
> node.power_watts 236
"""
"""An Intel board."""


@pytest.mark.parametrize(
    ("profile", "listing"),
    [
        ("lenovo-xcc", XCC),
        ("lenovo-xcc", SYSTEM_X),
        ("supermicro", SUPERMICRO),
        ("dell-idrac", IDRAC),
        ("dell-idrac", IDRAC_TEXT),
        ("dell-idrac", OLD_DELL),
        ("hpe-ilo", ILO),
        ("hpe-ilo", OLD_ILO),
        ("generic-ipmi", INTEL),
    ],
)
def test_each_sensor_has_its_role_and_scale(profile: str, listing: str) -> None:
    poll, found = read(listing)
    assert poll.profile == profile
    assert found == expected(listing)
