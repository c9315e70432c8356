"""When each target is asked: on its own clock, gently, and never twice at once."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from agent.config_targets import Entry
from agent.diagnosis import code_of, diagnose
from agent.gates import Gates
from agent.store import Store
from agent.turns import Queue, Turn, share
from model.credentials import Credential
from model.devices import Poll, Target, Tier
from model.readings import Fault, Reason

log = logging.getLogger("dcagent.schedule")

STAGGER = 0.02
"""Seconds between first polls, so that a start is no herd."""


class Road(Protocol):
    """What the schedule needs of `collectors.poll.Road`."""

    async def poll(self, target: Target, tiers: frozenset[Tier]) -> Poll:
        """Asks one target for some tiers."""
        ...

    async def forget(self, target: Target) -> None:
        """Ends what is held for a target."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """Polls at once; the longest pause of a dead target and the longest poll, in seconds."""

    concurrency: int = 64
    backoff: float = 300.0
    deadline: float = 180.0


class Schedule:
    """Polls the targets of a store through a road until it is closed.

    `random` gives numbers from 0 to 1. All methods belong to the event loop's thread but
    for `flying` and `credentials`, which any may ask.
    """

    def __init__(
        self,
        road: Road,
        store: Store,
        limits: Limits,
        *,
        now: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        random: Callable[[], float] = random.random,
    ) -> None:
        self.road, self._store, self._limits = road, store, limits
        self._now, self._wall, self._random = now, wall, random
        self._turns: dict[str, Turn] = {}
        self._gates: Gates[Turn] = Gates()
        self._queue = Queue()
        self._running = 0
        self._wake = asyncio.Event()

    # -- what is configured ---------------------------------------------------------------

    async def configure(
        self, entries: Iterable[Entry], credentials: Mapping[str, Credential], limits: Limits
    ) -> None:
        """Takes a new set of targets, once those that are gone or changed have been let go.

        Who is unchanged keeps session and history, and is asked at once where dead.
        """
        wanted = {entry.target.name: entry for entry in entries}
        kept = {
            name: turn
            for name, turn in self._turns.items()
            if name in wanted and wanted[name].target == turn.entry.target
        }
        await self._let_go([turn for name, turn in self._turns.items() if name not in kept])
        self._limits = limits
        self._gates.configure(credentials)
        self._store.configure(wanted.values())
        now, fresh = self._now(), len(wanted) - len(kept)
        self._turns = {
            name: self._kept(kept[name], entry, now)
            if name in kept
            else self._new(entry, now, fresh)
            for name, entry in wanted.items()
        }
        self._wake.set()

    async def _let_go(self, turns: list[Turn]) -> None:
        tasks = [turn.task for turn in turns if turn.task is not None]
        for turn in turns:
            turn.gone = True
            self._gates.drop(turn)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        endings = (self.road.forget(turn.entry.target) for turn in turns)
        for turn, came in zip(
            turns, await asyncio.gather(*endings, return_exceptions=True), strict=True
        ):
            if isinstance(came, Exception):
                log.error("%s: a bug of dcagent", turn.entry.target.name, exc_info=came)

    def _new(self, entry: Entry, now: float, count: int) -> Turn:
        start = now + share(entry.target.name) * min(entry.pace.fast, STAGGER * count)
        turn = Turn(entry, dict.fromkeys(Tier, start))
        self._enqueue(turn, start)
        return turn

    def _kept(self, turn: Turn, entry: Entry, now: float) -> Turn:
        turn.entry = entry
        for tier in Tier:
            turn.due[tier] = min(turn.due[tier], now + entry.pace.of(tier))
        if turn.failures:
            turn.due = dict.fromkeys(Tier, now)
        if turn.task is None:
            self._enqueue(turn, min(turn.due.values()))
        return turn

    def _enqueue(self, turn: Turn, when: float) -> None:
        """Queues a turn, or says of it that it is locked."""
        target = turn.entry.target
        if reason := self._gates.refused(target.credential):
            assert target.credential is not None
            detail = f'credential "{target.credential.name}" was refused: {reason}'
            self._store.lock(target.name, self._wall(), Fault(None, Reason.LOCKED, detail))
            return
        self._store.unlock(target.name)
        self._queue.put(turn, when)
        self._wake.set()

    # -- asking ---------------------------------------------------------------------------

    async def run(self) -> None:
        """Polls for ever; ends by cancellation, and then no poll is left under way."""
        try:
            while True:
                self._wake.clear()
                await self._pause(self._start_due())
        finally:
            tasks = [turn.task for turn in self._turns.values() if turn.task is not None]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _pause(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            pass

    def _start_due(self) -> float | None:
        """Starts what is due; returns how long nothing else will be (None: until woken)."""
        while self._running < self._limits.concurrency:
            first = self._queue.first()
            if first is None:
                return None
            if (wait := first - self._now()) > 0:
                return wait
            turn = self._queue.pop()
            if self._gates.enter(turn.entry.target.credential, turn):
                self._running += 1
                turn.task = asyncio.create_task(self._visit(turn))
        return None

    def flying(self, name: str) -> bool:
        """True while a target is being asked."""
        turn = self._turns.get(name)
        return turn is not None and turn.task is not None

    async def _visit(self, turn: Turn) -> None:
        """Asks one target for all that is due, the fastest tier first."""
        credential = turn.entry.target.credential
        try:
            for tier in Tier:
                if turn.due[tier] > self._now():
                    continue
                poll = await self._ask(turn.entry.target, tier)
                self._conclude(turn, tier, poll)
                if not poll.reached or self._gates.refused(credential):
                    break
        except Exception:
            # a bug in what we make of polls: this target waits, or it would be asked in a loop
            log.exception("%s: a bug of dcagent", turn.entry.target.name)
            turn.due = dict.fromkeys(Tier, self._now() + self._limits.backoff)
        finally:
            turn.task = None
            self._running -= 1
            for other in self._gates.leave(credential, turn):
                self._enqueue(other, self._now())
            if not turn.gone:
                self._enqueue(turn, min(turn.due.values()))
            self._wake.set()  # there is room for one more

    async def _ask(self, target: Target, tier: Tier) -> Poll:
        """One poll; a bug of ours is logged and costs this target alone."""
        begun, at = self._now(), self._wall()
        tiers = frozenset({tier})
        try:
            async with asyncio.timeout(self._limits.deadline):
                return await self.road.poll(target, tiers)
        except TimeoutError:
            fault = Fault(None, Reason.TIMEOUT, f"no end after {self._limits.deadline:g} s")
        except Exception as error:
            # the one handler of bugs: the other targets live on
            log.exception("%s: a bug of dcagent", target.name)
            fault = Fault(None, Reason.INTERNAL, type(error).__name__)
        return Poll(target, at, self._now() - begun, (fault,), tiers=tiers)

    # -- what came of it ------------------------------------------------------------------

    def _conclude(self, turn: Turn, tier: Tier, poll: Poll) -> None:
        if turn.gone:
            return
        self._gate(turn, poll)  # first of all: whatever fails below, no account is locked
        now = self._now()
        if poll.reached:
            self._answered(turn, poll, now)
            turn.due[tier] = turn.next_tick(tier, now)
        else:
            self._failed(turn, poll, now)

    def _failed(self, turn: Turn, poll: Poll, now: float) -> None:
        turn.failures += 1
        pause = self._pause_after(turn.failures, turn.entry.pace.fast)
        turn.due = dict.fromkeys(Tier, now + pause)
        self._store.put(poll, pause)
        if turn.down_since is None:
            turn.down_since = now
            where = poll.target.address or "this machine"
            log.warning("%s (%s) is down: %s", poll.target.name, where, _why(poll))

    def _answered(self, turn: Turn, poll: Poll, now: float) -> None:
        self._store.put(poll)
        if not poll.outcomes:  # a tier without readings: the device may not even have been asked
            return
        turn.failures = 0
        if turn.down_since is not None:
            log.warning("%s is back after %.0f s", poll.target.name, now - turn.down_since)
            turn.down_since = None

    def _pause_after(self, failures: int, interval: float) -> float:
        """Doubles from one interval up to the bound; spread by a quarter to either side."""
        pause = interval * 2.0 ** min(failures - 1, 20)
        longest = max(self._limits.backoff, interval)
        return min(min(pause, longest) * (0.75 + 0.5 * self._random()), longest)

    def _gate(self, turn: Turn, poll: Poll) -> None:
        """Lets others pass once the credential has worked, or stops them once it is refused."""
        credential = turn.entry.target.credential
        known = self._gates.refused(credential)
        for other in self._gates.learn(credential, poll):
            self._enqueue(other, self._now())
        if credential is None or known or not (reason := self._gates.refused(credential)):
            return
        users = [t for t in self._turns.values() if t.entry.target.credential == credential]
        log.error(
            'credential "%s" was refused (%s): %d targets stop until the configuration changes  %s',
            *(credential.name, reason, len(users)),
            code_of(Reason.LOCKED, poll.target.protocol).code,
        )
        for other in users:
            if other is not turn and other.task is None:
                other.when = -1.0  # what the queue holds of it is stale
                self._enqueue(other, 0.0)

    def credentials(self) -> dict[str, bool]:
        """Each credential's name: True while it is refused."""
        return self._gates.locked()


def _why(poll: Poll) -> str:
    """What the poll failed of, and the code under which `dcagent explain` tells more."""
    fault = poll.faults[0]
    code = diagnose(fault, poll.target.protocol, poll.target.profile, poll.target.address).code
    said = f"{fault.reason.value}: {fault.detail}" if fault.detail else fault.reason.value
    return f"{said}  {code}"
