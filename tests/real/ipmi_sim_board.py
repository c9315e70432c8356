"""The board behind the BMCs of `ipmi_sim`: 99 SDRs, 87 sensors and the awkward cases."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.real.sdr_bytes import (
    Compact,
    Full,
    controller_locator,
    event_only,
    fru_locator,
    oem,
)

_BITS = "000000011111111"
_THRESHOLD_BITS = "000111111111111"
_NOTHING = "000000000000000"

_N = None
Thresholds = tuple[int | None, ...]


@dataclass
class Board:
    """Records in order, and the emulator's lines that give the sensors their values."""

    records: list[bytes] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    next_number: int = 1

    def analog(self, name: str, kind: int, unit: int, raw: int, m: int = 1, **more: object) -> None:
        """A sensor with a full record; `scanned` and `exists` False for the awkward ones."""
        scanned, exists = more.pop("scanned", True), more.pop("exists", True)
        record = Full(self.next_number, name, kind, unit, m, **more)  # type: ignore[arg-type]  # fields by name
        self.records.append(record.encode())
        if exists:
            self._value(record, raw, bool(scanned))
        self.next_number += 1

    def _value(self, record: Full, raw: int, scanned: bool) -> None:
        at = f"{{mc}} 0 {record.number}"
        self.lines.append(f"sensor_add {at} {record.kind} 1")
        self.lines.append(f"sensor_set_value {at} {raw & 0xFF} 0")
        if any(t is not None for t in record.thresholds):
            lnr, lcr, lnc, unc, ucr, unr = record.thresholds
            order = (unr, ucr, unc, lnr, lcr, lnc)
            mask = "".join("0" if t is None else "1" for t in order)
            values = " ".join(str(t or 0) for t in order)
            self.lines.append(f"sensor_set_threshold {at} settable {mask} {values}")
            bits = " ".join([_THRESHOLD_BITS] * 4)
            self.lines.append(f"sensor_set_event_support {at} enable scanning per-state {bits}")
        else:
            word = "scanning" if scanned else "no-scanning"
            bits = " ".join([_NOTHING] * 4)
            self.lines.append(f"sensor_set_event_support {at} enable {word} none {bits}")

    def discrete(
        self,
        name: str,
        kind: int,
        states: tuple[int, ...] = (),
        event_type: int = 0x6F,
        share: int = 1,
        entity: tuple[int, int] = (7, 1),
    ) -> None:
        """Sensors of one compact record, all in the same states."""
        record = Compact(self.next_number, name, kind, event_type, entity, share)
        self.records.append(record.encode())
        for number in range(self.next_number, self.next_number + share):
            at = f"{{mc}} 0 {number}"
            self.lines.append(f"sensor_add {at} {kind} {event_type}")
            bits = " ".join([_BITS] * 4)
            self.lines.append(f"sensor_set_event_support {at} enable scanning per-state {bits}")
            self.lines += [f"sensor_set_bit {at} {state} 1 0" for state in states]
        self.next_number += share


def board(*, edges: bool = True) -> Board:
    """A two-socket server: 87 sensors, and with `edges` the awkward ones (99 SDRs in all)."""
    made = Board()
    made.records.append(controller_locator("BMC"))
    _temperatures(made)
    _fans_and_voltages(made)
    _power(made)
    _states(made)
    if edges:
        _edges(made)
    made.records.append(fru_locator(1, "PSU0_FRU", (10, 1)))
    made.records.append(fru_locator(2, "PSU1_FRU", (10, 2)))
    return made


def _temperatures(made: Board) -> None:
    points = (
        *(("Inlet_Temp", 23, 46, (0x37, 1)), ("Outlet_Temp", 38, 75, (0x37, 2))),
        *(("CPU0_Temp", 52, 95, (3, 1)), ("CPU1_Temp", 50, 95, (3, 2))),
        *(("CPU0_VR_Temp", 47, 110, (7, 1)), ("CPU1_VR_Temp", 46, 110, (7, 2))),
        *(("PCH_Temp", 41, 90, (7, 3)), ("OCP_Temp", 55, 100, (11, 1))),
        *(("RAID_Temp", 61, 105, (11, 2)), ("NVMe_Max_Temp", 44, 75, (4, 1))),
        *(("PSU0_Temp", 36, 70, (10, 1)), ("PSU1_Temp", 35, 70, (10, 2))),
        *((f"DIMM{i:02d}_Temp", 33 + i, 90, (32, i + 1)) for i in range(8)),
    )
    for name, raw, critical, entity in points:
        bounds = (_N, _N, _N, critical - 5, critical, critical + 5)
        made.analog(name, 1, 1, raw, data_format=2, thresholds=bounds, entity=entity)


def _fans_and_voltages(made: Board) -> None:
    for i in range(1, 9):
        for side in "FR":
            bounds: Thresholds = (_N, 6, 9, _N, _N, _N)
            name = f"FAN{i}_{side}_Speed"
            made.analog(name, 4, 18, 84 + i, 100, thresholds=bounds, entity=(29, i))
    rails = (
        *(("P12V", 200, 6, -2), ("P5V", 196, 26, -3), ("P3V3", 194, 17, -3)),
        *(("P1V8", 180, 10, -3), ("P5V_STBY", 193, 26, -3), ("P3V3_STBY", 195, 17, -3)),
        *(("CPU0_VCORE", 95, 1, -2), ("CPU1_VCORE", 96, 1, -2), ("CPU0_VDDQ", 120, 1, -2)),
        *(("CPU1_VDDQ", 121, 1, -2), ("CPU0_VCCIO", 99, 1, -2), ("CPU1_VCCIO", 98, 1, -2)),
        ("VBAT", 176, 17, -3),
    )
    for name, raw, m, exponent in rails:
        bounds = (_N, int(raw * 0.9), _N, _N, min(int(raw * 1.1), 254), _N)
        made.analog(name, 2, 4, raw, m, exponent=exponent, thresholds=bounds)


def _power(made: Board) -> None:
    for i in range(2):
        at = (10, i + 1)
        made.analog(f"PSU{i}_PIN", 8, 6, 55, 4, entity=at)
        made.analog(f"PSU{i}_POUT", 8, 6, 50, 4, entity=at)
        rating: Thresholds = (_N, 90, _N, _N, 132, _N)
        made.analog(f"PSU{i}_VIN", 2, 4, 115, 2, thresholds=rating, entity=at)
        made.analog(f"PSU{i}_IIN", 3, 5, 96, 1, exponent=-2, entity=at)
    bounds: Thresholds = (_N, _N, _N, 220, 240, _N)
    made.analog("Total_Power", 11, 6, 110, 4, thresholds=bounds, entity=(19, 1))
    made.analog("CPU_Util", 7, 0, 37, 1, flags=1, entity=(3, 1))


def _states(made: Board) -> None:
    made.discrete("Power_Unit", 9, entity=(19, 1))
    for i in range(2):
        made.discrete(f"PSU{i}_Status", 8, (0,), entity=(10, i + 1))
    made.discrete("PSU_Redundancy", 8, (0,), 0x0B, entity=(10, 96))
    made.discrete("FAN_Redundancy", 4, (0,), 0x0B, entity=(29, 96))
    for i in range(2):
        made.discrete(f"CPU{i}_Status", 7, (7,), entity=(3, i + 1))
    for i in range(8):
        made.discrete(f"DIMM{i:02d}_Status", 12, (6,), entity=(32, i + 1))
    for i in range(8):
        made.discrete(f"HDD{i}_Status", 13, (0,), entity=(4, i + 1))
    for name, kind, states in (
        *(("Chassis_Intr", 5, ()), ("SEL_Status", 16, ()), ("ACPI_State", 34, (0,))),
        *(("Watchdog2", 35, ()), ("BMC_Boot_Up", 29, ())),
    ):
        made.discrete(name, kind, states)


def _edges(made: Board) -> None:
    """What a collector must survive."""
    made.analog("Neg_Temp", 1, 1, -10, data_format=2, entity=(0x37, 3))
    made.analog("Offset_Volt", 2, 4, 200, 5, b=-300, b_exponent=1, exponent=-3)
    made.analog("Inv_Tach", 4, 18, 100, 3, exponent=-5, linearization=7)
    made.analog("NonLin_OEM", 1, 1, 40, linearization=0x70)
    made.analog("Scan_Off", 1, 1, 0, scanned=False)
    made.analog("No_Such", 1, 1, 0, exists=False)
    made.discrete("Slot", 33, (2,), share=4)
    made.records.append(event_only(made.next_number, "OS_Stop_EO", 0x20))
    made.records.append(oem(2011, b"OEMDATA1"))
