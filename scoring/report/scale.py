"""By which scale a report is made, and whether the engine's rules were made by the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scoring.api import Sample
from scoring.layers.inventory import TABLE_INFO, Made, made
from scoring.report.model import Absent
from scoring.report.question import Question
from scoring.table import PROFILE


@dataclass(frozen=True, slots=True)
class Choice:
    """A profile, whether the rules' points may be taken as they are, and what is to be said."""

    profile: str
    agrees: bool
    notice: Absent | None = None


def choice(question: Question, samples: Iterable[Sample]) -> Choice:
    """The profile asked for, else that of the rules, else the default.

    `samples` are those of `TABLE_INFO`; several that differ are as good as another table.
    """
    rules = sorted({_made(sample) for sample in samples if sample.name == TABLE_INFO})
    theirs = rules[0].profile if len(rules) == 1 else ""
    profile = question.profile or (theirs if theirs in question.table.profiles else PROFILE)
    here = made(question.table, profile, question.day)
    if rules == [here]:
        return Choice(profile, agrees=True)
    if not rules:
        return Choice(profile, agrees=False, notice=Absent("DCA-KPI-034"))
    told = {"rules": ", ".join(map(_told, rules)), "here": _told(here)}
    return Choice(profile, agrees=False, notice=Absent("DCA-KPI-020", told))


def _made(sample: Sample) -> Made:
    return Made(*(sample.labels.get(name, "") for name in ("digest", "profile", "since")))


def _told(one: Made) -> str:
    return f"{one.profile} {one.digest} {one.since}"
