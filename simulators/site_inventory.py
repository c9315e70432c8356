"""The inventory of a simulated site: what its operator would declare of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from model.inventory import Part
from simulators.site import METERS, RACKS, ROOM, SITE, Load, Site

PROVINCE, HUB, ZONE = "sichuan", "tianfu", "shuangliu"
EMPTY_RACK = "A04"
"""A rack that stands there without a server."""
DESIGN = 5000
"""Watts that each rack is laid out for."""
_BOUNDARIES = {
    "meter-main": ("facility", 0),
    "meter-it": ("it", 1),
    "meter-cooling": ("cooling", 0),
}

_HEAD = f"""\
# Who should be there. The scores take it for the expected set: the servers whose BMC is dead or
# refuses the password stand here as well, and count as missing.

[place]
province = "{PROVINCE}"
hub = "{HUB}"
zone = "{ZONE}"
site = "{SITE}"
room = "{ROOM}"

[[sites]]
name = "{SITE}"

# Of the province's grid, as the ministries published it for 2023.
[[emission_factor]]
year = 2023
source = "MEE/NBS 2025-12-31"
kg_per_kwh = 0.1564

[[renewable]]
period = "2026"
ratio = 0.35
evidence = "invented for the demo"
"""


def text(site: Site) -> str:
    """The TOML file."""
    tables = [_HEAD]
    for rack in (*RACKS, EMPTY_RACK):
        tables.append(_table("racks", _rack(rack)))
    places = dict.fromkeys(RACKS, 0)
    for load in site.loads:
        places[load.rack] += 1
        tables.append(_table("nodes", _node(load, places[load.rack])))
    for name in METERS:
        boundary, category = _BOUNDARIES[name]
        said: list[tuple[str, object]] = [("name", name), ("boundary", boundary)]
        tables.append(_table("meters", [*said, *((("category", category),) if category else ())]))
    return "\n".join(tables)


def _rack(rack: str) -> Iterator[tuple[str, object]]:
    yield "name", rack
    yield "design_power", DESIGN
    yield "units", 42
    if rack != EMPTY_RACK:
        yield "pdus", [f"pdu-{rack.lower()}-{feed}" for feed in "ab"]
        yield "feeds", ["A", "B"]


def _node(load: Load, place: int) -> Iterator[tuple[str, object]]:
    model = load.model
    yield "name", load.node
    yield "kind", model.kind.value
    yield "cluster", model.cluster
    yield "rack", load.rack
    yield "u", f"{4 * place}-{4 * place + 1}"
    yield "rated_power", model.rated
    yield "rated_basis", "measured"
    yield from ((key, getattr(model, key)) for key in ("vendor", "arch", "domestic"))
    yield "model", model.name
    yield "processors", _parts(model.processors)
    if model.accelerators:
        yield "accelerators", _parts(model.accelerators)
    yield "psus", [f"pdu-{load.rack.lower()}-{feed}:{place}" for feed in "ab"]


def _parts(parts: Sequence[Part]) -> list[str]:
    return [f"{part.count} x {part.model}" for part in parts]


def _table(name: str, pairs: Iterator[tuple[str, object]] | list[tuple[str, object]]) -> str:
    """One table of an array; JSON's values are TOML's."""
    lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in pairs)
    return f"[[{name}]]\n{''.join(lines)}"
