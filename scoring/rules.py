"""The rule file as data: every group in the order of evaluation, for a table, profile and day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date  # noqa: N812

from scoring.layers import (
    declared,
    diagnostics,
    energy,
    inventory,
    nodes,
    points,
    racks,
    ratios,
    sums,
    windows,
)
from scoring.levels import CLUSTER, RACK, REGIONS, SITE
from scoring.rule import Group, Shard
from scoring.scales import MANDATORY, scales
from scoring.table import PROFILE, Table


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All groups, and what they were made from."""

    table: Table
    profile: str
    day: Date
    groups: tuple[Group, ...]

    def shard(self, shard: Shard) -> RuleSet:
        """The groups of one shard (those of ALL are in each)."""
        if shard is Shard.ALL:
            return self
        kept = tuple(g for g in self.groups if g.shard in (shard, Shard.ALL))
        return RuleSet(self.table, self.profile, self.day, kept)


def rule_set(table: Table, profile: str = PROFILE, day: Date | None = None) -> RuleSet:
    """The rules of a table, by a profile, with what is in force on a day (default: the edition's).

    KeyError: the table has no such profile.
    """
    day = day or table.edition
    kinds = "|".join(table.kinds)
    scale = scales(table, table.profiles[profile].name, day)
    limits = table.limits_on(day)
    mandatory = next((limit.value for limit in limits if limit.name == MANDATORY), None)
    groups = (
        inventory.constants(table, limits, inventory.made(table, profile, day)),
        *_site(table, kinds),
        *_centre(table),
        points.points(table, scale, mandatory),
        points.least(),
        points.score(table),
        points.withheld(),
        diagnostics.totals(),
    )
    return RuleSet(table, profile, day, groups)


def _site(table: Table, kinds: str) -> tuple[Group, ...]:
    return (
        inventory.inventory(kinds),
        nodes.devices(table),
        nodes.use(),
        nodes.nodes(table),
        nodes.matched(),
        sums.cells(table),
        sums.inside(table, Shard.SITE, (RACK, CLUSTER)),
        racks.power(table),
        racks.load(),
        ratios.ratios(table, (RACK, CLUSTER), "rack", Shard.SITE),
        energy.meters(),
        diagnostics.hourly(),
        diagnostics.daily(),
        diagnostics.suspects(table),
        diagnostics.idle(table),
        diagnostics.stranded(table),
    )


def _centre(table: Table) -> tuple[Group, ...]:
    return (
        sums.inside(table, Shard.CENTRE, (SITE,)),
        racks.of_site(),
        sums.regions(table, (*racks.RACK_SUMS, sums.EXCESS)),
        ratios.ratios(table, (SITE, *REGIONS), "site", Shard.CENTRE),
        ratios.domestic(),
        energy.energy(),
        energy.of_day(),
        energy.daily(table),
        declared.regions(),
        windows.windows(table),
        windows.periods(table),
        windows.scored_pue(),
        windows.regional_pue(),
        windows.choose_regional_pue(table),
    )
