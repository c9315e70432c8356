"""The table that everything here is made from: KPIs, breakpoints, constants, limits, kinds.

Frozen, and the same for everyone: `digest` says by which table two reports were made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 # the fields are called `date`
from enum import StrEnum

PROFILE = "compliance"
"""The profile where none is asked for."""


class Confidence(StrEnum):
    """How sure a figure is; one that is only generally known does not enter the table."""

    HIGH = "high"
    MEDIUM = "medium"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True)
class Origin:
    """Who says so. `date` is the source's, as exactly as it is known ("2021-10-11", "2025")."""

    source: str
    date: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Name:
    """What people call it, in two languages."""

    zh: str
    en: str

    def of(self, lang: str) -> str:
        """The name in "zh" or "en"."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Validity:
    """From a day on, up to (not including) another."""

    valid_from: Date
    until: Date | None = None

    def on(self, day: Date) -> bool:
        """Whether it is in force on a day."""
        return self.valid_from <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """A value of a KPI (in its unit) and the points 0 to 100 that it is worth."""

    value: float
    points: float
    profiles: tuple[str, ...]
    origin: Origin
    validity: Validity


@dataclass(frozen=True, slots=True)
class KpiEntry:
    """A KPI as the table has it. `scored`: it enters the score; others stand beside it."""

    name: str
    title: Name
    unit: str
    scored: bool
    breakpoints: tuple[Breakpoint, ...]


@dataclass(frozen=True, slots=True)
class Constant:
    """A number that the rules are made with."""

    name: str
    value: float
    unit: str
    title: Name
    origin: Origin


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound of a KPI that is flagged whatever the score."""

    name: str
    kpi: str
    value: float
    title: Name
    origin: Origin
    validity: Validity


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of compute and the precision in which it is counted."""

    name: str
    precision: str
    title: Name
    origin: Origin


@dataclass(frozen=True, slots=True)
class Profile:
    """One way to give points."""

    name: str
    title: Name
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """All of it. `edition` is the day by which what is in force is judged where none is given."""

    edition: Date
    profiles: Mapping[str, Profile]
    kinds: Mapping[str, Kind]
    kpis: Mapping[str, KpiEntry]
    constants: Mapping[str, Constant]
    limits: tuple[Limit, ...]
    file: str
    digest: str

    def constant(self, name: str) -> float:
        """The value of a constant. KeyError: there is none of that name."""
        return self.constants[name].value

    def precisions(self) -> Mapping[str, tuple[str, ...]]:
        """Precision → the kinds that are counted in it."""
        found: dict[str, tuple[str, ...]] = {}
        for kind in self.kinds.values():
            found[kind.precision] = (*found.get(kind.precision, ()), kind.name)
        return found

    def breakpoints(self, kpi: str, profile: str, day: Date) -> Sequence[Breakpoint]:
        """The breakpoints in force, by rising value; empty where the KPI gets no points."""
        return in_force(self.kpis[kpi], profile, day)

    def since(self, day: Date) -> Date:
        """The last day up to `day` on which a breakpoint or a limit came into force or ended."""
        terms = [point.validity for kpi in self.kpis.values() for point in kpi.breakpoints]
        terms += [limit.validity for limit in self.limits]
        days = [turn for term in terms for turn in (term.valid_from, term.until) if turn]
        return max((turn for turn in days if turn <= day), default=Date.min)

    def limits_on(self, day: Date) -> tuple[Limit, ...]:
        """The limits in force on a day."""
        return tuple(limit for limit in self.limits if limit.validity.on(day))


def in_force(kpi: KpiEntry, profile: str, day: Date) -> Sequence[Breakpoint]:
    """A KPI's breakpoints of one profile on one day, by rising value."""
    found = (b for b in kpi.breakpoints if profile in b.profiles and b.validity.on(day))
    return sorted(found, key=lambda point: point.value)
