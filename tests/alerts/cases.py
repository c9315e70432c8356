"""All cases of the pack."""

from __future__ import annotations

from tests.alerts import cases_power, cases_scores, cases_servers, cases_targets

_MODULES = (cases_targets, cases_servers, cases_power, cases_scores)
CASES = {case.name: case for module in _MODULES for case in module.CASES}
"""Name → case."""
