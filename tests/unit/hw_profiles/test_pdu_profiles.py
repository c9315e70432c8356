"""What the shipped PDU profiles make of devices that their captures do not show."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from hw_profiles import match
from hw_profiles.capture import read as read_capture
from hw_profiles.load import pack
from model.devices import DeviceId, Identity, Protocol
from model.raw import Value
from model.readings import Fault, Outcome, Quality, Reading, Reason
from tests.golden.exposition import CAPTURES, polled
from tests.unit.hw_profiles.writing import fault, read, value

PACK = pack()
APC = "1.3.6.1.4.1.318.1.1"
GEIST = "1.3.6.1.4.1.21239.5.2"
RARITAN = "1.3.6.1.4.1.13742.6"
EATON = "1.3.6.1.4.1.534.6.6.7"
CLEVER = "1.3.6.1.4.1.30966"
PDUS = [p.name for p in PACK.profiles if p.kind == "pdu"]


def _read(name: str, base: str, values: Mapping[str, Value]) -> tuple[Outcome, ...]:
    profile = PACK.named(name)
    assert profile is not None
    return read(profile, {f"{base}{oid}": raw for oid, raw in values.items()})


def _readings(found: tuple[Outcome, ...], word: str) -> dict[str, float]:
    """Component → value of one word."""
    return {
        o.sensor.component: o.value
        for o in found
        if isinstance(o, Reading) and o.sensor.word == word
    }


def test_three_phases_without_a_device_are_added() -> None:
    phases: dict[str, Value] = {".3.2.1.12.1": 1464, ".3.2.1.12.2": 1477, ".3.2.1.12.3": 1458}
    found = _read("geist-pdu", GEIST, phases)
    (total,) = (o for o in found if isinstance(o, Reading) and o.sensor.word == "rack.power_watts")
    assert (total.value, total.quality) == (4399.0, Quality.DERIVED)
    broken = _read("geist-pdu", GEIST, {**phases, ".3.2.1.12.2": -1})
    assert fault(broken, "rack.power_watts").reason is Reason.ABSENT


@pytest.mark.parametrize(("switch", "expected"), [(0, 22.5), (1, 72.5)])
def test_a_switch_turns_fahrenheit(switch: int, expected: float) -> None:
    found = _read("geist-pdu", GEIST, {".1.7.0": switch, ".4.1.5.1": 725})
    assert value(found, "environment.temperature_celsius", "1") == expected


def test_a_second_generation_pdu_that_does_not_measure_itself() -> None:
    device: dict[str, Value] = {".26.4.3.1.5.1": -1, ".26.6.3.1.7.1": -1, ".26.6.3.1.5.1": 28}
    found = _read("apc-rpdu2", APC, {**device, ".12.1.16.0": 312, ".12.2.3.1.1.2.1": 28})
    assert _readings(found, "rack.power_watts") == {"": 312.0}
    assert _readings(found, "phase.current_amperes") == {"L1": 2.8}
    nothing = _read("apc-rpdu2", APC, {**device, ".12.1.16.0": 0, ".12.2.3.1.1.2.1": 28})
    assert _readings(nothing, "rack.power_watts") == {}


def test_a_device_at_ten_times_its_phase_is_doubted_aloud() -> None:
    phase: dict[str, Value] = {".26.6.3.1.5.1": 13, ".26.6.3.1.6.1": 231, ".26.6.3.1.7.1": 25}
    found = _read("apc-rpdu2", APC, {**phase, ".26.4.3.1.5.1": 270})
    assert _readings(found, "rack.power_watts") == {"": 250.0}
    (doubt,) = (o for o in found if isinstance(o, Fault))
    assert doubt.reason is Reason.IMPLAUSIBLE
    assert doubt.detail == "2700 W in all, but volts × amperes of its phases are 300.3 VA"


def test_pdus_that_answer_through_one() -> None:
    values: dict[str, Value] = {".26.4.3.1.5.1": 117, ".26.4.3.1.5.2": 80}
    for row, (pdu, phase) in enumerate(((1, 1), (1, 2), (2, 1)), 1):
        values |= {
            f".26.6.3.1.2.{row}": pdu,
            f".26.6.3.1.3.{row}": phase,
            f".26.6.3.1.5.{row}": 10 * row,
        }
    found = _read("apc-rpdu2", APC, values)
    assert _readings(found, "rack.power_watts") == {"": 1170.0, "2": 800.0}
    assert _readings(found, "phase.current_amperes") == {"L1": 1.0, "L2": 2.0, "2.1": 3.0}


def test_loads_of_three_phases_and_their_banks() -> None:
    rows = [(1, 0, 40), (2, 0, 50), (3, 0, 60), (1, 1, 15), (1, 2, 25)]
    values: dict[str, Value] = {}
    for row, (phase, bank, load) in enumerate(rows, 1):
        entry = {2: load, 4: phase, 5: bank}
        values |= {f".12.2.3.1.1.{column}.{row}": raw for column, raw in entry.items()}
    found = _read("apc-rpdu", APC, values)
    assert _readings(found, "phase.current_amperes") == {"L1": 4.0, "L2": 5.0, "L3": 6.0}
    assert _readings(found, "branch.current_amperes") == {"1": 1.5, "2": 2.5}


def test_lines_and_breakers_of_a_three_phase_inlet() -> None:
    values: dict[str, Value] = {}
    for pole in (1, 2, 3):
        for kind, raw, digits in ((1, 4120 + pole, 3), (4, 400, 0), (5, 950, 0)):
            at = f"1.1.{pole}.{kind}"
            values |= {f".5.2.4.1.2.{at}": 1, f".5.2.4.1.4.{at}": raw, f".3.3.6.1.7.{at}": digits}
    for breaker, state in ((1, 1), (2, 0)):
        at = f"1.{breaker}.15"
        values |= {f".5.3.3.1.2.{at}": 1, f".5.3.3.1.3.{at}": state, f".5.3.3.1.4.{at}": 0}
    found = _read("raritan-px", RARITAN, values)
    assert _readings(found, "phase.current_amperes") == {"L1": 4.121, "L2": 4.122, "L3": 4.123}
    assert set(_readings(found, "phase.power_watts").values()) == {950.0}
    assert _readings(found, "branch.state") == {"1": 0.0, "2": 2.0}
    assert _readings(found, "branch.current_amperes") == {}


def test_a_probe_in_fahrenheit_says_so() -> None:
    at = "1.1"
    sensor: dict[str, Value] = {
        f".3.6.3.1.2.{at}": 10,
        f".3.6.3.1.16.{at}": 14,
        f".3.6.3.1.17.{at}": 1,
        f".5.5.3.1.2.{at}": 1,
        f".5.5.3.1.4.{at}": 725,
    }
    found = _read("raritan-px", RARITAN, sensor)
    assert _readings(found, "environment.temperature_celsius") == {"1": 22.5}


def test_three_phases_by_the_kind_of_each_row() -> None:
    values: dict[str, Value] = {".3.5.1.4.0.1": 3000}
    for row, kind in enumerate((2, 3, 4, 5), 1):
        values |= {f".3.2.1.2.0.1.{row}": kind, f".3.2.1.3.0.1.{row}": 230000 + row}
        values |= {f".3.3.1.2.0.1.{row}": kind, f".3.3.1.4.0.1.{row}": 4000 + row}
    for row, kind in enumerate((1, 2, 3, 4), 1):
        values |= {f".3.4.1.2.0.1.{row}": kind, f".3.4.1.4.0.1.{row}": 1000 if kind < 4 else 3000}
    found = _read("eaton-epdu", EATON, values)
    volts = {"L1": 230.001, "L2": 230.002, "L3": 230.003, "L1-L2": 230.004}
    assert _readings(found, "phase.voltage_volts") == volts
    amperes = {"N": 4.001, "L1": 4.002, "L2": 4.003, "L3": 4.004}
    assert _readings(found, "phase.current_amperes") == amperes
    watts = {"L1": 1000.0, "L2": 1000.0, "L3": 1000.0}
    assert _readings(found, "phase.power_watts") == watts
    assert _readings(found, "rack.power_watts") == {"1": 3000.0}


def test_a_power_that_its_neighbours_do_not_bear_out() -> None:
    kilowatts: dict[str, Value] = {
        ".8.1.2.1.1.0": "3.2",
        ".8.1.2.1.2.0": "229.1",
        ".8.1.2.1.3.0": "0.7",
    }
    found = _read("clever-mpdu", CLEVER, kilowatts)
    assert fault(found, "phase.power_watts", "L1").reason is Reason.IMPLAUSIBLE
    assert _readings(found, "rack.power_watts") == {}


@pytest.mark.parametrize(
    ("object_id", "probes", "name"),
    [
        ("1.3.6.1.4.1.318.1.3.4.6", ("318.1.1.26.2.1.8.1", "318.1.1.12.2.3.1.1.2"), "apc-rpdu2"),
        ("1.3.6.1.4.1.318.1.3.4.8", ("318.1.1.26.2.1.8.1", "318.1.1.12.2.3.1.1.2"), "apc-rpdu"),
        ("1.3.6.1.4.1.318.1.3.4.5", ("318.1.1.12.2.3.1.1.2",), "apc-rpdu"),
        ("1.3.6.1.4.1.21239.42.1.99", ("21239.5.2.3.2.1.8",), "geist-pdu"),
        ("1.3.6.1.4.1.13742.6", (), "raritan-px"),
        ("1.3.6.1.4.1.1718.4", (), "sentry4"),
        ("1.3.6.1.4.1.1718.3", (), "sentry3"),
        ("1.3.6.1.4.1.21317.1.3.2", ("21317.1.3.2.2.2.2.99.1.4",), "aten-pdu"),
        ("1.3.6.1.4.1.476.1.42", ("476.1.42.3.8.30.20.1.65",), "liebert-mph"),
        ("1.3.6.1.4.1.2021.250.10", ("13400.3.2.225",), "vertiv-dcs-rpdu"),
        ("1.3.6.1.4.1.30966", ("30966.6.1.1.2.0",), "clever-rpdu"),
        ("", ("534.6.6.7.3.3.1.4",), "eaton-epdu"),
    ],
)
def test_who_is_who(object_id: str, probes: tuple[str, ...], name: str) -> None:
    answered = frozenset(f"1.3.6.1.4.1.{probe}" for probe in probes)
    assert answered <= set(PACK.probes)
    identity = Identity(Protocol.SNMP, DeviceId(), sys_object_id=object_id, answered=answered)
    found = match.choose(PACK, identity)
    assert found is not None
    assert found.profile.name == name


def test_an_enterprise_number_alone_is_no_pdu() -> None:
    """Supermicro's boards carry ATEN's number, Liebert's coolers that of its PDUs."""
    for object_id in ("1.3.6.1.4.1.21317", "1.3.6.1.4.1.476.1.42", "1.3.6.1.4.1.30966"):
        identity = Identity(Protocol.SNMP, DeviceId(), sys_object_id=object_id)
        found = match.choose(PACK, identity)
        assert found is None or found.profile.kind != "pdu"


@pytest.mark.parametrize("name", PDUS)
def test_figures_of_a_capture_agree(name: str) -> None:
    """Phases add up to the device, watts to volts and amperes, and nothing stands twice."""
    poll = asyncio.run(polled(read_capture(CAPTURES / f"{name}.capture"), PACK))
    found = tuple(o for o in poll.outcomes if not isinstance(o, Fault))
    assert not [o for o in found if "#" in o.sensor.component]
    racks, phases = _readings(found, "rack.power_watts"), _readings(found, "phase.power_watts")
    if racks and phases:
        assert sum(phases.values()) == pytest.approx(sum(racks.values()), rel=0.1)
    for role in ("phase", "outlet"):
        watts = _readings(found, f"{role}.power_watts")
        volts = _readings(found, f"{role}.voltage_volts")
        amperes = _readings(found, f"{role}.current_amperes")
        for which in watts.keys() & volts.keys() & amperes.keys():
            assert watts[which] <= 1.15 * volts[which] * amperes[which] + 1
