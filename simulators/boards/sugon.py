"""A Sugon H620-G30: two Hygon sockets, two PSUs, eight fans."""

from __future__ import annotations

from hw_profiles import sdr_build as sdr
from hw_profiles.capture import Capture
from hw_profiles.fru_build import fru
from simulators.board import Board, fan, temperature, volts, watts

_HEADER = {
    "dcagent-capture": "1",
    "device": "Sugon H620-G30",
    "origin": "invented",
    "source": "registered numbers 27500 and 57098, the model from a public monitoring template; "
    "sensor names of Sugon are NOT public: these are invented in the manner of MegaRAC firmware on "
    "a Zen-style board, as are all values",
    "redacted": "nothing: serial numbers are invented",
}
_GUID = bytes.fromhex("27500a630c0f4a7e9b1290a5d3e6")


def capture(number: int = 1) -> Capture:
    """428 W by DCMI; no total among the sensors. `number` tells servers of the kind apart."""
    board = Board(_HEADER)
    board.identify(27500, 0x0630, (3, 12), _GUID + number.to_bytes(2, "big"))
    board.lan(bytes.fromhex("90a5d3e6") + number.to_bytes(2, "big"))
    board.dcmi(428)
    board.add(sdr.mc_locator("BMC"))
    board.analog("Inlet_Temp", temperature(45), 22, (0x37, 1))
    board.analog("Outlet_Temp", temperature(75), 38, (0x37, 2))
    for cpu, (core, vr) in enumerate(((61, 52), (59, 50))):
        board.analog(f"CPU{cpu}_Temp", temperature(95), core, (0x03, cpu + 1))
        board.analog(f"P{cpu}_VDDCR_SOC_T", temperature(110), vr, (0x07, 1))
        board.analog(f"P{cpu}_VDDCR_CPU", volts(1, -2, 0.5, 1.5), 0.95, (0x03, cpu + 1))
        for dimm in "AB":
            board.analog(f"P{cpu}_DIMM_{dimm}_Temp", temperature(85), 36, (0x20, cpu + 1))
    for n, (pin, pout) in enumerate(((220, 204), (208, 192))):
        board.analog(f"PSU{n}_PIN", watts(4), pin, (0x0A, n + 1))
        board.analog(f"PSU{n}_POUT", watts(4), pout, (0x0A, n + 1))
        board.analog(f"PSU{n}_VIN", volts(2, 0, 170, 272), 230, (0x0A, n + 1))
        board.analog(f"PSU{n}_Temp", temperature(75), 34, (0x0A, n + 1))
        board.discrete(f"PSU{n}_Status", 0x08, (0,), (0x0A, n + 1))
        board.discrete(f"CPU{n}_Status", 0x07, (7,), (0x03, n + 1))
    for n in range(1, 9):
        board.analog(f"SYS_FAN_{n}", fan(100, 800), 6000 + 100 * (n % 4), (0x1D, n))
    for name, m, exp, value in (
        ("P12V", 6, -2, 12.0),
        ("P5V", 26, -3, 5.07),
        ("P3V3", 17, -3, 3.3),
    ):
        board.analog(name, volts(m, exp, value * 0.92, value * 1.08), value, (0x07, 1))
    board.analog("VBAT", volts(17, -3, 2.3), 3.06, (0x28, 1))
    for n in range(4):
        board.discrete(f"HDD{n}_Status", 0x0D, (0,) if n < 2 else (), (0x04, n + 1))
    board.discrete("SEL_Status", 0x10, (), (0x06, 1))
    board.discrete("Watchdog", 0x23, (), (0x06, 1))
    serial = f"9800{number:09d}"
    boards = ("Sugon", "62DB32", f"SB{number:09d}", "", "")
    board.fru(0, fru(boards, ("Sugon", "H620-G30", "", "", serial, "", ""), ("", serial)))
    board.event("PSU0_Status", b"\x00")
    return board.capture()
