"""One member of a level, judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scoring.grade import grade
from scoring.kpi import (
    ATTAINMENT,
    LIMITING,
    POINTS,
    PUE,
    SCORE,
    SCORE_COVERAGE,
    Kpi,
    scored_at,
)
from scoring.layers.windows import PERIODS
from scoring.levels import SITE
from scoring.report import floors, gates
from scoring.report.advice import Details, advice
from scoring.report.beside import beside
from scoring.report.facts import Key
from scoring.report.gates import Verdict
from scoring.report.look import Look
from scoring.report.model import Absent, Figure, Interval, Subject, SubScore
from scoring.report.reasons import reasons, words
from scoring.report.scale import Choice
from scoring.report.values import Known
from scoring.scale import Scale
from scoring.scales import MANDATORY
from scoring.table import Limit

LONG = tuple(window for window, _ in PERIODS)
"""The windows of a PUE in the sense of the standard: annual and interim."""


@dataclass(frozen=True)
class Judge:
    """Judges members by one scale. What the rules recorded by the same scale is taken as it is."""

    look: Look
    choice: Choice
    scales: Mapping[str, Scale]

    @property
    def _trusts(self) -> bool:
        return self.look.question.recorded and self.choice.agrees

    def points(self, key: Key, known: Mapping[str, Known]) -> dict[str, float]:
        """The points of each KPI that has some."""
        found: dict[str, float] = {}
        for kpi in scored_at(self.look.level):
            if self._trusts:
                recorded = self.look.facts.value(key, POINTS, kpi=kpi.name)
                if recorded is not None:
                    found[kpi.name] = recorded
                continue
            value = known[kpi.name].value if kpi.name in known else None
            if value is not None and not self._implausible(kpi, value):
                found[kpi.name] = self.scales[kpi.name].points(value)
        return found

    def _implausible(self, kpi: Kpi, value: float) -> bool:
        limit = self.look.question.table.constant("attainment_implausible")
        return kpi is ATTAINMENT and value > limit

    def verdict(self, key: Key, known: Mapping[str, Known], points: Mapping[str, float]) -> Verdict:
        """The score with its confidence; as the engine recorded it, where that may be."""
        facts, question = self.look.facts, self.look.question
        if self._trusts:
            rows = {row.labels.get("confidence", ""): row for row in facts.rows(key, SCORE)}
            row = rows.get(gates.PROVISIONAL) or rows.get(gates.FULL)
            told = {r.labels.get("kpi", "") for r in facts.rows(key, LIMITING)}
            limiting = tuple(k.name for k in scored_at(self.look.level) if k.name in told)
            confidence = row.labels["confidence"] if row else gates.WITHHELD
            worst = facts.value(key, SCORE_COVERAGE)
            return Verdict(row.value if row else None, confidence, worst, limiting)
        coverage = {k: v.coverage for k, v in known.items() if v.coverage is not None}
        needed = [kpi.name for kpi in scored_at(self.look.level)]
        pue = known.get(PUE.name)
        short = question.short or (pue is not None and pue.window not in LONG)
        return gates.verdict(question.table, needed, points, coverage, short)

    def subject(
        self, key: Key, known: Mapping[str, Known], found: Verdict, details: Details
    ) -> Subject:
        """All that is to be said of a member."""
        look, table = self.look, self.look.question.table
        points = self.points(key, known)
        subs = tuple(self._sub(key, kpi, known, points, found) for kpi in scored_at(look.level))
        scored = found.score is not None
        return Subject(
            labels=look.facts.labels(key),
            score=found.score,
            grade=grade(table, found.score, points.values()),
            confidence=found.confidence,
            coverage=found.coverage,
            subs=subs,
            limiting=found.limiting,
            spread=gates.spread(table, points.values()) if scored else None,
            interval=self._interval(key),
            advice=advice(look, key, subs, self.scales, details) if scored else (),
            beside=beside(look, key, known.get(PUE.name)),
            withheld=() if scored else self._lacking(key, known, gates.PROVISIONAL),
            lowering=self._lacking(key, known, gates.FULL) if scored else (),
            notes=self._notes(key),
        )

    def _sub(
        self,
        key: Key,
        kpi: Kpi,
        known: Mapping[str, Known],
        points: Mapping[str, float],
        found: Verdict,
    ) -> SubScore:
        look, table = self.look, self.look.question.table
        one = known.get(kpi.name)
        value = one.value if one else None
        own = points.get(kpi.name)
        absent = None
        if value is None or own is None:
            absent = next(iter(reasons(look, key, kpi, one)), None)
        figure = Figure(
            kpi.name,
            value,
            table.kpis[kpi.name].unit,
            one.coverage if one else None,
            one.labels if one else {},
            absent,
        )
        gain = None
        if found.score is not None and own is not None:
            gain = gates.gain(table, points, kpi.name)
        limits, breached, below = self._bounds(key, kpi, one)
        window = one.window if one else ""
        return SubScore(figure, own, window, gain, limits, breached, below)

    def _bounds(
        self, key: Key, kpi: Kpi, one: Known | None
    ) -> tuple[tuple[Limit, ...], tuple[Limit, ...], bool]:
        """The limits that hold, those not kept, and whether the value is below its floor.

        A window below a day, or a coverage that gives no score, judges nothing.
        """
        question, edge = self.look.question, self.edge(key)
        labels = self.look.facts.labels(key)
        limits = floors.limits(
            question.table, question.day, kpi.name, self.look.level, labels, edge
        )
        value = one.value if one else None
        if one is None or value is None or question.short:
            return limits, (), False
        if not gates.reaches(question.table, one.coverage or 0.0, gates.PROVISIONAL):
            return limits, (), False
        if kpi is PUE and one.window not in LONG:
            return limits, (), False
        breached = tuple(b for b in limits if floors.broken(b, value, one.window))
        below = floors.judged(kpi.name, edge) and floors.below(
            self.scales[kpi.name].breakpoints, value
        )
        mandatory = any(limit.name == MANDATORY for limit in breached)
        return limits, breached, below or mandatory

    def edge(self, key: Key) -> bool:
        """Whether a site is an edge data centre."""
        racks = self.look.facts.value(key, "dcagent_standard_racks:sum")
        most = self.look.question.table.constant("edge_racks")
        return self.look.level is SITE and racks is not None and racks <= most

    def _notes(self, key: Key) -> tuple[Absent, ...]:
        if not self.edge(key):
            return ()
        racks = self.look.facts.count(key, "dcagent_standard_racks:sum")
        most = self.look.question.table.constant("edge_racks")
        told = {"value": f"{racks:.1f}", "limit": f"{most:g}"}
        return (Absent("DCA-KPI-035", words(self.look, key, **told)),)

    def _interval(self, key: Key) -> Interval | None:
        measured = self.look.facts.value(key, "dcagent_node_power_watts:measured")
        if measured is None:
            return None
        return Interval(measured, self.look.facts.value(key, "dcagent_node_power_watts:upper"))

    def _lacking(self, key: Key, known: Mapping[str, Known], gate: str) -> tuple[Absent, ...]:
        """The reasons of each KPI that is missing or covered less than a gate wants."""
        table = self.look.question.table
        found: list[Absent] = []
        for kpi in scored_at(self.look.level):
            one = known.get(kpi.name)
            whole = one is not None and one.value is not None and one.coverage is not None
            high = whole and one is not None and self._implausible(kpi, one.value or 0.0)
            covered = one.coverage if one and one.coverage is not None else 0.0
            if whole and not high and gates.reaches(table, covered, gate):
                continue
            found += [r for r in reasons(self.look, key, kpi, one) if r not in found]
        if not found and gate == gates.PROVISIONAL:
            found.append(Absent("DCA-KPI-033", words(self.look, key)))
        return tuple(found)
