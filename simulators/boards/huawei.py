"""A TaiShan 200 2280 under iBMC: two Kunpeng sockets, two PSUs, four double fans."""

from __future__ import annotations

from hw_profiles import sdr_build as sdr
from hw_profiles.capture import Capture
from hw_profiles.fru_build import fru
from simulators.board import Board, amperes, fan, temperature, volts, watts

_HEADER = {
    "dcagent-capture": "1",
    "device": "Huawei TaiShan 200 2280, iBMC 6.70",
    "origin": "invented",
    "source": "sensor names and identity from public `ipmitool sdr list` dumps of a TaiShan "
    "200 (Model 2280), firmware 6.70, and of an R240K V2; values, limits, numbers and the voltage "
    "rails are invented",
    "redacted": "nothing: serial numbers are invented",
}
_GUID = bytes.fromhex("a1f3d07e0b5c4e1d8e2a00e0fc5a")


def capture(number: int = 1) -> Capture:
    """412 W: 208 + 204 W at the two inputs. `number` tells servers of the kind apart."""
    board = Board(_HEADER)
    board.identify(2011, 1, (6, 70), _GUID + number.to_bytes(2, "big"))
    board.lan(bytes.fromhex("00e0fc5a") + number.to_bytes(2, "big"))
    board.no_dcmi()
    board.add(sdr.mc_locator("iBMC"))
    _temperatures(board)
    _power(board)
    for n in range(1, 5):
        board.analog(f"FAN{n} F Speed", fan(60, 900), 6000 + 60 * n, (0x1D, n))
        board.analog(f"FAN{n} R Speed", fan(60, 900), 5700 + 60 * n, (0x1D, n))
    board.analog("SYS 3.3V", volts(16, -3, 2.96, 3.63), 3.312, (0x07, 1))
    board.analog("SYS 5V", volts(24, -3, 4.56, 5.52), 5.04, (0x07, 1))
    board.analog("SYS 12V", volts(6, -2, 10.8, 13.2), 12.12, (0x07, 1))
    board.analog("CPU1 VCore", volts(1, -2, 0.4, 1.4), 0.91, (0x03, 1))
    board.analog("CPU2 VCore", volts(1, -2, 0.4, 1.4), 0.92, (0x03, 2))
    _states(board)
    _frus(board, number)
    board.event("PS1 Status", b"\x03")
    board.event("PS1 Status", b"\x03", ended=True)
    board.event("Watchdog2", b"\x00")
    return board.capture()


def _temperatures(board: Board) -> None:
    board.analog("Inlet Temp", temperature(48), 24, (0x37, 1))
    board.analog("Outlet Temp", temperature(75), 39, (0x37, 2))
    for cpu, (core, memory, vddq, vrd) in enumerate(((58, 41, 46, 51), (56, 40, 45, 50)), 1):
        board.analog(f"CPU{cpu} Core Rem", temperature(105), core, (0x03, cpu))
        board.analog(f"CPU{cpu} MEM Temp", temperature(95), memory, (0x20, cpu))
        board.analog(f"CPU{cpu} VDDQ Temp", temperature(120), vddq, (0x03, cpu))
        board.analog(f"CPU{cpu} VRD Temp", temperature(120), vrd, (0x03, cpu))
    board.analog("Disks Temp", temperature(65), None, (0x04, 1))
    board.analog("HDD MAX Temp", temperature(65), 34, (0x04, 2))
    board.analog("SSD MAX Temp", temperature(75), None, (0x04, 3))
    board.analog("RAID Temp", temperature(105), 62, (0x0B, 1))
    board.analog("NIC1 Temp", temperature(105), 55, (0x0B, 2))


def _power(board: Board) -> None:
    board.analog("Power", watts(4, 900), 412, (0x13, 1))
    measured = ((208, 228, 0.91, 188, 15.5, 37, 27), (204, 228, 0.89, 184, 15.2, 36, 26))
    for n, (power, vin, iin, pout, iout, hot, inlet) in enumerate(measured, 1):
        psu = (0x0A, n)
        board.analog(f"Power{n}", watts(2), power, psu)
        board.analog(f"PS{n} POut", watts(4), pout, psu)
        board.analog(f"PS{n} VIN", volts(2, 0), vin, psu)
        board.analog(f"PS{n} IIn", amperes(1, -2), iin, psu)
        board.analog(f"PS{n} IOut", amperes(1, -1) if iout < 25.5 else amperes(5, -1), iout, psu)
        board.analog(f"PS{n} Temp", temperature(95), hot, psu)
        board.analog(f"PS{n} Inlet Temp", temperature(70), inlet, psu)
    board.analog("CPU1 Pwr", watts(1), 96, (0x03, 1))
    board.analog("CPU2 Pwr", watts(1), 93, (0x03, 2))
    board.analog("MEM1 Pwr", watts(1), 22, (0x20, 1))
    board.analog("FAN1 Power", watts(1), 9, (0x1D, 1))


def _states(board: Board) -> None:
    """Most print 0x00, as on the public dumps."""
    board.discrete("PS Redundancy", 0x08, (0,), (0x0A, 0x60), event_type=0x0B)
    for n in (1, 2):
        board.discrete(f"PS{n} Status", 0x08, (0,), (0x0A, n))
        board.discrete(f"CPU{n} Status", 0x07, (7,), (0x03, n))
        board.discrete(f"CPU{n} Prochot", 0x07, (), (0x03, n), event_type=0x03, possible=0x03)
        board.discrete(f"CPU{n} Memory", 0x0C, (), (0x20, n))
    for n in range(1, 5):
        board.discrete(f"FAN{n} F Status", 0x04, (), (0x1D, n), event_type=0x03, possible=0x03)
        board.discrete(f"FAN{n} R Status", 0x04, (), (0x1D, n), event_type=0x03, possible=0x03)
    for n in range(4):
        board.discrete(f"DISK{n}", 0x0D, (0,) if n < 2 else (), (0x04, 10 + n))
    board.discrete("Power Button", 0x14, (), (0x07, 1))
    board.discrete("ACPI State", 0x22, (0,), (0x07, 1))
    board.discrete("SEL Status", 0x10, (), (0x06, 1))
    board.discrete("Watchdog2", 0x23, (), (0x06, 1))


def _frus(board: Board, number: int) -> None:
    serial = f"2102312AAA10K{number:07d}"
    boards = ("Huawei", "BC82AMDDA", f"022HLV10K{number:07d}", "03024JMR", "")
    product = ("Huawei", "TaiShan 200 (Model 2280)", "02312AAA", "", serial, "", "")
    board.fru(0, fru(boards, product, ("", serial)))
    for n in (1, 2):
        unit = (
            "HUAWEI",
            "PAC900S12-B2",
            "02131336",
            "V100",
            f"2102131336CSK{number:06d}{n}",
            "",
            "",
        )
        board.fru(n, fru((), unit), f"PS{n}", (0x0A, n))
