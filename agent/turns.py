"""A target's place in the schedule, and the queue in which turns wait."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import zlib
from dataclasses import dataclass, field

from agent.config_targets import Entry
from model.devices import Tier


@dataclass(slots=True, eq=False)
class Turn:
    """When a target is due, tier by tier, and how it fared. Times are monotonic seconds.

    `when` is its entry in the queue; `gone` is set once the target is no longer wanted.
    """

    entry: Entry
    due: dict[Tier, float]
    when: float = 0.0
    failures: int = 0
    down_since: float | None = None
    task: asyncio.Task[None] | None = None
    gone: bool = False

    def next_tick(self, tier: Tier, now: float) -> float:
        """The tier's first tick after now; those that passed meanwhile are skipped."""
        interval = self.entry.pace.of(tier)
        phase = share(self.entry.target.name) * interval
        return phase + ((now - phase) // interval + 1) * interval


@dataclass(slots=True)
class Queue:
    """Turns by when they are due; an entry that no longer agrees with its turn is stale."""

    heap: list[tuple[float, int, Turn]] = field(default_factory=list)
    serial: itertools.count[int] = field(default_factory=itertools.count)

    def put(self, turn: Turn, when: float) -> None:
        """Queues a turn; an earlier entry of it is void."""
        turn.when = when
        heapq.heappush(self.heap, (when, next(self.serial), turn))

    def first(self) -> float | None:
        """When the first turn is due; None where there is none."""
        while self.heap:
            when, _, turn = self.heap[0]
            if not turn.gone and turn.task is None and turn.when == when:
                return when
            heapq.heappop(self.heap)
        return None

    def pop(self) -> Turn:
        """Takes out the turn that `first` spoke of."""
        return heapq.heappop(self.heap)[2]


def share(name: str) -> float:
    """A stable number from 0 to 1 of a name."""
    return zlib.crc32(name.encode()) / 2**32
