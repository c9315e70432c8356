"""The one road: from a target to what it measures.

The agent takes it on its clock, `dcagent probe` once and step by step, replays without a network.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from collectors.patience import Patience
from collectors.protocol import Collector, Note, silent
from hw_profiles import interpret, match
from hw_profiles.load import Pack
from hw_profiles.schema import Profile
from model.devices import (
    ALL_TIERS,
    DeviceId,
    Identity,
    Poll,
    Protocol,
    Step,
    StepName,
    Target,
    Tier,
)
from model.raw import Plan, Raw
from model.readings import Fault, Outcome, Reason


@dataclass(slots=True)
class _Known:
    """What earlier polls of a target taught us."""

    identity: Identity | None = None
    device: DeviceId | None = None
    profile: Profile | None = None
    patience: Patience = field(default_factory=Patience)


class Road:
    """Polls targets through the collector of their protocol and the profile that fits them."""

    def __init__(
        self,
        collectors: Mapping[Protocol, Collector],
        pack: Pack,
        *,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._collectors, self._pack = collectors, pack
        self._clock, self._monotonic = clock, monotonic
        self._known: dict[str, _Known] = {}

    async def poll(
        self, target: Target, tiers: frozenset[Tier] = ALL_TIERS, note: Note = silent
    ) -> Poll:
        """Asks one target for the readings of some tiers. Never raises but for cancellation."""
        at, begun = self._clock(), self._monotonic()
        known = self._known.setdefault(target.name, _Known())
        collector = self._collectors[target.protocol]
        identity = await collector.identify(target, self._pack.probes, note)
        if isinstance(identity, Fault):
            return self._lost(target, at, begun, identity, tiers)
        if identity is not known.identity:
            self._meet(target, known, identity, note)
        if known.profile is None:
            return self._lost(target, at, begun, _no_profile(target, identity), tiers)
        return await self._ask(target, known, tiers, note, at, begun)

    def _meet(self, target: Target, known: _Known, identity: Identity, note: Note) -> None:
        """Chooses the profile of a device that we see for the first time, or that has changed."""
        device = identity.device
        note(Step(StepName.IDENTITY, _identity_line(device)))
        found = match.choose(self._pack, identity, target.profile)
        known.identity, known.device, known.patience = identity, device, Patience()
        known.profile = found.profile if found else None
        if found:
            note(Step(StepName.PROFILE, f"{found.profile.name}: {found.why}"))
        else:
            note(Step(StepName.PROFILE, "", fault=_no_profile(target, identity)))

    async def _ask(
        self,
        target: Target,
        known: _Known,
        tiers: frozenset[Tier],
        note: Note,
        at: float,
        begun: float,
    ) -> Poll:
        assert known.identity is not None
        assert known.profile is not None
        identity, profile = known.identity, known.profile
        wanted = interpret.plan(profile, identity, tiers)
        spared = known.patience.spare((*wanted.gets, *wanted.walks), begun)
        plan = _without(wanted, spared) if spared else wanted
        raw = await self._collectors[target.protocol].fetch(target, identity, plan)
        took = self._monotonic() - begun
        if isinstance(raw, Fault):
            note(Step(StepName.READINGS, raw.detail, took, raw))
            return self._lost(target, at, begun, raw, tiers)
        known.patience.learn((*plan.gets, *plan.walks), raw, begun)
        whole = Raw({**raw.values, **spared}) if spared else raw
        outcomes = interpret.outcomes(profile, identity, whole, tiers, self._pack.processors)
        known.device = interpret.device(profile, identity, whole, known.device or identity.device)
        coverage = interpret.coverage(profile, outcomes, tiers)
        if note is not silent:
            note(Step(StepName.READINGS, _readings_line(outcomes), took))
            note(Step(StepName.COVERAGE, f"{coverage.present}/{len(coverage.expected)}"))
        took = self._monotonic() - begun
        return Poll(target, at, took, outcomes, known.device, profile.name, tiers, coverage)

    def _lost(
        self, target: Target, at: float, begun: float, fault: Fault, tiers: frozenset[Tier]
    ) -> Poll:
        known = self._known[target.name]
        name = known.profile.name if known.profile else ""
        took = self._monotonic() - begun
        return Poll(target, at, took, (fault,), known.device, name, tiers)

    async def forget(self, target: Target) -> None:
        """Ends what is held for a target that is no longer wanted."""
        self._known.pop(target.name, None)
        await self._collectors[target.protocol].forget(target)

    async def close(self) -> None:
        """Ends every session."""
        for collector in self._collectors.values():
            await collector.close()


def _without(plan: Plan, spared: Mapping[str, Fault]) -> Plan:
    return replace(
        plan,
        gets=tuple(address for address in plan.gets if address not in spared),
        walks=tuple(address for address in plan.walks if address not in spared),
    )


def _identity_line(device: DeviceId) -> str:
    words = (device.vendor, device.model, device.serial and f"SN {device.serial}", device.firmware)
    return " · ".join(word for word in words if word)


def _readings_line(outcomes: tuple[Outcome, ...]) -> str:
    faults = sum(isinstance(o, Fault) for o in outcomes)
    return f"{len(outcomes) - faults} readings, {faults} faults"


def _no_profile(target: Target, identity: Identity) -> Fault:
    if target.profile:
        return Fault(
            None, Reason.NO_PROFILE, f"there is no {target.protocol} profile {target.profile!r}"
        )
    seen = identity.sys_object_id or f"manufacturer {identity.manufacturer}"
    return Fault(None, Reason.NO_PROFILE, f"no profile knows {seen}")
