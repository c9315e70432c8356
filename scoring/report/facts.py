"""What an engine says of the members of a level, by member and metric."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from scoring.api import Code, QueryFailed, Sample
from scoring.levels import Level

Key = tuple[str, ...]
"""The values of a level's labels, in order: one member."""


class Facts:
    """Samples of one level. What is not a number counts as not there."""

    def __init__(self, level: Level, samples: Iterable[Sample]) -> None:
        """QueryFailed: a series comes twice, with different values."""
        self.level = level
        self._rows: dict[Key, dict[str, list[Sample]]] = {}
        for sample in unique(samples):
            metric = sample.name.removeprefix(f"{level.name}:")
            self._rows.setdefault(self.key(sample.labels), {}).setdefault(metric, []).append(sample)

    def key(self, labels: Mapping[str, str]) -> Key:
        """The member that labels belong to."""
        return tuple(labels.get(name, "") for name in self.level.labels)

    def labels(self, key: Key) -> dict[str, str]:
        """A member's labels by name."""
        return dict(zip(self.level.labels, key, strict=True))

    def members(self, *metrics: str) -> Iterator[Key]:
        """The members that have any of these metrics."""
        for key, rows in self._rows.items():
            if any(metric in rows for metric in metrics):
                yield key

    def rows(self, key: Key, metric: str) -> Sequence[Sample]:
        """All series of a metric that a member has."""
        return self._rows.get(key, {}).get(metric, ())

    def row(self, key: Key, metric: str, **labels: str) -> Sample | None:
        """The first series with these labels."""
        wanted = labels.items()
        rows = self.rows(key, metric)
        return next((row for row in rows if wanted <= row.labels.items()), None)

    def value(self, key: Key, metric: str, **labels: str) -> float | None:
        """Its value; None where there is none."""
        found = self.row(key, metric, **labels)
        return None if found is None else found.value

    def count(self, key: Key, metric: str) -> float:
        """A sum or a count, of which none is 0."""
        return self.value(key, metric) or 0.0


def unique(samples: Iterable[Sample]) -> Iterator[Sample]:
    """Samples that are numbers, each series once.

    The labels that one engine or another adds are its own; where two series differ in these alone,
    and in value, which one counts cannot be told: QueryFailed.
    """
    seen: dict[frozenset[tuple[str, str]], float] = {}
    for sample in samples:
        if not math.isfinite(sample.value):
            continue
        own = frozenset((k, v) for k, v in sample.labels.items() if k in KNOWN and v)
        if own not in seen:
            seen[own] = sample.value
            yield sample
        elif not math.isclose(seen[own], sample.value, rel_tol=1e-9):
            values = f"{seen[own]:.12g} and {sample.value:.12g}"
            told = ", ".join(f'{k}="{v}"' for k, v in sorted(sample.labels.items()))
            raise QueryFailed(Code.TWICE, f"{values}: {told}")


KNOWN = frozenset(
    re.findall(
        r"\w+",
        """
        __name__ province hub zone site room row rack cluster kind node kpi limit confidence
        precision basis window category year source period evidence meter inlet boundary domestic
        device sensor quality pdu target state lifecycle digest profile since
        """,
    )
)
"""The labels that tell our series apart."""
