"""Drafts of tables whose rows have names: what each row measures by its name, unit and value."""

from __future__ import annotations

import pytest

from model.readings import Scalar
from tests.unit.hw_profiles.drafting import drafted, reason, scalars, table, told

_NAMES = [
    "Inlet_Temp",
    "Outlet_Temp",
    "CPU0_Temp",
    "CPU1_Temp",
    "CPU0_DTS",
    "CPU0_DIMM_Temp",
    "CPU0_VR_Temp",
    "PSU0_Temp",
]


def _temperatures(*values: Scalar) -> dict[str, Scalar]:
    return table("2.1", c1=[1, 2, 3, 4, 5, 6, 7, 8], c2=_NAMES, c4=list(values))


def test_temperatures_of_a_server() -> None:
    objects = _temperatures("24", "37", "52.000", "49 degrees C", "-41", "38", "44", "33")
    made = drafted(objects)
    assert made.head["kind"] == "server"
    assert told(made, objects) == {
        ("air_inlet.temperature_celsius", "Inlet_Temp"): 24.0,
        ("air_exhaust.temperature_celsius", "Outlet_Temp"): 37.0,
        ("cpu.temperature_celsius", "0"): 52.0,
        ("cpu.temperature_celsius", "1"): 49.0,
        ("dimm.temperature_celsius", "0"): 38.0,
        ("board.temperature_celsius", "CPU0_VR_Temp"): 44.0,
        ("psu.temperature_celsius", "0"): 33.0,
    }
    assert reason(made, "cpu.temperature_celsius") == "its name says 'CPU0'"


def test_tenths_of_degrees() -> None:
    objects = _temperatures(243, 371, 520, 490, 41, 382, 441, 333)
    assert told(drafted(objects), objects)["air_inlet.temperature_celsius", "Inlet_Temp"] == 24.3


def test_a_row_without_a_value_is_absent() -> None:
    objects = _temperatures("24", "N/A", "52", "0", "-41", "38", "44", "33")
    found = told(drafted(objects), objects)
    assert ("air_exhaust.temperature_celsius", "Outlet_Temp") not in found
    assert ("cpu.temperature_celsius", "1") not in found  # 0 °C of a processor is no reading
    assert found["cpu.temperature_celsius", "0"] == 52.0


def test_the_column_of_values_and_not_that_of_thresholds() -> None:
    objects = {
        **_temperatures(24, 37, 52, 49, -41, 38, 44, 33),
        **table("2.1", c6=[42, 70, 95, 95, 0, 85, 105, 70], c7=[46, 75, 100, 100, 0, 90, 115, 75]),
    }
    assert told(drafted(objects), objects)["cpu.temperature_celsius", "0"] == 52.0


def test_a_mixed_table_with_a_column_of_units() -> None:
    objects = table(
        "3.1",
        c2=["Ambient", "CPU1", "FAN1 Speed", "SYS 12V", "Total Power", "PSU1 PIN", "Lid"],
        c3=["23.000", "51.000", "4320.000", "12.120", "412.000", "210.000", "1"],
        c4=["degrees C", "degrees C", "RPM", "Volts", "Watts", "Watts", "discrete"],
    )
    made = drafted(objects)
    assert (
        told(made, objects)
        == {
            ("air_inlet.temperature_celsius", "Ambient"): 23.0,
            ("cpu.temperature_celsius", "1"): 51.0,
            ("fan.speed_rpm", "1"): 4320.0,
            ("board.voltage_volts", "SYS 12V"): 12.12,
            ("node.power_watts", ""): 412.0,
            ("psu_input.power_watts", "1"): 210.0,
            ("node_snmp.power_watts", ""): 412.0,
        }
        or told(made, objects)["node.power_watts", ""] == 412.0
    )
    assert "Lid" not in str([line.rule for line in made.lines])


@pytest.mark.parametrize(
    ("names", "role"),
    [
        (["Inlet A", "Inlet B", "Inlet C"], "inlets of current"),
        (["Outlet 1", "Outlet 2", "Outlet 3"], "outlets of current"),
    ],
)
def test_inlets_and_outlets_alone_are_no_temperatures(names: list[str], role: str) -> None:
    objects = table("4.1", c1=names, c2=[42, 31, 12])
    assert [line for line in drafted(objects).lines if "temperature" in line.word] == [], role


def test_supplies_by_their_mains_volts_and_the_whole_server_by_its_name() -> None:
    objects = table(
        "6.1",
        c6=[230000, 232000],
        c8=["PS1 Voltage 1", "PS2 Voltage 2"],
    ) | table("7.1", c6=[6, 6, 252], c8=["PS1 Current 1", "PS2 Current 2", "System Board Pwr"])
    made = drafted(objects)
    assert told(made, objects) == {
        ("psu_input.voltage_volts", "1"): 230.0,
        ("psu_input.voltage_volts", "2"): 232.0,
        ("node.power_watts", ""): 252.0,
    }
    assert reason(made, "psu_input.voltage_volts") == "a supply's mains volts: 230"


def test_supplies_that_sum_to_a_scalar() -> None:
    objects = table("5.1", c3=["PSU1", "PSU2"], c7=[176, 172]) | scalars("9", 1, 348)
    made = drafted(objects)
    assert told(made, objects)["node.power_watts", ""] == 348.0
    assert told(made, objects)["psu_input.power_watts", "2"] == 172.0
    assert made.head["kind"] == "server"


@pytest.mark.parametrize(
    ("values", "word", "first"),
    [
        ([6500, 6600, 6400], "fan.speed_rpm", 6500.0),
        ([42, 43, 41], "fan.duty_ratio", 0.42),
        ([" 23% of maximum", " 24% of maximum", "offline"], "fan.duty_ratio", 0.23),
    ],
)
def test_fans(values: list[Scalar], word: str, first: float) -> None:
    objects = table("8.1", c2=["Fan 1", "Fan 2", "Fan 3"], c3=values)
    found = told(drafted(objects), objects)
    assert found[word, "1"] == first
    assert len(found) == sum(value != "offline" for value in values)


def test_a_climate_sensor_with_units_behind_its_numbers() -> None:
    objects = table(
        "2.1",
        c3=["Temperature.Value", "Temperature.SetPtHigh", "Humidity.Value", "Dew Point.Value"],
        c5=["23.40 °C", "35.00 °C", "47.20 %", "11.30 °C"],
        c7=[1, -100, -100, 1],
    )
    made = drafted(objects)
    assert made.head["kind"] == "environment"
    assert told(made, objects) == {
        ("environment.temperature_celsius", "1"): 23.4,
        ("environment.temperature_celsius", "4"): 11.3,
        ("environment.humidity_ratio", "3"): 0.472,
    }


def test_celsius_that_fahrenheit_bears_out_and_the_humidity_behind() -> None:
    objects = table("3.1", c1=[1, 2], c7=[739, 716], c8=[233, 220], c10=[41, 44])
    made = drafted(objects)
    assert told(made, objects) == {
        ("environment.temperature_celsius", "1"): 23.3,
        ("environment.temperature_celsius", "2"): 22.0,
        ("environment.humidity_ratio", "1"): 0.41,
        ("environment.humidity_ratio", "2"): 0.44,
    }
    assert reason(made, "environment.temperature_celsius") == "7 says the same in °F"


def test_tenths_that_whole_degrees_bear_out() -> None:
    objects = table("3.1", c3=[24, 19, 25], c6=[22, 18, 24], c50=[243, 194, 251])
    made = drafted(objects)
    assert told(made, objects)["environment.temperature_celsius", "2"] == 19.4
    assert reason(made, "environment.temperature_celsius") == "3 says the same in whole degrees"


def test_warm_numbers_alone_are_nothing() -> None:
    assert drafted(table("3.1", c3=[24, 19, 25], c6=[40, 38, 41])).lines == ()


def test_255_is_no_reading_in_whole_degrees_and_one_in_tenths() -> None:
    whole = _temperatures(24, 37, 52, 255, -41, 38, 44, 33)
    assert ("cpu.temperature_celsius", "1") not in told(drafted(whole), whole)
    tenths = _temperatures(255, 371, 520, 490, 41, 382, 441, 333)
    assert told(drafted(tenths), tenths)["air_inlet.temperature_celsius", "Inlet_Temp"] == 25.5
