"""What a scrape is told: nothing older than three of its tier's intervals."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from agent.config_targets import Entry, Pace
from agent.store import Store
from model.devices import ALL_TIERS, Poll, TargetStatus, Tier
from model.readings import Fault, Outcome, Reading, Reason
from tests.unit.agent.fake_road import FAN, POWER, SEL, target

A = Entry(target("a"), Pace(15, 60, 300))
ALL = (Reading(POWER, 400.0), Reading(FAN, 8000.0), Reading(SEL, 3.0))


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def poll(*outcomes: Outcome, tiers: frozenset[Tier] = ALL_TIERS, at: float = 0.0) -> Poll:
    return Poll(A.target, at, 0.0, outcomes, tiers=tiers)


def status(store: Store) -> TargetStatus:
    found = store.status("a")
    assert found is not None
    return found


def values(store: Store) -> list[float]:
    return [r.value for p in status(store).polls for r in p.readings]


def test_each_tier_is_withdrawn_after_three_of_its_intervals() -> None:
    clock = Clock()
    store = Store([A], monotonic=clock)
    store.put(poll(*ALL))
    for age, left in (
        (44.9, [400.0, 8000.0, 3.0]),
        (45.1, [8000.0, 3.0]),
        (179.9, [8000.0, 3.0]),
        (180.1, [3.0]),
        (900.1, []),
    ):
        clock.now = 100.0 + age
        assert values(store) == left
        assert status(store).up is bool(left)


def test_age_counts_from_when_the_device_was_asked() -> None:
    clock = Clock()
    store = Store([A], monotonic=clock)
    store.put(Poll(A.target, 0.0, 14.0, ALL[:1], tiers=frozenset({Tier.FAST})))
    clock.now += 30.9
    assert values(store) == [400.0]
    clock.now += 0.2
    assert values(store) == []


def test_a_poll_that_overruns_its_interval_stretches_it() -> None:
    clock = Clock()
    store = Store([A], monotonic=clock)
    store.put(Poll(A.target, 0.0, 50.0, ALL[:1], tiers=frozenset({Tier.FAST})))
    clock.now += 99.9
    assert values(store) == [400.0]
    clock.now += 0.2
    assert values(store) == []


def test_a_later_poll_takes_over_its_tiers_only() -> None:
    store = Store([A], monotonic=Clock())
    store.put(poll(*ALL))
    store.put(poll(Reading(POWER, 410.0), tiers=frozenset({Tier.FAST})))
    assert values(store) == [8000.0, 3.0, 410.0]
    store.put(poll(Reading(FAN, 8100.0), tiers=frozenset({Tier.NORMAL})))
    assert values(store) == [3.0, 410.0, 8100.0]
    assert [p.tiers for p in status(store).polls] == [
        frozenset({Tier.SLOW}),
        frozenset({Tier.FAST}),
        frozenset({Tier.NORMAL}),
    ]
    store.put(poll(*ALL))
    assert len(status(store).polls) == 1


def test_a_failed_poll_says_down_and_takes_no_value_away() -> None:
    clock = Clock()
    store = Store([A], monotonic=clock)
    store.put(poll(*ALL))
    lost = poll(Fault(None, Reason.NO_ANSWER), tiers=frozenset({Tier.FAST}))
    store.put(lost, backoff=15.0)
    assert status(store).up is False
    assert status(store).last is lost
    assert status(store).backoff == 15.0
    assert values(store) == [400.0, 8000.0, 3.0]
    store.put(poll(Reading(POWER, 0.5), tiers=frozenset({Tier.FAST})))
    assert status(store).up is True
    assert status(store).backoff == 0.0


def test_a_tier_whose_every_sensor_fails_leaves_the_target_up() -> None:
    store = Store([A], monotonic=Clock())
    store.put(poll(Reading(POWER, 400.0), tiers=frozenset({Tier.FAST})))
    store.put(poll(Fault(SEL, Reason.UNSUPPORTED), tiers=frozenset({Tier.SLOW})))
    assert status(store).up is True


def test_statuses_are_ordered_by_name_and_start_empty() -> None:
    store = Store([Entry(target("b")), Entry(target("a")), Entry(target("机柜"))])
    assert [s.target.name for s in store.statuses()] == ["a", "b", "机柜"]
    assert status(store) == TargetStatus(A.target, (), None, 15.0)
    assert store.asked() is False
    assert store.status("nobody") is None
    store.put(Poll(target("nobody"), 0.0, 0.0))
    assert store.status("nobody") is None


def test_a_reload_keeps_the_values_of_unchanged_targets_alone() -> None:
    store = Store([A, Entry(target("b"))], monotonic=Clock())
    store.put(poll(*ALL))
    store.configure([Entry(A.target, Pace(30, 60, 300))])
    assert values(store) == [400.0, 8000.0, 3.0]
    assert status(store).interval == 30
    assert store.status("b") is None
    store.configure([Entry(target("a", address="elsewhere"))])
    assert status(store).last is None


def test_a_reader_keeps_what_it_holds() -> None:
    store = Store([A], monotonic=Clock())
    before = store.statuses()
    store.put(poll(*ALL))
    assert before[0].polls == ()


def test_a_lock_keeps_who_answered_and_gives_the_reason() -> None:
    store = Store([A], monotonic=Clock())
    locked = Fault(None, Reason.LOCKED, 'credential "bmc" was refused')
    store.put(poll(*ALL, at=7.0))
    store.lock("a", 9.0, locked)
    found = status(store)
    assert (found.locked, found.up) == (True, False)
    assert found.last is not None
    assert (found.last.at, found.last.outcomes) == (7.0, (locked,))
    store.unlock("a")
    assert status(store).locked is False


def test_waiting_for_a_poll_ends_with_it_or_with_time() -> None:
    store = Store([A])
    begun = time.monotonic()
    store.await_poll("a", None, 0.05)
    assert time.monotonic() - begun >= 0.05
    threading.Timer(0.05, store.put, (poll(*ALL),)).start()
    begun = time.monotonic()
    store.await_poll("a", None, 10.0)
    assert time.monotonic() - begun < 5.0
    store.await_poll("nobody", None, 10.0)
