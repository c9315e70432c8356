"""The gates in Python: by hand, and against the rules' own words."""

from __future__ import annotations

import math
from itertools import product

import pytest

from scoring.report.gates import FULL, PROVISIONAL, WITHHELD, Verdict, gain, mean, spread, verdict
from scoring.table_load import shipped

TABLE = shipped()
POINTS = {"ce_attainment": 43.0, "it_load": 73.0, "thermal": 96.0}
WHOLE = dict.fromkeys(POINTS, 1.0)


def test_the_score_is_the_geometric_mean() -> None:
    found = verdict(TABLE, POINTS, POINTS, WHOLE)
    score = (43.0 * 73.0 * 96.0) ** (1 / 3)
    assert found.score == pytest.approx(score, rel=1e-12)
    assert (found.confidence, found.coverage, found.limiting) == (FULL, 1.0, ("ce_attainment",))


def test_a_sub_score_of_nothing_counts_as_one() -> None:
    found = verdict(TABLE, POINTS, {**POINTS, "it_load": 0.0}, WHOLE)
    assert found.score == pytest.approx((43.0 * 1.0 * 96.0) ** (1 / 3), rel=1e-12)


@pytest.mark.parametrize(
    ("coverage", "short", "confidence"),
    [
        (1.0, False, FULL),
        (0.95, False, FULL),
        (0.9499, False, PROVISIONAL),
        (0.80, False, PROVISIONAL),
        (0.8 - 1e-12, False, PROVISIONAL),
        (0.7999, False, WITHHELD),
        (0.0, False, WITHHELD),
        (1.0, True, PROVISIONAL),
        (0.7999, True, WITHHELD),
    ],
)
def test_the_worst_coverage_decides(coverage: float, short: bool, confidence: str) -> None:
    found = verdict(TABLE, POINTS, POINTS, {**WHOLE, "thermal": coverage}, short)
    assert (found.confidence, found.coverage) == (confidence, coverage)
    assert (found.score is None) is (confidence == WITHHELD)


def test_every_kpi_must_have_points_and_a_coverage() -> None:
    for lacking in POINTS:
        fewer = {kpi: value for kpi, value in POINTS.items() if kpi != lacking}
        covered = dict.fromkeys(fewer, 1.0)
        assert verdict(TABLE, POINTS, fewer, WHOLE).score is None
        assert verdict(TABLE, POINTS, POINTS, covered).score is None
    assert verdict(TABLE, POINTS, {}, {}) == Verdict(None, WITHHELD, None, ())


def test_a_tie_limits_together() -> None:
    tied = {**POINTS, "thermal": 43.0}
    assert verdict(TABLE, tied, tied, WHOLE).limiting == ("ce_attainment", "thermal")


def test_gains() -> None:
    score = mean(TABLE, POINTS.values())
    assert gain(TABLE, POINTS, "ce_attainment") == pytest.approx(
        (100.0 * 73.0 * 96.0) ** (1 / 3) - score
    )
    assert gain(TABLE, {**POINTS, "thermal": 100.0}, "thermal") == 0.0


def test_the_spread_is_that_of_all_corners() -> None:
    for points in ([43.0, 73.0, 96.0], [0.0, 50.0, 50.0, 99.0, 100.0], [97.0]):
        scores = []
        for weights in product((0.5, 1.5), repeat=len(points)):
            logs = [math.log(max(value, 1.0)) for value in points]
            total = sum(w * log for w, log in zip(weights, logs, strict=True))
            scores.append(math.exp(total / sum(weights)))
        assert spread(TABLE, points) == pytest.approx((min(scores), max(scores)))
