"""The variables at the head of every dashboard: from the province down to the node.

A variable of several values is matched by regular expression, and All of it is `.*`: so a site
that belongs to no hub is still found, and so are series that do not carry the label.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scoring.dashboards.names import INFO, at
from scoring.levels import RACK, SITE
from scoring.table import Name

ALL = ".*"
PLACES = f'__name__=~"{RACK.of("dcagent_inventory:place")}|{INFO}"'
"""Who says where something is: the inventory by its rules, agents of their targets."""
NODES = f'__name__=~"dcagent_inventory_node_info|{INFO}", node!=""'


@dataclass(frozen=True, slots=True)
class Variable:
    """A choice of one value of a label, or of several and All where `many`."""

    name: str
    title: Name
    many: bool

    @property
    def matcher(self) -> str:
        """How queries match it."""
        return f'{self.name}=~"${self.name}"' if self.many else f'{self.name}="${self.name}"'

    def query(self, above: Sequence[Variable]) -> str:
        """Its values, of what is chosen above it."""
        source = NODES if self.name == "node" else PLACES
        chosen = [variable.matcher for variable in above]
        return f"label_values({at('', source, *chosen)}, {self.name})"


_TITLES = {
    "province": Name("省", "province"),
    "hub": Name("枢纽", "hub"),
    "zone": Name("集群", "zone"),
    "site": Name("数据中心", "site"),
    "room": Name("机房", "room"),
    "rack": Name("机柜", "rack"),
    "node": Name("服务器", "node"),
}
DATASOURCE = Name("数据源", "data source")


def chain(*names: str) -> tuple[Variable, ...]:
    """Variables by their names; "rack+" is one of several values."""
    return tuple(_variable(name) for name in names)


def _variable(name: str) -> Variable:
    own = name.removesuffix("+")
    return Variable(own, _TITLES[own], name != own)


REGION = ("province+", "hub+", "zone+")
CHAINS: Mapping[str, tuple[Variable, ...]] = {
    "site": chain(*REGION, "site"),
    "rack": chain(*REGION, "site", "room+", "rack"),
    "node": chain(*REGION, "site", "room+", "rack+", "node"),
    "power": chain(*REGION, "site", "room+", "rack+"),
    "score": chain(*REGION, "site"),
}
"""The variables of each dashboard."""

IN_SITE = chain("site")[0].matcher
IN_RACK = ", ".join(variable.matcher for variable in chain("site", "rack"))
IN_RACKS = ", ".join(variable.matcher for variable in chain("site", "room+", "rack+"))
AT_NODE = ", ".join(variable.matcher for variable in chain("site", "node"))
"""What is chosen, as matchers."""


def in_site(metric: str) -> str:
    """A recorded series of the site that is chosen."""
    return at(SITE.of(metric), IN_SITE)


def in_rack(metric: str) -> str:
    """A recorded series of the rack that is chosen."""
    return at(RACK.of(metric), IN_RACK)
