"""What is shipped of the alerts, under the programs that will read it."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from alerts.build import ALERTMANAGER, RULES
from scoring.rule import Rule, Shard
from scoring.rule_text import rule_lines
from tests.alerts.shipped import ALERTS, PACK

ROOT = Path(__file__).parents[2]
_COMMAND = re.compile(r"(dcagent|ipmitool|snmpwalk|curl|openssl|ip|systemctl|journalctl) ")


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.peer("promtool")
def test_promtool_finds_every_rule() -> None:
    done = _run("promtool", "check", "rules", str(ROOT / RULES))
    count = sum(len(group.rules) + len(group.alerts) for group in PACK.groups)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"SUCCESS: {count} rules found" in done.stdout


@pytest.mark.peer("vmalert")
def test_vmalert_takes_it() -> None:
    done = _run("vmalert", "-dryRun", f"-rule={ROOT / RULES}")
    assert done.returncode == 0, done.stderr
    assert "error" not in done.stderr.casefold()
    spoilt = _run("vmalert", "-dryRun", f"-rule={ROOT / 'pyproject.toml'}")
    assert spoilt.returncode != 0, "vmalert reads what it is given"


@pytest.mark.peer("amtool")
def test_amtool_takes_the_sample_for_alertmanager() -> None:
    done = _run("amtool", "check-config", str(ROOT / ALERTMANAGER))
    assert done.returncode == 0, done.stdout + done.stderr
    count = sum(len(alert.inhibits) for alert in ALERTS.values())
    assert f"- {count} inhibit rules" in done.stdout


@pytest.mark.peer("amtool")
@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        ("alertname=DcagentUpsOnBattery severity=critical", "on-call"),
        ("alertname=DcagentPsuLost severity=warning", "shift"),
        ("alertname=DcagentSelFull severity=info", "planning"),
    ],
)
def test_each_severity_goes_its_way(labels: str, receiver: str) -> None:
    file = f"--config.file={ROOT / ALERTMANAGER}"
    done = _run("amtool", "config", "routes", "test", file, *labels.split())
    assert (done.returncode, done.stdout.strip()) == (0, receiver)


@pytest.mark.peer("promtool")
def test_the_queries_of_runbooks_are_promql(tmp_path: Path) -> None:
    queries = [
        check.run
        for alert in ALERTS.values()
        for check in alert.runbook.checks
        if not _COMMAND.match(check.run)
    ]
    rules = (Rule(f"query_{number}", query) for number, query in enumerate(queries))
    lines = ("groups:", "  - name: queries", "    rules:")
    text = "\n".join((*lines, *(line for rule in rules for line in rule_lines(rule))))
    file = tmp_path / "queries.yml"
    file.write_text(text, encoding="utf-8")
    done = _run("promtool", "check", "rules", str(file))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"SUCCESS: {len(queries)} rules found" in done.stdout


def test_shards_are_the_whole() -> None:
    site, centre = PACK.shard(Shard.SITE), PACK.shard(Shard.CENTRE)
    assert replace(PACK, groups=site.groups + centre.groups) == PACK
    assert {alert.name for alert in centre.alerts()} == {
        *("DcagentCoverageFalling", "DcagentSiteSilent", "DcagentAttainmentImplausible"),
        *("DcagentPueAboveHubLimit", "DcagentPueLimitBreached"),
    }
