"""A score in one letter."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from scoring.table import Table


class Grade(StrEnum):
    """A to D; N where the score is withheld."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    N = "N"


def grade(table: Table, score: float | None, points: Iterable[float]) -> Grade:
    """The grade of a score (None: withheld) whose sub-scores are `points`.

    A needs every sub-score at grade B's bound or above as well.
    """
    if score is None:
        return Grade.N
    a, b, c = (table.constant(f"grade_{letter}") for letter in "abc")
    if score >= a and min(points, default=0.0) >= b:
        return Grade.A
    return Grade.B if score >= b else Grade.C if score >= c else Grade.D
