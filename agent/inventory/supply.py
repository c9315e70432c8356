"""Where PSUs are plugged in: outlets used twice, and servers that hang on one PDU or one feed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from agent.inventory.findings import Code, Finding
from agent.inventory.site_tables import Placed
from model.document import nearest
from model.inventory import Node, Rack, Supply

Racks = Mapping[tuple[str, ...], Placed[Rack]]


def wired(nodes: Sequence[Placed[Node]], racks: Racks) -> Iterator[Finding]:
    """What is amiss with the supplies of nodes that are there."""
    used: dict[tuple[str, str, str], Placed[Node]] = {}
    for each in nodes:
        site = each.it.place.site
        for supply in each.it.supplies:
            if supply.outlet:
                other = used.setdefault((site, supply.pdu, supply.outlet), each)
                if other is not each or _repeated(each.it, supply):
                    yield _outlet_twice(each, supply, other)
        rack = racks.get((site, each.it.place.rack))
        yield from _redundancy(each, rack.it if rack else Rack(""))


def _repeated(node: Node, supply: Supply) -> bool:
    """True for the second PSU of one node in the same outlet."""
    first = next(s for s in node.supplies if s == supply)
    return first is not supply


def _outlet_twice(each: Placed[Node], supply: Supply, other: Placed[Node]) -> Finding:
    words = {"pdu": supply.pdu, "outlet": supply.outlet, "name": each.it.name}
    words |= {"other": other.it.name, "where": other.where}
    return Finding(Code.OUTLET_TWICE, each.file, each.line, words)


def _redundancy(each: Placed[Node], rack: Rack) -> Iterator[Finding]:
    """PDUs that the rack does not have; several PSUs behind one of them, or on one feed."""
    paths = {feed.pdu: feed.path for feed in rack.feeds}
    name, supplies = each.it.name, each.it.supplies
    for pdu, count in Counter(supply.pdu for supply in supplies).items():
        words = {"name": name, "pdu": pdu, "rack": rack.name, "count": str(count)}
        if paths and pdu not in paths:
            words["hint"] = nearest(pdu, paths)
            yield Finding(Code.UNKNOWN_PDU, each.file, each.line, words)
        if count > 1:
            yield Finding(Code.ONE_PDU, each.file, each.line, words)
    feeds = [paths.get(supply.pdu, "") for supply in supplies]
    several = len({supply.pdu for supply in supplies}) > 1
    if several and len(set(feeds)) == 1 and feeds[0]:
        words = {"name": name, "feed": feeds[0], "count": str(len(feeds))}
        yield Finding(Code.ONE_FEED, each.file, each.line, words)
