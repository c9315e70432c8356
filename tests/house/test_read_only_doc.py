"""docs/read-only.md says what may be sent to a device."""

from __future__ import annotations

from pathlib import Path

from collectors.ipmi import permitted
from collectors.read_only_doc import document
from collectors.snmp.messages import SENT

FILE = Path(__file__).parents[2] / "docs/read-only.md"


def test_the_document_is_fresh() -> None:
    assert FILE.read_text(encoding="utf-8") == document(), (
        "stale: run python -m collectors.read_only_doc > docs/read-only.md"
    )


def test_every_request_stands_in_it() -> None:
    text = document()
    requests = (*permitted.READS.values(), *permitted.SESSION.values(), *permitted.SETUP.values())
    assert [r.name for r in requests if f"| {r.name} | {r.section} |" not in text] == []
    assert [name for name in SENT.values() if f"| {name} |" not in text] == []
