"""The five dashboards, and the files that they are shipped as."""

from __future__ import annotations

from collections.abc import Mapping

from scoring.dashboards.document import text
from scoring.dashboards.links import LANGUAGES
from scoring.dashboards.node import node
from scoring.dashboards.panel import Dashboard
from scoring.dashboards.power import power
from scoring.dashboards.rack import rack
from scoring.dashboards.score import score
from scoring.dashboards.site import site
from scoring.table import Table
from scoring.table_load import shipped


def dashboards(table: Table) -> tuple[Dashboard, ...]:
    """All of them, with the thresholds of a table."""
    return (site(table), rack(table), node(table), power(table), score(table))


def built() -> Mapping[str, str]:
    """File name → text, by the shipped table: one file for each dashboard and language."""
    all_of_them = dashboards(shipped())
    return {
        f"{lang}/{dashboard.key}.json": text(dashboard, all_of_them, lang)
        for lang in LANGUAGES
        for dashboard in all_of_them
    }
