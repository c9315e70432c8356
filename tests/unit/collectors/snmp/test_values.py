"""Values as agents send them, out of an OCTET STRING, an Opaque or a capture."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.snmp import values
from hw_profiles.capture import SnmpObject


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"PS1", "PS1"),
        ("机柜 A01".encode(), "机柜 A01"),
        ("电流".encode("gb18030"), "电流"),
        (b"AP8959EU3\0\0\0", "AP8959EU3"),
        (b"", ""),
        (b"\0", ""),
        (b" 23.5 C", " 23.5 C"),
        (bytes.fromhex("07ea0b170a1e0f052b0800"), "2026-11-23T10:30:15.5+08:00"),
        (bytes.fromhex("07ea0d170a1e0f05"), bytes.fromhex("07ea0d170a1e0f05")),
        (bytes.fromhex("00c0b7123456"), bytes.fromhex("00c0b7123456")),
        (b"\xff\xff", b"\xff\xff"),
    ],
    ids=[
        "ascii",
        "utf8",
        "gb18030",
        "nul",
        "empty",
        "only-nul",
        "blank",
        "date",
        "no-date",
        "mac",
        "binary",
    ],
)
def test_text_is_decoded_and_what_is_none_stays_bytes(data: bytes, expected: str | bytes) -> None:
    assert values.text(data) == expected


def test_opaque_floats_and_doubles_are_numbers() -> None:
    assert values.opaque(b"\x9f\x78\x04" + struct.pack(">f", 23.5)) == 23.5
    assert values.opaque(b"\x9f\x79\x08" + struct.pack(">d", -0.125)) == -0.125


@pytest.mark.parametrize(
    "data",
    [
        b"\x9f\x78\x04\x41",
        b"\x9f\x7a\x01\x05",
        b"",
        b"\x9f\x78\x04" + struct.pack(">f", float("nan")),
    ],
    ids=["short", "another-type", "empty", "not-a-number"],
)
def test_other_opaques_stay_bytes(data: bytes) -> None:
    assert values.opaque(data) == data


def test_an_ip_address_is_dotted() -> None:
    assert values.address(bytes((192, 0, 2, 1))) == "192.0.2.1"
    assert values.address(b"\x01\x02") == b"\x01\x02"


@pytest.mark.parametrize(
    ("tag", "held", "expected"),
    [
        (2, b"-1", -1),
        (65, b"4294967295", 4294967295),
        (70, b"18446744073709551615", 18446744073709551615),
        (4, "电流".encode("gb18030"), "电流"),
        (6, b".1.3.6.1.4.1.318", "1.3.6.1.4.1.318"),
        (64, b"192.0.2.1", "192.0.2.1"),
        (64, bytes((192, 0, 2, 1)), "192.0.2.1"),
        (68, bytes.fromhex("9f780441bc0000"), 23.5),
        (5, b"", None),
    ],
)
def test_a_capture_holds_what_an_agent_would_send(tag: int, held: bytes, expected: object) -> None:
    assert values.recorded(SnmpObject((1, 3), tag, held)) == expected


@given(st.binary(max_size=64))
def test_no_bytes_are_too_odd(data: bytes) -> None:
    found = values.text(data)
    assert found == data or (isinstance(found, str) and "\0" not in found)
    assert isinstance(values.opaque(data), bytes | float)
