"""Why a query has no answer: a code of the catalogue, and what came back."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Code(StrEnum):
    """What can be wrong between a query and its answer."""

    BAD_URL = "DCA-API-001"
    LOGIN_IN_URL = "DCA-API-002"
    NO_NAME = "DCA-API-003"
    UNREACHABLE = "DCA-API-004"
    TIMEOUT = "DCA-API-005"
    NOT_TRUSTED = "DCA-API-006"
    TLS_FAILED = "DCA-API-007"
    CERTIFICATE_WANTED = "DCA-API-008"
    LOGIN_REFUSED = "DCA-API-009"
    FORBIDDEN = "DCA-API-010"
    NO_API = "DCA-API-011"
    REDIRECTED = "DCA-API-012"
    QUERY_REFUSED = "DCA-API-013"
    TOO_HEAVY = "DCA-API-014"
    TOO_MANY = "DCA-API-015"
    SERVER_ERROR = "DCA-API-016"
    NOT_JSON = "DCA-API-017"
    BROKEN_OFF = "DCA-API-018"
    PARTIAL = "DCA-API-019"
    UNEXPECTED = "DCA-API-020"
    TWICE = "DCA-API-021"
    REMARK = "DCA-API-022"
    BAD_FILE = "DCA-API-023"


LONGEST = 240
"""Characters of a server's own words that are repeated."""


class QueryFailed(Exception):
    """A query without an answer.

    `evidence` is what came back, in one line; `words` fill the holes of the code's page.
    """

    def __init__(self, code: Code, evidence: str, words: Mapping[str, str] | None = None) -> None:
        self.code, self.evidence = code, one_line(evidence)
        self.words: Mapping[str, str] = words or {}
        super().__init__(f"{self.evidence} ({code.value})")


def one_line(text: str) -> str:
    """A server's words as one printable line, cut where they are long."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
