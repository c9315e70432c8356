"""A capture's answers, and its place behind the seam of the IPMI collector."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.ipmi.replay import Answers, ReplayConnector
from hw_profiles.capture import parse, read
from model.devices import Protocol, Step, StepName, Target

CAPTURES = Path(__file__).parents[2] / "captures"
TEXT = """\
# dcagent-capture: 1
# device: a box
ipmi|00|06|01||0020810321028fdb0700000100000000
ipmi|00|0a|20||0051030000100000000000000000000002
ipmi|00|0a|23|0000010000ff|000500010051 01 05 aabbccddee
ipmi|00|0a|23|0000050000ff|00090005005102036677 88
ipmi|00|0a|23|0000090000ff|00ffff09005103021122
ipmi|00|04|2d|07|001ac0c0
ipmi|00|04|23|0700|00280100000000 00
ipmi|00|04|23|0728|00ff02000000 0000
ipmi|01|04|2d|07|0033c0c0
ipmi|00|0a|11|000000ff|00ff0102030405060708090a
ipmi|00|2c|02|dc010000|c1
""".replace(" ", "")
TEXT = TEXT.replace("#dcagent-capture:1", "# dcagent-capture: 1").replace(
    "#device:abox", "# device: a box"
)


def answers(max_chunk: int = 32) -> Answers:
    return Answers(parse(TEXT, "text"), max_chunk=max_chunk)


def sdr(reservation: int, number: int, offset: int, count: int) -> bytes:
    return struct.pack("<HHBB", reservation, number, offset, count)


def test_what_was_recorded_comes_back() -> None:
    box = answers()
    assert box.answer(0x06, 0x01) == bytes.fromhex("0020810321028fdb0700000100000000")
    assert box.answer(0x2C, 0x02, b"\xdc\x01\0\0") == b"\xc1"
    assert box.answer(0x06, 0x01, b"\x01") == b"\xc1"
    assert box.answer(0x30, 0x99) == b"\xc1"


def test_readings_by_sensor_and_lun() -> None:
    box = answers()
    assert box.answer(0x04, 0x2D, b"\x07") == bytes.fromhex("001ac0c0")
    assert box.answer(0x04, 0x2D, b"\x07", lun=1) == bytes.fromhex("0033c0c0")
    assert box.answer(0x04, 0x2D, b"\x08") == b"\xcb"
    assert box.answer(0x04, 0x27, b"\x08") == b"\xcb"
    assert box.answer(0x04, 0x27, b"\x07") == b"\xc1"
    assert box.answer(0x04, 0x2D) == b"\xc7"


@pytest.mark.parametrize(("reading", "m"), [(0, 1), (0x27, 1), (0x28, 2), (0xFF, 2)])
def test_factors_hold_from_their_reading_up_to_the_next(reading: int, m: int) -> None:
    assert answers().answer(0x04, 0x23, bytes((7, reading)))[2] == m


def test_records_are_linked() -> None:
    box = answers()
    seen, number = [], 0
    while number != 0xFFFF:
        answer = box.answer(0x0A, 0x23, sdr(0, number, 0, 0xFF))
        assert answer[0] == 0
        number = struct.unpack_from("<H", answer, 1)[0]
        seen.append(answer[3:].hex())
    assert seen == ["0100510105aabbccddee", "0500510203667788", "09005103021122"]
    assert box.answer(0x0A, 0x23, sdr(0, 0xFFFF, 0, 5))[3:].hex() == "0900510302"
    assert box.answer(0x0A, 0x23, sdr(0, 2, 0, 5)) == b"\xcb"


def test_parts_of_a_record_need_a_reservation_that_holds() -> None:
    box = answers()
    assert box.answer(0x0A, 0x23, sdr(0, 1, 5, 2)) == b"\xc5"
    first = struct.unpack("<H", box.answer(0x0A, 0x22)[1:])[0]
    assert box.answer(0x0A, 0x23, sdr(first, 1, 5, 2)) == bytes.fromhex("000500aabb")
    second = struct.unpack("<H", box.answer(0x0A, 0x22)[1:])[0]
    assert second != first
    assert box.answer(0x0A, 0x23, sdr(first, 1, 0, 5)) == b"\xc5"
    assert box.answer(0x0A, 0x23, sdr(second, 1, 8, 9)) == bytes.fromhex("000500ddee")
    box.lose_reservations()
    assert box.answer(0x0A, 0x23, sdr(second, 1, 5, 2)) == b"\xc5"


def test_chunks_that_are_too_big() -> None:
    box = answers(max_chunk=6)
    assert box.answer(0x0A, 0x23, sdr(0, 1, 0, 0xFF)) == b"\xca"
    assert box.answer(0x0A, 0x23, sdr(0, 1, 0, 7)) == b"\xca"
    assert box.answer(0x0A, 0x23, sdr(0, 1, 0, 6)) == bytes.fromhex("0005000100510105aa")
    assert box.answer(0x0A, 0x23, b"\0\0") == b"\xc7"


def test_fru_at_any_offset() -> None:
    box = answers(max_chunk=4)
    assert box.answer(0x0A, 0x10, b"\0") == b"\0\x0a\0\0"
    assert box.answer(0x0A, 0x11, b"\0\0\0\x20") == bytes.fromhex("000401020304")
    assert box.answer(0x0A, 0x11, b"\0\x08\0\x03") == bytes.fromhex("0002090a")
    assert box.answer(0x0A, 0x11, b"\0\x0a\0\x01") == b"\xc9"
    assert box.answer(0x0A, 0x11, b"\1\0\0\x01") == b"\xcb"
    assert box.answer(0x0A, 0x10, b"\1") == b"\xcb"


def test_lists_that_the_device_lacks() -> None:
    box = answers()
    for command in (0x40, 0x42, 0x43):
        assert box.answer(0x0A, command, sdr(0, 0, 0, 0xFF) if command == 0x43 else b"") == b"\xc1"
    assert box.answer(0x04, 0x21, sdr(0, 0, 0, 0xFF)) == b"\xc1"


def test_an_empty_event_log_is_not_an_absent_one() -> None:
    box = Answers(parse("ipmi|00|0a|40||0051000000200000000000000000000002\n", "text"))
    assert box.answer(0x0A, 0x42)[0] == 0
    assert box.answer(0x0A, 0x43, sdr(0, 0, 0, 0xFF)) == b"\xcb"


def test_repository_information_is_made_up_where_it_was_not_recorded() -> None:
    box = Answers(parse("ipmi|00|0a|43|0000010000ff|00ffff0100020000000020000409\n", "text"))
    assert box.answer(0x0A, 0x40)[:4] == bytes((0, 0x51, 1, 0))
    assert box.answer(0x0A, 0x43, sdr(0, 0, 0, 0xFF))[:3] == b"\0\xff\xff"


@given(st.integers(0, 63), st.integers(0, 255), st.binary(max_size=12), st.integers(0, 3))
def test_any_request_has_an_answer(netfn: int, command: int, data: bytes, lun: int) -> None:
    assert BOX.answer(netfn, command, data, lun)


BOX = Answers(read(CAPTURES / "generic-ipmi.capture"))


async def test_connector_reports_its_steps_and_answers() -> None:
    steps: list[Step] = []
    connector = ReplayConnector(parse(TEXT, "text"))
    target = Target("t", "nowhere.invalid", Protocol.IPMI)
    channel = await connector.connect(target, steps.append)
    assert [(s.name, s.evidence) for s in steps] == [
        (StepName.REACH, "capture of a box"),
        (StepName.SESSION, "replayed, no session"),
    ]
    assert await channel.request(0x04, 0x2D, b"\x07") == bytes.fromhex("001ac0c0")
    await channel.close()
    await connector.close()
