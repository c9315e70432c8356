"""What lacks in a site, a row for each server, rack or meter."""

from __future__ import annotations

from agent.diagnosis import entry_of
from agent.score.page.markup import Markup, tag
from agent.score.page.paper import Paper

_COLUMNS = ("object", "name", "rack", "target", "code", "why")


def lacks(paper: Paper) -> Markup:
    """The table; nothing where it was not asked for. Addresses stay in the house."""
    if not paper.report.lacks:
        return Markup("")
    rows = []
    for lack in paper.report.lacks:
        why = entry_of(lack.absent.code).title.say(paper.lang, lack.absent.words)
        told = (paper.say(lack.kind), lack.name, lack.rack, lack.target, lack.absent.code, why)
        rows.append(tag("tr", [tag("td", cell) for cell in told]))
    table = tag("table", tag("thead", paper.heads(*_COLUMNS)), tag("tbody", rows), class_="sources")
    return tag("section", tag("h2", paper.say("lacks")), table)
