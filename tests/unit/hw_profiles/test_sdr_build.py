"""Records and FRUs byte by byte, against the tables of the specification."""

from __future__ import annotations

import pytest

from hw_profiles import sdr_build as sdr
from hw_profiles.fru_build import fru
from hw_profiles.sdr_build import Analog, Scale, SensorRecord


@pytest.mark.parametrize(
    ("scale", "value", "raw"),
    [
        (Scale(signed=True), -10, 0xF6),
        (Scale(m=4), 412, 103),
        (Scale(m=6, exp=-2), 12.12, 202),
        (Scale(m=-1, exp=-1), -12.1, 121),
        (Scale(m=5, b=-300, b_exp=1, exp=-3), -2.0, 200),
        (Scale(m=3, exp=-5, linear=sdr.INVERSE), 1 / 0.003, 100),
    ],
)
def test_scales(scale: Scale, value: float, raw: int) -> None:
    assert scale.raw(value) == raw
    assert scale.value(raw) == pytest.approx(value)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="raw value 300, outside 0…255"):
        Scale().raw(300)
    with pytest.raises(ValueError, match="17 characters"):
        sdr.id_string("seventeen letters")
    with pytest.raises(ValueError, match="ten bits"):
        sdr.full(SensorRecord("x", 1, 1), Analog(1, 1, Scale(m=512)))


def test_a_full_record() -> None:
    scale = Scale(m=5, b=-300, b_exp=1, exp=-3)
    analog = Analog(0x02, sdr.VOLTS, scale, {"lcr": -2.5, "unc": -1.9})
    record = sdr.full(SensorRecord("VREF", 0x20, 0x02, sdr.THRESHOLD, (0x07, 2)), analog)
    assert record == bytes.fromhex(
        "0000 51 01 2f"  # id, version, kind, length
        "20 00 20 07 02 7f 44 02 01"  # owner, lun, number, entity, init, caps, types
        "8400 8400 0a00"  # events of lcr and unc, readable thresholds
        "00 04 00 00"  # units, linear
        "05 00 d4 80"  # M = 5, B = -300
        "00 d1 00 00 00 00 ff 00"  # exponents -3 and 1, nominal, range
        "00 00 dc 00 64 00"  # unr ucr unc lnr lcr lnc
        "00 00 00 00 00 c4 56524546"
    )


def test_a_shared_compact_record() -> None:
    record = sdr.compact(SensorRecord("Slot", 0x29, 0x21, entity=(0x0B, 1)), 0xFF, share=4)
    assert record == bytes.fromhex(
        "0000 51 02 1f 20 00 29 0b 01 67 40 21 6f ff00 0000 ff00 c00000"
        "04 80 0000 000000 00 c4 536c6f74"
    )


def test_other_records() -> None:
    assert sdr.event_only(SensorRecord("OS", 0x91, 0x20)) == bytes.fromhex(
        "0000 51 03 0e 20 00 91 07 01 20 6f 01 00 00 00 c2 4f53"
    )
    assert sdr.fru_locator("P1", 1, (0x0A, 1)) == bytes.fromhex(
        "0000 51 11 0d 20 01 80 00 00 10 00 0a 01 00 c2 5031"
    )
    assert sdr.mc_locator("B") == bytes.fromhex("0000 51 12 0c 20 00 00 bf 00 00 00 06 01 00 c1 42")
    assert sdr.oem(2011, b"\1\2") == bytes.fromhex("0000 51 c0 05 db0700 0102")


def test_a_fru() -> None:
    content = fru(("Huawei", "BC82"), ("Huawei", "TaiShan", "A"), ("", "S1"), minutes=1)
    assert content[:8] == bytes.fromhex("01 00 01 03 06 00 00 f5")
    chassis, board, product = content[8:24], content[24:48], content[48:]
    assert chassis == bytes.fromhex("01 02 17 00 c2 5331 c1") + bytes(7) + b"\xdf"
    assert board[:6] == bytes.fromhex("010319010000")
    assert board[6:19] == b"\xc6Huawei\xc4BC82\xc1"
    assert product[3:] == b"\xc6Huawei\xc7TaiShan\xc2A \xc1" + product[22:]
    for area in (content[:8], chassis, board, product):
        assert len(area) % 8 == 0
        assert sum(area) & 0xFF == 0


def test_a_fru_without_a_chassis() -> None:
    content = fru((), ("GW", "PSU"))
    assert content[:8] == bytes.fromhex("01000000010000fe")
