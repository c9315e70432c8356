"""SNMP: the outcomes of a table's rows, and of one value under its rule."""

from __future__ import annotations

from hw_profiles import modifiers
from hw_profiles.modifiers import Failed, Look
from hw_profiles.rows import Columns, Row, Values, row
from hw_profiles.schema import Label, Oid, Rule, Selector, Table
from model.catalogue import COMPONENT_LABEL
from model.raw import Sample, Value
from model.readings import Fault, Outcome, Reading, Reason, Scalar, Severity, Source
from model.sensors import Role, Sensor

LONGEST_LABEL = 80

Groups = tuple[tuple[Rule, ...], ...]


def outcomes(
    table: Table, groups: Groups, values: Values, columns: Columns, expects: tuple[str, ...]
) -> list[Outcome]:
    """The outcomes of some rules over all rows of their columns."""
    reader = _Reader(table, values)
    found: list[Outcome] = []
    for group in groups:
        rows: dict[str, Outcome] = {}
        for rule in group:
            assert isinstance(rule.origin, Oid)
            lost = values.get(rule.origin.oid)
            if isinstance(lost, Fault) and _told(lost, rule, expects):
                found.append(_column_fault(rule, lost))
            for suffix, value in columns.instances(rule.origin.oid):
                if not isinstance(rows.get(suffix), Reading):
                    outcome = reader.cell(rule, suffix, value)
                    if outcome is not None:
                        rows.setdefault(suffix, outcome)
                        if isinstance(outcome, Reading):
                            rows[suffix] = outcome
        found += rows.values()
    return found


def _told(lost: Fault, rule: Rule, expects: tuple[str, ...]) -> bool:
    """A column that the device does not have is worth a word only where it is expected."""
    return lost.reason is not Reason.UNSUPPORTED or rule.word in expects


def _column_fault(rule: Rule, lost: Fault) -> Fault:
    sensor = Sensor(rule.role, rule.quantity, rule.component)
    return Fault(sensor, lost.reason, lost.detail or f"column {rule.origin}", lost.raw, rule.told)


class _Reader:
    """Reads the cells of one table; rows are decoded once."""

    def __init__(self, table: Table, values: Values) -> None:
        self._table, self._values = table, values
        self._count = modifiers.count(values.get(table.rows))
        self._rows: dict[str, tuple[Row, dict[str, str]] | None] = {}

    def cell(self, rule: Rule, suffix: str, value: Value | Fault) -> Outcome | None:
        """One cell's outcome; None where the rule does not speak of this row."""
        if self._count > 0 and _beyond(suffix, self._count):
            return None
        if suffix not in self._rows:
            self._rows[suffix] = self._row(suffix)
        known = self._rows[suffix]
        if known is None:
            detail = f"row {suffix} is not indexed as [tables.{self._table.name}] says"
            sensor = Sensor(rule.role, rule.quantity, suffix if _labelled(rule.role) else "")
            return Fault(sensor, Reason.UNDECODABLE, detail, rule=rule.told)
        which, labels = known
        picked = _selected(rule, which, labels)
        if picked is None:
            return None
        values = self._values

        def look(oid: str) -> Value | Fault | None:
            return values.get(f"{oid}.{suffix}", values.get(oid))

        if not all(modifiers.holds(condition, look) for condition in rule.when):
            return None
        component = picked or rule.component or self._component(which, labels)
        sensor = Sensor(
            rule.role,
            rule.quantity,
            component if _labelled(rule.role) else "",
            tuple((k, v) for k, v in labels.items() if v and k in self._table.exported),
        )
        if isinstance(value, Fault):
            return Fault(sensor, value.reason, value.detail, value.raw, rule.told)
        return outcome(rule, sensor, value, look)

    def _row(self, suffix: str) -> tuple[Row, dict[str, str]] | None:
        which = row(suffix, self._table.index)
        if which is None:
            return None
        return which, {label.name: self._label(label, which) for label in self._table.labels}

    def _label(self, label: Label, which: Row) -> str:
        suffix = ".".join(which.encoded.get(p, "") for p in label.parts) or which.suffix
        value = self._values.get(f"{label.oid}.{suffix}")
        return clean(str(value)) if isinstance(value, str | int) else ""

    def _component(self, which: Row, labels: dict[str, str]) -> str:
        parts = [str(which.parts.get(n, labels.get(n, ""))) for n in self._table.component]
        told = ".".join(part for part in parts if part) or which.suffix
        return self._table.names.get(told, told)


def _beyond(suffix: str, count: int) -> bool:
    first = suffix.partition(".")[0]
    return first.isdecimal() and int(first) > count


def _labelled(role: Role) -> bool:
    return role in COMPONENT_LABEL


def _selected(rule: Rule, which: Row, labels: dict[str, str]) -> str | None:
    """The component that the selectors name ("": none does); None where one does not fit."""
    component = ""
    for selector in rule.where:
        value = which.parts.get(selector.key, labels.get(selector.key, ""))
        groups = _fits(selector, value)
        if groups is None:
            return None
        component = component or groups.get(COMPONENT_LABEL.get(rule.role, ""), "")
    return component


def _fits(selector: Selector, value: int | str) -> dict[str, str] | None:
    if value in selector.numbers:
        return {}
    for pattern in selector.patterns:
        found = pattern.fullmatch(str(value))
        if found:
            return {k: v.strip() for k, v in found.groupdict("").items()}
    return None


def clean(text: str) -> str:
    """A device's name for something as a label value: one line, no blanks around it."""
    told = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(told.split())[:LONGEST_LABEL]


def outcome(rule: Rule, sensor: Sensor, raw: Value, look: Look) -> Outcome | None:
    """What one value means; None where its state is nothing to speak of."""
    scalar = _scalar(raw)
    if rule.states:
        return _state(rule, sensor, raw, scalar)
    value = modifiers.number(rule, raw, look)
    limits = modifiers.limits(rule, look)
    if limits.items():
        sensor = Sensor(sensor.role, sensor.quantity, sensor.component, sensor.labels, limits)
    if isinstance(value, Failed):
        return Fault(sensor, value.reason, value.detail, scalar, rule.told)
    return Reading(sensor, value, source=Source.SNMP, raw=scalar, rule=rule.told)


def _state(rule: Rule, sensor: Sensor, raw: Value, scalar: Scalar) -> Outcome | None:
    found = modifiers.state(rule, raw)
    if isinstance(found, Failed):
        return Fault(sensor, found.reason, found.detail, scalar, rule.told)
    if found.severity is None:
        return None
    if found.severity is Severity.UNKNOWN:
        return Fault(sensor, Reason.UNAVAILABLE, found.text, scalar, rule.told)
    level = found.severity.level
    if rule.role is Role.CHASSIS:
        level = float(found.text == "on")
    return Reading(sensor, level, source=Source.SNMP, text=found.text, raw=scalar, rule=rule.told)


def _scalar(raw: Value) -> Scalar:
    return raw.raw if isinstance(raw, Sample) else raw
