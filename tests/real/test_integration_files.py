"""The programs that read what is shipped for Prometheus, VictoriaMetrics and Thanos take it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from scoring.contract import TRAVELS
from tests.real.integration_files import PACKAGING, VICTORIA, lay_out, started_by

SERVERS = (
    *("fleet.yml", "single.yml", "site.yml", "centre.yml", "centre-federation.yml"),
    "thanos.yml",
)
AGENT = "agent-mode.yml"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("site")
    lay_out(directory)
    return directory


def said(*command: str | Path) -> str:
    """What a program says that finds nothing wrong."""
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.peer("promtool")
@pytest.mark.parametrize("name", SERVERS)
def test_promtool_takes_it(site: Path, name: str) -> None:
    assert "SUCCESS: 2 rule files found" in said("promtool", "check", "config", site / name)


def test_every_configuration_is_tested() -> None:
    files = {file.name for file in (PACKAGING / "prometheus").glob("*.yml")}
    rules = {file.name for file in (PACKAGING / "prometheus").glob("*.rules.yml")}
    assert files - rules == {*SERVERS, AGENT} - {"thanos.yml"}


@pytest.mark.peer("promtool")
def test_promtool_takes_the_agent_mode(site: Path) -> None:
    assert "SUCCESS" in said("promtool", "check", "config", "--agent", site / AGENT)
    single = ("promtool", "check", "config", "--agent", site / "single.yml")
    done = subprocess.run(single, capture_output=True, text=True, check=False)
    assert done.returncode != 0, "an agent has no rules"


@pytest.mark.peer("victoria-metrics", "vmagent")
def test_victoria_metrics_takes_the_scrapes_and_what_travels(site: Path) -> None:
    scrape = (f"-promscrape.config={site / 'scrape.yml'}", "-promscrape.config.strictParse")
    said("victoria-metrics", "-dryRun", *scrape)
    dry = [*started_by("vmagent.service", site, {}), "-dryRun", "-promscrape.config.strictParse"]
    said(*dry)
    broken = (site / "travels.yml").read_text().replace("action: keep", "action: carry")
    (site / "broken.yml").write_text(broken)
    done = subprocess.run(
        [word.replace("travels.yml", "broken.yml") for word in dry],
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode != 0, "vmagent reads what it is given"


@pytest.mark.peer("vmalert")
def test_vmalert_takes_the_rules_of_its_unit(site: Path) -> None:
    said(*started_by("vmalert.service", site, {}), "-dryRun")


def test_both_scrape_alike() -> None:
    begins = "scrape_configs:\n"
    of_prometheus = (PACKAGING / "prometheus/fleet.yml").read_text(encoding="utf-8")
    own = (VICTORIA / "scrape.yml").read_text(encoding="utf-8").partition(begins)[2]
    lines = (line.partition("  #")[0].rstrip() for line in of_prometheus.splitlines())
    assert own.strip() == "\n".join(lines).partition(begins)[2].strip()


def test_what_travels_is_the_same_everywhere() -> None:
    assert TRAVELS in (VICTORIA / "travels.yml").read_text(encoding="utf-8")


def test_the_hash_ring_of_thanos_is_json() -> None:
    (ring,) = json.loads((PACKAGING / "thanos/hashrings.json").read_text(encoding="utf-8"))
    assert all(end.endswith(":10901") for end in ring["endpoints"])
