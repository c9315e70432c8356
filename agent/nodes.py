"""A server as a whole: several targets may speak of it, and nothing is told twice.

A BMC can be asked over LAN, by SNMP and in-band, and the server itself beside them. Of the
readings that two targets of one node share, those that a node has but once, and those that add up
(watts, joules, amperes, FLOPS), are told by one target alone: `sum()` counts each once. The rest
keeps the label `target` (decision 0007). Pure; nothing is ever added across targets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from model.catalogue import COMPONENT_LABEL, METRICS, SERVER_ROLES
from model.devices import Poll, Target, TargetStatus
from model.readings import Outcome, Quality, Reading, Source
from model.sensors import Quantity, Role, Sensor

Word = tuple[Role, Quantity]
"""A word of the catalogue; told once, it has one target."""

POWER: Word = (Role.NODE, Quantity.POWER)

_BEST_FIRST = (
    *(Source.DCMI, Source.SDR, Source.OEM, Source.SNMP, Source.PSU_SUM),
    *(Source.ACPI_METER, Source.RAPL),
)
_RANK = {source: rank for rank, source in enumerate(_BEST_FIRST)}
_LAST = len(_BEST_FIRST)
_QUALITIES = tuple(Quality)

_ASIDE = {
    Source.DCMI: Role.NODE_DCMI,
    Source.SDR: Role.NODE_SDR,
    Source.SNMP: Role.NODE_SNMP,
    Source.PSU_SUM: Role.NODE_PSU_SUM,
    Source.ACPI_METER: Role.NODE_METER,
    Source.RAPL: Role.NODE_RAPL,
}
"""The role of a server's power that was not chosen; a source without one is a total sensor's."""

_ADDS_UP = frozenset(
    {Quantity.POWER, Quantity.APPARENT_POWER, Quantity.ENERGY, Quantity.CURRENT, Quantity.PEAK}
)
_ONCE = frozenset(
    (role, quantity)
    for role, quantity in METRICS
    if role in SERVER_ROLES
    and (quantity in _ADDS_UP or role not in COMPONENT_LABEL or role is Role.AIR_INLET)
)
"""Words that one target of a node tells."""

_Rank = tuple[int, int, int]
"""How good a reading is, the best first: quality, source, in-band before any other way."""


def node_of(target: Target) -> str:
    """The node that a target speaks of."""
    return target.node or target.name


def resolve(statuses: Sequence[TargetStatus]) -> tuple[TargetStatus, ...]:
    """The same targets in the same order; where several speak of one node, each word told once."""
    groups: dict[str, list[int]] = {}
    for index, status in enumerate(statuses):
        groups.setdefault(node_of(status.target), []).append(index)
    if len(groups) == len(statuses):
        return tuple(statuses)
    found = list(statuses)
    for indexes in groups.values():
        if len(indexes) > 1:
            together = _together([statuses[index] for index in indexes])
            for index, status in zip(indexes, together, strict=True):
                found[index] = status
    return tuple(found)


def power(statuses: Sequence[TargetStatus]) -> tuple[Target, Reading] | None:
    """The best reading of a node's power, and the target that gave it; all are of one node."""
    offers = [
        (status.target, outcome)
        for status in statuses
        if status.up
        for poll in status.polls
        for outcome in poll.outcomes
        if (sensor := outcome.sensor) is not None
        and (sensor.role, sensor.quantity) == POWER
        and isinstance(outcome, Reading)
    ]
    return min(offers, key=lambda offer: _rank(offer[1], offer[0]), default=None)


def _together(group: Sequence[TargetStatus]) -> list[TargetStatus]:
    """The targets of one node, each with what is its to tell."""
    set_aside = _with_one_power(group)
    tellers = _tellers(set_aside)
    return [_left(status, tellers, index) for index, status in enumerate(set_aside)]


def _with_one_power(group: Sequence[TargetStatus]) -> list[TargetStatus]:
    """The same, where all but the best reading of the node's power stand under other roles."""
    best = power(group)
    if best is None:
        return list(group)
    return [_with_power(status, best[1] if status.target is best[0] else None) for status in group]


def _with_power(status: TargetStatus, chosen: Reading | None) -> TargetStatus:
    """A target that tells the node's power by this reading, or not at all."""
    if not status.up:
        return status
    return replace(status, polls=tuple(_demoted(poll, chosen) for poll in status.polls))


def _demoted(poll: Poll, chosen: Reading | None) -> Poll:
    others = [
        index
        for index, outcome in enumerate(poll.outcomes)
        if outcome is not chosen
        and (sensor := outcome.sensor) is not None
        and sensor.quantity is Quantity.POWER
        and sensor.role is Role.NODE
        and isinstance(outcome, Reading)
    ]
    if not others:
        return poll
    outcomes = list(poll.outcomes)
    for index in others:
        outcomes[index] = _aside(outcomes[index])
    return replace(poll, outcomes=tuple(outcomes))


def _aside(outcome: Outcome) -> Outcome:
    assert isinstance(outcome, Reading)
    old, role = outcome.sensor, _ASIDE.get(outcome.source, Role.NODE_SDR)
    sensor = Sensor(role, old.quantity, old.component, old.labels, old.limits)
    return replace(outcome, sensor=sensor)


def _tellers(group: Sequence[TargetStatus]) -> dict[Word, int]:
    """Who tells each word that is told once: the target with the best reading, the first of equals.

    A word stays with its target as a whole: half of the PSUs from one and half from another would
    be a sum of two moments.
    """
    best: dict[Word, tuple[_Rank, int]] = {}
    for index, status in enumerate(group):
        if not status.up:
            continue
        seen: dict[Word, _Rank] = {}
        for poll in status.polls:
            for outcome in poll.outcomes:
                sensor = outcome.sensor
                if sensor is None or not isinstance(outcome, Reading):
                    continue
                word = (sensor.role, sensor.quantity)
                if word in _ONCE and word not in seen:
                    seen[word] = _rank(outcome, status.target)
        for word, rank in seen.items():
            if word not in best or rank < best[word][0]:
                best[word] = (rank, index)
    return {word: index for word, (_, index) in best.items()}


def _left(status: TargetStatus, tellers: dict[Word, int], index: int) -> TargetStatus:
    """A target without the readings that another one tells. Faults stay: they were met here."""
    if not status.up:
        return status
    others = frozenset(word for word, teller in tellers.items() if teller != index)
    return replace(status, polls=tuple(_without(poll, others) for poll in status.polls))


def _without(poll: Poll, words: frozenset[Word]) -> Poll:
    kept = tuple(
        outcome
        for outcome in poll.outcomes
        if (sensor := outcome.sensor) is None
        or (sensor.role, sensor.quantity) not in words
        or not isinstance(outcome, Reading)
    )
    return poll if len(kept) == len(poll.outcomes) else replace(poll, outcomes=kept)


def _rank(reading: Reading, target: Target) -> _Rank:
    quality = _QUALITIES.index(reading.quality)
    if (reading.sensor.role, reading.sensor.quantity) == POWER:
        quality = 0  # there the source decides: the sum of two PSUs beats a meter's estimate
    inband = target.address.startswith("/")
    return quality, _RANK.get(reading.source, _LAST), 0 if inband else 1
