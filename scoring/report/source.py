"""Where figures come from: series that rules have recorded, or the same computed anew."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Protocol

from scoring.api import Code, Engine, QueryFailed, Sample
from scoring.levels import BY_NAME, CELL, NODE
from scoring.raw import Raw
from scoring.rules import RuleSet

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
    """Answers for one moment."""

    def series(self, names: Sequence[str]) -> tuple[Sample, ...]:
        """All series of these names, each with its name."""

    def ask(self, expression: str) -> tuple[Sample, ...]:
        """The value of an expression over recorded series and raw metrics."""


class Recorded:
    """Reads what rules have recorded, narrowed to what is asked about."""

    def __init__(
        self, engine: Engine, at: float, where: Mapping[str, str], match: Mapping[str, str]
    ) -> None:
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


class Computed:
    """Computes what rules would record, from raw metrics: a query for each series.

    What the engine refuses for its length is not there, and stands in `too_long`.
    """

    def __init__(self, engine: Engine, at: float, rules: RuleSet, where: Mapping[str, str]) -> None:
        self._engine, self._at, self._where = engine, at, where
        self._raw = Raw(rules)
        self.too_long: set[str] = set()

    def series(self, names: Sequence[str]) -> tuple[Sample, ...]:
        """One query for each name; a ratio or difference of two series is asked for in halves."""
        found: list[Sample] = []
        for name in names:
            try:
                found += [_named(name, sample) for sample in self._one(name)]
            except QueryFailed as failed:
                if failed.code not in (Code.QUERY_REFUSED, Code.TOO_HEAVY):
                    raise
                self.too_long.add(name)
        return tuple(found)

    def ask(self, expression: str) -> tuple[Sample, ...]:
        """One query, every recorded series in it replaced by what records it."""
        text = self._raw.expression(expression)
        return tuple(filter(self._asked, self._engine.query(text, self._at)))

    def _one(self, name: str) -> Iterator[Sample]:
        halves = self._raw.halves(name)
        if halves is None:
            if not self._raw.records(name) and ":" in name:
                return
            yield from self.ask(name)
            return
        left, operator, right = halves
        below = {_bare(sample): sample.value for sample in self.ask(right)}
        for sample in self.ask(left):
            other = below.get(_bare(sample))
            if other is not None and operator == "-":
                yield Sample(sample.labels, sample.value - other)
            elif other:
                yield Sample(sample.labels, sample.value / other)

    def _asked(self, sample: Sample) -> bool:
        return all(sample.labels.get(k, v) == v for k, v in self._where.items())


def _bare(sample: Sample) -> frozenset[tuple[str, str]]:
    return frozenset((k, v) for k, v in sample.labels.items() if k != "__name__")


def _named(name: str, sample: Sample) -> Sample:
    return Sample({**sample.labels, "__name__": name}, sample.value)


def quoted(value: str) -> str:
    """A text as PromQL quotes it."""
    plain = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{plain}"'
