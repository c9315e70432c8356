"""`python -m agent.diagnosis` prints docs/codes.md."""

import sys

from agent.diagnosis.page import document

sys.stdout.buffer.write(document().encode())
