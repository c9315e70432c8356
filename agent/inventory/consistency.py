"""Puts declared things together and finds what cannot be, or should not be, true at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from agent.inventory.findings import Code, Finding
from agent.inventory.site_tables import Placed
from agent.inventory.supply import wired
from model.devices import Place
from model.document import Problem, nearest
from model.inventory import (
    EmissionFactor,
    Inventory,
    Lifecycle,
    Meter,
    Node,
    Rack,
    RenewableShare,
    Site,
)

T = TypeVar("T")
Found = Iterator[Finding]


@dataclass(slots=True)
class Read:
    """What was read, with its places. `implied` are sites that a [place] names."""

    sites: list[Placed[Site]] = field(default_factory=list)
    implied: dict[str, Placed[Site]] = field(default_factory=dict)
    racks: list[Placed[Rack]] = field(default_factory=list)
    nodes: list[Placed[Node]] = field(default_factory=list)
    meters: list[Placed[Meter]] = field(default_factory=list)
    factors: list[Placed[EmissionFactor]] = field(default_factory=list)
    renewables: list[Placed[RenewableShare]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def consistent(read: Read) -> tuple[Inventory, list[Finding]]:
    """The inventory, each thing at its full place, and everything that is inconsistent.

    A row that names no site is of the only site there is. `read` takes the full places over.
    """
    findings: list[Finding] = []
    sites = _sites(read, findings)
    _settle(read, sites, findings)
    racks = _once(read.racks, lambda rack: (rack.place.site, rack.name), findings)
    read.nodes = [_in_its_rack(each, racks, findings) for each in read.nodes]
    findings += _nodes(read.nodes, racks)
    findings += _missing(read)
    _once(read.meters, lambda meter: (meter.site, meter.name), findings)
    _once(read.factors, lambda each: (each.province, str(each.year)), findings)
    _once(read.renewables, lambda each: (each.site, each.period), findings)
    inventory = Inventory(
        _named(sites, read),
        tuple(each.it for each in read.racks),
        tuple(each.it for each in read.nodes),
        tuple(each.it for each in read.meters),
        tuple(each.it for each in read.factors),
        tuple(each.it for each in read.renewables),
    )
    return inventory, findings


def _named(sites: Mapping[str, Placed[Site]], read: Read) -> tuple[Site, ...]:
    """Sites that have a row of their own, and those of a [place] that something stands in."""
    used = {each.it.name for each in read.sites}
    used |= {rack.it.place.site for rack in read.racks}
    used |= {node.it.place.site for node in read.nodes}
    used |= {meter.it.site for meter in read.meters}
    used |= {share.it.site for share in read.renewables}
    return tuple(each.it for name, each in sites.items() if name in used)


def _sites(read: Read, findings: list[Finding]) -> dict[str, Placed[Site]]:
    """Declared sites by name; those of a [place] where no [[sites]] row has them."""
    rows = _once(read.sites, lambda site: (site.name,), findings)
    declared = {name: each for (name,), each in rows.items()}
    return {**read.implied, **declared}


def _once(
    rows: Iterable[Placed[T]], key: Callable[[T], tuple[str, ...]], findings: list[Finding]
) -> dict[tuple[str, ...], Placed[T]]:
    """Rows by key; the second of a key is blamed."""
    found: dict[tuple[str, ...], Placed[T]] = {}
    for each in rows:
        name = key(each.it)
        first = found.setdefault(name, each)
        if first is not each:
            told = " / ".join(part for part in name if part)
            findings.append(_at(each, Code.TWICE, name=told, where=first.where))
    return found


def _at(each: Placed[T], code: Code, **words: str) -> Finding:
    return Finding(code, each.file, each.line, words)


def _settle(read: Read, sites: dict[str, Placed[Site]], findings: list[Finding]) -> None:
    """Gives every row its site, and blames those whose site nobody declared."""
    only = next(iter(sites)) if len(sites) == 1 else ""

    def known(each: Placed[T], name: str) -> str:
        site = name or only
        if site not in sites:
            hint = nearest(site, sites) if site else _known(sites)
            findings.append(_at(each, Code.UNKNOWN_SITE, site=site or '""', hint=hint))
        return site

    def full(each: Placed[T], place: Place) -> Place:
        site = known(each, place.site)
        at = sites[site].it if site in sites else Site(site)
        return replace(place, site=site, province=at.province, hub=at.hub, zone=at.zone)

    read.racks = [replace(r, it=replace(r.it, place=full(r, r.it.place))) for r in read.racks]
    read.nodes = [replace(n, it=replace(n.it, place=full(n, n.it.place))) for n in read.nodes]
    read.meters = [replace(m, it=replace(m.it, site=known(m, m.it.site))) for m in read.meters]
    read.renewables = [
        replace(r, it=replace(r.it, site=known(r, r.it.site))) for r in read.renewables
    ]


def _known(sites: Iterable[str]) -> str:
    return f": name one of {', '.join(sites)}" if sites else ""


def _in_its_rack(
    each: Placed[Node], racks: dict[tuple[str, ...], Placed[Rack]], findings: list[Finding]
) -> Placed[Node]:
    """A node at its rack's room and row; an unknown rack, or one elsewhere, is blamed."""
    node, place = each.it, each.it.place
    if not place.rack:
        return each
    rack = racks.get((place.site, place.rack))
    if rack is None:
        findings.append(_no_such_rack(each, racks))
        return each
    there = rack.it.place
    for here, real in ((place.room, there.room), (place.row, there.row)):
        if here and real and here != real:
            findings.append(_elsewhere(each, here, rack, real))
            break
    place = replace(place, room=there.room or place.room, row=there.row or place.row)
    return replace(each, it=replace(node, place=place))


def _no_such_rack(each: Placed[Node], racks: dict[tuple[str, ...], Placed[Rack]]) -> Finding:
    """A rack of another site, or of none."""
    place = each.it.place
    other = next((rack for (_, name), rack in racks.items() if name == place.rack), None)
    if other is not None:
        return _elsewhere(each, place.site, other, other.it.place.site)
    hint = nearest(place.rack, [name for site, name in racks if site == place.site])
    return _at(each, Code.UNKNOWN_RACK, site=place.site, rack=place.rack, hint=hint)


def _elsewhere(each: Placed[Node], here: str, rack: Placed[Rack], there: str) -> Finding:
    names = {"name": each.it.name, "rack": rack.it.name, "where": rack.where}
    return _at(each, Code.RACK_ELSEWHERE, here=here, there=there, **names)


def _nodes(nodes: Sequence[Placed[Node]], racks: dict[tuple[str, ...], Placed[Rack]]) -> Found:
    """Nodes that stand twice, and those that share what only one can have."""
    named: dict[tuple[str, str], Placed[Node]] = {}
    addressed: dict[tuple[str, str], Placed[Node]] = {}
    taken: dict[tuple[str, str, int], Placed[Node]] = {}
    present = []
    for each in nodes:
        node, site = each.it, each.it.place.site
        first = named.setdefault((site, node.name), each)
        if first is not each:
            yield _at(each, Code.NODE_TWICE, name=node.name, site=site, where=first.where)
            continue
        if not node.lifecycle.present:
            continue
        present.append(each)
        if node.address:
            other = addressed.setdefault((site, node.address), each)
            if other is not each:
                words = {"address": node.address, "other": other.it.name, "where": other.where}
                yield _at(each, Code.ADDRESS_TWICE, **words)
        rack = racks.get((site, node.place.rack))
        if rack is not None:
            yield from _space(each, rack.it, taken)
    yield from wired(present, racks)


def _space(
    each: Placed[Node], rack: Rack, taken: dict[tuple[str, str, int], Placed[Node]]
) -> Found:
    """Where a node does not fit into its rack."""
    node, site = each.it, each.it.place.site
    if node.u is None or node.top is None:
        return
    if rack.units is not None and node.top > rack.units:
        words = {"top": str(node.top), "units": str(rack.units), "rack": rack.name}
        yield _at(each, Code.BEYOND_RACK, name=node.name, **words)
    met: dict[str, list[int]] = {}
    for u in range(node.u, node.top + 1):
        other = taken.setdefault((site, rack.name, u), each)
        if other is not each:
            met.setdefault(other.it.name, []).append(u)
    for name, shared in met.items():
        other = taken[(site, rack.name, shared[0])]
        span = f"U{shared[0]}" if len(shared) == 1 else f"U{shared[0]}-{shared[-1]}"
        words = {"rack": rack.name, "span": span, "other": name, "where": other.where}
        yield _at(each, Code.OVERLAPPING_U, name=node.name, **words)


def _missing(read: Read) -> Found:
    """What nobody said though scores need it."""
    for rack in read.racks:
        if rack.sound and rack.it.design_watts is None:
            yield _at(rack, Code.NO_DESIGN_POWER, rack=rack.it.name)
    for each in read.nodes:
        node = each.it
        if not each.sound or node.lifecycle is not Lifecycle.ACTIVE:
            continue
        rating = node.rating
        if rating is None:
            yield _at(each, Code.NO_RATING, name=node.name)
        elif not rating.basis.scored:
            yield _at(each, Code.NAMEPLATE, name=node.name, watts=f"{rating.watts:g}")
        if not node.place.rack:
            yield _at(each, Code.NO_RACK, name=node.name)
