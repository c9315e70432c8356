"""From points and coverage to a score: the same gates as the rules', in Python.

Used where the engine has not recorded the score that is asked for (another window, another table,
raw metrics), and for what the rules do not record: gains, and the spread of weights.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from scoring.table import Table

FULL, PROVISIONAL, WITHHELD = "full", "provisional", ""
_NOISE = 1e-9
_LIGHT, _HEAVY = 0.5, 1.5
"""How far each weight varies in a spread."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A score (None: withheld) with its confidence, the worst coverage and what limits it."""

    score: float | None
    confidence: str
    coverage: float | None
    limiting: tuple[str, ...]


def verdict(
    table: Table,
    needed: Collection[str],
    points: Mapping[str, float],
    coverage: Mapping[str, float],
    short: bool = False,
) -> Verdict:
    """The verdict on a subject whose KPIs `needed` have these points and coverages.

    `short`: the window is below a day, confidence is provisional at best.
    """
    both = [kpi for kpi in needed if kpi in points and kpi in coverage]
    worst = min((coverage[kpi] for kpi in both), default=None)
    limiting = least(points)
    if worst is None or len(both) < len(needed) or not reaches(table, worst, PROVISIONAL):
        return Verdict(None, WITHHELD, worst, limiting)
    full = reaches(table, worst, FULL) and not short
    score = mean(table, points.values())
    return Verdict(score, FULL if full else PROVISIONAL, worst, limiting)


def reaches(table: Table, coverage: float, confidence: str) -> bool:
    """Whether a coverage is enough for a confidence; noise of floating point is not missing."""
    return coverage >= table.constant(f"gate_{confidence}") - _NOISE


def least(points: Mapping[str, float]) -> tuple[str, ...]:
    """The KPI of the lowest points; all of them in a tie."""
    lowest = min(points.values(), default=None)
    return tuple(kpi for kpi, value in points.items() if value == lowest)


def mean(table: Table, points: Collection[float]) -> float:
    """The equal-weight geometric mean of sub-scores, each at least the table's floor."""
    return _weighed(_logarithms(table, points), [1.0] * len(points))


def gain(table: Table, points: Mapping[str, float], kpi: str) -> float:
    """By how much the score rises where one sub-score becomes full marks."""
    raised = {**points, kpi: 100.0}
    return mean(table, raised.values()) - mean(table, points.values())


def spread(table: Table, points: Collection[float]) -> tuple[float, float]:
    """The least and the greatest score where each weight is from half to one and a half.

    The extremes weigh all sub-scores up to some rank heavily and all above it lightly, or the
    other way round.
    """
    logs = sorted(_logarithms(table, points))
    count = len(logs)
    low = [_weighed(logs, _split(count, rank, _HEAVY, _LIGHT)) for rank in range(count + 1)]
    high = [_weighed(logs, _split(count, rank, _LIGHT, _HEAVY)) for rank in range(count + 1)]
    return min(low), max(high)


def _logarithms(table: Table, points: Collection[float]) -> list[float]:
    floor = table.constant("score_floor")
    return [math.log(max(value, floor)) for value in points]


def _split(count: int, rank: int, first: float, rest: float) -> list[float]:
    return [first if number < rank else rest for number in range(count)]


def _weighed(logs: Sequence[float], weights: Sequence[float]) -> float:
    total = sum(weight * log for weight, log in zip(weights, logs, strict=True))
    return math.exp(total / sum(weights))
