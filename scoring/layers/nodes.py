"""What each server is, draws and does: measured, fresh and whole, or absent."""

from __future__ import annotations

from scoring.rule import Group, Rule, Shard, expr
from scoring.scale import figure
from scoring.table import Table

_NODE = "max by (site, node)"
_DEVICE = "max by (site, node, device)"


def devices(table: Table) -> Group:
    """Peak and utilisation of each device, at the reference precision of its node's kind."""
    utilization = expr(
        """
        clamp(<device> (dcagent_node_device_utilization_ratio{basis="activity"}), 0, 1)
        or
        clamp(<device> (dcagent_node_device_utilization_ratio), 0, 1)
        """,
        device=_DEVICE,
    )
    rules = (
        Rule(
            *("device:dcagent_peak_flops:reference", _per_precision(table, _device_peak), ()),
            "Dense peak of each device.",
        ),
        Rule(
            *("node:dcagent_peak_flops:declared", _per_precision(table, _declared_peak), ()),
            "The peak of the whole server where the inventory declares one.",
        ),
        Rule(
            *("device:dcagent_utilization:ratio", utilization, ()),
            "Activity counters before the share of time in which anything ran.",
        ),
    )
    why = "Devices: processors as a whole, and each accelerator package."
    return Group("dcagent_score_device", "1m", Shard.SITE, why, rules)


def _per_precision(table: Table, one: str) -> str:
    """One term for each precision that a kind is counted in, joined by `or`."""
    return "\nor\n".join(
        expr(one, precision=precision, kinds="|".join(kinds), device=_DEVICE, node=_NODE)
        for precision, kinds in table.precisions().items()
    )


_device_peak = """
    (
        <device> (dcagent_node_peak_flops{precision="<precision>"})
      and on (site, node)
        node:dcagent_inventory:active{kind=~"<kinds>"}
    )
    """
_declared_peak = """
    (
        <node> (dcagent_inventory_node_peak_flops{precision="<precision>"} > 0)
      and on (site, node)
        node:dcagent_inventory:active{kind=~"<kinds>"}
    )
    """


def nodes(table: Table) -> Group:
    """Rated power, measured power, peak, utilisation and inlet of each server."""
    why = "One series per server and figure. What is not known is absent, never 0."
    rules = (_rated(), _power(table), _peak(), _utilization(table), _inlet(table))
    return Group("dcagent_score_node", "1m", Shard.SITE, why, rules)


def _rated() -> Rule:
    text = expr(
        """
        node:dcagent_inventory:active
        * on (site, node) group_left ()
          (
              <node> (dcagent_inventory_node_rated_power_watts{basis="measured"} > 0)
            or
              <node> (dcagent_inventory_node_rated_power_watts{basis="profile"} > 0)
          )
        """,
        node=_NODE,
    )
    return Rule(
        *("node:dcagent_rated_power_watts:inventory", text, ()),
        "Full-load input power. Nameplates are refused: they inflate every ratio that has rated "
        "power above the line.",
    )


def _power(table: Table) -> Rule:
    text = expr(
        """
        node:dcagent_inventory:expected
        * on (site, node) group_left ()
          <node> (
              (dcagent_node_power_watts{quality=~"measured|derived"} > 0)
            and on (site, node)
              (time() - dcagent_node_power_timestamp_seconds < <fresh>)
          )
        """,
        node=_NODE,
        fresh=figure(table.constant("fresh_seconds")),
    )
    return Rule(
        *("node:dcagent_power_watts:valid", text, ()),
        "Input power of the whole server: measured, or derived from what was measured (the sum "
        "of its PSUs); estimates are refused. Fresh by the time at which the device was asked. A "
        "running server cannot draw 0 W: firmware without a power sensor often says so.",
    )


def _peak() -> Rule:
    text = expr(
        """
        node:dcagent_inventory:active
        * on (site, node) group_left ()
          (
              node:dcagent_peak_flops:declared
            or
              sum by (site, node) (device:dcagent_peak_flops:reference)
          )
        """
    )
    return Rule(
        *("node:dcagent_peak_flops:reference", text, ()),
        "Peak at the reference precision of the kind: declared, else what the devices show.",
    )


def _utilization(table: Table) -> Rule:
    text = expr(
        """
        node:dcagent_inventory:expected
        * on (site, node) group_left ()
          (
              (
                  sum by (site, node) (
                    device:dcagent_peak_flops:reference
                    * on (site, node, device) group_left ()
                    device:dcagent_utilization:ratio
                  )
                /
                  sum by (site, node) (device:dcagent_peak_flops:reference)
              )
            unless on (site, node)
              (device:dcagent_peak_flops:reference unless device:dcagent_utilization:ratio)
            unless on (site, node)
              (
                  sum by (site, node) (device:dcagent_peak_flops:reference)
                < on (site, node)
                  <agreement> * node:dcagent_peak_flops:declared
              )
          )
        """,
        agreement=figure(table.constant("peak_agreement")),
    )
    return Rule(
        *("node:dcagent_utilization:ratio", text, ()),
        "Weighted by the peak of each device. A server has no utilisation at all where one of its "
        "devices has none, or where devices are missing from the declared peak: otherwise a lost "
        "accelerator would look like an idle server.",
    )


def _inlet(table: Table) -> Rule:
    text = expr(
        """
        node:dcagent_inventory:expected
        * on (site, node) group_left ()
          <node> (dcagent_node_inlet_temperature_celsius > <low> < <high>)
        """,
        node=_NODE,
        low=figure(table.constant("inlet_implausible_low")),
        high=figure(table.constant("inlet_implausible_high")),
    )
    return Rule(
        *("node:dcagent_inlet_temperature_celsius:valid", text, ()),
        "Inlet air, the hottest sensor; 0, 127 and 255 are codes for a missing sensor.",
    )


def matched() -> Group:
    """The servers that take part in efficiency: power, rating and utilisation are all known."""
    text = expr(
        """
        node:dcagent_power_watts:valid
        and on (site, node)
        node:dcagent_rated_power_watts:inventory
        and on (site, node)
        node:dcagent_utilization:ratio
        """
    )
    rule = Rule("node:dcagent_power_watts:matched", text)
    why = "The measured power of the servers whose rating and utilisation are known as well."
    return Group("dcagent_score_matched", "1m", Shard.SITE, why, (rule,))
