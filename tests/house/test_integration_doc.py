"""The documents on integration say the same in both languages, and name every file there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENGLISH, CHINESE = ROOT / "docs/integration.md", ROOT / "docs/integration.zh-CN.md"
FOLDERS = ("prometheus", "victoriametrics", "thanos")


def blocks(document: Path) -> list[str]:
    """What stands in the blocks of code, without comments."""
    found = re.findall(r"```\w*\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL)
    return [re.sub(r"(?m)^#.*\n", "", block) for block in found]


def figures(document: Path) -> set[str]:
    """Every number of two digits or more outside of code."""
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    return {number.replace(",", "") for number in re.findall(r"\d[\d.,]*\d", text)}


def test_both_show_the_same_commands_and_queries() -> None:
    assert blocks(ENGLISH) == blocks(CHINESE)


def test_both_give_the_same_figures() -> None:
    assert figures(ENGLISH) == figures(CHINESE)


def test_both_have_the_same_headings_and_tables() -> None:
    shapes = [
        re.findall(r"(?m)^(#+ |\||- )", d.read_text(encoding="utf-8")) for d in (ENGLISH, CHINESE)
    ]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("document", [ENGLISH, CHINESE], ids=lambda d: d.name)
def test_every_file_is_named(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for folder in FOLDERS:
        for file in (ROOT / "packaging" / folder).iterdir():
            if file.is_file() and not file.name.endswith(".rules.yml"):
                assert file.name in text, file.name


@pytest.mark.parametrize("document", [ENGLISH, CHINESE], ids=lambda d: d.name)
def test_what_it_points_to_is_there(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), target


def test_no_range_of_a_rule_is_near_the_interval_of_what_it_reads() -> None:
    """Prometheus 3 leaves the sample on a range's edge out: of [1h] over minutes that is little."""
    rules = "".join(f.read_text() for f in (ROOT / "packaging/prometheus").glob("*.rules.yml"))
    assert set(re.findall(r"\[(\w+?)[:\]]", rules)) == {
        *("1h", "2h", "1d", "25h", "7d", "30d", "180d", "365d"),
    }
