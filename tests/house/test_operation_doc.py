"""docs/operation.md names every file of the package, and says the same in both languages."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from agent import state
from agent.config import CACHE_DIRECTORY, STATE_DIRECTORY
from agent.diagnosis import entry_of
from alerts.load import alerts
from packager import stage
from packager.source import PACKAGING

DOCS = Path(__file__).parents[2] / "docs"
ENGLISH, CHINESE = DOCS / "operation.md", DOCS / "operation.zh-CN.md"
NAMES = ("operation", "installation")
BOTH = pytest.mark.parametrize("file", [ENGLISH, CHINESE], ids=["en", "zh"])
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)#]*)(?:#([^)]*))?\)")


def text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def blocks(file: Path) -> list[tuple[str, str]]:
    """Language and content of each fenced block."""
    return _FENCE.findall(text_of(file))


def words(file: Path) -> list[str]:
    """What stands in backticks, outside of blocks."""
    return _CODE.findall(_FENCE.sub("", text_of(file)))


def packaged() -> set[str]:
    """Every path that the package puts somewhere."""
    manifest = (PACKAGING / "nfpm.yaml").read_text(encoding="utf-8")
    found = set(re.findall(r"dst: ([^,}\s]+)", manifest)) - {"/usr/share/dcagent", "/usr/share/man"}
    share = f"/{stage.SHARE}"
    samples = {f"{share}/{name}" for name in stage.SAMPLES}
    pages = {f"/{stage.MANUAL}/man1/dcagent.1.gz", f"/{stage.MANUAL}/man5/dcagent.toml.5.gz"}
    return found | samples | pages | {f"{share}/dcagent.cdx.json"}


@BOTH
def test_every_file_of_the_package_is_named(file: Path) -> None:
    named = set(words(file))
    assert len(packaged()) >= 30
    assert packaged() - named == set()


@BOTH
def test_every_file_of_the_service_is_named(file: Path) -> None:
    folder = STATE_DIRECTORY.default
    kept = {f"{folder}/{name}" for name in (state.FILE, f"{state.FILE}.new", state.LOCK)}
    assert {folder, CACHE_DIRECTORY.default, "*.sdr", *kept} - set(words(file)) == set()
    assert f"`{state.FILE}.corrupt`" in text_of(file)


def test_both_languages_have_the_same_commands_names_and_parts() -> None:
    english, chinese = words(ENGLISH), words(CHINESE)
    assert sorted(english) == sorted(chinese)
    for (kind, ours), (other, theirs) in zip(blocks(ENGLISH), blocks(CHINESE), strict=True):
        assert kind == other
        assert bare(ours) == bare(theirs)
    shapes = [
        [line.partition(" ")[0] for line in text_of(file).splitlines() if line.startswith("#")]
        for file in (ENGLISH, CHINESE)
    ]
    assert shapes[0] == shapes[1]
    rows = [text_of(file).count("\n|") for file in (ENGLISH, CHINESE)]
    assert rows[0] == rows[1]


def bare(block: str) -> str:
    """A block without its remarks."""
    return "\n".join(re.sub(r"\s+#\s.*$", "", line) for line in block.splitlines())


@BOTH
def test_codes_alerts_and_series_are_there(file: Path) -> None:
    text = _FENCE.sub("", text_of(file))
    for code in set(re.findall(r"DCA-[A-Z]+-\d+", text)):
        assert entry_of(code).code == code
    known = {alert.name for alert in alerts()}
    assert set(re.findall(r"`(Dcagent\w+)`", text)) <= known
    metrics = text_of(DOCS / "metrics.md")
    for series in set(re.findall(r"`(dcagent_[a-z_]+)`", text)):
        assert f"`{series}`" in metrics, series


@BOTH
def test_limits_are_those_of_the_unit(file: Path) -> None:
    unit = (PACKAGING / "files/dcagent.service").read_text(encoding="utf-8").splitlines()
    for name in ("MemoryMax", "TasksMax", "LimitNOFILE"):
        (line,) = (each for each in unit if each.startswith(f"{name}="))
        assert line in words(file)
    assert {"RestartSec=5", "StartLimitIntervalSec=120", "StartLimitBurst=10"} <= set(unit)
    assert "RestartPreventExitStatus=78" in unit


@pytest.mark.parametrize("name", [f"{n}{x}.md" for n in NAMES for x in ("", ".zh-CN")])
def test_links_lead_somewhere(name: str) -> None:
    file = DOCS / name
    for other, anchor in _LINK.findall(_FENCE.sub("", text_of(file))):
        there = file.parent / other if other else file
        assert there.is_file(), other
        heads = re.findall(r"^#+ (.*)$", text_of(there), re.MULTILINE)
        anchors = {re.sub("[,、]", "", head).lower().replace(" ", "-") for head in heads}
        assert not anchor or anchor in anchors


def test_the_script_is_one() -> None:
    (script,) = (content for kind, content in blocks(ENGLISH) if kind == "sh")
    subprocess.run(("sh", "-n"), input=script, text=True, check=True)
