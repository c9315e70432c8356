"""Capture in, exposition text out: byte for byte, for each shipped profile."""

from __future__ import annotations

import asyncio

import pytest

from hw_profiles.capture import read
from hw_profiles.load import pack
from model.devices import Protocol
from tests.golden.exposition import CAPTURES, exposition, golden_file, polled
from tests.golden.host import MACHINES

PACK = pack()
NAMES = [p.name for p in PACK.profiles if p.protocol is not Protocol.HOST]


@pytest.mark.parametrize("name", NAMES)
def test_text(name: str) -> None:
    assert exposition(name, PACK) == golden_file(name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_every_profile_wins_its_own_capture_and_finds_what_it_expects(name: str) -> None:
    capture = read(CAPTURES / f"{name}.capture")
    poll = asyncio.run(polled(capture, PACK))
    assert poll.profile == name
    excused = {"rfc1628-ups": ("battery.runtime_seconds",)}  # its card does not know the time
    assert poll.coverage.missing == excused.get(name, ())


@pytest.mark.parametrize("name", NAMES)
def test_capture_says_what_it_is(name: str) -> None:
    header = read(CAPTURES / f"{name}.capture").header
    assert header["origin"] in ("device", "manual", "invented")
    assert header["device"]
    assert header["source"] or header["origin"] == "device"


def test_nothing_is_left_over() -> None:
    texts = {path.stem for path in golden_file("x").parent.glob("*.prom")}
    assert texts == {*NAMES, *MACHINES}
