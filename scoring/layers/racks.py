"""Power of racks against their design, and how many racks are in use."""

from __future__ import annotations

from scoring.levels import RACK, SITE
from scoring.rule import Group, Rule, Shard, expr
from scoring.scale import figure
from scoring.table import Table

RACK_SUMS = (
    "dcagent_racks:installed",
    "dcagent_racks:occupied",
    "dcagent_racks:rated",
    "dcagent_rack_rated_power_watts:installed",
    "dcagent_rack_rated_power_watts:known",
    "dcagent_rack_power_watts:known",
)
"""What sites add up over racks, and regions over sites."""


_DRAWN = """
    (
      rack:dcagent_inventory:installed
      * on (site, rack) group_left ()
        (
            sum by (site, rack) (<pdus>)
          and on (site, rack)
            (
                count by (site, rack) (<pdus>)
              == on (site, rack)
                max by (site, rack) (dcagent_inventory_rack_pdus)
            )
        )
    )
    or on (site, rack)
    (
      rack:dcagent_node_power_watts:measured
      and on (site, rack)
        (
            rack:dcagent_rated_power_watts:reporting
          / rack:dcagent_rated_power_watts:expected
          >= <least>
        )
      and on (site, rack)
        (rack:dcagent_nodes:reporting / rack:dcagent_nodes:expected >= <least>)
    )
    """


_DARK = """
    rack:dcagent_inventory:installed
    unless on (site, rack)
    (
      dcagent_inventory_node_info{lifecycle="active"}
      unless on (site, node)
      (max by (site, node) (dcagent_node_chassis_on) == 0)
    )
    """


def power(table: Table) -> Group:
    """What each rack draws: its PDUs, else its servers, else unknown."""
    drawn = expr(
        _DRAWN,
        pdus=_PDUS,
        least=figure(table.constant("rack_sum_coverage")),
    )
    rules = (
        Rule(
            *("rack:dcagent_power_watts:sum", drawn, ()),
            "Every PDU that the inventory counts must answer; one leg of a pair may read 0 W.",
        ),
        Rule(
            *("rack:dcagent_inventory:dark", expr(_DARK), ()),
            "Racks without a server, or with all of them switched off: these draw a known 0 W. "
            "Read from the inventory itself, so that no rule that fails leaves a rack dark.",
        ),
    )
    why = (
        "Rack power: metered where all PDUs of the rack answer, else the sum of nearly all servers."
    )
    return Group("dcagent_score_rack_power", "1m", Shard.SITE, why, rules)


_PDUS = (
    "sum by (site, rack, pdu) (max by (site, rack, pdu, inlet) "
    '(dcagent_rack_power_watts{quality=~"measured|derived"} >= 0))'
)


def load() -> Group:
    """Power and design power of the racks of which both are known."""
    power_known = expr(
        """
        (
          rack:dcagent_power_watts:sum
          and on (site, rack)
          rack:dcagent_rated_power_watts:inventory
        )
        or on (site, rack)
        0 * (
          rack:dcagent_rated_power_watts:inventory
          and on (site, rack)
          rack:dcagent_inventory:dark
        )
        """
    )
    rated_known = expr(
        """
        rack:dcagent_rated_power_watts:inventory
        and on (site, rack)
        (rack:dcagent_power_watts:sum or rack:dcagent_inventory:dark)
        """
    )
    rules = (
        Rule(RACK.of("dcagent_rack_power_watts:known"), power_known),
        Rule(RACK.of("dcagent_rack_rated_power_watts:known"), rated_known),
        Rule(
            RACK.of("dcagent_rack_rated_power_watts:installed"),
            "rack:dcagent_rated_power_watts:inventory",
        ),
    )
    why = "IT load: the power drawn and the design power, over the racks of which both are known."
    return Group("dcagent_score_rack_load", "1m", Shard.SITE, why, rules)


def of_site() -> Group:
    """Racks and their power, added up over each site."""
    counted = {
        "dcagent_racks:installed": "rack:dcagent_inventory:installed",
        "dcagent_racks:occupied": "rack:dcagent_inventory:occupied",
    }
    counts = tuple(
        Rule(SITE.of(metric), f"count by ({SITE.by}) ({series})")
        for metric, series in {
            **counted,
            "dcagent_racks:rated": "rack:dcagent_rated_power_watts:inventory",
        }.items()
    )
    watts = tuple(
        Rule(SITE.of(metric), f"sum by ({SITE.by}) (rack:{metric})")
        for metric in RACK_SUMS
        if metric.startswith("dcagent_rack_")
    )
    why = "Racks and their power, added up over each site."
    return Group("dcagent_score_site_racks", "1m", Shard.CENTRE, why, (*counts, *watts))
