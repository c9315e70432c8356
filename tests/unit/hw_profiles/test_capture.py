"""Captures: text in, answers out, and the same text again."""

from __future__ import annotations

import bz2
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw_profiles.capture import Capture, Exchange, SnmpObject, parse, read, render
from model.document import DocumentError

TEXT = """\
# dcagent-capture: 1
# device: 机房 PDU
# origin: invented
ipmi|00|06|01||0020810321028fdb0700000100000000
1.3.6.1.2.1.1.1.0|4|Linux pdu-a | x
1.3.6.1.2.1.1.9.0|4x|cec2b6c8
1.3.6.1.2.1.1.10.0|2|-1
"""


def test_a_capture_is_read_as_it_stands() -> None:
    capture = parse(TEXT, "f")
    assert capture.header["device"] == "机房 PDU"
    assert capture.exchanges == (
        Exchange(0, 6, 1, b"", bytes.fromhex("0020810321028fdb0700000100000000")),
    )
    assert capture.objects == (
        SnmpObject((1, 3, 6, 1, 2, 1, 1, 1, 0), 4, b"Linux pdu-a | x"),
        SnmpObject((1, 3, 6, 1, 2, 1, 1, 9, 0), 4, "温度".encode("gb18030")),
        SnmpObject((1, 3, 6, 1, 2, 1, 1, 10, 0), 2, b"-1"),
    )


def test_render_gives_the_same_text() -> None:
    assert render(parse(TEXT, "f")) == TEXT


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("ipmi|00|06|01||", "the response lacks its completion code"),
        ("ipmi|00|06|01", "4 fields, expected ipmi|lun|netfn|command|request|response"),
        ("1.3.6.1|4", "expected oid|tag|value"),
        ("1.3.x|4|a", "invalid literal"),
        ("1.3.6|4x|zz", "non-hexadecimal"),
    ],
)
def test_a_bad_line_is_named(line: str, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse(f"# a: b\n{line}\n", "dev.capture")
    assert str(caught.value).startswith("dev.capture:2  is not a capture line: ")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("line", "tag", "value"),
    [
        ("4:writecache|value=Server 1 PS 1", 4, b"Server 1 PS 1"),
        ("4:writecache|value=rack 1, left = A", 4, b"rack 1, left = A"),
        ("4:writecache|hexvalue=cec2b6c8", 4, bytes.fromhex("cec2b6c8")),
        ("2:numeric|scale=5,wrap=1,min=100,max=300,initial=154", 2, b"154"),
        ("2:numeric|min=1,max=2,initial=2,wrap=1", 2, b"2"),
        ("4:delay|value=slow,wait=300", 4, b"slow"),
        ("4|a\x0bb\u2028c", 4, "a\x0bb\u2028c".encode()),
        ("66|12\r", 66, b"12"),
        ("2| -7 ", 2, b"-7"),
        ("6|.1.3.6.1", 6, b".1.3.6.1"),
    ],
)
def test_lines_of_foreign_recordings(line: str, tag: int, value: bytes) -> None:
    capture = parse(f"1.3.6.1.4.1.9.1.0|{line}\n", "walk.snmprec")
    assert capture.objects == (SnmpObject((1, 3, 6, 1, 4, 1, 9, 1, 0), tag, value),)


@pytest.mark.parametrize("nothing", ["67:numeric|rate=100", "2|", "66|n/a", "2|on(1)"])
def test_a_line_that_recorded_no_value_is_no_object(nothing: str) -> None:
    text = f"1.3.6.1.2.1.1.3.0|{nothing}\n1.3.6.1.2.1.1.5.0|4|pdu-a\n"
    objects = parse(text, "walk.snmprec").objects
    assert objects == (SnmpObject((1, 3, 6, 1, 2, 1, 1, 5, 0), 4, b"pdu-a"),)


def test_an_object_that_stands_twice_is_one() -> None:
    objects = parse(
        "1.3.6.1.4.1.9.2.0|2|7\n1.3.6.1.4.1.9.1.0|2|1\n.1.3.6.1.4.1.9.2.0|2|8\n", "f"
    ).objects
    assert [(o.oid[-2], o.value) for o in objects] == [(1, b"1"), (2, b"8")]


def test_every_bad_line_is_named_at_once() -> None:
    with pytest.raises(DocumentError) as caught:
        parse("x\n1.2|2|3\ny\n", "f")
    assert [problem.line for problem in caught.value.problems] == [1, 3]


def test_a_compressed_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "walk.snmprec.bz2"
    path.write_bytes(bz2.compress(b"1.3.6.1.2.1.1.5.0|4|pdu-a\n"))
    assert read(path).objects == (SnmpObject((1, 3, 6, 1, 2, 1, 1, 5, 0), 4, b"pdu-a"),)
    path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(DocumentError, match="cannot be read"):
        read(path)


def test_a_missing_file_is_a_document_error(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="cannot be read"):
        read(tmp_path / "none.capture")


_oids = st.lists(st.integers(0, 2**32 - 1), min_size=2, max_size=12).map(tuple)
_numbers = st.integers(-(2**63), 2**64 - 1).map(lambda number: str(number).encode())
_objects = st.one_of(
    st.builds(SnmpObject, _oids, st.sampled_from([4, 5, 6, 64, 68]), st.binary(max_size=40)),
    st.builds(SnmpObject, _oids, st.sampled_from([2, 65, 66, 67, 70]), _numbers),
)
_byte = st.integers(0, 255)
_exchanges = st.builds(
    Exchange, st.integers(0, 3), _byte, _byte, st.binary(max_size=20), st.binary(min_size=1)
)


@given(st.lists(_objects, max_size=8, unique_by=lambda o: o.oid), st.lists(_exchanges, max_size=8))
def test_whatever_was_captured_survives_the_file(
    objects: list[SnmpObject], exchanges: list[Exchange]
) -> None:
    capture = Capture(
        {"device": "x"}, tuple(sorted(objects, key=lambda o: o.oid)), tuple(exchanges)
    )
    assert parse(render(capture), "f") == capture
    assert parse(render(capture), "f").header == {"device": "x"}


@given(st.text())
def test_any_text_is_a_capture_or_a_document_error(text: str) -> None:
    try:
        capture = parse(text, "f")
    except DocumentError as error:
        problems = error.problems
    else:
        problems = ()
        assert parse(render(capture), "f").exchanges == capture.exchanges
    assert all(problem.line > 0 for problem in problems)
