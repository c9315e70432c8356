"""The shipped rules under promtool."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from scoring.rule import Group, Shard
from scoring.rule_text import text
from scoring.rules import rule_set
from scoring.table_load import shipped
from tests.score import cases_points
from tests.score.promtool import Case, promtool, series
from tests.score.shipped import GROUPS, RULES
from tests.score.site import steady

pytestmark = pytest.mark.peer("promtool")

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "packaging" / "prometheus"


@pytest.mark.parametrize(
    "file", sorted(FOLDER.glob("dcagent-score*.rules.yml")), ids=lambda file: file.name
)
def test_shipped_rules(file: Path) -> None:
    done = subprocess.run(
        ["promtool", "check", "rules", str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    count = sum(len(group.rules) for group in GROUPS)
    assert f"SUCCESS: {count} rules found" in done.stdout


def test_the_award_profile_gives_other_points_for_pue() -> None:
    rules = rule_set(shipped(), "green2025")
    case = cases_points.pue_points(cases_points.GREEN_2025)
    done = promtool(text(rules), case, rules.groups)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_documented_rule_takes_a_meter_of_another_exporter() -> None:
    document = (ROOT / "docs/scoring.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", document, re.DOTALL)
    own = Group("meters", "1m", Shard.SITE, "", ())
    counter, at = {"job": "modbus", "instance": "feeder-1"}, {"site": "dc1", "meter": "feeder-1"}
    case = Case("another exporter").feed(
        series("modbus_energy_kwh", "7+1x6", **counter),
        series("dcagent_inventory_meter_info", steady(1), **at, boundary="facility"),
    )
    found = ({**at, "boundary": "facility"}, 12 * 3.6e6)
    case.expect(5, "meter:dcagent_energy_joules:total", found)
    rules = RULES.replace("groups:\n", example, 1)
    done = promtool(rules, case, (own, *GROUPS))
    assert done.returncode == 0, done.stdout + done.stderr
