"""What is asked of an engine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from datetime import date as Date  # noqa: N812

from scoring.kpi import DAY, Window
from scoring.levels import SITE, Level
from scoring.table import Table

_SPAN = re.compile(r"(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_MINUTES = (7 * 1440.0, 1440.0, 60.0, 1.0, 1 / 60)
SHORTEST, LONGEST = Window("1m", 1), Window("365d", 365 * 1440)


class BadWindow(ValueError):
    """A text that is no span of time, or one that is too short or too long."""


def window(text: str) -> Window:
    """A span as PromQL writes it ("24h", "7d", "1d12h"), in whole minutes. BadWindow."""
    found = _SPAN.fullmatch(text.strip().lower())
    parts = found.groups() if found else ()
    minutes = sum(int(n) * size for n, size in zip(parts, _MINUTES, strict=bool(parts)) if n)
    bounds = f"from {SHORTEST.text} to {LONGEST.text}"
    if not any(parts) or minutes % 1:
        raise BadWindow(f"{text!r} is no span of time such as 24h or 7d, {bounds}")
    if not SHORTEST.minutes <= minutes <= LONGEST.minutes:
        raise BadWindow(f"{text} is out of bounds: {bounds}")
    return Window(text.strip().lower(), minutes)


@dataclass(frozen=True, slots=True)
class Question:
    """One look at one level.

    `profile` "" is that of the engine's rules. `window` None is the day that rules record. `where`
    narrows the members by their labels; `match` are labels that an engine adds to its series. `raw`
    computes from raw metrics. `explain` lists what each server, rack and meter of the one site in
    `where` lacks. `trends` wants the score's past.
    """

    table: Table
    at: float
    level: Level = SITE
    profile: str = ""
    window: Window | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    match: Mapping[str, str] = field(default_factory=dict)
    raw: bool = False
    explain: bool = False
    trends: bool = False

    @property
    def span(self) -> Window:
        """The window that means are over."""
        return self.window or DAY

    @property
    def recorded(self) -> bool:
        """Whether the rules have recorded what is asked for."""
        return self.window is None and not self.raw

    @property
    def short(self) -> bool:
        """Whether the window is below a day."""
        return self.span.minutes < DAY.minutes

    @property
    def day(self) -> Date:
        """The day by which breakpoints and limits are in force."""
        return datetime.fromtimestamp(self.at, UTC).date()
