"""Elements come back as they were written, and no bytes make the readers stumble."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyasn1.codec.ber import decoder, encoder
from pyasn1.type import univ
from pysnmp.proto import rfc1902
from pysnmp.proto.api import v2c

from collectors.snmp import ber
from collectors.snmp.client import Missing, Varbind
from collectors.snmp.messages import RESPONSE, response
from collectors.snmp.varbinds import objects, value, varbinds
from model.readings import Scalar

NAME = (1, 3, 6, 1, 4, 1, 99999, 7)


@pytest.mark.parametrize(
    "number", [0, 1, -1, 127, 128, -128, -129, 255, 256, 2**31 - 1, -(2**31), 2**32 - 1, 2**64 - 1]
)
def test_integers_come_back(number: int) -> None:
    written = ber.integer(number)
    assert ber.number(written, 0, len(written)) == (number, len(written))
    assert decoder.decode(written)[0] == number
    if len(written) > 3:  # X.690 §8.3.2: no needless first byte
        assert not (written[2] == 0 and written[3] < 0x80)


@settings(deadline=None)
@given(st.integers(0, 2), st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=12))
def test_object_identifiers_come_back(top: int, rest: list[int]) -> None:
    oid = (top, rest[0] % 40, *rest[1:])
    assert ber.oid_parts(ber.oid_content(oid)) == oid
    assert ber.tlv(6, ber.oid_content(oid)) == encoder.encode(univ.ObjectIdentifier(oid))


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 70_000])
def test_texts_of_any_length_come_back(size: int) -> None:
    written = ber.tlv(4, b"x" * size)
    assert ber.octets(written, 0, len(written)) == (b"x" * size, len(written))


def listed(*pairs: tuple[bytes, bytes]) -> bytes:
    """A list of varbinds, of names and values as they are encoded."""
    return b"".join(ber.tlv(0x30, name + held) for name, held in pairs)


KNOWN = ber.tlv(6, ber.oid_content(NAME))
VALUES: list[tuple[str, Scalar | Missing]] = [
    ("020100", 0),
    ("0201ff", -1),
    ("020500ffffffff", 4294967295),
    ("0200", Missing.UNSPECIFIED),
    ("4104ffffffff", 4294967295),  # the leading zero was left out
    ("41050 0ffffffff".replace(" ", ""), 4294967295),
    ("4201dd", -35),
    ("4304ffffff9c", 4294967196),
    ("4608ffffffffffffffff", 18446744073709551615),
    ("460900ffffffffffffffff", 18446744073709551615),
    ("44079f780441bc0000", 23.5),
    ("440b9f79084037800000000000", 23.5),
    ("44079f78047f800000", bytes.fromhex("9f78047f800000")),
    ("4004c0000201", "192.0.2.1"),
    ("4000", b""),
    ("0403414243", "ABC"),
    ("0400", ""),
    ("0404b5e7c1f7", "电流"),
    ("0406e794b5e6b581", "电流"),
    ("040600005e005301", bytes.fromhex("00005e005301")),
    ("040807ea0b170a1e0f05", "2026-11-23T10:30:15.5"),
    ("040b07ea0b170a1e0f052b0800", "2026-11-23T10:30:15.5+08:00"),
    ("06062b0601020121", "1.3.6.1.2.1.33"),
    ("0500", Missing.UNSPECIFIED),
    ("8000", Missing.NO_SUCH_OBJECT),
    ("8100", Missing.NO_SUCH_INSTANCE),
    ("8200", Missing.END_OF_MIB_VIEW),
    ("4701ff", Missing.UNSPECIFIED),  # UInteger32 of SNMPv2p: no type of ours
]


@pytest.mark.parametrize(("held", "meant"), VALUES, ids=[v[0] for v in VALUES])
def test_each_type_of_value_is_decoded(held: str, meant: Scalar | Missing) -> None:
    data = listed((KNOWN, bytes.fromhex(held)))
    for _ in range(2):  # names and texts are known the second time
        assert varbinds(data, 0, len(data)) == (Varbind(NAME, meant),)


@pytest.mark.parametrize("size", [0, 1, 100, 110, 120, 127, 128, 129, 200, 255, 256, 300])
def test_lengths_in_every_form_are_read(size: int) -> None:
    held = ber.tlv(4, b"a" * size)
    long = b"\x04\x82" + size.to_bytes(2, "big") + b"a" * size
    for each in (held, long):
        data = listed((KNOWN, each), (KNOWN, each))
        assert varbinds(data, 0, len(data)) == (Varbind(NAME, "a" * size),) * 2
    wide = b"\x30\x82" + (len(KNOWN) + 3).to_bytes(2, "big") + KNOWN + b"\x02\x01\x05"
    name = b"\x06\x81" + KNOWN[1:]
    odd = b"\x30" + bytes((len(name) + 3,)) + name + b"\x02\x01\x05"
    assert varbinds(wide + odd, 0, len(wide + odd)) == (Varbind(NAME, 5),) * 2


@pytest.mark.parametrize(
    "data",
    [
        "30",
        "3003",
        "30030201",
        "3005060100020100",
        "300506012b0201",
        "300606012b02020000",
        "310506012b020100",
        "300706012b0201000500",
        "3006060181020100",
        "30080681ff2b020100",
        "308000000000",
    ],
)
def test_what_is_no_varbind_is_refused(data: str) -> None:
    with pytest.raises(ber.BerError):
        varbinds(bytes.fromhex(data), 0, len(data) // 2)


@settings(max_examples=600, deadline=None)
@given(st.binary(max_size=200))
@example(bytes.fromhex("308000000000"))
def test_any_bytes_give_varbinds_or_our_error(data: bytes) -> None:
    for read in (varbinds, lambda *a: list(objects(*a))):
        try:
            assert isinstance(read(data, 0, len(data)), tuple | list)
        except ber.BerError:
            pass


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_any_change_to_a_response_gives_a_response_or_our_error(data: st.DataObject) -> None:
    rows = [(KNOWN, bytes.fromhex(held)) for held, _ in VALUES]
    body = bytearray(ber.integer(0) + ber.integer(0) + ber.tlv(0x30, listed(*rows)))
    for _ in range(data.draw(st.integers(1, 5))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(body[: data.draw(st.integers(0, len(body)))])
    try:
        found = response(cut, 0, len(cut))
    except ber.BerError:
        return
    assert all(isinstance(oid, tuple) for oid, _ in found.varbinds)


@settings(deadline=None)
@given(st.sampled_from((2, 4, 6, 64, 65, 66, 67, 68, 70, 128, 5, 255)), st.binary(max_size=24))
def test_any_content_gives_a_value_or_our_error(tag: int, content: bytes) -> None:
    try:
        assert isinstance(value(tag, content), int | float | str | bytes | Missing)
    except ber.BerError:
        assert tag == 6


def test_pysnmp_writes_what_we_read() -> None:
    pdu = v2c.ResponsePDU()
    v2c.apiPDU.set_defaults(pdu)
    held = [
        (rfc1902.ObjectName(NAME), rfc1902.Counter64(2**64 - 1)),
        (rfc1902.ObjectName((*NAME, 4294967295)), rfc1902.OctetString(b"z" * 200)),
        (rfc1902.ObjectName((*NAME, 128, 0)), rfc1902.IpAddress("192.0.2.9")),
    ]
    v2c.apiPDU.set_varbinds(pdu, held)
    data = encoder.encode(pdu)
    start, end = ber.expect(data, 0, len(data), RESPONSE)
    _, at = ber.number(data, start, end)
    assert response(data, at, end).varbinds == (
        Varbind(NAME, 2**64 - 1),
        Varbind((*NAME, 4294967295), "z" * 200),
        Varbind((*NAME, 128, 0), "192.0.2.9"),
    )
