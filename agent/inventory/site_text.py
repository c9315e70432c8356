"""Declared sites, racks, nodes and meters as the TOML tables that they could have come from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agent.inventory.toml_text import quoted
from model.inventory import Basis, Lifecycle, Meter, Node, Part, Rack, RackState, Site

Thing = Site | Rack | Node | Meter
Pair = tuple[str, object]


def tables(things: Sequence[Thing]) -> str:
    """One table per thing, in its order; what nobody said is left out."""
    return "\n".join(map(_table, things))


def _table(thing: Thing) -> str:
    if isinstance(thing, Node):
        return _written("nodes", _node(thing))
    if isinstance(thing, Rack):
        return _written("racks", _rack(thing))
    if isinstance(thing, Meter):
        words: list[Pair] = [("name", thing.name), ("site", thing.site)]
        category = int(thing.category) if thing.category else None
        return _written(
            "meters", [*words, ("boundary", thing.boundary.value), ("category", category)]
        )
    names = ("name", "province", "hub", "zone")
    return _written("sites", ((name, getattr(thing, name)) for name in names))


def _rack(rack: Rack) -> Iterator[Pair]:
    yield "name", rack.name
    yield from ((name, getattr(rack.place, name)) for name in ("site", "room", "row"))
    yield "state", "" if rack.state is RackState.INSTALLED else rack.state.value
    yield "design_power", rack.design_watts
    yield "units", rack.units
    yield "pdus", tuple(feed.pdu for feed in rack.feeds) or rack.pdu_count
    paths = tuple(feed.path for feed in rack.feeds)
    yield "feeds", paths if any(paths) else ()


def _node(node: Node) -> Iterator[Pair]:
    yield "name", node.name
    yield "address", node.address
    names = ("site", "cluster", "room", "row", "rack")
    yield from ((name, getattr(node.place, name)) for name in names)
    yield "u", node.u
    yield "height", node.height if node.height > 1 else None
    yield "kind", node.kind.value
    yield "lifecycle", "" if node.lifecycle is Lifecycle.ACTIVE else node.lifecycle.value
    for rating in node.ratings:
        if rating.basis is Basis.NAMEPLATE:
            yield "nameplate_power", rating.watts
        else:
            yield "rated_power", rating.watts
            yield "rated_basis", rating.basis.value
    yield "processors", tuple(map(_part, node.processors))
    yield "accelerators", tuple(map(_part, node.accelerators))
    yield from ((name, getattr(node, name)) for name in ("vendor", "model", "serial", "arch"))
    yield "domestic", node.domestic
    yield "psus", tuple(f"{s.pdu}:{s.outlet}" if s.outlet else s.pdu for s in node.supplies)


def _part(part: Part) -> str:
    return f"{part.count} x {part.model}"


def _written(name: str, pairs: Iterator[Pair] | Sequence[Pair]) -> str:
    told = [(key, value) for key, value in pairs if value not in (None, "", ())]
    return f"[[{name}]]\n" + "".join(f"{key} = {_value(value)}\n" for key, value in told)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value) if isinstance(value, int) else quoted(str(value))
