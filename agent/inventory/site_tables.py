"""Reads the tables of an inventory: one row of TOML or of a spreadsheet, one declared thing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from agent.config_codes import Code
from agent.config_keys import Key, Table, text
from agent.inventory.amounts import (
    MAX_UNITS,
    count,
    factor,
    names,
    parts,
    position,
    power,
    share,
    supplies,
)
from agent.inventory.row import canonical
from agent.inventory.vocabulary import arch, one_of, yes_or_no
from model.devices import Place
from model.inventory import (
    Basis,
    Boundary,
    EmissionFactor,
    Feed,
    Kind,
    Lifecycle,
    Meter,
    Node,
    Part,
    Rack,
    RackState,
    Rating,
    RenewableShare,
    Site,
    Supply,
)

T = TypeVar("T")

DESIGN: Key[float | None] = Key("design_power", power(100, 1e6), None, "Power it is laid out for.")
UNITS: Key[int | None] = Key("units", count(1, MAX_UNITS, "U"), None, "Height in U.")
FEEDS: Key[tuple[str, ...]] = Key("feeds", names, (), "Supply path of each PDU.")
STATE = Key("state", one_of(RackState), RackState.INSTALLED, "Whether it stands there.")
KIND = Key("kind", one_of(Kind), Kind.GENERAL, "What it computes for.", required=True)
LIFECYCLE = Key("lifecycle", one_of(Lifecycle), Lifecycle.ACTIVE, "Where in its life it is.")
U: Key[tuple[int, int]] = Key("u", position, (0, 0), "Lowest U from below, or from-to.")
HEIGHT: Key[int | None] = Key("height", count(1, MAX_UNITS, "U"), None, "Height in U.")
RATED: Key[float | None] = Key("rated_power", power(20, 2e5), None, "Full-load input power.")
BASIS = Key("rated_basis", one_of(Basis), Basis.NAMEPLATE, "How rated_power is known.")
PLATE: Key[float | None] = Key("nameplate_power", power(20, 2e5), None, "What the label says.")
ARCH = Key("arch", arch, "", "Architecture, as the kernel calls it.")
DOMESTIC: Key[bool | None] = Key("domestic", yes_or_no, None, "Whether it counts as domestic.")
PSUS: Key[tuple[Supply, ...]] = Key("psus", supplies, (), "Outlet of each PSU, as PDU:OUTLET.")
BOUNDARY = Key("boundary", one_of(Boundary), Boundary.FACILITY, "What it measures.", required=True)
YEAR: Key[int | None] = Key("year", count(1990, 2100), None, "Of the factor.", required=True)
FACTOR = Key("kg_per_kwh", factor, 0.0, "kg CO2 per kWh.", required=True)
RATIO = Key("ratio", share, 0.0, "Renewable share, 0 to 1.", required=True)


@dataclass(frozen=True, slots=True)
class Placed(Generic[T]):
    """A declared thing and where it stands; `sound` False where something of it is amiss."""

    it: T
    file: str
    line: int
    sound: bool = True

    @property
    def where(self) -> str:
        """As "file:line"."""
        return f"{self.file}:{self.line}"


def placed(table: Table, it: T, sound: bool) -> Placed[T]:
    """What a table declares, at the table's line."""
    return Placed(it, table.document.file, table.document.line(table.path), sound)


def _words(table: Table, *keys: str) -> dict[str, str]:
    return {key: table.get(Key(key, text, "", "")) for key in keys}


def _needed(table: Table, name: str) -> str:
    """A text that must stand there and say something."""
    found = table.get(Key(name, text, "", "", required=True))
    if not found and name in table:
        table.blame(name, f"{name}: expected a text, found an empty one", Code.WRONG_TYPE)
    return found


def site(table: Table, default: Place) -> Site:
    """One [[sites]] row; province, hub and zone of [place] where it names none."""
    name = _needed(table, "name")
    said = _words(table, "province", "hub", "zone")
    table.close()
    return Site(name, **{key: word or getattr(default, key) for key, word in said.items()})


def rack(table: Table, default: Place) -> Rack:
    """One [[racks]] row."""
    name = _needed(table, "name")
    where = _place(table, default, "site", "room", "row")
    pdus, pdu_count = _pdus(table)
    feeds = table.get(FEEDS)
    if feeds and len(feeds) != (len(pdus) or pdu_count):
        counted = len(pdus) or pdu_count or 0
        message = f"feeds: expected one for each of the {counted} PDUs, found {len(feeds)}"
        table.blame("feeds", message, Code.OUT_OF_RANGE)
    paths = feeds if len(feeds) == len(pdus) else ("",) * len(pdus)
    found = Rack(
        name,
        where,
        table.get(STATE),
        table.get(DESIGN),
        table.get(UNITS),
        pdu_count,
        tuple(Feed(pdu, path) for pdu, path in zip(pdus, paths, strict=True)),
    )
    table.close()
    return found


def _pdus(table: Table) -> tuple[tuple[str, ...], int | None]:
    """Names of a rack's PDUs, and their number: `pdus` is either."""
    value = table.raw("pdus")
    if value is None:
        return (), None
    numeric = isinstance(value, int) or (isinstance(value, str) and value.strip().isdigit())
    if numeric:
        return (), table.get(Key("pdus", count(0, 24), None, ""))
    named: Key[tuple[str, ...]] = Key("pdus", names, (), "")
    found = table.get(named)
    return found, len(found) or None


def node(table: Table, default: Place) -> Node:
    """One [[nodes]] row."""
    name = _needed(table, "name")
    where = _place(table, default, "site", "cluster", "room", "row", "rack")
    low, span = table.get(U)
    height = table.get(HEIGHT)
    if span and height and span != height:
        message = f"height: {height}U do not fit the {span}U that u names"
        table.blame("height", message, Code.OUT_OF_RANGE)
    told = _words(table, "address", "vendor", "model", "serial")
    found = Node(
        name,
        table.get(KIND),
        replace(where, u=str(low) if low else ""),
        table.get(LIFECYCLE),
        low or None,
        span or height or 1,
        canonical(told.pop("address")),
        _ratings(table),
        _parts(table, "processors"),
        _parts(table, "accelerators"),
        told["vendor"],
        told["model"],
        told["serial"],
        arch=table.get(ARCH),
        domestic=table.get(DOMESTIC),
        supplies=table.get(PSUS),
    )
    table.close()
    return found


def _ratings(table: Table) -> tuple[Rating, ...]:
    """What a node is rated at; a rating that says nothing of its basis is a nameplate's."""
    watts, basis, plate = table.get(RATED), table.get(BASIS), table.get(PLATE)
    found = [Rating(watts, basis)] if watts is not None else []
    if plate is not None:
        if found and basis is Basis.NAMEPLATE:
            message = "nameplate_power: rated_power is a nameplate's already: name its rated_basis"
            table.blame("nameplate_power", message, Code.OUT_OF_RANGE)
        else:
            found.append(Rating(plate, Basis.NAMEPLATE))
    return tuple(found)


def _parts(table: Table, name: str) -> tuple[Part, ...]:
    """Models and their numbers; the number of a single model may stand in a key of its own."""
    key: Key[tuple[Part, ...]] = Key(name, parts, (), "")
    number: Key[int | None] = Key(f"{name}_count", count(1, 4096), None, "")
    models, counted = table.get(key), table.get(number)
    if counted is not None and len(models) == 1 and models[0].count == 1:
        return (replace(models[0], count=counted),)
    return models


def _place(table: Table, default: Place, *keys: str) -> Place:
    """Where it stands; [place] says what the row does not."""
    said = _words(table, *keys)
    return Place(**{key: word or getattr(default, key) for key, word in said.items()})


def meter(table: Table, default: Place) -> Meter:
    """One [[meters]] row; an IT meter names its category."""
    name, where = _needed(table, "name"), _place(table, default, "site")
    boundary = table.get(BOUNDARY)
    category: Key[int | None] = Key(
        "category", count(1, 3), None, "", required=boundary is Boundary.IT
    )
    number = table.get(category)
    table.close()
    return Meter(name, where.site, boundary, "" if number is None else str(number))


def emission(table: Table, default: Place) -> EmissionFactor:
    """One [[emission_factor]] row: nothing of it may be missing."""
    stands = "province" in table or not default.province
    province = _needed(table, "province") if stands else default.province
    found = EmissionFactor(
        province, table.get(YEAR) or 0, _needed(table, "source"), table.get(FACTOR)
    )
    table.close()
    return found


def renewable(table: Table, default: Place) -> RenewableShare:
    """One [[renewable]] row: a share without period and evidence is none."""
    where = _place(table, default, "site")
    ratio = table.get(RATIO)
    found = RenewableShare(where.site, ratio, _needed(table, "period"), _needed(table, "evidence"))
    table.close()
    return found
