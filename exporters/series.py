"""A family whose series are kept as they are written, so that a scrape only adds the values.

A series is the start of its line: sample name and labels, up to the value. One string is all that
is remembered of it from scrape to scrape; who wants the labels back reads them off it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from prometheus_client.core import Metric
from prometheus_client.samples import Sample

from exporters.listing import LISTING, Listed

Pairs = tuple[tuple[str, str], ...]
"""Label names and values."""

_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})
_LABEL = re.compile(r'([a-zA-Z0-9_]+)="((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)")


def line_start(name: str, shared: Mapping[str, str], own: Pairs = ()) -> str:
    """A sample's line up to its value, labels in alphabetical order (text format 0.0.4).

    `shared` is what all series of a target have in common. A label that is not set is left out.
    """
    labels = {**shared, **dict(own)}
    inside = ",".join(
        f'{key}="{printable(value).translate(_ESCAPES)}"'
        for key, value in sorted(labels.items())
        if value
    )
    return f"{name}{{{inside}}} " if inside else f"{name} "


def read_start(start: str) -> tuple[str, dict[str, str]]:
    """Sample name and labels of a `line_start`."""
    name, _, inside = start[:-1].partition("{")
    return name, {key: _ESCAPED.sub(_meant, value) for key, value in _LABEL.findall(inside)}


def _meant(escaped: re.Match[str]) -> str:
    return "\n" if escaped[1] == "n" else escaped[1]


def printable(value: str) -> str:
    """A label value that UTF-8 can carry: bytes that were not text become "?"."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode(errors="replace").decode()
    return value


class Family(Metric):
    """A metric family in two columns; `samples` are made where somebody asks for them."""

    def __init__(self, listed: Listed) -> None:
        counter = listed.type == "counter"
        name = listed.name.removesuffix("_total") if counter else listed.name
        super().__init__(name, listed.help, listed.type)
        del self.samples  # so that the property below answers
        self.starts: list[str] = []
        self.values: list[float] = []

    @cached_property
    def samples(self) -> list[Sample]:  # type: ignore[override]  # an attribute there, lazy here
        """The same as prometheus_client's other families hold."""
        pairs = zip(self.starts, self.values, strict=True)
        return [Sample(*read_start(start), value) for start, value in pairs]


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

    def add(self, slot: int, start: str, value: float) -> None:
        """One more sample."""
        family = self.family(slot)
        family.starts.append(start)
        family.values.append(value)

    def families(self) -> list[Family]:
        """All that have samples, in the order of the listing."""
        return [family for family in self._families if family is not None]
