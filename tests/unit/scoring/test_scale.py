"""Points between, at and beyond breakpoints, and the same as text."""

from __future__ import annotations

from datetime import date

import pytest

from scoring.scale import Scale
from scoring.table import Breakpoint, Confidence, Origin, Validity

ORIGIN = Origin("invented", "2026", Confidence.PRODUCT)


def scale(*anchors: tuple[float, float]) -> Scale:
    valid = Validity(date(2020, 1, 1))
    return Scale(tuple(Breakpoint(v, p, ("compliance",), ORIGIN, valid) for v, p in anchors))


FALLING = scale((1.2, 100), (1.3, 80), (1.5, 60), (2.1, 0))
BENT = scale((0, 10), (1, 50), (2, 50), (3, 20))


@pytest.mark.parametrize(
    ("value", "points"),
    [(1.0, 100), (1.2, 100), (1.25, 90), (1.3, 80), (1.4, 70), (1.5, 60), (1.8, 30), (9, 0)],
)
def test_points(value: float, points: float) -> None:
    assert FALLING.points(value) == pytest.approx(points)


def test_a_line_may_rise_rest_and_fall() -> None:
    assert [BENT.points(v) for v in (-1, 0.5, 1.5, 2.5, 4)] == [10, 30, 50, 35, 20]


def test_the_expression_is_the_line() -> None:
    assert FALLING.promql("x") == (
        "100\n- 20 * clamp(x - 1.2, 0, 0.1) / 0.1\n"
        "- 20 * clamp(x - 1.3, 0, 0.2) / 0.2\n- 60 * clamp(x - 1.5, 0, 0.6) / 0.6"
    )
    assert BENT.promql("x") == "10\n+ 40 * clamp(x, 0, 1)\n- 30 * clamp(x - 2, 0, 1)"
    assert scale((0, 0), (1, 100)).promql("x") == "100 * clamp(x, 0, 1)"
