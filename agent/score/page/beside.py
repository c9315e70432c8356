"""What stands beside the score: compute by kind and precision, shares, carbon, diagnostics."""

from __future__ import annotations

from agent.score.page.markup import Markup, tag
from agent.score.page.paper import Paper
from scoring.report.model import Figure, Subject

_COMPUTE = ("cp_nominal", "cp_online", "cp_unutilized", "ce_nominal", "ce_rated", "ce_delivered")
"""KPIs that are told per kind and precision, and never added up across them."""


def compute(paper: Paper, of: Subject) -> Markup:
    """A row for each kind and precision, a column for each KPI."""
    found = {(pool, f.kpi): f for f in of.beside if (pool := _pool(paper, of, f))}
    if not found:
        return Markup("")
    pools = dict.fromkeys(pool for pool, _ in found)
    kpis = [kpi for kpi in _COMPUTE if any(kpi == told for _, told in found)]
    heads = [paper.say("kind"), paper.say("precision"), *map(paper.title, kpis)]
    rows = [
        tag(
            "tr",
            tag("th", paper.kind(kind), scope="row"),
            tag("td", precision.upper()),
            [_cell(paper, found.get(((kind, precision), kpi))) for kpi in kpis],
        )
        for kind, precision in pools
    ]
    table = tag("table", tag("tr", [tag("th", h, scope="col") for h in heads]), rows)
    return tag("section", tag("h4", paper.say("compute")), table, class_="keep matrix")


def _pool(paper: Paper, of: Subject, figure: Figure) -> tuple[str, str] | None:
    """Kind and precision of a figure of compute; a pool's own kind is among its labels."""
    kind = figure.labels.get("kind") or of.labels.get("kind", "")
    if figure.kpi not in _COMPUTE or not kind:
        return None
    counted = paper.report.table.kinds.get(kind)
    return kind, figure.labels.get("precision") or (counted.precision if counted else "")


def _cell(paper: Paper, figure: Figure | None) -> Markup:
    if figure is None:
        return tag("td", paper.none(None), class_="number")
    covered = paper.coverage(figure.coverage)
    small = tag("small", paper.say("coverage"), " ", covered) if covered else Markup("")
    return tag("td", paper.figure(figure), small, class_="number")


def others(paper: Paper, of: Subject) -> Markup:
    """Shares, carbon and diagnostics, with what each is told for."""
    figures = [figure for figure in of.beside if _pool(paper, of, figure) is None]
    if not figures:
        return Markup("")
    rows = [
        tag(
            "tr",
            tag("th", paper.title(figure.kpi), _conditions(paper, figure), scope="row"),
            tag("td", paper.figure(figure), class_="number"),
            tag("td", paper.coverage(figure.coverage), class_="number"),
        )
        for figure in figures
    ]
    head = paper.heads("kpi", "value", "coverage", numbers=("value", "coverage"))
    return tag(
        *("section", tag("h4", paper.say("facts")), tag("table", head, rows)),
        class_="keep facts-beside",
    )


def _conditions(paper: Paper, figure: Figure) -> Markup:
    """What a figure is told for: its span, precision, year and source."""
    span = "" if "window" in figure.labels else paper.span(figure.kpi)
    told = " · ".join(filter(None, (span, paper.told(figure.labels))))
    return tag("small", told) if told else Markup("")
