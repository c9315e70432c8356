"""A domestic one-socket board, an engineering sample: one supply's output is not to be believed."""

from __future__ import annotations

from hw_profiles import sdr_build as sdr
from hw_profiles.capture import Capture
from hw_profiles.fru_build import fru
from simulators.board import Board, amperes, fan, temperature, volts, watts

_HEADER = {
    "dcagent-capture": "1",
    "device": "domestic one-socket board, engineering sample",
    "origin": "invented",
    "source": "CPU0_Temp, Inlet1_Temp, Outlet1_Temp, PSUn_Pin, PSUn_Pout, PSUn_Vin, CPU0FAN_1 and "
    "SYSFAN1_1 from a public `ipmitool sdr elist`, in which the supplies' values are implausible; "
    "the manufacturer number is MegaRAC's, the brand is not stated there; all other names, values, "
    "numbers and limits are invented",
    "redacted": "nothing: serial numbers are invented",
}
_GUID = bytes.fromhex("1b0a2d3e40004c5d9e11d05099c7")


def capture(number: int = 1) -> Capture:
    """148 W: 80 + 68 W in; PSU1 claims to give out 600 W. `number` tells boards apart."""
    board = Board(_HEADER)
    board.identify(20974, 0x0202, (0, 91), _GUID + number.to_bytes(2, "big"))
    board.lan(bytes.fromhex("d05099c7") + number.to_bytes(2, "big"))
    board.no_dcmi()
    board.add(sdr.mc_locator("BMC"))
    board.analog("CPU0_Temp", temperature(95), 51, (0x03, 1))
    board.analog("Inlet1_Temp", temperature(45), 26, (0x07, 1))
    board.analog("Outlet1_Temp", temperature(75), 35, (0x07, 1))
    board.analog("NIC0_Temp", temperature(100), 48, (0x07, 1))
    board.analog("P0_VDDCR_SOC_T", temperature(110), 45, (0x07, 1))
    for n, (pin, pout, vin, iin) in enumerate(((80, 72, 228, 0.36), (68, 600, 228, 0.31))):
        psu = (0x0A, n + 1)
        board.analog(f"PSU{n}_Vin", volts(2, 0, 170, 272), vin, psu)
        board.analog(f"PSU{n}_Iin", amperes(1, -2), iin, psu)
        board.analog(f"PSU{n}_Pin", watts(4), pin, psu)
        board.analog(f"PSU{n}_Pout", watts(4), pout, psu)
        board.analog(f"PSU{n}_Temp", temperature(75), 33, psu)
        board.discrete(f"PSU{n}_Status", 0x08, (0,), psu)
    board.analog("CPU0FAN_1", fan(50, 500), 3400, (0x1D, 1))
    for n in range(1, 4):
        board.analog(f"SYSFAN{n}_1", fan(50, 500), 4000 + 50 * n, (0x1D, n + 1))
    rails = (("P12V", 6, -2, 12.06), ("P5V", 26, -3, 5.018), ("P3V3", 17, -3, 3.315))
    for name, m, exp, value in (*rails, ("P1V8_NIC", 1, -2, 1.8), ("P0_VDD18", 1, -2, 1.8)):
        board.analog(name, volts(m, exp, value * 0.92, value * 1.08), value, (0x07, 1))
    board.analog("P0_VDDCR_CPU", volts(1, -2, 0.5, 1.5), 0.95, (0x03, 1))
    board.analog("P0_VDDCR_SOC", volts(1, -2, 0.5, 1.2), 0.88, (0x07, 1))
    board.analog("VBAT", volts(17, -3, 2.3), 3.06, (0x28, 1))
    for n in range(8):
        board.discrete(f"DIMM{n}_Status", 0x0C, (6,) if n < 4 else (), (0x20, n + 1))
    board.discrete("CPU0_Status", 0x07, (7,), (0x03, 1))
    board.discrete("SEL_Status", 0x10, (), (0x06, 1))
    board.discrete("Watchdog", 0x23, (), (0x06, 1))
    board.fru(0, fru(("", "1P sample", f"E{number:09d}", "", ""), ()))
    board.event("PSU0_Status", b"\x00")
    return board.capture()
