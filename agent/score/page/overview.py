"""The first page: what was asked, of whom, by which table; then a line for each subject."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from agent.score.amounts import lasting
from agent.score.page import charts
from agent.score.page.markup import Markup, joined, tag
from agent.score.page.paper import Paper
from agent.score.shown import NONE
from agent.version import VERSION
from scoring.grade import Grade
from scoring.report.model import Subject

_COLUMNS = ("score", "grade", "scale", "confidence", "coverage", "limiting", "bounds")
_WIDE = frozenset({"window", "engine", "digest"})
_NUMBERS = frozenset({"score", "coverage"})


def head(paper: Paper, shared: Mapping[str, str]) -> Markup:
    """The title and what an auditor needs to ask the same again."""
    told = dict(_about(paper, shared))
    rows = [
        tag(
            *("div", tag("dt", paper.say(name)), tag("dd", value)),
            class_="wide" if name in _WIDE else None,
        )
        for name, value in told.items()
    ]
    title = [paper.say("title"), tag("small", subtitle(paper, shared))]
    return tag("header", tag("h1", title), tag("dl", rows, class_="about"))


def subtitle(paper: Paper, shared: Mapping[str, str]) -> str:
    """What the report is of: its level and its place."""
    subjects = paper.report.subjects
    if len(subjects) == 1:
        return " / ".join(filter(None, (paper.place(subjects[0]), paper.name(subjects[0]))))
    return " / ".join(shared.values()) or paper.say("everywhere")


def _about(paper: Paper, shared: Mapping[str, str]) -> Iterator[tuple[str, str | Markup]]:
    report, table = paper.report, paper.report.table
    profile = table.profiles.get(report.profile)
    span = lasting(report.window or "1d", paper.lang)
    whence = paper.say("asked" if report.window else "recorded day", span)
    begin, end = paper.moment(report.begin), paper.moment(report.at, "%Y-%m-%d %H:%M:%S %z")
    yield "level", paper.say(report.level.name)
    yield "place", subtitle(paper, shared)
    yield "moment", end
    yield "profile", profile.title.of(paper.lang) if profile else report.profile
    yield "table", paper.say("edition", table.edition.isoformat(), report.day.isoformat())
    yield "maker", f"dcagent {VERSION}"
    yield "window", tag("span", begin, " → ", paper.moment(report.at), "; ", whence)
    yield "engine", paper.say("raw" if report.raw else "recorded", report.engine)
    yield "digest", tag("code", table.digest)


def overview(paper: Paper, shared: Mapping[str, str]) -> Markup:
    """Counts, then a row for each subject that leads to what is said of it."""
    kinds = any("kind" in subject.labels for subject in paper.report.subjects)
    first = ("name", "kind") if kinds else ("name",)
    columns = (charts.head() if name == "scale" else name for name in _COLUMNS)
    heads = paper.heads(*first, *columns, numbers=_NUMBERS)
    rows = [
        _row(paper, subject, number, shared, kinds)
        for number, subject in enumerate(paper.report.subjects, 1)
    ]
    return tag(
        "section",
        tag("h2", paper.say("overview")),
        tag("p", list(_counts(paper))),
        tag("p", paper.say("not a ranking"), class_="note"),
        tag("table", tag("thead", heads), tag("tbody", rows), class_="overview"),
        id="overview",
    )


def _counts(paper: Paper) -> Iterator[Markup | str]:
    subjects = paper.report.subjects
    grades = Counter(subject.grade for subject in subjects)
    level = paper.say(paper.report.level.name)
    scored = len(subjects) - grades[Grade.N]
    yield paper.say("counted", len(subjects), level, scored, grades[Grade.N])
    told = [
        paper.say("graded", g.value, grades[g]) for g in Grade if g is not Grade.N and grades[g]
    ]
    for name, count in (
        ("n breached", sum(subject.breached for subject in subjects)),
        ("breaching", sum(_broken(subject) > 0 for subject in subjects)),
    ):
        if count:
            told.append(paper.say(name, count))
    yield from (f" · {words}" for words in told)


def _broken(subject: Subject) -> int:
    return sum(len(sub.breached) for sub in subject.subs)


def _row(
    paper: Paper, subject: Subject, number: int, shared: Mapping[str, str], kinds: bool
) -> Markup:
    place = paper.place(subject, shared)
    link = tag("a", paper.name(subject), href=f"#s{number}")
    told = {
        "score": paper.points(subject.score),
        "grade": tag("b", subject.grade.value, class_="grade"),
        "scale": charts.score_bar(paper, subject, "axis-bare"),
        "confidence": paper.say(subject.confidence or "withheld"),
        "coverage": paper.coverage(subject.coverage) or NONE,
        "limiting": ", ".join(map(paper.say, paper.limiting(subject))) or NONE,
        "bounds": _limits(paper, subject),
    }
    kind = [tag("td", paper.kind(subject.labels.get("kind", "")))] if kinds else []
    cells = [
        tag("td", told[name], class_="number" if name in _NUMBERS else None) for name in _COLUMNS
    ]
    return tag("tr", tag("th", link, tag("small", place), scope="row"), kind, cells)


def _limits(paper: Paper, subject: Subject) -> Markup | str:
    """Below a floor, limits that are not kept; — where none is in force or nothing is known."""
    found = [paper.say("under floor")] if any(sub.below_floor for sub in subject.subs) else []
    if broken := _broken(subject):
        found.append(f"{paper.say('breached')} {broken}")
    if found:
        flags = [tag("em", told, class_="broken") for told in found]
        return joined(flags[0], *((" · ", flag) for flag in flags[1:]))
    judged = any(sub.limits and sub.figure.value is not None for sub in subject.subs)
    return paper.say("within") if judged else NONE
