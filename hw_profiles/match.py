"""Which profile fits a device: the most specific that does."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from hw_profiles.load import Pack
from hw_profiles.schema import Criteria, Profile
from model.devices import Identity

_MANUFACTURER, _PRODUCT, _FRU, _SENSORS = 0.6, 0.5, 0.6, 0.1
_OBJECT_ID, _DESCR, _PROBE = 0.9, 0.4, 0.5
_ANY = 0.05
"""How sure one fact makes us; several facts leave the product of their doubts. Sensor names say
little, since brands share them: a handful never outweighs who the device says it is."""


@dataclass(frozen=True, slots=True)
class Match:
    """The profile chosen, why in one line, how sure (0 to 1), and who came second."""

    profile: Profile
    why: str
    score: float
    runner_up: str = ""


@dataclass(frozen=True, slots=True)
class _Fit:
    profile: Profile
    score: float
    why: str

    @property
    def order(self) -> tuple[float, bool, int, str]:
        """Better last: surer, then a user's own, then the more derived, then by name."""
        p = self.profile
        return self.score, p.user, len(p.extends), p.name


def choose(pack: Pack, identity: Identity, pinned: str = "") -> Match | None:
    """The profile for a device; None where none fits, or the pinned one is not of its protocol."""
    if pinned:
        profile = pack.named(pinned)
        if profile is None or profile.protocol is not identity.protocol:
            return None
        return Match(profile, "pinned in the configuration", 1.0)
    fits = ranked(pack, identity)
    return fits[0] if fits else None


def ranked(pack: Pack, identity: Identity) -> tuple[Match, ...]:
    """Every profile that fits a device, the best first; each names the one behind it."""
    fits = sorted(_fits(pack, identity), key=lambda fit: fit.order, reverse=True)
    behind = (*(fit.profile.name for fit in fits[1:]), "")
    return tuple(
        Match(fit.profile, fit.why, fit.score, name)
        for fit, name in zip(fits, behind, strict=False)
    )


def objections(profile: Profile, identity: Identity) -> tuple[str, ...]:
    """What speaks against a profile: of each of its ways to match, the first thing amiss.

    Empty where it fits, or where it has no [match] at all.
    """
    if profile.protocol is not identity.protocol:
        return (f"it speaks {profile.protocol.value}",)
    names = "\n".join(sensor.name for sensor in identity.sensors.sensors)
    if any(_judge(criteria, identity, names) is not None for criteria in profile.match):
        return ()
    amiss = (_amiss(criteria, identity, names) for criteria in profile.match)
    return tuple(dict.fromkeys(told for told in amiss if told))


def criteria_told(wanted: Criteria) -> str:
    """One way to recognise a device: "manufacturer 2011 or 58132, sensor 'Power'"; "": any."""
    parts = [
        _either("manufacturer", map(str, sorted(wanted.manufacturers))),
        _either("product", map(str, sorted(wanted.products))),
        *(f"{field.replace('_', ' ')} {_shown(pattern)}" for field, pattern in wanted.fru),
        *(f"sensor {_shown(p)}" for p in wanted.sensors),
        _either("sysObjectID", wanted.object_ids),
        f"sysDescr {_shown(wanted.sys_descr)}" if wanted.sys_descr else "",
        *(f"{oid} exists" for oid in wanted.probes),
    ]
    return ", ".join(part for part in parts if part)


def _either(what: str, allowed: Iterable[str]) -> str:
    told = " or ".join(allowed)
    return f"{what} {told}" if told else ""


def nearness(profile: Profile, identity: Identity) -> int:
    """How many conditions of a [match] hold, of the one of which the most do.

    Profiles that do not fit are told of in this order: those of the same maker first.
    """
    names = "\n".join(sensor.name for sensor in identity.sensors.sensors)
    held = (
        sum(_judge(part, identity, names) is not None for part in _parts(criteria))
        for criteria in profile.match
    )
    return max(held, default=0)


def _parts(wanted: Criteria) -> list[Criteria]:
    """Each condition by itself."""
    parts = [
        Criteria(manufacturers=wanted.manufacturers),
        Criteria(products=wanted.products),
        Criteria(object_ids=wanted.object_ids),
        Criteria(sys_descr=wanted.sys_descr),
        *(Criteria(fru=(each,)) for each in wanted.fru),
        *(Criteria(sensors=(each,)) for each in wanted.sensors),
        *(Criteria(probes=(each,)) for each in wanted.probes),
    ]
    return [part for part in parts if part != Criteria()]


def _amiss(wanted: Criteria, identity: Identity, names: str) -> str:
    """The first part of a way to match that does not hold."""
    parts = [
        (Criteria(manufacturers=wanted.manufacturers), f"manufacturer is {identity.manufacturer}"),
        (Criteria(products=wanted.products), f"product is {identity.product}"),
        *((Criteria(fru=(each,)), _other_fru(each[0], identity)) for each in wanted.fru),
        *((Criteria(sensors=(p,)), f"no sensor is named {_shown(p)}") for p in wanted.sensors),
        (Criteria(object_ids=wanted.object_ids), f"sysObjectID is {identity.sys_object_id}"),
        (Criteria(sys_descr=wanted.sys_descr), f"sysDescr is {identity.sys_descr!r}"),
        *((Criteria(probes=(oid,)), f"{oid} does not exist") for oid in wanted.probes),
    ]
    return next((told for part, told in parts if _judge(part, identity, names) is None), "")


def _other_fru(field: str, identity: Identity) -> str:
    return f"{field.replace('_', ' ')} is {identity.fru.get(field, '')!r}"


def _shown(pattern: re.Pattern[str]) -> str:
    """A pattern as the file has it."""
    return f"'{pattern.pattern.removeprefix('^(?:').removesuffix(')$')}'"


def _fits(pack: Pack, identity: Identity) -> list[_Fit]:
    names = "\n".join(sensor.name for sensor in identity.sensors.sensors)
    found = []
    for profile in pack.profiles:
        if profile.protocol is not identity.protocol:
            continue
        judged = (_judge(criteria, identity, names) for criteria in profile.match)
        facts = max((each for each in judged if each is not None), default=None, key=_score)
        if facts is not None:
            why = ", ".join(told for _, told in facts) or "any device of this protocol"
            found.append(_Fit(profile, _score(facts), why))
    return found


_Facts = list[tuple[float, str]]


def _score(facts: _Facts) -> float:
    doubt = 1.0 - _ANY
    for weight, _ in facts:
        doubt *= 1.0 - weight
    return round(1.0 - doubt, 4)


def _judge(criteria: Criteria, identity: Identity, names: str) -> _Facts | None:
    """What speaks for a profile; None where one thing speaks against it."""
    facts: _Facts = []
    for ask in (_numbers, _frus, _snmp):
        more = ask(criteria, identity)
        if more is None:
            return None
        facts += more
    for pattern in criteria.sensors:
        found = _whole_line(pattern, names)
        if found is None:
            return None
        facts.append((_SENSORS, f"sensor {found}"))
    return facts


def _whole_line(pattern: re.Pattern[str], names: str) -> str | None:
    """The first line that the (multi-line) pattern matches as a whole."""
    at = pattern.search(names)
    return at.group() if at else None


def _numbers(criteria: Criteria, identity: Identity) -> _Facts | None:
    facts: _Facts = []
    if criteria.manufacturers:
        if identity.manufacturer not in criteria.manufacturers:
            return None
        facts.append((_MANUFACTURER, f"manufacturer {identity.manufacturer}"))
    if criteria.products:
        if identity.product not in criteria.products:
            return None
        facts.append((_PRODUCT, f"product {identity.product}"))
    return facts


def _frus(criteria: Criteria, identity: Identity) -> _Facts | None:
    facts: _Facts = []
    for field, pattern in criteria.fru:
        text = identity.fru.get(field, "")
        if not pattern.fullmatch(text.strip()):
            return None
        facts.append((_FRU, f"{field.replace('_', ' ')} {text!r}"))
    return facts


def _snmp(criteria: Criteria, identity: Identity) -> _Facts | None:
    facts: _Facts = []
    if criteria.object_ids:
        weight = max(_object_id(each, identity.sys_object_id) for each in criteria.object_ids)
        if not weight:
            return None
        facts.append((weight, f"sysObjectID {identity.sys_object_id}"))
    if criteria.sys_descr is not None:
        if not criteria.sys_descr.search(identity.sys_descr):
            return None
        facts.append((_DESCR, f"sysDescr {identity.sys_descr!r}"))
    for probe in criteria.probes:
        if probe not in identity.answered:
            return None
        facts.append((_PROBE, f"{probe} exists"))
    return facts


def _object_id(wanted: str, found: str) -> float:
    """How much an equal OID, or one below "….*", says: the longer, the more."""
    if not wanted.endswith(".*"):
        return _OBJECT_ID if found == wanted else 0.0
    stem = wanted.removesuffix(".*")
    if found != stem and not found.startswith(f"{stem}."):
        return 0.0
    return min(0.4 + 0.04 * (stem.count(".") + 1), 0.88)
