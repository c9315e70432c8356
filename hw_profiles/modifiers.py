"""What a rule does to one raw value. Nothing here raises, whatever the device said."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from hw_profiles.schema import Against, Condition, Rule, Sentinel, StateWord
from model.raw import Sample, Value
from model.readings import Fault, Reason
from model.sensors import Limits, Quantity

Look: TypeAlias = Callable[[str], Value | Fault | None]
"""What stands at an object: the object itself, or its instance in the row at hand."""

NOTHING_TEXTS = frozenset(
    {
        *("", "n/a", "na", "n.a.", "no reading", "none", "null", "not available", "unavailable"),
        *("-", "--", "---", "nan", "unknown", "not present", "absent", "no sensor", "offline"),
    }
)
"""Texts by which devices of every vendor say that there is no value."""

NOTHING_NUMBERS = frozenset({2147483647, -2147483648, 4294967295, 18446744073709551615})
"""Numbers that measure nothing: the ends of 32 and 64 bit integers."""

_EASY = 2147483646
"""No sentinel lies between 0 and this."""

_Q = Quantity
NEVER_NEGATIVE = frozenset(
    {
        *(_Q.POWER, _Q.APPARENT_POWER, _Q.ENERGY, _Q.FREQUENCY, _Q.FAN_SPEED, _Q.HUMIDITY),
        *(_Q.DUTY, _Q.LOAD, _Q.CHARGE, _Q.UTILIZATION, _Q.RUNTIME, _Q.COUNT, _Q.FLOW),
    }
)
"""Quantities whose negative value is a mistake, the device's or the profile's."""


class Failed(NamedTuple):
    """Why there is no value."""

    reason: Reason
    detail: str


class _Plain(NamedTuple):
    """A number as the device gave it, and the unit behind it where it was text."""

    value: float
    unit: str = ""


def count(raw: Value | Fault | None) -> int:
    """How many, by a raw value; 0 where it does not say."""
    plain = None if raw is None or isinstance(raw, Fault) else _plain(raw)
    return int(plain.value) if isinstance(plain, _Plain) else 0


_NUMBER = re.compile(r"([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?)\s*([^\d\s]*)")


_AROUND = " \t\r\n\"'"


def number(rule: Rule, raw: Value, look: Look) -> float | Failed:
    """The value in the quantity's unit, or why there is none."""
    if type(raw) is int and (easy := _easily(rule, raw)) is not None:
        return easy
    plain = _plain(raw, rule.missing)
    if isinstance(plain, Failed):
        return plain
    value = plain.value
    if rule.signed:
        value = _twos_complement(value, rule.signed)
    if value in rule.missing or plain.value in rule.missing:
        return Failed(Reason.ABSENT, f"sentinel {value:g}")
    if rule.against is not None and (told := _disagrees(rule.against, value, look)):
        return Failed(Reason.IMPLAUSIBLE, told)
    return _in_unit(rule, value, plain.unit, look)


def _easily(rule: Rule, raw: int) -> float | None:
    """What most numbers come to: scaled, and within what can be; None: it takes a closer look."""
    if rule.signed or rule.digits or rule.factor or rule.against or rule.fahrenheit:
        return None
    if raw < 0 or raw > _EASY or raw in rule.missing:
        return None
    low, high = rule.range
    value = _by(float(raw), rule.scale)
    return value if low <= value <= high and value >= 0 else None


def _disagrees(against: Against, value: float, look: Look) -> str:
    """What speaks against a raw value, "" where nothing does or nothing can be said."""
    product = 1.0
    for oid in against.oids:
        raw = look(oid)
        plain = None if raw is None or isinstance(raw, Fault) else _plain(raw)
        if not isinstance(plain, _Plain) or plain.value <= 0:
            return ""
        product *= plain.value
    low, high = against.range
    if low <= value / product <= high:
        return ""
    return f"{value:g} against {product:g} of its neighbours"


def _in_unit(rule: Rule, value: float, unit: str, look: Look) -> float | Failed:
    scaled = _scaled(rule, value, look)
    if scaled is None:
        said = rule.digits or rule.factor
        return Failed(Reason.UNDECODABLE, f"{said} does not say how the value is scaled")
    if rule.magnitude:
        scaled = abs(scaled)
    if _in_fahrenheit(rule, unit, look):
        scaled = round((scaled - 32.0) / 1.8, 6)
    return sane(rule, scaled)


def sane(rule: Rule, value: float) -> float | Failed:
    """The value, unless it is no number, outside the rule's range, or below what can be."""
    low, high = rule.range
    if low <= value <= high and (value >= 0 or rule.quantity not in NEVER_NEGATIVE):
        if math.isfinite(value):
            return value
        return Failed(Reason.UNDECODABLE, f"{value} is no measurement")
    if math.isnan(value):
        return Failed(Reason.UNDECODABLE, "not a number")
    if low <= value <= high:
        return Failed(Reason.IMPLAUSIBLE, f"{value:g} is negative")
    return Failed(Reason.OUT_OF_RANGE, f"{value:g} is outside {low:g} to {high:g}")


def _plain(raw: Value, missing: Collection[Sentinel] = ()) -> _Plain | Failed:
    if isinstance(raw, Sample):
        raw = raw.raw if raw.value is None else raw.value
    if isinstance(raw, str):
        return _from_text(raw, missing)
    if isinstance(raw, bytes):
        return Failed(Reason.UNDECODABLE, f"bytes {raw[:16].hex()}")
    if raw in NOTHING_NUMBERS:
        return Failed(Reason.ABSENT, f"sentinel {raw}")
    try:
        return _Plain(float(raw))
    except OverflowError:
        return Failed(Reason.UNDECODABLE, "the number is too large")


def _from_text(text: str, missing: Collection[Sentinel]) -> _Plain | Failed:
    """The number at the head of a text: "23.5 C" is 23.5, " 23% of maximum" is 23.

    Some agents put quotation marks into the text.
    """
    told = text.replace("\0", " ").strip(_AROUND)
    if told.lower() in NOTHING_TEXTS or told.lower() in missing:
        return Failed(Reason.ABSENT, f"sentinel {told!r}")
    found = _NUMBER.match(told)
    if found is None:
        return Failed(Reason.UNDECODABLE, f"no number in {told[:40]!r}")
    value = float(found.group(1))
    if value in NOTHING_NUMBERS:
        return Failed(Reason.ABSENT, f"sentinel {told!r}")
    return _Plain(value, found.group(2))


def _twos_complement(value: float, bits: int) -> float:
    """An unsigned integer read as signed; what is none stays."""
    if not value.is_integer() or not 2 ** (bits - 1) <= value < 2**bits:
        return value
    return value - float(2**bits)


def _scaled(rule: Rule, value: float, look: Look) -> float | None:
    """The value times 10^-digits, factor and scale; None where no object says what it should."""
    digits = rule.digits if isinstance(rule.digits, int) else _digits(look(rule.digits))
    if digits is None:
        return None
    if digits:
        value = value / 10.0**digits if digits > 0 else value * 10.0**-digits
    if rule.factor:
        factor = look(rule.factor)
        if not isinstance(factor, int):
            return None
        value = value / -factor if factor < 0 else value * (factor or 1)
    return _by(value, rule.scale)


def _by(value: float, scale: float) -> float:
    """The value times the scale; dividing keeps decimal steps exact: 231 / 10, not 231 × 0.1."""
    if scale == 1.0:
        return value
    divisor = _divisor(scale)
    return value / divisor if divisor else value * scale


@lru_cache(maxsize=1024)
def _divisor(scale: float) -> int:
    """The whole number that a scale is the inverse of; 0: none."""
    inverse = 1.0 / scale if scale else 0.0
    whole = round(inverse) if abs(inverse) < 1e9 else 0
    return whole if whole > 1 and abs(inverse - whole) < 1e-9 * whole else 0


def _digits(found: Value | Fault | None) -> int | None:
    return found if isinstance(found, int) and -9 <= found <= 9 else None


_FAHRENHEIT_UNITS = frozenset({"f", "°f", "degf", "℉", "fahrenheit"})


def _in_fahrenheit(rule: Rule, unit: str, look: Look) -> bool:
    if rule.quantity is not Quantity.TEMPERATURE:
        return False
    if unit and unit.lower() in _FAHRENHEIT_UNITS:
        return True
    switch = rule.fahrenheit
    return switch if isinstance(switch, bool) else holds(switch, look)


def holds(condition: Condition, look: Look) -> bool:
    """Whether the object says what the condition asks; one that is silent satisfies only "not"."""
    found = look(condition.oid)
    if found is None or isinstance(found, Fault | bytes | Sample):
        return condition.negated
    if condition.pattern is not None:
        return condition.pattern.fullmatch(str(found).strip(_AROUND)) is not None
    return (_key(found) in condition.values) is not condition.negated


def _key(raw: float | str) -> str | float:
    """A value as sentinels and states are written: text in lower case, digits as a number."""
    if not isinstance(raw, str):
        try:
            return float(raw)
        except OverflowError:
            return "too large"
    text = raw.replace("\0", " ").strip(_AROUND).lower()
    return float(text) if text.isascii() and text.lstrip("-").isdecimal() else text


def state(rule: Rule, raw: Value) -> StateWord | Failed:
    """The state's word and severity, or why there is none."""
    if isinstance(raw, Sample | bytes):
        return Failed(Reason.UNDECODABLE, f"{type(raw).__name__} is no state")
    key = _key(raw)
    if key in rule.missing:
        return Failed(Reason.ABSENT, f"sentinel {raw}")
    found = rule.states.get(key)
    if found is None and isinstance(raw, str) and raw.strip().lower() in NOTHING_TEXTS:
        return Failed(Reason.ABSENT, f"sentinel {raw!r}")
    return found or Failed(Reason.UNDECODABLE, f"no state is known for {raw!r}"[:80])


def limits(rule: Rule, look: Look) -> Limits:
    """The device's own bounds: the rule's constants, and what its objects say."""
    if not rule.limit_oids:
        return rule.limits
    found = {}
    for bound, oid in rule.limit_oids:
        raw = look(oid)
        if raw is None or isinstance(raw, Fault):
            continue
        value = number(rule, raw, look)
        if not isinstance(value, Failed):
            found[bound] = value
    return Limits(**{**dict(rule.limits.items()), **found})
