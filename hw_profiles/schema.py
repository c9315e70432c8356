"""What a profile is: frozen types, and the closed set of verbs that its rules may use.

A file is read by `hw_profiles.load`; what the rules do to a value is in `hw_profiles.modifiers`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from model.devices import Protocol
from model.readings import Severity
from model.sensors import NO_LIMITS, Limits, Quantity, Role

Sentinel: TypeAlias = str | float
"""A vendor's word for "no reading": a number, or text in lower case."""

KINDS = ("server", "pdu", "ups", "cooling", "environment", "power", "meter", "generic")
"""What sort of device a profile describes."""

VERIFIED = ("manual", "capture", "bench")
"""How a profile was checked: read in a manual, against a recording, on the device itself."""

WHOLE_RANGE = (float("-inf"), float("inf"))


@dataclass(frozen=True, slots=True)
class Oid:
    """An SNMP object: an instance in [metrics], a column in a table. Dotted, no leading dot."""

    oid: str

    def __str__(self) -> str:
        return f"oid {self.oid}"


@dataclass(frozen=True, slots=True)
class Pick:
    """IPMI sensors, by name (any of the patterns, whole name) and by what the standard defines.

    Each part that is set must hold: `entities` (IPMI v2.0 rev 1.1 §43.14), `sensor_types`
    (table 42-3), `event_types` (table 42-1); no name that `unless` matches is taken. With
    `instance` an entity's number says which of them it is, where the device says an entity.
    """

    names: tuple[re.Pattern[str], ...] = ()
    unless: tuple[re.Pattern[str], ...] = ()
    entities: frozenset[int] = frozenset()
    sensor_types: frozenset[int] = frozenset()
    event_types: frozenset[int] = frozenset()
    instance: bool = False
    text: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Command:
    """The answer to a standard IPMI or DCMI command: one of `model.raw.STANDARD_COMMANDS`."""

    address: str

    def __str__(self) -> str:
        return f"command {self.address.lstrip('@')}"


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of all readings of another word, where each of them succeeded."""

    word: str

    def __str__(self) -> str:
        return f"sum of {self.word}"


@dataclass(frozen=True, slots=True)
class Facts:
    """A 1 whose labels are texts: (label, address) of standard commands that give a text."""

    labels: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"commands {', '.join(address.lstrip('@') for _, address in self.labels)}"


Origin: TypeAlias = Oid | Pick | Command | Sum | Facts


@dataclass(frozen=True, slots=True)
class Condition:
    """Another object must hold one of these values (or, `negated`, none of them), or match.

    `pattern` is for text, as a whole; without it `values` count. In a table the object is a
    column, and its value in the same row counts. An object that did not answer satisfies only a
    negated condition.
    """

    oid: str
    values: frozenset[Sentinel] = frozenset()
    negated: bool = False
    pattern: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Against:
    """Bounds for a raw value divided by the product of other objects' raw values.

    In a table the objects are columns, read in the same row. Nothing is held against a value
    where one of them has no number above zero.
    """

    oids: tuple[str, ...]
    range: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Selector:
    """Which rows of a table a rule takes: an index part or a label equals or matches this.

    The pattern's group that is named as the role's component label becomes the component.
    """

    key: str
    numbers: frozenset[int] = frozenset()
    patterns: tuple[re.Pattern[str], ...] = ()


@dataclass(frozen=True, slots=True)
class StateWord:
    """One state of a device: its word and what it means; no severity: say nothing of it."""

    text: str
    severity: Severity | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a profile: an address, and how its value becomes a reading.

    A value is first compared with `missing`, then read as two's complement of `signed` bits, held
    `against` other objects, multiplied by 10^-digits (a constant, or the OID of an object that
    says so), by what the object `factor` says (negative: divided) and by `scale`, freed of its
    sign (`magnitude`), taken from °F to °C, and checked against `range` (in the quantity's unit).
    `limits` are in that unit, `limit_oids` (bound, OID) hold bounds in the unit of the raw value.
    `component` names the sensor where neither the address nor the table does. A `fallback` counts
    only where no table gave its word; in a table, only where no other gave its component's.
    """

    role: Role
    quantity: Quantity
    origin: Origin
    file: str = ""
    line: int = 0
    scale: float = 1.0
    digits: int | str = 0
    factor: str = ""
    signed: int = 0
    magnitude: bool = False
    missing: frozenset[Sentinel] = frozenset()
    range: tuple[float, float] = WHOLE_RANGE
    states: Mapping[Sentinel, StateWord] = field(default_factory=dict)
    limits: Limits = NO_LIMITS
    limit_oids: tuple[tuple[str, str], ...] = ()
    when: tuple[Condition, ...] = ()
    where: tuple[Selector, ...] = ()
    against: Against | None = None
    fahrenheit: bool | Condition = False
    component: str = ""
    fallback: bool = False
    _told: str = field(init=False, compare=False, repr=False, default="")

    @property
    def word(self) -> str:
        """The catalogue's word."""
        return f"{self.role.value}.{self.quantity.value}"

    @property
    def told(self) -> str:
        """The rule in one line, for `--raw`: "apc-rpdu2.toml:31 oid 1.3.6… ×10"."""
        if not self._told:
            object.__setattr__(self, "_told", self.tell(str(self.origin)))
        return self._told

    def tell(self, address: str) -> str:
        """The same with the address that it found: "inspur.toml:31 sensor 'Total_Power' ×1"."""
        parts = [f"{self.file}:{self.line}" if self.line else self.file, address]
        if self.digits:
            parts.append(f"digits {self.digits}")
        if self.factor:
            parts.append(f"factor {self.factor}")
        if self.quantity is not Quantity.STATE and not isinstance(self.origin, Sum):
            parts.append(f"×{self.scale:g}")
        if self.fahrenheit:
            parts.append("°F→°C")
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class IndexPart:
    """One part of a table's index.

    `kind`: an integer, a string behind its length, the rest as text ("implied"), or as many
    numbers as are left ("rest": "3", "1.4"; "0" where all are 0).
    """

    name: str
    kind: str = "integer"


INDEX_KINDS = ("integer", "string", "implied", "rest")


@dataclass(frozen=True, slots=True)
class Label:
    """A column whose text names a row; `parts` are the index parts that it is indexed by."""

    name: str
    oid: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """An SNMP table: how its index is built, what names a row, and the rules for its columns.

    `component` lists index parts and labels that make the component (joined by "."); `names`
    replaces such a component by a word ("1" by "L1"). `rows` is the object that says how many rows
    the device has; what stands behind them is none of it.
    """

    name: str
    index: tuple[IndexPart, ...]
    component: tuple[str, ...]
    labels: tuple[Label, ...] = ()
    exported: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    rows: str = ""


@dataclass(frozen=True, slots=True)
class Criteria:
    """One way to recognise a device: every part that is set must hold; none set: any device."""

    manufacturers: frozenset[int] = frozenset()
    products: frozenset[int] = frozenset()
    fru: tuple[tuple[str, re.Pattern[str]], ...] = ()
    sensors: tuple[re.Pattern[str], ...] = ()
    object_ids: tuple[str, ...] = ()
    sys_descr: re.Pattern[str] | None = None
    probes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Profile:
    """What the addresses of one family of devices mean. Compared by identity.

    `match` lists alternatives; empty: never chosen by itself, only pinned or extended. `expects`
    are the words that such a device should give. `device` maps vendor, model, serial and firmware
    to the object that says it. `ignore` are names of IPMI sensors that are not what their unit
    says (CPU margins); without `discrete` no IPMI state is taken that no rule names; with
    `numbers_with_states` sensors of states may have a number too. `vendors` are the owners of
    registered numbers, for a device that says no more than its number. With `any_address` an SNMP
    agent's answers count wherever they come from.
    """

    name: str
    protocol: Protocol
    kind: str = "generic"
    title: str = ""
    vendor: str = ""
    source: str = ""
    verified: str = "manual"
    file: str = ""
    extends: tuple[str, ...] = ()
    expects: tuple[str, ...] = ()
    match: tuple[Criteria, ...] = ()
    rules: tuple[Rule, ...] = ()
    tables: tuple[Table, ...] = ()
    device: Mapping[str, str] = field(default_factory=dict)
    max_repetitions: int = 25
    outstanding: int = 1
    any_address: bool = False
    ignore: tuple[re.Pattern[str], ...] = ()
    discrete: bool = True
    numbers_with_states: bool = False
    vendors: Mapping[int, str] = field(default_factory=dict)
    user: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """Every word that the profile can give, once each, in the file's order."""
        rules = (*self.rules, *(rule for table in self.tables for rule in table.rules))
        return tuple(dict.fromkeys(rule.word for rule in rules))
