"""A Nettrix R620 G40: two Intel sockets, two PSUs, six double fans, a MegaRAC-based BMC."""

from __future__ import annotations

from hw_profiles import sdr_build as sdr
from hw_profiles.capture import Capture
from hw_profiles.fru_build import fru
from simulators.board import Board, amperes, fan, temperature, volts, watts

_HEADER = {
    "dcagent-capture": "1",
    "device": "Nettrix R620 G40",
    "origin": "invented",
    "source": "SYS_Total_Power and PSUn_PIN from a public client of its Redfish, PSUn_Vin from "
    "a public script for a MegaRAC web interface; registered number 55380; all other sensor names "
    "are invented in the manner of a MegaRAC lineage, as are all values",
    "redacted": "nothing: serial numbers are invented",
}
_GUID = bytes.fromhex("55380a6200f04b3d8d21b4055dc1")


def capture(number: int = 1) -> Capture:
    """392 W: 200 + 192 W in. `number` tells servers of the kind apart."""
    board = Board(_HEADER)
    board.identify(55380, 0x0640, (1, 22), _GUID + number.to_bytes(2, "big"))
    board.lan(bytes.fromhex("b4055dc1") + number.to_bytes(2, "big"))
    board.dcmi(392)
    board.add(sdr.mc_locator("BMC"))
    _temperatures(board)
    _power(board)
    for n in range(1, 7):
        board.analog(f"FAN{n}_F_Speed", fan(100, 800), 7000 + 100 * (n % 3), (0x1D, n))
        board.analog(f"FAN{n}_R_Speed", fan(100, 800), 6300 + 100 * (n % 3), (0x1D, n))
    rails = (("P12V", 6, -2, 12.12), ("P5V", 26, -3, 5.018), ("P3V3", 17, -3, 3.315))
    for name, m, exp, value in (*rails, ("P1V05_PCH", 5, -3, 1.05), ("PVDDQ_ABC_CPU0", 1, -2, 1.2)):
        board.analog(name, volts(m, exp, value * 0.92, value * 1.08), value, (0x07, 1))
    _states(board)
    serial = f"6101R6204{number:07d}"
    boards = ("Nettrix", "60N00MB", f"NB{number:09d}", "60N00MB-00", "")
    board.fru(
        0, fru(boards, ("Nettrix", "R620 G40", "R620-G40", "1", serial, "", ""), ("", serial))
    )
    board.event("PSU1_Status", b"\x00")
    return board.capture()


def _temperatures(board: Board) -> None:
    board.analog("Inlet_Temp", temperature(45), 24, (0x37, 1))
    board.analog("Outlet_Temp", temperature(75), 41, (0x37, 2))
    for cpu, (core, dts, memory, vr) in enumerate(((57, -41, 39, 48), (54, -44, 38, 46))):
        board.analog(f"CPU{cpu}_Temp", temperature(98), core, (0x03, cpu + 1))
        board.analog(f"CPU{cpu}_DTS", temperature(), dts, (0x03, cpu + 1))
        board.analog(f"CPU{cpu}_DIMM_Temp", temperature(90), memory, (0x20, cpu + 1))
        board.analog(f"CPU{cpu}_VR_Temp", temperature(110), vr, (0x03, cpu + 1))
    board.analog("PCH_Temp", temperature(95), 45, (0x07, 1))
    board.analog("NVME0_Temp", temperature(75), 40, (0x04, 1))
    board.analog("OCP_Temp", temperature(100), 52, (0x0B, 1))
    board.analog("BP0_Temp", temperature(70), 29, (0x0F, 1))
    board.analog("GPU0_Temp", temperature(95), None, (0x0B, 2))


def _power(board: Board) -> None:
    board.analog("SYS_Total_Power", watts(4, 900), 392, (0x13, 1))
    measured = ((200, 184, 226, 0.89, 12.2, 15.1, 35), (192, 176, 228, 0.85, 12.2, 14.4, 34))
    for n, (power, pout, vin, iin, vout, iout, hot) in enumerate(measured, 1):
        psu = (0x0A, n)
        board.analog(f"PSU{n}_PIN", watts(4), power, psu)
        board.analog(f"PSU{n}_POUT", watts(4), pout, psu)
        board.analog(f"PSU{n}_VIN", volts(2, 0, 170, 272), vin, psu)
        board.analog(f"PSU{n}_IIN", amperes(1, -2), iin, psu)
        board.analog(f"PSU{n}_VOUT", volts(1, -1), vout, psu)
        board.analog(f"PSU{n}_IOUT", amperes(1, -1), iout, psu)
        board.analog(f"PSU{n}_Temp", temperature(75), hot, psu)
    board.analog("CPU_Total_Power", watts(2), 196, (0x03, 0x60))
    board.analog("MEM_Total_Power", watts(1), 28, (0x20, 0x60))
    board.analog("FAN_Total_Power", watts(1), 36, (0x1D, 0x60))


def _states(board: Board) -> None:
    for n in (1, 2):
        board.discrete(f"PSU{n}_Status", 0x08, (0,), (0x0A, n))
        board.discrete(f"CPU{n - 1}_Status", 0x07, (7,), (0x03, n))
    board.discrete("PSU_Redundancy", 0x08, (0,), (0x0A, 0x60), event_type=0x0B)
    board.discrete("SEL_Status", 0x10, (), (0x06, 1))
    board.discrete("ACPI_State", 0x22, (0,), (0x07, 1))
