"""What alerts know together: recorded once, read by several, cheap to ask for.

<name> stands for a threshold, as in the alerts themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scoring.rule import Rule, expr

_EXCUSED = expr(
    """
    max by (site, node) (dcagent_node_chassis_on == 0)
    or
    max by (site, node) (dcagent_inventory_node_info{lifecycle!="active"})
    """
)

_SILENT = expr(
    """
    (dcagent_target_up == 0)
    * on (job, instance, target) group_left (node)
    max by (job, instance, target, node) (dcagent_target_info)
    """
)

KNOWN = (
    Rule(
        *("node:dcagent_node:excused", _EXCUSED, ()),
        "Servers that are off on purpose (the chassis reads off) or that the inventory does not "
        "call active: their parts raise no alert.",
    ),
    Rule(
        *("target:dcagent_target:silent", _SILENT, ()),
        "Targets whose latest poll failed, for whatever reason, and the server that they are.",
    ),
)

_DOWN = expr(
    """
    target:dcagent_target:silent
    unless on (job, instance, target)
    (dcagent_target_locked == 1)
    unless on (site, node)
    node:dcagent_node:excused
    """
)

_LOST = expr(
    """
    dcagent_psu_state == 2
    unless on (site, node)
    node:dcagent_node:excused
    """
)

PARTS = (
    Rule(
        *("target:dcagent_target:down", _DOWN, ()),
        "Of these, the dead: a target behind a locked credential is not asked, so nobody knows "
        "whether it lives.",
    ),
    Rule(
        *("psu:dcagent_psu:lost", _LOST, ()),
        "PSUs that their server calls failed or without input.",
    ),
    Rule(
        "inlet:dcagent_node_inlet_temperature_celsius:warm",
        "dcagent_node_inlet_temperature_celsius > <inlet_high> < <inlet_implausible_high>",
        (),
        "Inlets above the recommended range; 127 and 255 are codes for a missing sensor.",
    ),
)

_ONE_PSU = expr(
    """
    max by (site, node) (dcagent_inventory_psu_info{psu="1"})
    unless on (site, node)
    dcagent_inventory_psu_info{psu="2"}
    """
)

_TOLD_FEED = expr(
    """
    (
      max by (site, pdu, feed) (dcagent_inventory_pdu_info{feed!=""})
      or on (site, pdu)
      max by (site, pdu, feed) (
        label_replace(dcagent_target_info{feed!="", node=""}, "pdu", "$1", "target", "(.*)")
      )
    )
    """
)

_FEED = expr(
    """
    <told>
    unless on (site, pdu)
    (
      count by (site, pdu)
      <told>
      > 1
    )
    """,
    told=_TOLD_FEED,
)

WIRING = (
    Rule(
        *("node:dcagent_psus:one", _ONE_PSU, ()),
        "Servers that have one PSU by the inventory: they never were redundant.",
    ),
    Rule(
        *("pdu:dcagent_inventory:feed", _FEED, ()),
        "The supply path of each PDU, by the inventory, else by the agent's configuration; none "
        "where two are told.",
    ),
)

_FEED_POWER = expr(
    """
    sum by (site, room, row, rack, feed) (
      max by (site, room, row, rack, pdu, inlet) (
        dcagent_rack_power_watts{quality=~"measured|derived"} >= 0
      )
      * on (site, pdu) group_left (feed)
      pdu:dcagent_inventory:feed
    )
    """
)

FEEDS = (Rule("feed:dcagent_rack_power_watts:sum", _FEED_POWER, (), "Power of each feed."),)

SEEN = (
    Rule(
        "target:dcagent_psus:seen",
        'count by (site, node, target) (dcagent_psu_state{psu!=""})',
        (),
        "How many PSUs a server shows: one sample an hour, so that a week can be looked back over.",
    ),
    Rule(
        *("agent:dcagent_build_info:seen", "count by (job, instance) (dcagent_build_info)", ()),
        "Which scraped pages are agents'.",
    ),
)

RECORDED = (*KNOWN, *PARTS, *WIRING, *FEEDS, *SEEN)


def behind(expression: str, rules: Sequence[Rule] = RECORDED) -> Iterator[Rule]:
    """Of some rules those whose results an expression reads, and what these read, each once."""
    open_, found = [expression], dict[str, Rule]()
    while open_:
        text = open_.pop()
        for rule in rules:
            if rule.record in text and rule.record not in found:
                found[rule.record] = rule
                open_.append(rule.expr)
    yield from found.values()
