from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.ipmi import fru
from collectors.ipmi.replay import ReplayConnector
from collectors.ipmi.text import decode_name, decode_text
from collectors.protocol import Failure, silent
from hw_profiles.capture import Capture, Exchange
from model.devices import Protocol, Target
from tests.real import sdr_bytes

WHOLE = sdr_bytes.fru(
    chassis=("02311XDA", "CH1"),
    board=("Huawei", "BC82AMDDA", "024APL", "0302Y238", ""),
    product=("XinChuang", "TaiShan 2280 V2", "PN2280", "A.1", "SN1", "ASSET"),
)
FIELDS = {
    "chassis_part": "02311XDA",
    "chassis_serial": "CH1",
    "board_manufacturer": "Huawei",
    "board_name": "BC82AMDDA",
    "board_serial": "024APL",
    "board_part": "0302Y238",
    "product_manufacturer": "XinChuang",
    "product_name": "TaiShan 2280 V2",
    "product_part": "PN2280",
    "product_version": "A.1",
    "product_serial": "SN1",
    "product_asset_tag": "ASSET",
}
TARGET = Target("t", "replay", Protocol.IPMI)


def test_a_whole_fru() -> None:
    assert fru.decode(WHOLE) == FIELDS


def test_checksums_are_not_minded() -> None:
    bad = bytearray(WHOLE)
    bad[7] ^= 0x55
    bad[-1] ^= 0x55
    assert fru.decode(bytes(bad)) == FIELDS


def test_a_fru_cut_short_keeps_what_came_before() -> None:
    found = fru.decode(WHOLE[:60])
    assert found["chassis_part"] == "02311XDA"
    assert found["board_manufacturer"] == "Huawei"
    assert "product_name" not in found


def test_no_fru_at_all() -> None:
    for data in (b"", b"\xff" * 64, b"\0" * 64, b"\x01"):
        assert fru.decode(data) == {}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("浪潮".encode("gb18030"), "浪潮"),
        ("浪潮".encode(), "浪潮"),
        (b"Intel\xae Xeon", "Intel® Xeon"),
        (b"NF5280M6  \0\0", "NF5280M6"),
        (b"\x01\x02bad\x07", "bad"),
    ],
)
def test_text_that_boards_really_hold(text: bytes, shown: str) -> None:
    found = fru.decode(sdr_bytes.fru(product=(text, "x")))
    assert found["product_manufacturer"] == shown


def test_ucs2_where_the_language_is_not_english() -> None:
    found = fru.decode(sdr_bytes.fru(product=("H3C".encode("utf-16-le"),), language=13))
    assert found["product_manufacturer"] == "H3C"
    plain = fru.decode(sdr_bytes.fru(product=(b"H3C",), language=13))
    assert plain["product_manufacturer"] == "H3C"


def test_encodings_of_the_specification() -> None:
    # FRU definition §13.1 and §13.2 give these bytes for "IPMI" and BCD plus
    assert decode_text(2, bytes.fromhex("29dca6")) == "IPMI"
    assert decode_text(1, bytes.fromhex("12345abc")) == "12345 -."
    assert decode_text(0, b"\x12\xab") == "12ab"
    assert decode_name(0, "Temp".encode("utf-16-le")) == "Temp"
    assert decode_name(3, b"CPU1 Temp") == "CPU1 Temp"


async def read(data: bytes, info: bytes) -> bytes:
    exchanges = (
        Exchange(0, 0x0A, 0x10, b"\0", info),
        Exchange(0, 0x0A, 0x11, b"\0\0\0\xff", b"\0\xff" + data),
    )
    channel = await ReplayConnector(Capture({}, (), exchanges)).connect(TARGET, silent)
    return await fru.read_fru(channel)


async def test_reading_stops_behind_the_product_area() -> None:
    data = await read(WHOLE + b"\xee" * 400, b"\0\xff\xff\0")
    assert fru.decode(data) == FIELDS
    assert len(data) <= len(WHOLE) + 32


async def test_a_huge_fru_is_bounded() -> None:
    endless = bytes((1, 0, 1, 255, 255, 0, 0, 0)) + b"\x01\xff" + b"\xc5abcde" * 3000
    data = await read(endless, b"\0\xff\xff\0")
    assert len(data) <= fru.MOST + 32


async def test_a_fru_that_is_not_there_is_a_failure() -> None:
    with pytest.raises(Failure):
        await read(b"", b"\xcb")


@given(st.binary(max_size=300))
def test_no_garbage_raises(data: bytes) -> None:
    for text in fru.decode(data).values():
        assert text
        assert text.isprintable()
    fru.decode(b"\x01" + data)


@given(kind=st.integers(0, 3), data=st.binary(max_size=63), english=st.booleans())
def test_no_text_raises(kind: int, data: bytes, english: bool) -> None:
    assert "\0" not in decode_text(kind, data, english=english)
    assert "\0" not in decode_name(kind, data)
