"""The pack under promtool: each alert fires when it should, and on none of the near misses."""

from __future__ import annotations

import pytest

from tests.alerts.cases import CASES
from tests.alerts.shipped import ALERTS, GROUPS, RULES
from tests.score.promtool import promtool


@pytest.mark.peer("promtool")
@pytest.mark.parametrize("name", list(CASES))
def test_case(name: str) -> None:
    done = promtool(RULES, CASES[name], GROUPS)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_seen_to_fire() -> None:
    fired = {
        labels["alertname"]
        for case in CASES.values()
        for check in case.checks
        for labels, _ in check.samples
    }
    assert fired == set(ALERTS)
