"""A family whose series remember how they are written, so that a scrape only adds the values."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from prometheus_client.core import Metric
from prometheus_client.samples import Sample

from exporters.listing import LISTING, Listed

Pairs = tuple[tuple[str, str], ...]
"""Label names and values."""

_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})


def line_start(name: str, labels: Mapping[str, str]) -> str:
    """A sample's line up to its value, labels in alphabetical order (text format 0.0.4)."""
    if not labels:
        return f"{name} "
    inside = ",".join(f'{key}="{_escaped(labels[key])}"' for key in sorted(labels))
    return f"{name}{{{inside}}} "


def _escaped(value: str) -> str:
    return value if value.isalnum() else value.translate(_ESCAPES)


def printable(value: str) -> str:
    """A label value that UTF-8 can carry: bytes that were not text become "?"."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode(errors="replace").decode()
    return value


class Series:
    """One time series of a device: sample name and labels, written once.

    `shared` is what all series of a target have in common, `own` what tells this one apart.
    """

    __slots__ = ("name", "own", "shared", "start")

    def __init__(self, name: str, shared: Mapping[str, str], own: Pairs = ()) -> None:
        self.name, self.shared = name, shared
        self.own = tuple((key, printable(value)) for key, value in own if value)
        self.start = line_start(name, self.labels)

    @property
    def labels(self) -> dict[str, str]:
        """All labels; those that are not set are left out."""
        return {**self.shared, **dict(self.own)}


class Family(Metric):
    """A metric family in two columns; `samples` are made where somebody asks for them."""

    def __init__(self, listed: Listed) -> None:
        counter = listed.type == "counter"
        name = listed.name.removesuffix("_total") if counter else listed.name
        super().__init__(name, listed.help, listed.type)
        del self.samples
        self.series: list[Series] = []
        self.values: list[float] = []

    @cached_property
    def samples(self) -> list[Sample]:  # type: ignore[override]  # an attribute there, lazy here
        """The same as prometheus_client's other families hold."""
        pairs = zip(self.series, self.values, strict=True)
        return [Sample(series.name, series.labels, value) for series, value in pairs]


class Page:
    """The families of one scrape, each made when its first sample comes."""

    def __init__(self) -> None:
        self._families: list[Family | None] = [None] * len(LISTING)

    def family(self, slot: int) -> Family:
        """The family at that place of the listing."""
        found = self._families[slot]
        if found is None:
            found = self._families[slot] = Family(LISTING[slot])
        return found

    def add(self, slot: int, series: Series, value: float) -> None:
        """One more sample."""
        family = self.family(slot)
        family.series.append(series)
        family.values.append(value)

    def families(self) -> list[Family]:
        """All that have samples, in the order of the listing."""
        return [family for family in self._families if family is not None]
