"""The stable codes of what is wrong with a web configuration file; `dcagent explain CODE`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from agent.config_codes import Code as Config


class Code(StrEnum):
    """One code per kind of mistake. Codes are never renumbered, nor used again."""

    UNREADABLE = "DCA-WEB-001"
    MISSING_KEY = "DCA-WEB-002"
    UNKNOWN_KEY = "DCA-WEB-003"
    BAD_VALUE = "DCA-WEB-004"
    BAD_FILE = "DCA-WEB-005"
    OTHER_KEY = "DCA-WEB-006"
    EXPIRED = "DCA-WEB-007"
    EXPIRES_SOON = "DCA-WEB-008"
    BAD_HASH = "DCA-WEB-009"
    UNUSUAL_COST = "DCA-WEB-010"
    NO_BCRYPT = "DCA-WEB-011"
    CLIENT_POLICY = "DCA-WEB-012"
    OLD_TLS = "DCA-WEB-013"
    NO_TLS_LEFT = "DCA-WEB-014"
    OTHERWISE = "DCA-WEB-015"
    OPEN_FILE = "DCA-WEB-016"
    CLEAR_PASSWORD = "DCA-WEB-017"  # noqa: S105
    WEAK_CIPHER = "DCA-WEB-018"


WARNINGS = frozenset(
    {
        *(Code.EXPIRED, Code.EXPIRES_SOON, Code.UNUSUAL_COST, Code.OLD_TLS, Code.OPEN_FILE),
        *(Code.CLEAR_PASSWORD, Code.WEAK_CIPHER),
    }
)
"""What the agent serves with all the same, and says so at each start."""

NOTES = frozenset({Code.OTHERWISE})
"""What is taken in another way than exporter-toolkit takes it, without harm."""

HARMLESS = WARNINGS | NOTES
"""No reason to refuse the file."""

OF_A_KEY: Mapping[str, Code] = {
    Config.MISSING_KEY: Code.MISSING_KEY,
    Config.UNKNOWN_KEY: Code.UNKNOWN_KEY,
    Config.WRONG_TYPE: Code.BAD_VALUE,
    Config.OUT_OF_RANGE: Code.BAD_VALUE,
    Config.UNKNOWN_WORD: Code.BAD_VALUE,
}
"""Codes of the reader of keys → ours."""
