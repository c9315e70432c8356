"""SNMP: which objects a profile asks for, and the outcomes of its scalars."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from hw_profiles import best, cells, modifiers, plausible
from hw_profiles.best import Attempt, wanted
from hw_profiles.modifiers import Look
from hw_profiles.row_names import clean
from hw_profiles.rows import Values, layout
from hw_profiles.schema import Condition, Oid, Profile, Rule, Sum, Table
from hw_profiles.tables import Reader
from model.devices import DeviceId, Tier
from model.raw import Plan, Raw
from model.readings import Fault, Outcome, Reading, Reason, Source
from model.sensors import Role, Sensor, sensor

_Grouped = tuple[Table, tuple[tuple[Rule, ...], ...]]
"""A table and its rules, alternatives together."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The rules of a profile that matter for some tiers: scalars, sums, and each table's.

    `fallbacks` read the tables' lines that count only where `readers` find nothing.
    """

    scalars: tuple[tuple[Rule, ...], ...]
    tables: tuple[_Grouped, ...]
    readers: tuple[Reader, ...]
    fallbacks: tuple[Reader, ...]


@lru_cache(maxsize=512)
def select(profile: Profile, tiers: frozenset[Tier]) -> Selection:
    """Rules grouped by what they stand for: several of one group are alternatives, best first.

    Words that only feed a sum are part of it, whatever their own tier.
    """
    summed = frozenset(
        rule.origin.word
        for rule in profile.rules
        if isinstance(rule.origin, Sum) and wanted(rule, tiers)
    )

    def needed(rules: tuple[Rule, ...]) -> tuple[tuple[Rule, ...], ...]:
        return _groups(r for r in rules if wanted(r, tiers) or r.word in summed)

    found = ((table, needed(table.rules)) for table in profile.tables)
    kept = tuple((table, groups) for table, groups in found if groups)
    first, late = (_readers(kept, fallback) for fallback in (False, True))
    return Selection(needed(profile.rules), kept, first, late)


def _readers(tables: Iterable[_Grouped], fallback: bool) -> tuple[Reader, ...]:
    """Readers of the tables' fallback groups, or of all others."""
    parted = (
        (table, [g for g in groups if any(rule.fallback for rule in g) is fallback])
        for table, groups in tables
    )
    return tuple(Reader(table, groups) for table, groups in parted if groups)


def _groups(rules: Iterable[Rule]) -> tuple[tuple[Rule, ...], ...]:
    groups: dict[tuple[str, str], list[Rule]] = {}
    for rule in rules:
        groups.setdefault((rule.word, rule.component), []).append(rule)
    return tuple(map(tuple, groups.values()))


@lru_cache(maxsize=512)
def plan(profile: Profile, tiers: frozenset[Tier]) -> Plan:
    """Objects and columns that can give a word of these tiers, and what these need beside them.

    Who the device is, is asked with the slow tier, or alone where no tier is wanted.
    """
    selection = select(profile, tiers)
    gets: dict[str, None] = {}
    walks: dict[str, None] = {}
    for group in selection.scalars:
        for rule in group:
            gets.update(dict.fromkeys(_objects(rule)))
    for table, groups in selection.tables:
        for oid in (oid for group in groups for rule in group for oid in _objects(rule)):
            (gets if oid.endswith(".0") else walks)[oid] = None
        walks.update(dict.fromkeys(label.oid for label in table.labels))
        if table.rows:
            gets[table.rows] = None
    if Tier.SLOW in tiers or not tiers:
        gets.update(dict.fromkeys(profile.device.values()))
    return Plan(
        *(tuple(gets), tuple(walks), profile.max_repetitions, profile.outstanding),
        any_address=profile.any_address,
    )


def _objects(rule: Rule) -> list[str]:
    """Every object that a rule looks at."""
    found = [rule.origin.oid] if isinstance(rule.origin, Oid) else []
    if isinstance(rule.digits, str):
        found.append(rule.digits)
    if rule.factor:
        found.append(rule.factor)
    if rule.against is not None:
        found += rule.against.oids
    if isinstance(rule.fahrenheit, Condition):
        found.append(rule.fahrenheit.oid)
    return [*found, *(c.oid for c in rule.when), *(oid for _, oid in rule.limit_oids)]


def outcomes(profile: Profile, raw: Raw, tiers: frozenset[Tier]) -> tuple[Outcome, ...]:
    """What an agent's answers mean."""
    selection = select(profile, tiers)
    values = raw.values
    found: list[Outcome] = []
    last: list[tuple[Rule, ...]] = []
    for group in selection.scalars:
        if _waits(group):
            last.append(group)
        else:
            found += best.choose([_attempt(rule, values, profile) for rule in group], False)
    found += _tabled(selection, values, profile)
    judged, known = plausible.checked(found)
    found = list(judged)
    for group in last:
        found = _settled(found, _with_sum(group, values, found, profile, known))
    return best.told(found, tiers)


def _tabled(selection: Selection, values: Values, profile: Profile) -> list[Outcome]:
    """The outcomes of all tables: those of fallbacks where nothing else has a reading."""
    places = layout(tuple(values))

    def read(readers: Iterable[Reader]) -> list[Outcome]:
        return [o for r in readers for o in r.outcomes(values, places, profile.expects)]

    found = read(selection.readers)
    late = read(selection.fallbacks)
    if not late:
        return found
    known = {_place(o) for o in found if isinstance(o, Reading)}
    late = [o for o in late if _place(o) not in known]
    given = {_place(o) for o in late if isinstance(o, Reading)}
    found = [o for o in found if isinstance(o, Reading) or _place(o) not in given]
    told = {_place(o) for o in found}
    return [*found, *(o for o in late if _place(o) not in told)]


def _place(outcome: Outcome) -> tuple[str, str] | None:
    return (outcome.sensor.word, outcome.sensor.component) if outcome.sensor else None


def _waits(group: tuple[Rule, ...]) -> bool:
    """Whether a group can only be judged when all others are known."""
    power = (group[0].role, group[0].quantity) == best.NODE_POWER
    return power or any(rule.fallback or isinstance(rule.origin, Sum) for rule in group)


def _with_sum(
    group: tuple[Rule, ...],
    values: Values,
    found: list[Outcome],
    profile: Profile,
    known: plausible.Circuit,
) -> list[Outcome]:
    """A group that comes last (sums, fallbacks); silent where a table gave the word already."""
    first = group[0]
    if any(isinstance(o, Reading) and _is_of(o.sensor, first) for o in found):
        return []
    attempts = []
    for rule in group:
        if isinstance(rule.origin, Sum):
            word = rule.origin.word
            parts = [o for o in found if o.sensor and o.sensor.word == word]
            attempts.append(Attempt(rule, best.total(rule, parts, Source.SNMP)))
        else:
            attempts.append(_attempt(rule, values, profile))
    return best.choose(attempts, best.is_running(found), known)


def _settled(found: list[Outcome], late: list[Outcome]) -> list[Outcome]:
    """What came last, instead of the faults of the rows whose word it now gives.

    A total that was not believed stays a fault: a server's under the role of its own source.
    """
    given = {o.sensor.word for o in late if isinstance(o, Reading)}
    if not given:
        return found + late
    kept: list[Outcome] = []
    doubted: list[Outcome] = []
    for outcome in found:
        sensor = outcome.sensor
        if isinstance(outcome, Reading) or not (sensor and sensor.word in given):
            kept.append(outcome)
        elif outcome.reason is Reason.IMPLAUSIBLE:
            role = Role.NODE_SNMP if sensor.role is Role.NODE else sensor.role
            doubted.append(replace(outcome, sensor=replace(sensor, role=role)))
    return [*kept, *late, *doubted]


def _is_of(sensor: Sensor, rule: Rule) -> bool:
    return sensor.quantity is rule.quantity and sensor.role is rule.role


def _attempt(rule: Rule, values: Values, profile: Profile) -> Attempt:
    return Attempt(rule, _scalar(rule, values, profile.expects))


def _scalar(rule: Rule, values: Values, expects: tuple[str, ...]) -> Outcome | None:
    """One object's outcome; None where it does not exist and nobody expects it to."""
    assert isinstance(rule.origin, Oid)
    look: Look = values.get
    if not all(modifiers.holds(condition, look) for condition in rule.when):
        return None
    raw = values.get(rule.origin.oid)
    whose = sensor(rule.role, rule.quantity, rule.component)
    if raw is None:
        raw = Fault(None, Reason.UNSUPPORTED, f"no answer for {rule.origin.oid}")
    if isinstance(raw, Fault):
        if raw.reason is Reason.UNSUPPORTED and rule.word not in expects:
            return None
        return Fault(whose, raw.reason, raw.detail, raw.raw, rule.told)
    return cells.outcome(rule, whose, raw, look)


def device(profile: Profile, raw: Raw, before: DeviceId) -> DeviceId:
    """Who answered, with what the device's own objects say of it."""
    said = {key: _text(raw.values.get(oid)) for key, oid in profile.device.items()}
    return DeviceId(
        vendor=said.get("vendor") or before.vendor or profile.vendor,
        model=said.get("model") or before.model,
        serial=said.get("serial") or before.serial,
        firmware=said.get("firmware") or before.firmware,
    )


def _text(value: object) -> str:
    if not isinstance(value, str | int) or isinstance(value, bool):
        return ""
    told = clean(str(value))
    return "" if told.lower() in modifiers.NOTHING_TEXTS else told
