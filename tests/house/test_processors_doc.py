"""docs/processors.md says what the processor table holds, and its examples are right."""

from __future__ import annotations

import re
from pathlib import Path

from hw_profiles.processor_doc import document
from hw_profiles.processor_table import check

DOC = Path(__file__).parents[2] / "docs" / "processors.md"


def test_is_fresh() -> None:
    assert DOC.read_text(encoding="utf-8") == document(), (
        "stale: run python -m hw_profiles.processor_doc > docs/processors.md"
    )


def test_example_is_right(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", document(), re.DOTALL)
    path = tmp_path / "example.toml"
    path.write_text(example, encoding="utf-8")
    found, problems = check([path])
    assert not problems
    assert (len(found.processors), len(found.accelerators)) == (1, 1)
