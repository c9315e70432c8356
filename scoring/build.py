"""Writes the rule files that are shipped: `python -m scoring.build packaging/prometheus`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from scoring.rule_text import text
from scoring.rules import rule_set
from scoring.table import PROFILE
from scoring.table_load import shipped


def built() -> Mapping[str, str]:
    """File name → text, one for each profile of the shipped table, as of its edition."""
    table = shipped()
    return {
        f"dcagent-score{'' if profile == PROFILE else f'-{profile}'}.rules.yml": text(
            rule_set(table, profile)
        )
        for profile in table.profiles
    }


if __name__ == "__main__":
    for name, content in built().items():
        (Path(sys.argv[1]) / name).write_text(content, encoding="utf-8")
