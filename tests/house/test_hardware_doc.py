"""docs/hardware.md says what the shipped profiles are."""

from __future__ import annotations

import re
from pathlib import Path

from hw_profiles.hardware_doc import document
from hw_profiles.load import pack

DOC = Path(__file__).parents[2] / "docs" / "hardware.md"


def test_is_fresh() -> None:
    assert DOC.read_text(encoding="utf-8") == document(pack()), (
        "stale: run python -m hw_profiles.hardware_doc > docs/hardware.md"
    )


def test_every_profile_has_its_source_and_no_link_leads_nowhere() -> None:
    text = document(pack())
    heads = set(re.findall(r"^### (\S+)$", text, re.MULTILINE))
    assert heads == {profile.name for profile in pack().profiles}
    assert set(re.findall(r"\(#([^)]+)\)", text)) <= heads
    for profile in pack().profiles:
        section = text.partition(f"### {profile.name}\n")[2].partition("\n##")[0]
        assert profile.source.replace("|", "\\|") in section
        assert f"| verified | {profile.verified} |" in section
        for word in profile.expects:
            assert f"`{word}`" in section


def test_a_child_tells_what_it_reads_beyond_its_parent() -> None:
    section = document(pack()).partition("### inspur\n")[2].partition("\n##")[0]
    assert "what [`generic-ipmi`](#generic-ipmi) reads; without psu: state; cpu: state" in section
    assert "manufacturer 37945 or 48512 or" in section
