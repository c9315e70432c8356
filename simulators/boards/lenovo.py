"""A Lenovo ThinkSystem SR650 under XCC: two Intel sockets, two PSUs, six double fans."""

from __future__ import annotations

from hw_profiles import sdr_build as sdr
from hw_profiles.capture import Capture
from hw_profiles.fru_build import fru
from simulators.board import Board, fan, temperature, volts, watts

_HEADER = {
    "dcagent-capture": "1",
    "device": "Lenovo ThinkSystem SR650, XCC 5.40",
    "origin": "invented",
    "source": "registered number 19046; Ambient Temp, Exhaust Temp, the CPU temperatures and DTS "
    "margins as public SNMP recordings of XCC have them; all other sensor names from general "
    "knowledge; values, limits and numbers are invented",
    "redacted": "nothing: serial numbers are invented",
}
_GUID = bytes.fromhex("19046a4af10b4c6ab2d37cd30ae8")


def capture(number: int = 1) -> Capture:
    """231 W by DCMI, 232 by the sensor. `number` tells servers of the kind apart."""
    board = Board(_HEADER)
    board.identify(19046, 0x0401, (5, 40), _GUID + number.to_bytes(2, "big"))
    board.lan(bytes.fromhex("7cd30ae8") + number.to_bytes(2, "big"))
    board.dcmi(231)
    board.add(sdr.mc_locator("XCC"))
    _temperatures(board)
    board.analog("Sys Power", watts(4), 232, (0x07, 1))
    board.analog("CPU Power", watts(1), 96, (0x03, 0x60))
    board.analog("Mem Power", watts(1), 14, (0x20, 0x60))
    board.analog("Total Power Cap", watts(8), 1100, (0x07, 1))
    for n, (pin, pout) in enumerate(((120, 108), (112, 100)), 1):
        board.analog(f"PSU {n} AC In Pwr", watts(4), pin, (0x0A, n))
        board.analog(f"PSU {n} DC Out Pwr", watts(4), pout, (0x0A, n))
        board.discrete(f"PSU {n}", 0x08, (0,), (0x0A, n))
        board.discrete(f"CPU {n} Status", 0x07, (7,), (0x03, n))
    for n in range(1, 7):
        board.analog(f"Fan {n} Front Tach", fan(68, 1360), 5440 + 68 * n, (0x1D, n))
        board.analog(f"Fan {n} Rear Tach", fan(68, 1360), 5032 + 68 * n, (0x1D, n))
    rails = (("SysBrd 12V", 6, -2, 12.12), ("SysBrd 5V", 26, -3, 5.07))
    for name, m, exp, value in (*rails, ("SysBrd 3.3V", 17, -3, 3.332)):
        board.analog(name, volts(m, exp, value * 0.9, value * 1.1), value, (0x07, 1))
    board.analog("CMOS Battery", volts(17, -3, 2.25), 3.128, (0x28, 1))
    board.discrete("Power Unit", 0x09, (), (0x13, 1))
    board.discrete("PS Redundancy", 0x08, (0,), (0x0A, 0x60), event_type=0x0B)
    board.discrete("Cooling Zone 1", 0x04, (0,), (0x1E, 1), event_type=0x0B)
    for n in range(4):
        board.discrete(f"Drive {n}", 0x0D, (0,) if n < 2 else (), (0x04, n + 1))
    serial = f"J30{number:05d}"
    boards = ("LENOVO", "SB27A", f"J1{number:08d}", "00MX552", "")
    product = ("Lenovo", "ThinkSystem SR650", "7X06CTO1WW", "05", serial, "", "")
    board.fru(0, fru(boards, product, ("7X06CTO1WW", serial)))
    board.event("PSU 1", b"\x00")
    return board.capture()


def _temperatures(board: Board) -> None:
    board.analog("Ambient Temp", temperature(47), 22, (0x27, 1))
    board.analog("Exhaust Temp", temperature(80), 33, (0x07, 1))
    for cpu, (core, margin) in enumerate(((44, -51), (42, -53)), 1):
        board.analog(f"CPU {cpu} Temp", temperature(), core, (0x03, cpu))
        board.analog(f"CPU {cpu} DTS", temperature(), margin, (0x03, cpu))
    for n in (1, 5, 13, 17):
        board.analog(f"DIMM {n} Temp", temperature(85), 29 + n % 4, (0x20, n))
    board.analog("DIMM 2 Temp", temperature(85), None, (0x20, 2))
    board.analog("PCH Temp", temperature(90), 43, (0x07, 1))
    board.analog("PCI 1 Temp", temperature(95), 51, (0x0B, 1))
