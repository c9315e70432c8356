"""The rule file under promtool: each case of the tables beside it."""

from __future__ import annotations

import pytest

from tests.score.cases import CASES
from tests.score.promtool import promtool
from tests.score.shipped import GROUPS, RULES

pytestmark = pytest.mark.peer("promtool")


@pytest.mark.parametrize("name", list(CASES))
def test_case(name: str) -> None:
    done = promtool(RULES, CASES[name], GROUPS)
    assert done.returncode == 0, done.stdout + done.stderr
