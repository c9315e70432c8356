"""What every part of the page needs: the report, the language, figures with their exact values."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from agent.diagnosis import Lang
from agent.score.amounts import Amount, amount, lasting, stated
from agent.score.page import words
from agent.score.page.markup import Markup, joined, tag
from agent.score.shown import NONE, Shown
from scoring.kpi import KPIS
from scoring.report.model import Absent, Figure, Report, Subject, Trend
from scoring.table import Breakpoint, in_force

_SPAN = re.compile(r"\d+[mhdw]$")
Labels = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Paper:
    """A report in one language.

    `notes` has the number of each breakpoint in the table of sources, by KPI and value.
    """

    shown: Shown
    notes: Mapping[tuple[str, float], int]
    trends: Mapping[Labels, Trend]

    @property
    def report(self) -> Report:
        """The report."""
        return self.shown.report

    @property
    def lang(self) -> Lang:
        """The language."""
        return self.shown.lang

    def say(self, key: str, *values: object) -> str:
        """One of the page's own words."""
        return words.say(self.lang, key, *values)

    def title(self, kpi: str) -> str:
        """A KPI by its name in the table."""
        return self.shown.title(kpi)

    def scale(self, kpi: str) -> tuple[Breakpoint, ...]:
        """The breakpoints of a KPI that the report goes by, by rising value."""
        return tuple(self.shown.scale(kpi))

    def constants(self, *names: str) -> tuple[float, ...]:
        """Constants of the table."""
        return tuple(self.report.table.constant(name) for name in names)

    def precise(self, kpi: str, value: float) -> Amount:
        """A value of a KPI with the digits that its points follow from."""
        return amount(value, self.report.table.kpis[kpi].unit, self.lang, kpi, more=2)

    def stated(self, kpi: str, value: float) -> Amount:
        """A breakpoint or a limit of a KPI, as the table has it."""
        return stated(value, self.report.table.kpis[kpi].unit, self.lang, kpi)

    def figure(self, figure: Figure) -> Markup:
        """A figure's value, or — with the code that says why there is none."""
        if figure.value is None:
            return self.none(figure.absent)
        return exact(figure.value, self.shown.value(figure))

    def points(self, value: float | None) -> Markup:
        """A score or sub-score."""
        told = self.shown.points(value)
        return tag("span", told) if value is None else exact(value, told)

    def coverage(self, value: float | None) -> Markup:
        """A coverage; nothing at all for a plain fact of the inventory."""
        return Markup("") if value is None else exact(value, self.shown.share(value))

    def heads(self, *names: str, numbers: Container[str] = ()) -> Markup:
        """The row of a table that names its columns; those of `numbers` stand right.

        A name is one of the page's words, or markup as it is.
        """
        cells = (
            tag(
                *("th", self.say(name) if name and not isinstance(name, Markup) else name),
                scope="col",
                class_="number" if name in numbers else None,
            )
            for name in names
        )
        return tag("tr", cells)

    def none(self, absent: Absent | None) -> Markup:
        """The dash of an absent value."""
        code = absent.code if absent else self.say("no reason")
        return joined(tag("span", NONE, class_="none"), " ", tag("small", code))

    def told(self, labels: Mapping[str, str], *but: str) -> str:
        """Labels of a figure as its conditions: "annual · category 2"."""
        told = (self._told(name, value) for name, value in labels.items() if name not in but)
        return " · ".join(filter(None, told))

    def _told(self, name: str, value: str) -> str:
        if name == "window":
            return lasting(value, self.lang)
        if name == "kind":
            return self.kind(value)
        if name == "precision":
            return value.upper()
        known = name in ("year", "source", "category", "period", "evidence", "basis")
        return value and (self.say(name, value) if known else f"{name} {value}")

    def kind(self, name: str) -> str:
        """A kind of compute by its name in the table."""
        kind = self.report.table.kinds.get(name)
        return kind.title.of(self.lang) if kind else name

    def span(self, kpi: str) -> str:
        """The time that a KPI beside the score stands for, by the name of its series."""
        recorded = _SPAN.search(KPIS[kpi].metric) if kpi in KPIS else None
        return lasting(recorded[0], self.lang) if recorded else ""

    def name(self, subject: Subject) -> str:
        """A subject's own name, without its place."""
        return subject.labels.get(self.report.level.own) or NONE

    def limiting(self, subject: Subject) -> tuple[str, ...]:
        """The KPIs that limit a score; none where there is no score."""
        return subject.limiting if subject.score is not None else ()

    def shared(self) -> Mapping[str, str]:
        """The labels of place that all subjects have in common."""
        first = self.report.subjects[0].labels if self.report.subjects else {}
        return {
            name: value
            for name, value in first.items()
            if self._is_place(name)
            and value
            and all(subject.labels.get(name) == value for subject in self.report.subjects)
        }

    def place(self, subject: Subject, without: Mapping[str, str] | None = None) -> str:
        """Where a subject stands, from the province down; what is `without` is left out."""
        kept = (
            value
            for name, value in subject.labels.items()
            if value and self._is_place(name) and name not in (without or {})
        )
        return " / ".join(kept)

    def _is_place(self, name: str) -> bool:
        return name not in (self.report.level.own, "kind")

    def moment(self, at: float, form: str = "%Y-%m-%d %H:%M") -> Markup:
        """A moment in the time of this machine; the exact one is its `datetime`."""
        exactly = datetime.fromtimestamp(at, UTC).isoformat()
        return tag("time", local(at, form), datetime=exactly)


def paper_of(report: Report, lang: Lang) -> Paper:
    """A report with what is looked up in it often."""
    kpis = report.table.kpis.items()
    used = [(name, b.value) for name, k in kpis for b in in_force(k, report.profile, report.day)]
    notes = {key: number for number, key in enumerate(used, 1)}
    return Paper(Shown(report, lang), notes, {labelled(t.labels): t for t in report.trends})


def labelled(labels: Mapping[str, str]) -> Labels:
    """Labels as a key; an empty one is none."""
    return frozenset((name, value) for name, value in labels.items() if value)


def local(at: float, form: str) -> str:
    """A moment in the time of this machine."""
    return datetime.fromtimestamp(at, UTC).astimezone().strftime(form)


def exact(value: float, shown: str) -> Markup:
    """A rounded number that carries its exact value, written as JSON writes it."""
    return tag("data", shown, value=repr(float(value)))
