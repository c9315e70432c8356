"""Polls in, whole nodes out: what a scrape is told, and what is kept of it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path

from agent.config_targets import Entry, Pace
from agent.energy import Meter
from agent.ledger import Ledger
from agent.state import State
from agent.store import Store
from model.devices import Energy, Poll, Protocol, Target, TargetStatus, Tier
from model.readings import Fault, Reading, Reason, Source
from tests.unit.agent.fake_road import FAN, POWER

LAN = Target("a-lan", "10.0.0.17", Protocol.IPMI, node="srv-17")
HOST = Target("b-host", "", Protocol.HOST, node="srv-17")
OTHER = Target("c", "10.0.0.18", Protocol.IPMI)
FAST = frozenset({Tier.FAST})


@dataclass
class Bench:
    """A store whose clock stands until it is told to go on."""

    directory: Path
    now: float = 100.0
    store: Store = field(init=False)
    ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        def clock() -> float:
            return self.now

        entries = [Entry(target, Pace(15, 60, 300)) for target in (LAN, HOST, OTHER)]
        self.store = Store(entries, monotonic=clock)
        state = State(self.directory, boot="b1", monotonic=clock, wall=clock)
        self.ledger = Ledger(self.store, Meter(monotonic=clock, wall=clock), state)
        self.ledger.open()

    def poll(self, target: Target, watts: float, source: Source = Source.DCMI) -> None:
        reading = Reading(POWER, watts, source=source)
        self.store.put(Poll(target, self.now, 0.1, (reading,), tiers=FAST))

    def lose(self, target: Target) -> None:
        self.store.put(Poll(target, self.now, 0.1, (Fault(None, Reason.TIMEOUT),), tiers=FAST), 5)

    def status(self, target: Target) -> TargetStatus:
        found = self.ledger.status(target.name)
        assert found is not None
        return found

    def watts(self, target: Target) -> dict[str, float]:
        return {r.sensor.word: r.value for p in self.status(target).polls for r in p.readings}


def test_the_chosen_power_is_counted_and_no_other(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    for _ in range(3):
        bench.poll(HOST, 96.0, Source.RAPL)
        bench.poll(LAN, 400.0)
        bench.now += 15
    first = Energy({Source.RAPL: 0.0, Source.DCMI: 12_000.0})
    assert bench.status(LAN).energy == first
    assert bench.status(HOST).energy is None, "one target carries it"
    assert bench.status(OTHER).energy is None, "no power yet"
    assert bench.watts(LAN) == {"node.power_watts": 400.0}
    assert bench.watts(HOST) == {"node_rapl.power_watts": 96.0}


def test_another_source_goes_on_where_the_best_is_lost(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.poll(LAN, 400.0)
    bench.now += 15
    bench.lose(LAN)
    for _ in range(2):
        bench.poll(HOST, 100.0, Source.RAPL)
        bench.now += 15
    found = bench.status(LAN)
    assert found.up is False
    assert found.energy == Energy({Source.DCMI: 15 * 250.0, Source.RAPL: 1_500.0})
    assert bench.watts(HOST) == {"node.power_watts": 100.0}


def test_a_poll_of_slower_readings_counts_nothing(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.poll(OTHER, 200.0)
    bench.now += 10
    fan = Poll(OTHER, bench.now, 0.1, (Reading(FAN, 8000.0),), tiers=frozenset({Tier.NORMAL}))
    bench.store.put(fan)
    bench.now += 5
    bench.poll(OTHER, 200.0)
    assert bench.status(OTHER).energy == Energy({Source.DCMI: 3_000.0})


def test_all_targets_and_one_of_them_tell_the_same(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.poll(HOST, 96.0, Source.RAPL)
    bench.poll(LAN, 400.0)
    bench.poll(OTHER, 200.0)
    statuses = bench.ledger.statuses()
    assert [s.target.name for s in statuses] == ["a-lan", "b-host", "c"]
    assert statuses == tuple(bench.status(s.target) for s in statuses)
    assert bench.ledger.status("nobody") is None


def test_a_poll_that_took_longer_than_its_interval_may_be_as_late(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    for _ in range(2):
        reading = Reading(POWER, 200.0, source=Source.DCMI)
        bench.store.put(Poll(OTHER, bench.now, 40.0, (reading,), tiers=FAST))
        bench.now += 60
    assert bench.status(OTHER).energy == Energy({Source.DCMI: 12_000.0})


def test_counters_survive_the_end(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    for _ in range(2):
        bench.poll(OTHER, 200.0)
        bench.now += 15
    bench.ledger.close()
    after = Bench(tmp_path, now=bench.now + 600)
    found = after.status(OTHER).energy
    assert found == Energy({Source.DCMI: 3_000.0}, 615.0)
    after.ledger.close()


async def test_they_are_saved_at_once_and_then_now_and_then(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.poll(OTHER, 200.0)
    keeping = asyncio.create_task(bench.ledger.keep())
    async with asyncio.timeout(5):
        while not (tmp_path / "state.json").exists():
            await asyncio.sleep(0.01)
    keeping.cancel()
    saved = json.loads((tmp_path / "state.json").read_text())["state"]["nodes"]
    assert saved["c"]["joules"] == {"dcmi": [0.0, 2 * 60 * 200.0]}
    bench.ledger.close()


async def test_where_nothing_can_be_kept_nobody_waits(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "nowhere")
    await asyncio.wait_for(bench.ledger.keep(), 1.0)
    bench.ledger.close()


async def test_what_the_counters_have_run_on_from_unsaved_is_not_gone_on_from(
    tmp_path: Path,
) -> None:
    bench = Bench(tmp_path)
    for _ in range(2):
        bench.poll(OTHER, 200.0)
        bench.now += 15
    bench.ledger.close()
    after = Bench(tmp_path, now=bench.now)
    blocked = tmp_path / "state.json.new"
    blocked.mkdir()  # as a full disk: nothing new can be written
    keeping = asyncio.create_task(after.ledger.keep())
    async with asyncio.timeout(5):
        while (tmp_path / "state.json").exists():
            await asyncio.sleep(0.01)
    keeping.cancel()
    for _ in range(20):
        after.poll(OTHER, 200.0)
        after.now += 15
    shown = after.status(OTHER).energy
    assert shown is not None
    assert shown.joules[Source.DCMI] == 3_000.0 + 20 * 3_000.0
    after.ledger.close()
    blocked.rmdir()
    assert Bench(tmp_path, now=after.now).status(OTHER).energy is None
