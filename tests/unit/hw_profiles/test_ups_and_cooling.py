"""UPSs and coolers that no capture of ours shows: who takes them, and what comes of them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from hw_profiles.load import pack
from hw_profiles.match import choose
from hw_profiles.schema import Profile
from model.devices import DeviceId, Identity, Protocol
from model.raw import Value
from model.readings import Reason
from tests.unit.hw_profiles.writing import fault, read, value

PACK = pack()
UPS_MIB = "1.3.6.1.2.1.33.1"
ENTERPRISES = "1.3.6.1.4.1"


def profile(name: str) -> Profile:
    """A shipped profile."""
    found = PACK.named(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("object_id", "there", "name"),
    [
        ("8072.3.2.10", ["ups"], "rfc1628-ups"),
        ("2254.2.5", ["ups"], "delta-ups"),
        ("2011.6.174.4.1.2.4", ["ups"], "huawei-ups2000"),
        ("2011.6.174.4.1.2.4", ["ups", "2011.6.174.1.4.100.1.1"], "huawei-ups"),
        ("534.2.12", ["ups"], "eaton-powerxpert-ups"),
        ("534.1", ["ups", "534.1.2", "534.1.4"], "eaton-xups"),
        ("3941.1", ["ups", "534.1.2", "534.1.4"], "eaton-xups"),
        ("318.1.3.27", ["ups", "318.1.1.1.4.1.1.0"], "apc-ups"),
        ("318.1.3.4.6", ["318.1.1.26.2.1.8.1"], "apc-rpdu2"),
        ("318.1.3.14.12", ["318.1.1.13.3.2.2.2.7.0"], "apc-inrow"),
        ("476.1.42", ["ups"], "liebert-ups"),
        ("476.1.42", ["476.1.42.3.4.1.3.3.1.2"], "liebert-environment"),
        ("13400.2.54", ["13400.2.54.2", "ups"], "vertiv-ita2"),
        ("2021.250.10", ["13400.3.4.491"], "vertiv-dcs"),
        ("2021.250.10", ["13400.3.3.3031", "13400.3.2.225"], "vertiv-dcs"),
        ("935.10.1", ["ups"], "phoenixtec-ups"),
        ("1356.1", ["ups"], "generex-ups"),
        ("29462.10.1", [], "stulz-wib8000"),
        ("2606.7", [], "rittal-cmc3"),
    ],
)
def test_families_are_known_by_what_they_share(object_id: str, there: list[str], name: str) -> None:
    standard = (f"{UPS_MIB}.2.1.0", f"{UPS_MIB}.4.1.0")
    private = (f"{ENTERPRISES}.{oid}" for oid in there if oid != "ups")
    answered = frozenset([*private, *(standard if "ups" in there else ())])
    device = DeviceId()
    identity = Identity(
        Protocol.SNMP, device, sys_object_id=f"{ENTERPRISES}.{object_id}", answered=answered
    )
    match = choose(PACK, identity)
    assert match is not None
    assert match.profile.name == name


def ups(volts: Value, amperes: Value, watts: Value, load: Value = 40) -> Mapping[str, Value]:
    """One output line of the standard's tree."""
    line = f"{UPS_MIB}.4.4.1"
    columns = {"2": volts, "3": amperes, "4": watts, "5": load}
    return {f"{line}.{column}.1": told for column, told in columns.items()}


@pytest.mark.parametrize(
    ("told", "volts", "watts"),
    [
        ((230, 72, 1500), 230.0, 1500.0),  # as the standard has it
        ((230, 72, 1), 230.0, 1000.0),  # kW
        ((400, 1200, 40), 400.0, 40000.0),
        ((2302, 94, 2000), 230.2, 2000.0),  # tenths of volts
        (("2302", "94", "2000"), 230.2, 2000.0),
        ((1191, 21, 230), 119.1, 230.0),
        ((230, 0, 60), 230.0, 60.0),  # less current than the card can tell
        ((230, 0, 0, 0), 230.0, 0.0),  # idle
    ],
)
def test_an_unknown_ups_says_its_scales(
    told: tuple[Value, ...], volts: float, watts: float
) -> None:
    found = read(profile("rfc1628-ups"), ups(*told))
    assert value(found, "ups_output.voltage_volts", "L1") == volts
    assert value(found, "ups_output.power_watts", "L1") == watts


@pytest.mark.parametrize(
    "told",
    [
        (230, 72, 0),  # kW, rounded down
        (230, 0, 0, 27),  # 0 under load
        (230, 72, -3),
        (230, 72, 4294967295),
        (230, 72, 15000),  # ten times what the line carries
        (230, 72, 150),  # a tenth of it
    ],
)
@pytest.mark.parametrize("name", ["rfc1628-ups", "huawei-ups2000", "delta-ups", "generex-ups"])
def test_watts_that_cannot_be_are_no_reading(name: str, told: tuple[Value, ...]) -> None:
    found = fault(read(profile(name), ups(*told)), "ups_output.power_watts", "L1")
    assert found.reason in (Reason.ABSENT, Reason.IMPLAUSIBLE)


@pytest.mark.parametrize(("raw", "hertz"), [(499, 49.9), (4997, 49.97), (50, 50.0), (600, 60.0)])
def test_frequency_comes_in_tenths_hundredths_or_whole(raw: int, hertz: float) -> None:
    found = read(profile("rfc1628-ups"), {f"{UPS_MIB}.4.2.0": raw, f"{UPS_MIB}.3.3.1.2.1": raw})
    assert value(found, "ups_output.frequency_hertz") == hertz
    assert value(found, "ups_input.frequency_hertz", "L1") == hertz


@pytest.mark.parametrize("raw", [-273, 0, 2147483647, -1])
def test_a_battery_without_a_probe_has_no_temperature(raw: int) -> None:
    found = read(profile("eaton-powerxpert-ups"), {f"{UPS_MIB}.2.7.0": raw})
    assert fault(found, "battery.temperature_celsius").reason is Reason.ABSENT


def test_minutes_that_a_card_does_not_know_are_no_reading() -> None:
    rfc = profile("rfc1628-ups")
    for unknown in (0, 4294967295):
        found = read(rfc, {f"{UPS_MIB}.2.1.0": 2, f"{UPS_MIB}.2.3.0": unknown})
        assert fault(found, "battery.runtime_seconds").reason is Reason.ABSENT
    found = read(rfc, {f"{UPS_MIB}.2.1.0": 4, f"{UPS_MIB}.2.3.0": 0})
    assert value(found, "battery.runtime_seconds") == 0.0


def test_an_input_that_is_not_measured_carries_no_zero() -> None:
    rfc = profile("rfc1628-ups")
    line = {f"{UPS_MIB}.3.3.1.{c}.1": v for c, v in ((3, 230), (4, 0), (5, 0))}
    online = read(rfc, {**line, f"{UPS_MIB}.4.1.0": 3})
    assert fault(online, "ups_input.current_amperes", "L1").reason is Reason.ABSENT
    on_battery = read(rfc, {**line, f"{UPS_MIB}.4.1.0": 5})
    assert value(on_battery, "ups_input.current_amperes", "L1") == 0.0
    assert value(on_battery, "ups_input.power_watts", "L1") == 0.0


def test_delta_cards_with_their_own_tree_alone() -> None:
    own = f"{ENTERPRISES}.2254.2.4"
    told = {f"{own}.5.4.0": 2302, f"{own}.5.5.0": 94, f"{own}.5.6.0": 2000, f"{own}.7.8.0": 97}
    found = read(profile("delta-ups"), told)
    assert value(found, "ups_output.voltage_volts", "L1") == 230.2
    assert value(found, "ups_output.power_watts", "L1") == 2000.0
    assert value(found, "battery.charge_ratio") == 0.97


def test_a_ups_of_three_phases_tells_no_power_twice() -> None:
    apc = f"{ENTERPRISES}.318.1.1.1"
    told: dict[str, Value] = {f"{apc}.4.2.8.0": 9000, f"{apc}.4.3.1.0": 2300}
    for phase in (1, 2, 3):
        row = f"1.1.{phase}"
        columns = {"3": 230, "4": 140, "13": 3000}
        told |= {f"{apc}.9.3.3.1.{c}.{row}": v for c, v in columns.items()}
    found = read(profile("apc-ups"), told)
    watts = [o for o in found if o.sensor and o.sensor.word == "ups_output.power_watts"]
    assert [o.sensor.component for o in watts if o.sensor] == ["L1", "L2", "L3"]


def test_liebert_rows_go_by_their_ids() -> None:
    base = f"{ENTERPRISES}.476.1.42.3.4"
    told: dict[str, Value] = {}
    for row, (point, degrees) in enumerate(((2, 27), (3, 19), (1, 24)), 1):
        told[f"{base}.1.3.3.1.2.{row}"] = f"{base}.1.1.{point}"
        told[f"{base}.1.3.3.1.3.{row}"] = degrees
    found = read(profile("liebert-environment"), told)
    assert value(found, "return_air.temperature_celsius", "return") == 27.0
    assert value(found, "supply_air.temperature_celsius", "supply") == 19.0
    assert value(found, "cooling.temperature_celsius", "control") == 24.0


@pytest.mark.parametrize("unit", ["°C", "癈", "C", "℃"])
def test_rittal_scales_by_sign_and_ignores_set_points(unit: str) -> None:
    base = f"{ENTERPRISES}.2606.7.4.2.2.1"
    rows = {1: ("Temperature.Value", -100, 2340), 2: ("Temperature.SetPtHighAlarm", -100, 3500)}
    told: dict[str, Value] = {}
    for row, (name, scale, raw) in rows.items():
        columns: dict[str, Value] = {"3": name, "5": unit, "7": scale, "11": raw}
        told |= {f"{base}.{c}.1.{row}": v for c, v in columns.items()}
    (only,) = read(profile("rittal-cmc3"), told)
    assert only.sensor is not None
    assert (only.sensor.word, getattr(only, "value", None)) == (
        "environment.temperature_celsius",
        23.4,
    )


def test_coolers_without_probes_say_nothing() -> None:
    cooler = f"{ENTERPRISES}.13400.3.3.3031.1.1"
    found = read(profile("vertiv-dcs"), {f"{cooler}.56.1": 9999, f"{cooler}.57.1": 2730})
    assert fault(found, "supply_air.temperature_celsius").reason is Reason.ABSENT
    assert value(found, "return_air.temperature_celsius") == 27.3
