"""Files: what cannot be read is said, or is not there; nothing else escapes."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectors.host.files import Abandoned, Files, fault
from model.readings import Reason
from tests.sysfs import put


@pytest.mark.parametrize(
    ("text", "expected"),
    [("42\n", 42), ("-5", -5), (" +7 \n", 7), ("0\n\0", 0), ("9" * 20, int("9" * 20))],
)
def test_an_integer(tmp_path: Path, text: str, expected: int) -> None:
    put(tmp_path, "x", text)
    assert Files(tmp_path).integer("/x") == expected


@pytest.mark.parametrize("text", ["", "\n", "1 2", "1_000", "0x10", "1.5", "٣", "9" * 21, "n/a"])
def test_no_integer(tmp_path: Path, text: str) -> None:
    put(tmp_path, "x", text)
    files = Files(tmp_path)
    with pytest.raises(ValueError, match="is no number"):
        files.integer("/x")
    assert files.number("/x") is None


def test_what_another_thread_hangs_in_times_out_at_once(tmp_path: Path) -> None:
    put(tmp_path, "x", "1")
    files = Files(tmp_path, frozenset({"/x", "/"}))
    assert files.number("/x") is None
    assert files.line("/x") == ""
    assert files.names("/") == []
    assert files.real("/x") == f"{tmp_path}/x"
    with pytest.raises(TimeoutError) as error:
        files.integer("/x")
    found = fault(error.value, "/x")
    assert found.reason is Reason.TIMEOUT
    assert found.detail == "/x: an earlier read has not returned"


def test_whom_nobody_waits_for_must_end(tmp_path: Path) -> None:
    put(tmp_path, "x", "1")
    files = Files(tmp_path)
    files.abandoned = True
    for ask in (files.number, files.line, files.names, files.real, files.whole):
        with pytest.raises(Abandoned):
            ask("/x")


def test_what_is_gone_is_remembered(tmp_path: Path) -> None:
    files = Files(tmp_path)
    put(tmp_path, "x", "1")
    assert files.number("/x") == 1
    assert not files.gone
    assert files.number("/y") is None
    assert files.gone
