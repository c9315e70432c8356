"""What a capture holds that looks like a reading and that no line of a profile reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hw_profiles.bindings_ipmi import bound
from hw_profiles.draft_columns import Block, blocks
from hw_profiles.draft_electric import states
from hw_profiles.draft_names import is_margin
from hw_profiles.draft_series import Series, series
from hw_profiles.draft_snmp import measured
from hw_profiles.draft_tables import groups
from hw_profiles.schema import Profile
from model.devices import Identity, Protocol
from model.raw import Plan, Raw, Sample
from model.readings import Scalar
from model.sensors import UNITS, Role


@dataclass(frozen=True, slots=True)
class Left:
    """An address that nobody reads: what it looks like ("" where nothing names it), a sample."""

    address: str
    like: str
    sample: str


def left(
    profile: Profile,
    identity: Identity,
    raw: Raw,
    plan: Plan,
    values: Mapping[str, Scalar],
) -> list[Left]:
    """The unread of one capture; `values` are all objects of an SNMP agent."""
    if identity.protocol is Protocol.SNMP:
        return _objects(plan, values)
    return _sensors(profile, identity, raw)


def _sensors(profile: Profile, identity: Identity, raw: Raw) -> list[Left]:
    """Sensors with a number that no line names: they keep their own names."""
    found = []
    for binding in bound(profile, identity.sensors).each:
        answer = raw.values.get(binding.address)
        if binding.sensor.role is not Role.SENSOR or binding.states is not None:
            continue
        if not isinstance(answer, Sample) or answer.value is None or is_margin(binding.address):
            continue
        unit = UNITS[binding.sensor.quantity].replace("Cel", "°C")
        found.append(Left(binding.address, "", f"{answer.value:g} {unit}".strip()))
    return found


def _objects(plan: Plan, values: Mapping[str, Scalar]) -> list[Left]:
    """Columns that their values, or those of their neighbours, show to measure something."""
    asked = {*plan.gets, *plan.walks}
    every = blocks(measured(values))
    known: dict[str, Left] = {}
    for group in groups(every, frozenset()):
        for meaning in group.meanings:
            address = meaning.series.oid
            if not _read(meaning.series, asked):
                like = f"{meaning.quantity.value} ×{meaning.scale:g}"
                known.setdefault(address, Left(address, like, _sample(meaning.series)))
    for block in every:
        if _touched(block, asked):
            for each in series(block):
                if not _read(each, asked) and _moves(each):
                    known.setdefault(each.oid, Left(each.oid, "", _sample(each)))
    return sorted(known.values(), key=lambda each: (not each.like, _key(each.address)))


def _read(each: Series, asked: Iterable[str]) -> bool:
    """Whether the column, or an instance of it, is asked for."""
    oid = each.oid
    return any(oid == a or a.startswith(f"{oid}.") or oid.startswith(f"{a}.") for a in asked)


def _touched(block: Block, asked: set[str]) -> bool:
    """Whether some column of a table is read: its neighbours then may be worth it."""
    return not block.scalar and any(block.address(c) in asked for c in block.columns)


def _moves(each: Series) -> bool:
    """Whether numbers differ as measurements do; indexes, ratings and states do not."""
    found = list(each.values.values())
    distinct = len(set(found))
    whole = sorted(found) == [float(n) for n in range(1, len(found) + 1)]
    return len(found) >= 3 and distinct > len(found) / 2 and not whole and not states(each)


def _sample(each: Series) -> str:
    shown = ", ".join(f"{value:g}" for value in list(dict.fromkeys(each.values.values()))[:3])
    return f"{shown} … ({len(each.values)})" if len(each.values) > 3 else shown


def _key(address: str) -> tuple[int, ...]:
    return tuple(map(int, address.split(".")))
