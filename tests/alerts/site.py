"""What agents and inventories of a site export, as input series of promtool.

A series can only be fed with labels that its family has: what no agent exports tests nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from exporters.listing import LISTING, TARGET_LABELS
from tests.score.promtool import series

Series = dict[str, str]
AGENT = {"job": "dcagent", "instance": "10.0.0.9:9824"}
SITE = {"site": "dc1", "room": "r1", "row": "a"}
_FAMILIES = {listed.name: listed for listed in LISTING}
LONG = 200
"""Samples for which a value stands unless a test says otherwise."""


def reading(family: str, value: float | str, /, **labels: str) -> Series:
    """One series of an agent's page; `value` may be promtool's notation of many."""
    listed = _FAMILIES[family]
    further = listed.metric.further if listed.metric else ()
    allowed = {*listed.labels, *further, *AGENT, *(TARGET_LABELS if listed.of_target else ())}
    assert labels.keys() <= allowed, f"{family} has no {labels.keys() - allowed}"
    return series(family, many(value), **labels)


def many(value: float | str) -> str:
    """A value for as long as any case runs."""
    return value if isinstance(value, str) else f"{value:.15g}x{LONG}"


def at(target: str, rack: str = "k1", **labels: str) -> dict[str, str]:
    """The labels of all that is said of one target."""
    return {**AGENT, **SITE, "rack": rack, "target": target, **labels}


def target(
    name: str,
    *,
    up: float | str = 1,
    locked: float | str = 0,
    node: str = "",
    feed: str = "",
    rack: str = "k1",
    site: str = "dc1",
    agent: Mapping[str, str] = AGENT,
) -> Series:
    """A target as it is told whether it answers or not."""
    own = {**at(name, rack), **agent, "site": site}
    protocol = "ipmi" if node else "snmp"
    return {
        **reading("dcagent_target_up", up, **own),
        **reading("dcagent_target_locked", locked, **own),
        **reading("dcagent_target_info", 1, **own, node=node, feed=feed, protocol=protocol),
    }


def server(name: str, *, on: float | None = 1, rack: str = "k1", **told: float | str) -> Series:
    """A server behind its BMC, target "bmc-NAME"; `told` as `target` takes it."""
    bmc = f"bmc-{name}"
    found = target(bmc, node=name, rack=rack, **told)  # type: ignore[arg-type] # as target takes them
    if on is not None:
        found |= reading("dcagent_node_chassis_on", on, **at(bmc, rack), node=name)
    return found


def of(node: str, rack: str = "k1", **labels: str) -> dict[str, str]:
    """The labels of a server's reading by its BMC."""
    return at(f"bmc-{node}", rack, node=node, **labels)


def declared(node: str, lifecycle: str = "active", rack: str = "k1", agent: str = "a") -> Series:
    """A server in the inventory, exported by some agent."""
    return reading(
        *("dcagent_inventory_node_info", 1),
        **{**SITE, "rack": rack, "node": node, "lifecycle": lifecycle, "kind": "general"},
        **inventory_of(agent),
    )


def inventory_of(agent: str) -> dict[str, str]:
    """Who exports an inventory."""
    return {"job": "dcagent", "instance": agent}


def supply(node: str, agent: str = "a", **psus: str) -> Series:
    """Where a server's PSUs hang: psu1="pdu:feed"."""
    found: Series = {}
    for psu, where in psus.items():
        pdu, _, feed = where.partition(":")
        words = {"psu": psu.removeprefix("psu"), "pdu": pdu, "feed": feed}
        own = {"site": "dc1", "node": node, **words, **inventory_of(agent)}
        found |= reading("dcagent_inventory_psu_info", 1, **own)
    return found


def pdu(
    name: str, watts: float | str | None, *, rack: str = "k1", feed: str = "", up: float = 1
) -> Series:
    """A rack PDU with its feed by the agent's configuration; `watts` None: it reads none."""
    found = target(name, rack=rack, feed=feed, up=up)
    if watts is not None:
        own = at(name, rack, pdu=name)
        words = {"source": "snmp", "quality": "measured"}
        found |= reading("dcagent_rack_power_watts", watts, **own, **words)
    return found
