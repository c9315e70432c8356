"""IPMI: the rule that understands one sensor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from hw_profiles.best import source_of
from hw_profiles.modifiers import NEVER_NEGATIVE
from hw_profiles.schema import Command, Pick, Profile, Rule, StateWord
from hw_profiles.standard_states import (
    POWER_SUPPLY,
    SENSOR_SPECIFIC,
    StateTable,
    role_of,
    table_of,
)
from model.catalogue import COMPONENT_LABEL, METRICS, metric
from model.devices import Tier
from model.raw import SensorDef
from model.readings import Quality, Source
from model.sensors import NO_LIMITS, Quantity, Role, Sensor
from model.sensors import sensor as known_sensor

_RATIOS = frozenset(
    {
        *(Quantity.DUTY, Quantity.LOAD, Quantity.CHARGE, Quantity.UTILIZATION),
        *(Quantity.HUMIDITY, Quantity.POWER_FACTOR),
    }
)
"""What a sensor in percent may stand for."""

_LARGEST = 1e300
_QUALITIES = {Source.RAPL: Quality.ESTIMATED}
"""How good the numbers of a source are that does not measure."""

_Labels = tuple[tuple[str, str], ...]
_Named = tuple[str, _Labels]
"""A sensor's component, and its further labels."""


@dataclass(frozen=True, eq=False, slots=True)
class Binding:
    """An address, and what its answer stands for.

    A number from `low` to `high` that is not in the rule's `missing` needs no second look.
    `states` is set for discrete sensors. `entity` (id, instance) and the sensor's component tell
    which power supply a `presence` sensor speaks of.
    """

    address: str
    sensor: Sensor
    rule: Rule
    source: Source
    told: str
    tier: Tier
    low: float = _LARGEST
    high: float = -_LARGEST
    states: StateTable | None = None
    entity: tuple[int, int] = (0, 0)
    presence: bool = False
    quality: Quality = Quality.MEASURED


@dataclass(slots=True)
class Names:
    """Gives each sensor of a role and quantity its own component: "1", "1#2"."""

    _seen: dict[tuple[Role, Quantity, str, _Labels], int] = field(default_factory=dict)

    def own(self, role: Role, quantity: Quantity, component: str, labels: _Labels = ()) -> str:
        """The component, with an index where it is taken (by one of the same labels).

        Of a role that one sensor fills, which is chosen from several, none has an index.
        """
        if role not in COMPONENT_LABEL:
            return component
        key = (role, quantity, component, labels)
        times = self._seen[key] = self._seen.get(key, 0) + 1
        return component if times == 1 else f"{component}#{times}"


def bind(
    profile: Profile, sensor: SensorDef, taken: frozenset[int], names: Names
) -> Binding | None:
    """The binding of a sensor; None where nothing can be said of it.

    `taken` are the rules (by id) that have the one sensor that they may have.
    """
    if any(pattern.fullmatch(sensor.name) for pattern in profile.ignore):
        return None
    found = _rule(profile, sensor, taken)
    if sensor.discrete:
        return _discrete(profile, sensor, found, names)
    if sensor.quantity is None:
        return None
    if found is not None:
        rule, named = found
    elif (Role.SENSOR, sensor.quantity) in METRICS:
        rule, named = _unnamed(profile, Role.SENSOR, sensor.quantity), (sensor.name, ())
    else:
        return None
    return _analog(sensor, rule, named, names)


def _rule(profile: Profile, sensor: SensorDef, taken: frozenset[int]) -> tuple[Rule, _Named] | None:
    """The first rule that takes the sensor and what it calls it: names before entities."""
    for by_name in (True, False):
        for rule, pick in _picks(profile, by_name):
            if id(rule) in taken or not _quantity_fits(rule, sensor):
                continue
            named = _picked(rule, pick, sensor)
            if named is not None:
                return rule, named
    return None


def _picks(profile: Profile, by_name: bool) -> Iterator[tuple[Rule, Pick]]:
    for rule in profile.rules:
        if isinstance(rule.origin, Pick) and bool(rule.origin.names) is by_name:
            yield rule, rule.origin


def _quantity_fits(rule: Rule, sensor: SensorDef) -> bool:
    if sensor.discrete:
        return rule.quantity is Quantity.STATE
    if rule.quantity in _RATIOS:
        return sensor.quantity in _RATIOS
    return rule.quantity is sensor.quantity


def _picked(rule: Rule, pick: Pick, sensor: SensorDef) -> _Named | None:
    """The component where the pick takes this sensor: a named group, the constant, the name.

    Other named groups are labels.
    """
    if pick.entities and sensor.entity not in pick.entities:
        return None
    if pick.sensor_types and sensor.sensor_type not in pick.sensor_types:
        return None
    if pick.event_types and sensor.event_type not in pick.event_types:
        return None
    if any(pattern.fullmatch(sensor.name) for pattern in pick.unless):
        return None
    label = COMPONENT_LABEL.get(rule.role, "")
    instance = str(sensor.instance) if pick.instance and sensor.entity else ""
    if not pick.names:
        if instance:
            return instance, ()
        return rule.component or (sensor.name if label else ""), ()
    for pattern in pick.names:
        found = pattern.fullmatch(sensor.name)
        if found:
            return instance or _component(rule, label, found, sensor), _labels(label, found)
    return None


def _component(rule: Rule, label: str, found: re.Match[str], sensor: SensorDef) -> str:
    groups = found.groupdict("")
    if label in groups:
        return " ".join(groups[label].replace("_", " ").split())
    return rule.component or (sensor.name if label == "sensor" else "")


def _labels(component: str, found: re.Match[str]) -> _Labels:
    groups = sorted(found.groupdict("").items())
    return tuple((name, text) for name, text in groups if text and name != component)


def _unnamed(profile: Profile, role: Role, quantity: Quantity) -> Rule:
    """The rule of a sensor that no line of the profile names."""
    return Rule(role, quantity, Pick(text="any sensor"), profile.file.rsplit("/", 1)[-1])


def _told(rule: Rule, sensor: SensorDef) -> str:
    unnamed = "" if rule.line else " (no line names it)"
    return rule.tell(f"sensor {sensor.name!r}{unnamed}")


def _analog(sensor: SensorDef, rule: Rule, named: _Named, names: Names) -> Binding:
    component, labels = named
    low, high = max(rule.range[0], -_LARGEST), min(rule.range[1], _LARGEST)
    if rule.quantity in NEVER_NEGATIVE:
        low = max(low, 0.0)
    if rule.scale != 1.0:
        low, high = _LARGEST, -_LARGEST
    own = names.own(rule.role, rule.quantity, component, labels)
    limits = rule.limits if rule.limits != NO_LIMITS else sensor.limits
    return Binding(
        address=sensor.key,
        sensor=known_sensor(rule.role, rule.quantity, own, labels, limits),
        rule=rule,
        source=source_of(rule, sensor.source),
        told=_told(rule, sensor),
        tier=metric(rule.role, rule.quantity).tier,
        low=low,
        high=high,
        entity=(sensor.entity, sensor.instance),
        quality=_QUALITIES.get(sensor.source, Quality.MEASURED),
    )


def _discrete(
    profile: Profile, sensor: SensorDef, found: tuple[Rule, _Named] | None, names: Names
) -> Binding | None:
    """A state: by a rule's own offsets, else by the standard's; None where neither knows it."""
    table = table_of(sensor)
    if found is None:
        if table is None or not profile.discrete:
            return None
        role = role_of(sensor, table)
        found = _unnamed(profile, role, Quantity.STATE), (sensor.name, ())
    rule, (component, labels) = found
    if rule.states:
        table = StateTable(_offsets(rule))
    if table is None:
        return None
    own = names.own(rule.role, Quantity.STATE, component, labels)
    presence = sensor.sensor_type == POWER_SUPPLY and sensor.event_type == SENSOR_SPECIFIC
    return Binding(
        address=sensor.key,
        sensor=known_sensor(rule.role, Quantity.STATE, own, labels),
        rule=rule,
        source=sensor.source,
        told=_told(rule, sensor),
        tier=metric(rule.role, Quantity.STATE).tier,
        states=table,
        entity=(sensor.entity, sensor.instance),
        presence=presence,
    )


def _offsets(rule: Rule) -> dict[int, StateWord]:
    numbers = ((key, word) for key, word in rule.states.items() if isinstance(key, float))
    return {int(key): word for key, word in numbers}


def command(rule: Rule, origin: Command) -> Binding:
    """The binding of a standard command's answer."""
    return Binding(
        address=origin.address,
        sensor=known_sensor(rule.role, rule.quantity, rule.component, limits=rule.limits),
        rule=rule,
        source=source_of(rule, Source.SDR),
        told=rule.told,
        tier=metric(rule.role, rule.quantity).tier,
    )
