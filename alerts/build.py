"""Writes what is shipped of the alerts: `python -m alerts.build` in the repository's root."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from alerts import alertmanager, runbook
from alerts.pack import RUNBOOKS, pack
from alerts.pack_text import text

RULES = "packaging/prometheus/dcagent-alerts.rules.yml"
ALERTMANAGER = "packaging/alertmanager/dcagent.yml"


def built() -> Mapping[str, str]:
    """Path in the repository → text: the pack, the runbooks, a sample for Alertmanager."""
    made = pack()
    pages = runbook.pages(made)
    return {
        RULES: text(made),
        ALERTMANAGER: alertmanager.text(made.alerts()),
        **{f"{RUNBOOKS}/{name}": page for name, page in pages.items()},
    }


def write(root: Path) -> None:
    """Writes all of it, and removes runbooks of alerts that are no more."""
    files = built()
    for page in (root / RUNBOOKS).glob("*.md"):
        if f"{RUNBOOKS}/{page.name}" not in files:
            page.unlink()
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
