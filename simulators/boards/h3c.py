"""An H3C UniServer R4900 G3 under HDM: two Intel sockets, two PSUs, six fans."""

from __future__ import annotations

from hw_profiles import sdr_build as sdr
from hw_profiles.capture import Capture
from hw_profiles.fru_build import fru
from simulators.board import Board, amperes, fan, temperature, volts, watts

_HEADER = {
    "dcagent-capture": "1",
    "device": "H3C UniServer R4900 G3, HDM 1.30",
    "origin": "invented",
    "source": "FRU texts from a public `ipmitool fru print` of an R4900 G3; the registered "
    "number 25506; sensor names are NOT public: these are invented in the manner of a MegaRAC "
    "lineage, as are all values",
    "redacted": "nothing: serial numbers are invented",
}
_GUID = bytes.fromhex("4900c30025506a1b9c3e74eac849")


def capture(number: int = 1) -> Capture:
    """348 W by DCMI and by the total; 176 + 172 W in. `number` tells servers of the kind apart."""
    board = Board(_HEADER)
    board.identify(25506, 0x0103, (1, 30), _GUID + number.to_bytes(2, "big"))
    board.lan(bytes.fromhex("74eac849") + number.to_bytes(2, "big"))
    board.dcmi(348)
    board.add(sdr.mc_locator("HDM"))
    _temperatures(board)
    _power(board)
    for n in range(1, 7):
        board.analog(f"FAN{n}_Speed", fan(100, 800), 6400 + 100 * (n % 3), (0x1D, n))
    rails = (("P12V", 6, -2, 12.06), ("P5V", 26, -3, 5.018), ("P3V3", 17, -3, 3.298))
    for name, m, exp, value in rails:
        board.analog(name, volts(m, exp, value * 0.92, value * 1.08), value, (0x07, 1))
    board.analog("P3V3_BAT", volts(17, -3, 2.3), 3.094, (0x28, 1))
    _states(board)
    _frus(board, number)
    board.event("PSU1_Status", b"\x00")
    return board.capture()


def _temperatures(board: Board) -> None:
    board.analog("Inlet_Temp", temperature(50), 25, (0x37, 1))
    board.analog("Outlet_Temp", temperature(75), 40, (0x37, 2))
    for cpu, (core, memory, vr) in enumerate(((55, 39, 47), (53, 38, 46)), 1):
        board.analog(f"CPU{cpu}_Temp", temperature(96), core, (0x03, cpu))
        board.analog(f"CPU{cpu}_DIMM_Temp", temperature(90), memory, (0x20, cpu))
        board.analog(f"CPU{cpu}_VR_Temp", temperature(110), vr, (0x03, cpu))
    board.analog("PCH_Temp", temperature(95), 47, (0x07, 1))
    board.analog("PSU1_Temp", temperature(75), 36, (0x0A, 1))
    board.analog("PSU2_Temp", temperature(75), 35, (0x0A, 2))
    board.analog("HDD_Max_Temp", temperature(65), 33, (0x04, 1))
    board.analog("OCP_Temp", temperature(100), None, (0x0B, 1))


def _power(board: Board) -> None:
    board.analog("Total_Power", watts(4, 800), 348, (0x13, 1))
    measured = ((176, 160, 226, 0.78), (172, 156, 228, 0.75))
    for n, (power, pout, vin, iin) in enumerate(measured, 1):
        psu = (0x0A, n)
        board.analog(f"PSU{n}_PIN", watts(4), power, psu)
        board.analog(f"PSU{n}_POUT", watts(4), pout, psu)
        board.analog(f"PSU{n}_VIN", volts(2, 0, 170, 272), vin, psu)
        board.analog(f"PSU{n}_IIN", amperes(1, -2), iin, psu)
    board.analog("CPU_Power", watts(2), 186, (0x03, 0x60))
    board.analog("MEM_Power", watts(1), 21, (0x20, 0x60))


def _states(board: Board) -> None:
    for n in (1, 2):
        board.discrete(f"PSU{n}_Status", 0x08, (0,), (0x0A, n))
        board.discrete(f"CPU{n}_Status", 0x07, (7,), (0x03, n))
    board.discrete("PSU_Redundancy", 0x08, (0,), (0x0A, 0x60), event_type=0x0B)
    board.discrete("FAN_Redundancy", 0x04, (0,), (0x1D, 0x60), event_type=0x0B)
    for n in range(1, 7):
        board.discrete(f"FAN{n}_Status", 0x04, (1,), (0x1D, n), event_type=0x08, possible=0x03)
    for n in range(4):
        board.discrete(f"Disk{n}_Status", 0x0D, (0,), (0x04, n + 1))
    board.discrete("Chassis_Intr", 0x05, (), (0x17, 1))
    board.discrete("SEL_State", 0x10, (), (0x06, 1))
    board.discrete("ACPI_State", 0x22, (0,), (0x07, 1))
    board.discrete("Watchdog2", 0x23, (), (0x06, 1))


def _frus(board: Board, number: int) -> None:
    maker, serial = "New H3C Technologies Co., Ltd.", f"210235A000H{number:09d}"
    boards = ("H3C", "RS33M2C9S", f"02A3VY{number:09d}", "0302A3VY", "")
    board.fru(0, fru(boards, (maker, "UniServer R4900 G3", "0235A000", "", serial, "", "")))
    for n in (1, 2):
        unit = ("Great Wall", "PSR800-12A", "9801A000", "V1", f"210231A000H{number:08d}{n}", "", "")
        board.fru(n, fru((), unit), f"PSU{n}", (0x0A, n))
