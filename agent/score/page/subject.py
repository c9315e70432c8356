"""One subject: its score, what the score is made of, and how to check each step by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agent.score.amounts import lasting, points, rounded
from agent.score.page import absent, beside, charts, trend
from agent.score.page.markup import Markup, joined, tag
from agent.score.page.paper import Paper, exact
from agent.score.shown import NONE
from scoring.kpi import PUE
from scoring.report.floors import within
from scoring.report.model import Interval, Subject, SubScore
from scoring.report.subject import LONG
from scoring.scale import Scale
from scoring.table import Breakpoint, Limit

_COLUMNS = ("kpi", "value", "bar", "points", "gain", "coverage")


def subject(paper: Paper, of: Subject, number: int, shared: Mapping[str, str]) -> Markup:
    """Everything that the report says of one subject."""
    why, others = absent.absences(paper, of), beside.others(paper, of)
    notes = absent.notes(paper, of)
    aside = joined(trend.trend(paper, of), absent.advice(paper, of))
    return tag(
        "article",
        _head(paper, of, shared),
        tag("section", _facts(paper, of), _score_check(paper, of), notes, class_="keep"),
        why if of.score is None else "",
        _subs(paper, of),
        beside.compute(paper, of),
        tag("div", tag("div", others), tag("div", aside), class_="columns") if aside else others,
        why if of.score is not None else "",
        id=f"s{number}",
        class_="subject" if len(paper.report.subjects) > 1 else "subject alone",
    )


def _head(paper: Paper, of: Subject, shared: Mapping[str, str]) -> Markup:
    kind = paper.kind(of.labels["kind"]) if of.labels.get("kind") else ""
    where = " · ".join(filter(None, (paper.place(of, shared), kind)))
    several = len(paper.report.subjects) > 1
    top = tag("a", paper.say("to top"), href="#overview", class_="screen top") if several else ""
    return tag("h3", paper.name(of), " ", tag("small", where), top)


def _facts(paper: Paper, of: Subject) -> Markup:
    """The strip under the name: score, grade, confidence, coverage, limiting KPI, power."""
    score = [paper.points(of.score), " ", tag("b", of.grade.value, class_="grade")]
    limiting = " · ".join(map(paper.title, paper.limiting(of))) or NONE
    confidence = paper.say(of.confidence or "withheld")
    told = [
        _fact(paper.say("score"), tag("span", score, class_="score"), charts.score_bar(paper, of)),
        _fact(paper.say("confidence"), confidence),
        _fact(paper.say("coverage"), paper.coverage(of.coverage) or NONE),
        _fact(paper.say("limiting"), limiting),
    ]
    if of.spread:
        low, high = map(paper.points, of.spread)
        told.append(_fact(paper.say("spread"), joined(low, " – ", high)))
    if of.interval:
        told.append(_fact(paper.say("interval"), _interval(paper, of.interval)))
    return tag("dl", told, class_="facts")


def _fact(name: str, *told: str) -> Markup:
    return tag("div", tag("dt", name), [tag("dd", each) for each in told if each])


def _interval(paper: Paper, of: Interval) -> Markup:
    low = exact(of.measured, paper.shown.watts(of.measured))
    if of.upper is None:
        return joined(low, tag("small", " – ", paper.say("no upper")))
    return joined(low, " – ", exact(of.upper, paper.shown.watts(of.upper)))


def _score_check(paper: Paper, of: Subject) -> Markup:
    """The score as the geometric mean that it is, in the numbers of the table below it."""
    known = [sub.points for sub in of.subs if sub.points is not None]
    if of.score is None or len(known) != len(of.subs) or len(known) < 2:
        return Markup("")
    floor = paper.report.table.constant("score_floor")
    factors = " × ".join(rounded(max(value, floor), 2) for value in known)
    root = [tag("sup", str(len(known))), "√(", factors, ")"]
    return tag(
        "p", paper.say("calculation"), ": ", root, " = ", rounded(of.score, 2), class_="check"
    )


def _subs(paper: Paper, of: Subject) -> Markup:
    heads = paper.heads(*_COLUMNS, numbers=("points", "gain", "coverage"))
    rows = [_sub(paper, sub, sub.figure.kpi in paper.limiting(of)) for sub in of.subs]
    return tag(
        *("section", tag("h4", paper.say("sub-scores"))),
        tag("table", tag("thead", heads), tag("tbody", rows), class_="subs"),
        class_="keep",
    )


def _sub(paper: Paper, sub: SubScore, limiting: bool) -> Markup:
    figure = sub.figure
    told = (_span(paper, sub), paper.told(figure.labels, "window"))
    conditions = " · ".join(filter(None, told))
    flags = [tag("em", paper.say("limiting"))] if limiting else []
    gain = "" if sub.gain is None else exact(sub.gain, f"+{points(sub.gain)}")
    return tag(
        "tr",
        tag("th", paper.title(figure.kpi), _sources(paper, figure.kpi), scope="row"),
        tag("td", paper.figure(figure), tag("small", conditions)),
        tag("td", charts.bar(paper, sub), list(_notes(paper, sub)), class_="chart"),
        tag("td", _points(paper, sub), flags, class_="number strong"),
        tag("td", gain, class_="number"),
        tag("td", paper.coverage(figure.coverage), class_="number"),
    )


def _span(paper: Paper, sub: SubScore) -> str:
    """What time a value stands for; a PUE tells whether it is one in the standard's sense."""
    if not sub.window:
        return paper.say("inventory") if sub.figure.value is not None else ""
    span = lasting(sub.window, paper.lang)
    if sub.figure.kpi != PUE.name:
        return span
    if sub.window not in LONG:
        return paper.say("energy ratio", span)
    return f"{paper.say('annual')} · {span}" if sub.window == LONG[-1] else paper.say("interim")


def _points(paper: Paper, sub: SubScore) -> Markup:
    """Points; a value that is not plausible has none, and a reason for that."""
    if sub.points is None and sub.figure.value is not None:
        return paper.none(sub.figure.absent)
    return paper.points(sub.points)


def _sources(paper: Paper, kpi: str) -> Markup:
    """Where the breakpoints of a KPI stand in the table of sources."""
    numbers = sorted({paper.notes[kpi, b.value] for b in paper.scale(kpi)})
    links = [tag("a", f"[{number}]", href=f"#b{number}") for number in numbers]
    return tag("small", paper.say("notes"), " ", links, class_="sources") if links else Markup("")


def _notes(paper: Paper, sub: SubScore) -> Iterator[Markup]:
    """Under a bar: how its points follow from its value, and each limit in force."""
    scale, value = paper.scale(sub.figure.kpi), sub.figure.value
    if value is not None and sub.points is not None and len(scale) > 1:
        yield tag("small", paper.say("calculation"), ": ", interpolation(paper, sub, scale, value))
    if sub.below_floor:
        yield tag("small", tag("em", paper.say("under floor"), class_="broken"))
    for limit in sub.limits:
        broken = limit in sub.breached
        told = _judgement(paper, limit, value, broken)
        amount = str(paper.stated(sub.figure.kpi, limit.value))
        yield tag(
            "small",
            *(
                "▼ " if broken else "▽ ",
                limit.title.of(paper.lang),
                " ",
                exact(limit.value, amount),
                ": ",
            ),
            tag("em", told, class_="broken") if broken else told,
        )


def _judgement(paper: Paper, limit: Limit, value: float | None, broken: bool) -> str:
    """Whether a limit is kept; the report judges none by a short window or few readings."""
    if value is None:
        return NONE
    good = within(limit, value)
    return paper.say("breached" if broken else "within" if good else "not judged")


def interpolation(paper: Paper, sub: SubScore, scale: tuple[Breakpoint, ...], value: float) -> str:
    """The straight line between two breakpoints that a value lies on, worked out."""
    kpi, found = sub.figure.kpi, Scale(scale).points(value)
    told = paper.precise(kpi, value)

    if not scale[0].value < value < scale[-1].value:
        end = scale[0] if value <= scale[0].value else scale[-1]
        sign = "≤" if end is scale[0] else "≥"
        said = f"{told} {sign} {paper.stated(kpi, end.value)} → {end.points:g}"
    else:
        at = max(i for i, b in enumerate(scale) if b.value <= value)
        low, high = scale[at], scale[at + 1]
        rise = high.points - low.points
        head = f"{low.points:g} " if low.points else ""
        sign = "− " if rise < 0 else "+ " if head else ""
        start, end_ = (paper.stated(kpi, b.value) for b in (low, high))
        over = f"({told} − {start}) ÷ ({end_} − {start})"
        said = f"{head}{sign}{abs(rise):g} × {over} = {rounded(found, 2)}"
    if sub.points is not None and abs(found - sub.points) > 0.5:
        return f"{said}; {paper.say('other moment', rounded(sub.points, 2))}"
    return said
