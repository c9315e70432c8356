"""Many subjects, a line each; and what a site lacks, a line for each server, rack or meter."""

from __future__ import annotations

from collections.abc import Sequence

from agent.cli.terminal import columns, one_line, paint
from agent.diagnosis import entry_of
from agent.score.amounts import points as plain_points
from agent.score.block import GRADES
from agent.score.shown import NONE, Shown
from agent.score.words import say, told
from scoring.kpi import scored_at
from scoring.report.model import Lack, Subject


def listing(shown: Shown, colour: bool) -> list[str]:
    """The table: in the order of places, since it is no ranking."""
    subjects, lang = shown.report.subjects, shown.lang
    kpis = [kpi.name for kpi in scored_at(shown.report.level)]
    shared = _shared(subjects)
    names = ("score", "grade", "confidence", "coverage")
    heads = [say(lang, shown.report.level.name), *(say(lang, name) for name in names)]
    heads += [*(say(lang, kpi) for kpi in kpis), say(lang, "limiting"), say(lang, "most")]
    rows = [_row(shown, subject, kpis, shared) for subject in subjects]
    right = [1, 4, *range(5, 5 + len(kpis))]
    lines = columns([heads, *rows], right)
    painted = [
        paint(line, GRADES[subject.grade], colour and subject.grade.value in "DN")
        for line, subject in zip(lines[1:], subjects, strict=True)
    ]
    place = f" {'/'.join(shared)}" if shared else ""
    return [*([place] if place else []), *(f"  {line}" for line in (lines[0], *painted))]


def _shared(subjects: Sequence[Subject]) -> list[str]:
    """The beginning of the place that all have in common."""
    parts = [subject.path.split("/")[:-1] for subject in subjects]
    found = []
    for same in zip(*parts, strict=False):
        if len(set(same)) > 1:
            break
        found.append(same[0])
    return found


def _row(shown: Shown, subject: Subject, kpis: Sequence[str], shared: Sequence[str]) -> list[str]:
    lang = shown.lang
    name = "/".join(subject.path.split("/")[len(shared) :])
    confidence = say(lang, subject.confidence or "withheld")
    cells = [shown.points(subject.score), subject.grade.value, confidence]
    cells.append(shown.share(subject.coverage))
    points = {sub.figure.kpi: sub for sub in subject.subs}
    for kpi in kpis:
        sub = points.get(kpi)
        mark = "↓" if sub and sub.below_floor else ""
        cells.append(mark + shown.points(sub.points if sub else None))
    limiting = " ".join(say(lang, kpi) for kpi in subject.limiting) or NONE
    return [one_line(name) or NONE, *cells, limiting, _most(shown, subject)]


def _most(shown: Shown, subject: Subject) -> str:
    """What would raise it most; of a withheld one why."""
    if subject.advice:
        best = subject.advice[0]
        return f"+{plain_points(best.gain)} {say(shown.lang, best.kpi)}"
    return " ".join(dict.fromkeys(absent.code for absent in subject.withheld))


def lacks(shown: Shown) -> list[str]:
    """The table of what lacks, and its count by code."""
    found, lang = shown.report.lacks, shown.lang
    if not found:
        return [f" {say(lang, 'nothing lacks')}"]
    heads = [say(lang, name) for name in ("what", "rack", "name", "address")]
    rows = [[*heads, "", say(lang, "lacks")], *(_lack(shown, lack) for lack in found)]
    counts: dict[str, int] = {}
    for lack in found:
        counts[lack.absent.code] = counts.get(lack.absent.code, 0) + 1
    parts = [f"{code} {entry_of(code).title.say(lang)} × {n}" for code, n in counts.items()]
    counted = say(lang, "counted lacks", len(found), ", ".join(parts))
    return [*(f"  {line}" for line in columns(rows)), f" {counted}"]


def _lack(shown: Shown, lack: Lack) -> list[str]:
    where = lack.address or lack.target
    cells = (say(shown.lang, lack.kind), lack.rack, lack.name, where, lack.absent.code)
    return [*(one_line(cell) or NONE for cell in cells), told(lack.absent, shown.lang)]
