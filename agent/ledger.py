"""The nodes of a store as wholes: their readings resolved, their energy counted and kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from agent import nodes
from agent.energy import SAVING, Meter
from agent.state import State
from agent.store import Store
from model.devices import Poll, TargetStatus, Tier


class Ledger:
    """Hears every poll of a store; tells its targets, each with what is its to tell.

    `open`, `heard`, `keep` and `close` belong to the thread that polls, the others to any.
    """

    def __init__(self, store: Store, meter: Meter, state: State) -> None:
        self._store, self._meter, self._state = store, meter, state
        store.heard = self.heard

    def open(self) -> None:
        """Goes on with the counters of the agent before us."""
        self._meter.resume(self._state.load())

    def heard(self, poll: Poll) -> None:
        """Counts the power that a poll has read, where its node has no better reading of it."""
        if Tier.FAST not in poll.tiers:
            return
        node = nodes.node_of(poll.target)
        group = self._store.of_node(node)
        best = nodes.power(group)
        if best is None or not any(outcome is best[1] for outcome in poll.outcomes):
            return
        interval = next(s.interval for s in group if s.target.name == poll.target.name)
        reading = best[1]
        self._meter.observe(node, reading.value, reading.source, max(interval, poll.took))

    def statuses(self) -> tuple[TargetStatus, ...]:
        """Every target as it stands now, ordered by name."""
        return tuple(map(self._with_energy, nodes.resolve(self._store.statuses())))

    def status(self, name: str) -> TargetStatus | None:
        """One target as it stands now; None where no target has that name."""
        alone = self._store.status(name)
        if alone is None:
            return None
        group = nodes.resolve(self._store.of_node(nodes.node_of(alone.target)))
        found = next((status for status in group if status.target.name == name), alone)
        return self._with_energy(found)

    def _with_energy(self, status: TargetStatus) -> TargetStatus:
        """A target that carries its node's energy, with that; always the same one of a node."""
        if not self._store.carries(status.target):
            return status
        energy = self._meter.energy(nodes.node_of(status.target))
        return status if energy is None else replace(status, energy=energy)

    async def keep(self) -> None:
        """Saves the counters now and then; runs for ever, or returns where nothing can be kept."""
        while self._state.kept:
            accounts = self._meter.saved(reserve=True)
            if accounts and not await asyncio.to_thread(self._state.save, accounts):
                self._meter.unsaved()
                await asyncio.to_thread(self._state.disown)
            await asyncio.sleep(SAVING)

    def close(self) -> None:
        """Saves the counters as they are."""
        accounts = self._meter.saved(reserve=False)
        if accounts:
            self._state.save(accounts)
        self._state.close()
