"""`dcagent inventory show`: what was declared, as a table per level."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from agent.cli.inventory_check import refuse
from agent.cli.inventory_files import opened
from agent.cli.inventory_words import say
from agent.cli.prompts import Refused
from agent.cli.terminal import columns, one_line, stdout
from agent.diagnosis import Lang
from agent.results import Exit
from model.devices import Place
from model.document import DocumentError
from model.inventory import Inventory, Lifecycle, Node, Rack, RackState

_LEVELS = ("province", "hub", "zone", "site")


def run(files: Sequence[Path], level: str, config: Path | None, as_json: bool, lang: Lang) -> int:
    """Shows; returns what the shell is told."""
    try:
        found = opened(files, config, lang).examined
    except Refused as refused:
        return refuse([f"{refused}  {refused.entry.code}"], refused.exit_code)
    except DocumentError as error:
        return refuse([f"{p}  {p.code}" for p in error.problems], Exit.CONFIG)
    if found.errors:
        return refuse([f"{e.place}  {e.message(lang)}  {e.code}" for e in found.errors], 78)
    if as_json:
        document = json.dumps(asdict(found.inventory), ensure_ascii=False, indent=1)
        stdout().write(document + "\n")
    else:
        lines = table(found.inventory, level, lang)
        stdout().write("".join(f"{line}\n" for line in lines))
    return Exit.OK


def table(inventory: Inventory, level: str, lang: Lang) -> list[str]:
    """The inventory in lines of one level."""
    if level == "node":
        return _nodes(inventory, lang)
    if level == "rack":
        return _racks(inventory, lang)
    return _places(inventory, level, lang)


def _places(inventory: Inventory, level: str, lang: Lang) -> list[str]:
    """A line per province, hub, zone or site."""
    keys = _LEVELS[: _LEVELS.index(level) + 1]
    places = [Place(s.province, s.hub, s.zone, s.name) for s in inventory.sites]
    heads = [*keys, "rack", "used u", "node", "active", "rated", "design", "share"]
    rows = []
    for at in dict.fromkeys(_key(place, keys) for place in places):
        racks = [rack for rack in inventory.racks if _key(rack.place, keys) == at]
        nodes = [node for node in inventory.nodes if _key(node.place, keys) == at]
        installed = [rack for rack in racks if rack.state is RackState.INSTALLED]
        rows.append([*at, str(len(installed)), *_sums(installed, nodes)])
    first = len(keys)
    return _aligned([[say(lang, head) for head in heads], *rows], range(first, first + 7))


def _key(place: Place, keys: Sequence[str]) -> tuple[str, ...]:
    return tuple(one_line(getattr(place, key)) or "-" for key in keys)


def _racks(inventory: Inventory, lang: Lang) -> list[str]:
    heads = ["site", "room", "row", "rack", "state", "used u", "node", "active"]
    heads += ["rated", "design", "share"]
    held: dict[tuple[str, str], list[Node]] = {}
    for node in inventory.nodes:
        held.setdefault((node.place.site, node.place.rack), []).append(node)
    rows = []
    for rack in inventory.racks:
        place = rack.place
        nodes = held.get((place.site, rack.name), [])
        where = [one_line(word) or "-" for word in (place.site, place.room, place.row, rack.name)]
        rows.append([*where, rack.state.value, *_sums([rack], nodes)])
    return _aligned([[say(lang, head) for head in heads], *rows], range(5, 11))


def _sums(racks: Sequence[Rack], nodes: Sequence[Node]) -> list[str]:
    """Used U of all U, nodes, active ones, their rated kW of the design's, and the share.

    "?" behind a sum: not all that belongs to it is known. "-": nothing is.
    """
    present = [node for node in nodes if node.lifecycle.present]
    active = [node for node in present if node.lifecycle is Lifecycle.ACTIVE]
    used = sum(node.height for node in present if node.u is not None)
    units = _sum([rack.units for rack in racks])
    ratings = [node.rating.watts if node.rating else None for node in active]
    designs = [rack.design_watts for rack in racks]
    rated, design = _sum(ratings, 1e3), _sum(designs, 1e3)
    whole = ratings and designs and None not in ratings and None not in designs
    share = sum(filter(None, ratings)) / sum(filter(None, designs)) if whole else None
    told = "-" if share is None else f"{share:.0%}"
    return [f"{used}/{units}", str(len(nodes)), str(len(active)), rated, design, told]


def _sum(amounts: Sequence[float | None], scale: float = 1.0) -> str:
    known = [amount for amount in amounts if amount is not None]
    if not known:
        return "-"
    total = f"{sum(known) / scale:.1f}" if scale != 1.0 else f"{sum(known):g}"
    return total if len(known) == len(amounts) else f"{total}?"


def _nodes(inventory: Inventory, lang: Lang) -> list[str]:
    heads = ["site", "rack", "u", "node", "kind", "lifecycle", "rated", "basis", "address", "model"]
    rows = [[say(lang, head) for head in heads], *map(_node, inventory.nodes)]
    return _aligned(rows, (2, 6))


def _node(node: Node) -> list[str]:
    rating = node.rating
    span = "" if node.u is None else f"{node.u}" if node.height == 1 else f"{node.u}-{node.top}"
    power = ("", "") if rating is None else (f"{rating.watts / 1e3:.2f}", rating.basis.value)
    made = f"{node.vendor} {node.model}".strip()
    kind = (node.kind.value, node.lifecycle.value)
    cells = (node.place.site, node.place.rack, span, node.name, *kind, *power, node.address, made)
    return [one_line(cell) or "-" for cell in cells]


def _aligned(rows: Sequence[Sequence[str]], right: Sequence[int] | range) -> list[str]:
    return columns(rows, right)
