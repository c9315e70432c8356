"""The latest polls of every target: written by the polling loop, read by any thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from agent.config_targets import Entry, Pace
from agent.gates import refusal
from agent.nodes import node_of
from model.catalogue import metric_of
from model.devices import Poll, Target, TargetStatus, Tier
from model.readings import Fault, Outcome

LIFE = 3
"""Intervals of its tier after which a value is withdrawn; a poll that takes longer than the
interval stretches it, or a slow device's values would come and go."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A poll and when it was begun (monotonic seconds)."""

    poll: Poll
    since: float


@dataclass(frozen=True, slots=True)
class _Row:
    entry: Entry
    kept: tuple[_Kept, ...] = ()
    last: Poll | None = None
    backoff: float = 0.0
    locked: bool = False


class Store:
    """What is known of every configured target.

    Each change replaces the dictionary and never mutates one that a reader may hold, so readers
    need no lock; there is one writer. `heard` is called with each poll that reached its target,
    once it is kept, by the writer.
    """

    def __init__(
        self, entries: Iterable[Entry], *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._monotonic = monotonic
        self._rows: dict[str, _Row] = {}
        self._nodes: dict[str, tuple[str, ...]] = {}
        self._changed = threading.Condition()
        self.heard: Callable[[Poll], None] = _nobody
        self.configure(entries)

    def configure(self, entries: Iterable[Entry]) -> None:
        """Takes these targets for the configured ones, in order of name; the rest is forgotten."""
        rows: dict[str, _Row] = {}
        for entry in sorted(entries, key=lambda e: e.target.name):
            name = entry.target.name
            old = self._rows.get(name)
            same = old is not None and old.entry.target == entry.target
            rows[name] = replace(old, entry=entry) if old and same else _Row(entry)
        nodes: dict[str, tuple[str, ...]] = {}
        for name, row in rows.items():
            node = node_of(row.entry.target)
            nodes[node] = (*nodes.get(node, ()), name)
        self._rows, self._nodes = rows, nodes

    def put(self, poll: Poll, backoff: float = 0.0) -> None:
        """Keeps a poll; a target that is no longer configured is ignored.

        A poll that reached nothing is the `last`, but takes no value away: those age. One that had
        nothing to ask for proves nothing, and is the `last` only where it is the first.
        """
        name = poll.target.name
        row = self._rows.get(name)
        if row is None:
            return
        kept = row.kept
        if poll.reached:
            kept = _merged(kept, _Kept(poll, self._monotonic() - poll.took))
        if poll.outcomes or row.last is None:
            row = replace(row, last=poll, backoff=backoff)
        self._replace(name, replace(row, kept=kept))
        if poll.reached:
            self.heard(poll)

    def lock(self, name: str, at: float, fault: Fault) -> None:
        """Marks a target as stopped by its credential; `at`: now, in Unix seconds.

        The fault takes the place of its latest outcomes, unless those are the refusal itself.
        """
        row = self._rows.get(name)
        if row is None or row.locked:
            return
        last = row.last or Poll(row.entry.target, at, 0.0, tiers=frozenset())
        if refusal(last) is None:
            last = replace(last, outcomes=(fault,))
        self._replace(name, replace(row, last=last, locked=True, backoff=0.0))

    def unlock(self, name: str) -> None:
        """Takes the mark away."""
        row = self._rows.get(name)
        if row is not None and row.locked:
            self._replace(name, replace(row, locked=False))

    def _replace(self, name: str, row: _Row) -> None:
        self._rows = {**self._rows, name: row}
        with self._changed:
            self._changed.notify_all()

    def statuses(self) -> tuple[TargetStatus, ...]:
        """Every target as it stands now, ordered by name."""
        now = self._monotonic()
        return tuple(_status(row, now) for row in self._rows.values())

    def status(self, name: str) -> TargetStatus | None:
        """One target as it stands now; None where no target has that name."""
        row = self._rows.get(name)
        return None if row is None else _status(row, self._monotonic())

    def of_node(self, node: str) -> tuple[TargetStatus, ...]:
        """The targets of one node as they stand now, ordered by name."""
        now = self._monotonic()
        rows = (self._rows.get(name) for name in self._nodes.get(node, ()))
        return tuple(_status(row, now) for row in rows if row is not None)

    def carries(self, target: Target) -> bool:
        """True of the one target that tells what we make of its node: the first by name."""
        return self._nodes.get(node_of(target), ())[:1] == (target.name,)

    def await_poll(self, name: str, after: Poll | None, timeout: float) -> None:
        """Blocks the calling thread until a target's latest poll is another than `after`."""

        def another() -> bool:
            row = self._rows.get(name)
            return row is None or row.last is not after

        with self._changed:
            self._changed.wait_for(another, timeout)

    def asked(self) -> bool:
        """True once something has come of every target."""
        return all(row.last is not None for row in self._rows.values())


def _nobody(_poll: Poll) -> None:
    """For a store that nobody listens to."""


def _status(row: _Row, now: float) -> TargetStatus:
    pace = row.entry.pace
    fresh = (_fresh(kept, pace, now) for kept in row.kept)
    polls = tuple(poll for poll in fresh if poll is not None)
    target = row.entry.target
    return TargetStatus(target, polls, row.last, pace.fast, row.backoff, row.locked)


def _fresh(kept: _Kept, pace: Pace, now: float) -> Poll | None:
    """What is left of a poll once each tier that is older than three intervals is withdrawn."""
    poll, age = kept.poll, now - kept.since
    alive = (t for t in poll.tiers if age <= LIFE * max(pace.of(t), poll.took))
    return _narrow(poll, frozenset(alive))


def _merged(old: tuple[_Kept, ...], new: _Kept) -> tuple[_Kept, ...]:
    """The new poll, and of older ones what it did not ask for."""
    left = ((kept, _narrow(kept.poll, kept.poll.tiers - new.poll.tiers)) for kept in old)
    return (*(replace(kept, poll=poll) for kept, poll in left if poll is not None), new)


def _narrow(poll: Poll, tiers: frozenset[Tier]) -> Poll | None:
    """The same poll with the outcomes of some of its tiers; None where none are left."""
    if tiers == poll.tiers:
        return poll
    if not tiers:
        return None
    outcomes = tuple(outcome for outcome in poll.outcomes if _tier(outcome) in tiers)
    return replace(poll, outcomes=outcomes, tiers=tiers)


def _tier(outcome: Outcome) -> Tier:
    """The tier that an outcome belongs to; a table's fault goes with the fastest."""
    return Tier.FAST if outcome.sensor is None else metric_of(outcome.sensor).tier
