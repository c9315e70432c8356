"""All cases of the rule file."""

from __future__ import annotations

from collections.abc import Sequence

from tests.score import (
    cases_diagnostics,
    cases_energy,
    cases_periods,
    cases_points,
    cases_racks,
    cases_regions,
    cases_servers,
)
from tests.score.promtool import Case

_MODULES: tuple[Sequence[Case], ...] = (
    cases_servers.CASES,
    cases_racks.CASES,
    cases_regions.CASES,
    cases_energy.CASES,
    cases_points.CASES,
    cases_periods.CASES,
    cases_diagnostics.CASES,
)
CASES = {case.name: case for cases in _MODULES for case in cases}
"""Name → case."""
