"""What a configuration may say and better would not: `dcagent config check` warns of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agent.config_codes import Code
from agent.config_targets import Entry
from collectors.ipmi.rmcpplus import SUITES
from model.document import Problem


def doubts(entries: Iterable[Entry]) -> Iterator[Problem]:
    """A warning for each target whose cipher suite leaves its packets open."""
    for entry in entries:
        pinned = entry.target.cipher_suite
        if pinned is not None and not SUITES[pinned].secret:
            message = f"cipher_suite: {pinned} does not encrypt; 17 and 3 do"
            code = Code.NOT_ENCRYPTED.value
            yield Problem(entry.file, entry.line, "cipher_suite", message, code)
