"""Colours by the table's own figures, each with its source: nothing is typed in twice."""

from __future__ import annotations

from scoring.dashboards.panel import Color, Steps
from scoring.scale import figure
from scoring.table import Constant, Limit, Name, Origin, Table

_UNITS = {"celsius": " °C", "points": "", "ratio": "", "seconds": " s", "days": " d", "watts": " W"}


def _line(value: float, unit: str, title: Name, origin: Origin) -> Name:
    number = f"{figure(100 * value)} %" if unit == "ratio" else f"{figure(value)}{_UNITS[unit]}"
    whence = f"{origin.source} ({origin.date}, {origin.confidence.value})"
    return Name(f"{number}: {title.zh}。出处: {whence}", f"{number}: {title.en}. Source: {whence}")


def joined(*texts: Name) -> Name:
    """Several lines, each language for itself."""
    return Name("\n\n".join(t.zh for t in texts), "\n\n".join(t.en for t in texts))


def told(about: Name, steps: Steps) -> Name:
    """A description with the sources of steps that are not drawn."""
    return joined(about, steps.why) if steps.why else about


def sources(table: Table, *names: str) -> Name:
    """What constants of the table say, and who says so."""
    found: list[Constant] = [table.constants[name] for name in names]
    return joined(*(_line(c.value, c.unit, c.title, c.origin) for c in found))


def inlets(table: Table) -> Steps:
    """The recommended range, and the allowable one above it."""
    names = ("inlet_low", "inlet_high", "inlet_allowable")
    low, high, allowable = (table.constant(name) for name in names)
    colors = ((None, Color.LOW), (low, Color.GOOD), (high, Color.WATCH), (allowable, Color.BAD))
    return Steps(colors, sources(table, *names))


def coverage(table: Table) -> Steps:
    """Enough for full confidence, for a provisional score, or for none."""
    provisional, full = table.constant("gate_provisional"), table.constant("gate_full")
    colors = ((None, Color.BAD), (provisional, Color.WATCH), (full, Color.GOOD))
    return Steps(colors, sources(table, "gate_provisional", "gate_full"))


def points(table: Table) -> Steps:
    """The bounds of the grades."""
    names = ("grade_c", "grade_b", "grade_a")
    c, b, a = (table.constant(name) for name in names)
    colors = ((None, Color.BAD), (c, Color.WARNING), (b, Color.WATCH), (a, Color.GOOD))
    return Steps(colors, sources(table, *reversed(names)))


def load(table: Table) -> Steps:
    """Continuous load of a rack's design power, and all of it."""
    colors = (
        (None, Color.GOOD),
        (table.constant("continuous_load"), Color.WARNING),
        (1.0, Color.BAD),
    )
    return Steps(colors, sources(table, "continuous_load"))


def pue(table: Table) -> Steps:
    """The limits of PUE in force at the table's edition: the strictest is watched, the last red."""
    limits = sorted(limits_of(table, "pue"), key=lambda limit: limit.value)
    colors: list[tuple[float | None, Color]] = [(None, Color.GOOD)]
    colors += [(limit.value, Color.WARNING) for limit in limits[:-1]]
    colors += [(limit.value, Color.BAD) for limit in limits[-1:]]
    told = (_line(limit.value, "points", limit.title, limit.origin) for limit in limits)
    return Steps(tuple(colors), joined(*told))


def limits_of(table: Table, kpi: str) -> tuple[Limit, ...]:
    """The limits of a KPI."""
    return tuple(limit for limit in table.limits_on(table.edition) if limit.kpi == kpi)


def none_wanted() -> Steps:
    """Nothing is good, anything is not."""
    return Steps(((None, Color.GOOD), (1.0, Color.BAD)))


def all_wanted() -> Steps:
    """All of it is good, less is not."""
    return Steps(((None, Color.WARNING), (1.0, Color.GOOD)))


def neutral(why: Name | None = None) -> Steps:
    """One colour for all."""
    return Steps(((None, Color.LOW),), why)


def warning() -> Steps:
    """What is there at all ought not to be."""
    return Steps(((None, Color.WARNING),))


def not_below_zero() -> Steps:
    """Below 0 something is exceeded."""
    return Steps(((None, Color.BAD), (0.0, Color.GOOD)))


def fresh(table: Table) -> Steps:
    """Young enough to be scored."""
    colors = ((None, Color.GOOD), (table.constant("fresh_seconds"), Color.BAD))
    return Steps(colors, sources(table, "fresh_seconds"))
