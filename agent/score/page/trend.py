"""A score over time: a line with gaps where nothing is known, and its numbers as a table."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from statistics import median

from agent.score.page.markup import Markup, tag
from agent.score.page.paper import Paper, labelled, local
from scoring.report.model import Subject

Point = tuple[float, float]
_WIDTH, _HEIGHT = 330, 104
_LEFT, _RIGHT, _TOP, _BOTTOM = 26.0, 322.0, 6.0, 86.0
_MINUTE = "%Y-%m-%d %H:%M"
_GAP = 1.5
"""So many usual distances between two points are a gap in the line."""
_MOST = 3000
"""Up to so many points in a report all are listed; the JSON output lists them whatever they are."""
_DOTTED = 60
"""Up to so many points each has a dot."""


def trend(paper: Paper, subject: Subject) -> Markup:
    """The chart and its numbers; nothing where no score is known before the report's own."""
    found = paper.trends.get(labelled(subject.labels))
    if found is None or not found.points:
        return Markup("")
    points, known = found.points, sum(len(t.points) for t in paper.report.trends)
    return tag(
        "section",
        tag("h4", paper.say("trend")),
        _chart(paper, paper.name(subject), points),
        _summary(paper, points),
        _all(paper, points) if known <= _MOST else "",
        class_="trend",
    )


def _chart(paper: Paper, name: str, points: tuple[Point, ...]) -> Markup:
    begins, ends = points[0][0], points[-1][0]
    span = max(ends - begins, 1.0)

    def at(point: Point) -> tuple[float, float]:
        x = _LEFT + (_RIGHT - _LEFT) * ((point[0] - begins) / span if len(points) > 1 else 1.0)
        return round(x, 1), round(_y(point[1]), 1)

    dots = map(at, points if len(points) <= _DOTTED else points[-1:])
    days = _form(begins, ends)
    return tag(
        "svg",
        tag("title", _says(paper, name, points)),
        _grid(),
        [tag("path", d=_line([at(p) for p in run]), class_="line") for run in _runs(points)],
        [tag("circle", cx=x, cy=y, r=1.8, class_="dot") for x, y in dots],
        tag("text", local(begins, days), x=_LEFT, y=_BOTTOM + 14, class_="first"),
        tag("text", local(ends, days), x=_RIGHT, y=_BOTTOM + 14, class_="last"),
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        role="img",
        class_="history",
    )


def _y(points: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * min(max(points, 0.0), 100.0) / 100


def _grid() -> Iterator[Markup]:
    for points in (0, 40, 60, 80, 100):
        y = round(_y(points), 1)
        kind = "grid strong" if points in (0, 60) else "grid"
        yield tag("line", x1=_LEFT, x2=_RIGHT, y1=y, y2=y, class_=kind)
        yield tag("text", str(points), x=_LEFT - 4, y=y + 3, class_="last")


def _line(places: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in places)


def _runs(points: tuple[Point, ...]) -> Iterator[list[Point]]:
    """Stretches without a gap."""
    steps = [b[0] - a[0] for a, b in pairwise(points)]
    widest = _GAP * median(steps) if steps else 0.0
    run = [points[0]]
    for before, after in pairwise(points):
        if after[0] - before[0] > widest:
            yield run
            run = []
        run.append(after)
    yield run


def _form(begins: float, ends: float) -> str:
    return "%Y-%m-%d" if ends - begins >= 2 * 86400 else "%m-%d %H:%M"


def _says(paper: Paper, name: str, points: tuple[Point, ...]) -> str:
    values = [value for _, value in points]
    first, last = (local(at, _MINUTE) for at in (points[0][0], points[-1][0]))
    told = (f"{value:.1f}" for value in (min(values), max(values), values[-1]))
    return paper.say("trend title", name, first, last, *told)


def _summary(paper: Paper, points: tuple[Point, ...]) -> Markup:
    form = _form(points[0][0], points[-1][0])
    told = {
        "first": points[0],
        "lowest": min(points, key=lambda p: p[1]),
        "highest": max(points, key=lambda p: p[1]),
        "latest": points[-1],
    }
    cells = [
        tag("td", paper.points(value), tag("small", paper.moment(at, form)))
        for at, value in told.values()
    ]
    return tag("table", paper.heads(*told), tag("tr", cells), class_="summary")


def _all(paper: Paper, points: tuple[Point, ...]) -> Markup:
    rows = [
        tag("tr", tag("td", local(at, _MINUTE)), tag("td", paper.points(value)))
        for at, value in points
    ]
    return tag(
        "details",
        tag("summary", paper.say("all values", len(points))),
        tag("table", paper.heads("time", "points"), rows),
        class_="screen",
    )
