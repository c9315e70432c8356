"""The shipped rules and the configurations beside them, under promtool."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from alerts import pack_text
from alerts.pack import pack
from scoring.rule import Shard
from scoring.rule_text import text
from scoring.rules import rule_set
from scoring.table_load import shipped
from tests.score import cases_points
from tests.score.promtool import promtool
from tests.score.shipped import GROUPS

pytestmark = pytest.mark.peer("promtool")

FOLDER = Path(__file__).parents[2] / "packaging" / "prometheus"
CONFIGURATIONS = ("single.yml", "site.yml", "centre.yml", "centre-federation.yml")


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


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_configurations_are_right(name: str, tmp_path: Path) -> None:
    for shard in Shard:
        part = "" if shard is Shard.ALL else f"-{shard}"
        rules = text(rule_set(shipped()).shard(shard))
        (tmp_path / f"dcagent-score{part}.rules.yml").write_text(rules, encoding="utf-8")
        alerts = pack_text.text(pack().shard(shard))
        (tmp_path / f"dcagent-alerts{part}.rules.yml").write_text(alerts, encoding="utf-8")
    shutil.copy(FOLDER / name, tmp_path / name)
    done = subprocess.run(
        ["promtool", "check", "config", str(tmp_path / name)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SUCCESS" in done.stdout


def test_every_configuration_is_tested() -> None:
    files = {file.name for file in FOLDER.glob("*.yml")} - {
        file.name for file in FOLDER.glob("*.rules.yml")
    }
    assert files == set(CONFIGURATIONS)


def test_the_award_profile_gives_other_points_for_pue() -> None:
    rules = rule_set(shipped(), "green2025")
    case = cases_points.pue_points(cases_points.GREEN_2025)
    done = promtool(text(rules), case, rules.groups)
    assert done.returncode == 0, done.stdout + done.stderr
