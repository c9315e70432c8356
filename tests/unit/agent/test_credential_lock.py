"""No account is ever locked by us: one scout first, and nobody after a refusal."""

from __future__ import annotations

import asyncio
import logging

import pytest

from agent.config_targets import Entry
from agent.gates import REFUSALS
from model.credentials import Credential, IpmiCredential, Secret, UsmCredential
from model.devices import Protocol, Target, TargetStatus, Tier
from model.readings import Fault, Reason
from tests.unit.agent.fake_road import BMC, COMMUNITY, Bench, FakeRoad, at_work, entry
from tests.unit.agent.virtual_time import run

MENDED = IpmiCredential("bmc", "monitor", Secret("y"))
OTHER = IpmiCredential("other", "monitor", Secret("z"))
NAMES = [f"n{i:02}" for i in range(20)]


def all_of(credential: Credential) -> list[Entry]:
    return [entry(name, credential) for name in NAMES]


def status(bench: Bench, name: str) -> TargetStatus:
    found = bench.store.status(name)
    assert found is not None
    return found


def reason(bench: Bench, name: str) -> Reason:
    last = status(bench, name).last
    assert last is not None
    (fault,) = last.outcomes
    assert isinstance(fault, Fault)
    return fault.reason


def test_one_scout_goes_first_and_the_others_follow_it() -> None:
    async def main() -> None:
        road = FakeRoad(takes=dict.fromkeys(NAMES, 3.0))
        async with at_work(*all_of(BMC), road=road):
            await asyncio.sleep(2.9)
            assert len(road.asked) == 1
            await asyncio.sleep(3.0)
            assert road.most == 20

    run(main())


@pytest.mark.parametrize("why", sorted(REFUSALS))
def test_a_refusal_at_the_start_is_the_only_attempt(
    why: Reason, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        road = FakeRoad(faults=dict.fromkeys(NAMES, why))
        async with at_work(*all_of(BMC), entry("p", OTHER), road=road) as bench:
            await asyncio.sleep(10_000)
            refused = [name for name in road.who() if name != "p"]
            assert len(refused) == 1
            assert len(road.times("p")) > 600, "another credential is not concerned"
            assert bench.schedule.credentials() == {"bmc": True, "other": False}
            for name in NAMES:
                assert status(bench, name).locked
                assert reason(bench, name) is (why if name in refused else Reason.LOCKED)

    with caplog.at_level(logging.ERROR, "dcagent"):
        run(main())
    (record,) = caplog.records
    assert record.getMessage().startswith(f'credential "bmc" was refused ({why.value} at n')
    assert record.getMessage().endswith(
        "): 20 targets stop until the configuration changes  DCA-AUTH-002"
    )


def test_a_refusal_later_stops_everyone() -> None:
    async def main() -> None:
        road = FakeRoad()
        async with at_work(*all_of(BMC), road=road) as bench:
            await asyncio.sleep(100)
            road.faults["n07"] = Reason.WRONG_PASSWORD
            await asyncio.sleep(16)
            asked = len(road.asked)
            await asyncio.sleep(5000)
            assert len(road.asked) == asked
            assert all(s.locked for s in bench.store.statuses())
            assert not any(s.up for s in bench.store.statuses())

    run(main())


@pytest.mark.parametrize(
    "why", [Reason.NO_ANSWER, Reason.PRIVILEGE_REFUSED, Reason.SUITE_REFUSED, Reason.SESSIONS_FULL]
)
def test_what_is_no_refusal_sends_the_next_scout(why: Reason) -> None:
    async def main() -> None:
        road = FakeRoad(faults=dict.fromkeys(NAMES[:10], why))
        async with at_work(*all_of(BMC), road=road) as bench:
            await asyncio.sleep(60)
            assert {name for name in NAMES if status(bench, name).up} == set(NAMES[10:])
            assert not bench.schedule.credentials()["bmc"]

    run(main())


def test_scouts_go_one_at_a_time_while_nobody_answers() -> None:
    async def main() -> None:
        road = FakeRoad(faults=dict.fromkeys(NAMES, Reason.NO_ANSWER))
        async with at_work(*all_of(BMC), road=road) as bench:
            await asyncio.sleep(1000)
            assert road.most == 1
            assert set(road.who()) == set(NAMES)
            assert not any(s.locked for s in bench.store.statuses())

    run(main())


def test_a_silent_community_is_no_refusal_and_needs_no_scout() -> None:
    async def main() -> None:
        road = FakeRoad(faults=dict.fromkeys(NAMES, Reason.COMMUNITY_REFUSED))
        road.takes = dict.fromkeys(NAMES, 5.0)
        async with at_work(*all_of(COMMUNITY), road=road) as bench:
            await asyncio.sleep(4)
            assert road.most == 20
            await asyncio.sleep(1000)
            assert min(len(road.times(name)) for name in NAMES) > 5
            assert bench.schedule.credentials() == {"pdu": False}

    run(main())


def test_a_changed_credential_is_tried_again_by_one() -> None:
    async def main() -> None:
        road = FakeRoad(faults=dict.fromkeys(NAMES, Reason.WRONG_USER))
        async with at_work(*all_of(BMC), road=road) as bench:
            await asyncio.sleep(100)
            road.asked.clear()
            await bench.configure(*all_of(MENDED))
            assert not any(s.locked for s in bench.store.statuses())
            await asyncio.sleep(1000)
            assert len(road.asked) == 1, "one more attempt, with the new password"
            road.faults.clear()
            await bench.configure(*all_of(BMC))
            await asyncio.sleep(10)
            assert all(s.up and not s.locked for s in bench.store.statuses())

    run(main())


def test_a_reload_without_a_change_keeps_the_lock_for_new_targets_too() -> None:
    async def main() -> None:
        road = FakeRoad(faults=dict.fromkeys(NAMES, Reason.WRONG_PASSWORD))
        async with at_work(*all_of(BMC), road=road) as bench:
            await asyncio.sleep(100)
            road.asked.clear()
            await bench.configure(*all_of(BMC), entry("new"))
            await asyncio.sleep(1000)
            assert road.asked == []
            assert status(bench, "new").locked
            assert reason(bench, "new") is Reason.LOCKED

    run(main())


def test_a_removed_scout_hands_over() -> None:
    async def main() -> None:
        road = FakeRoad(takes=dict.fromkeys(NAMES, 1000.0))
        async with at_work(*all_of(BMC), road=road) as bench:
            await asyncio.sleep(5)
            (scout,) = road.who()
            road.takes.clear()
            await bench.configure(*(e for e in all_of(BMC) if e.target.name != scout))
            await asyncio.sleep(5)
            assert set(road.who()) == set(NAMES)

    run(main())


def test_a_v3_user_is_locked_like_a_password() -> None:
    async def main() -> None:
        user = UsmCredential("v3", "monitor", "sha256", Secret("x" * 8))
        targets = [Target(name, f"{name}.example", Protocol.SNMP, user) for name in NAMES]
        road = FakeRoad(faults=dict.fromkeys(NAMES, Reason.V3_WRONG_DIGEST))
        async with at_work(*(Entry(t) for t in targets), road=road) as bench:
            await asyncio.sleep(1000)
            assert len(road.asked) == 1
            assert bench.schedule.credentials() == {"v3": True}

    run(main())


def test_slower_tiers_of_the_scout_are_not_asked_after_its_refusal() -> None:
    async def main() -> None:
        road = FakeRoad(faults={"a": Reason.WRONG_PASSWORD})
        async with at_work(entry("a"), road=road):
            await asyncio.sleep(1000)
        assert [tier for _, _, tier in road.asked] == [Tier.FAST]

    run(main())
