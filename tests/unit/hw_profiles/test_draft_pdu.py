"""Drafts of power distribution: volts, amperes and watts found by their products and sums."""

from __future__ import annotations

import pytest

from model.readings import Scalar
from tests.unit.hw_profiles.drafting import (
    VENDOR,
    agent,
    drafted,
    profile_of,
    reason,
    scalars,
    table,
    told,
)

_VOLTS = [2301, 2288, 2310]
_AMPERES = [42, 31, 12]
_WATTS = [900, 660, 250]


def _phases(**more: list[Scalar]) -> dict[str, Scalar]:
    return table("2.1", c1=[1, 2, 3], c2=_VOLTS, c3=_AMPERES, c4=_WATTS, **more)


def test_phases_by_volts_times_amperes() -> None:
    made = drafted(_phases())
    assert made.head["kind"] == "pdu"
    assert told(made, _phases()) == {
        ("phase.voltage_volts", "L1"): 230.1,
        ("phase.voltage_volts", "L2"): 228.8,
        ("phase.voltage_volts", "L3"): 231.0,
        ("phase.current_amperes", "L1"): 4.2,
        ("phase.current_amperes", "L2"): 3.1,
        ("phase.current_amperes", "L3"): 1.2,
        ("phase.power_watts", "L1"): 900.0,
        ("phase.power_watts", "L2"): 660.0,
        ("phase.power_watts", "L3"): 250.0,
        ("rack.power_watts", ""): 1810.0,
    }
    assert reason(made, "phase.voltage_volts") == "228.8…231 V are mains volts"
    assert reason(made, "phase.power_watts") == "0.93 of V × A in 3 rows"
    assert reason(made, "rack.power_watts") == "no object holds the whole; the parts are 1810 W"


@pytest.mark.parametrize(
    ("volts", "amperes", "watts"),
    [
        (1, 100, 1),
        (1000, 1000, 1),
        (10, 100, 1),
    ],
)
def test_other_scales(volts: int, amperes: int, watts: int) -> None:
    rows = [(230, 8.213, 1763), (229, 4.372, 937), (231, 2.926, 631)]
    objects = table(
        "2.1",
        c2=[round(v * volts) for v, _, _ in rows],
        c3=[round(a * amperes) for _, a, _ in rows],
        c4=[round(w * watts) for _, _, w in rows],
    )
    found = told(drafted(objects), objects)
    assert found["phase.voltage_volts", "L1"] == 230.0
    assert found["phase.current_amperes", "L1"] == pytest.approx(8.213, abs=0.51 / amperes)
    assert found["phase.power_watts", "L1"] == 1763.0


def test_voltamperes_and_a_power_factor_bear_the_watts_out() -> None:
    objects = _phases(c5=[966, 709, 277], c6=[93, 93, 90])
    made = drafted(objects)
    found = told(made, objects)
    assert found["phase.apparent_power_voltamperes", "L1"] == 966.0
    assert found["phase.power_factor_ratio", "L1"] == 0.93
    assert reason(made, "phase.power_factor_ratio") == "W / VA = 0.93"


def test_a_total_that_the_parts_come_to() -> None:
    objects = {**_phases(), **scalars("9", 4, 1810)}
    made = drafted(objects)
    assert told(made, objects)["rack.power_watts", ""] == 1810.0
    assert reason(made, "rack.power_watts") == "1810 W, and the parts come to 1810 W"
    assert '"rack.power_watts" = {oid = ".9.2.0", missing = [-1]}' in made.text


def test_an_energy_counter_is_years_of_the_present_load() -> None:
    objects = _phases(c7=[118_321, 86_402, 32_719])  # 0.1 kWh
    counters = frozenset({f"{VENDOR}.2.1.7"})
    made = drafted(objects, counters=counters)
    assert told(made, objects)["phase.energy_joules_total", "L1"] == 118_321 * 3.6e5
    assert reason(made, "phase.energy_joules_total") == (
        "at the present watts 1.5 years of load (the scale is a guess)"
    )


def test_the_energies_of_outlets_come_to_the_whole() -> None:
    feed = scalars("3", 2314, 79, 1712, 1828, 94, 195_161)  # … and 0.1 kWh
    names = [f"Outlet {n}" for n in (1, 2, 3, 4)]
    outlets = table(
        "5.1",
        c1=names,
        c6=[31, 22, 17, 9],
        c7=[668, 477, 372, 195],
        c11=[76_131, 54_372, 42_403, 22_262],
    )
    objects = {**feed, **outlets}
    counters = frozenset({f"{VENDOR}.3.6.0", f"{VENDOR}.5.1.11"})
    made = drafted(objects, counters=counters)
    found = told(made, objects)
    assert found["rack.energy_joules_total", ""] == 195_161 * 3.6e5
    assert found["outlet.energy_joules_total", "1"] == 76_131 * 3.6e5
    assert found["outlet.power_watts", "1"] == 668.0
    assert reason(made, "outlet.energy_joules_total") == (
        f"its rows come to 100% of {VENDOR}.3.6.0"
    )


def test_an_idle_outlet_that_takes_amperes_and_hardly_a_watt_does_not_hide_the_others() -> None:
    objects = table(
        "5.1",
        c2=[2301] * 10,
        c6=[9, 5, 4, 7, 4, 6, 4, 0, 4, 5],
        c7=[191, 4, 85, 149, 85, 127, 83, 0, 86, 107],
    )
    found = told(drafted(objects), objects)
    assert (found["outlet.power_watts", "2"], found["outlet.current_amperes", "2"]) == (4.0, 0.5)


def test_many_rows_of_hundreds_of_amperes_are_no_outlets() -> None:
    counts = [46_833, 31_020, 22_871, 9120, 17_004, 25_551]
    objects = {
        **_phases(),
        **table("7.1", c10=counts, c11=[round(n * 2.1) for n in counts]),
    }
    assert not [line for line in drafted(objects).lines if line.word.startswith("outlet.")]


def test_mains_frequency() -> None:
    objects = _phases(c8=[500, 500, 499])
    assert told(drafted(objects), objects)["phase.frequency_hertz", "L3"] == 49.9


def test_outlets_by_their_names() -> None:
    objects = table(
        "5.1",
        c1=["Outlet 1", "Outlet 2", "Outlet 3", "Outlet 4"],
        c2=[2301, 2301, 2301, 2301],
        c3=[42, 31, 0, 12],
        c4=[900, 660, 0, 250],
    )
    made = drafted(objects)
    profile = profile_of(made)
    assert [[label.name for label in t.labels] for t in profile.tables] == [["name"]]
    found = told(made, objects)
    assert found["outlet.power_watts", "2"] == 660.0
    assert found["outlet.current_amperes", "3"] == 0.0
    assert found["rack.power_watts", ""] == 1810.0


@pytest.mark.parametrize(
    ("names", "role"),
    [
        (["Bank 1", "Bank 2"], "branch"),
        (["A1 插座", "A2 插座"], "outlet"),
        (["Inlet A", "Inlet B"], "power_inlet"),
        (["CB 1", "CB 2"], "branch"),
    ],
)
def test_the_part_is_what_the_rows_are_called(names: list[str], role: str) -> None:
    objects = table("5.1", c1=names, c2=_VOLTS[:2], c3=_AMPERES[:2], c4=_WATTS[:2])
    made = drafted(objects)
    assert f"[tables.{role}]" in made.text
    assert told(made, objects)[f"{role}.current_amperes", "1"] == 4.2


def test_phases_by_their_names() -> None:
    objects = table("5.1", c1=["Phase A", "Phase B", "Phase C"], c2=_VOLTS, c3=_AMPERES, c4=_WATTS)
    made = drafted(objects)
    assert told(made, objects)["phase.power_watts", "L3"] == 250.0


def test_many_rows_without_names_are_outlets() -> None:
    objects = table(
        "5.1", c2=[2301] * 6, c3=[42, 31, 12, 0, 7, 22], c4=[900, 660, 250, 0, 150, 470]
    )
    assert told(drafted(objects), objects)["outlet.power_watts", "6"] == 470.0


def test_amperes_alone_that_sum_to_known_ones_are_branches() -> None:
    breakers = table("6.1", c4=[31, 22, 20, 12])
    made = drafted({**_phases(), **breakers})
    assert told(made, {**_phases(), **breakers})["branch.current_amperes", "2"] == 2.2
    assert reason(made, "branch.current_amperes") == (
        f"its 4 rows sum to the 8.5 A of {VENDOR}.2.1.3"
    )


def test_one_circuit_of_scalars_is_the_inlet_and_the_rack() -> None:
    objects = scalars("3", 2314, 53, 1210)
    found = told(drafted(objects), objects)
    assert found == {
        ("power_inlet.voltage_volts", ""): 231.4,
        ("power_inlet.current_amperes", ""): 5.3,
        ("power_inlet.power_watts", ""): 1210.0,
        ("rack.power_watts", ""): 1210.0,
    }


def test_an_index_of_several_numbers() -> None:
    rows = {"1.1": 0, "1.2": 1, "2.1": 2}
    objects = table(
        "5.1",
        c2={row: _VOLTS[at] for row, at in rows.items()},
        c3={row: _AMPERES[at] for row, at in rows.items()},
        c4={row: _WATTS[at] for row, at in rows.items()},
    )
    made = drafted(objects)
    assert told(made, objects)["phase.power_watts", "1.2"] == 660.0
    assert 'index     = ["a", "b"]' in made.text


def test_a_type_at_the_end_of_the_index() -> None:
    kinds = {1: [42, 31], 4: [2301, 2288], 5: [900, 660], 9: [966, 709]}
    cells = {f"{row + 1}.{kind}": values[row] for kind, values in kinds.items() for row in (0, 1)}
    objects = table("5.1", c3=cells)
    made = drafted(objects)
    found = told(made, objects)
    assert (found["phase.voltage_volts", "L1"], found["phase.power_watts", "L2"]) == (230.1, 660.0)
    assert "where = {type = 4}" in made.text


def test_what_nothing_was_made_of_stands_in_comments() -> None:
    made = drafted({**_phases(c9=[2, 3, 2]), **table("8.1", c2=[17, 4])})
    assert "#   .2.1.9: 2, 3\n" in made.text
    assert f"#   {VENDOR}.8.1.2: 17, 4\n" in made.text


def test_the_match_is_the_family_and_an_object_that_must_exist() -> None:
    (criteria,) = profile_of(drafted(_phases())).match
    assert criteria.object_ids == (f"{VENDOR}.1.7", f"{VENDOR}.1.7.*")
    assert criteria.probes == (f"{VENDOR}.2.1.2",)
    (criteria,) = profile_of(drafted(_phases(), agent(object_id=VENDOR))).match
    assert criteria.object_ids == (VENDOR, f"{VENDOR}.*")


def test_the_agents_software_is_no_family() -> None:
    made = drafted(_phases(), agent(object_id="1.3.6.1.4.1.8072.3.2.10"))
    (criteria,) = profile_of(made).match
    assert criteria.object_ids == ()
    assert criteria.probes == (f"{VENDOR}.2.1.2",)


def test_memory_and_processor_counts_of_the_agent_are_not_measured() -> None:
    host = {f"1.3.6.1.4.1.2021.4.{at}.0": v for at, v in ((5, 2301), (6, 42), (11, 900))}
    assert drafted(host).lines == ()


def test_sentinels_are_no_values() -> None:
    objects = table("2.1", c2=[2301, 2288, -1], c3=[42, 31, 65535], c4=[900, 660, -1])
    found = told(drafted(objects), objects)
    assert ("phase.power_watts", "L3") not in found
    assert ("phase.voltage_volts", "L3") not in found
