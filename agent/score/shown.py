"""Values of a report in one language: rounded, with their units, never across a bound."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agent.diagnosis import Lang
from agent.score.amounts import amount, points, share
from agent.score.words import say
from scoring.report.floors import floor, within
from scoring.report.model import Figure, Report, SubScore
from scoring.report.subject import LONG
from scoring.table import Breakpoint, Limit

NONE = "—"
"""What stands where there is no number."""
_NOISE = 1e-4


@dataclass(frozen=True, slots=True)
class Shown:
    """A report's values in one language."""

    report: Report
    lang: Lang

    def title(self, kpi: str) -> str:
        """A KPI by its name in the table."""
        return self.report.table.kpis[kpi].title.of(self.lang)

    def scale(self, kpi: str) -> Sequence[Breakpoint]:
        """Its breakpoints in force."""
        report = self.report
        return report.table.breakpoints(kpi, report.profile, report.day)

    def _bounds(self, kpi: str, value: float) -> list[float]:
        """What a rounded value must not seem to reach; what it is at but for noise is no bound."""
        limits = (limit.value for limit in self.report.table.limits if limit.kpi == kpi)
        return _apart(value, [*(point.value for point in self.scale(kpi)), *limits])

    def value(self, figure: Figure) -> str:
        """A figure with its unit, or the dash."""
        if figure.value is None:
            return NONE
        bounds = self._bounds(figure.kpi, figure.value)
        return str(amount(figure.value, figure.unit, self.lang, figure.kpi, bounds))

    def bound(self, kpi: str, value: float) -> str:
        """A breakpoint or a limit, without digits that say nothing."""
        unit = self.report.table.kpis[kpi].unit
        shown = amount(value, unit, self.lang, kpi)
        number = shown.number.rstrip("0").rstrip(".") if "." in shown.number else shown.number
        return f"{number} {shown.unit}".rstrip()

    def points(self, value: float | None) -> str:
        """Points with one digit, on their side of each grade's bound."""
        if value is None:
            return NONE
        grades = [self.report.table.constant(f"grade_{letter}") for letter in "abc"]
        return points(value, _apart(value, grades))

    def share(self, value: float | None) -> str:
        """A coverage, on its side of each gate."""
        if value is None:
            return NONE
        gates = [self.report.table.constant(f"gate_{name}") for name in ("full", "provisional")]
        return share(value, _apart(value, gates))

    def watts(self, value: float) -> str:
        """A power."""
        return str(amount(value, "watts", self.lang))

    def breakpoints(self, kpi: str) -> str:
        """The scale of a KPI: "30 %→0 60 %→100", and where it has no official floor, that."""
        anchors = self.scale(kpi)
        told = " ".join(f"{self.bound(kpi, b.value)}→{b.points:g}" for b in anchors)
        return told if floor(anchors) else f"{told} ({say(self.lang, 'no floor')})"

    def remarks(self, sub: SubScore) -> list[str]:
        """What is to be known of a sub-score, in lines: category and window, limits, its floor."""
        labels, head = sub.figure.labels, []
        if labels.get("category"):
            head.append(say(self.lang, "category", labels["category"]))
        if "window" in labels and sub.window in LONG:
            head.append(say(self.lang, "annual" if sub.window == LONG[-1] else "interim"))
        elif "window" in labels:
            head.append(say(self.lang, "energy ratio", sub.window))
        found = [" · ".join(head), *(self._limit(limit, sub) for limit in sub.limits)]
        if sub.below_floor:
            found.append(say(self.lang, "below floor"))
        return [line for line in found if line]

    def _limit(self, limit: Limit, sub: SubScore) -> str:
        """Whether a limit is kept; its bare value where that is not judged."""
        told = f"{limit.title.of(self.lang)} {self.bound(limit.kpi, limit.value)}"
        value = sub.figure.value
        if value is None:
            return ""
        if limit in sub.breached:
            return say(self.lang, "not kept", told)
        return say(self.lang, "kept", told) if within(limit, value) else told

    def labels(self, figure: Figure) -> str:
        """The labels of a figure beside the score, as conditions."""
        kinds = self.report.table.kinds
        found = []
        for name, value in figure.labels.items():
            if name == "kind" and value in kinds:
                found.append(kinds[value].title.of(self.lang))
            elif name == "category":
                found.append(say(self.lang, "category", value))
            else:
                found.append(value.upper() if name == "precision" else value)
        return " ".join(found)

    def span(self) -> str:
        """The window, in the time of this machine: "2026-11-22 12:00 → 11-23 12:00"."""
        begin, end = time.localtime(self.report.begin), time.localtime(self.report.at)
        same = begin.tm_year == end.tm_year and begin.tm_yday == end.tm_yday
        form = "%H:%M" if same else "%m-%d %H:%M"
        if begin.tm_year != end.tm_year:
            form = "%Y-%m-%d %H:%M"
        return f"{time.strftime('%Y-%m-%d %H:%M', begin)} → {time.strftime(form, end)}"


def _apart(value: float, bounds: Iterable[float]) -> list[float]:
    return [bound for bound in bounds if abs(value - bound) > _NOISE * abs(bound)]
