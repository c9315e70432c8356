"""How the numbers come about: the method in brief, and every figure of the table by its source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agent.score.amounts import stated
from agent.score.page import words
from agent.score.page.markup import Markup, tag
from agent.score.page.paper import Paper, exact
from scoring.table import Origin, Validity

_SIGNED = ("body", "prepared", "reviewed", "responsible", "signed", "remarks")
_Cell = str | tuple[str]


def method(paper: Paper) -> Markup:
    """The method, the breakpoints that were used, limits, constants, kinds."""
    constants = {
        name: str(stated(c.value, c.unit, paper.lang)) if c.unit == "ratio" else f"{c.value:g}"
        for name, c in paper.report.table.constants.items()
    }
    lines = [tag("li", line) for line in words.method(paper.lang, constants)]
    return tag(
        "section",
        tag("h2", paper.say("method")),
        tag("ol", lines, class_="method"),
        _breakpoints(paper),
        _limits(paper),
        _constants(paper),
        _kinds(paper),
        tag("p", paper.say("confidences"), class_="note"),
        id="method",
    )


def _table(paper: Paper, title: str, heads: Sequence[str], rows: Iterable[Markup]) -> Markup:
    table = tag(
        "table", tag("thead", paper.heads(*heads)), tag("tbody", list(rows)), class_="sources"
    )
    return tag("section", tag("h4", paper.say(title)), table)


def _row(*cells: _Cell, number: int | None = None) -> Markup:
    """Cells; the long ones, which may break, are texts in a tuple of one."""
    told = (tag("td", cell, class_="long" if isinstance(cell, tuple) else None) for cell in cells)
    return tag("tr", told, id=f"b{number}" if number else None)


def _origin(paper: Paper, origin: Origin) -> tuple[_Cell, ...]:
    return (origin.source,), origin.date, paper.say(origin.confidence.value)


def _validity(paper: Paper, validity: Validity) -> str:
    if validity.until:
        return paper.say("until", validity.valid_from, validity.until)
    return paper.say("from", validity.valid_from)


def _breakpoints(paper: Paper) -> Markup:
    rows = [
        _row(
            f"[{paper.notes[kpi, point.value]}]",
            paper.title(kpi),
            exact(point.value, str(paper.stated(kpi, point.value))),
            exact(point.points, f"{point.points:g}"),
            *_origin(paper, point.origin),
            _validity(paper, point.validity),
            number=paper.notes[kpi, point.value],
        )
        for kpi in paper.report.table.kpis
        for point in paper.scale(kpi)
    ]
    heads = ("", "kpi", "value", "points", "notes", "date", "confidence", "in force")
    return _table(paper, "breakpoints", heads, rows)


def _limits(paper: Paper) -> Markup:
    rows = [
        _row(
            (limit.title.of(paper.lang),),
            paper.title(limit.kpi),
            exact(limit.value, str(paper.stated(limit.kpi, limit.value))),
            *_origin(paper, limit.origin),
            _validity(paper, limit.validity),
        )
        for limit in paper.report.table.limits_on(paper.report.day)
    ]
    heads = ("limits", "kpi", "value", "notes", "date", "confidence", "in force")
    return _table(paper, "limits in force", heads, rows)


def _constants(paper: Paper) -> Markup:
    rows = [
        _row(
            (constant.title.of(paper.lang),),
            exact(constant.value, str(stated(constant.value, constant.unit, paper.lang))),
            *_origin(paper, constant.origin),
        )
        for constant in paper.report.table.constants.values()
    ]
    return _table(paper, "constants", ("meaning", "value", "notes", "date", "confidence"), rows)


def _kinds(paper: Paper) -> Markup:
    rows = [
        _row(kind.title.of(paper.lang), kind.precision.upper(), *_origin(paper, kind.origin))
        for kind in paper.report.table.kinds.values()
    ]
    return _table(paper, "kinds", ("kind", "precision", "notes", "date", "confidence"), rows)


def signature(paper: Paper) -> Markup:
    """Room for the reporting body: seal, names, date, remarks."""
    rows = [tag("tr", tag("th", paper.say(name), scope="row"), tag("td", "")) for name in _SIGNED]
    table = tag("table", tag("tbody", rows), class_="signature")
    return tag("section", tag("h2", paper.say("signature")), table, class_="keep")
