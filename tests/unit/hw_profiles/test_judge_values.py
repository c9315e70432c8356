"""Readings that cannot be what they are called: each finding with its value and its line."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from hw_profiles import judge_values
from hw_profiles.judge import Aspect, Finding, Weight
from tests.unit.hw_profiles.writing import read, snmp

_PHASES = """[snmp]
base = "1.3.6.1.4.1.9"
[metrics]
"rack.power_watts" = {rack}
[tables.phase.metrics]
voltage_volts              = {{oid = ".1.1", scale = 0.1}}
current_amperes            = {{oid = ".1.2", scale = {amperes}}}
power_watts                = {{oid = ".1.3", scale = {watts}}}
apparent_power_voltamperes = ".1.4"
power_factor_ratio         = {{oid = ".1.5", scale = {factor}}}
"""
_BASE = "1.3.6.1.4.1.9"
_ROWS = {1: (2301, 42, 900, 966, 93), 2: (2288, 31, 660, 709, 93), 3: (2310, 12, 250, 277, 90)}
"""0.1 V, 0.1 A, W, VA, % of three phases; the rack's watts are .9.0."""


_Found = dict[tuple[str, str], Finding]


def _judged(
    values: Mapping[str, int] | None = None,
    amperes: str = "0.1",
    watts: str = "1",
    factor: str = "0.01",
) -> _Found:
    """Every finding of a PDU with three phases, by its name and line; `values` differ."""
    text = _PHASES.format(amperes=amperes, watts=watts, factor=factor, rack='".9.0"')
    objects = {
        f"{_BASE}.1.{at}.{row}": value
        for row, cells in _ROWS.items()
        for at, value in enumerate(cells, 1)
    }
    objects[f"{_BASE}.9.0"] = 1810
    objects |= {f"{_BASE}.{oid}": value for oid, value in (values or {}).items()}
    return _named(judge_values.values(read(snmp(text), objects)))


def _named(found: list[Finding]) -> _Found:
    return {(finding.what, finding.place.removeprefix("mine.toml:")): finding for finding in found}


def test_what_is_right_is_said_in_one_line() -> None:
    assert _judged() == {
        ("plausible", ""): Finding(Aspect.UNITS, Weight.OK, "plausible", ("16",)),
    }


def test_amperes_a_tenth_of_what_they_are() -> None:
    found = _judged(amperes="0.01")
    assert found["product", "14"].words == (
        *("phase.apparent_power_voltamperes 1", "966", "230.1", "0.42", "96.642"),
    )
    assert found["implausible", "13"].words == (
        "phase.power_watts 1",
        "900 W, but 230.1 V × 0.42 A are 96.64 VA",
    )
    assert {f.code for f in found.values()} == {"DCA-PROF-011"}


def test_amperes_ten_times_what_they_are() -> None:
    found = _judged(amperes="1")
    assert found["product", "13"].words == (
        *("phase.power_watts 1", "900", "230.1", "42", "9664.2"),
    )
    assert found["product", "14"].words[:2] == ("phase.apparent_power_voltamperes 1", "966")
    assert {f.weight for f in found.values()} == {Weight.FAIL}


def test_watts_ten_times_what_they_are() -> None:
    (found,) = _judged(watts="10").values()
    assert (found.what, found.code, found.place) == ("implausible", "DCA-PROF-011", "mine.toml:13")
    assert found.words[1] == "9000 W, but 230.1 V × 4.2 A are 966.4 VA"


def test_watts_a_tenth_of_what_they_are_fit_neither_product_nor_factor_nor_total() -> None:
    found = _judged(watts="0.1")
    assert found["product", "13"].words[1:] == ("90", "230.1", "4.2", "966.42")
    assert found["factor", "15"].words == ("phase.power_factor_ratio 1", "0.93", "90", "966")
    assert found["sum", "9"].words == (
        *("phase.power_watts", "3", "181", "rack.power_watts", "1810"),
    )
    assert found["sum", "9"].code == "DCA-PROF-012"


def test_a_power_factor_in_percent() -> None:
    found = _judged(factor="1")["range percent", "15"]
    assert found.words == ("phase.power_factor_ratio 1", "93", "power_factor_ratio", "above", "1")
    assert (found.code, found.place) == ("DCA-PROF-009", "mine.toml:15")


def test_a_power_factor_that_watts_and_voltamperes_deny() -> None:
    found = _judged({"1.5.1": 21})["factor", "15"]
    assert found.words == ("phase.power_factor_ratio 1", "0.21", "900", "966")
    assert (found.code, found.place) == ("DCA-PROF-011", "mine.toml:15")


def test_a_total_far_above_its_phases() -> None:
    found = _judged({"9.0": 3620})["sum", "9"]
    assert found.words == ("phase.power_watts", "3", "1810", "rack.power_watts", "3620")


def test_a_total_below_its_parts_is_the_interpreters_own_fault_and_is_told() -> None:
    found = _judged({"9.0": 181})["implausible", "9"]
    assert found.words == (
        "rack.power_watts",
        "181 W in all, but its phases sum to 1810 W",
    )


def test_below_sixty_voltamperes_nothing_is_believed() -> None:
    idle = {f"1.{at}.{row}": 0 for at in (3, 4, 5) for row in (1, 2, 3)}
    small = {f"1.2.{row}": 2 for row in (1, 2, 3)}  # 0.2 A
    assert ("plausible", "") in _judged({**idle, **small, "9.0": 0})


_ONE = """[snmp]
base = "1.3.6.1.4.1.9"
[metrics]
"{word}" = {{oid = ".1.0"{more}}}
"""


def _one(word: str, raw: float, more: str = "") -> Finding:
    profile = snmp(_ONE.format(word=word, more=more))
    (found,) = judge_values.values(read(profile, {"1.3.6.1.4.1.9.1.0": raw}))
    return found


@pytest.mark.parametrize(
    ("word", "raw", "what", "side", "bound"),
    [
        ("fan.speed_rpm", 38000, "range percentage", "above", "30000"),
        ("fan.duty_ratio", 45, "range percent", "above", "1"),
        ("environment.humidity_ratio", 47, "range percent", "above", "1"),
        ("battery.charge_ratio", 98, "range percent", "above", "1"),
        ("ups_output.load_ratio", 36, "range percent", "above", "2"),
        ("cpu.temperature_celsius", -51, "range margin", "below", "-40"),
        ("air_inlet.temperature_celsius", -27, "range margin", "below", "-20"),
        ("air_inlet.temperature_celsius", 235, "range scale", "above", "60"),
        ("psu_input.voltage_volts", 2304, "range scale", "above", "450"),
        ("psu_output.voltage_volts", 121, "range scale", "above", "64"),
        ("outlet.current_amperes", 420, "range scale", "above", "63"),
        ("battery.runtime_seconds", 700000, "range scale", "above", "604800"),
        ("ups_output.frequency_hertz", 4998, "range scale", "above", "500"),
        ("node.power_watts", 41200, "range scale", "above", "30000"),
    ],
)
def test_beyond_what_such_a_part_can_have(
    word: str, raw: float, what: str, side: str, bound: str
) -> None:
    found = _one(word, raw)
    assert (found.weight, found.code, found.place) == (Weight.FAIL, "DCA-PROF-009", "mine.toml:9")
    assert found.what == what
    assert found.words == (word, f"{raw:g}", word.partition(".")[2], side, bound)


@pytest.mark.parametrize(
    ("word", "raw", "sentinel"),
    [
        ("cpu.temperature_celsius", 65535, "65535"),
        ("fan.speed_rpm", 65535, "65535"),
        ("outlet.current_amperes", 65536, "65536"),
        ("phase.voltage_volts", 4095, "4095"),
    ],
)
def test_a_sentinel_that_is_exported(word: str, raw: int, sentinel: str) -> None:
    found = _one(word, raw)
    assert (found.weight, found.words[1]) == (Weight.FAIL, sentinel)


@pytest.mark.parametrize(
    ("word", "raw"),
    [
        ("psu_input.voltage_volts", 380),  # DC of a Chinese data hall
        ("battery.current_amperes", -31),  # it discharges
        ("battery.voltage_volts", -54),  # telecom
        ("environment.temperature_celsius", -12),
        ("ups.load_ratio", 1.1),
        ("cpu.temperature_celsius", 104),
    ],
)
def test_what_is_rare_is_not_wrong(word: str, raw: float) -> None:
    assert _one(word, raw).what == "plausible"


def test_one_finding_per_line_however_many_rows() -> None:
    body = """[snmp]
base = "1.3.6.1.4.1.9"
[tables.fan.metrics]
speed_rpm = ".1"
"""
    values = {f"1.3.6.1.4.1.9.1.{row}": 40000 + row for row in (1, 2, 3)}
    (found,) = judge_values.values(read(snmp(body), values))
    assert found.words[:2] == ("fan.speed_rpm 1", "40001")


_SERVER = """[snmp]
base = "1.3.6.1.4.1.9"
[metrics]
"node.power_watts" = ".1.0"
[tables.psu_input.metrics]
power_watts = {oid = ".2", missing = [65535]}
"""


def _server(total: int, *supplies: int) -> _Found:
    objects = {f"{_BASE}.2.{row}": watts for row, watts in enumerate(supplies, 1)}
    return _named(judge_values.values(read(snmp(_SERVER), {f"{_BASE}.1.0": total, **objects})))


def test_supplies_that_come_to_half_of_the_server() -> None:
    assert _server(800, 200, 210)["sum", "9"].words == (
        *("psu_input.power_watts", "2", "410", "node.power_watts", "800"),
    )


def test_supplies_that_take_more_than_the_server() -> None:
    assert _server(330, 300, 290)["implausible", "9"].words[1] == (
        "total: 330 W, but its power supplies take 590 W"
    )


def test_supplies_near_the_total_pass() -> None:
    assert _server(412, 210, 195)["plausible", ""].words == ("3",)


def test_a_failed_part_says_nothing_against_a_total() -> None:
    assert ("sum", "9") in _server(900, 210, 195)
    assert ("sum", "9") not in _server(900, 210, 65535)
