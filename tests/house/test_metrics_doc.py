"""docs/metrics.md says what the code exports."""

from __future__ import annotations

from pathlib import Path

from exporters.metrics_doc import document

DOC = Path(__file__).parents[2] / "docs" / "metrics.md"


def test_is_fresh() -> None:
    assert DOC.read_text(encoding="utf-8") == document(), (
        "stale: run python -m exporters.metrics_doc > docs/metrics.md"
    )
