from __future__ import annotations

import logging
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectors.ipmi.sdr_cache import SdrCache

RECORDS = (b"\x01\x00record one", b"", b"\x02\x00" + b"x" * 250)


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    cache = SdrCache(tmp_path / "made" / "when needed")
    assert cache.load("10.0.0.1:623", b"stamp") is None
    cache.store("10.0.0.1:623", b"stamp", RECORDS)
    assert cache.load("10.0.0.1:623", b"stamp") == RECORDS
    assert cache.load("10.0.0.1:624", b"stamp") is None
    cache.store("10.0.0.1:623", b"newer", RECORDS[:1])
    assert cache.load("10.0.0.1:623", b"newer") == RECORDS[:1]


def test_a_device_that_changed_is_read_again(tmp_path: Path) -> None:
    cache = SdrCache(tmp_path)
    cache.store("a", b"old", RECORDS)
    assert cache.load("a", b"new") is None
    assert cache.load("a", b"") is None


def test_no_other_files_are_left(tmp_path: Path) -> None:
    cache = SdrCache(tmp_path)
    for _ in range(3):
        cache.store("a", b"s", RECORDS)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_corrupt_file_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    cache = SdrCache(tmp_path)
    cache.store("a", b"stamp", RECORDS)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    for place in range(len(whole)):
        file.write_bytes(whole[:place] + bytes((whole[place] ^ 0x20,)) + whole[place + 1 :])
        assert cache.load("a", b"stamp") is None, place
    for size in (0, 5, len(whole) - 1):
        file.write_bytes(whole[:size])
        assert cache.load("a", b"stamp") is None
    file.write_bytes(whole + b"\0" * (2 << 20))
    assert cache.load("a", b"stamp") is None
    cache.store("a", b"stamp", RECORDS)
    assert cache.load("a", b"stamp") == RECORDS


def test_a_directory_that_cannot_be_written_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    cache = SdrCache(tmp_path / "file" / "cache")
    with caplog.at_level(logging.WARNING):
        cache.store("a", b"s", RECORDS)
        cache.store("b", b"s", RECORDS)
    assert len(caplog.records) == 1
    assert cache.load("a", b"s") is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_no_garbage_raises(tmp_path: Path, content: bytes) -> None:
    cache = SdrCache(tmp_path)
    cache.store("a", b"", ())
    (file,) = tmp_path.iterdir()
    file.write_bytes(content)
    assert cache.load("a", b"") is None
