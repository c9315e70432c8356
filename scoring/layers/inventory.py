"""Who ought to be there: the expected set comes from the inventory, not from who answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date  # noqa: N812

from scoring.levels import NODE, PLACE, SITE, by
from scoring.rule import Group, Rule, Shard, expr
from scoring.scale import figure
from scoring.table import Limit, Table

TABLE_INFO = "dcagent_score_table_info"

PLACES = expr(
    """
    max by (<site>) (dcagent_inventory_site_info)
    or on (site)
    max by (<site>) (dcagent_inventory_rack_info)
    or on (site)
    max by (<site>) (
      dcagent_inventory_node_info
      unless on (site)
      (dcagent_inventory_site_info or dcagent_inventory_rack_info)
    )
    """,
    site=SITE.by,
)
"""The sites and what they belong to."""

_INSTALLED = f'max by ({by(PLACE)}) (dcagent_inventory_rack_info{{state="installed"}})'


@dataclass(frozen=True, slots=True, order=True)
class Made:
    """What rules were made from: two rule files that agree in it give the same points.

    `digest` is the table's, shortened; `since` the last day on which something came into force.
    """

    digest: str
    profile: str
    since: str

    @property
    def labels(self) -> tuple[tuple[str, str], ...]:
        """As labels of `TABLE_INFO`."""
        return ("digest", self.digest), ("profile", self.profile), ("since", self.since)


def made(table: Table, profile: str, day: Date) -> Made:
    """What rules of a table are made from, by a profile, on a day."""
    return Made(table.digest[:16], profile, table.since(day).isoformat())


def constants(table: Table, limits: tuple[Limit, ...], made: Made) -> Group:
    """What the table says, as series; `made` says how the rules came of it."""
    info = Rule(
        *(TABLE_INFO, "vector(1)", made.labels),
        "The table that these rules are made from: what reads scores compares it with its own.",
    )
    kinds = tuple(
        Rule(
            "dcagent_score_reference_precision",
            "vector(1)",
            (("kind", kind.name), ("precision", kind.precision)),
        )
        for kind in table.kinds.values()
    )
    bounds = tuple(
        Rule(
            "dcagent_score_limit",
            f"vector({figure(limit.value)})",
            (("kpi", limit.kpi), ("limit", limit.name)),
            f"{limit.title.zh}: {limit.origin.source}.",
        )
        for limit in limits
    )
    why = """
        The precision in which each kind of compute is counted: FP64 for HPC, FP16 for AI, FP32
        otherwise. Precisions are never converted into one another. Then the limits."""
    return Group("dcagent_score_constants", "1m", Shard.ALL, why, (info, *kinds, *bounds))


def inventory(kinds: str) -> Group:
    """Places, racks, nodes; `kinds` is the pattern of the kinds that compute."""
    why = """
        The expected set. A dead agent lowers coverage; it does not shrink the denominator.
        A node's series carry few labels; the place is joined on once, where they are summed."""
    rules = (*_places(), *_racks(), *_nodes(kinds))
    return Group("dcagent_score_inventory", "1m", Shard.SITE, why, rules)


def _places() -> tuple[Rule, ...]:
    rack = expr(
        """
        <installed>
        or on (site, rack)
        max by (<place>) (
          dcagent_inventory_node_info{lifecycle="active", rack!=""}
          unless on (site, rack)
          dcagent_inventory_rack_info{state="installed"}
        )
        or on (site, rack)
        (
          <places>
        )
        """,
        installed=_INSTALLED,
        place=by(PLACE),
        places=PLACES,
    )
    return (
        Rule("site:dcagent_inventory:place", PLACES),
        Rule(
            *("rack:dcagent_inventory:place", rack, ()),
            "Each installed rack, each rack that a server says it stands in, and each site, for "
            "servers that say no rack.",
        ),
    )


def _racks() -> tuple[Rule, ...]:
    rated = expr(
        """
        <installed>
        * on (site, rack) group_left ()
        max by (site, rack) (dcagent_inventory_rack_rated_power_watts > 0)
        """,
        installed=_INSTALLED,
    )
    occupied = expr(
        """
        <installed>
        and on (site, rack)
        dcagent_inventory_node_info{lifecycle="active"}
        """,
        installed=_INSTALLED,
    )
    return (
        Rule("rack:dcagent_inventory:installed", _INSTALLED),
        Rule("rack:dcagent_inventory:occupied", occupied, (), "Racks with a server in service."),
        Rule("rack:dcagent_rated_power_watts:inventory", rated, (), "Design power."),
    )


def _nodes(kinds: str) -> tuple[Rule, ...]:
    active = expr(
        """
        max by (<node>) (
          dcagent_inventory_node_info{lifecycle="active", kind=~"<kinds>"}
        )
        """,
        node=by(NODE),
        kinds=kinds,
    )
    return (Rule("node:dcagent_inventory:active", active, (), "Compute servers in service."),)
