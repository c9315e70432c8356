"""The ways from one dashboard to another, and from one language to the other."""

from __future__ import annotations

from collections.abc import Mapping

from scoring.dashboards.panel import Link
from scoring.dashboards.variables import CHAINS
from scoring.table import Name

LANGUAGES: Mapping[str, str] = {"zh": "中文", "en": "English"}
"""Language → what it calls itself."""


def uid(key: str, lang: str) -> str:
    """A dashboard's identity in Grafana: links and bookmarks stand on it, so it never changes."""
    return f"dcagent-{key}-{lang}"


def url(link: Link, here: str, lang: str) -> str:
    """Where a link of the dashboard `here` leads: all that is chosen goes along, and the time."""
    chosen = {variable.name for variable in CHAINS[here]} - link.sets.keys()
    common = [variable.name for variable in CHAINS[link.to] if variable.name in chosen]
    kept = [f"${{{name}:queryparam}}" for name in ("datasource", *common)]
    fields = [f'var-{name}=${{__data.fields["{field}"]}}' for name, field in link.sets.items()]
    return f"/d/{uid(link.to, lang)}?{'&'.join([*kept, *fields])}&${{__url_time_range}}"


def to_rack() -> Link:
    """To the rack of the row."""
    return Link("rack", Name("打开机柜", "open the rack"), {"rack": "rack"})


def to_node() -> Link:
    """To the server of the row."""
    return Link("node", Name("打开服务器", "open the server"), {"node": "node"})


def to_site(key: str) -> Link:
    """To a dashboard of the site of the row."""
    return Link(key, Name("打开数据中心", "open the site"), {"site": "site"})
