"""A Dell PowerEdge R740 under iDRAC: two sensors called "Temp", two PSUs, six fans."""

from __future__ import annotations

from hw_profiles import sdr_build as sdr
from hw_profiles.capture import Capture
from hw_profiles.fru_build import fru
from simulators.board import Board, amperes, fan, share, temperature, volts, watts

_HEADER = {
    "dcagent-capture": "1",
    "device": "Dell PowerEdge R740, iDRAC 4.40",
    "origin": "invented",
    "source": "registered number 674; Temp, Pwr Consumption and Current 1 as in the test data of "
    "OpenStack's Ironic and Ceilometer, all other sensor names from general knowledge; values, "
    "limits and numbers are invented",
    "redacted": "nothing: serial numbers are invented",
}
_GUID = bytes.fromhex("674a44454c4c10358059c4c04f4b")


def capture(number: int = 1) -> Capture:
    """182 W. `number` tells servers of the kind apart."""
    board = Board(_HEADER)
    board.identify(674, 0x0100, (4, 40), _GUID + number.to_bytes(2, "big"))
    board.lan(bytes.fromhex("d0946614") + number.to_bytes(2, "big"))
    board.dcmi(182)
    board.add(sdr.mc_locator("iDRAC9"))
    for n in range(1, 7):
        board.analog(f"Fan{n}", fan(120, 480), 5400 + 120 * n, (0x07, 1))
    board.analog("Inlet Temp", temperature(47), 22, (0x07, 1))
    board.analog("Exhaust Temp", temperature(80), 35, (0x07, 1))
    for n, core in ((1, 45), (2, 49)):
        board.analog("Temp", temperature(98), core, (0x03, n))
    board.analog("GPU1 Temp", temperature(90), None, (0x0B, 1))
    for n, (current, voltage) in enumerate(((0.4, 230), (0.4, 232)), 1):
        board.analog(f"Current {n}", amperes(2, -1), current, (0x0A, n))
        board.analog(f"Voltage {n}", volts(2, 0), voltage, (0x0A, n))
    board.analog("Pwr Consumption", watts(7, 1120, sensor_type=0x03), 182, (0x07, 1))
    for name, value in (("CPU Usage", 7), ("IO Usage", 0), ("MEM Usage", 2), ("SYS Usage", 9)):
        board.analog(name, share(), value, (0x07, 1))
    _states(board)
    tag = f"7XK{number:04d}"
    product = ("DELL", "PowerEdge R740", "", "01", tag, "", "")
    board.fru(0, fru(("DELL", "PowerEdge R740", f"CN{number:018d}", "0923K0A06", ""), product))
    board.event("PS Redundancy", b"\x00")
    return board.capture()


def _states(board: Board) -> None:
    for n in (1, 2):
        board.discrete("Status", 0x08, (0,), (0x0A, n))
    for n in (1, 2):
        board.discrete("Status", 0x07, (7,), (0x03, n))
    board.discrete("PS Redundancy", 0x08, (0,), (0x07, 1), event_type=0x0B)
    board.discrete("Fan Redundancy", 0x04, (0,), (0x07, 1), event_type=0x0B)
    board.discrete("Intrusion", 0x05, (), (0x07, 1))
    board.discrete("SEL", 0x10, (), (0x07, 1))
    board.discrete("CMOS Battery", 0x29, (), (0x07, 1))
    board.discrete("ROMB Battery", 0x29, (), (0x1A, 1))
    for name in ("VCORE PG", "VCORE PG", "3.3V PG", "5V AUX PG", "1.8V PG"):
        board.discrete(name, 0x02, (0,), (0x07, 1), event_type=0x03, possible=0x03)
    for n in range(1, 5):
        board.discrete(f"Drive {n}", 0x0D, (0,) if n < 3 else (), (0x1A, n))
    for slot in "AB":
        board.discrete(f"Cable SAS {slot}0", 0x1B, (0,), (0x07, 1))
    for n in range(1, 5):
        board.discrete(f"DIMM A{n}", 0x0C, (6,), (0x20, n))
