"""Whether the polled targets and the inventory speak of the same servers in the same words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agent.config_targets import Entry
from agent.inventory.findings import Code, Finding
from agent.inventory.row import canonical
from agent.inventory.site_tables import Placed
from agent.nodes import node_of
from model.devices import Protocol
from model.document import nearest
from model.inventory import Lifecycle, Node

_PLACE = ("site", "room", "row", "rack")
"""What samples are matched by, and what stands beside it."""


def agreement(entries: Sequence[Entry], nodes: Sequence[Placed[Node]]) -> Iterator[Finding]:
    """Targets without a node, nodes without a target, and what the two say differently.

    A target is a server's where it says so (`node`), is asked by IPMI, or is the machine itself.
    """
    named = {each.it.name: each for each in nodes}
    exactly = {(each.it.place.site, each.it.name): each for each in nodes}
    addressed = {(n.it.place.site, n.it.address): n for n in nodes if n.it.address}
    asked = set()
    for entry in entries:
        target = entry.target
        if not target.node and target.protocol is Protocol.SNMP:
            continue
        name = node_of(target)
        there = exactly.get((target.place.site, name)) or named.get(name)
        at = addressed.get((target.place.site, canonical(target.address)))
        if there is None and at is not None:
            asked.add((at.it.place.site, at.it.name))
            yield _disagree(entry, at, "node", name, at.it.name)
        elif there is None:
            words = {"target": target.name, "node": name, "hint": nearest(name, named)}
            yield Finding(Code.NOT_LISTED, entry.file, entry.line, words)
        else:
            asked.add((there.it.place.site, there.it.name))
            yield from _places(entry, there)
    for each in nodes:
        active = each.it.lifecycle is Lifecycle.ACTIVE
        if active and (each.it.place.site, each.it.name) not in asked:
            yield Finding(Code.NOT_POLLED, each.file, each.line, {"name": each.it.name})


def _places(entry: Entry, node: Placed[Node]) -> Iterator[Finding]:
    for label in _PLACE:
        one = getattr(entry.target.place, label)
        other = getattr(node.it.place, label)
        if one != other:
            yield _disagree(entry, node, label, one or '""', other or '""')


def _disagree(entry: Entry, node: Placed[Node], label: str, one: str, other: str) -> Finding:
    words = {"target": entry.target.name, "label": label, "one": one, "other": other}
    return Finding(Code.DISAGREE, entry.file, entry.line, {**words, "where": node.where})
