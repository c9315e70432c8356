"""Figures of scores as people write them: "1.27", "62.0 %", "1.234 EFLOPS", "412.3 kW"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from agent.diagnosis import Lang

_PLAIN_RATIOS = frozenset({"ce_attainment", "pue", "cooling_overhead"})
"""Ratios that nobody writes in percent."""
_STEPS = {
    "flops": (
        ("EFLOPS", 1e18),
        ("PFLOPS", 1e15),
        ("TFLOPS", 1e12),
        ("GFLOPS", 1e9),
        ("FLOPS", 1.0),
    ),
    "flops_per_watt": (("TFLOPS/W", 1e12), ("GFLOPS/W", 1e9), ("MFLOPS/W", 1e6), ("FLOPS/W", 1.0)),
    "watts": (("MW", 1e6), ("kW", 1e3), ("W", 1.0)),
    "kilograms": (("t", 1e3), ("kg", 1.0)),
}
"""Unit → its multiples, the greatest first; the last is for whatever is smaller."""
_FIXED: dict[str, tuple[tuple[str, str], int]] = {
    "percent": (("%", "%"), 1),
    "kilograms_per_kilowatt_hour": (("kg/kWh", "kg/kWh"), 4),
    "watts": (("W", "W"), 1),
    "racks": (("架", "racks"), 1),
    "points": (("分", "points"), 1),
    "celsius": (("℃", "°C"), 0),
    "seconds": (("秒", "s"), 0),
    "days": (("天", "d"), 0),
}
"""Unit → what it is called, and digits after the point."""
_FINEST = 9
_SPAN = re.compile(r"(\d+)(ms|[smhdwy])")
_SPANS = {
    "ms": ("毫秒", "ms"),
    "s": ("秒", "s"),
    "m": ("分钟", "min"),
    "h": ("小时", "h"),
    "d": ("天", "d"),
    "w": ("周", "weeks"),
    "y": ("年", "years"),
}


@dataclass(frozen=True, slots=True)
class Amount:
    """A rounded number and its unit ("" where it has none)."""

    number: str
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.number} {self.unit}" if self.unit else self.number


def amount(
    value: float, unit: str, lang: Lang, kpi: str = "", bounds: Iterable[float] = (), more: int = 0
) -> Amount:
    """A value in the unit of the table of KPIs.

    It never rounds across one of `bounds`: 1.2504 is not shown as 1.25 where 1.25 is a limit.
    `more` asks for so many further digits.
    """
    if unit in _STEPS:
        word, size = next((s for s in _STEPS[unit] if abs(value) >= s[1]), _STEPS[unit][-1])
        return Amount(_significant(value / size, 4 + more), word)
    if unit == "ratio":
        digits = (2 if kpi in _PLAIN_RATIOS else 1) + more
        if kpi in _PLAIN_RATIOS:
            return Amount(rounded(value, digits, bounds))
        return Amount(rounded(value * 100, digits, (b * 100 for b in bounds)), "%")
    digits = _FIXED[unit][1] if unit in _FIXED else 2
    return Amount(rounded(value, digits + more, bounds), _called(unit, lang))


def stated(value: float, unit: str, lang: Lang, kpi: str = "") -> Amount:
    """A value of the table itself, with no more digits than it was stated with: "30 %", "1.20"."""
    if unit == "ratio" and (kpi in _PLAIN_RATIOS or value > 1):
        text = f"{value:.12g}"
        return Amount(f"{value:.2f}" if len(text) < 4 and "." in text else text)
    if unit == "ratio":
        return Amount(f"{value * 100:.12g}", "%")
    return Amount(f"{value:.12g}", _called(unit, lang))


def _called(unit: str, lang: Lang) -> str:
    words = _FIXED[unit][0] if unit in _FIXED else (unit, unit)
    return words[0] if lang == "zh" else words[1]


def points(value: float, bounds: Iterable[float] = ()) -> str:
    """Points with one digit after the point; more of them near a bound."""
    return rounded(value, 1, bounds)


def share(value: float, bounds: Iterable[float] = ()) -> str:
    """A ratio in percent: "98.0 %"."""
    return f"{rounded(value * 100, 1, (b * 100 for b in bounds))} %"


def rounded(value: float, digits: int, bounds: Iterable[float] = ()) -> str:
    """So many digits after the point, or as many more as keep it on its side of each bound."""
    sides = [(bound, _side(value, bound)) for bound in bounds]
    for places in range(digits, _FINEST):
        near = round(value, places)
        if all(_side(near, bound) == side for bound, side in sides):
            return f"{near:,.{places}f}"
    return f"{value:,.{digits}f}"


def _side(value: float, bound: float) -> int:
    """-1 below, 1 above, 0 where they are the same but for the noise of floating point."""
    gap = value - bound
    return 0 if abs(gap) < 10**-_FINEST else 1 if gap > 0 else -1


def _significant(value: float, digits: int) -> str:
    if not value:
        return "0"
    whole = len(f"{abs(value):.0f}") if abs(value) >= 1 else 1
    return f"{value:,.{max(digits - whole, 0)}f}"


def lasting(span: str, lang: Lang) -> str:
    """A span as PromQL writes it in words: "1 天", "365 d". What is none stays as it is."""
    parts = _SPAN.findall(span)
    if not parts or "".join(number + unit for number, unit in parts) != span:
        return span
    return " ".join(f"{number} {_SPANS[unit][lang != 'zh']}" for number, unit in parts)
