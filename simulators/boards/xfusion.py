"""An xFusion 2288H V6 under iBMC: two Intel sockets, two PSUs, four double fans."""

from __future__ import annotations

from hw_profiles import sdr_build as sdr
from hw_profiles.capture import Capture
from hw_profiles.fru_build import fru
from simulators.board import Board, amperes, fan, share, temperature, volts, watts

_HEADER = {
    "dcagent-capture": "1",
    "device": "xFusion 2288H V6, iBMC 3.07",
    "origin": "invented",
    "source": "registered enterprise number 58132; sensor names from public `ipmitool sdr list` "
    "dumps of the Huawei iBMC that it continues, those of x86 servers from general knowledge; "
    "values, limits and numbers are invented",
    "redacted": "nothing: serial numbers are invented",
}
_GUID = bytes.fromhex("6b1d90c4e3144f0c9a7e8446fe2a")


def capture(number: int = 1) -> Capture:
    """336 W: 172 + 164 W at the two inputs. `number` tells servers of the kind apart."""
    board = Board(_HEADER)
    board.identify(58132, 1, (3, 7), _GUID + number.to_bytes(2, "big"))
    board.lan(bytes.fromhex("8446fe2a") + number.to_bytes(2, "big"))
    board.no_dcmi()
    board.add(sdr.mc_locator("iBMC"))
    _temperatures(board)
    _power(board)
    for n in range(1, 5):
        board.analog(f"FAN{n} F Speed", fan(60, 900), 5100 + 60 * n, (0x1D, n))
        board.analog(f"FAN{n} R Speed", fan(60, 900), 4800 + 60 * n, (0x1D, n))
    board.analog("SYS 3.3V", volts(16, -3, 2.96, 3.63), 3.328, (0x07, 1))
    board.analog("SYS 5V", volts(24, -3, 4.56, 5.52), 5.04, (0x07, 1))
    board.analog("SYS 12V", volts(6, -2, 10.8, 13.2), 12.18, (0x07, 1))
    board.analog("CPU1 VCore", volts(1, -2, 1.3, 1.95), 1.78, (0x03, 1))
    board.analog("CPU1 DDR VDDQ", volts(1, -2, 1.08, 1.32), 1.22, (0x07, 1))
    board.analog("CPU Usage", share(), 12, (0x03, 0x60))
    board.analog("Memory Usage", share(), 31, (0x20, 0x60))
    _states(board)
    _frus(board, number)
    board.event("PS2 Status", b"\x00")
    return board.capture()


def _temperatures(board: Board) -> None:
    board.analog("Inlet Temp", temperature(46), 23, (0x37, 1))
    board.analog("Outlet Temp", temperature(75), 36, (0x37, 2))
    for cpu, (core, dts, memory, vrd) in enumerate(((51, -44, 37, 44), (49, -46, 36, 43)), 1):
        board.analog(f"CPU{cpu} Core Rem", temperature(), core, (0x03, cpu))
        board.analog(f"CPU{cpu} DTS", temperature(-1), dts, (0x03, cpu))
        board.analog(f"CPU{cpu} MEM Temp", temperature(95), memory, (0x20, cpu))
        board.analog(f"CPU{cpu} VRD Temp", temperature(120), vrd, (0x03, cpu))
    board.analog("PCH Temp", temperature(90), 41, (0x07, 1))
    board.analog("Disk BP1 Temp", temperature(75), 29, (0x0F, 1))
    board.analog("SSD MAX Temp", temperature(75), 36, (0x04, 1))
    board.analog("HDD MAX Temp", temperature(65), None, (0x04, 2))
    board.analog("Raid BBU Temp", temperature(60), 27, (0x0B, 1))
    board.analog("Mezz Card1 Temp", temperature(105), 44, (0x0B, 2))


def _power(board: Board) -> None:
    board.analog("Power", watts(4, 900), 336, (0x13, 1))
    measured = ((172, 228, 0.77, 156, 12.8, 34, 25), (164, 228, 0.73, 148, 12.2, 33, 25))
    for n, (power, vin, iin, pout, iout, hot, inlet) in enumerate(measured, 1):
        psu = (0x0A, n)
        board.analog(f"Power{n}", watts(2), power, psu)
        board.analog(f"PS{n} POut", watts(4), pout, psu)
        board.analog(f"PS{n} VIN", volts(2, 0), vin, psu)
        board.analog(f"PS{n} IIn", amperes(1, -2), iin, psu)
        board.analog(f"PS{n} IOut", amperes(1, -1), iout, psu)
        board.analog(f"PS{n} Temp", temperature(95), hot, psu)
        board.analog(f"PS{n} Inlet Temp", temperature(70), inlet, psu)
    board.analog("CPU Power", watts(1), 148, (0x03, 0x60))
    board.analog("MEM Power", watts(1), 19, (0x20, 0x60))


def _states(board: Board) -> None:
    board.discrete("PS Redundancy", 0x08, (0,), (0x0A, 0x60), event_type=0x0B)
    for n in (1, 2):
        board.discrete(f"PS{n} Status", 0x08, (0,), (0x0A, n))
        board.discrete(f"CPU{n} Status", 0x07, (7,), (0x03, n))
        board.discrete(f"CPU{n} Prochot", 0x07, (), (0x03, n), event_type=0x03, possible=0x03)
    for n in range(1, 5):
        board.discrete(f"FAN{n} F Status", 0x04, (), (0x1D, n), event_type=0x03, possible=0x03)
    for n in range(4):
        board.discrete(f"DISK{n}", 0x0D, (0,) if n < 3 else (), (0x04, 10 + n))
    board.discrete("PwrCap Status", 0x09, (), (0x13, 1), event_type=0x03, possible=0x03)
    board.discrete("ACPI State", 0x22, (0,), (0x07, 1))
    board.discrete("SEL Status", 0x10, (), (0x06, 1))


def _frus(board: Board, number: int) -> None:
    serial = f"2106195AAA6T{number:07d}"
    boards = ("xFusion", "BC13MBSBB", f"026AAA6T{number:07d}", "03026TAA", "")
    board.fru(0, fru(boards, ("xFusion", "2288H V6", "06195AAA", "", serial, "", ""), ("", serial)))
