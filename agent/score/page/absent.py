"""What cannot be given and why; what would raise the score most. Both by codes of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agent.diagnosis import entry_of
from agent.results import FixStep, fix_steps
from agent.score.amounts import points
from agent.score.page.markup import Markup, tag
from agent.score.page.paper import Paper, exact
from scoring.report.model import Absent, Advice, Subject

_FIXES = 2
_Key = tuple[str, tuple[tuple[str, str], ...]]
_Found = dict[_Key, list[str]]
"""Code and words → everything that they are said of."""


def absences(paper: Paper, of: Subject) -> Markup:
    """A row for each reason: what it concerns, its cause, how to end it."""
    found: _Found = {}
    for sub in of.subs:
        _note(found, sub.figure.absent, paper.title(sub.figure.kpi))
    for absent in of.withheld:
        _note(found, absent, paper.say("score"))
    for figure in of.beside:
        _note(found, figure.absent, paper.title(figure.kpi))
    for absent in of.lowering:
        _note(found, absent, paper.say("confidence"))
    return _table(paper, "absent", found)


def notices(paper: Paper) -> Markup:
    """What holds for the whole report."""
    found: _Found = {}
    for absent in paper.report.notices:
        _note(found, absent, paper.say("whole report"))
    return _table(paper, "notices", found)


def notes(paper: Paper, of: Subject) -> list[Markup]:
    """What else is to be known of a subject."""
    told = []
    for note in of.notes:
        entry = entry_of(note.code)
        said = (text.say(paper.lang, note.words) for text in (entry.title, entry.cause))
        told.append(tag("p", ": ".join(said), " ", note.code, class_="note"))
    return told


def _note(found: _Found, absent: Absent | None, name: str) -> None:
    """One more thing that is missing, under its reason."""
    if absent:
        names = found.setdefault((absent.code, tuple(sorted(absent.words.items()))), [])
        if name not in names:
            names.append(name)


def _table(paper: Paper, title: str, found: _Found) -> Markup:
    if not found:
        return Markup("")
    heads = paper.heads("what", "why", "fix")
    rows = [_row(paper, key, names) for key, names in found.items()]
    return tag(
        *("section", tag("h4", paper.say(title)), tag("table", heads, rows)),
        class_="absent",
    )


def _row(paper: Paper, key: _Key, names: list[str]) -> Markup:
    code, words = key
    entry, known = entry_of(code), dict(words)
    why = [
        tag("b", entry.title.say(paper.lang, known)),
        tag("small", entry.cause.say(paper.lang, known)),
    ]
    return tag(
        "tr",
        tag("td", ", ".join(names), tag("small", code)),
        tag("td", why),
        tag("td", list(_fixes(fix_steps(entry, paper.lang, known)[:_FIXES]))),
    )


def _fixes(steps: Iterable[FixStep]) -> Iterator[Markup | str]:
    """The first ways out, each with the command that does it."""
    for number, step in enumerate(steps):
        if number:
            yield "; "
        yield step.text
        if step.command:
            yield tag("code", step.command)


def advice(paper: Paper, of: Subject) -> Markup:
    """What would raise the score most, the greatest first."""
    if not of.advice:
        return Markup("")
    told = [_advised(paper, each) for each in of.advice]
    return tag(*("section", tag("h4", paper.say("advice")), tag("ol", told)), class_="advice")


def _advised(paper: Paper, each: Advice) -> Markup:
    entry = entry_of(each.code)
    said = (text.say(paper.lang, each.words) for text in (entry.cause, entry.fixes[0].text))
    head = [exact(each.gain, f"+{points(each.gain)}"), " ", paper.say("pts")]
    about = f" {paper.title(each.kpi)} · {entry.title.say(paper.lang, each.words)} "
    return tag("li", tag("b", head), about, tag("small", "; ".join(said), " ", each.code))
