"""What a report comes to: counts, and what the shell is told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from scoring.report.gates import FULL, PROVISIONAL
from scoring.report.model import Report


class Exit(IntEnum):
    """What `dcagent score` says to the shell, beside the general codes from 64 on."""

    SCORED = 0
    WITHHELD = 2
    BREACHED = 3
    NO_ANSWER = 4


@dataclass(frozen=True, slots=True)
class Outcome:
    """Subjects by confidence; of all, those below an official floor or a mandatory limit."""

    full: int
    provisional: int
    withheld: int
    breached: int

    @property
    def exit(self) -> Exit:
        """A withheld score outweighs a breach: what is not known cannot be judged."""
        if self.withheld or not (self.full or self.provisional):
            return Exit.WITHHELD
        return Exit.BREACHED if self.breached else Exit.SCORED

    @property
    def status(self) -> str:
        """The same in a word."""
        return {Exit.SCORED: "scored", Exit.WITHHELD: "withheld", Exit.BREACHED: "breached"}[
            self.exit
        ]


def outcome(report: Report) -> Outcome:
    """The outcome of a report."""
    by = [subject.confidence for subject in report.subjects]
    return Outcome(
        full=by.count(FULL),
        provisional=by.count(PROVISIONAL),
        withheld=sum(subject.score is None for subject in report.subjects),
        breached=sum(subject.breached for subject in report.subjects),
    )
