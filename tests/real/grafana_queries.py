"""What Grafana would send for a shipped dashboard, once somebody has chosen a place and a time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).parents[2] / "packaging" / "grafana"
KEYS = ("site", "rack", "node", "power", "score")
LANGUAGES = ("zh", "en")
BUILT_IN = {"__range": "3600s", "__rate_interval": "4m", "__interval": "1m"}
"""Grafana's own variables, for an hour looked at with a least step of a minute."""
_VARIABLE = re.compile(r"\$\{(\w+)(?::\w+)?\}|\$([a-z_]\w*)")

Json = dict[str, Any]


def document(key: str, lang: str) -> Json:
    """A shipped dashboard."""
    found: Json = json.loads((SHIPPED / lang / f"{key}.json").read_text(encoding="utf-8"))
    return found


def panels(board: Json) -> list[Json]:
    """Its panels but for the headlines."""
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def used(text: str) -> set[str]:
    """The variables that a text names."""
    return {first or second for first, second in _VARIABLE.findall(text)}


def filled(text: str, chosen: Mapping[str, str]) -> str:
    """A text with its variables replaced. KeyError: it names one that there is not."""
    known = {**BUILT_IN, **chosen}
    return _VARIABLE.sub(lambda found: known[found[1] or found[2]], text)


@dataclass(frozen=True, slots=True)
class Asked:
    """A query of a panel, as it is sent."""

    panel: str
    letter: str
    expr: str
    over_time: bool


def asked(board: Json, place: Mapping[str, str]) -> Iterator[Asked]:
    """Every query of a dashboard at a place; All is chosen where several values may be."""
    chosen = {
        variable["name"]: variable.get("allValue") or place[variable["name"]]
        for variable in board["templating"]["list"]
        if variable["type"] == "query"
    }
    for panel in panels(board):
        for target in panel["targets"]:
            expr = filled(target["expr"], chosen)
            yield Asked(panel["title"], target["refId"], expr, target["range"])


def choices(board: Json, place: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each variable, and the selector that its values are asked for with."""
    chosen: dict[str, str] = {}
    for variable in board["templating"]["list"]:
        if variable["type"] != "query":
            continue
        name = variable["name"]
        query = re.fullmatch(rf"label_values\((\{{.*\}}), {name}\)", variable["query"]["query"])
        assert query is not None, variable["query"]
        yield name, filled(query[1], chosen)
        chosen[name] = variable.get("allValue") or place[name]


def columns(panel: Json) -> dict[str, str]:
    """Columns of a table, or letters of the queries of another panel → unit."""
    usual = panel["fieldConfig"]["defaults"]["unit"]
    if panel["type"] != "table":
        return {target["refId"]: usual for target in panel["targets"]}
    found = {}
    for override in panel["fieldConfig"]["overrides"]:
        units = [p["value"] for p in override["properties"] if p["id"] == "unit"]
        name = override["matcher"]["options"].removeprefix("Value #")
        found["A" if name == "Value" else name] = units[0] if units else usual
    return found
