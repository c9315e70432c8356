"""`dcagent score rules`: the file, its options, its mistakes."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from scoring.build import built
from scoring.rule_text import text
from scoring.rules import rule_set
from scoring.table_load import SHIPPED, shipped
from tests.unit.agent.test_command_line import dcagent, imported_by

EDITION = shipped().edition.isoformat()


def test_it_prints_the_shipped_rules() -> None:
    for profile, name in (
        ("compliance", "dcagent-score.rules.yml"),
        ("green2025", "dcagent-score-green2025.rules.yml"),
    ):
        done = dcagent("score", "rules", "--profile", profile, "--on", EDITION)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == built()[name]


def test_a_later_day_has_other_breakpoints() -> None:
    done = dcagent("score", "rules", "--on", "2027-01-01")
    assert done.stdout == text(rule_set(shipped(), day=date(2027, 1, 1)))
    assert "绿电占比" not in done.stdout
    assert (
        "60 * clamp(max by (province) (province:dcagent_green_share:declared), 0, 0.5) / 0.5"
        in (done.stdout)
    )


def test_shards_share_the_groups() -> None:
    def groups(shard: str) -> list[str]:
        done = dcagent("score", "rules", "--shard", shard, "--on", EDITION)
        return re.findall(r"- name: (\w+)", done.stdout)

    site, centre, every = groups("site"), groups("centre"), groups("all")
    assert sorted({*site, *centre}) == sorted(every)
    assert set(site) & set(centre) == {"dcagent_score_constants"}
    assert "dcagent_score_node" in site
    assert "dcagent_score_region" in centre


def test_a_table_of_ones_own(tmp_path: Path) -> None:
    own = tmp_path / "kpis.toml"
    table = SHIPPED.read_text(encoding="utf-8")
    own.write_text(table.replace("value = 1.20\n", "value = 1.15\n"), encoding="utf-8")
    done = dcagent("score", "rules", "--breakpoints", str(own), "--on", EDITION)
    assert done.returncode == 0
    assert "- 1.15, 0, 0.15) / 0.15" in done.stdout
    assert shipped().digest[:16] not in done.stdout


def test_mistakes(tmp_path: Path) -> None:
    done = dcagent("score", "rules", "--profile", "gren2025")
    assert (done.returncode, done.stdout) == (64, "")
    assert done.stderr == 'there is no profile "gren2025": did you mean "green2025"?\n'
    own = tmp_path / "kpis.toml"
    own.write_text("editon = 2026-01-01\n", encoding="utf-8")
    done = dcagent("score", "rules", "--breakpoints", str(own))
    assert (done.returncode, done.stdout) == (78, "")
    assert f'{own}:1  unknown key "editon" in a table of KPIs: did you mean "edition"?' in (
        done.stderr
    )
    assert dcagent("score", "rules", "--shard", "moon").returncode == 64


def test_it_imports_no_engine_of_ours() -> None:
    assert not {"asyncio", "pysnmp", "pyipmi", "prometheus_client"} & imported_by("score", "rules")
