"""A whole dashboard as Grafana's JSON: variables, links, sections laid out on the grid."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from scoring.dashboards.grafana import Drawing, Json
from scoring.dashboards.links import LANGUAGES, uid
from scoring.dashboards.panel import Dashboard, Panel
from scoring.dashboards.variables import ALL, CHAINS, DATASOURCE, Variable

SCHEMA_VERSION = 39
GRID = 24
_ON_TIME_RANGE_CHANGE = 2
_HIDDEN_NOT = 0
_NATURAL_ORDER = 7


def text(dashboard: Dashboard, beside: Sequence[Dashboard], lang: str) -> str:
    """The file of one language; `beside` are all dashboards, for the links between them."""
    return json.dumps(_document(dashboard, beside, lang), ensure_ascii=False, indent=1) + "\n"


def _document(dashboard: Dashboard, beside: Sequence[Dashboard], lang: str) -> Json:
    return {
        "uid": uid(dashboard.key, lang),
        "title": f"dcagent {dashboard.title.of(lang)}",
        "description": dashboard.about.of(lang),
        "tags": ["dcagent", lang],
        "schemaVersion": SCHEMA_VERSION,
        "editable": True,
        "graphTooltip": 1,
        "refresh": "1m",
        "timezone": "browser",
        "time": {"from": f"now-{dashboard.span}", "to": "now"},
        "links": list(_links(dashboard, beside, lang)),
        "annotations": {"list": []},
        "templating": {"list": list(_variables(CHAINS[dashboard.key], lang))},
        "panels": list(_panels(dashboard, lang)),
    }


def _links(here: Dashboard, beside: Sequence[Dashboard], lang: str) -> Iterator[Json]:
    """To the others in this language, and to the same in the others."""
    for other in beside:
        if other is not here:
            yield _link(other.title.of(lang), uid(other.key, lang))
    for other_lang, name in LANGUAGES.items():
        if other_lang != lang:
            yield _link(name, uid(here.key, other_lang))


def _link(title: str, to: str) -> Json:
    return {
        "type": "link",
        "title": title,
        "url": f"/d/{to}",
        "icon": "dashboard",
        "tooltip": "",
        "tags": [],
        "asDropdown": False,
        "includeVars": True,
        "keepTime": True,
        "targetBlank": False,
    }


def _variables(chain: Sequence[Variable], lang: str) -> Iterator[Json]:
    yield {
        "type": "datasource",
        "name": "datasource",
        "label": DATASOURCE.of(lang),
        "query": "prometheus",
        "hide": _HIDDEN_NOT,
        "refresh": 1,
        "regex": "",
        "multi": False,
        "includeAll": False,
        "options": [],
    }
    for index, variable in enumerate(chain):
        yield _variable(variable, chain[:index], lang)


def _variable(variable: Variable, above: Sequence[Variable], lang: str) -> Json:
    query = variable.query(above)
    drawn: Json = {
        "type": "query",
        "name": variable.name,
        "label": variable.title.of(lang),
        "datasource": {"type": "prometheus", "uid": "${datasource}"},
        "query": {"query": query, "refId": f"variable-{variable.name}"},
        "hide": _HIDDEN_NOT,
        "refresh": _ON_TIME_RANGE_CHANGE,
        "regex": "",
        "sort": _NATURAL_ORDER,
        "multi": variable.many,
        "includeAll": variable.many,
        "options": [],
    }
    if variable.many:
        drawn["allValue"] = ALL
        drawn["current"] = {"selected": True, "text": ["All"], "value": ["$__all"]}
    return drawn


def _panels(dashboard: Dashboard, lang: str) -> Iterator[Json]:
    drawing = Drawing(dashboard.key, lang)
    number, line = 1, 0
    for section in dashboard.sections:
        yield {
            "id": number,
            "type": "row",
            "title": section.title.of(lang),
            "collapsed": False,
            "gridPos": {"x": 0, "y": line, "w": GRID, "h": 1},
            "panels": [],
        }
        number, line = number + 1, line + 1
        for row in rows(section.panels):
            column = 0
            for panel in row:
                yield drawing.panel(panel, number, (column, line))
                number, column = number + 1, column + panel.size[0]
            line += max(panel.size[1] for panel in row)


def rows(panels: Sequence[Panel]) -> list[list[Panel]]:
    """Panels side by side as long as there is room, then on the next line."""
    found: list[list[Panel]] = []
    used = GRID
    for panel in panels:
        width = panel.size[0]
        if used + width > GRID:
            found.append([])
            used = 0
        found[-1].append(panel)
        used += width
    return found
