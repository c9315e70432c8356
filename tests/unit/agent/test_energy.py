"""Energy: watts integrated on a clock of our own, and nothing that was not measured."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.energy import RESERVE, SAVING, Account, Counter, Last, Meter, resumed
from model.readings import Source

DCMI, RAPL = Source.DCMI, Source.RAPL


@dataclass
class Clocks:
    """A monotonic clock, and a wall clock that may be set."""

    monotonic: float = 100.0
    wall: float = 1_795_521_600.0

    def pass_(self, seconds: float) -> None:
        self.monotonic += seconds
        self.wall += seconds

    def meter(self) -> Meter:
        return Meter(monotonic=lambda: self.monotonic, wall=lambda: self.wall)


def measure(meter: Meter, clocks: Clocks, *readings: tuple[float, float]) -> None:
    """Each reading: seconds after the one before, and watts."""
    for seconds, watts in readings:
        clocks.pass_(seconds)
        meter.observe("n", watts, DCMI, 15.0)


def joules(meter: Meter) -> dict[Source, float]:
    energy = meter.energy("n")
    assert energy is not None
    return dict(energy.joules)


def gap(meter: Meter) -> float:
    energy = meter.energy("n")
    assert energy is not None
    return energy.gap


def test_power_is_taken_to_run_straight_between_two_polls() -> None:
    clocks = Clocks()
    meter = clocks.meter()
    assert meter.energy("n") is None
    measure(meter, clocks, (0, 300.0))
    assert joules(meter) == {DCMI: 0.0}
    measure(meter, clocks, (15, 500.0), (10, 500.0))
    assert joules(meter) == {DCMI: 15 * 400.0 + 10 * 500.0}
    assert gap(meter) == 0.0


def test_three_intervals_are_filled_and_more_is_a_gap() -> None:
    clocks = Clocks()
    meter = clocks.meter()
    measure(meter, clocks, (0, 400.0), (45, 400.0))
    assert (joules(meter), gap(meter)) == ({DCMI: 18_000.0}, 0.0)
    measure(meter, clocks, (45.5, 400.0))
    assert (joules(meter), gap(meter)) == ({DCMI: 18_000.0}, 45.5)
    measure(meter, clocks, (15, 400.0))
    assert (joules(meter), gap(meter)) == ({DCMI: 24_000.0}, 45.5)


def test_a_gap_grows_while_it_lasts() -> None:
    clocks = Clocks()
    meter = clocks.meter()
    measure(meter, clocks, (0, 400.0))
    seen = []
    for _ in range(5):
        clocks.pass_(20)
        seen.append(gap(meter))
    assert seen == [0.0, 0.0, 60.0, 80.0, 100.0]
    measure(meter, clocks, (0, 400.0))
    assert (gap(meter), joules(meter)) == (100.0, {DCMI: 0.0})


@pytest.mark.parametrize("step", [-86_400.0, 86_400.0, 1e9])
def test_a_step_of_the_wall_clock_is_no_energy(step: float) -> None:
    clocks = Clocks()
    meter = clocks.meter()
    measure(meter, clocks, (0, 400.0))
    clocks.wall += step
    measure(meter, clocks, (15, 400.0))
    assert (joules(meter), gap(meter)) == ({DCMI: 6_000.0}, 0.0)


def test_a_change_of_source_is_no_jump() -> None:
    clocks = Clocks()
    meter = clocks.meter()
    measure(meter, clocks, (0, 400.0), (15, 400.0))
    clocks.pass_(15)
    meter.observe("n", 100.0, RAPL, 15.0)
    assert joules(meter) == {DCMI: 6_000.0 + 15 * 250.0, RAPL: 0.0}, "begun by DCMI"
    clocks.pass_(15)
    meter.observe("n", 120.0, RAPL, 15.0)
    measure(meter, clocks, (15, 400.0), (15, 400.0))
    assert joules(meter) == {
        DCMI: 6_000.0 + 3_750.0 + 6_000.0,
        RAPL: 15 * 110.0 + 15 * 260.0,
    }


def test_nodes_are_counted_apart() -> None:
    clocks = Clocks()
    meter = clocks.meter()
    for watts in (100.0, 100.0):
        meter.observe("a", watts, DCMI, 15.0)
        meter.observe("b", 2 * watts, DCMI, 15.0)
        clocks.pass_(15)
    a, b = meter.energy("a"), meter.energy("b")
    assert a is not None
    assert b is not None
    assert (a.joules, b.joules) == ({DCMI: 1500.0}, {DCMI: 3000.0})


# -- over a restart -------------------------------------------------------------------------


def restarted(accounts: dict[str, Account], clocks: Clocks, *, same_boot: bool = True) -> Meter:
    meter = clocks.meter()
    now, wall = clocks.monotonic, clocks.wall
    meter.resume(
        {
            name: resumed(account, same_boot=same_boot, monotonic=now, wall=wall)
            for name, account in accounts.items()
        }
    )
    meter.saved(reserve=True)
    return meter


def test_a_short_restart_loses_nothing() -> None:
    clocks = Clocks()
    meter = clocks.meter()
    measure(meter, clocks, (0, 400.0), (15, 400.0))
    saved = meter.saved(reserve=False)
    clocks.pass_(20)
    after = restarted(saved, clocks)
    assert joules(after) == {DCMI: 6_000.0}
    measure(after, clocks, (5, 400.0))
    assert (joules(after), gap(after)) == ({DCMI: 16_000.0}, 0.0)


def test_a_long_restart_is_a_gap() -> None:
    clocks = Clocks()
    meter = clocks.meter()
    measure(meter, clocks, (0, 400.0), (15, 400.0))
    saved = meter.saved(reserve=False)
    clocks.pass_(600)
    after = restarted(saved, clocks)
    measure(after, clocks, (0, 400.0), (15, 400.0))
    assert (joules(after), gap(after)) == ({DCMI: 12_000.0}, 600.0)


@pytest.mark.parametrize(("off", "counted"), [(120.0, 120.0), (5.0, 5.0), (-3600.0, 0.0)])
def test_after_a_reboot_the_wall_clock_says_how_long_the_gap_was(
    off: float, counted: float
) -> None:
    clocks = Clocks(monotonic=9_000.0)
    meter = clocks.meter()
    measure(meter, clocks, (0, 400.0), (15, 400.0))
    saved = meter.saved(reserve=False)
    booted = Clocks(monotonic=12.0, wall=clocks.wall + off)
    after = restarted(saved, booted, same_boot=False)
    measure(after, booted, (0, 400.0))
    assert (joules(after), gap(after)) == ({DCMI: 6_000.0}, counted)
    measure(after, booted, (15, 400.0))
    assert (joules(after), gap(after)) == ({DCMI: 12_000.0}, counted)


def test_a_clock_that_stands_before_the_last_reading_is_another_boots() -> None:
    last = Last(9_000.0, 1000.0, 400.0, DCMI, 45.0)
    account = Account({DCMI: Counter(5.0, 0.0, 5.0)}, 0.0, last)
    found = resumed(account, same_boot=True, monotonic=10.0, wall=1030.0)
    assert found.last is not None
    assert (found.last.at, found.last.holds) == (-20.0, -1.0)


def test_whoever_comes_after_a_kill_never_steps_back_and_invents_nothing() -> None:
    clocks = Clocks()
    meter = clocks.meter()
    measure(meter, clocks, (0, 400.0), (15, 400.0))
    saved = meter.saved(reserve=True)
    measure(meter, clocks, *[(15, 400.0)] * 3)
    shown = joules(meter)[DCMI]
    assert shown == 24_000.0
    clocks.pass_(60)  # killed; what was counted since the save is lost
    after = restarted(saved, clocks)
    begun = joules(after)[DCMI]
    assert begun == 6_000.0 + RESERVE * SAVING * 400.0
    assert begun >= shown
    for _ in range(3):
        measure(after, clocks, *[(15, 400.0)] * 3)
        assert joules(after)[DCMI] == begun, "waits for the integral"
        after.saved(reserve=True)
    measure(after, clocks, *[(15, 400.0)] * 4)
    measured = 6_000.0 + 12 * 15 * 400.0
    assert joules(after)[DCMI] == measured
    assert gap(after) == 120.0, "since the save"


def test_an_agent_that_is_killed_again_and_again_is_ahead_by_one_reserve_at_most() -> None:
    clocks = Clocks()
    meter = clocks.meter()
    measure(meter, clocks, (0, 400.0), (15, 400.0))
    for _ in range(20):
        meter = restarted(meter.saved(reserve=True), clocks)
        measure(meter, clocks, (1, 400.0))
    assert joules(meter) == {DCMI: 6_000.0 + 19 * 400.0 + RESERVE * SAVING * 400.0}


def test_a_counter_never_shows_more_than_is_reserved() -> None:
    clocks = Clocks()
    meter = clocks.meter()
    measure(meter, clocks, (0, 100.0))
    meter.saved(reserve=True)
    measure(meter, clocks, *[(15, 2000.0)] * 4)
    assert joules(meter) == {DCMI: RESERVE * SAVING * 100.0}
    meter.saved(reserve=True)
    counted = 15 * 1050.0 + 45 * 2000.0
    assert joules(meter) == {DCMI: counted}
    measure(meter, clocks, *[(15, 40_000.0)] * 10)
    meter.unsaved()
    assert joules(meter)[DCMI] > counted + RESERVE * SAVING * 2000.0


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["poll", "save", "kill", "stop", "reboot"]),
        st.floats(0.0, 200.0),
        st.floats(0.0, 5000.0),
    ),
    max_size=40,
)


@given(EVENTS)
def test_no_history_makes_a_counter_step_back(events: list[tuple[str, float, float]]) -> None:
    clocks = Clocks()
    meter = clocks.meter()
    saved: dict[str, Account] = {}
    shown = waited = 0.0
    for event, seconds, watts in events:
        clocks.pass_(seconds)
        if event == "poll":
            meter.observe("n", watts, DCMI, 15.0)
        elif event == "save":
            saved = meter.saved(reserve=True)
        elif saved:
            if event == "stop":
                saved = meter.saved(reserve=False)
            same = event != "reboot"
            if not same:
                clocks.monotonic = 1.0
            meter = restarted(saved, clocks, same_boot=same)
            saved = meter.saved(reserve=True)
        energy = meter.energy("n")
        if energy is not None:
            assert energy.joules.get(DCMI, 0.0) >= shown * (1 - 1e-12)
            assert energy.gap >= waited - 1e-3
            shown, waited = energy.joules.get(DCMI, 0.0), energy.gap
