"""Official floors and limits: which hold for a subject, and which are not kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date as Date  # noqa: N812

from scoring.kpi import PUE
from scoring.levels import SITE, Level
from scoring.scales import MANDATORY
from scoring.table import Breakpoint, Confidence, Limit, Table

HUB_ZONE = "hub_start_zone"
"""The limit of start zones of national hubs: it holds where a zone is told."""
_FLOOR = 60.0


def floor(breakpoints: Sequence[Breakpoint]) -> Breakpoint | None:
    """The official floor of a KPI: its breakpoint of 60 points, else the zero of an official line.

    None where neither is official: η has no floor.
    """
    official = [b for b in breakpoints if b.origin.confidence is not Confidence.PRODUCT]
    of_sixty = next((b for b in official if b.points == _FLOOR), None)
    return of_sixty or next((b for b in official if not b.points), None)


def below(breakpoints: Sequence[Breakpoint], value: float) -> bool:
    """Whether a value is on the wrong side of its official floor; at it is kept."""
    bound = floor(breakpoints)
    if bound is None:
        return False
    falling = breakpoints[0].points > breakpoints[-1].points
    return value > bound.value if falling else value < bound.value


def limits(
    table: Table, day: Date, kpi: str, level: Level, labels: Mapping[str, str], edge: bool
) -> tuple[Limit, ...]:
    """The limits that hold for a subject. `edge`: an edge data centre, outside GB 40879."""
    found = (limit for limit in table.limits_on(day) if limit.kpi == kpi)
    return tuple(limit for limit in found if _holds(limit, level, labels, edge))


def _holds(limit: Limit, level: Level, labels: Mapping[str, str], edge: bool) -> bool:
    if limit.name == MANDATORY:
        return level is SITE and not edge
    if limit.name == HUB_ZONE:
        return bool(labels.get("zone"))
    return True


def broken(limit: Limit, value: float, window: str) -> bool:
    """Whether a value does not keep a limit; the mandatory one of PUE is of a year."""
    return not (limit.name == MANDATORY and window != "365d") and not within(limit, value)


def within(limit: Limit, value: float) -> bool:
    """Whether a value is on the right side of a limit, whatever its window."""
    return value <= limit.value if limit.kpi == PUE.name else value >= limit.value


def judged(kpi: str, edge: bool) -> bool:
    """Whether a KPI's floor holds: that of PUE is GB 40879's, which leaves edge centres out."""
    return not (edge and kpi == PUE.name)
