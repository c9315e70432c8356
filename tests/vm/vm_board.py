"""A captured board made whole: with a LAN channel that has an address, and DCMI that measures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from hw_profiles.capture import Capture, Exchange, read

WATTS = 260
"""What DCMI measures."""
_CAPTURE = Path(__file__).parents[1] / "captures" / "generic-ipmi.capture"
_LAN = {
    0: "0011 00",
    1: "0011 15",
    2: "0011 1515151515",
    3: "0011 0a208c11",
    4: "0011 01",
    5: "0011 020000000001",
    6: "0011 ffffff00",
    12: "0011 0a208c01",
}
"""LAN parameter of channel 1 → response."""
_DCMI = "00 dc 0401 6400 2c01 f000 f1536560 e8030000 40"
"""260 W, measurement active."""


def board() -> Capture:
    """The generic capture, made whole."""
    recorded = read(_CAPTURE)
    return replace(recorded, exchanges=(*recorded.exchanges, *_exchanges()))


def _exchanges() -> Iterator[Exchange]:
    medium = bytes.fromhex("00 01 04 01 81 f21b00 0000")
    yield Exchange(0, 0x06, 0x42, b"\x01", medium)
    yield Exchange(0, 0x06, 0x42, b"\x0e", medium)
    for parameter, response in _LAN.items():
        request = bytes((1, parameter, 0, 0))
        yield Exchange(0, 0x0C, 0x02, request, bytes.fromhex(response))
    yield Exchange(0, 0x2C, 0x02, bytes.fromhex("dc010000"), bytes.fromhex(_DCMI))
