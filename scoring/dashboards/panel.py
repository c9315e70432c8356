"""What a panel shows, in both languages and without a word of Grafana's JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from scoring.table import Name


class Kind(StrEnum):
    """How values are drawn; the value is Grafana's panel type."""

    STAT = "stat"
    SERIES = "timeseries"
    BARS = "bargauge"
    TABLE = "table"


class Color(StrEnum):
    """What a colour says."""

    PLAIN = "text"
    LOW = "blue"
    GOOD = "green"
    WATCH = "yellow"
    WARNING = "orange"
    BAD = "red"


@dataclass(frozen=True, slots=True)
class Query:
    """PromQL. `legend` names its series, `{{label}}` standing for a label's value."""

    expr: str
    legend: Name | str = ""


@dataclass(frozen=True, slots=True)
class Steps:
    """From which value on which colour; None is below all. `why` says whose figures they are."""

    colors: tuple[tuple[float | None, Color], ...]
    why: Name | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """The way to another dashboard (its key), with these variables set to fields of the row."""

    to: str
    title: Name
    sets: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: a label, or the letter of the query whose values it has.

    `words` are what values are called (state 0 is "ok"), with their colours.
    """

    name: str
    title: Name
    unit: str = ""
    steps: Steps | None = None
    words: Mapping[str, tuple[Name, Color]] = field(default_factory=dict)
    link: Link | None = None
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel. Queries are lettered A, B, C… in their order.

    `absent` is what stands there where there is no value: why, and where to look. `names` are what
    series are called whose legend is the key. `by_name`: a stat prints the series' name instead of
    its value. `lines`: steps are drawn as lines. `sort` is the table's column, rising, or falling
    with a minus before it; `numbers` are labels that are sorted as numbers. `width` is of 24; 0 is
    the kind's usual size.
    """

    kind: Kind
    title: Name
    about: Name
    unit: str
    queries: tuple[Query, ...]
    absent: Name
    width: int = 0
    height: int = 0
    steps: Steps | None = None
    names: Mapping[str, Name] = field(default_factory=dict)
    words: Mapping[str, tuple[Name, Color]] = field(default_factory=dict)
    columns: tuple[Column, ...] = ()
    sort: str = ""
    numbers: tuple[str, ...] = ()
    link: Link | None = None
    by_name: bool = False
    lines: bool = False
    stacked: bool = False
    low: float | None = None
    high: float | None = None
    decimals: int | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height on the grid."""
        width, height = _USUAL[self.kind]
        return self.width or width, self.height or height


_USUAL = {Kind.STAT: (4, 4), Kind.SERIES: (12, 8), Kind.BARS: (8, 8), Kind.TABLE: (12, 8)}


@dataclass(frozen=True, slots=True)
class Section:
    """A row of the dashboard, with a headline."""

    title: Name
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A dashboard. `key` is its name in links; `span` the time shown at first."""

    key: str
    title: Name
    about: Name
    sections: tuple[Section, ...]
    span: str = "6h"

    def panels(self) -> tuple[Panel, ...]:
        """All panels, in their order."""
        return tuple(panel for section in self.sections for panel in section.panels)
