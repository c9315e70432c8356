"""A Supermicro X11DPi board: two Intel sockets, six fans, DCMI alone for power."""

from __future__ import annotations

from hw_profiles import sdr_build as sdr
from hw_profiles.capture import Capture
from hw_profiles.fru_build import fru
from simulators.board import Board, fan, temperature, volts

_HEADER = {
    "dcagent-capture": "1",
    "device": "Supermicro X11DPi-N",
    "origin": "invented",
    "source": "registered number 10876; sensor names from general knowledge; values, limits and "
    "numbers are invented",
    "redacted": "nothing: serial numbers are invented",
}
_GUID = bytes.fromhex("10876a2a7c004f4d8c990cc47a5e")


def capture(number: int = 1) -> Capture:
    """214 W by DCMI. `number` tells servers of the kind apart."""
    board = Board(_HEADER)
    board.identify(10876, 0x0977, (1, 74), _GUID + number.to_bytes(2, "big"))
    board.lan(bytes.fromhex("0cc47a5e") + number.to_bytes(2, "big"))
    board.dcmi(214)
    board.add(sdr.mc_locator("BMC"))
    _temperatures(board)
    for name, value in (("FAN1", 4200), ("FAN2", 4300), ("FAN3", 4200), ("FANA", 3600)):
        board.analog(name, fan(100, 500), value, (0x1D, 1))
    board.analog("FAN4", fan(100, 500), None, (0x1D, 1))
    _voltages(board)
    for n in (1, 2):
        board.discrete(f"PS{n} Status", 0x08, (0,), (0x0A, n))
    board.discrete("Chassis Intru", 0x05, (), (0x17, 1))
    boards = ("Supermicro", "X11DPi-N", f"UM{number:010d}", "", "")
    product = ("Supermicro", "SYS-6029P-TR", "", "", f"S{number:014d}", "", "")
    board.fru(0, fru(boards, product))
    board.event("PS1 Status", b"\x00")
    return board.capture()


def _temperatures(board: Board) -> None:
    """All but the processors' stand under one entity, as on many of these boards."""
    for cpu, core in ((1, 47), (2, 44)):
        board.analog(f"CPU{cpu} Temp", temperature(95), core, (0x03, cpu))
    warm = (("PCH Temp", 46), ("System Temp", 28), ("Peripheral Temp", 35), ("MB_10G Temp", 55))
    regulators = (("VRMCpu1 Temp", 39), ("VRMCpu2 Temp", 38), ("VRMP1ABC Temp", 36))
    for name, value in (*warm, *regulators):
        board.analog(name, temperature(100), value, (0x07, 1))
    for name in ("P1-DIMMA1 Temp", "P1-DIMMD1 Temp", "P2-DIMMA1 Temp", "P2-DIMMD1 Temp"):
        board.analog(name, temperature(85), 31, (0x20, 1))
    for name in ("P1-DIMMB1 Temp", "P1-DIMMC1 Temp", "P2-DIMMB1 Temp"):
        board.analog(name, temperature(85), None, (0x20, 1))
    board.analog("HDD Temp", temperature(65), 33, (0x04, 1))
    board.analog("M2NVMeSSD Temp1", temperature(75), 41, (0x04, 2))
    board.analog("AOC_NIC1 Temp", temperature(105), 50, (0x0B, 1))


def _voltages(board: Board) -> None:
    rails = (("12V", 63, -3, 12.033), ("5VCC", 26, -3, 5.018), ("3.3VCC", 17, -3, 3.332))
    stand_by = (("5VSB", 26, -3, 5.018), ("3.3VSB", 17, -3, 3.298), ("VBAT", 17, -3, 3.128))
    small = (("1.05V PCH", 5, -3, 1.05), ("1.8V PCH", 1, -2, 1.82), ("1.2V BMC", 1, -2, 1.2))
    for name, m, exp, value in (*rails, *stand_by, *small):
        board.analog(name, volts(m, exp, value * 0.9, value * 1.1), value, (0x07, 1))
    for name in ("Vcpu1", "Vcpu2", "VDimmP1ABC", "VDimmP1DEF", "VDimmP2ABC"):
        value = 1.81 if "cpu" in name else 1.2
        board.analog(name, volts(1, -2, value * 0.8, value * 1.2), value, (0x07, 1))
