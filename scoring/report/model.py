"""A report of scores as data: frozen, without words of a language, the same for every output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as Date  # noqa: N812

from scoring.grade import Grade
from scoring.levels import Level
from scoring.table import Limit, Table


@dataclass(frozen=True, slots=True)
class Absent:
    """Why there is no number: a code of the catalogue and the words for its holes."""

    code: str
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figure:
    """One value of a KPI.

    `labels` are those beside its level's own (kind and precision, year and source, window and
    category); `coverage` is 0 to 1, None for a plain fact of the inventory. Without a value there
    is an `absent`.
    """

    kpi: str
    value: float | None
    unit: str
    coverage: float | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    absent: Absent | None = None


@dataclass(frozen=True, slots=True)
class SubScore:
    """A KPI that enters the score.

    `window` is the span that its value stands for as PromQL writes it ("1d", "365d"; "" for a fact
    of the inventory). `gain` is by how many points the score rises where this sub-score is full
    (None without a score). `breached` are the limits in force that the value does not keep,
    `below_floor` tells that it is below the official floor (a KPI without one never is).
    """

    figure: Figure
    points: float | None
    window: str = ""
    gain: float | None = None
    limits: tuple[Limit, ...] = ()
    breached: tuple[Limit, ...] = ()
    below_floor: bool = False


@dataclass(frozen=True, slots=True)
class Interval:
    """Between what the true power lies, in watts: measured, and with the silent at their rating.

    `upper` is None where a silent server has no rating.
    """

    measured: float
    upper: float | None


@dataclass(frozen=True, slots=True)
class Advice:
    """What would raise a score: the KPI, the points to be had, a code and words of its page."""

    kpi: str
    gain: float
    code: str
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subject:
    """One rack, pool, site, zone, hub or province.

    `labels` are its level's, in order. `confidence` is "full", "provisional" or "" (withheld).
    `spread` is the least and the greatest score where each weight varies by ± 50 %. `withheld`
    says, where there is no score, each thing that is missing.
    """

    labels: Mapping[str, str]
    score: float | None
    grade: Grade
    confidence: str
    coverage: float | None
    subs: tuple[SubScore, ...]
    limiting: tuple[str, ...] = ()
    spread: tuple[float, float] | None = None
    interval: Interval | None = None
    advice: tuple[Advice, ...] = ()
    beside: tuple[Figure, ...] = ()
    withheld: tuple[Absent, ...] = ()

    @property
    def name(self) -> str:
        """Its own name: the most precise label that is set, a pool's with its kind."""
        return "/".join(value for value in self.labels.values() if value)


@dataclass(frozen=True, slots=True)
class Trend:
    """A score over the time before a report: (Unix seconds, points) by rising time."""

    labels: Mapping[str, str]
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All subjects of one level at one moment.

    `at` is in Unix seconds; `window` the span of means that was asked for ("" for the recorded
    day). `engine` is the address that was asked, without a password. `raw`: computed from raw
    metrics instead of read from recorded series.
    """

    table: Table
    profile: str
    day: Date
    level: Level
    at: float
    window: str
    engine: str
    raw: bool
    subjects: tuple[Subject, ...]
    trends: tuple[Trend, ...] = ()
