"""From a TOML file to the table of KPIs. Every mistake is told with file, line and key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date as Date  # noqa: N812
from functools import cache
from pathlib import Path
from typing import TypeVar

from model.document import Document, DocumentError, KeyPath, nearest, read
from scoring.kpi_names import BESIDE, CONSTANTS, KPIS, LIMITED, PRECISIONS
from scoring.table import (
    PROFILE,
    Breakpoint,
    Constant,
    Kind,
    KpiEntry,
    Limit,
    Profile,
    Table,
)
from scoring.table_reader import Complaints, Section

SHIPPED = Path(__file__).parent / "data" / "kpis.toml"

_ORIGIN = ("source", "date", "confidence")
_NAMES = ("zh", "en")
_VALID = ("valid_from", "until")
_TOP = ("edition", "profiles", "kinds", "kpi", "constants", "limit")

_Entry = TypeVar("_Entry")


@cache
def shipped() -> Table:
    """The table that comes with the product."""
    return load(SHIPPED)


def load(path: Path) -> Table:
    """The table of a file. DocumentError: with every mistake in it."""
    return table_of(read(path))


def table_of(document: Document) -> Table:
    """The table of a parsed file. DocumentError: with every mistake in it."""
    complaints = Complaints(document)
    top = Section(document.data, (), complaints, "a table of KPIs")
    top.known(_TOP)
    profiles = {s.path[-1]: _profile(s) for s in _named(top, "profiles")}
    table = Table(
        edition=top.day("edition"),
        profiles={str(name): profile for name, profile in profiles.items()},
        kinds={str(s.path[-1]): _kind(s) for s in _named(top, "kinds")},
        kpis={k.name: k for k in (_kpi(s, profiles) for s in _listed(top, "kpi"))},
        constants={str(s.path[-1]): _constant(s) for s in _named(top, "constants")},
        limits=tuple(_limit(s) for s in _listed(top, "limit")),
        file=document.file,
        digest=_digest(document.data),
    )
    _complete(top, table)
    if not complaints.problems:
        _usable(top, table)
    if complaints.problems:
        raise DocumentError(sorted(complaints.problems, key=lambda p: p.line))
    return table


def _digest(data: Mapping[str, object]) -> str:
    """SHA-256 of what the file says, whatever its comments and blanks."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _named(top: Section, key: str) -> Iterator[Section]:
    """The tables [key.NAME]."""
    value = top.values.get(key)
    if not isinstance(value, dict) or not all(isinstance(v, dict) for v in value.values()):
        top.wrong(key, f"tables [{key}.NAME]")
        return
    for name, inside in value.items():
        yield Section(inside, (key, name), top.complaints, f"[{key}.{name}]")


def _listed(section: Section, key: str) -> Iterator[Section]:
    """The tables [[key]]."""
    value = section.values.get(key, [])
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        section.wrong(key, f"an array of tables [[{key}]]")
        return
    for number, inside in enumerate(value):
        path: KeyPath = (*section.path, key, number)
        yield Section(inside, path, section.complaints, f"[[{key}]]")


def _profile(section: Section) -> Profile:
    section.known((*_NAMES, "text"))
    return Profile(str(section.path[-1]), section.title(), section.text("text"))


def _kind(section: Section) -> Kind:
    section.known((*_NAMES, *_ORIGIN, "precision"))
    precision = section.word("precision")
    if precision and precision not in PRECISIONS:
        section.wrong(
            "precision", f"one of {', '.join(PRECISIONS)}{nearest(precision, PRECISIONS)}"
        )
    return Kind(str(section.path[-1]), precision, section.title(), section.origin())


def _kpi(section: Section, profiles: Mapping[str | int, Profile]) -> KpiEntry:
    section.known((*_NAMES, "name", "unit", "scored", "breakpoint"))
    name = section.word("name")
    if name and name not in KPIS:
        section.complaints.add(
            (*section.path, "name"), f'there is no KPI "{name}"{nearest(name, KPIS)}'
        )
    points = tuple(_breakpoint(s, profiles) for s in _listed(section, "breakpoint"))
    return KpiEntry(name, section.title(), section.word("unit"), section.flag("scored"), points)


def _breakpoint(section: Section, profiles: Mapping[str | int, Profile]) -> Breakpoint:
    section.known((*_ORIGIN, *_VALID, "value", "points", "profiles"))
    points = section.number("points")
    if not 0 <= points <= 100:
        section.wrong("points", "from 0 to 100")
    names = section.words("profiles", map(str, profiles))
    return Breakpoint(section.number("value"), points, names, section.origin(), section.validity())


def _constant(section: Section) -> Constant:
    section.known((*_NAMES, *_ORIGIN, "value", "unit"))
    name = str(section.path[-1])
    if name not in CONSTANTS:
        section.complaints.add(
            section.path, f'there is no constant "{name}"{nearest(name, CONSTANTS)}'
        )
    value = section.number("value")
    low, high = CONSTANTS.get(name, (value, value))
    if not low <= value <= high:
        section.wrong("value", f"from {low:g} to {high:g}")
    return Constant(name, value, section.word("unit"), section.title(), section.origin())


def _limit(section: Section) -> Limit:
    section.known((*_NAMES, *_ORIGIN, *_VALID, "name", "kpi", "value"))
    kpi = section.word("kpi")
    if kpi and kpi not in LIMITED:
        section.wrong("kpi", f"one of {', '.join(LIMITED)}{nearest(kpi, LIMITED)}")
    return Limit(
        section.word("name"),
        kpi,
        section.number("value"),
        section.title(),
        section.origin(),
        section.validity(),
    )


def _complete(top: Section, table: Table) -> None:
    """Nothing that the rules need is missing, and nothing stands twice."""
    for what, needed, found in (
        ("[constants.{}]", CONSTANTS, table.constants),
        ('[[kpi]] with name = "{}"', KPIS, table.kpis),
        ("[profiles.{}]", (PROFILE,), table.profiles),
    ):
        for name in needed:
            if name not in found:
                top.complaints.add((), f"the table needs {what.format(name)}")
    seen: set[str] = set()
    for section in _listed(top, "kpi"):
        own = str(section.values.get("name"))
        if own in seen:
            top.complaints.add((*section.path, "name"), f'the KPI "{own}" stands twice')
        seen.add(own)


def _usable(top: Section, table: Table) -> None:
    """A KPI is scored where it ought to be, and has points where it gets some."""
    for number, kpi in enumerate(table.kpis.values()):
        path: KeyPath = ("kpi", number)
        if kpi.scored is not KPIS[kpi.name]:
            top.complaints.add((*path, "scored"), f'"scored" must be {str(KPIS[kpi.name]).lower()}')
        if kpi.breakpoints and not (kpi.scored or kpi.name in BESIDE):
            top.complaints.add(path, f'the KPI "{kpi.name}" gets no points')
        for profile in table.profiles:
            if message := lacking(table, kpi, profile, table.edition):
                top.complaints.add(path, message)


def lacking(table: Table, kpi: KpiEntry, profile: str, day: Date) -> str:
    """What a KPI that gets points lacks on a day; "" where it has a scale."""
    values = [point.value for point in table.breakpoints(kpi.name, profile, day)]
    if not (kpi.scored or kpi.name in BESIDE) or (len(values) == len(set(values)) > 1):
        return ""
    return (
        f'the KPI "{kpi.name}" needs two or more breakpoints of different values'
        f' for "{profile}" on {day}'
    )
