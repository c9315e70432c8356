"""A two-socket Hygon reference board under Byosoft firmware: its supplies' inputs, no total."""

from __future__ import annotations

from hw_profiles import sdr_build as sdr
from hw_profiles.capture import Capture
from hw_profiles.fru_build import fru
from simulators.board import Board, fan, temperature, volts, watts

_HEADER = {
    "dcagent-capture": "1",
    "device": "two-socket Hygon reference board",
    "origin": "invented",
    "source": "the names of CPUn_Temp, PCIe_Amb_Temp, SYS_Outlet_Temp, CPU0_Inlet_Temp, "
    "PSU1_Inlet_Temp, PSUn_Power_in and FANn_Speed from a public Byosoft firmware source; the "
    "manufacturer number is MegaRAC's, the brand is not stated there; rails, states, values and "
    "limits are invented",
    "redacted": "nothing: serial numbers are invented",
}
_GUID = bytes.fromhex("c86a3a0d40004e2f8f11d09466a1")


def capture(number: int = 1) -> Capture:
    """356 W: 180 + 176 W in. `number` tells servers of the kind apart."""
    board = Board(_HEADER)
    board.identify(20974, 0x0202, (1, 8), _GUID + number.to_bytes(2, "big"))
    board.lan(bytes.fromhex("d09466a1") + number.to_bytes(2, "big"))
    board.no_dcmi()
    board.add(sdr.mc_locator("BMC"))
    for cpu, core in ((0, 58), (1, 56)):
        board.analog(f"CPU{cpu}_Temp", temperature(95), core, (0x03, cpu + 1))
        board.analog(f"P{cpu}_VDDCR_SOC", volts(1, -2, 0.7, 1.1), 0.9, (0x07, 1))
        board.analog(f"P{cpu}_VDD18", volts(1, -2, 1.62, 1.98), 1.8, (0x07, 1))
        board.discrete(f"CPU{cpu}_Status", 0x07, (7,), (0x03, cpu + 1))
        for dimm in range(4):
            board.discrete(f"CPU{cpu}_DIMM{dimm}", 0x0C, (6,), (0x20, 4 * cpu + dimm + 1))
    board.analog("PCIe_Amb_Temp", temperature(70), 33, (0x07, 1))
    board.analog("SYS_Outlet_Temp", temperature(75), 40, (0x07, 1))
    board.analog("CPU0_Inlet_Temp", temperature(60), 29, (0x07, 1))
    board.analog("PSU1_Inlet_Temp", temperature(60), 27, (0x0A, 1))
    for n, power in ((1, 180), (2, 176)):
        board.analog(f"PSU{n}_Power_in", watts(4), power, (0x0A, n))
        board.discrete(f"PSU{n}_Status", 0x08, (0,), (0x0A, n))
    for n in range(1, 5):
        board.analog(f"FAN{n}_Speed", fan(100, 800), 7000 + 100 * n, (0x1D, n))
        board.discrete(f"HDD{n}_Status", 0x0D, (0,) if n < 3 else (), (0x04, n))
    for name, m, exp, value in (
        ("P12V", 6, -2, 12.0),
        ("P5V", 26, -3, 5.07),
        ("P3V3", 17, -3, 3.3),
    ):
        board.analog(name, volts(m, exp, value * 0.92, value * 1.08), value, (0x07, 1))
    board.analog("VBAT", volts(17, -3, 2.3), 3.06, (0x28, 1))
    board.discrete("SEL_Status", 0x10, (), (0x06, 1))
    board.discrete("Watchdog", 0x23, (), (0x06, 1))
    board.discrete("Chassis_Intr", 0x05, (), (0x17, 1))
    board.fru(0, fru(("", "2P reference", f"R{number:09d}", "", ""), ()))
    board.event("PSU1_Status", b"\x00")
    return board.capture()
