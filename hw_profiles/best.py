"""Several sources for one reading: the first plausible one gives it, the others stay visible."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from hw_profiles import plausible
from hw_profiles.modifiers import Failed, sane
from hw_profiles.plausible import Circuit
from hw_profiles.schema import Command, Oid, Rule, Sum
from model.catalogue import metric
from model.devices import Tier
from model.raw import DCMI_POWER
from model.readings import Fault, Outcome, Quality, Reading, Reason, Source
from model.sensors import Quantity, Role, Sensor, sensor

NODE_POWER = (Role.NODE, Quantity.POWER)
CHASSIS_STATE = (Role.CHASSIS, Quantity.STATE)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one source of a word gave; None: it does not exist here. `wire` is what measures."""

    rule: Rule
    outcome: Outcome | None
    wire: Source = Source.SDR


def source_of(rule: Rule, wire: Source) -> Source:
    """The name of the rule's source; `wire` is what plain addresses of the protocol give."""
    if isinstance(rule.origin, Command):
        return Source.DCMI if rule.origin.address == DCMI_POWER else Source.COMMAND
    if isinstance(rule.origin, Sum) and rule.origin.word.startswith(Role.PSU_INPUT.value):
        return Source.PSU_SUM
    return wire


_OWN_ROLES = {Source.ACPI_METER: Role.NODE_METER, Source.RAPL: Role.NODE_RAPL}
"""Where a server's power goes that the machine itself measures and that was not chosen."""


def choose(
    attempts: Sequence[Attempt], running: bool, known: Circuit | None = None
) -> list[Outcome]:
    """The best reading and what else is worth telling.

    For a server's power each other source appears under a role of its own, and 0 W from a server
    that is not known to be off (`running`) is no reading. Nor is a total that what is `known` of
    the device's power contradicts, unless the server is off.
    """
    power = bool(attempts) and (attempts[0].rule.role, attempts[0].rule.quantity) == NODE_POWER
    tried = [a for a in attempts if a.outcome is not None]
    if known is not None and (running or not power):
        tried = [replace(a, outcome=plausible.doubt(a.outcome, known)) for a in tried]
    if power and running:
        tried = [replace(a, outcome=_running(a.outcome)) for a in tried]
    best = next((a for a in tried if isinstance(a.outcome, Reading)), None)
    if not power:
        first = best or next(iter(tried), None)
        return [first.outcome] if first and first.outcome else []
    others = _each_once(_aside(a) for a in tried if a is not best and not _lacking(a))
    if best is not None and best.outcome is not None:
        return [best.outcome, *others]
    return [*_none_left(tried), *others]


def _each_once(others: Iterable[Outcome]) -> list[Outcome]:
    """Of several sources of a kind the first that gave a reading, else the first."""
    found: dict[Role, Outcome] = {}
    for other in others:
        assert other.sensor is not None
        role = other.sensor.role
        if role not in found or (isinstance(found[role], Fault) and isinstance(other, Reading)):
            found[role] = other
    return list(found.values())


def _running(outcome: Outcome | None) -> Outcome | None:
    if not isinstance(outcome, Reading) or outcome.value > 0:
        return outcome
    detail = "0 W from a server that is on"
    return Fault(outcome.sensor, Reason.IMPLAUSIBLE, detail, outcome.raw, outcome.rule)


def _aside(attempt: Attempt) -> Outcome:
    """The outcome under the role of its own source."""
    outcome, origin = attempt.outcome, attempt.rule.origin
    assert outcome is not None
    role = _OWN_ROLES.get(attempt.wire, Role.NODE_SDR)
    if isinstance(origin, Command):
        role = Role.NODE_DCMI
    elif isinstance(origin, Sum):
        role = _OWN_ROLES.get(attempt.wire, Role.NODE_PSU_SUM)
    old = outcome.sensor or Sensor(role, attempt.rule.quantity)
    sensor = Sensor(role, old.quantity, old.component, old.labels, old.limits)
    return replace(outcome, sensor=sensor)


def _lacking(attempt: Attempt) -> bool:
    """Whether this is one of the objects at which a device may have a value, and it has none."""
    outcome = attempt.outcome
    gone = isinstance(outcome, Fault) and outcome.reason is Reason.UNSUPPORTED
    return gone and isinstance(attempt.rule.origin, Oid)


def _none_left(tried: Sequence[Attempt]) -> list[Outcome]:
    """The fault of the reading itself, where every source failed: why each of them did."""
    faults = [(a, a.outcome) for a in tried if isinstance(a.outcome, Fault)]
    if not faults:
        return []
    told = (f"{_kind(a)}: {fault.detail or fault.reason}" for a, fault in faults)
    return [replace(faults[0][1], detail="; ".join(told))]


def _kind(attempt: Attempt) -> str:
    origin = attempt.rule.origin
    if isinstance(origin, Command):
        return "DCMI"
    if isinstance(origin, Sum):
        return str(origin)
    return "power meter" if attempt.wire is Source.ACPI_METER else "total"


def total(rule: Rule, parts: Iterable[Outcome], wire: Source) -> Outcome | None:
    """The sum of a word's readings; None where there is none, a Fault where one of them failed."""
    whose = sensor(rule.role, rule.quantity, rule.component, (), rule.limits)
    values: list[float] = []
    quality = Quality.DERIVED
    for part in parts:
        if isinstance(part, Fault):
            which = part.sensor.component if part.sensor else ""
            detail = f"{which or 'a part'} has no reading ({part.reason})"
            return Fault(whose, part.reason, detail, rule=rule.told)
        values.append(part.value)
        if part.quality is Quality.ESTIMATED:
            quality = Quality.ESTIMATED
    if not values:
        return None
    value = sane(rule, round(sum(values) * rule.scale, 6))
    if isinstance(value, Failed):
        return Fault(whose, value.reason, value.detail, rule=rule.told)
    source = source_of(rule, wire)
    return Reading(whose, value, quality, source, rule=rule.told)


def tier_of(sensor: Sensor) -> Tier:
    """The tier of a sensor's word."""
    return metric(sensor.role, sensor.quantity).tier


def wanted(rule: Rule, tiers: frozenset[Tier]) -> bool:
    """Whether a rule's word belongs to one of these tiers."""
    return metric(rule.role, rule.quantity).tier in tiers


def is_running(outcomes: Iterable[Outcome]) -> bool:
    """False only where the chassis says that it is off."""
    for outcome in outcomes:
        sensor = outcome.sensor
        if sensor and (sensor.role, sensor.quantity) == CHASSIS_STATE:
            return not (isinstance(outcome, Reading) and outcome.value == 0)
    return True


_MOST_TOLD = 512
_told: dict[tuple[frozenset[Tier], tuple[int, ...]], tuple[Sensor | None, ...]] = {}


def told(found: Sequence[Outcome], tiers: frozenset[Tier]) -> tuple[Outcome, ...]:
    """The outcomes that belong to these tiers, made distinct.

    Where all of the same sensors did before, nothing is looked at again: sensors are remembered
    by identity, and kept alive by what remembers them.
    """
    sensors = tuple([outcome.sensor for outcome in found])
    key = tiers, tuple(map(id, sensors))
    if key in _told:
        return tuple(found)
    kept = distinct(o for o in found if o.sensor is None or tier_of(o.sensor) in tiers)
    if len(kept) == len(found) and all(a is b for a, b in zip(kept, found, strict=True)):
        if len(_told) >= _MOST_TOLD:
            _told.clear()
        _told[key] = sensors
    return kept


def distinct(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """The same outcomes, where two sensors of one name get an index: "7", "7#2"."""
    seen: dict[tuple[object, ...], int] = {}
    found: list[Outcome] = []
    for outcome in outcomes:
        sensor = outcome.sensor
        if sensor is not None:
            key = (sensor.role, sensor.quantity, sensor.component, sensor.labels)
            times = seen[key] = seen.get(key, 0) + 1
            if times > 1:
                component = f"{sensor.component}#{times}"
                found.append(replace(outcome, sensor=replace(sensor, component=component)))
                continue
        found.append(outcome)
    return tuple(found)
