"""Where figures come from: series that rules have recorded; `computed` has the other way."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from scoring.api import Engine, Sample
from scoring.levels import BY_NAME, CELL, NODE

_RECORDED = re.compile(
    r"(?<![\w:])(?P<level>[a-z]+):(?P<metric>dcagent_[a-z0-9_]+:[a-z0-9_]+)"
    r"(?:\{(?P<matchers>[^}]*)\})?"
)
_LABELS: Mapping[str, Collection[str]] = {
    **{name: level.labels for name, level in BY_NAME.items()},
    "cell": CELL,
    "node": NODE,
    "meter": ("site", "meter"),
    "device": ("site", "node"),
    "dcagent_grid_emission_factor_kg_per_kwh": ("province",),
    "dcagent_score_table_info": (),
}
"""Level, or name → the labels of its series by which a look may be narrowed; else the site."""


class Source(Protocol):
    """Answers for one moment.

    `refused` are series that the engine was asked for and would not compute; None where all that
    it reads is recorded.
    """

    refused: set[str] | None

    def series(self, names: Sequence[str]) -> tuple[Sample, ...]:
        """All series of these names, each with its name."""

    def ask(self, expression: str) -> tuple[Sample, ...]:
        """The value of an expression over recorded series and raw metrics."""


class Recorded:
    """Reads what rules have recorded, narrowed to what is asked about."""

    def __init__(
        self, engine: Engine, at: float, where: Mapping[str, str], match: Mapping[str, str]
    ) -> None:
        self.refused: set[str] | None = None
        self._engine, self._at, self._where, self._match = engine, at, where, match

    def series(self, names: Sequence[str]) -> tuple[Sample, ...]:
        """One query for all of them: names whose series have the same labels."""
        if not names:
            return ()
        level = names[0].partition(":")[0]
        matchers = self._matchers(_LABELS.get(level, ("site",)))
        inside = ", ".join([f'__name__=~"{"|".join(names)}"', *matchers])
        return self._engine.query(f"{{{inside}}}", self._at)

    def ask(self, expression: str) -> tuple[Sample, ...]:
        """One query, each recorded series in it narrowed."""
        return self._engine.query(self.narrowed(expression), self._at)

    def narrowed(self, expression: str) -> str:
        """The expression with each recorded series in it narrowed to what is asked about."""
        return _RECORDED.sub(self._narrowed, expression)

    def _narrowed(self, found: re.Match[str]) -> str:
        matchers = self._matchers(_LABELS.get(found["level"], ()))
        inside = ", ".join(filter(None, [found["matchers"], *matchers]))
        name = f"{found['level']}:{found['metric']}"
        return f"{name}{{{inside}}}" if inside else name

    def _matchers(self, labels: Collection[str]) -> list[str]:
        kept = {name: value for name, value in self._where.items() if name in labels}
        return [f"{name}={quoted(value)}" for name, value in {**kept, **self._match}.items()]


def quoted(value: str) -> str:
    """A text as PromQL quotes it."""
    plain = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{plain}"'
