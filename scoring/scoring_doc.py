"""Writes the tables of docs/scoring.md anew: `python -m scoring.scoring_doc docs/scoring.md`.

The text between them is written by people; each table stands between `<!-- begin NAME -->` and
`<!-- end NAME -->`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from scoring.contract import INVENTORY, METERS, READINGS
from scoring.kpi import KPIS, SCORED, Kpi, scored_at
from scoring.levels import LEVELS
from scoring.scale import figure
from scoring.table import Origin, Table, Validity
from scoring.table_load import shipped

_BLOCK = re.compile(r"(<!-- begin (\w+) -->\n).*?(<!-- end \2 -->)", re.DOTALL)


def refreshed(text: str, table: Table) -> str:
    """The document with its tables made anew. KeyError: it names a table that there is not."""
    made = blocks(table)
    return _BLOCK.sub(lambda found: f"{found[1]}\n{made[found[2]]}\n\n{found[3]}", text)


def blocks(table: Table) -> Mapping[str, str]:
    """Every generated table by its name."""
    return {
        "scored": _scored(table),
        "levels": _levels(),
        "breakpoints": _breakpoints(table),
        "reported": _reported(table),
        "kinds": _kinds(table),
        "limits": _limits(table),
        "constants": _constants(table),
        "inputs": _inputs(),
    }


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(c.replace("|", "\\|") for c in line) + " |" for line in lines
    )


def _told(origin: Origin) -> tuple[str, str, str]:
    return origin.source, origin.date, origin.confidence.value


def _span(validity: Validity) -> str:
    begins = f"from {validity.valid_from}"
    return f"{begins} until {validity.until}" if validity.until else begins


def _scored(table: Table) -> str:
    rows = [
        (
            f"`{kpi.name}`",
            f"{table.kpis[kpi.name].title.zh} · {table.kpis[kpi.name].title.en}",
            f"`<level>:{kpi.metric}`",
            ", ".join(level.name for level in kpi.levels),
        )
        for kpi in SCORED
    ]
    return _table(("kpi", "name", "value", "levels"), rows)


def _levels() -> str:
    rows = [
        (
            level.name,
            ", ".join(level.labels),
            ", ".join(f"`{kpi.name}`" for kpi in scored_at(level)),
        )
        for level in LEVELS
    ]
    return _table(("level", "labels", "scored by"), rows)


def _breakpoints(table: Table) -> str:
    rows = [
        (
            f"`{kpi.name}`",
            figure(b.value),
            figure(b.points),
            ", ".join(b.profiles),
            *_told(b.origin),
            _span(b.validity),
        )
        for kpi in table.kpis.values()
        for b in sorted(kpi.breakpoints, key=lambda b: (b.profiles, b.value, b.validity.valid_from))
    ]
    head = ("kpi", "value", "points", "profiles", "source", "date", "confidence", "in force")
    return _table(head, rows)


def _reported(table: Table) -> str:
    rows = [
        (
            f"`{kpi.name}`",
            f"{table.kpis[kpi.name].title.zh} · {table.kpis[kpi.name].title.en}",
            table.kpis[kpi.name].unit,
            f"`<level>:{kpi.metric}{kpi.matchers}`",
            ", ".join(level.name for level in kpi.levels),
            f"`<level>:{kpi.covered}`" if kpi.covered else "–",
        )
        for kpi in _beside()
    ]
    return _table(("kpi", "name", "unit", "series", "levels", "coverage"), rows)


def _beside() -> Iterator[Kpi]:
    return (kpi for kpi in KPIS.values() if not kpi.scored)


def _kinds(table: Table) -> str:
    rows = [
        (f"`{k.name}`", f"{k.title.zh} · {k.title.en}", k.precision, *_told(k.origin))
        for k in table.kinds.values()
    ]
    return _table(("kind", "name", "precision", "source", "date", "confidence"), rows)


def _limits(table: Table) -> str:
    rows = [
        (
            f"`{limit.name}`",
            f"`{limit.kpi}`",
            figure(limit.value),
            f"{limit.title.zh} · {limit.title.en}",
            *_told(limit.origin),
        )
        for limit in table.limits
    ]
    return _table(("limit", "kpi", "value", "name", "source", "date", "confidence"), rows)


def _constants(table: Table) -> str:
    rows = [
        (
            f"`{c.name}`",
            f"{figure(c.value)} {c.unit}",
            f"{c.title.zh} · {c.title.en}",
            *_told(c.origin),
        )
        for c in table.constants.values()
    ]
    return _table(("constant", "value", "meaning", "source", "date", "confidence"), rows)


def _inputs() -> str:
    rows = [
        (f"`{name}`", labels, who)
        for who, names in (("inventory", INVENTORY), ("agents", READINGS), ("meters", METERS))
        for name, labels in names.items()
    ]
    return _table(("metric", "labels that are read", "from"), rows)


if __name__ == "__main__":
    document = Path(sys.argv[1])
    old = document.read_text(encoding="utf-8")
    document.write_text(refreshed(old, shipped()), encoding="utf-8")
