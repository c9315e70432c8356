"""What rules would record, computed from raw metrics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from scoring.api import Code, Engine, QueryFailed, Sample
from scoring.raw import Raw
from scoring.rules import RuleSet


class Computed:
    """Computes what rules would record, from raw metrics: a query for each series.

    What the engine refuses for its length is not there, and stands in `refused`.
    """

    def __init__(self, engine: Engine, at: float, rules: RuleSet, where: Mapping[str, str]) -> None:
        self._engine, self._at, self._where = engine, at, where
        self._raw = Raw(rules)
        self.refused: set[str] | None = set()

    def series(self, names: Sequence[str]) -> tuple[Sample, ...]:
        """One query for each name; a ratio or difference of two series is asked for in halves."""
        found: list[Sample] = []
        refused = self.refused = self.refused or set()
        for name in names:
            try:
                found += [_named(name, sample) for sample in self._one(name)]
            except QueryFailed as failed:
                if failed.code not in (Code.QUERY_REFUSED, Code.TOO_HEAVY):
                    raise
                refused.add(name)
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
