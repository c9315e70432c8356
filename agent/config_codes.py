"""The stable codes of mistakes in a configuration; `dcagent explain CODE` tells more."""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """One code per kind of mistake. Codes are never renumbered, nor used again."""

    UNREADABLE = "DCA-CONF-001"
    MISSING_KEY = "DCA-CONF-002"
    UNKNOWN_KEY = "DCA-CONF-003"
    WRONG_TYPE = "DCA-CONF-004"
    OUT_OF_RANGE = "DCA-CONF-005"
    DUPLICATE_TARGET = "DCA-CONF-006"
    UNKNOWN_CREDENTIAL = "DCA-CONF-007"
    WRONG_PROTOCOL = "DCA-CONF-008"
    UNKNOWN_WORD = "DCA-CONF-009"
    SECRET_UNREADABLE = "DCA-CONF-010"  # noqa: S105
    SECRET_EXPOSED = "DCA-CONF-011"  # noqa: S105
    SECRET_LITERAL = "DCA-CONF-012"  # noqa: S105
    BAD_LISTEN = "DCA-CONF-013"
    OPEN_LISTEN = "DCA-CONF-014"
    BAD_ADDRESS = "DCA-CONF-015"
    OVERLAP = "DCA-CONF-016"
    DUPLICATE_CREDENTIAL = "DCA-CONF-017"
    MISPLACED = "DCA-CONF-018"
    BAD_NAME = "DCA-CONF-019"
    UNKNOWN_PROFILE = "DCA-CONF-020"
    NOT_ENCRYPTED = "DCA-CONF-021"
