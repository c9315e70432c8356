"""A board of no known maker that keeps to the standard, with the cases that are hard to read."""

from __future__ import annotations

from hw_profiles import sdr_build as sdr
from hw_profiles.capture import Capture
from hw_profiles.fru_build import fru
from hw_profiles.sdr_build import CELSIUS, RPM, UNSPECIFIED, VOLTS
from simulators.board import Board, amperes, fan, temperature, volts, watts

_HEADER = {
    "dcagent-capture": "1",
    "device": "unbranded two-socket server",
    "origin": "invented",
    "source": "IPMI v2.0 rev 1.1 and DCMI 1.5 alone: entity ids, sensor types and record forms of "
    "the standard, among them every form that readers get wrong",
    "redacted": "nothing: serial numbers are invented",
}
_GUID = bytes.fromhex("0f1e2d3c4b5a69788796a5b4c3d2e1f0")


def capture() -> Capture:
    """260 W at the inputs (132 + 128); DCMI is there but switched off."""
    board = Board(_HEADER)
    board.identify(0, 0x0001, (2, 15), _GUID)
    board.lan(bytes.fromhex("020000000001"))
    board.dcmi(0, active=False)
    board.add(sdr.mc_locator("BMC"))
    _plain(board)
    _hard(board)
    board.fru(
        0,
        fru(
            ("ACME", "MB-2S", "MB00000001", "MB-2S-01", ""),
            ("ACME", "S2000", "S2000-A", "1", "SN00000001", "", ""),
        ),
    )
    board.event("Ambient", b"\x57\x32\x2e")
    board.event("Power Unit", b"\x00")
    return board.capture()


def _plain(board: Board) -> None:
    board.analog("Ambient", temperature(45), 23, (0x37, 1))
    board.analog("Exhaust", temperature(75), 35, (0x37, 2))
    board.analog("Proc 1 Temp", temperature(95), 49, (0x03, 1))
    board.analog("Proc 2 Temp", temperature(95), 47, (0x03, 2))
    for n in range(1, 5):
        board.analog(f"DIMM {n}", temperature(85), 33 + n, (0x20, n))
    for n in range(1, 5):
        board.analog(f"Fan {n}", fan(75, 900), 4800 + 75 * n, (0x1D, n))
    board.analog("12V", volts(6, -2, 10.8, 13.2), 12.06, (0x07, 1))
    board.analog("3.3V", volts(17, -3, 2.97, 3.63), 3.298, (0x07, 1))
    board.analog("System Power", watts(4), 260, (0x13, 1))
    for n, (power, vin, iin) in enumerate(((132, 230, 0.57), (128, 230, 0.56)), 1):
        board.analog(f"PSU {n} Input", watts(4, sensor_type=0x08), power, (0x0A, n))
        board.analog(f"PSU {n} Voltage", volts(2, 0), vin, (0x0A, n))
        board.analog(f"PSU {n} Current", amperes(1, -2), iin, (0x0A, n))
        board.discrete(f"PSU {n}", 0x08, (0,), (0x0A, n))
        board.discrete(f"Proc {n}", 0x07, (7,), (0x03, n))
    board.discrete("PSU Redundancy", 0x08, (0,), (0x0A, 0x60), event_type=0x0B)
    board.discrete("Power Unit", 0x09, (), (0x13, 1))
    board.discrete("Chassis", 0x05, (), (0x17, 1))
    board.discrete("Watchdog", 0x23, (), (0x06, 1))


def _hard(board: Board) -> None:
    """What a reader of SDRs has to survive."""
    offset = sdr.Scale(m=5, b=-300, b_exp=1, exp=-3)
    inverse = sdr.Scale(m=3, exp=-5, linear=sdr.INVERSE)
    board.analog("Outdoor", temperature(lower=-40), -10, (0x37, 3))
    board.analog("VTT -12V", sdr.Analog(0x02, VOLTS, sdr.Scale(m=-1, exp=-1)), -12.1)
    board.analog("VREF", sdr.Analog(0x02, VOLTS, offset), -2.0)
    board.analog("Pump", sdr.Analog(0x04, RPM, inverse), 1 / 0.003, (0x1D, 9))
    board.analog("Margin", temperature(), -38, (0x03, 1))
    board.analog("Load", sdr.Analog(0x0B, UNSPECIFIED, percent=True), 37, (0x03, 1))
    curved = sdr.Analog(0x01, CELSIUS, sdr.Scale(linear=sdr.NON_LINEAR))
    number = board.analog("Thermistor", curved, 40, (0x07, 2))
    board.factors(number, 0, sdr.Scale(m=2, b=-20))
    board.factors(number, 40, sdr.Scale(m=1, b=-1, b_exp=1, exp=0))
    board.factors(number, 120, sdr.Scale(m=1, b=5))
    board.analog("Spare", temperature(), 0, (0x07, 3), scanning=False)
    board.analog("Slot 9 Temp", temperature(), None, (0x0B, 9))
    board.analog("Phantom", temperature(), 0, (0x07, 4), exists=False)
    board.analog("Ambient", temperature(45), 24, (0x37, 4))
    board.discrete("Slot", 0x21, (2,), (0x0B, 1), count=4)
    number = board.discrete("Front Panel", 0x14, (), (0x0C, 1))
    board.add(sdr.event_only(sdr.SensorRecord("OS Stop", number + 100, 0x20)))
    board.add(sdr.oem(0, b"opaque data"))
