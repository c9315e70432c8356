"""An Inspur NF5280M5: two Intel sockets, two PSUs, eight fans, a MegaRAC-based BMC."""

from __future__ import annotations

from hw_profiles import sdr_build as sdr
from hw_profiles.capture import Capture
from hw_profiles.fru_build import fru
from simulators.board import Board, fan, share, temperature, volts, watts

_HEADER = {
    "dcagent-capture": "1",
    "device": "Inspur NF5280M5, BMC 4.26",
    "origin": "invented",
    "source": "sensor names, watts, inlet, outlet and DTS values from a public `ipmitool sdr list` "
    "of a two-socket M5-class server; manufacturer 37945 is the vendor's registered number, seen "
    "in its SNMP templates, not in an IPMI dump; limits, numbers and all other values are invented",
    "redacted": "nothing: serial numbers are invented",
}
_GUID = bytes.fromhex("5280a5c03b7e11ec96136c92bf52")


def capture(number: int = 1) -> Capture:
    """296 W at the inputs, 136 + 128 W at the outputs. `number` tells servers of the kind apart."""
    board = Board(_HEADER)
    board.identify(37945, 0x0202, (4, 26), _GUID + number.to_bytes(2, "big"))
    board.lan(bytes.fromhex("6c92bf52") + number.to_bytes(2, "big"))
    board.dcmi(296)
    board.add(sdr.mc_locator("BMC"))
    _temperatures(board)
    _power(board)
    for n in range(4):
        board.analog(f"FAN{n}_F_Speed", fan(120, 960), 5400 + 120 * n, (0x1D, n + 1))
        board.analog(f"FAN{n}_R_Speed", fan(120, 960), 5040 + 120 * n, (0x1D, n + 1))
    _voltages(board)
    _states(board)
    _frus(board, number)
    board.event("FAN0_F_Speed", b"\x52\x07\x08")
    board.event("CPU0_C0D0", b"\x00")
    return board.capture()


def _temperatures(board: Board) -> None:
    board.analog("Inlet_Temp", temperature(46), 24, (0x37, 1))
    board.analog("Outlet_Temp", temperature(75), 37, (0x37, 2))
    for cpu, (core, dts, memory, vr) in enumerate(((52, 4, 38, 44), (49, 7, 37, 43))):
        board.analog(f"CPU{cpu}_Temp", temperature(95), core, (0x03, cpu + 1))
        board.analog(f"CPU{cpu}_DTS", temperature(), dts, (0x03, cpu + 1))
        board.analog(f"CPU{cpu}_DIMM_Temp", temperature(90), memory, (0x20, cpu + 1))
        board.analog(f"CPU{cpu}_VR_Temp", temperature(110), vr, (0x03, cpu + 1))
    board.analog("PCH_Temp", temperature(90), 43, (0x07, 1))
    board.analog("PSU0_Temp", temperature(70), 33, (0x0A, 1))
    board.analog("PSU1_Temp", temperature(70), 32, (0x0A, 2))
    board.analog("HDD_Max_Temp", temperature(65), 31, (0x04, 1))
    board.analog("M.2_Inlet_Temp", temperature(60), 29, (0x37, 3))
    for name in ("NVME_Temp", "GPU0_Temp", "GPU1_Temp"):
        board.analog(name, temperature(90), None, (0x0B, 1))


def _power(board: Board) -> None:
    board.analog("Total_Power", watts(4, 800), 296, (0x13, 1))
    board.analog("PSU0_POUT", watts(4), 136, (0x0A, 1))
    board.analog("PSU1_POUT", watts(4), 128, (0x0A, 2))
    board.analog("PSU0_VIN", volts(2, 0, 170, 272), 226, (0x0A, 1))
    board.analog("PSU1_VIN", volts(2, 0, 170, 272), 228, (0x0A, 2))
    board.analog("CPU_Power", watts(2), 158, (0x03, 0x60))
    board.analog("MEM_Power", watts(1), 10, (0x20, 0x60))
    board.analog("FAN_Power", watts(1), 25, (0x1D, 0x60))
    board.analog("HDD_Power", watts(1), 6, (0x04, 0x60))
    for name in ("CPU_ResourceRate", "MEM_ResourceRate", "HDD_ResourceRate"):
        board.analog(name, share(), 0, (0x07, 1))


def _voltages(board: Board) -> None:
    rails = (("SYS_12V", 6, -2, 12.18), ("SYS_5V", 26, -3, 5.044), ("SYS_3.3V", 17, -3, 3.315))
    for name, m, exp, value in rails:
        board.analog(name, volts(m, exp, value * 0.9, value * 1.1), value, (0x07, 1))
    board.analog("CPU0_Vcore", volts(1, -2, 1.2, 2.1), 1.79, (0x03, 1))
    board.analog("CPU1_Vcore", volts(1, -2, 1.2, 2.1), 1.8, (0x03, 2))
    board.analog("RTC_Battery", volts(17, -3, 2.4), 3.06, (0x28, 1))


def _states(board: Board) -> None:
    for n in range(2):
        board.discrete(f"PSU{n}_Status", 0x08, (0,), (0x0A, n + 1))
        board.discrete(f"CPU{n}_Status", 0x07, (7,), (0x03, n + 1))
    board.discrete("PSU_Redundant", 0x08, (0,), (0x0A, 0x60), event_type=0x0B)
    board.discrete("FAN_Redundant", 0x04, (0,), (0x1D, 0x60), event_type=0x0B)
    for n in range(4):
        board.discrete(f"CPU{n // 2}_C{n % 2}D0", 0x0C, (6,), (0x20, n + 1))
        board.discrete(f"HDD{n}_Status", 0x0D, (0,) if n < 3 else (), (0x04, n + 1))
    board.discrete("Intrusion", 0x05, (), (0x17, 1))
    board.discrete("SEL_Status", 0x10, (), (0x06, 1))
    board.discrete("ACPI_PWR", 0x22, (0,), (0x07, 1))
    board.discrete("Watchdog2", 0x23, (), (0x06, 1))
    board.discrete("BMC_Boot_Up", 0x1D, (), (0x06, 1))


def _frus(board: Board, number: int) -> None:
    serial = f"2190{number:08d}"
    boards = ("Inspur", "NF5280M5", f"YZMB{number:09d}", "YZMB-00882-104", "")
    product = ("Inspur", "NF5280M5", "0", "01", serial, serial, "")
    board.fru(0, fru(boards, product, ("0", serial)))
    for n in range(2):
        unit = ("Great Wall", "GW-CRPS800", "GWPS0800", "A1", f"8P{number:06d}{n}", "", "")
        board.fru(n + 1, fru((), unit), f"PSU{n}_FRU", (0x0A, n + 1))
