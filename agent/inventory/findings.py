"""What is wrong with an inventory: a code, a row, and a sentence in each language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from agent.config_codes import Code as Config
from agent.diagnosis import Lang
from agent.inventory.messages import MESSAGES, in_chinese
from model.document import DocumentError, Problem


class Code(StrEnum):
    """One code per kind of mistake; `dcagent explain CODE` tells more. Never renumbered."""

    UNREADABLE = "DCA-INV-001"
    MISSING_KEY = "DCA-INV-002"
    UNKNOWN_KEY = "DCA-INV-003"
    BAD_VALUE = "DCA-INV-004"
    UNKNOWN_WORD = "DCA-INV-005"
    NODE_TWICE = "DCA-INV-006"
    ADDRESS_TWICE = "DCA-INV-007"
    TWICE = "DCA-INV-008"
    UNKNOWN_SITE = "DCA-INV-009"
    UNKNOWN_RACK = "DCA-INV-010"
    RACK_ELSEWHERE = "DCA-INV-011"
    OVERLAPPING_U = "DCA-INV-012"
    BEYOND_RACK = "DCA-INV-013"
    OUTLET_TWICE = "DCA-INV-014"
    UNKNOWN_PDU = "DCA-INV-015"
    ONE_PDU = "DCA-INV-016"
    ONE_FEED = "DCA-INV-017"
    NO_DESIGN_POWER = "DCA-INV-018"
    NAMEPLATE = "DCA-INV-019"
    NO_RATING = "DCA-INV-020"
    NO_RACK = "DCA-INV-021"
    NOT_LISTED = "DCA-INV-022"
    NOT_POLLED = "DCA-INV-023"
    DISAGREE = "DCA-INV-024"
    NO_PEAK = "DCA-INV-025"


WARNINGS = frozenset(
    {
        *(Code.UNKNOWN_PDU, Code.ONE_PDU, Code.ONE_FEED, Code.NO_DESIGN_POWER, Code.NAMEPLATE),
        *(Code.NO_RATING, Code.NO_RACK, Code.NOT_LISTED, Code.NOT_POLLED, Code.NO_PEAK),
    }
)
"""What is true of a site though it should not be, or is not known yet: no reason to refuse."""

_OF_A_VALUE: Mapping[str, Code] = {
    Config.UNREADABLE: Code.UNREADABLE,
    Config.MISSING_KEY: Code.MISSING_KEY,
    Config.UNKNOWN_KEY: Code.UNKNOWN_KEY,
    Config.WRONG_TYPE: Code.BAD_VALUE,
    Config.OUT_OF_RANGE: Code.BAD_VALUE,
    Config.UNKNOWN_WORD: Code.UNKNOWN_WORD,
    Config.MISPLACED: Code.UNKNOWN_KEY,
}
"""Codes of the reader of keys → ours."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake. `words` fill the sentence of its code; `said` stands instead of it."""

    code: Code
    file: str
    line: int
    words: Mapping[str, str] = field(default_factory=dict)
    said: str = ""
    key: str = ""

    @property
    def warning(self) -> bool:
        """True where the inventory can be used all the same."""
        return self.code in WARNINGS

    @property
    def place(self) -> str:
        """Where, as "file:line"."""
        return f"{self.file}:{self.line}" if self.line else self.file

    def message(self, lang: Lang) -> str:
        """What is wrong, in one sentence."""
        zh, en = MESSAGES.get(self.code.name, (self.said, self.said))
        text = zh if lang == "zh" else en
        told = self.said or text.format_map({"hint": "", **self.words})
        return in_chinese(told) if lang == "zh" else told

    @property
    def problem(self) -> Problem:
        """The same as configuration files have it."""
        return Problem(self.file, self.line, self.key, self.message("en"), self.code.value)


def of_values(problems: Iterable[Problem]) -> list[Finding]:
    """Mistakes of single keys as the reader of keys found them."""
    return [
        Finding(_OF_A_VALUE.get(p.code) or Code(p.code), p.file, p.line, said=p.message, key=p.key)
        for p in problems
    ]


def refusal(findings: Iterable[Finding]) -> DocumentError:
    """All errors among the findings, as an exception."""
    return DocumentError(finding.problem for finding in findings if not finding.warning)
