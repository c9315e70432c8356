"""SNMP: the outcomes of a table's rows.

What a row is called and whom its values are about is found out once and remembered by its index
and its labels: devices of one model share it, and it does not change from poll to poll. So is what
plain values mean that come again.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from hw_profiles import cells, modifiers
from hw_profiles.row_names import clean, labelled, selected
from hw_profiles.rows import Layout, Row, Values, row
from hw_profiles.schema import Oid, Rule, Table
from model.raw import Value
from model.readings import Fault, Outcome, Reading, Reason
from model.sensors import Sensor, sensor

_MOST_ROWS, _MOST_VALUES = 4096, 32
_Labels = dict[str, str]
_Meant = dict[Value | Fault, Outcome | None]
_NOTHING: _Meant = {}
_UNKNOWN = Fault(None, Reason.INTERNAL, "not looked at yet")


class _Line:
    """A rule of a table, its place among the table's lines, and what is known of it beforehand."""

    __slots__ = ("at", "oid", "plain", "rule")

    def __init__(self, at: int, rule: Rule) -> None:
        assert isinstance(rule.origin, Oid)
        self.at, self.rule = at, rule
        self.oid, self.plain = rule.origin.oid, cells.plain(rule)


class _Row:
    """One row under certain labels: whose values stand there, and what they meant so far.

    `which` is None where the index is not built as the profile says. `meant` has a place for each
    line; it remembers values where nothing else decides what they mean.
    """

    __slots__ = ("_sensors", "_table", "labels", "meant", "suffix", "which")

    def __init__(
        self, table: Table, lines: int, suffix: str, which: Row | None, labels: _Labels
    ) -> None:
        self._table, self.suffix, self.which, self.labels = table, suffix, which, labels
        self._sensors: dict[int, Sensor | None] = {}
        self.meant = [_NOTHING] * lines

    def outcome(self, line: _Line, value: Value | Fault, values: Values) -> Outcome | None:
        """What a value of this row means; None where its line does not speak of the row."""
        if not line.plain:
            return self._outcome(line, value, values)
        meant = self.meant[line.at]
        if not 0 < len(meant) < _MOST_VALUES:
            meant = self.meant[line.at] = {}
        found = meant[value] = self._outcome(line, value, values)
        return found

    def _outcome(self, line: _Line, value: Value | Fault, values: Values) -> Outcome | None:
        rule = line.rule
        if self.which is None:
            detail = f"row {self.suffix} is not indexed as [tables.{self._table.name}] says"
            name = self.suffix if labelled(rule.role) else ""
            nobody = sensor(rule.role, rule.quantity, name)
            return Fault(nobody, Reason.UNDECODABLE, detail, rule=rule.told)
        if line.at not in self._sensors:
            self._sensors[line.at] = self._sensor(rule, self.which)
        whose = self._sensors[line.at]
        if whose is None:
            return None

        def look(oid: str) -> Value | Fault | None:
            return values.get(f"{oid}.{self.suffix}", values.get(oid))

        if rule.when and not all(modifiers.holds(condition, look) for condition in rule.when):
            return None
        if isinstance(value, Fault):
            return Fault(whose, value.reason, value.detail, value.raw, rule.told)
        return cells.outcome(rule, whose, value, look)

    def _sensor(self, rule: Rule, which: Row) -> Sensor | None:
        """Whose values a line reads in this row; None: it does not take the row."""
        labels, table = self.labels, self._table
        picked = selected(rule, which, labels)
        if picked is None:
            return None
        component = picked or rule.component or _component(table, which, labels)
        return sensor(
            rule.role,
            rule.quantity,
            component if labelled(rule.role) else "",
            tuple((k, v) for k, v in labels.items() if v and k in table.exported),
        )


def _component(table: Table, which: Row, labels: _Labels) -> str:
    parts = [str(which.parts.get(n, labels.get(n, ""))) for n in table.component]
    told = ".".join(part for part in parts if part) or which.suffix
    return table.names.get(told, told)


class Reader:
    """Reads some lines of one table; `groups` are alternatives, best first."""

    def __init__(self, table: Table, groups: Sequence[Sequence[Rule]]) -> None:
        self._table = table
        numbers = itertools.count()
        self._groups = tuple(
            tuple(_Line(next(numbers), rule) for rule in group) for group in groups
        )
        self._lines = sum(map(len, groups))
        self._places: dict[str, tuple[Row | None, tuple[str, ...]]] = {}
        self._rows: dict[tuple[str, tuple[Value | Fault | None, ...]], _Row] = {}

    def outcomes(self, values: Values, layout: Layout, expects: tuple[str, ...]) -> list[Outcome]:
        """The outcomes of all rows of the lines' columns."""
        found: list[Outcome] = []
        rows: dict[str, _Row] = {}
        for group in self._groups:
            for line in group:
                lost = values.get(line.oid)
                if isinstance(lost, Fault) and _told(lost, line.rule, expects):
                    found.append(_column_fault(line.rule, lost))
            if len(group) == 1:
                outcomes = self._column(group[0], values, layout, rows)
                found += [outcome for outcome in outcomes if outcome is not None]
            else:
                found += self._best(group, values, layout, rows)
        return found

    def _best(
        self, group: Sequence[_Line], values: Values, layout: Layout, rows: dict[str, _Row]
    ) -> Iterable[Outcome]:
        """Of each row what the first line says that has a reading, else the first that speaks."""
        given: dict[str, Outcome] = {}
        for line in group:
            outcomes = self._column(line, values, layout, rows)
            for (suffix, _), outcome in zip(layout.instances(line.oid), outcomes, strict=True):
                if outcome is None or isinstance(given.get(suffix), Reading):
                    continue
                if suffix not in given or isinstance(outcome, Reading):
                    given[suffix] = outcome
        return given.values()

    def _column(
        self, line: _Line, values: Values, layout: Layout, rows: dict[str, _Row]
    ) -> list[Outcome | None]:
        """What a line says of each of its column's instances."""
        found: list[Outcome | None] = []
        at, count = line.at, modifiers.count(values.get(self._table.rows))
        for suffix, address in layout.instances(line.oid):
            if count > 0 and _beyond(suffix, count):
                found.append(None)
                continue
            known = rows.get(suffix)
            if known is None:
                known = rows[suffix] = self._row(suffix, values)
            value = values[address]
            outcome = known.meant[at].get(value, _UNKNOWN)
            if outcome is _UNKNOWN:
                outcome = known.outcome(line, value, values)
            found.append(outcome)
        return found

    def _row(self, suffix: str, values: Values) -> _Row:
        if suffix not in self._places:
            if len(self._places) >= _MOST_ROWS:
                self._places.clear()
            self._places[suffix] = self._place(suffix)
        which, addresses = self._places[suffix]
        key = (suffix, tuple(map(values.get, addresses)))
        known = self._rows.get(key)
        if known is None:
            if len(self._rows) >= _MOST_ROWS:
                self._rows.clear()
            names = (label.name for label in self._table.labels)
            labels = dict(zip(names, map(_label, key[1]), strict=False))
            known = self._rows[key] = _Row(self._table, self._lines, suffix, which, labels)
        return known

    def _place(self, suffix: str) -> tuple[Row | None, tuple[str, ...]]:
        """A row's index, and the addresses of its labels."""
        which = row(suffix, self._table.index)
        if which is None:
            return None, ()
        places = (
            (label.oid, ".".join(which.encoded.get(p, "") for p in label.parts) or suffix)
            for label in self._table.labels
        )
        return which, tuple(f"{oid}.{place}" for oid, place in places)


def _beyond(suffix: str, count: int) -> bool:
    """Whether a row comes after the last that the device says it has."""
    first = suffix.partition(".")[0]
    return first.isdecimal() and int(first) > count


def _label(value: Value | Fault | None) -> str:
    return clean(str(value)) if isinstance(value, str | int) else ""


def _told(lost: Fault, rule: Rule, expects: tuple[str, ...]) -> bool:
    """A column that the device does not have is worth a word only where it is expected."""
    return lost.reason is not Reason.UNSUPPORTED or rule.word in expects


def _column_fault(rule: Rule, lost: Fault) -> Fault:
    whose = sensor(rule.role, rule.quantity, rule.component)
    return Fault(whose, lost.reason, lost.detail or f"column {rule.origin}", lost.raw, rule.told)
