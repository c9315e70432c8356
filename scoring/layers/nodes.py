"""What each server is, draws and does: measured, fresh and whole, or absent."""

from __future__ import annotations

from scoring.rule import Group, Rule, Shard, expr
from scoring.scale import figure
from scoring.table import Table

_NODE = "max by (site, node)"


def devices(table: Table) -> Group:
    """Who ought to report, and the peak of each device at the precision of its node's kind."""
    expected = expr(
        """
        node:dcagent_inventory:active
        unless on (site, node)
        (max by (site, node) (dcagent_node_chassis_on) == 0)
        """
    )
    rules = (
        Rule(
            *("node:dcagent_inventory:expected", expected, ()),
            "Those that ought to report. Switched off on purpose (the chassis reads off) is no "
            "gap in telemetry and saves energy: it costs no coverage.",
        ),
        Rule(
            *("node:dcagent_peak_flops:declared", _per_precision(table, _DECLARED), ()),
            "The peak of the whole server where the inventory declares one.",
        ),
        Rule(
            *("device:dcagent_peak_flops:reference", _per_precision(table, _PEAKS), ()),
            "The dense peak of each device that a server shows.",
        ),
    )
    why = "Devices: processors as a whole, and each accelerator package."
    return Group("dcagent_score_device", "1m", Shard.SITE, why, rules)


def use() -> Group:
    """The devices of each node together: their peak, what of it is used, who lacks utilisation."""
    shown = "sum by (site, node) (device:dcagent_peak_flops:reference)"
    blind = expr(
        """
        count by (site, node) (
          device:dcagent_peak_flops:reference
          unless on (site, node, device)
          dcagent_node_device_utilization_ratio
        )
        """
    )
    rules = (
        Rule("node:dcagent_peak_flops:devices", shown),
        Rule(
            *("node:dcagent_used_flops:devices", expr(_IN_USE), ()),
            "Each device weighted by its utilisation: activity counters before the share of time "
            "in which anything ran.",
        ),
        Rule("node:dcagent_devices:blind", blind, (), "Devices without utilisation."),
    )
    why = "The devices of each server together."
    return Group("dcagent_score_use", "1m", Shard.SITE, why, rules)


def _per_precision(table: Table, one: str) -> str:
    """One term for each precision that a kind is counted in, joined by `or`."""
    return "\nor\n".join(
        expr(one, node=_NODE, precision=precision, kinds="|".join(kinds))
        for precision, kinds in table.precisions().items()
    )


_PEAKS = """
    (
      max by (site, node, device) (dcagent_node_peak_flops{precision="<precision>"})
      and on (site, node)
      node:dcagent_inventory:active{kind=~"<kinds>"}
    )
    """
_DECLARED = """
    (
      <node> (dcagent_inventory_node_peak_flops{precision="<precision>"} > 0)
      and on (site, node)
      node:dcagent_inventory:active{kind=~"<kinds>"}
    )
    """
_IN_USE = """
    sum by (site, node) (
      device:dcagent_peak_flops:reference
      * on (site, node, device) group_left ()
      clamp(
        (
          max by (site, node, device) (dcagent_node_device_utilization_ratio{basis="activity"})
          or
          max by (site, node, device) (dcagent_node_device_utilization_ratio{basis!="activity"})
        ),
        0, 1
      )
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
              node:dcagent_peak_flops:devices
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
            node:dcagent_used_flops:devices
            / on (site, node) group_left ()
            node:dcagent_peak_flops:devices
          )
        unless on (site, node)
        node:dcagent_devices:blind
        unless on (site, node)
        (
          node:dcagent_peak_flops:devices
          < on (site, node) group_left ()
          <agreement> * node:dcagent_peak_flops:declared
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
