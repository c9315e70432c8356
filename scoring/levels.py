"""The levels that figures are given for, and the labels that each keeps."""

from __future__ import annotations

from dataclasses import dataclass

PLACE = ("province", "hub", "zone", "site", "room", "row", "rack")
"""From the province down to the rack."""

NODE = ("site", "cluster", "rack", "node", "kind", "domestic")
"""What a node's series carry: enough to add them up, and no more (each label costs time)."""

CELL = ("site", "rack", "cluster", "kind", "domestic")
"""A cell is the part of a rack that belongs to one pool: sums over it serve racks and pools."""


@dataclass(frozen=True, slots=True)
class Level:
    """A level. `key` are the labels that tell its members apart; `own` must not be empty.

    `source` is the level whose sums are added up.
    """

    name: str
    labels: tuple[str, ...]
    key: tuple[str, ...]
    own: str
    source: str

    @property
    def by(self) -> str:
        """The labels as PromQL lists them."""
        return ", ".join(self.labels)

    @property
    def on(self) -> str:
        """The key as PromQL lists it."""
        return ", ".join(self.key)

    def of(self, metric: str) -> str:
        """The recorded series of a metric at this level: "site:dcagent_score:points"."""
        return f"{self.name}:{metric}"

    def member(self, series: str) -> str:
        """The source's series, without what belongs to no member of this level."""
        return f'{series}{{{self.own}!=""}}'


RACK = Level("rack", PLACE, ("site", "rack"), "rack", "cell")
CLUSTER = Level(
    name="cluster",
    labels=("province", "hub", "zone", "site", "cluster", "kind"),
    key=("site", "cluster", "kind"),
    own="cluster",
    source="cell",
)
SITE = Level("site", ("province", "hub", "zone", "site"), ("site",), "site", "cell")
ZONE = Level("zone", ("province", "hub", "zone"), ("province", "hub", "zone"), "zone", "site")
HUB = Level("hub", ("province", "hub"), ("province", "hub"), "hub", "site")
PROVINCE = Level("province", ("province",), ("province",), "province", "site")

INSIDE = (RACK, CLUSTER, SITE)
"""Levels that are summed from cells."""
REGIONS = (ZONE, HUB, PROVINCE)
"""Levels that are summed from sites."""
WITH_RACKS = (RACK, SITE, *REGIONS)
"""Levels that have racks: design power, IT load."""
LEVELS = (*INSIDE, *REGIONS)
BY_NAME = {level.name: level for level in LEVELS}


def by(labels: tuple[str, ...]) -> str:
    """Labels as PromQL lists them."""
    return ", ".join(labels)
