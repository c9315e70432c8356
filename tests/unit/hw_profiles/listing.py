"""Listings as ipmitool prints them, each line with what it must become behind a ">"."""

from __future__ import annotations

import asyncio

import pytest

from hw_profiles.capture import parse
from hw_profiles.load import pack
from model.devices import Poll
from model.readings import Reading
from tests.golden.exposition import polled

PACK = pack()


def read(listing: str) -> tuple[Poll, dict[str, float]]:
    """The poll of what stands before each ">", and its readings but states: name → value."""
    lines = (line.partition(">")[0].rstrip() for line in listing.splitlines())
    poll = asyncio.run(polled(parse("\n".join(filter(None, lines)), "listing"), PACK))
    found = {}
    for outcome in poll.outcomes:
        if isinstance(outcome, Reading) and not outcome.text:
            name = f"{outcome.sensor.word} {outcome.sensor.component}".strip()
            assert name not in found, f"{name} stands twice"
            found[name] = outcome.value
    return poll, found


def expected(listing: str) -> dict[str, object]:
    """What the listing says behind each ">"; alone on a line: a name and its value."""
    wanted: dict[str, object] = {}
    for line in filter(None, listing.splitlines()):
        before, _, name = (part.strip() for part in line.partition(">"))
        if not before:
            name, _, value = name.rpartition(" ")
            wanted[name] = pytest.approx(float(value))
        elif name:
            cells = [cell.strip() for cell in before.split("|")]
            number, unit = (cells[4] if len(cells) == 5 else cells[1]).split(" ")[:2]
            scale = 0.01 if unit.startswith(("percent", "%")) else 1.0
            wanted[name] = pytest.approx(float(number) * scale, rel=0.02)
    return wanted
