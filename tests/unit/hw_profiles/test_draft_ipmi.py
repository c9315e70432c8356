"""Drafts of unknown BMCs: what the standard leaves open is guessed from names and values."""

from __future__ import annotations

import pytest

from hw_profiles.draft_text import Draft
from tests.unit.hw_profiles.drafting import bmc_drafted, profile_of, reason


def _rule(made: Draft, word: str) -> object:
    return next(line.rule for line in made.lines if line.word == word)


def test_it_extends_the_generic_profile_and_reads_as_much() -> None:
    made, found = bmc_drafted(
        Sys_Tot_Pwr="412 W", PSU0_PIN="210 W", PSU1_PIN="205 W", Inlet_Temp="23 °C",
        CPU0_Temp="52 °C", FAN0_Speed="5400 rpm",
    )  # fmt: skip
    assert (made.head["extends"], made.head["kind"]) == ("generic-ipmi", "server")
    assert found["node.power_watts", ""] == 412.0
    assert found["air_inlet.temperature_celsius", "Inlet_Temp"] == 23.0
    assert found["psu_input.power_watts", "0"] == 210.0
    assert found["cpu.temperature_celsius", "0"] == 52.0
    assert found["fan.speed_rpm", "0"] == 5400.0
    assert reason(made, "node.power_watts") == (
        "its name says the whole server, the power supplies come to 415 W"
    )


def test_the_total_by_its_supplies_alone() -> None:
    made, found = bmc_drafted(MyMeter="418 W", PSU0_PIN="210 W", PSU1_PIN="205 W")
    assert found["node.power_watts", ""] == 418.0
    assert reason(made, "node.power_watts") == "the power supplies come to 415 W"


def test_a_watt_sensor_that_nothing_bears_out_is_no_total() -> None:
    made, found = bmc_drafted(MyMeter="90 W", PSU0_PIN="210 W", PSU1_PIN="205 W")
    assert "node.power_watts" not in {line.word for line in made.lines}
    assert found["node.power_watts", ""] == 415.0  # the parent's sum of the supplies


def test_the_coolest_is_the_inlet_where_no_name_says_it() -> None:
    made, found = bmc_drafted(T1="23 °C", T2="41 °C", T3="47 °C")
    assert found == {
        ("air_inlet.temperature_celsius", "T1"): 23.0,
        ("sensor.temperature_celsius", "T2"): 41.0,
        ("sensor.temperature_celsius", "T3"): 47.0,
    }
    assert reason(made, "air_inlet.temperature_celsius") == (
        "the coolest of 3 temperatures; its name does not say it"
    )


def test_two_that_are_as_cool_are_no_inlet() -> None:
    made, _ = bmc_drafted(T1="23 °C", T2="24 °C", T3="47 °C")
    assert made.lines == ()
    assert made.left == ("'T1' 23 °C", "'T2' 24 °C", "'T3' 47 °C")


def test_names_that_the_standard_does_not_know() -> None:
    made, found = bmc_drafted(
        整机功率="388 W", 进风温度="22 °C", PSU__1__Voltage="230 V", PSU__1__Current="0.91 A",
        PSU1_PIN="208 W",
    )  # fmt: skip
    assert found["node.power_watts", ""] == 388.0
    assert found["air_inlet.temperature_celsius", "进风温度"] == 22.0
    assert found["psu_input.voltage_volts", "1"] == 230.0
    assert found["psu_input.current_amperes", "1"] == 0.91
    assert reason(made, "psu_input.voltage_volts") == "230 V are of that side"
    assert reason(made, "psu_input.current_amperes") == (
        "mains volts by these amperes are a supply's input watts"
    )


def test_a_family_is_one_line() -> None:
    made, found = bmc_drafted(PSU__1__Voltage="230 V", PSU__2__Voltage="231 V")
    assert _rule(made, "psu_input.voltage_volts") == {"sensor": r"PSU[ _](?P<psu>\d+)[ _]Voltage"}
    assert found["psu_input.voltage_volts", "2"] == 231.0
    assert made.left == ()


def test_margins_are_never_read() -> None:
    made, found = bmc_drafted(CPU1_Headroom="-31 °C", CPU2_Headroom="-28 °C", CPU1_Temp="52 °C")
    assert [word for word, _ in found] == ["cpu.temperature_celsius"]
    assert made.settings["ipmi"]["ignore"][-1] == r"CPU\d+[ _]Headroom"  # type: ignore[index]
    assert made.left == ()


def test_what_is_outdoors_may_be_cold() -> None:
    made, found = bmc_drafted(Outdoor="-10 °C", CPU1_Temp="52 °C")
    assert found["sensor.temperature_celsius", "Outdoor"] == -10.0
    assert made.left == ("'Outdoor' -10 °C",)


@pytest.mark.parametrize(
    ("manufacturer", "fru", "told"),
    [
        (2011, {}, "manufacturer = 2011"),
        (2011, {"product_manufacturer": "Huawei"}, 'fru = {product_manufacturer = "Huawei.*"}'),
        (20974, {"product_manufacturer": "New H3C Technologies Co., Ltd."},
         'fru = {product_manufacturer = "New H3C.*"}'),
        (20974, {"product_manufacturer": "To be filled by O.E.M.", "board_manufacturer": "Nettrix"},
         'fru = {board_manufacturer = "Nettrix.*"}'),
        (20974, {}, "product      = 7"),
        (0, {}, 'sensors = ["Sys[ _]Power", "Lid[ _]Temp"]'),
        (None, {"product_manufacturer": "N/A"}, 'sensors = ["Sys[ _]Power", "Lid[ _]Temp"]'),
    ],
)  # fmt: skip
def test_the_match_is_what_the_family_has_in_common(
    manufacturer: int | None, fru: dict[str, str], told: str
) -> None:
    made, _ = bmc_drafted(manufacturer, fru, Sys_Power="412 W", Lid_Temp="31 °C")
    assert told in made.text
    assert profile_of(made).match


def test_a_bmc_that_says_nothing_has_to_be_pinned() -> None:
    made, found = bmc_drafted()
    assert profile_of(made).match == ()
    assert (made.lines, found) == ((), {})
