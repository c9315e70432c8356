"""When targets are asked: at their own pace, never twice at once, ever more rarely where dead."""

from __future__ import annotations

import asyncio
import itertools
import logging

import pytest

from agent.config_targets import Pace
from agent.schedule import Limits
from agent.turns import share
from model.devices import Tier
from model.readings import Fault, Reason
from tests.unit.agent.fake_road import COMMUNITY, FakeRoad, at_work, entry
from tests.unit.agent.virtual_time import now, run


def steps(times: list[float]) -> list[float]:
    return [round(b - a, 6) for a, b in itertools.pairwise(times)]


def test_each_tier_at_its_interval_with_a_stable_phase() -> None:
    async def main() -> FakeRoad:
        async with at_work(entry("a")) as bench:
            await asyncio.sleep(900)
        return bench.road

    road = run(main())
    for tier, interval in ((Tier.FAST, 15.0), (Tier.NORMAL, 60.0), (Tier.SLOW, 300.0)):
        times = road.times("a", tier)
        assert times[0] < 1.0, "asked at once after the start"
        assert set(steps(times[1:])) == {interval}
        assert (times[1] + 1000.0) % interval == pytest.approx(share("a") * interval)
    assert run(main()).asked == road.asked, "the same on every start"


def test_targets_are_spread() -> None:
    async def main() -> FakeRoad:
        async with at_work(*(entry(f"n{i}", COMMUNITY) for i in range(100))) as bench:
            await asyncio.sleep(45)
        return bench.road

    road = run(main())
    starts = [at - 1000.0 for at, _, tier in road.asked if tier is Tier.FAST][:100]
    assert max(starts) == pytest.approx(2.0, abs=0.3), "a start takes 20 ms per target"
    second = [road.times(f"n{i}")[1] for i in range(100)]
    halves = [sum(start % 15 < 7.5 for start in second), sum(start % 15 >= 7.5 for start in second)]
    assert min(halves) > 30


def test_an_overrunning_poll_skips_ticks() -> None:
    async def main() -> FakeRoad:
        async with at_work(
            entry("a", pace=Pace(10, 3600, 3600)), road=FakeRoad(takes={"a": 12})
        ) as bench:
            await asyncio.sleep(200)
        return bench.road

    assert steps(run(main()).times("a")[3:]) == pytest.approx([20.0] * 6)


def test_a_slow_tier_delays_a_fast_one_at_most_by_itself() -> None:
    async def main() -> FakeRoad:
        async with at_work(
            entry("a", pace=Pace(10, 30, 300)), road=FakeRoad(takes={"a": 4})
        ) as bench:
            await asyncio.sleep(600)
        return bench.road

    gaps = steps(run(main()).times("a")[1:])
    assert max(gaps) <= 20.0
    assert sum(gaps) / len(gaps) < 11.0


def test_no_more_polls_at_once_than_the_limit() -> None:
    async def main() -> FakeRoad:
        entries = [entry(f"n{i}", COMMUNITY) for i in range(20)]
        road = FakeRoad(takes={f"n{i}": 2.0 for i in range(20)})
        async with at_work(*entries, road=road, limits=Limits(concurrency=3)) as bench:
            await asyncio.sleep(100)
        return bench.road

    road = run(main())
    assert road.most == 3
    assert set(road.who()) == {f"n{i}" for i in range(20)}, "nobody starves"


def test_a_dead_target_backs_off_to_the_bound_and_is_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def main() -> FakeRoad:
        road = FakeRoad(faults={"a": Reason.NO_ANSWER}, takes={"a": 0.0})
        async with at_work(entry("a"), road=road) as bench:
            await asyncio.sleep(1500)
            status = bench.store.status("a")
            assert status is not None
            assert (status.up, status.backoff) == (False, 300.0)
            road.faults.clear()
            await asyncio.sleep(320)
            status = bench.store.status("a")
            assert status is not None
            assert (status.up, status.backoff) == (True, 0.0)
        return road

    with caplog.at_level(logging.INFO, "dcagent"):
        road = run(main())
    assert steps(road.times("a"))[:8] == [15, 30, 60, 120, 240, 300, 300, 300]
    assert road.times("a", Tier.NORMAL)[0] > 1500, "a dead target is not asked for slower tiers"
    said = [record.getMessage() for record in caplog.records]
    assert said[0] == "a (a.example) is down: no_answer: so it is  DCA-NET-001"
    assert said[1].startswith("a is back after 1")
    assert len(said) == 2


@pytest.mark.parametrize(("random", "first"), [(0.0, 11.25), (0.999, 18.7425)])
def test_a_pause_has_jitter(random: float, first: float) -> None:
    async def main() -> FakeRoad:
        road = FakeRoad(faults={"a": Reason.NO_ANSWER}, takes={"a": 0.0})
        async with at_work(entry("a"), road=road, random=random) as bench:
            await asyncio.sleep(5000)
        return bench.road

    gaps = steps(run(main()).times("a"))
    assert gaps[0] == pytest.approx(first)
    assert max(gaps) <= 300.0


def test_a_reload_asks_a_dead_target_at_once_and_leaves_the_others_alone() -> None:
    async def main() -> FakeRoad:
        road = FakeRoad(faults={"dead": Reason.NO_ANSWER})
        entries = entry("dead", COMMUNITY), entry("well", COMMUNITY)
        async with at_work(*entries, road=road) as bench:
            await asyncio.sleep(1000)
            asked, begun = len(road.times("well")), now() - 1000.0
            await bench.configure(*entries)
            await asyncio.sleep(0.05)
            assert road.times("dead")[-1] == pytest.approx(begun)
            assert len(road.times("well")) == asked
            assert road.forgotten == []
        return road

    run(main())


def test_a_reload_lets_go_who_is_removed_or_changed_even_while_asked() -> None:
    async def main() -> None:
        road = FakeRoad(takes={"removed": 30.0, "changed": 30.0})
        entries = [entry(n, COMMUNITY) for n in ("removed", "changed", "kept")]
        async with at_work(*entries, road=road) as bench:
            await asyncio.sleep(1.0)
            assert bench.schedule.flying("removed")
            other = entry("changed", COMMUNITY)
            moved = type(other)(
                type(other.target)("changed", "elsewhere", other.target.protocol, COMMUNITY)
            )
            await bench.configure(moved, entries[2])
            assert sorted(road.forgotten) == ["changed", "removed"]
            assert bench.store.status("removed") is None
            await asyncio.sleep(40.0)
            assert road.times("removed")[-1] < 1.0
            assert road.times("changed")[1] == pytest.approx(1.0, abs=0.1)
            status = bench.store.status("changed")
            assert status is not None
            assert status.target.address == "elsewhere"
            assert status.up

    run(main())


def test_a_new_pace_holds_after_a_reload_without_a_new_session() -> None:
    async def main() -> FakeRoad:
        async with at_work(entry("a", pace=Pace(60, 60, 300))) as bench:
            await asyncio.sleep(200)
            await bench.configure(entry("a", pace=Pace(5, 60, 300)))
            await asyncio.sleep(100)
        assert bench.road.forgotten == []
        return bench.road

    assert steps(run(main()).times("a")[-10:]) == pytest.approx([5.0] * 9, abs=0.15)


def test_a_bug_costs_its_own_target_alone(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> FakeRoad:
        road = FakeRoad(bugs={"a"})
        async with at_work(entry("a", COMMUNITY), entry("b", COMMUNITY), road=road) as bench:
            await asyncio.sleep(100)
            status = bench.store.status("a")
            assert status is not None
            assert status.last is not None
            assert status.last.outcomes == (Fault(None, Reason.INTERNAL, "ZeroDivisionError"),)
        return road

    road = run(main())
    assert len(road.times("b")) > 5
    assert len(road.times("a")) > 2, "it is asked again"
    assert "ZeroDivisionError: a bug" in caplog.text


def test_a_poll_without_end_is_ended() -> None:
    async def main() -> None:
        road = FakeRoad(takes={"a": 1e9})
        async with at_work(entry("a"), road=road, limits=Limits(deadline=50)) as bench:
            await asyncio.sleep(60)
            status = bench.store.status("a")
            assert status is not None
            assert status.last is not None
            assert status.last.outcomes == (Fault(None, Reason.TIMEOUT, "no end after 50 s"),)

    run(main())


def test_a_tier_without_readings_says_nothing_of_a_dead_target(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def main() -> None:
        road = FakeRoad(faults={"a": Reason.NO_ANSWER}, empty=frozenset({Tier.FAST}))
        async with at_work(entry("a"), road=road) as bench:
            await asyncio.sleep(2000)
            status = bench.store.status("a")
            assert status is not None
            assert (status.up, status.backoff) == (False, 300.0)
            assert max(steps(road.times("a", Tier.NORMAL))) == pytest.approx(300.1, abs=0.2)
            road.faults.clear()
            await asyncio.sleep(301)
            status = bench.store.status("a")
            assert status is not None
            assert status.up

    run(main())
    assert [record.getMessage()[:9] for record in caplog.records] == ["a (a.exam", "a is back"]


def test_a_bug_behind_a_poll_is_no_endless_loop(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> FakeRoad:
        async with at_work(entry("a"), entry("b")) as bench:
            monkeypatch.setattr(bench.store, "put", lambda *_: 1 / 0)
            await asyncio.sleep(1000)
        return bench.road

    road = run(main())
    assert 3 <= len(road.times("a")) <= 5
    assert "ZeroDivisionError" in caplog.text
