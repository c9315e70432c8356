"""A score in one letter."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from scoring.grade import Grade, grade
from scoring.table_load import shipped


@pytest.mark.parametrize(
    ("score", "points", "letter"),
    [
        (80.0, (100.0, 60.0), "A"),
        (90.0, (100.0, 59.9), "B"),
        (79.9, (80.0, 80.0), "B"),
        (60.0, (30.0, 90.0), "B"),
        (59.9, (60.0, 60.0), "C"),
        (40.0, (10.0,), "C"),
        (39.9, (10.0,), "D"),
        (None, (100.0, 100.0), "N"),
    ],
)
def test_grade(score: float | None, points: Sequence[float], letter: str) -> None:
    assert grade(shipped(), score, points) is Grade(letter)
