"""IPMI: which rule understands which sensor of a device, worked out once per sensor table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from hw_profiles.best import wanted
from hw_profiles.bind_sensor import Binding, Names, bind, command
from hw_profiles.schema import Command, Facts, Profile, Rule, Sum
from model.catalogue import COMPONENT_LABEL
from model.devices import Tier
from model.raw import SensorDef, SensorTable
from model.sensors import Sensor
from model.sensors import sensor as known_sensor


@dataclass(frozen=True, eq=False, slots=True)
class Addition:
    """A sum, and the sensors that it adds up."""

    rule: Rule
    parts: tuple[Binding, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Choice:
    """A word that several sources may give, best first."""

    rule: Rule
    sources: tuple[Binding | Addition, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Naming:
    """A reading of 1 whose labels are the texts at some addresses."""

    rule: Rule
    sensor: Sensor
    labels: tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False, slots=True)
class Cut:
    """What is asked and understood for some tiers."""

    each: tuple[Binding, ...]
    choices: tuple[Choice, ...]
    namings: tuple[Naming, ...]
    presence: tuple[Binding, ...]
    addresses: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Bound:
    """Everything that a profile makes of one device's sensors."""

    each: tuple[Binding, ...]
    choices: tuple[Choice, ...]
    namings: tuple[Naming, ...]
    presence: tuple[Binding, ...]
    cuts: dict[frozenset[Tier], Cut] = field(default_factory=dict)

    def tiers(self, tiers: frozenset[Tier]) -> Cut:
        """The part of it that belongs to these tiers."""
        found = self.cuts.get(tiers)
        if found is None:
            found = self.cuts[tiers] = _cut(self, tiers)
        return found


def _cut(bound: Bound, tiers: frozenset[Tier]) -> Cut:
    """Sums bring their parts, and what says which of these parts are fitted."""
    each = tuple(b for b in bound.each if b.tier in tiers)
    choices = tuple(c for c in bound.choices if wanted(c.rule, tiers))
    sources = [source for choice in choices for source in choice.sources]
    parts = [b for s in sources if isinstance(s, Addition) for b in s.parts]
    asked = [*each, *(s for s in sources if isinstance(s, Binding)), *parts]
    presence = bound.presence if parts else ()
    namings = tuple(n for n in bound.namings if wanted(n.rule, tiers))
    texts = (address for naming in namings for _, address in naming.labels)
    addresses = dict.fromkeys((*(b.address for b in (*asked, *presence)), *texts))
    return Cut(each, choices, namings, presence, tuple(addresses))


@lru_cache(maxsize=2048)
def bound(profile: Profile, table: SensorTable) -> Bound:
    """The bindings of a device; devices with equal sensors share them."""
    return _bound(profile, table.sensors)


def forget() -> None:
    """Drops all bindings: those of profiles that are gone would stay until others need the room."""
    bound.cache_clear()
    _bound.cache_clear()


@lru_cache(maxsize=1024)
def _bound(profile: Profile, sensors: tuple[SensorDef, ...]) -> Bound:
    names = Names()
    chosen: dict[int, list[Binding]] = {}
    each: list[Binding] = []
    single = {id(rule) for rules in _choices(profile).values() for rule in rules}
    for sensor in _views(profile, sensors):
        binding = bind(profile, sensor, frozenset(chosen) & single, names)
        if binding is None:
            continue
        if id(binding.rule) in single:
            chosen.setdefault(id(binding.rule), []).append(binding)
        else:
            each.append(binding)
    each += _commands(profile, single)
    choices = tuple(_choice(rules, chosen, each) for rules in _choices(profile).values())
    presence = tuple(b for b in each if b.presence)
    return Bound(tuple(each), choices, tuple(_namings(profile)), presence)


def _views(profile: Profile, sensors: tuple[SensorDef, ...]) -> Iterator[SensorDef]:
    """Every sensor; one that gives a number with its states stands for both, or for the states.

    The standard knows no such numbers: only where the profile says so they are more than chance.
    """
    for sensor in sensors:
        both = sensor.stateful and not sensor.discrete
        if not both or profile.numbers_with_states:
            yield sensor
        if both:
            yield replace(sensor, quantity=None)


def _choices(profile: Profile) -> dict[str, list[Rule]]:
    """The words that have one sensor at most, or that may be a sum."""
    sums = {rule.word for rule in profile.rules if isinstance(rule.origin, Sum)}
    found: dict[str, list[Rule]] = {}
    for rule in profile.rules:
        if isinstance(rule.origin, Facts):
            continue
        if rule.word in sums or rule.role not in COMPONENT_LABEL:
            found.setdefault(rule.word, []).append(rule)
    return found


def _choice(rules: list[Rule], chosen: dict[int, list[Binding]], each: list[Binding]) -> Choice:
    sources: list[Binding | Addition] = []
    for rule in rules:
        if isinstance(rule.origin, Sum):
            word = rule.origin.word
            sources.append(Addition(rule, tuple(b for b in each if b.sensor.word == word)))
        elif isinstance(rule.origin, Command):
            sources.append(command(rule, rule.origin))
        else:
            sources += chosen.get(id(rule), [])
    return Choice(rules[0], tuple(sources))


def _commands(profile: Profile, single: set[int]) -> Iterator[Binding]:
    for rule in profile.rules:
        if isinstance(rule.origin, Command) and id(rule) not in single:
            yield command(rule, rule.origin)


def _namings(profile: Profile) -> Iterator[Naming]:
    for rule in profile.rules:
        if isinstance(rule.origin, Facts):
            yield Naming(
                rule, known_sensor(rule.role, rule.quantity, rule.component), rule.origin.labels
            )
