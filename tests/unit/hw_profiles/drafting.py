"""Devices made of a few tables, drafts of them, and what a draft reads of its own device."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from hw_profiles import draft
from hw_profiles.draft_text import Draft
from hw_profiles.load import pack
from hw_profiles.schema import Profile
from model.devices import DeviceId, Identity, Protocol
from model.raw import Raw, Sample, SensorDef, SensorTable, Value
from model.readings import Reading, Scalar
from model.sensors import Quantity
from tests.unit.hw_profiles.writing import FAN, PSU, TEMPERATURE, VOLTAGE, analog, checked, read

VENDOR = "1.3.6.1.4.1.99999"
PACK = pack()
"""An enterprise that no profile of ours knows."""


def table(entry: str, **columns: Sequence[Scalar] | Mapping[str, Scalar]) -> dict[str, Scalar]:
    """The objects of a table: c4 = [10, 20] is column 4 of rows 1 and 2, or of the rows named."""
    objects: dict[str, Scalar] = {}
    for name, cells in columns.items():
        rows = (
            cells if isinstance(cells, Mapping) else {str(at): v for at, v in enumerate(cells, 1)}
        )
        objects |= {f"{VENDOR}.{entry}.{name[1:]}.{row}": value for row, value in rows.items()}
    return objects


def scalars(parent: str, *values: Scalar) -> dict[str, Scalar]:
    """Objects that stand alone below one parent: .1.0, .2.0 and so on."""
    return {f"{VENDOR}.{parent}.{at}.0": value for at, value in enumerate(values, 1)}


def agent(sys_descr: str = "", object_id: str = f"{VENDOR}.1.7.3") -> Identity:
    """An SNMP agent that says this of itself."""
    return Identity(Protocol.SNMP, DeviceId(), sys_object_id=object_id, sys_descr=sys_descr)


def drafted(
    objects: Mapping[str, Scalar],
    identity: Identity | None = None,
    counters: frozenset[str] = frozenset(),
) -> Draft:
    """The draft of an SNMP agent."""
    return draft.from_agent("mine", identity or agent(), objects, counters, "a test")


def profile_of(made: Draft) -> Profile:
    """The profile that a draft is; it has no mistakes."""
    profiles, problems = checked(made.text)
    assert not problems, (problems, made.text)
    return profiles[0]


def told(made: Draft, objects: Mapping[str, Scalar]) -> dict[tuple[str, str], float]:
    """What the draft reads of its own device: (word, component) → value."""
    return _values(profile_of(made), objects, None)


def _values(
    profile: Profile, values: Mapping[str, Value], identity: Identity | None
) -> dict[tuple[str, str], float]:
    outcomes = read(profile, values, identity)
    return {
        (o.sensor.word, o.sensor.component): round(o.value, 6)
        for o in outcomes
        if isinstance(o, Reading)
    }


def reason(made: Draft, word: str) -> str:
    """Why a word stands in a draft."""
    return next(line.reason for line in made.lines if line.word == word)


_TYPES = {
    Quantity.TEMPERATURE: TEMPERATURE,
    Quantity.VOLTAGE: VOLTAGE,
    Quantity.FAN_SPEED: FAN,
    Quantity.POWER: PSU,
}
_UNITS = {
    "W": Quantity.POWER,
    "°C": Quantity.TEMPERATURE,
    "rpm": Quantity.FAN_SPEED,
    "V": Quantity.VOLTAGE,
    "A": Quantity.CURRENT,
}


def sensors(**told_: str) -> tuple[SensorTable, dict[str, Value]]:
    """The sensors of a BMC and their samples: Total_Power="412 W"; "__" is a blank."""
    table_: list[SensorDef] = []
    values: dict[str, Value] = {}
    for key, amount in told_.items():
        name = key.replace("__", " ")
        found = re.fullmatch(r"(\S+) (\S+)", amount)
        assert found is not None
        quantity = _UNITS[found[2]]
        table_.append(analog(name, quantity, _TYPES.get(quantity, 0x0B), entity=0))
        values[name] = Sample(float(found[1]), 1, 0)
    return SensorTable(tuple(table_)), values


def bmc_drafted(
    manufacturer: int | None = None, fru: Mapping[str, str] | None = None, **told_: str
) -> tuple[Draft, dict[tuple[str, str], float]]:
    """The draft of a BMC with these sensors, and what it reads of it."""
    table_, values = sensors(**told_)
    identity = Identity(
        Protocol.IPMI, DeviceId(), manufacturer=manufacturer, product=7, fru=fru or {},
        sensors=table_,
    )  # fmt: skip
    generic = PACK.named(draft.GENERIC)
    assert generic is not None
    outcomes = read(generic, values, identity)
    made = draft.from_bmc("mine", generic, identity, Raw(values), outcomes, "a test")
    return made, _values(profile_of(made), values, identity)
