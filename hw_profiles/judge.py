"""What is wrong with what a profile makes of a capture. Pure: no I/O.

A finding is said in words elsewhere: here stand its kind, what fills the sentence, and the
profile's line that it is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hw_profiles.kinds import roles
from hw_profiles.load import Pack
from hw_profiles.match import Match, objections, ranked
from hw_profiles.schema import Profile
from hw_profiles.unread import Left
from model.devices import Coverage, Identity, Protocol
from model.readings import Fault, Outcome, Reading, Reason


class Aspect(StrEnum):
    """What was looked at, in this order."""

    MATCH = "match"
    READINGS = "readings"
    UNITS = "units"
    ROLES = "roles"
    UNUSED = "unused"
    GOLDEN = "golden"


class Weight(StrEnum):
    """How much a finding counts; INFO does not."""

    OK = "ok"
    INFO = "info"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing seen: `what` names its sentence, `words` fill it, `place` is "file.toml:31"."""

    aspect: Aspect
    weight: Weight
    what: str
    words: tuple[str, ...] = ()
    code: str = ""
    place: str = ""


CODE_UNIT = "DCA-PROF-009"
CODE_MATCH = "DCA-PROF-010"
CODE_SCALE = "DCA-PROF-011"
CODE_SUM = "DCA-PROF-012"
CODE_ROLES = "DCA-PROF-013"
CODE_LINE = "DCA-PROF-014"
CODE_GOLDEN = "DCA-PROF-015"
CODE_NOTHING = "DCA-PROF-016"


def place_of(outcome: Outcome) -> str:
    """File and line of the rule that gave an outcome: "mine.toml:31"."""
    return outcome.rule.partition(" ")[0]


def called(outcome: Outcome) -> str:
    """What a reading is called: "fan.speed_rpm 1"."""
    sensor = outcome.sensor
    return f"{sensor.word} {sensor.component}".strip() if sensor else ""


def unfit(profile: Profile, spoken: Protocol, fault: Fault | None) -> Finding:
    """Why a capture cannot be read by a profile at all: another protocol, or no device in it."""
    if profile.protocol is not spoken:
        words = (profile.protocol.value, spoken.value)
        return Finding(Aspect.MATCH, Weight.FAIL, "other protocol", words, CODE_MATCH, profile.file)
    detail = fault.detail if fault else ""
    return Finding(Aspect.MATCH, Weight.FAIL, "nobody answers", (detail,), CODE_NOTHING)


def matching(pack: Pack, profile: Profile, identity: Identity) -> Finding:
    """Whether the profile would be chosen by itself."""
    aspect = Aspect.MATCH
    fits = ranked(pack, identity)
    if fits and fits[0].profile.name == profile.name:
        return Finding(aspect, Weight.OK, "wins", (fits[0].why, fits[0].runner_up or "-"))
    if not profile.match:
        return Finding(aspect, Weight.OK, "pinned only")
    return _beaten(profile, identity, fits)


def _beaten(profile: Profile, identity: Identity, fits: Sequence[Match]) -> Finding:
    aspect, place = Aspect.MATCH, profile.file
    own = next((fit for fit in fits if fit.profile.name == profile.name), None)
    if own is None:
        amiss = "; ".join(objections(profile, identity))
        winner = f"{fits[0].profile.name}: {fits[0].why}" if fits else "-"
        return Finding(aspect, Weight.FAIL, "no match", (amiss, winner), CODE_MATCH, place)
    best = fits[0]
    words = (best.profile.name, best.why, f"{best.score:g}", f"{own.score:g}")
    if profile.name in best.profile.extends:
        return Finding(aspect, Weight.WARN, "child wins", words, CODE_MATCH, place)
    return Finding(aspect, Weight.FAIL, "another wins", words, CODE_MATCH, place)


_WRONG_LINE = frozenset({Reason.UNDECODABLE, Reason.OUT_OF_RANGE, Reason.INTERNAL})
"""Faults that the profile's line, not the device's state, is to blame for."""
_NAMED = 4


def reading(outcomes: Sequence[Outcome]) -> list[Finding]:
    """How much was read, lines that cannot read their value, and names that stand twice."""
    aspect = Aspect.READINGS
    readings = [o for o in outcomes if isinstance(o, Reading)]
    faults = [o for o in outcomes if isinstance(o, Fault)]
    if not readings:
        return [Finding(aspect, Weight.FAIL, "nothing read", (), CODE_NOTHING)]
    found = _lines((f for f in faults if f.reason in _WRONG_LINE), {*map(place_of, readings)})
    found += _twice(readings)
    if any(f.weight is not Weight.INFO for f in found):
        return found
    words = (str(len(readings)), str(len(faults)))
    return [Finding(aspect, Weight.OK, "read", words), *found]


def _lines(faults: Iterable[Fault], reading_lines: set[str]) -> list[Finding]:
    """One finding per line and reason, with the first value that it failed on.

    What a line's own range keeps out is only told where the line reads other rows.
    """
    grouped: dict[tuple[str, Reason], list[Fault]] = {}
    for fault in faults:
        grouped.setdefault((place_of(fault), fault.reason), []).append(fault)
    found = []
    for (place, reason), several in grouped.items():
        first = several[0]
        names = ", ".join(called(f) for f in several[:_NAMED])
        names += f" +{len(several) - _NAMED}" if len(several) > _NAMED else ""
        words = (names, reason.value, first.detail, _raw(first))
        kept_out = reason is Reason.OUT_OF_RANGE and place in reading_lines
        weight, code = (Weight.INFO, "") if kept_out else (Weight.FAIL, CODE_LINE)
        found.append(Finding(Aspect.READINGS, weight, "cannot read", words, code, place))
    return found


def _raw(fault: Fault) -> str:
    return "-" if fault.raw is None else repr(fault.raw)[:40]


def _twice(readings: Iterable[Reading]) -> list[Finding]:
    """Sensors that only a counter tells apart: the line does not say which one each is."""
    grouped: dict[str, list[Reading]] = {}
    for each in readings:
        if "#" in each.sensor.component and each.sensor.component.rpartition("#")[2].isdecimal():
            grouped.setdefault(place_of(each), []).append(each)
    return [
        Finding(Aspect.READINGS, Weight.INFO, "same name", (called(r[0]), str(len(r))), "", place)
        for place, r in grouped.items()
    ]


def covering(profile: Profile, outcomes: Sequence[Outcome], coverage: Coverage) -> list[Finding]:
    """The words that its kind should have, and those that the profile itself expects."""
    found = roles(profile.kind, outcomes)
    absent = _absent(outcomes, coverage)
    missing = tuple(dict.fromkeys((*found.vital, *coverage.missing)))
    if missing:
        others = tuple(word for word in found.missing if word not in missing)
        words = (", ".join(missing), ", ".join(others) or "-")
        return [Finding(Aspect.ROLES, Weight.WARN, "missing", words, CODE_ROLES, profile.file)]
    if not found.expected:
        return [Finding(Aspect.ROLES, Weight.INFO, "no table", (profile.kind,))]
    lacking = ", ".join((*found.missing, *absent)) or "-"
    counted = (str(found.present), str(found.expected), lacking)
    return [Finding(Aspect.ROLES, Weight.OK, "covered", counted)]


def _absent(outcomes: Iterable[Outcome], coverage: Coverage) -> list[str]:
    """Parts of expected words that gave no value: "psu_input.power_watts 2"."""
    faults = (o for o in outcomes if isinstance(o, Fault) and o.sensor is not None)
    named = [called(f) for f in faults if f.sensor and f.sensor.word in coverage.expected]
    return named[:_NAMED]


def unused(left: Sequence[Left]) -> list[Finding]:
    """What looks like a reading and is read by no line: told, never held against the profile."""
    if not left:
        return [Finding(Aspect.UNUSED, Weight.OK, "all used")]
    return [
        Finding(
            Aspect.UNUSED,
            Weight.INFO,
            "looks like" if each.like else "unnamed",
            (each.address, each.like, each.sample) if each.like else (each.address, each.sample),
        )
        for each in left
    ]
