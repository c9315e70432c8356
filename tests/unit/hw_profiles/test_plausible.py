"""Readings that contradict one another, by values; and those that only seem to."""

from __future__ import annotations

import time

import pytest

from hw_profiles import best, plausible
from hw_profiles.best import Attempt
from hw_profiles.schema import Command, Pick, Rule, Sum
from model.readings import Fault, Outcome, Quality, Reading, Reason, Source
from model.sensors import Quantity, Role, Sensor

P, V, A, T = Quantity.POWER, Quantity.VOLTAGE, Quantity.CURRENT, Quantity.TEMPERATURE
IN, OUT = Role.PSU_INPUT, Role.PSU_OUTPUT


def said(role: Role, quantity: Quantity, value: float, component: str = "1") -> Reading:
    return Reading(Sensor(role, quantity, component), value)


def supply(
    watts: float, volts: float, amperes: float, out: float | None = None, psu: str = "1"
) -> list[Outcome]:
    found: list[Outcome] = [said(IN, P, watts, psu), said(IN, V, volts, psu)]
    found.append(said(IN, A, amperes, psu))
    return found if out is None else [*found, said(OUT, P, out, psu)]


def doubts(*found: Outcome) -> dict[tuple[str, str], str]:
    judged, _ = plausible.checked(found)
    faults = [o for o in judged if isinstance(o, Fault)]
    assert all(o.reason is Reason.IMPLAUSIBLE for o in faults)
    return {(o.sensor.word, o.sensor.component): o.detail for o in faults if o.sensor}


def test_what_agrees_is_given_back_as_it_is() -> None:
    found = [*supply(208, 228, 0.91, 188), *supply(204, 228, 0.89, 184, "2")]
    judged, _ = plausible.checked(found)
    assert judged is found


def test_ten_times_volts_and_amperes() -> None:
    found = supply(2080, 228, 0.91)
    assert doubts(*found) == {
        ("psu_input.power_watts", "1"): "2080 W, but 228 V × 0.91 A are 207.5 VA"
    }


def test_a_tenth_of_volts_and_amperes_is_told_where_load_is_beyond_doubt() -> None:
    assert doubts(*supply(82, 230, 3.6)) == {
        ("psu_input.power_watts", "1"): "82 W, but 230 V × 3.6 A are 828 VA"
    }
    assert doubts(*supply(6, 230, 0.3)) == {}  # a supply on standby has a poor power factor


@pytest.mark.parametrize(
    ("watts", "volts", "amperes"),
    [
        (132, 230, 0.57),
        (40, 230, 0.1),  # a coarse ammeter
        (120, 230, 0.0),  # an ammeter that shows nothing below 1 A
        (0, 0, 0),  # not fed
        (96, 240, 0.4),  # high-voltage direct current
        (560, 54, 10.4),  # 48 V
    ],
)
def test_supplies_that_are_well(watts: float, volts: float, amperes: float) -> None:
    assert doubts(*supply(watts, volts, amperes)) == {}


def test_an_engineering_sample() -> None:
    """The domestic one-socket board: what its supplies say cannot all be so."""
    assert doubts(
        said(IN, P, 12, "0"),
        said(IN, V, 2, "0"),
        said(OUT, P, 168, "0"),
        said(IN, P, 2040, "1"),
        said(IN, V, 226, "1"),
        said(OUT, P, 164, "1"),
    ) == {
        ("psu_input.power_watts", "0"): "12 W, but the same power supply gives out 168 W",
        ("psu_input.power_watts", "1"): "2040 W, but the same power supply gives out 164 W",
    }


def test_r240k_is_well() -> None:
    """540 W in all, by one supply; the other is not fitted."""
    found = supply(540, 230, 2.4, 500, "2")
    judged, known = plausible.checked(found)
    assert judged is found
    total = said(Role.NODE, P, 540, "")
    assert plausible.doubt(total, known) is total


def test_volts_and_amperes_say_which_of_input_and_output_is_wrong() -> None:
    assert doubts(*supply(208, 228, 0.91, 1880)) == {
        ("psu_output.power_watts", "1"): "1880 W, but the same power supply takes 208 W"
    }


def test_a_voltage_of_nothing_where_power_flows() -> None:
    assert doubts(*supply(208, 0, 0.9, 188)) == {
        ("psu_input.voltage_volts", "1"): "0 V, but 208 W flow there"
    }


def test_a_poor_efficiency_is_no_contradiction() -> None:
    assert doubts(*supply(40, 230, 0.25, 18)) == {}
    assert doubts(*supply(14, 230, 0.3, 2)) == {}
    assert doubts(*supply(180, 230, 0.8, 188)) == {}  # read a second apart


def total(watts: float, *found: Outcome) -> str:
    _, known = plausible.checked(found)
    outcome = plausible.doubt(said(Role.NODE, P, watts, ""), known)
    return outcome.detail if isinstance(outcome, Fault) else ""


def test_a_total_below_what_the_supplies_give_out() -> None:
    outputs = [said(OUT, P, 136, "0"), said(OUT, P, 128, "1")]
    assert total(29.6, *outputs) == "29.6 W, but its power supplies give out 264 W"
    assert total(150, *outputs) == "150 W, but its power supplies give out 264 W"
    assert total(296, *outputs) == ""
    assert total(255, *outputs) == ""  # a sum that is a bit above, read at another moment


def test_a_total_below_one_kind_of_part() -> None:
    parts = [said(Role.SUBSYSTEM, P, 158, "CPU"), said(Role.SUBSYSTEM, P, 10, "MEM")]
    assert total(29.6, *parts) == "29.6 W, but of it CPU alone take 158 W"
    sockets = [said(Role.CPU, P, 96, "1"), said(Role.CPU, P, 93, "2")]
    assert total(100, *sockets) == "100 W, but of it processors alone take 189 W"


def test_parts_that_overlap_are_not_added() -> None:
    """A storage node's own dump: its parts' watts sum to 907 W, above its total of 760 W."""
    watts = {"CPU": 198, "MEM": 65, "HDD": 384, "MB": 260}
    assert total(760, *(said(Role.SUBSYSTEM, P, w, name) for name, w in watts.items())) == ""


def test_a_total_far_above_volts_and_amperes() -> None:
    feeds = [said(IN, V, 230), said(IN, A, 0.9), said(IN, V, 230, "2"), said(IN, A, 0.9, "2")]
    detail = "4120 W, but volts × amperes of its power supplies are 414 VA"
    assert total(4120, *feeds) == detail
    assert total(412, *feeds) == ""
    # One supply that does not say its amperes: nothing to hold the total against.
    assert total(4120, *feeds, said(OUT, P, 0, "3")) == ""


def test_a_total_far_above_the_inputs() -> None:
    inputs = [said(IN, P, 208), said(IN, P, 204, "2")]
    assert total(4120, *inputs) == "4120 W, but its power supplies take 412 W"
    lost = Fault(Sensor(IN, P, "3"), Reason.TIMEOUT)
    assert total(4120, *inputs, lost) == ""
    assert total(380, *inputs) == ""


NODE = Sensor(Role.NODE, P)
DCMI = Rule(Role.NODE, P, Command("@dcmi.power"))
METER = Rule(Role.NODE, P, Pick())
SUM = Rule(Role.NODE, P, Sum("psu_input.power_watts"))


def test_the_next_candidate_is_taken_and_the_first_stays_a_fault() -> None:
    found = [*supply(208, 228, 0.91, 188), *supply(204, 228, 0.89, 184, "2")]
    _, known = plausible.checked(found)
    attempts = [
        Attempt(METER, Reading(NODE, 41.2)),
        Attempt(DCMI, Reading(NODE, 4120.0, source=Source.DCMI)),
        Attempt(SUM, Reading(NODE, 412.0, Quality.DERIVED, Source.PSU_SUM)),
    ]
    first, *others = best.choose(attempts, True, known)
    assert isinstance(first, Reading)
    assert (first.value, first.source) == (412.0, Source.PSU_SUM)
    told = {o.sensor.role: o for o in others if o.sensor}
    for role in (Role.NODE_SDR, Role.NODE_DCMI):
        fault = told[role]
        assert isinstance(fault, Fault)
        assert fault.reason is Reason.IMPLAUSIBLE


def test_a_server_that_is_off_may_take_nothing() -> None:
    _, known = plausible.checked([said(IN, P, 155), said(IN, P, 155, "2")])
    (found,) = best.choose([Attempt(DCMI, Reading(NODE, 0.0))], False, known)
    assert isinstance(found, Reading)


def test_a_sum_lacks_the_part_that_is_doubted() -> None:
    judged, _ = plausible.checked([*supply(2080, 228, 0.91), *supply(204, 228, 0.89, psu="2")])
    parts = [o for o in judged if o.sensor and o.sensor.quantity is P]
    found = best.total(SUM, parts, Source.SDR)
    assert isinstance(found, Fault)
    assert (found.reason, found.detail) == (
        Reason.IMPLAUSIBLE,
        "1 has no reading (implausible)",
    )


def test_zero_beside_warm_neighbours() -> None:
    cpus = [said(Role.CPU, T, 41, "1"), said(Role.CPU, T, 39, "2")]
    assert doubts(*cpus, said(Role.CPU, T, 0.0, "3")) == {
        ("cpu.temperature_celsius", "3"): "exactly 0 °C, where its neighbours read about 41 °C"
    }
    # The only one of its role: parts of one housing are neighbours.
    assert list(doubts(*cpus, said(Role.BOARD, T, 0.0, "PCH"))) == [
        ("board.temperature_celsius", "PCH")
    ]


def test_zero_that_may_be() -> None:
    assert doubts(said(Role.AIR_INLET, T, 0.0), said(Role.CPU, T, 40)) == {}
    assert doubts(said(Role.ENVIRONMENT, T, 0.0, "yard"), said(Role.ENVIRONMENT, T, 4.0, "2")) == {}
    assert doubts(said(Role.CPU, T, 0.1), said(Role.CPU, T, 40, "2")) == {}
    assert doubts(said(Role.CPU, T, 0.0), said(Role.CPU, T, 0.0, "2")) == {}


def test_a_rack_below_its_phases() -> None:
    phases = [said(Role.PHASE, P, 1000, n) for n in ("L1", "L2", "L3")]
    detail = "300 W in all, but its phases sum to 3000 W"
    assert doubts(*phases, said(Role.RACK, P, 300, "")) == {("rack.power_watts", ""): detail}
    assert doubts(*phases, said(Role.RACK, P, 2950, "")) == {}


@pytest.mark.parametrize(("role", "name"), [(Role.PHASE, "phases"), (Role.POWER_INLET, "inlets")])
def test_a_rack_at_ten_times_its_volts_and_amperes(role: Role, name: str) -> None:
    feeds = [said(role, quantity, raw, n) for n in "12" for quantity, raw in ((V, 230), (A, 5))]
    detail = f"20700 W in all, but volts × amperes of its {name} are 2300 VA"
    assert doubts(*feeds, said(Role.RACK, P, 20700, "")) == {("rack.power_watts", ""): detail}
    assert doubts(*feeds, said(Role.RACK, P, 2070, "")) == {}
    lacking = [*feeds, said(role, A, 5, "3")]  # a conductor whose volts nobody says
    assert doubts(*lacking, said(Role.RACK, P, 20700, "")) == {}


def test_kilowatts_in_the_field_of_watts() -> None:
    """A UPS2000: 230 V, 7.2 A, power "1"."""
    feed = [said(Role.UPS_OUTPUT, q, v) for q, v in ((P, 1), (V, 230), (A, 7.2))]
    assert list(doubts(*feed)) == [("ups_output.power_watts", "1")]


def test_a_delta_has_watts_elsewhere() -> None:
    feed = [said(Role.PHASE, q, v, "L3") for q, v in ((P, 0), (V, 205), (A, 3.18))]
    assert doubts(*feed) == {}


@pytest.mark.timed
def test_it_costs_little() -> None:
    found = [*supply(208, 228, 0.91, 188), *supply(204, 228, 0.89, 184, "2")]
    found += [said(Role.FAN, Quantity.FAN_SPEED, 6000, str(n)) for n in range(40)]
    found += [said(Role.BOARD, T, 40, str(n)) for n in range(40)]
    best_of = 1.0
    for _ in range(20):
        begun = time.perf_counter()
        for _ in range(20):
            plausible.checked(found)
        best_of = min(best_of, (time.perf_counter() - begun) / 20 / len(found))
    assert best_of < 1e-6
