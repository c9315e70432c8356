"""What adds up: sums over cells, from there over racks, pools, sites and regions."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.levels import CELL, CLUSTER, INSIDE, LEVELS, RACK, REGIONS, SITE, Level, by
from scoring.rule import Group, Rule, Shard, expr
from scoring.scale import figure
from scoring.table import Table

_ACTIVE = "node:dcagent_inventory:active"
_EXPECTED = "node:dcagent_inventory:expected"
_RATED = "node:dcagent_rated_power_watts:inventory"
_POWER = "node:dcagent_power_watts:valid"
_MATCHED = "node:dcagent_power_watts:matched"
_PEAK = "node:dcagent_peak_flops:reference"
_USED = "node:dcagent_utilization:ratio"
_INLET = "node:dcagent_inlet_temperature_celsius:valid"


@dataclass(frozen=True, slots=True)
class Sum:
    """A quantity that adds up over servers. `flops`: per kind and precision, never across."""

    metric: str
    over: str
    why: str = ""
    flops: bool = False
    levels: tuple[Level, ...] = LEVELS
    op: str = "sum"


def _times(left: str, right: str) -> str:
    """A product over servers: with `on`, which is four times as fast as without."""
    return f"{left} * on (site, node) group_left () {right}"


def _and(left: str, *others: str) -> str:
    return " and on (site, node) ".join((left, *others))


_POOLS = (CLUSTER, SITE, *REGIONS)
_PLACES = (RACK, SITE, *REGIONS)


def sums(table: Table) -> tuple[Sum, ...]:
    """Every quantity that is summed over servers."""
    return (*_counts(), *_watts(), *_flops(), *_inlets(table))


def _counts() -> tuple[Sum, ...]:
    activity = (
        f'{_EXPECTED} and on (site, node) dcagent_node_device_utilization_ratio{{basis="activity"}}'
    )
    unbounded = f"{_EXPECTED} unless on (site, node) {_POWER} unless on (site, node) {_RATED}"
    return (
        Sum("dcagent_nodes:active", _ACTIVE, "Servers in service."),
        Sum("dcagent_nodes:expected", _EXPECTED, "Servers that ought to report."),
        Sum("dcagent_nodes:rated", _and(_RATED, _EXPECTED), "Of these, with a rating.", op="count"),
        Sum("dcagent_nodes:reporting", _POWER, "Of these, with a valid power.", op="count"),
        Sum("dcagent_nodes:unbounded", unbounded, "Neither: what they draw has no bound."),
        Sum(
            *("dcagent_nodes:activity_basis", activity),
            "Whose utilisation comes from activity counters.",
            levels=_POOLS,
        ),
    )


def _watts() -> tuple[Sum, ...]:
    return (
        Sum("dcagent_rated_power_watts:active", _RATED, "Rated power of servers in service."),
        Sum("dcagent_rated_power_watts:expected", _and(_RATED, _EXPECTED), "Of those expected."),
        Sum("dcagent_rated_power_watts:reporting", _and(_RATED, _POWER), "Of those reporting."),
        Sum("dcagent_rated_power_watts:matched", _and(_RATED, _MATCHED), "Of those matched."),
        Sum("dcagent_node_power_watts:measured", _POWER, "Measured power: the lower bound."),
        Sum("dcagent_matched_power_watts:sum", _MATCHED, "Measured power of those matched."),
        Sum(
            *("dcagent_useful_power_watts:sum", _and(_times(_USED, _RATED), _MATCHED)),
            "Useful power: what the utilised capacity would draw at full-load efficiency. Watts "
            "add up across vendors, precisions and kinds.",
        ),
    )


def _flops() -> tuple[Sum, ...]:
    def flops(metric: str, over: str, why: str) -> Sum:
        return Sum(metric, over, why, flops=True, levels=_POOLS)

    return (
        flops("dcagent_peak_flops:nominal", _PEAK, "算力 CP as installed."),
        flops("dcagent_peak_flops:online", _and(_PEAK, _POWER), "Of servers measured now."),
        flops("dcagent_online_power_watts:sum", _and(_POWER, _PEAK), "The power of just these."),
        flops("dcagent_peak_flops:rated", _and(_PEAK, _RATED), "Of servers with a rating."),
        flops(
            "dcagent_peak_rated_power_watts:sum", _and(_RATED, _PEAK), "The rating of just these."
        ),
        flops("dcagent_peak_flops:matched", _and(_PEAK, _MATCHED), "Of servers matched."),
        flops(
            *("dcagent_delivered_flops:matched", _and(_times(_PEAK, _USED), _MATCHED)),
            "Weighted by utilisation: an upper bound of the FLOPS achieved.",
        ),
        flops("dcagent_delivered_power_watts:sum", _MATCHED, "The power of just these."),
    )


def _inlets(table: Table) -> tuple[Sum, ...]:
    low, high = (figure(table.constant(name)) for name in ("inlet_low", "inlet_high"))
    return (
        Sum(
            *("dcagent_inlets:valid", _INLET, "Servers with an inlet reading."),
            levels=_PLACES,
            op="count",
        ),
        Sum(
            *("dcagent_inlets:recommended", f"{_INLET} >= {low} <= {high}"),
            f"Of these, within {low} to {high} °C.",
            levels=_PLACES,
            op="count",
        ),
        Sum(
            *("dcagent_inlets:hot", f"{_INLET} > {high}", f"Above {high} °C."),
            levels=(),
            op="count",
        ),
        Sum(
            *("dcagent_inlet_hot_celsius:sum", f"{_INLET} > {high}"),
            "The temperatures of just these.",
            levels=(),
        ),
    )


def cells(table: Table) -> Group:
    """The sums over cells: the only pass over all servers."""
    rules = tuple(Rule(f"cell:{s.metric}", _cell(s), (), s.why) for s in sums(table))
    why = """
        A cell is the part of a rack that belongs to one pool. Everything above is summed from
        cells, so each quantity is added up over the servers once."""
    return Group("dcagent_score_cell", "1m", Shard.SITE, why, rules)


def _cell(quantity: Sum) -> str:
    precision = "* on (kind) group_left (precision) dcagent_score_reference_precision"
    text = """
        <op> by (<cell>) (
          <over>
        )
        * on (site, rack) group_left (province, hub, zone, room, row) rack:dcagent_inventory:place
        <precision>
        """
    shown = text if quantity.flops else text.replace("<precision>", "")
    return expr(shown, cell=by(CELL), op=quantity.op, over=quantity.over, precision=precision)


def summed(level: Level, metric: str, flops: bool = False) -> str:
    """The sum of a metric over a level's members of its source."""
    labels = (
        level.labels if not flops else tuple(dict.fromkeys((*level.labels, "kind", "precision")))
    )
    return f"sum by ({by(labels)}) ({level.member(f'{level.source}:{metric}')})"


def inside(table: Table, shard: Shard, levels: tuple[Level, ...] = INSIDE) -> Group:
    """Sums from cells, over racks and pools at the site, over the site at the centre."""
    rules = tuple(
        Rule(level.of(s.metric), summed(level, s.metric, s.flops))
        for level in levels
        for s in sums(table)
        if level in s.levels
    )
    rules += tuple(_excess(table, level) for level in levels if level in _PLACES)
    name = "_".join(level.name for level in levels)
    why = f"Sums over each {' and '.join(level.name for level in levels)}."
    return Group(f"dcagent_score_{name}", "1m", shard, why, rules)


EXCESS = "dcagent_inlet_excess_kelvin:sum"
"""Kelvin above the recommended range: 0 where all inlets are within."""


def _excess(table: Table, level: Level) -> Rule:
    text = expr(
        """
        sum by (<by>) (<hot> - <high> * <count>)
        or
        0 * sum by (<by>) (<valid>)
        """,
        by=level.by,
        hot=level.member("cell:dcagent_inlet_hot_celsius:sum"),
        count=level.member("cell:dcagent_inlets:hot"),
        valid=level.member("cell:dcagent_inlets:valid"),
        high=figure(table.constant("inlet_high")),
    )
    return Rule(level.of(EXCESS), text)


def regions(table: Table, others: tuple[str, ...]) -> Group:
    """Sums over zones, hubs and provinces; `others` are what sites add up beside servers."""
    rules = tuple(
        Rule(level.of(metric), summed(level, metric, flops))
        for level in REGIONS
        for metric, flops in (
            *((s.metric, s.flops) for s in sums(table) if level in s.levels),
            *((metric, False) for metric in others),
        )
    )
    why = "Zone, hub and province: the sites' sums, never an average of their ratios."
    return Group("dcagent_score_region", "1m", Shard.CENTRE, why, rules)
