"""Prometheus with what rules would have recorded of the subjects of a report, and of their past."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from scoring.kpi import KPIS, LIMITING, SCORE, SCORE_COVERAGE, WITHHELD, Kpi
from scoring.layers.inventory import TABLE_INFO, made
from scoring.levels import Level
from scoring.report.look import EXPECTED
from scoring.report.model import Figure, Report, Subject
from tests.real.prometheus_peer import Prometheus, prometheus
from tests.real.score_site import openmetrics
from tests.score.promtool import braces

_PAST_DAYS = 10
_SIX_HOURS = 21600
"""The grid on which the past of a score is read."""


@contextmanager
def engine(directory: Path, report: Report) -> Iterator[Prometheus]:
    """A Prometheus that holds the report's subjects at its moment."""
    file = directory / "recorded.txt"
    now = [(name, value, report.at) for name, value in recorded(report).items()]
    rising = sorted([*now, *_past(report)], key=lambda sample: sample[2])
    file.write_text(openmetrics(iter(rising)))
    command = ["promtool", "tsdb", "create-blocks-from", "openmetrics", "-q"]
    subprocess.run([*command, str(file), str(directory / "data")], check=True, timeout=60)
    with prometheus(directory, {}) as peer:
        yield peer


def _past(report: Report) -> list[tuple[str, float, float]]:
    last = report.at // _SIX_HOURS * _SIX_HOURS
    return [
        (_score(report.level, subject), subject.score - back / 10, last - back * _SIX_HOURS)
        for subject in report.subjects
        if subject.score is not None
        for back in range(4 * _PAST_DAYS)
        if last - back * _SIX_HOURS < report.at
    ]


def _score(level: Level, subject: Subject) -> str:
    return level.of(SCORE) + braces({**subject.labels, "confidence": subject.confidence})


def recorded(report: Report) -> Mapping[str, float]:
    """Series → value. Where KPIs share a coverage the first one's stands."""
    day = made(report.table, report.profile, report.day)
    found = {TABLE_INFO + braces(dict(day.labels)): 1.0}
    for subject in report.subjects:
        for name, value in _of(report.level, subject):
            found.setdefault(name, value)
    return found


def _of(level: Level, subject: Subject) -> Iterator[tuple[str, float]]:
    own = braces(subject.labels)
    yield level.of("dcagent_inventory:place") + own, 1.0
    yield level.of(EXPECTED) + own, 310.0
    if subject.coverage is not None:
        yield level.of(SCORE_COVERAGE) + own, subject.coverage
    if subject.interval is not None:
        yield level.of("dcagent_node_power_watts:measured") + own, subject.interval.measured
        if subject.interval.upper is not None:
            yield level.of("dcagent_node_power_watts:upper") + own, subject.interval.upper
    if subject.score is None:
        yield level.of(WITHHELD) + own, 1.0
    else:
        yield _score(level, subject), subject.score
    for sub in subject.subs:
        kpi = KPIS[sub.figure.kpi]
        yield from _figure(level, subject, kpi, sub.figure)
        if sub.points is not None:
            yield _with(kpi.points(level), subject.labels), sub.points
        if kpi.name in subject.limiting and sub.points is not None:
            yield level.of(LIMITING) + braces({**subject.labels, "kpi": kpi.name}), sub.points
    for figure in subject.beside:
        yield from _figure(level, subject, KPIS[figure.kpi], figure)


def _figure(
    level: Level, subject: Subject, kpi: Kpi, figure: Figure
) -> Iterator[tuple[str, float]]:
    if figure.value is not None:
        labels = {name: figure.labels[name] for name in kpi.labels if name in figure.labels}
        yield _with(kpi.value(level), {**subject.labels, **labels}), figure.value
    selector = kpi.coverage_selector(level)
    covered = 1.0 if figure.coverage is None and kpi.scored else figure.coverage
    if selector and covered is not None and figure.value is not None:
        yield _with(selector, subject.labels), covered


def _with(selector: str, labels: Mapping[str, str]) -> str:
    """A selector name{a="b"} with further labels."""
    name, _, inside = selector.partition("{")
    further = braces(labels).strip("{}")
    return f"{name}{{{','.join(filter(None, (inside.strip('}'), further)))}}}"
