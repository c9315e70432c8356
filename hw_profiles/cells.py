"""SNMP: what one value means under its rule."""

from __future__ import annotations

from hw_profiles import modifiers
from hw_profiles.modifiers import Failed, Look
from hw_profiles.schema import Condition, Rule
from model.raw import Sample, Value
from model.readings import Fault, Outcome, Reading, Reason, Scalar, Severity, Source
from model.sensors import NO_LIMITS, Role, Sensor
from model.sensors import sensor as known


def plain(rule: Rule) -> bool:
    """Whether nothing but the value itself decides what it means."""
    looks = rule.when or rule.against or rule.limit_oids or rule.factor
    switched = isinstance(rule.digits, str) or isinstance(rule.fahrenheit, Condition)
    return not looks and not switched


def outcome(rule: Rule, sensor: Sensor, raw: Value, look: Look) -> Outcome | None:
    """What one value means; None where its state is nothing to speak of."""
    scalar = _scalar(raw)
    if rule.states:
        return _state(rule, sensor, raw, scalar)
    value = modifiers.number(rule, raw, look)
    if rule.limit_oids or rule.limits is not NO_LIMITS:
        limits = modifiers.limits(rule, look)
        if limits.items():
            sensor = known(sensor.role, sensor.quantity, sensor.component, sensor.labels, limits)
    if isinstance(value, Failed):
        return Fault(sensor, value.reason, value.detail, scalar, rule.told)
    return Reading(sensor, value, source=Source.SNMP, raw=scalar, rule=rule.told)


def _state(rule: Rule, sensor: Sensor, raw: Value, scalar: Scalar) -> Outcome | None:
    found = modifiers.state(rule, raw)
    if isinstance(found, Failed):
        return Fault(sensor, found.reason, found.detail, scalar, rule.told)
    if found.severity is None:
        return None
    if found.severity is Severity.UNKNOWN:
        return Fault(sensor, Reason.UNAVAILABLE, found.text, scalar, rule.told)
    level = found.severity.level
    if rule.role is Role.CHASSIS:
        level = float(found.text == "on")
    return Reading(sensor, level, source=Source.SNMP, text=found.text, raw=scalar, rule=rule.told)


def _scalar(raw: Value) -> Scalar:
    return raw.raw if isinstance(raw, Sample) else raw
