"""From the TOML files to alerts. Every mistake is told with file, line and key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TypeVar

from alerts.alert import Alert, Check, Inhibition, Runbook, Severity, Thresholds
from alerts.groups import GROUPS
from model.document import DocumentError, nearest, read
from scoring.kpi_names import CONSTANTS
from scoring.rule import expr
from scoring.scale import figure
from scoring.table import Constant, Name, Table
from scoring.table_load import shipped
from scoring.table_reader import Complaints, Section

FOLDER = Path(__file__).parent / "data"
AREAS = ("targets", "servers", "power", "scores")
"""The files of alerts, in the order of the pack."""
THRESHOLDS = FOLDER / "thresholds.toml"

_ALERT = ("group", "severity", "for", "expr", "title", "summary", "description")
_RUNBOOK = ("means", "checks", "causes", "fixes", "normal")
_HOLE = re.compile(r"<([a-z][a-z0-9_]*)>")
_NAME = re.compile(r"Dcagent([A-Z][a-z0-9]+)+")
_HOLD = re.compile(r"[1-9]\d*[smh]")
_One = TypeVar("_One")


@cache
def own_thresholds() -> Thresholds:
    """The numbers that only alerts need."""
    complaints = Complaints(read(THRESHOLDS))
    top = Section(complaints.document.data, (), complaints, "the thresholds")
    found = {name: _threshold(section) for name, section in _tables(top)}
    _refuse(complaints)
    return found


def thresholds(table: Table, changes: Mapping[str, float] | None = None) -> Thresholds:
    """All numbers that alerts may name: the scores' constants and their own.

    `changes` are values that a site sets instead. ValueError: there is no such number, or the
    value cannot be one.
    """
    found = {**table.constants, **own_thresholds()}
    for name, value in (changes or {}).items():
        if name not in found:
            hint = nearest(name, found) or f": there is {', '.join(sorted(found))}"
            raise ValueError(f'there is no threshold "{name}"{hint}')
        least, most = CONSTANTS.get(name, (0.0, float("inf")))
        if not least <= value <= most or value in (0.0, float("inf")):
            raise ValueError(f"{name}: expected a number from {least:g} to {most:g}")
        found[name] = replace(found[name], value=value)
    return found


def alerts(numbers: Thresholds | None = None) -> tuple[Alert, ...]:
    """Every alert, with these thresholds set in. DocumentError: with every mistake of a file."""
    known = thresholds(shipped()) if numbers is None else numbers
    return tuple(alert for area in AREAS for alert in read_area(FOLDER / f"{area}.toml", known))


def read_area(file: Path, numbers: Thresholds) -> tuple[Alert, ...]:
    """The alerts of one file. DocumentError: with every mistake in it."""
    complaints = Complaints(read(file))
    top = Section(complaints.document.data, (), complaints, "a file of alerts")
    found = tuple(_Reader(section, numbers).alert() for _, section in _tables(top))
    _refuse(complaints)
    return found


def set_in(text: str, known: Mapping[str, str]) -> str:
    """The text with the words for its holes; a hole that nothing is known for stays."""
    return _HOLE.sub(lambda hole: known.get(hole[1], hole[0]), text)


def figures(numbers: Thresholds) -> dict[str, str]:
    """Thresholds as texts print them."""
    return {name: figure(number.value) for name, number in numbers.items()}


def _refuse(complaints: Complaints) -> None:
    if complaints.problems:
        raise DocumentError(sorted(complaints.problems, key=lambda p: p.line))


def _tables(top: Section) -> Iterator[tuple[str, Section]]:
    for name, inside in top.values.items():
        if isinstance(inside, dict):
            yield name, Section(inside, (name,), top.complaints, f"[{name}]")
        else:
            top.wrong(name, f"a table [{name}]")


def _threshold(section: Section) -> Constant:
    section.known(("value", "unit", "zh", "en", "source", "date", "confidence"))
    name = str(section.path[-1])
    unit, value = section.word("unit"), section.number("value")
    return Constant(name, value, unit, section.title(), section.origin())


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one alert."""

    section: Section
    numbers: Thresholds

    def alert(self) -> Alert:
        """The alert; harmless values where something is wrong."""
        section, name = self.section, str(self.section.path[-1])
        section.known((*_ALERT, *_RUNBOOK, "inhibits"))
        if not _NAME.fullmatch(name):
            section.complaints.add(section.path, f'"{name}" must be like DcagentPsuLost')
        written = section.text("expr")
        used = dict.fromkeys(_HOLE.findall(written))
        return Alert(
            name=name,
            group=self._group(),
            severity=self._severity(),
            hold=self._hold(),
            expr=self._filled("expr", expr(written)),
            title=self._both("title"),
            summary=self._both("summary"),
            description=self._both("description"),
            runbook=self._runbook(),
            inhibits=self._each("inhibits", _inhibition),
            thresholds=tuple(self.numbers[hole] for hole in used if hole in self.numbers),
        )

    def _group(self) -> str:
        value = self.section.word("group")
        if value and value not in GROUPS:
            self.section.wrong("group", f"one of {', '.join(GROUPS)}{nearest(value, GROUPS)}")
        return value

    def _severity(self) -> Severity:
        value = self.section.values.get("severity")
        if value in list(Severity):
            return Severity(str(value))
        self.section.wrong("severity", f"one of {', '.join(Severity)}")
        return Severity.INFO

    def _hold(self) -> str:
        value = self.section.values.get("for")
        if isinstance(value, str) and _HOLD.fullmatch(value):
            return value
        self.section.wrong("for", 'a time such as "5m"')
        return "1m"

    def _filled(self, key: str, text: str) -> str:
        """The text with the numbers that it names."""
        known = {**figures(self.numbers), "for": str(self.section.values.get("for"))}
        for hole in _HOLE.findall(text):
            if hole not in known:
                message = f'"{key}" names an unknown threshold <{hole}>{nearest(hole, known)}'
                self.section.complaints.add((*self.section.path, key), message)
        return set_in(text, known)

    def _name(self, key: str, section: Section) -> Name:
        title = section.title()
        return Name(self._filled(key, title.zh), self._filled(key, title.en))

    def _both(self, key: str) -> Name:
        inside = self.section.values.get(key)
        if not isinstance(inside, dict):
            self.section.wrong(key, '{zh = "…", en = "…"}')
            return Name("", "")
        section = replace(self.section, values=inside, path=(*self.section.path, key))
        section.known(("zh", "en"))
        return self._name(key, section)

    def _runbook(self) -> Runbook:
        def names(key: str) -> tuple[Name, ...]:
            return self._some(key, lambda section: self._name(key, section), ("zh", "en"))

        checks = self._some("checks", self._check, ("run", "zh", "en"))
        means = self._both("means")
        return Runbook(means, checks, names("causes"), names("fixes"), names("normal"))

    def _check(self, section: Section) -> Check:
        run = self._filled("checks", section.text("run"))
        return Check(run, self._name("checks", section))

    def _some(
        self, key: str, made: Callable[[Section], _One], keys: tuple[str, ...]
    ) -> tuple[_One, ...]:
        """A list that must not be empty."""
        found = self._each(key, made, keys)
        if not found:
            self.section.wrong(key, "a list that says something")
        return found

    def _each(
        self,
        key: str,
        made: Callable[[Section], _One],
        keys: tuple[str, ...] = ("names", "equal", "where"),
    ) -> tuple[_One, ...]:
        value = self.section.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            self.section.wrong(key, "a list of tables {…}")
            return ()
        found = []
        for inside in value:
            path = (*self.section.path, key)
            section = Section(inside, path, self.section.complaints, f"{path[0]}.{key}")
            section.known(keys)
            found.append(made(section))
        return tuple(found)


def _inhibition(section: Section) -> Inhibition:
    def words(key: str) -> tuple[str, ...]:
        value = section.values.get(key)
        if isinstance(value, list) and value and all(isinstance(v, str) for v in value):
            return tuple(value)
        section.wrong(key, "a list of texts")
        return ()

    where = section.text("where") if "where" in section.values else ""
    return Inhibition(words("names"), words("equal"), where)
