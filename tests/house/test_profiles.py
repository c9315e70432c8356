"""Profiles keep their own house: what is shipped, what is written of them, what they promise."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hw_profiles import load, parse_parts, parse_rule
from hw_profiles.schema import Profile
from tests.unit.hw_profiles.writing import HEAD, checked

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs/profiles.md").read_text(encoding="utf-8")
SCORING = (ROOT / "docs/scoring.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", DOCUMENT + SCORING, re.DOTALL)
PROFILES = load.pack().profiles


def _whole(example: str) -> str:
    """An example of a part of a profile, made a profile."""
    if example.startswith("[profile]"):
        return example.replace('extends  = "…"', "")
    protocol = "ipmi" if "[ipmi]" in example or "sensor" in example else "snmp"
    parted = example if example.startswith("[") else f"[metrics]\n{example}"
    return HEAD.format(protocol=protocol) + parted


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_of_the_documents_are_right(example: str) -> None:
    _, problems = checked(_whole(example))
    assert not [p for p in problems if '"extends"' not in p.message]


@pytest.mark.parametrize(
    "verb",
    sorted(
        (parse_rule.SNMP_KEYS | parse_rule.TABLE_KEYS | parse_rule.IPMI_KEYS)
        | set(parse_parts.STATE_GROUPS)
    ),
)
def test_every_verb_is_written_down(verb: str) -> None:
    assert f"`{verb}`" in DOCUMENT or re.search(rf"`[^`]*\b{verb} = ", DOCUMENT)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda p: p.name)
def test_shipped_profile(profile: Profile) -> None:
    assert Path(profile.file).stem == profile.name
    assert profile.title
    assert profile.source
    assert profile.expects
    assert set(profile.expects) <= set(profile.words)
