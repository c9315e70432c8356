"""IPMI: what a BMC's answers mean, by the bindings of its sensors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hw_profiles import best, modifiers, plausible
from hw_profiles.best import Attempt
from hw_profiles.bind_sensor import Binding
from hw_profiles.bindings_ipmi import Addition, Cut, Naming, bound
from hw_profiles.modifiers import Failed
from hw_profiles.rows import Values
from hw_profiles.schema import Profile
from hw_profiles.standard_states import PSU_PRESENT
from model.devices import DeviceId, Identity, Tier
from model.raw import CHASSIS_POWER, Plan, Raw, Sample, Value
from model.readings import Fault, Outcome, Quality, Reading, Reason, Severity, Source
from model.sensors import Role, Sensor


def plan(profile: Profile, identity: Identity, tiers: frozenset[Tier]) -> Plan:
    """The sensors and commands that can give a word of these tiers."""
    cut = bound(profile, identity.sensors).tiers(tiers)
    return Plan(gets=cut.addresses, outstanding=profile.outstanding)


def outcomes(
    profile: Profile, identity: Identity, raw: Raw, tiers: frozenset[Tier]
) -> tuple[Outcome, ...]:
    """What several sources may give first, then one outcome per sensor that is worth one."""
    cut = bound(profile, identity.sensors).tiers(tiers)
    values = raw.values
    told: list[Outcome] = []
    for binding in cut.each:
        outcome = read(binding, values.get(binding.address))
        if outcome is not None:
            told.append(outcome)
    judged, known = plausible.checked(told)
    doubted = {o.sensor: o for o, said in zip(judged, told, strict=True) if o is not said}
    found = list(judged)
    for naming in cut.namings:
        outcome = _named(naming, values)
        if outcome is not None:
            found.append(outcome)
    chosen: list[Outcome] = []
    running = _running(values)
    for choice in cut.choices:
        attempts = [_attempt(source, cut, values, doubted) for source in choice.sources]
        chosen += best.choose(attempts, running, known)
    return (*best.distinct(chosen), *found)


_NOTHING_TO_TELL = frozenset({Reason.ABSENT, Reason.UNSUPPORTED})


def _named(naming: Naming, values: Values) -> Outcome | None:
    """1 with the texts that there are as labels; None where the device has none to tell."""
    labels: list[tuple[str, str]] = []
    told = naming.rule.told
    for label, address in naming.labels:
        answer = values.get(address)
        if isinstance(answer, str) and answer:
            labels.append((label, answer))
        elif isinstance(answer, Fault) and answer.reason not in _NOTHING_TO_TELL:
            return Fault(naming.sensor, answer.reason, answer.detail, answer.raw, told)
    if not labels:
        return None
    sensor = replace(naming.sensor, labels=tuple(labels))
    return Reading(sensor, 1.0, Quality.MEASURED, Source.COMMAND, rule=told)


def _running(values: Values) -> bool:
    return values.get(CHASSIS_POWER) != 0


def _attempt(
    source: Binding | Addition, cut: Cut, values: Values, doubted: Mapping[Sensor | None, Outcome]
) -> Attempt:
    if isinstance(source, Binding):
        return Attempt(source.rule, read(source, values.get(source.address)), source.source)
    parts = [
        (part, doubted.get(part.sensor) or read(part, values.get(part.address)))
        for part in source.parts
    ]
    fitted = [
        outcome
        for part, outcome in parts
        if outcome is not None
        and not (isinstance(outcome, Fault) and _empty_bay(part, cut, values))
    ]
    wire = source.parts[0].source if source.parts else Source.SDR
    return Attempt(source.rule, best.total(source.rule, fitted, wire), wire)


def _empty_bay(part: Binding, cut: Cut, values: Values) -> bool:
    """Whether a presence sensor of the same power supply says that none is fitted."""
    component = part.sensor.component
    for sensor in cut.presence:
        if sensor.sensor.component == component or sensor.entity == part.entity:
            answer = values.get(sensor.address)
            if type(answer) is Sample:
                return not answer.states & PSU_PRESENT
    return False


def read(binding: Binding, answer: Value | Fault | None) -> Outcome | None:
    """One address's outcome; None where a state says nothing."""
    if type(answer) is Sample and binding.states is None:
        value = answer.value
        if (
            value is not None
            and binding.low <= value <= binding.high
            and value not in binding.rule.missing
        ):
            return Reading(
                *(binding.sensor, value, binding.quality, binding.source),
                *("", answer.raw, binding.told),
            )
    return _look_closer(binding, answer)


def _look_closer(binding: Binding, answer: Value | Fault | None) -> Outcome | None:
    if isinstance(answer, Fault):
        return Fault(binding.sensor, answer.reason, answer.detail, answer.raw, binding.told)
    if answer is None:
        return _silent(binding)
    if binding.states is not None:
        return _state(binding, answer)
    if type(answer) is Sample and answer.value is None:
        return Fault(binding.sensor, Reason.UNAVAILABLE, "no number", answer.raw, binding.told)
    return _number(binding, answer)


def _silent(binding: Binding) -> Outcome | None:
    return Fault(binding.sensor, Reason.UNAVAILABLE, "not among the answers", rule=binding.told)


def _state(binding: Binding, answer: Value) -> Outcome | None:
    assert binding.states is not None
    if type(answer) is not Sample:
        return Fault(
            binding.sensor, Reason.UNDECODABLE, f"{answer!r:.40} is no state", rule=binding.told
        )
    word = binding.states.judge(answer.states)
    if word is None or word.severity is None:
        return None
    if word.severity is Severity.UNKNOWN:
        return Fault(binding.sensor, Reason.UNAVAILABLE, word.text, answer.states, binding.told)
    return Reading(
        *(binding.sensor, word.severity.level, binding.quality, binding.source),
        *(word.text, answer.states, binding.told),
    )


def _number(binding: Binding, answer: Value) -> Outcome:
    raw = answer.raw if isinstance(answer, Sample) else answer
    value = modifiers.number(binding.rule, answer, _nothing)
    if isinstance(value, Failed):
        return Fault(binding.sensor, value.reason, value.detail, raw, binding.told)
    text = ""
    if binding.sensor.role is Role.CHASSIS:
        text = "on" if value else "off"
    return Reading(
        *(binding.sensor, value, binding.quality, binding.source),
        *(text, raw, binding.told),
    )


def _nothing(_oid: str) -> None:
    """An IPMI rule looks at no other object."""


def device(profile: Profile, identity: Identity, before: DeviceId) -> DeviceId:
    """Who answered; where the device did not say, the vendor by its profile or by its number."""
    if before.vendor:
        return before
    owner = profile.vendors.get(identity.manufacturer or 0, "")
    return replace(before, vendor=profile.vendor or owner)
