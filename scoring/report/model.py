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
    """Why there is no number, or less than there might be.

    A code of the catalogue and the words for its holes; a number among them is written with its
    unit, as all languages write it.
    """

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
    `spread` is the least and the greatest score where each weight varies by ± 50 %. `advice` has
    what would raise the score most first. `withheld` says, where there is no score, each thing
    that is missing; `lowering`, where there is one, each thing that keeps it from full confidence.
    `notes` are what else is to be known of it.
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
    lowering: tuple[Absent, ...] = ()
    notes: tuple[Absent, ...] = ()

    @property
    def path(self) -> str:
        """Where it is: every label that is set, from the province down."""
        where = [value for name, value in self.labels.items() if value and name != "kind"]
        return "/".join([*where[:-1], self.name])

    @property
    def name(self) -> str:
        """Its own name: the most precise label, a pool's with its kind."""
        own = [value for label, value in self.labels.items() if value and label != "kind"]
        kind = self.labels.get("kind", "")
        return f"{own[-1]} ({kind})" if kind else own[-1] if own else ""

    @property
    def breached(self) -> bool:
        """Whether a sub-score is below its official floor, or a mandatory limit is not kept."""
        return any(sub.below_floor for sub in self.subs)


@dataclass(frozen=True, slots=True)
class Trend:
    """A score over the time before a report: (Unix seconds, points) by rising time."""

    labels: Mapping[str, str]
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Lack:
    """A server, rack or meter of a site that lacks something, as `--explain` lists it.

    `kind` is "node", "rack" or "meter"; `target` the name under which it is asked and `address`
    where ("" where neither is known).
    """

    kind: str
    name: str
    absent: Absent
    rack: str = ""
    target: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """All subjects of one level at one moment.

    `at` is in Unix seconds; `window` the span of means that was asked for ("" for the recorded
    day), `minutes` how long it is. `engine` is the address that was asked, without a password.
    `raw`: computed from raw metrics instead of read from recorded series. `notices` hold for all
    of it. `lacks` are there where they were asked for.
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
    minutes: float = 1440.0
    notices: tuple[Absent, ...] = ()
    lacks: tuple[Lack, ...] = ()

    @property
    def begin(self) -> float:
        """Where the window begins, in Unix seconds."""
        return self.at - 60 * self.minutes
