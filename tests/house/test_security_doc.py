"""What docs/security.md and its Chinese sister name exists, and both say the same."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from agent.diagnosis import catalogue
from exporters.listing import LISTING
from tests.alerts.shipped import ALERTS

DOCS = Path(__file__).parents[2] / "docs"
ROOT = DOCS.parent
ENGLISH = (DOCS / "security.md").read_text(encoding="utf-8")
CHINESE = (DOCS / "security.zh-CN.md").read_text(encoding="utf-8")
BOTH = pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["en", "zh"])
_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^):]+)\)")
_FILE = re.compile(r"`((?:tests|packaging)/[\w./-]+)`")
_CLAUSE = re.compile(r"8\.1(?:\.\d+)+")


def blocks(text: str, language: str) -> list[str]:
    return [block for found, block in _FENCED.findall(text) if found == language]


def commands(text: str) -> list[str]:
    """What is typed and what comes of it: the lines of all blocks without comments."""
    lines = (line for _, block in _FENCED.findall(text) for line in block.splitlines())
    bare = (re.sub(r"(?:^|(?<=\s))#(?!!).*", "", line).rstrip() for line in lines)
    return [line for line in bare if line]


@BOTH
def test_files_and_links_lead_somewhere(text: str) -> None:
    names = [ROOT / name for name in _FILE.findall(text)]
    names += [DOCS / link for link in _LINK.findall(text)]
    assert len(names) > 40
    assert [str(name) for name in names if not name.exists()] == []


@BOTH
def test_alerts_series_and_codes_exist(text: str) -> None:
    alerts = set(re.findall(r"`(Dcagent\w+)`", text))
    series = set(re.findall(r"`?(dcagent_[a-z_]+)[`{]", text))
    codes = set(re.findall(r"DCA-[A-Z]+-\d+", text))
    assert min(map(len, (alerts, series, codes))) >= 2
    assert alerts - ALERTS.keys() == set()
    assert series - {listed.name for listed in LISTING} == set()
    assert codes - catalogue().keys() == set()


def test_both_languages_show_the_same() -> None:
    assert commands(ENGLISH) == commands(CHINESE)
    for pattern in (_FILE, _CLAUSE, re.compile(r"\bC\d+"), re.compile(r"^#+ \d", re.MULTILINE)):
        assert pattern.findall(ENGLISH) == pattern.findall(CHINESE)
    rows = re.compile(r"^\|.*\|$", re.MULTILINE)
    shapes = [[row.count("|") for row in rows.findall(text)] for text in (ENGLISH, CHINESE)]
    assert shapes[0] == shapes[1]


def test_the_checklist_has_all_that_the_tables_name() -> None:
    named = {int(number) for number in re.findall(r"\bC(\d+)", ENGLISH)}
    for numbers in re.findall(r"checklist ((?:\d+(?:, )?)+)", ENGLISH):
        named |= {int(number) for number in numbers.strip(", ").split(", ")}
    there = [int(number) for number in re.findall(r"^# (\d+) ", ENGLISH, re.MULTILINE)]
    assert there == list(range(1, len(there) + 1))
    assert named <= set(there)


@BOTH
def test_the_agents_part_of_a_gateway_is_toml(text: str) -> None:
    (block,) = blocks(text, "toml")
    told = tomllib.loads(block)
    assert told == {"web": {"listen": ["127.0.0.1:9825"], "config_file": "web.yml"}}


@pytest.mark.peer("promtool")
@BOTH
def test_promtool_takes_the_scrape_behind_a_gateway(text: str, tmp_path: Path) -> None:
    (block,) = blocks(text, "yaml")
    file = tmp_path / "prometheus.yml"
    file.write_text(block, encoding="utf-8")
    command = ("promtool", "check", "config", "--syntax-only", str(file))
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.peer("systemd-analyze")
def test_systemd_takes_the_drop_in(tmp_path: Path) -> None:
    (block,) = blocks(ENGLISH, "ini")
    unit, drop_in = tmp_path / "dcagent.service", tmp_path / "dcagent.service.d" / "network.conf"
    shipped = (ROOT / "packaging/files/dcagent.service").read_text(encoding="utf-8")
    unit.write_text(shipped.replace("/usr/bin/dcagent", "/bin/true"), encoding="utf-8")
    drop_in.parent.mkdir()
    drop_in.write_text(block, encoding="utf-8")
    done = subprocess.run(
        ("systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)),
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert re.search(r"dcagent\.service: 1\.\d OK", done.stdout), done.stdout + done.stderr
    assert "char-ipmidev" not in done.stdout
