"""Bars on the scale of points, drawn as SVG: readable without colour, numbers beside them."""

from __future__ import annotations

from collections.abc import Iterator

from agent.score.amounts import points as told_points
from agent.score.page.markup import Markup, joined, tag
from agent.score.page.paper import Paper
from scoring.report.model import Subject, SubScore
from scoring.scale import Scale
from scoring.table import Breakpoint, Limit

_LEFT, _SPAN, _WIDTH = 14.0, 232.0, 264
_BAND_TOP, _BAND = 7.0, 13.0
_BAR_TOP, _BAR = 9.5, 8.0
_HEIGHT = 31
_APART = 27.0
"""What a label of the axis takes: a nearer one is left out, and stands in the table of sources."""


def definitions(paper: Paper) -> Markup:
    """What all bars use: the axis of each KPI, the axis of scores, and a hatching."""
    stripes = tag("path", d="M0 0H2V4H0Z", class_="fill low")
    hatch = tag(
        *("pattern", stripes),
        id="hatch",
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
        width=4.0,
        height=4.0,
    )
    axes = [_axis(f"axis-{kpi}", _anchors(paper, kpi)) for kpi in paper.report.table.kpis]
    grades = zip(paper.constants("grade_c", "grade_b", "grade_a"), ("C ", "B ", "A "), strict=True)
    scores = [(0.0, "0"), *((at, f"{letter}{at:g}") for at, letter in grades), (100.0, "100")]
    inside = tag("defs", hatch, *axes, _axis("axis-score", scores), _axis("axis-bare", []))
    return tag("svg", inside, width=0.0, height=0.0, class_="definitions", aria_hidden="true")


def _anchors(paper: Paper, kpi: str) -> list[tuple[float, str]]:
    return [(b.points, str(paper.stated(kpi, b.value))) for b in paper.scale(kpi)]


def _axis(name: str, anchors: list[tuple[float, str]]) -> Markup:
    """Bands from 0 to the floor, to the target, to 100; a tick and a label per anchor."""
    bands = [
        tag("rect", x=_x(low), y=_BAND_TOP, width=_x(high) - _x(low), height=_BAND, class_=band)
        for low, high, band in ((0, 60, "b1"), (60, 80, "b2"), (80, 100, "b3"))
    ]
    return tag("g", bands, _ticks(anchors), id=name)


def _ticks(anchors: list[tuple[float, str]]) -> Iterator[Markup]:
    end = _BAND_TOP + _BAND
    taken: list[float] = []
    for at, label in sorted(anchors, reverse=True):
        x = _x(at)
        yield tag("line", x1=x, x2=x, y1=_BAND_TOP, y2=end + 2, class_="tick")
        if all(abs(x - other) >= _APART for other in taken):
            taken.append(x)
            yield tag("text", label, x=x, y=end + 10, class_="anchor")


def _x(points: float) -> float:
    return round(_LEFT + _SPAN * min(max(points, 0.0), 100.0) / 100, 2)


def bar(paper: Paper, sub: SubScore) -> Markup:
    """A sub-score on the axis of its KPI, with a mark at each limit in force."""
    kpi, title = sub.figure.kpi, paper.title(sub.figure.kpi)
    if sub.points is None:
        says = paper.say("no bar", title)
    else:
        says = paper.say("bar title", title, told_points(sub.points))
    scale = paper.scale(kpi)
    marks = [_mark(limit, sub, scale) for limit in sub.limits] if len(scale) > 1 else []
    return _chart(says, f"axis-{kpi}", [*_filled(sub.points, paper), *marks])


def _mark(limit: Limit, sub: SubScore, scale: tuple[Breakpoint, ...]) -> Markup:
    x = _x(Scale(scale).points(limit.value))
    broken = limit in sub.breached
    return tag("path", d=f"M{x:g} 7l-3.5 -6h7z", class_="mark broken" if broken else "mark")


def score_bar(paper: Paper, subject: Subject, axis: str = "axis-score") -> Markup:
    """A score on the scale of grades; a whisker spans it where weights vary."""
    title = paper.name(subject)
    if subject.score is None:
        return _chart(paper.say("no bar", title), axis, [])
    drawn = list(_filled(subject.score, paper))
    if subject.spread:
        low, high = map(_x, subject.spread)
        middle = _BAR_TOP + _BAR / 2
        path = f"M{low:g} {middle - 3:g}v6m0 -3H{high:g}m0 -3v6"
        drawn.append(tag("path", d=path, class_="whisker"))
    return _chart(paper.say("bar title", title, told_points(subject.score)), axis, drawn)


def head() -> Markup:
    """The axis of score bars that have none of their own, for the head of their column."""
    labels = [tag("text", f"{at}", x=_x(at), y=10.0, class_="anchor") for at in (0, 60, 80, 100)]
    return tag(
        *("svg", labels),
        viewBox=f"0 0 {_WIDTH} 12",
        width=float(_WIDTH),
        height=12.0,
        aria_hidden="true",
        class_="scale",
    )


def _filled(points: float | None, paper: Paper) -> Iterator[Markup]:
    """The bar itself: full from grade B's bound on, hatched below it."""
    if points is None:
        return
    low = points < paper.report.table.constant("grade_b")
    width = max(_x(points) - _LEFT, 0.8)
    yield tag(
        *("rect",),
        x=_LEFT,
        y=_BAR_TOP,
        width=width,
        height=_BAR,
        class_="bar low" if low else "bar",
    )


def _chart(says: str, axis: str, drawn: list[Markup]) -> Markup:
    top, height = (6, 16) if axis == "axis-bare" else (0, _HEIGHT)
    return tag(
        "svg",
        joined(tag("title", says), tag("use", href=f"#{axis}"), drawn),
        viewBox=f"0 {top} {_WIDTH} {height}",
        width=float(_WIDTH),
        height=float(height),
        role="img",
        class_="scale",
    )
