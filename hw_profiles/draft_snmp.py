"""Drafts the SNMP profile of an unknown agent from the shape and the values of its tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from hw_profiles import draft_server
from hw_profiles.draft_columns import Block, Oid, blocks
from hw_profiles.draft_electric import Meaning
from hw_profiles.draft_match import SYSTEMS, base_of, match, relative
from hw_profiles.draft_series import numeric, typed
from hw_profiles.draft_tables import Group, groups
from hw_profiles.draft_text import Draft, Line, Section, Toml
from hw_profiles.kinds import KINDS
from model.catalogue import METRICS
from model.devices import Identity
from model.readings import Scalar
from model.sensors import UNITS, Quantity, Role

_ENTERPRISES = (1, 3, 6, 1, 4, 1)
_UPS_PROFILE = "rfc1628-ups"
_UPS_NAME = re.compile(r"(?<![a-z])ups(?![a-z])|uninterruptible|不间断", re.IGNORECASE)
_MOST_LEFT = 150
_Q = Quantity


@dataclass(frozen=True, slots=True)
class _Whole:
    """What was found, on its way to a text."""

    kind: str
    groups: list[Group]
    named: list[draft_server.Named]
    power: draft_server.Total | None
    blocks: list[Block]


def measured(values: Mapping[str, Scalar]) -> dict[Oid, Scalar]:
    """The objects that may measure something: enterprises but the agent's own software."""
    parsed = ((tuple(map(int, oid.split("."))), value) for oid, value in values.items())
    return {
        oid: value
        for oid, value in parsed
        if oid[:6] == _ENTERPRISES and len(oid) > 7 and oid[6] not in SYSTEMS
    }


def draft(
    identity: Identity, values: Mapping[str, Scalar], counters: frozenset[str], source: str
) -> Draft:
    """A profile for an agent that said `values`; `counters` are columns of a counter's type."""
    ups = any(oid.startswith("1.3.6.1.2.1.33.1.") for oid in values)
    found = _understood(measured(values), counters, ups)
    if _UPS_NAME.search(identity.sys_descr) and found.groups:
        found = replace(found, kind="ups", groups=_output(found.groups))
    sections = [] if ups else _sections(found)
    base = base_of(sections)
    sections = [relative(section, base) for section in sections]
    words = {line.word for section in sections for line in section.lines}
    wanted = [w for each in KINDS.get(found.kind, ()) for w in each.words if w in words]
    head: dict[str, Toml] = {
        "protocol": "snmp",
        "kind": found.kind,
        **({"extends": _UPS_PROFILE} if ups else {}),
        "title": identity.sys_descr[:60] or identity.sys_object_id or "unknown device",
        "source": source,
        "verified": "capture",
        **({} if ups else {"expects": list[Toml](wanted)}),
    }
    settings: dict[str, dict[str, Toml]] = {} if ups else {"snmp": {"base": base}}
    remarks: tuple[str, ...] = (
        "Drafted from a capture: every line is a guess, its reason above it.",
    )
    if ups:
        remarks += (f"The device answers RFC 1628: {_UPS_PROFILE} reads it.",)
    return Draft(
        head, match(identity, sections, base, ups), settings, tuple(sections), remarks,
        tuple(_left(found)),
    )  # fmt: skip


def _understood(objects: Mapping[Oid, Scalar], counters: frozenset[str], ups: bool) -> _Whole:
    every = blocks(objects)
    if ups:
        return _Whole("ups", [], [], None, every)
    named, power = draft_server.tables(every)
    taken = {id(each.block) for each in named}
    electric = groups([block for block in every if id(block) not in taken], counters)
    if power or _of_a_server(named):
        return _Whole("server", [], named, power, every)
    kind = "pdu" if electric else "environment" if named else "power"
    return _Whole(kind, electric, named, power, every)


def _output(found: Sequence[Group]) -> list[Group]:
    """A UPS's circuits: the one with the most beside its watts is taken for the output."""
    powered = [group for group in found if group.of(_Q.POWER) and group.of(_Q.CURRENT)]
    if not powered:
        return []
    return [replace(max(powered, key=lambda group: len(group.meanings)), role=Role.UPS_OUTPUT)]


def _of_a_server(named: Iterable[draft_server.Named]) -> bool:
    """Whether processors were named, or fans more than one: a cooler has one reading of all."""
    lines = [line for each in named for line in each.lines]
    return any(
        line.word.startswith("cpu.") or (line.word.startswith("fan.") and line.rows > 1)
        for line in lines
    )


def _sections(found: _Whole) -> list[Section]:
    sections = []
    if found.power is not None:
        reason = f"what the supplies in {found.power.parts} sum to"
        rule: dict[str, Toml] = {"oid": found.power.oid}
        scalar = Line("node.power_watts", rule, reason, f"{found.power.value:g} W")
        sections.append(Section(lines=(scalar,)))
    for named in found.named:
        sections.append(_named_section(named, {section.name for section in sections}))
    return _one_of_scalars([*sections, *_electric_sections(found)])


def _one_of_scalars(sections: Sequence[Section]) -> list[Section]:
    """The same sections, all lines outside of tables in one."""
    bare = [section for section in sections if not section.name]
    if not bare:
        return list(sections)
    lines = tuple(line for section in bare for line in section.lines)
    left = tuple(told for section in bare for told in section.left)
    return [Section(lines=lines, left=left), *(s for s in sections if s.name)]


def _named_section(named: draft_server.Named, taken: set[str]) -> Section:
    roles = {line.word.partition(".")[0] for line in named.lines}
    role = roles.pop() if len(roles) == 1 else ""
    keys: dict[str, Toml] = {"role": role} if role else {}
    keys |= _index(named.block)
    if named.column:
        keys["labels"] = {"name": named.block.address(named.column)}
    if not role:
        keys |= {"component": "name", "export": []}
    name = role or "named"
    while name in taken:
        name += "_more"
    return Section(name, keys, named.lines, _unused(named.block, named.series))


def _electric_sections(found: _Whole) -> list[Section]:
    """A table per electric block; the device's whole also stands as its rack's."""
    whole = found.kind == "ups" or any(g.role is Role.RACK for g in found.groups)
    sections, names = [], set[str]()
    summed = _sum_line(found.groups) if not whole else None
    if summed is not None:
        sections.append(Section(lines=(summed,)))
    for group in found.groups:
        name = group.role.value
        while name in names:
            name += "_more"
        names.add(name)
        lines = _lines(group, whole=not whole and group.role is Role.POWER_INLET)
        if group.block.scalar or (group.role is Role.RACK and len(group.block.rows) == 1):
            sections.append(Section(lines=tuple(lines), left=_unused_of(group)))
            continue
        keys: dict[str, Toml] = {"role": group.role.value, **_index(group.block)}
        if group.name_column:
            keys["labels"] = {"name": group.block.address(group.name_column)}
        if group.role is Role.PHASE and len(group.rows) <= 3:
            keys["names"] = {str(n): f"L{n}" for n in (1, 2, 3)}
        sections.append(Section(name, keys, tuple(lines), _unused_of(group)))
    return sections


def _sum_line(found: Sequence[Group]) -> Line | None:
    """The rack's watts as a sum of its phases', where no block holds the whole."""
    if any(group.role is Role.POWER_INLET for group in found):
        return None
    for role in (Role.PHASE, Role.BRANCH, Role.OUTLET):
        for group in found:
            if group.role is role and (power := group.of(_Q.POWER)):
                reason = f"no object holds the whole; the parts are {power.total:g} W"
                return Line("rack.power_watts", {"sum": f"{role.value}.power_watts"}, reason)
    return None


_OF_THE_RACK = frozenset({_Q.POWER, _Q.ENERGY})


def _lines(group: Group, whole: bool) -> list[Line]:
    """A group's rules; those of the one inlet also tell of the rack (`whole`)."""
    lines = []
    for meaning in group.meanings:
        role = group.role
        if whole and meaning.quantity in _OF_THE_RACK:
            lines.append(_rule(group, meaning, Role.RACK))
        if (role, meaning.quantity) in METRICS:
            lines.append(_rule(group, meaning, role))
    return lines


def _rule(group: Group, meaning: Meaning, role: Role) -> Line:
    oid = meaning.series.oid
    if role is Role.RACK and role is group.role and not group.block.scalar:
        oid = ".".join((oid, *map(str, group.block.rows[0])))
    rule: dict[str, Toml] = {"oid": oid}
    if meaning.scale != 1.0:
        rule["scale"] = meaning.scale
    if meaning.series.kind is not None:
        rule["where"] = {"type": meaning.series.kind}
    rule["missing"] = [-1, 0] if meaning.quantity in _NEVER_ZERO else [-1]
    return Line(f"{role.value}.{meaning.quantity.value}", rule, meaning.reason, _told(meaning))


_NEVER_ZERO = frozenset({_Q.VOLTAGE, _Q.FREQUENCY, _Q.POWER_FACTOR})
"""What is 0 where nothing is measured, in all likelihood."""


def _told(meaning: Meaning) -> str:
    """The largest value of a series with its unit."""
    shown = meaning.series.largest * meaning.scale
    unit = {"1": "", "J": "kWh"}.get(UNITS[meaning.quantity], UNITS[meaning.quantity])
    if meaning.quantity is _Q.ENERGY:
        shown /= 3.6e6
    several = "at most " if len(meaning.series.values) > 1 else ""
    return f"{several}{shown:g} {unit}".strip()


_PARTS = ("a", "b", "c", "d", "e", "f")


def _index(block: Block) -> dict[str, Toml]:
    """How the rows are numbered, and which numbers tell them apart."""
    rows = block.rows
    if all(row and row[0] == len(row) - 1 and min(row[1:], default=0) > 31 for row in rows):
        return {"index": ["name:string"]}
    lengths = {len(row) for row in rows}
    if lengths == {1}:
        return {}
    if len(lengths) > 1 or max(lengths) > len(_PARTS):
        return {"index": ["row:rest"]}
    parts = list(_PARTS[: max(lengths)])
    split = typed(block)
    if split:
        parts[-1] = "type"
    which = parts[:-1] if split else parts
    moving = [p for at, p in enumerate(which) if len({row[at] for row in rows}) > 1]
    chosen: list[Toml] = list(moving or which[-1:])
    return {"index": list[Toml](parts), "component": chosen[0] if len(chosen) == 1 else chosen}


def _unused_of(group: Group) -> tuple[str, ...]:
    return _unused(group.block, [m.series for m in group.meanings])


def _unused(block: Block, used: Sequence[object]) -> tuple[str, ...]:
    """The other columns of a table that is read, each with a sample."""
    columns = {getattr(each, "column", 0) for each in used}
    split = typed(block)
    return tuple(
        f"{block.address(column)}: {_sample(cells.values())}"
        for column, cells in block.columns.items()
        if column not in columns and not split
    )


def _sample(values: Iterable[Scalar]) -> str:
    shown = [repr(v) if isinstance(v, str | bytes) else f"{v:g}" for v in values]
    first = list(dict.fromkeys(shown))[:3]
    return ", ".join(first)[:70] + (f" … ({len(shown)} rows)" if len(shown) > 3 else "")


def _left(found: _Whole) -> list[str]:
    """The columns of numbers in blocks that nothing was made of."""
    taken = {id(g.block) for g in found.groups} | {id(n.block) for n in found.named}
    power = found.power.oid if found.power else ""
    left = [
        f"{block.address(column)}: {_sample(cells.values())}"
        for block in found.blocks
        if id(block) not in taken
        for column, cells in block.columns.items()
        if block.address(column) != power and any(numeric(v) is not None for v in cells.values())
    ]
    more = len(left) - _MOST_LEFT
    return left[:_MOST_LEFT] + ([f"… and {more} more"] if more > 0 else [])
