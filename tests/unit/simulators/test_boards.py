"""The invented servers: committed captures are what the boards compose, and their physics hold."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from hw_profiles.capture import Capture, read, render
from hw_profiles.sdr_build import Scale
from simulators import compose

CAPTURES = Path(__file__).parents[2] / "captures"


def values(capture: Capture) -> dict[str, float]:
    """Sensor name → value, decoded anew from the captured bytes (linear sensors with a reading)."""
    readings = {e.request[0]: e.response for e in capture.exchanges if e.command == 0x2D}
    found = {}
    for record in (e.response[3:] for e in capture.exchanges if (e.netfn, e.command) == (10, 0x23)):
        if record[3] != 1 or record[7] not in readings or record[23]:
            continue
        m, b = (_ten_bits(record, at) for at in (24, 26))
        exps = record[29]
        scale = Scale(m, b, _nibble(exps & 15), _nibble(exps >> 4), bool(record[20] & 0x80))
        reading = readings[record[7]]
        if reading[2] & 0x60 == 0x40:
            found[record[48:].decode()] = scale.value(reading[1])
    return found


def _ten_bits(record: bytes, at: int) -> int:
    number = record[at] | record[at + 1] >> 6 << 8
    return number - 1024 if number > 511 else number


def _nibble(bits: int) -> int:
    return bits - 16 if bits > 7 else bits


@pytest.mark.parametrize("name", ["generic-ipmi", *compose.BOARDS])
def test_committed_captures_are_the_composed_ones(name: str) -> None:
    composed = compose.captures()[name]
    assert (CAPTURES / f"{name}.capture").read_text(encoding="utf-8") == render(composed)
    assert read(CAPTURES / f"{name}.capture") == composed
    assert composed.header["origin"] == "invented"


def test_a_huawei_server() -> None:
    found = values(compose.captures()["huawei-ibmc"])
    assert found["Power"] == found["Power1"] + found["Power2"] == 412
    for n in (1, 2):
        power = found[f"Power{n}"]
        assert found[f"PS{n} VIN"] * found[f"PS{n} IIn"] == pytest.approx(power, rel=0.02)
        assert 0.88 < found[f"PS{n} POut"] / power < 0.95
        assert found[f"PS{n} IOut"] * found["SYS 12V"] == pytest.approx(
            found[f"PS{n} POut"], rel=0.02
        )
    assert (found["Inlet Temp"], found["CPU1 Core Rem"], found["FAN1 F Speed"]) == (24, 58, 6060)
    assert "Disks Temp" not in found


def test_an_inspur_server() -> None:
    found = values(compose.captures()["inspur"])
    outputs = found["PSU0_POUT"] + found["PSU1_POUT"]
    assert (outputs, found["Total_Power"], found["CPU0_DTS"]) == (264, 296, 4)
    assert found["CPU_Power"] + found["MEM_Power"] + found["FAN_Power"] < outputs


def test_an_h3c_server() -> None:
    found = values(compose.captures()["h3c-hdm"])
    assert found["Total_Power"] == found["PSU1_PIN"] + found["PSU2_PIN"] == 348
    for n in (1, 2):
        watts = found[f"PSU{n}_VIN"] * found[f"PSU{n}_IIN"]
        assert watts == pytest.approx(found[f"PSU{n}_PIN"], rel=0.02)


def test_the_generic_board_holds_the_hard_cases() -> None:
    capture = compose.captures()["generic-ipmi"]
    found = values(capture)
    assert (found["Outdoor"], found["Margin"]) == (-10, -38)
    assert found["VTT -12V"] == pytest.approx(-12.1)
    assert found["VREF"] == pytest.approx(-2.0)
    kinds = [e.response[6] for e in capture.exchanges if (e.netfn, e.command) == (10, 0x23)]
    assert {k: kinds.count(k) for k in set(kinds)} == {0x12: 1, 1: 32, 2: 10, 3: 1, 0xC0: 1}
    numbers = {e.request[0] for e in capture.exchanges if e.command == 0x2D}
    assert {0x29, 0x2A, 0x2B, 0x2C} <= numbers
    assert 0x27 not in numbers


def test_servers_of_a_kind_differ_by_serial_and_address_alone() -> None:
    one, two = (compose.server("inspur", n) for n in (1, 2))
    differing = {
        (e.netfn, e.command) for e, f in zip(one.exchanges, two.exchanges, strict=True) if e != f
    }
    assert differing == {(0x06, 0x37), (0x0C, 0x02), (0x0A, 0x11)}


def test_counts_and_links() -> None:
    for name, capture in compose.captures().items():
        info = next(e for e in capture.exchanges if (e.netfn, e.command) == (10, 0x20))
        records = [e for e in capture.exchanges if (e.netfn, e.command) == (10, 0x23)]
        assert struct.unpack_from("<H", info.response, 2)[0] == len(records), name
        assert 40 <= len(records) <= 90, name
        following = [struct.unpack_from("<H", e.response, 1)[0] for e in records]
        assert following == [*range(2, len(records) + 1), 0xFFFF], name
