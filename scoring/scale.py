"""Points from a value: piecewise linear, in Python and in PromQL from the same breakpoints."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from scoring.table import Breakpoint


def figure(value: float) -> str:
    """A number as rules and documents print it: twelve digits, so that 1.3 - 1.2 is 0.1."""
    return f"{value:.12g}"


@dataclass(frozen=True, slots=True)
class Segment:
    """A straight piece: from a value, over a width, so many points up or (negative) down."""

    start: float
    width: float
    rise: float


@dataclass(frozen=True, slots=True)
class Scale:
    """Breakpoints by rising value, at least two; flat before the first and after the last."""

    breakpoints: tuple[Breakpoint, ...]

    @property
    def first(self) -> float:
        """The points at and before the first breakpoint."""
        return self.breakpoints[0].points

    def segments(self) -> tuple[Segment, ...]:
        """The pieces between neighbouring breakpoints."""
        return tuple(
            Segment(a.value, b.value - a.value, b.points - a.points)
            for a, b in pairwise(self.breakpoints)
        )

    def points(self, value: float) -> float:
        """The points of a value."""
        return self.first + sum(
            s.rise * min(max(value - s.start, 0.0), s.width) / s.width for s in self.segments()
        )

    def promql(self, value: str) -> str:
        """The same as an expression over the vector `value`: one clamped piece per segment."""
        lines = [_piece(segment, value) for segment in self.segments() if segment.rise]
        head = [figure(self.first)] if self.first else []
        return "\n".join([*head, *lines]).removeprefix("+ ")


def _piece(segment: Segment, value: str) -> str:
    sign = "-" if segment.rise < 0 else "+"
    shifted = f"{value} - {figure(segment.start)}" if segment.start else value
    width = figure(segment.width)
    over = "" if width == "1" else f" / {width}"
    return f"{sign} {figure(abs(segment.rise))} * clamp({shifted}, 0, {width}){over}"
