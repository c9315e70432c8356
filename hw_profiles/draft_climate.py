"""Temperatures that nothing names: columns that say the same twice, in °C and °F or in tenths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hw_profiles.draft_columns import Block, Index
from hw_profiles.draft_electric import states
from hw_profiles.draft_series import Series, series
from hw_profiles.draft_text import Line, Toml

_COLD, _HOT = 3.0, 60.0
_NEAR = 4
_MISSING = (-1, 65535, 65536)


def climate(block: Block) -> tuple[list[Line], list[Series]]:
    """Lines for °C that a °F or a whole-degree column bears out, and for the humidity beside it."""
    numbers = [each for each in series(block) if not states(each)]
    celsius = _twice(numbers)
    if celsius is None:
        return [], []
    each, scale, reason = celsius
    rule: dict[str, Toml] = {"oid": each.oid, "missing": [0, *_MISSING]}
    if scale != 1.0:
        rule["scale"] = scale
    sample = f"{each.middle * scale:g} °C"
    rows = len(each.values)
    lines = [Line("environment.temperature_celsius", rule, reason, sample, rows)]
    damp = next((s for s in numbers if s.place > each.place and _damp(s, each)), None)
    if damp is None:
        return lines, [each]
    reason = f"20 to 90 in the column behind the degrees in {each.place}: percent, at a guess"
    rule = {"oid": damp.oid, "scale": 0.01, "missing": [0, *_MISSING]}
    sample = f"{damp.middle:g} %"
    lines.append(Line("environment.humidity_ratio", rule, reason, sample, len(damp.values)))
    return lines, [each, damp]


def _twice(numbers: Sequence[Series]) -> tuple[Series, float, str] | None:
    for celsius in numbers:
        for scale in (0.1, 1.0):
            if not _warm(celsius.values, scale):
                continue
            for other in numbers:
                if other is celsius:
                    continue
                near = abs(other.place - celsius.place) <= _NEAR
                if near and _fahrenheit(celsius.values, other.values, scale):
                    reason = f"{other.place} says the same in °F"
                    return celsius, scale, reason
                if scale == 0.1 and _whole(celsius.values, other.values):
                    reason = f"{other.place} says the same in whole degrees"
                    return celsius, scale, reason
    return None


def _warm(values: Mapping[Index, float], scale: float) -> bool:
    known = [value * scale for value in values.values() if value > 0]
    return 2 * len(known) >= len(values) > 0 and all(_COLD <= v <= _HOT for v in known)


def _pairs(one: Mapping[Index, float], other: Mapping[Index, float]) -> list[tuple[float, float]]:
    """The values of the rows that both columns have, where both are above 0."""
    both = [(value, other[row]) for row, value in one.items() if row in other]
    return [(a, b) for a, b in both if a > 0 and b > 0]


def _fahrenheit(celsius: Mapping[Index, float], other: Mapping[Index, float], scale: float) -> bool:
    """Whether all rows are 9/5 × °C + 32, to a rounding of either; whole degrees need two rows."""
    pairs = _pairs(celsius, other)
    step = 1.4 * scale
    same = all(abs(f * scale - (c * scale * 1.8 + 32)) <= step for c, f in pairs)
    return same and len(pairs) >= (1 if scale < 1 else 2)


def _whole(tenths: Mapping[Index, float], whole: Mapping[Index, float]) -> bool:
    pairs = _pairs(tenths, whole)
    same = all(abs(t / 10 - w) < 1 for t, w in pairs)
    return same and len(pairs) >= 3 and len(set(pairs)) >= 3 and any(t % 10 for t, _ in pairs)


def _damp(each: Series, beside: Series) -> bool:
    """Percent in the same rows: between 20 and 90, and not the degrees again."""
    known = [value for row, value in each.values.items() if row in beside.values and value > 0]
    return (
        bool(known) and all(20 <= value <= 90 for value in known) and each.place - beside.place <= 4
    )
