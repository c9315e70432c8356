"""The scale of every KPI that gets points, for a profile and a day."""

from __future__ import annotations

from datetime import date as Date  # noqa: N812

from model.document import DocumentError, Problem
from scoring.scale import Scale
from scoring.table import Table
from scoring.table_load import lacking

MANDATORY = "gb40879_grade3"
"""The limit that is a breach on annual data."""


def scales(table: Table, profile: str, day: Date) -> dict[str, Scale]:
    """The scale of each KPI that gets points. DocumentError: one has none on that day."""
    missing = [m for kpi in table.kpis.values() if (m := lacking(table, kpi, profile, day))]
    if missing:
        raise DocumentError(Problem(table.file, 0, "kpi", message) for message in missing)
    found = {name: table.breakpoints(name, profile, day) for name in table.kpis}
    return {name: Scale(tuple(points)) for name, points in found.items() if points}
