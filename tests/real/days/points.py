"""Points and scores by the anchors of the scoring facts, in plain arithmetic."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

ANCHORS: Mapping[str, Sequence[tuple[float, float]]] = {
    "ce_attainment": ((0, 0), (1, 100)),
    "it_load": ((0.3, 0), (0.6, 100)),
    "thermal": ((76, 0), (91, 60), (96, 80), (100, 100)),
    "rack_occupancy": ((0.5, 0), (0.6, 60), (0.65, 80), (0.8, 100)),
    "pue": ((1.2, 100), (1.3, 80), (1.5, 60), (2.1, 0)),
    "green_share": ((0, 0), (0.3, 60), (0.8, 100)),
}
KPIS = {
    "rack": ("ce_attainment", "it_load", "thermal"),
    "cluster": ("ce_attainment",),
    **dict.fromkeys(
        ("site", "zone", "hub", "province"),
        ("ce_attainment", "it_load", "thermal", "rack_occupancy", "pue"),
    ),
}
IMPOSSIBLE = 1.1
"""η above which there are no points."""
FULL, PROVISIONAL = 0.95, 0.8


def points(kpi: str, value: float) -> float:
    """A straight line between anchors, flat beyond them."""
    anchors = ANCHORS[kpi]
    if value <= anchors[0][0]:
        return anchors[0][1]
    for (left, low), (right, high) in pairwise(anchors):
        if value <= right:
            return low + (high - low) * (value - left) / (right - left)
    return anchors[-1][1]


def score(subs: Mapping[str, float]) -> float:
    """The geometric mean, each at least 1."""
    return math.prod(max(each, 1.0) for each in subs.values()) ** (1 / len(subs))


def confidence(least: float) -> str:
    """ "" where the coverage allows no score."""
    return "full" if least >= FULL else "provisional" if least >= PROVISIONAL else ""
