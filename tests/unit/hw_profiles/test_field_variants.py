"""Variants of devices that published recordings show: what is told, and what is not spoken of."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from hw_profiles.load import pack
from model.raw import Value
from model.readings import Fault, Outcome, Quality, Reading
from tests.unit.hw_profiles.writing import read

PACK = pack()
PRIVATE = "1.3.6.1.4.1"
UPS = "1.3.6.1.2.1.33.1"
IBMC = f"{PRIVATE}.2011.2.235.1.1"


def told(name: str, values: Mapping[str, Value]) -> tuple[Outcome, ...]:
    profile = PACK.named(name)
    assert profile is not None
    return read(profile, values)


def readings(found: tuple[Outcome, ...], word: str) -> dict[str, float]:
    """Component → value of one word."""
    return {
        o.sensor.component: round(o.value, 6)
        for o in found
        if isinstance(o, Reading) and o.sensor.word == word
    }


def below(base: str, values: Mapping[str, Value]) -> dict[str, Value]:
    return {f"{base}{oid}": raw for oid, raw in values.items()}


UPS5000 = below(
    UPS,
    {
        ".2.1.0": 2,
        ".2.3.0": -1,
        ".2.4.0": -1,
        ".2.5.0": 5385,
        ".2.7.0": -1,
        ".3.2.0": 1,
        ".3.3.1.2.1": 5000,
        ".3.3.1.3.1": 2369,
        ".3.3.1.4.1": 152,
        ".4.1.0": 3,
        ".4.2.0": 4999,
        ".4.3.0": 1,
        ".4.4.1.2.1": 2199,
        ".4.4.1.3.1": 183,
        ".4.4.1.4.1": 34,
        ".4.4.1.5.1": 8,
        ".5.2.0": 1,
        ".5.3.1.2.1": 2358,
        ".5.3.1.3.1": 0,
        ".5.3.1.4.1": 34,
    },
)


@pytest.mark.parametrize("name", ["rfc1628-ups", "huawei-ups2000"])
def test_tenths_of_kilowatts_stand_beside_tenths_of_volts(name: str) -> None:
    found = told(name, UPS5000)
    assert readings(found, "ups_output.voltage_volts") == {"L1": 219.9}
    assert readings(found, "ups_output.current_amperes") == {"L1": 18.3}
    assert readings(found, "ups_output.power_watts") == {"L1": 3400.0}
    assert readings(found, "ups_output.frequency_hertz") == {"": 49.99}
    assert readings(found, "ups_bypass.power_watts") == {}
    for word in ("runtime_seconds", "charge_ratio", "temperature_celsius"):
        assert readings(found, f"battery.{word}") == {}


def test_zero_amperes_beside_a_load_are_no_reading() -> None:
    lines: dict[str, Value] = {}
    for row, load in ((1, 20), (2, 26), (3, 0)):
        lines |= {f".4.4.1.{c}.{row}.0": v for c, v in ((2, 219), (3, 0), (4, 0), (5, load))}
    found = told("east-ups", below(UPS, {".4.1.0": 3, ".4.2.0": 0, ".4.3.0": 3, **lines}))
    assert readings(found, "ups_output.current_amperes") == {"L3": 0.0}
    assert readings(found, "ups_output.power_watts") == {"L3": 0.0}
    assert readings(found, "ups_output.load_ratio") == {"L1": 0.2, "L2": 0.26, "L3": 0.0}
    assert readings(found, "ups_output.frequency_hertz") == {}


def test_a_phoenixtec_card_with_its_own_tree_alone() -> None:
    found = told(
        "phoenixtec-ups",
        below(
            f"{PRIVATE}.935.1.1.1",
            {
                ".2.1.1.0": 2,
                ".2.2.1.0": 97,
                ".2.2.3.0": 315,
                ".3.2.1.0": 2390,
                ".3.2.4.0": 500,
                ".4.1.1.0": 2,
                ".4.2.1.0": 2307,
                ".4.2.2.0": 500,
                ".4.2.3.0": 12,
            },
        ),
    )
    assert readings(found, "ups_input.voltage_volts") == {"L1": 239.0}
    assert readings(found, "ups_input.frequency_hertz") == {"L1": 50.0}
    assert readings(found, "ups_output.voltage_volts") == {"L1": 230.7}
    assert readings(found, "ups_output.load_ratio") == {"L1": 0.12}
    assert readings(found, "battery.charge_ratio") == {"": 0.97}
    assert readings(found, "battery.temperature_celsius") == {"": 31.5}
    texts = {o.sensor.word: o.text for o in found if isinstance(o, Reading) and o.text}
    assert texts == {"ups.state": "online", "battery.state": "normal"}


def test_an_mge_card_repeats_one_phase_three_times() -> None:
    rows = {f".7.2.1.{c}.{row}.0": v for row in (1, 2, 3) for c, v in ((2, 2310), (4, 9), (5, 84))}
    found = told("apc-mge-ups", below(f"{PRIVATE}.705.1", {".5.1.0": 65535, ".7.1.0": 1, **rows}))
    assert readings(found, "ups_output.voltage_volts") == {"L1": 231.0}
    assert readings(found, "ups_output.current_amperes") == {"L1": 8.4}
    assert readings(found, "ups_output.load_ratio") == {"L1": 0.09}
    assert readings(found, "battery.runtime_seconds") == {}


def test_an_eaton_card_fills_both_trees_by_halves() -> None:
    own: dict[str, Value] = {".1.2.1.0": 65535, ".1.2.5.0": 0, ".1.4.1.0": 21, ".1.4.3.0": 2}
    for row, amperes, watts in ((1, 27, 5100), (2, 18, 3600)):
        own |= {f".1.4.4.1.{c}.{row}": v for c, v in ((2, 220), (3, amperes), (4, watts))}
    standard: dict[str, Value] = {".2.1.0": 2, ".2.7.0": 25, ".4.3.0": 2}
    standard |= {".4.4.1.5.1": 21, ".4.4.1.5.2": 16, ".4.4.1.5.3": 0}
    found = told("eaton-xups", below(f"{PRIVATE}.534", own) | below(UPS, standard))
    assert readings(found, "battery.runtime_seconds") == {}
    assert readings(found, "battery.state") == {"": 0.0}
    assert readings(found, "battery.temperature_celsius") == {"": 25.0}
    assert readings(found, "ups_output.power_watts") == {"L1": 5100.0, "L2": 3600.0}
    assert readings(found, "ups_output.load_ratio") == {"L1": 0.21, "L2": 0.16}


def listed(name: str, filled: bool) -> str:
    """The index of a row of iBMC's sensor list; some fill it up to 17 octets."""
    octets = name.encode() + bytes(17 - len(name) if filled else 0)
    return ".".join(map(str, (len(octets), *octets)))


@pytest.mark.parametrize("filled", [False, True])
def test_the_sensor_list_gives_what_no_table_has(filled: bool) -> None:
    values: dict[str, Value] = {".26.50.1.2.1": "Inlet", ".26.50.1.3.1": 240}
    for name, reading, unit in (
        *(("Inlet Temp", "24.00", "1"), ("Outlet Temp", "31.00", "1"), ("PCH Temp", "46.00", "1")),
        *(("CPU1 MEM Temp", "32.00", "1"), ("CPU1 DTS", "-38.00", "1"), ("RAID Temp", "na", "1")),
        *(("SYS 12V_1", "12.060", "4"), ("Power", "492.00", "6"), ("PS1 VIN", "228.00", "4")),
    ):
        at = listed(name, filled)
        values |= {f".13.50.1.2.{at}": reading, f".13.50.1.15.{at}": unit}
    found = told("huawei-ibmc-snmp", below(IBMC, values))
    assert readings(found, "air_inlet.temperature_celsius") == {"Inlet": 24.0}
    assert readings(found, "air_exhaust.temperature_celsius") == {"Outlet": 31.0}
    assert readings(found, "board.temperature_celsius") == {"PCH": 46.0}
    assert readings(found, "dimm.temperature_celsius") == {"CPU1": 32.0}
    assert readings(found, "board.voltage_volts") == {"SYS 12V_1": 12.06}
    assert readings(found, "psu_input.voltage_volts") == {"1": 228.0}
    assert readings(found, "node.power_watts") == {"": 492.0}


@pytest.mark.parametrize(("raw", "volts"), [("12.06", 12.06), (12040, 12.04), (870, 0.87)])
def test_board_voltages_come_in_volts_or_thousandths(raw: Value, volts: float) -> None:
    base = f"{PRIVATE}.19046.11.1.1.2.2.1"
    found = told("lenovo-xcc-snmp", {f"{base}.2.1": "Planar", f"{base}.3.1": raw})
    assert readings(found, "board.voltage_volts") == {"Planar": volts}


def test_atens_outlets_are_no_racks() -> None:
    rows = {f".{c}.{n}": v for n in (1, 2) for c, v in ((2, 590), (3, 238440), (4, 118332))}
    found = told("aten-pdu", below(f"{PRIVATE}.21317.1.3.2.2.2.2.99.1", rows))
    assert readings(found, "outlet.power_watts") == {"1": 118.332, "2": 118.332}
    (total,) = (o for o in found if isinstance(o, Reading) and o.sensor.word == "rack.power_watts")
    assert (total.value, total.quality) == (236.664, Quality.DERIVED)


@pytest.mark.parametrize(("name", "base"), [("geist-pdu", 2), ("geist-watchdog", 1)])
def test_a_sensor_that_is_not_plugged_in(name: str, base: int) -> None:
    rows: dict[str, Value] = {".1.7.0": 1, ".4.1.4.1": 1, ".4.1.5.1": 225}
    found = told(name, below(f"{PRIVATE}.21239.5.{base}", {**rows, ".4.1.4.2": 0, ".4.1.5.2": 0}))
    assert list(readings(found, "environment.temperature_celsius").values()) == [22.5]
    assert not any(isinstance(o, Fault) for o in found)


def test_liebert_humidities_go_by_their_ids() -> None:
    rows: dict[str, Value] = {}
    for row, which, raw, wanted in ((1, 2, 42, 40), (2, 1, 41, None), (3, 3, 55, None)):
        rows |= {f".2.1.{row}": f"{PRIVATE}.476.1.42.3.4.2.1.{which}", f".3.1.{row}": raw}
        rows |= {} if wanted is None else {f".6.1.{row}": wanted}
    values: dict[str, Value] = {
        f"{PRIVATE}.476.1.42.3.4.2.2.3.1.{key.split('.')[1]}.{key.split('.')[3]}": raw
        for key, raw in rows.items()
    }
    found = told("liebert-environment", values)
    assert readings(found, "return_air.humidity_ratio") == {"return": 0.42}
    assert readings(found, "cooling.humidity_ratio") == {"control": 0.41}
    assert readings(found, "supply_air.humidity_ratio") == {"supply": 0.55}
    assert readings(found, "cooling_setpoint.humidity_ratio") == {"return": 0.4}
