"""`python -m agent.diagnosis` prints docs/codes.md."""

import sys

from agent.diagnosis.page import document

sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # stdout is a TextIOWrapper
sys.stdout.write(document())
