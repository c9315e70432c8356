"""A report of scores as CSV for a spreadsheet: UTF-8 with a mark, a row for each subject.

The mark is what lets Excel and WPS read Chinese names right. Headers are the same in every
language, numbers are whole, and what is not known is empty.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime

from agent.diagnosis import Lang
from agent.score.words import told
from scoring.kpi import REPORTED, scored_at
from scoring.report.model import Report, Subject

MARK = "\ufeff"
_FORMULA = ("=", "+", "@", "\t", "\r")
Cell = str | float | None


def sheet(report: Report, lang: Lang) -> str:
    """The subjects."""
    return _written([_heads(report), *(_row(report, one, lang) for one in report.subjects)])


def lacks(report: Report, lang: Lang) -> str:
    """What lacks in a site, a row for each server, rack or meter and thing."""
    rows: list[Sequence[Cell]] = [("kind", "rack", "name", "target", "address", "code", "lacks")]
    for one in report.lacks:
        where = (one.kind, one.rack, one.name, one.target, one.address)
        rows.append((*where, one.absent.code, told(one.absent, lang)))
    return _written(rows)


def _heads(report: Report) -> list[Cell]:
    heads: list[Cell] = [*report.level.labels, "at", "window", "score", "grade", "confidence"]
    heads += ["coverage", "limiting", "below_floor", "power_measured_watts", "power_upper_watts"]
    for kpi in scored_at(report.level):
        heads += [kpi.name, f"{kpi.name}_points", f"{kpi.name}_coverage"]
    heads += [name for name, _ in _beside(report)]
    return [*heads, "gain_kpi", "gain_points", "withheld", "lowering"]


def _beside(report: Report) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """Columns of what stands beside the score: those told by kind have one for each kind."""
    for kpi in REPORTED:
        if report.level not in kpi.levels:
            continue
        if "precision" not in kpi.labels:
            yield kpi.name, (kpi.name, "", "")
            continue
        for kind in report.table.kinds.values():
            name = f"{kpi.name}_{kind.name}_{kind.precision}"
            yield name, (kpi.name, kind.name, kind.precision)


def _row(report: Report, subject: Subject, lang: Lang) -> list[Cell]:
    moment = datetime.fromtimestamp(report.at).astimezone().isoformat(timespec="seconds")
    row: list[Cell] = [*(subject.labels.get(name, "") for name in report.level.labels), moment]
    row += [report.window or "1d", subject.score, subject.grade.value]
    row += [subject.confidence or "withheld", subject.coverage, " ".join(subject.limiting)]
    row.append(" ".join(sub.figure.kpi for sub in subject.subs if sub.below_floor))
    interval = subject.interval
    row += [interval.measured, interval.upper] if interval else [None, None]
    subs = {sub.figure.kpi: sub for sub in subject.subs}
    for kpi in scored_at(report.level):
        sub = subs[kpi.name]
        row += [sub.figure.value, sub.points, sub.figure.coverage]
    values = {
        (f.kpi, f.labels.get("kind", ""), f.labels.get("precision", "")): f.value
        for f in subject.beside
    }
    row += [values.get(key) for _, key in _beside(report)]
    best = subject.advice[0] if subject.advice else None
    row += [best.kpi, best.gain] if best else ["", None]
    for absents in (subject.withheld, subject.lowering):
        row.append("; ".join(f"{one.code} {told(one, lang)}" for one in absents))
    return row


def _written(rows: Sequence[Sequence[Cell]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return MARK + text.getvalue()


def _cell(cell: Cell) -> Cell:
    """A text that a spreadsheet would take for a formula is marked as a text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
