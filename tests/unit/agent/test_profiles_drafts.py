"""Drafts of our own captures, from the capture alone, beside what the shipped profiles read."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from agent.cli.profiles_new import Drafted, drafted
from agent.cli.profiles_road import replayed
from hw_profiles.capture import Capture, read
from hw_profiles.load import Pack, pack
from model.readings import Fault, Outcome, Reading, Reason
from tests.unit.hw_profiles.writing import checked

_CAPTURES = Path(__file__).parents[2] / "captures"
_NAMES = sorted(path.stem for path in _CAPTURES.glob("*.capture"))
_PACK = pack()
_Values = dict[tuple[str, str], float]


@cache
def _capture(name: str) -> Capture:
    return read(_CAPTURES / f"{name}.capture")


@cache
def _drafted(name: str) -> Drafted:
    return drafted(_capture(name), "mine", f"{name}.capture")


@cache
def _read_by_draft(name: str) -> tuple[Outcome, ...]:
    profiles, problems = checked(_drafted(name).draft.text)
    assert not problems, problems
    return replayed(_capture(name), Pack((*_PACK.profiles, *profiles)), "mine").poll.outcomes


def _values(outcomes: tuple[Outcome, ...], *quantities: str) -> _Values:
    return {
        (o.sensor.word, o.sensor.component): round(o.value, 6)
        for o in outcomes
        if isinstance(o, Reading) and (not quantities or o.sensor.quantity.value in quantities)
    }


@pytest.mark.parametrize("name", _NAMES)
def test_every_draft_is_a_profile_that_reads_its_capture(name: str) -> None:
    outcomes = _read_by_draft(name)
    assert not [o for o in outcomes if isinstance(o, Fault) and o.reason is Reason.INTERNAL]
    head = _drafted(name).draft.head
    assert head["source"] == (f"drafted from {name}.capture ({_capture(name).header['origin']})")


_ELECTRIC = ("power_watts", "voltage_volts", "current_amperes", "energy_joules_total")


def test_all_of_an_apc_pdu() -> None:
    shipped = _values(replayed(_capture("apc-rpdu2"), _PACK).poll.outcomes, *_ELECTRIC)
    assert len(shipped) > 70
    assert {
        k: v for k, v in _values(_read_by_draft("apc-rpdu2")).items() if k in shipped
    } == shipped


@pytest.mark.parametrize(
    ("name", "quantities"),
    [
        ("supermicro-snmp", ("temperature_celsius",)),
        ("inspur-isbmc-snmp", ("temperature_celsius", "speed_rpm")),
        ("dell-idrac-snmp", ("temperature_celsius", "speed_rpm", "voltage_volts")),
        ("rfc1628-ups", _ELECTRIC),
        ("kstar-ups", (*_ELECTRIC, "temperature_celsius")),
        ("inspur", ("power_watts", "temperature_celsius", "speed_rpm")),
    ],
)
def test_every_value_of_the_shipped_profile_is_among_the_drafts(
    name: str, quantities: tuple[str, ...]
) -> None:
    shipped = _values(replayed(_capture(name), _PACK).poll.outcomes, *quantities)
    found = sorted(_values(_read_by_draft(name), *quantities).values())
    missed = []
    for word, value in shipped.items():
        near = next((v for v in found if abs(v - value) <= 0.011 * abs(value)), None)
        missed += [] if near is not None else [(word, value)]
    assert (missed, len(shipped) > 2) == ([], True)


@pytest.mark.parametrize(
    ("name", "word", "component", "value"),
    [
        ("raritan-px", "outlet.power_watts", "1", 138.0),
        ("geist-pdu", "phase.voltage_volts", "L1", 235.0),
        ("huawei-ibmc-snmp", "node.power_watts", "", 264.0),
        ("xfusion-ibmc-snmp", "cpu.temperature_celsius", "1", 52.0),
        ("lenovo-xcc-snmp", "air_inlet.temperature_celsius", "Ambient Temp", 24.0),
        ("netbotz", "environment.humidity_ratio", "1094232622", 0.452),
        ("liebert-environment", "environment.temperature_celsius", "1", 24.3),
        ("generic-ipmi", "psu_input.voltage_volts", "2", 230.0),
        ("huawei-ibmc", "node.power_watts", "", 412.0),
    ],
)
def test_one_value_of_each_kind_of_device(
    name: str, word: str, component: str, value: float
) -> None:
    found = _values(_read_by_draft(name))
    assert found.get((word, component)) == value, {k: v for k, v in found.items() if k[0] == word}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("apc-rpdu2", "pdu"),
        ("raritan-px", "pdu"),
        ("sentry4", "pdu"),
        ("supermicro-snmp", "server"),
        ("xfusion-ibmc-snmp", "server"),
        ("rittal-cmc3", "environment"),
        ("netbotz", "environment"),
        ("delta-ups", "ups"),
        ("vertiv-ita2", "ups"),
        ("h3c-hdm", "server"),
    ],
)
def test_the_kind(name: str, kind: str) -> None:
    assert _drafted(name).draft.head["kind"] == kind


@pytest.mark.parametrize("name", _NAMES)
def test_it_says_which_profile_knows_the_device_already(name: str) -> None:
    found = _drafted(name)
    told = [line for line in found.draft.text.splitlines() if "knows this device already" in line]
    if name == "generic-ipmi":
        assert (found.fit, told) == (None, [])
        return
    assert found.fit is not None
    assert told == [
        f"# {found.fit.profile.name} knows this device already ({found.fit.why}); "
        "unless it reads it wrongly, no draft is needed"
    ]
