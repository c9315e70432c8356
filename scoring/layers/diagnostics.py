"""What explains a score and is never scored twice: idle and comatose servers, stranded power."""

from __future__ import annotations

from collections.abc import Iterator

from scoring.layers.ratios import share
from scoring.levels import CELL, INSIDE, RACK, REGIONS, SITE, Level, by
from scoring.rule import Group, Rule, Shard, expr
from scoring.scale import figure
from scoring.table import Table

_HOUR = "node:dcagent_utilization:avg1h"
_PEAK = "node:dcagent_utilization:max1d"
_HOURS = "node:dcagent_utilization:hours1d"
_PLACED = (
    "* on (site, rack) group_left (province, hub, zone, room, row) rack:dcagent_inventory:place"
)


def hourly() -> Group:
    """Hours: the mean utilisation of each server, the highest power of each rack."""
    rules = (
        Rule(_HOUR, "avg_over_time(node:dcagent_utilization:ratio[1h])"),
        Rule("rack:dcagent_power_watts:max1h", "max_over_time(rack:dcagent_power_watts:sum[1h])"),
    )
    why = "One sample an hour, so that months can be looked back over."
    return Group("dcagent_score_hour", "1h", Shard.SITE, why, rules)


_COUNTED = """
    sum by (<cell>) (
      node:dcagent_inventory:active
      * on (site, node) group_left ()
        sum by (site, node) (
          max by (site, node, source) (increase(dcagent_node_energy_joules_total[1d:1h]))
        )
    )
    <placed>
    """


_SEEN = """
    sum by (<cell>) (
      node:dcagent_rated_power_watts:inventory
      * on (site, node) group_left ()
        clamp_min(
          1 - max by (site, node) (
            increase(dcagent_node_energy_gap_seconds_total[1d:1h])
          ) / 86400,
          0
        )
    )
    <placed>
    """


def daily() -> Group:
    """Days: the busiest hour, the hours seen, and the energy that servers and PDUs counted."""
    energy = expr(
        _COUNTED,
        cell=by(CELL),
        placed=_PLACED,
    )
    seen = expr(
        _SEEN,
        cell=by(CELL),
        placed=_PLACED,
    )
    rules = (
        Rule(_PEAK, f"max_over_time({_HOUR}[1d])"),
        Rule(_HOURS, f"count_over_time({_HOUR}[1d])"),
        Rule(
            *("cell:dcagent_node_energy_joules:day", energy, ()),
            "Servers' own counters: power integrated by the agent, gaps not filled.",
        ),
        Rule("cell:dcagent_energy_rated_power_watts:day", seen, (), "Rated power × time counted."),
        Rule("rack:dcagent_pdu_energy_joules:day", _pdu(), (), "Where all PDUs of a rack count."),
    )
    why = "One sample a day."
    return Group("dcagent_score_node_day", "1d", Shard.SITE, why, rules)


def _pdu() -> str:
    series = "max by (site, rack, pdu, inlet) (increase(dcagent_rack_energy_joules_total[1d:1h]))"
    return expr(
        """
        rack:dcagent_inventory:installed
        * on (site, rack) group_left ()
          (
              sum by (site, rack) (<series>)
            and on (site, rack)
              (
                  count by (site, rack) (count by (site, rack, pdu) (<series>))
                == on (site, rack)
                  max by (site, rack) (dcagent_inventory_rack_pdus)
              )
          )
        """,
        series=series,
    )


def suspects(table: Table) -> Group:
    """The busiest hour of each server over the spans that matter, where enough was seen."""
    rules = tuple(
        Rule(f"node:dcagent_utilization:max{days}d", _busiest(days, table))
        for days in _spans(table)
    )
    why = "The busiest hour, where enough hours were seen."
    return Group("dcagent_score_busiest", "1h", Shard.SITE, why, rules)


def _spans(table: Table) -> tuple[str, str]:
    return figure(table.constant("idle_days")), figure(table.constant("comatose_days"))


def _busiest(days: str, table: Table) -> str:
    hours = figure(24 * float(days) * table.constant("hours_seen"))
    return f"max_over_time({_PEAK}[{days}d])\nand\n(sum_over_time({_HOURS}[{days}d]) >= {hours})"


def idle(table: Table) -> Group:
    """Idle waste and the comatose list, as they stand now."""
    limit = figure(table.constant("idle_utilization"))
    idle_days, comatose_days = _spans(table)

    def quiet(days: str) -> str:
        busiest = f"last_over_time(node:dcagent_utilization:max{days}d[2h])"
        return f"node:dcagent_power_watts:valid\nand on (site, node)\n({busiest} < {limit})"

    seen = f"last_over_time(node:dcagent_utilization:max{idle_days}d[2h])"
    rules = (
        Rule(
            *("node:dcagent_idle_power_watts:suspected30d", quiet(idle_days), ()),
            f"No hour reached {limit} in {idle_days} days, and it draws power now.",
        ),
        Rule(
            *("node:dcagent_idle_power_watts:comatose180d", quiet(comatose_days), ()),
            f"The comatose list: the same over {comatose_days} days.",
        ),
        Rule(
            "cell:dcagent_idle_power_watts:suspected30d",
            _cell(quiet(idle_days)),
        ),
        Rule(
            "cell:dcagent_observed_power_watts:sum30d",
            _cell(f"node:dcagent_power_watts:valid\nand on (site, node)\n{seen}"),
        ),
    )
    why = "Diagnostics explain a score; they are never scored again."
    return Group("dcagent_score_idle", "2m", Shard.SITE, why, rules)


def _cell(over: str) -> str:
    return expr(
        """
        sum by (<cell>) (
          <over>
        )
        <placed>
        """,
        cell=by(CELL),
        over=over,
        placed=_PLACED,
    )


def stranded(table: Table) -> Group:
    """Power that a rack may still draw and has not drawn in a month."""
    least = figure(24 * table.constant("idle_days") * table.constant("hours_seen"))
    text = expr(
        """
        clamp_min(
            <share> * rack:dcagent_rated_power_watts:inventory
          - on (site, rack)
            max_over_time(rack:dcagent_power_watts:max1h[30d]),
          0
        )
        and on (site, rack)
        (count_over_time(rack:dcagent_power_watts:max1h[30d]) >= <least>)
        """,
        share=figure(table.constant("continuous_load")),
        least=least,
    )
    rule = Rule(
        RACK.of("dcagent_stranded_power_watts:min30d"), text.replace("- on (site, rack)", "-")
    )
    why = (
        "Stranded power: the continuous load that a rack may have less its highest hour in a month."
    )
    return Group("dcagent_score_stranded", "2m", Shard.SITE, why, (rule,))


def totals() -> Group:
    """The diagnostics over racks, pools, sites and regions."""
    rules = [rule for level in (*INSIDE, *REGIONS) for rule in _totals(level)]
    rules += [
        Rule(
            level.of("dcagent_stranded_power_watts:min30d"),
            f"sum by ({level.by}) ({_member(level, 'rack:dcagent_stranded_power_watts:min30d')})",
        )
        for level in (SITE, *REGIONS)
    ]
    why = "The diagnostics over each level: sum / sum."
    return Group("dcagent_score_diagnostic", "2m", Shard.CENTRE, why, tuple(rules))


def _member(level: Level, series: str) -> str:
    return f'{series}{{{level.own}!=""}}'


def _totals(level: Level) -> Iterator[Rule]:
    def total(metric: str) -> str:
        return f"sum by ({level.by}) ({_member(level, f'cell:{metric}')})"

    observed = total("dcagent_observed_power_watts:sum30d")
    yield Rule(
        level.of("dcagent_idle_power:ratio30d"),
        share(total("dcagent_idle_power_watts:suspected30d"), observed),
    )
    yield Rule(
        level.of("dcagent_idle_coverage:ratio30d"),
        f"{observed}\n/\n{total('dcagent_node_power_watts:measured')}",
    )
    counted = _member(level, "cell:dcagent_node_energy_joules:day")
    yield Rule(
        level.of("dcagent_node_energy_joules:latest1d"),
        f"sum by ({level.by}) (last_over_time({counted}[25h]))",
    )
    yield Rule(
        level.of("dcagent_node_energy_coverage:latest1d"),
        expr(
            """
            sum by (<by>) (last_over_time(<counted>[25h]))
            /
            <rated>
            """,
            by=level.by,
            counted=_member(level, "cell:dcagent_energy_rated_power_watts:day"),
            rated=total("dcagent_rated_power_watts:active"),
        ),
    )
    if level in (RACK, SITE, *REGIONS):
        pdu = _member(level, "rack:dcagent_pdu_energy_joules:day")
        yield Rule(
            level.of("dcagent_pdu_energy_joules:latest1d"),
            f"sum by ({level.by}) (last_over_time({pdu}[25h]))",
        )
