"""A panel as Grafana's JSON (schema version 39: Grafana 10.4 and later, which read older ones too).

A value that is not there stays not there: lines are not drawn through gaps, nothing is 0 for want
of a series, and where there is no value at all the panel says why and where to look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import ascii_uppercase

from scoring.dashboards.links import url
from scoring.dashboards.panel import Color, Column, Kind, Link, Panel, Query, Steps
from scoring.table import Name

Json = dict[str, object]

DATASOURCE: Json = {"type": "prometheus", "uid": "${datasource}"}
"""Prometheus, or what speaks its language: VictoriaMetrics, Thanos."""
STEP = "1m"
"""The least step of a query: the rules record each minute, and agents are scraped so."""
PLUGIN_VERSION = "10.4.0"


class Drawing:
    """Draws the panels of one dashboard in one language."""

    def __init__(self, here: str, lang: str) -> None:
        self._here, self._lang = here, lang

    def panel(self, panel: Panel, number: int, at: tuple[int, int]) -> Json:
        """One panel, at a column and line of the grid."""
        width, height = panel.size
        drawn: Json = {
            "id": number,
            "type": panel.kind.value,
            "title": self._text(panel.title),
            "description": self._description(panel),
            "gridPos": {"x": at[0], "y": at[1], "w": width, "h": height},
            "datasource": DATASOURCE,
            "pluginVersion": PLUGIN_VERSION,
            "targets": self._targets(panel),
            "fieldConfig": {"defaults": self._defaults(panel), "overrides": self._overrides(panel)},
            "options": _options(panel),
        }
        if panel.kind is Kind.TABLE:
            drawn["transformations"] = _transformations(panel)
        return drawn

    def _text(self, text: Name | str) -> str:
        return text if isinstance(text, str) else text.of(self._lang)

    def _description(self, panel: Panel) -> str:
        steps = [panel.steps, *(column.steps for column in panel.columns)]
        whys = [self._text(step.why) for step in steps if step and step.why]
        return "\n\n".join(dict.fromkeys([self._text(panel.about), *whys]))

    def _targets(self, panel: Panel) -> list[Json]:
        return [self._target(panel, ref, query) for ref, query in _lettered(panel.queries)]

    def _target(self, panel: Panel, ref: str, query: Query) -> Json:
        over_time = panel.kind is Kind.SERIES
        return {
            "refId": ref,
            "datasource": DATASOURCE,
            "editorMode": "code",
            "expr": query.expr,
            "format": "table" if panel.kind is Kind.TABLE else "time_series",
            "instant": not over_time,
            "range": over_time,
            "interval": STEP,
            "legendFormat": self._text(query.legend) or "__auto",
        }

    def _defaults(self, panel: Panel) -> Json:
        fixed = panel.steps is None or panel.lines
        coloured: Json = {"mode": "palette-classic" if fixed else "thresholds"}
        found: Json = {
            "unit": panel.unit,
            "noValue": self._text(panel.absent),
            "color": coloured,
            "thresholds": _thresholds(panel.steps),
            "mappings": self._mappings(panel.words),
            "custom": _custom(panel),
        }
        bounds = {"min": panel.low, "max": panel.high, "decimals": panel.decimals}
        found |= {key: value for key, value in bounds.items() if value is not None}
        if panel.link:
            found["links"] = [self._link(panel.link)]
        return found

    def _overrides(self, panel: Panel) -> list[Json]:
        named = [
            _override(key, {"displayName": self._text(name)}) for key, name in panel.names.items()
        ]
        several = len(panel.queries) > 1
        return [*named, *(self._column(column, several) for column in panel.columns)]

    def _column(self, column: Column, several: bool) -> Json:
        properties: Json = {"displayName": self._text(column.title)}
        if column.unit:
            properties["unit"] = column.unit
        if column.decimals is not None:
            properties["decimals"] = column.decimals
        if column.words:
            properties["mappings"] = self._mappings(column.words)
        if column.steps or column.words:
            properties["color"] = {"mode": "thresholds"}
            properties["thresholds"] = _thresholds(column.steps)
            properties["custom.cellOptions"] = {"type": "color-text"}
        if column.link:
            properties["links"] = [self._link(column.link)]
        return _override(field_of(column.name, several), properties)

    def _link(self, link: Link) -> Json:
        return {"title": self._text(link.title), "url": url(link, self._here, self._lang)}

    def _mappings(self, words: Mapping[str, tuple[Name, Color]]) -> list[Json]:
        if not words:
            return []
        options = {
            value: {"text": self._text(name), "color": color.value, "index": index}
            for index, (value, (name, color)) in enumerate(words.items())
        }
        return [{"type": "value", "options": options}]


def field_of(column: str, several: bool) -> str:
    """What Grafana calls a table's column: values of one query have no letter."""
    if len(column) == 1 and column in ascii_uppercase:
        return f"Value #{column}" if several else "Value"
    return column


def _lettered(queries: Sequence[Query]) -> list[tuple[str, Query]]:
    return list(zip(ascii_uppercase, queries, strict=False))


def _override(name: str, properties: Mapping[str, object]) -> Json:
    return {
        "matcher": {"id": "byName", "options": name},
        "properties": [{"id": key, "value": value} for key, value in properties.items()],
    }


def _thresholds(steps: Steps | None) -> Json:
    colors = steps.colors if steps else ((None, Color.PLAIN),)
    return {
        "mode": "absolute",
        "steps": [{"value": value, "color": color.value} for value, color in colors],
    }


def _custom(panel: Panel) -> Json:
    if panel.kind is Kind.TABLE:
        return {
            "align": "auto",
            "cellOptions": {"type": "auto"},
            "filterable": True,
            "inspect": False,
        }
    if panel.kind is not Kind.SERIES:
        return {}
    return {
        "drawStyle": "line",
        "lineInterpolation": "linear",
        "lineWidth": 1,
        "fillOpacity": 25 if panel.stacked else 0,
        "showPoints": "auto",
        "spanNulls": False,
        "stacking": {"mode": "normal" if panel.stacked else "none", "group": "A"},
        "thresholdsStyle": {"mode": "line" if panel.lines else "off"},
    }


_OPTIONS: Mapping[Kind, Json] = {
    Kind.STAT: {
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "textMode": "auto",
        "colorMode": "value",
        "graphMode": "none",
        "justifyMode": "auto",
        "orientation": "auto",
        "wideLayout": True,
        "showPercentChange": False,
        "percentChangeColorMode": "standard",
    },
    Kind.BARS: {
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "orientation": "horizontal",
        "displayMode": "basic",
        "valueMode": "color",
        "namePlacement": "auto",
        "sizing": "auto",
        "showUnfilled": True,
        "minVizHeight": 10,
        "maxVizHeight": 300,
        "minVizWidth": 0,
        "legend": {"showLegend": False, "displayMode": "list", "placement": "bottom", "calcs": []},
    },
    Kind.TABLE: {"frameIndex": 0, "showHeader": True, "cellHeight": "sm"},
    Kind.SERIES: {
        "legend": {
            "showLegend": True,
            "displayMode": "list",
            "placement": "bottom",
            "calcs": ["lastNotNull"],
        },
        "tooltip": {"mode": "multi", "sort": "desc"},
    },
}


def _options(panel: Panel) -> Json:
    return {**_OPTIONS[panel.kind], **({"textMode": "name"} if panel.by_name else {})}


def _transformations(panel: Panel) -> list[Json]:
    """One row for what has the same labels in all queries; columns as they are listed."""
    several = len(panel.queries) > 1
    order = {field_of(c.name, several): index for index, c in enumerate(panel.columns)}
    values = [field_of(letter, several) for letter, _ in _lettered(panel.queries)]
    organized: Json = {
        "excludeByName": {name: True for name in ("Time", *values) if name not in order},
        "indexByName": order,
        "renameByName": {},
    }
    found: list[Json] = [{"id": "merge", "options": {}}]
    found.append({"id": "organize", "options": organized})
    if panel.numbers:
        numbers = [{"targetField": name, "destinationType": "number"} for name in panel.numbers]
        found.append({"id": "convertFieldType", "options": {"fields": {}, "conversions": numbers}})
    if panel.sort:
        by: Json = {
            "field": field_of(panel.sort.removeprefix("-"), several),
            "desc": panel.sort.startswith("-"),
        }
        found.append({"id": "sortBy", "options": {"fields": {}, "sort": [by]}})
    return found
