"""The value and the coverage of each scored KPI of each member, recorded or over any window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scoring.kpi import COVERAGE, DAY, WindowKpi, scored_at
from scoring.report.facts import Facts, Key, unique
from scoring.report.question import Question
from scoring.report.source import Source


@dataclass(frozen=True, slots=True)
class Known:
    """A KPI's value and coverage (None: there is none), its window, and the value's own labels."""

    value: float | None
    coverage: float | None
    window: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


Values = dict[Key, dict[str, Known]]


def recorded(facts: Facts) -> Values:
    """What the rules have recorded: one-day means, occupancy now, PUE of a year or a month."""
    found: Values = {}
    for kpi in scored_at(facts.level):
        for key in facts.members(kpi.metric, COVERAGE):
            row = facts.row(key, kpi.metric)
            labels = {n: row.labels[n] for n in kpi.labels if row and row.labels.get(n)}
            coverage = facts.value(key, COVERAGE, kpi=kpi.name)
            if row is None and coverage is None:
                continue
            window = labels.get("window", DAY.text if isinstance(kpi, WindowKpi) else "")
            value = row.value if row else None
            found.setdefault(key, {})[kpi.name] = Known(value, coverage, window, labels)
    return found


def over(question: Question, source: Source, facts: Facts) -> Values:
    """The means over the window that is asked for, and their coverage."""
    level, found = question.level, Values()
    for kpi in scored_at(level):
        if not isinstance(kpi, WindowKpi):
            continue
        values = (
            _by_halves(kpi, question, source, facts)
            if question.raw
            else _whole(kpi, question, source, facts)
        )
        text = kpi.covered_on_grid(level, question.span)
        coverage = {facts.key(s.labels): s.value for s in unique(source.ask(text))}
        for key in {**values, **coverage}:
            known = Known(values.get(key), coverage.get(key), question.span.text)
            found.setdefault(key, {})[kpi.name] = known
    return found


def _whole(kpi: WindowKpi, question: Question, source: Source, facts: Facts) -> Mapping[Key, float]:
    text = kpi.expression(question.level, question.span, question.table)
    return {facts.key(s.labels): s.value for s in unique(source.ask(text))}


def _by_halves(
    kpi: WindowKpi, question: Question, source: Source, facts: Facts
) -> Mapping[Key, float]:
    """Both sides apart: set into one another they are too long for some engines."""
    above, below = (
        {facts.key(s.labels): s.value for s in unique(source.ask(text))}
        for text in (
            kpi.side(kpi.above, question.level, question.span),
            kpi.side(kpi.below, question.level, question.span),
        )
    )
    shape = kpi.shape(question.table)
    return {key: shape.of(above[key] / below[key]) for key in above if below.get(key)}
