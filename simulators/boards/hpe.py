"""An HPE ProLiant DL380 Gen10 under iLO 5: numbers with states, fans by their duty alone."""

from __future__ import annotations

from hw_profiles import sdr_build as sdr
from hw_profiles.capture import Capture
from hw_profiles.fru_build import fru
from simulators.board import Board, share, temperature, watts

_HEADER = {
    "dcagent-capture": "1",
    "device": "HPE ProLiant DL380 Gen10, iLO 2.44",
    "origin": "invented",
    "source": "registered number 11, for which alone ipmitool reads numbers of sensors with "
    "states; Power Meter and Power Supply n with watts and states as in "
    "an `ipmitool sdr` listing in the test data of OpenStack's hardware library; all other sensor "
    "names from general knowledge; values, limits and numbers are invented",
    "redacted": "nothing: serial numbers are invented",
}
_GUID = bytes.fromhex("0b000a38303853474838345748ff")
_AVAILABILITY = 0x0A

_TEMPERATURES = (
    *(("01-Inlet Ambient", 21, (0x37, 1), 42), ("02-CPU 1", 40, (0x03, 1), 70)),
    *(("03-CPU 2", 40, (0x03, 2), 70), ("04-P1 DIMM 1-6", 31, (0x20, 1), 90)),
    *(("05-PMM 1-6", None, (0x20, 2), 85), ("06-P1 DIMM 7-12", 30, (0x20, 3), 90)),
    *(("08-P2 DIMM 1-6", 30, (0x20, 5), 90), ("12-HD Max", 35, (0x04, 1), 60)),
    *(("13-Exp Bay Drive", None, (0x04, 2), 75), ("14-Stor Batt 1", 22, (0x28, 1), 60)),
    *(("15-Front Ambient", 24, (0x37, 2), 65), ("16-VR P1", 33, (0x14, 1), 115)),
    *(("18-VR P1 Mem 1", 29, (0x14, 2), 115), ("22-Chipset", 41, (0x07, 1), 100)),
    *(("23-BMC", 64, (0x07, 2), 110), ("24-BMC Zone", 36, (0x07, 3), 75)),
    *(("25-HD Controller", 45, (0x0B, 1), 100), ("30-PCI 1", 53, (0x0B, 2), 100)),
    *(("31-PCI 1 Zone", 31, (0x0B, 3), 70), ("38-Battery Zone", 27, (0x07, 4), 75)),
    *(("39-P/S 1 Inlet", 30, (0x0A, 1), 0), ("40-P/S 2 Inlet", 31, (0x0A, 2), 0)),
    *(("43-E-Fuse", 29, (0x07, 5), 100), ("45-Sys Exhaust 1", 34, (0x37, 3), 0)),
)
"""Name, value, entity, critical limit (0: none)."""


def capture(number: int = 1) -> Capture:
    """170 W by the meter and by DCMI; 90 + 65 W given out. `number` tells servers apart."""
    board = Board(_HEADER)
    board.identify(11, 0x2005, (2, 44), _GUID + number.to_bytes(2, "big"))
    board.lan(bytes.fromhex("20677cd4") + number.to_bytes(2, "big"))
    board.dcmi(170)
    board.add(sdr.mc_locator("iLO"))
    board.discrete("UID", 0xC0, (0,), (0x17, 1), event_type=0x70)
    board.discrete("SysHealth_Stat", 0xC0, (0,), (0x17, 1), event_type=0x70)
    for name, value, entity, limit in _TEMPERATURES:
        board.analog(name, temperature(limit or None), value, entity)
    for n in range(1, 7):
        duty = sdr.Analog(0x04, sdr.UNSPECIFIED, sdr.Scale(m=392, exp=-3), percent=True)
        name = f"Fan {n} DutyCycle"
        board.analog(name, duty, 28.224, (0x1D, n), event_type=_AVAILABILITY, states=(0,))
        board.discrete(f"Fan {n} Status", 0x04, (0,), (0x1D, n), event_type=_AVAILABILITY)
    for n, power in ((1, 90), (2, 65)):
        given, name = watts(5, sensor_type=0x08), f"Power Supply {n}"
        board.analog(name, given, power, (0x0A, n), event_type=sdr.SENSOR_SPECIFIC, states=(0,))
    board.discrete("Power Supplies", 0x08, (0,), (0x0A, 0x60), event_type=0x0B)
    meter = watts(2, sensor_type=0x0B)
    board.analog("Power Meter", meter, 170, (0x07, 10), event_type=_AVAILABILITY, states=(0,))
    board.analog("CPU Utilization", share(), 6, (0x03, 0x60))
    for n in (1, 2):
        board.discrete(f"CPU {n}", 0x07, (7,), (0x03, n))
        board.discrete(f"Drive Bay {n}", 0x0D, (0,), (0x04, n))
    board.discrete("Intrusion", 0x05, (), (0x17, 1))
    serial = f"CZ2{number:07d}"
    product = ("HPE", "ProLiant DL380 Gen10", "868703-B21", "", serial, "", "")
    board.fru(0, fru(("HPE", "ProLiant DL380 Gen10", serial, "875073-001", ""), product))
    board.event("CPU 1", b"\x07")
    return board.capture()
