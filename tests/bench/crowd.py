"""A server of 87 sensors, as a two-socket machine has them: for measurements."""

from __future__ import annotations

from hw_profiles import sdr_build as sdr
from hw_profiles.capture import Capture
from simulators.board import Board, amperes, fan, temperature, volts, watts

SENSORS = 87


def server() -> Capture:
    """62 analog and 25 discrete sensors."""
    board = Board({"dcagent-capture": "1", "device": "server of 87 sensors", "origin": "invented"})
    board.identify(0, 0x0101, (4, 26), bytes(range(16)))
    board.add(sdr.mc_locator("BMC"))
    for name, value in (("Inlet_Temp", 24), ("Exhaust Temp", 38), ("PCH_Temp", 44)):
        board.analog(name, temperature(75), value, (0x37, 1))
    for cpu in range(2):
        board.analog(f"CPU{cpu}_Temp", temperature(95), 51 + cpu, (0x03, cpu + 1))
        board.analog(f"CPU{cpu}_VR_Temp", temperature(110), 45 + cpu, (0x07, cpu + 1))
    for n in range(16):
        board.analog(f"CPU{n // 8}_DIMM{n % 8}_Temp", temperature(85), 33 + n, (0x20, n + 1))
        board.analog(f"FAN{n // 2}_{'FR'[n % 2]}_Speed", fan(100, 900), 8400 + 100 * n, (0x1D, n))
    for n in range(13):
        board.analog(f"P{n}V", volts(6, -2, 10.8, 13.2), 12.0, (0x07, 1))
    for psu in range(2):
        board.analog(f"PSU{psu}_PIN", watts(4), 220, (0x0A, psu + 1))
        board.analog(f"PSU{psu}_POUT", watts(4), 200, (0x0A, psu + 1))
        board.analog(f"PSU{psu}_VIN", volts(2, 0, 180, 264), 230, (0x0A, psu + 1))
        board.analog(f"PSU{psu}_IIN", amperes(1, -2), 0.96, (0x0A, psu + 1))
    for name, value in (("Total_Power", 440), ("CPU_Power", 180)):
        board.analog(name, watts(4), value, (0x13, 1))
    for n in range(12):
        board.discrete(f"DIMM{n}_Status", 0x0C, (6,), (0x20, n + 1))
    for n in range(13):
        board.discrete(f"HDD{n}_Status", 0x0D, (0,), (0x04, n + 1))
    return board.capture()
