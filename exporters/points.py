"""A target's measuring points: which family and series each sensor's readings go to.

Found once per sensor and kept from scrape to scrape, since sensors outlive polls. Nothing here
changes a value.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from exporters.listing import LISTING, SLOTS, TARGET_LABELS, reserved_labels
from exporters.series import Pairs, line_start, printable
from model.catalogue import COMPONENT_LABEL, SERVER_ROLES, Metric, metric_of
from model.devices import Protocol, Target
from model.readings import Reading
from model.sensors import Role, Sensor

Key = str | tuple[int, Pairs]
_PLACE_LABELS = tuple(label for label in TARGET_LABELS if label != "target")
_NOT_A_LABEL_RUNE = re.compile(r"[^a-zA-Z0-9_]")
_QUALIFIED, _STATED = ("source", "quality"), ("state", "")
_UNSAID = ("", "", "")


class Point:
    """One sensor's way onto the page.

    `key` is what tells two points of one target apart: the series, or family and labels but for a
    reading's own words. `fixed` is its series where all readings share one, ""
    where a reading's words (states, sources) are labels too and `told` finds the series. `bounds`
    are its limits, as series and values for the family at `slot` + 1; none where it has none.
    """

    __slots__ = ("_latest", "_own", "_shared", "bounds", "fixed", "slot")

    def __init__(self, sensor: Sensor, shared: dict[str, str], own: Pairs) -> None:
        metric = metric_of(sensor)
        self.slot, self._shared, self._own = SLOTS[metric.name], shared, own
        self.bounds = _bounds(metric, sensor, shared, own)
        plain = not metric.qualified and "state" not in metric.labels
        self.fixed = line_start(metric.name, shared, own) if plain else ""
        self._latest = _UNSAID

    @property
    def key(self) -> Key:
        """See above."""
        return self.fixed or (self.slot, self._own)

    def told(self, reading: Reading) -> str:
        """The series of a reading whose labels depend on what it says; that seldom changes."""
        one, other, start = self._latest
        listed = LISTING[self.slot]
        if listed.metric and listed.metric.qualified:
            now, beside, names = reading.source.value, reading.quality.value, _QUALIFIED
        else:
            now, beside, names = reading.text, "", _STATED
        if not start or one != now or other != beside:
            words = tuple(pair for pair in zip(names, (now, beside), strict=True) if pair[0])
            start = line_start(listed.name, self._shared, (*self._own, *words))
            self._latest = now, beside, start
        return start


class Run(NamedTuple):
    """Sensors in a row whose readings go to one family, whatever they say: their series."""

    slot: int
    starts: tuple[str, ...]


Part = Run | Point | None
"""What stands for one sensor or more of a target; None: its readings are not exported."""


def _bounds(
    metric: Metric, sensor: Sensor, shared: dict[str, str], own: Pairs
) -> tuple[tuple[str, ...], tuple[float, ...]] | None:
    name = metric.limit_name
    limits = sensor.limits.items() if name in SLOTS else ()
    if not limits:
        return None
    starts = tuple(line_start(name, shared, (*own, ("bound", bound))) for bound, _ in limits)
    return starts, tuple(float(value) for _, value in limits)


def of_server(target: Target) -> bool:
    """True where all of a target is a server's: named so, or reached as only servers are."""
    return bool(target.node) or target.protocol is not Protocol.SNMP


class Book:
    """What is known of one target: its labels, and how its sensors go onto the page.

    Threads may share it: what it remembers is replaced as a whole. `worn` asks for a new one in
    its place.
    """

    def __init__(self, target: Target) -> None:
        self.target = target
        place = {name: getattr(target.place, name) for name in _PLACE_LABELS}
        shared = {"target": target.name, **{name: text for name, text in place.items() if text}}
        self.shared = {name: printable(text) for name, text in shared.items()}
        self.node = target.node or target.name
        self._server = {**self.shared, "node": self.node}
        self._rack = {**self.shared, "pdu": self.shared["target"]}
        self._latest: tuple[tuple[Sensor, ...], tuple[Part, ...]] = (), ()
        self._starts: dict[tuple[str, Pairs], str] = {}
        self.worn = False

    def start(self, name: str, own: Pairs = ()) -> str:
        """A series about the target itself."""
        found = self._starts.get((name, own))
        if found is None:
            self.worn = len(self._starts) > 256
            found = self._starts[(name, own)] = line_start(name, self.shared, own)
        return found

    def parts(self, sensors: tuple[Sensor, ...]) -> tuple[Part, ...]:
        """How readings of these sensors go onto the page, in order; seldom other than before."""
        known, parts = self._latest
        if known != sensors:
            parts = tuple(_parts(self.points(sensors)))
            self._latest = sensors, parts
        return parts

    def points(self, sensors: Sequence[Sensor]) -> list[Point | None]:
        """The points of sensors, in order.

        Two that would share a series: the later gets an index on its component, or None (it is
        not exported) where the family knows no component.
        """
        found = [self._point(sensor, sensor.component) for sensor in sensors]
        taken = {point.key for point in found}
        if len(taken) == len(found):
            return list(found)
        return self._told_apart(sensors, found, taken)

    def _point(self, sensor: Sensor, component: str) -> Point:
        metric = metric_of(sensor)
        own = _own_labels(metric, component, sensor.labels)
        return Point(sensor, self._shared_by(sensor.role), own)

    def _shared_by(self, role: Role) -> dict[str, str]:
        if role in SERVER_ROLES or (role is Role.SENSOR and of_server(self.target)):
            return self._server
        return self._rack if role is Role.RACK else self.shared

    def _told_apart(
        self, sensors: Sequence[Sensor], found: Sequence[Point], taken: set[Key]
    ) -> list[Point | None]:
        """Gives the second point of a series the component "NAME#2", the third "NAME#3"…"""
        seen: set[Key] = set()
        apart: list[Point | None] = []
        for sensor, point in zip(sensors, found, strict=True):
            if point.key not in seen:
                seen.add(point.key)
                apart.append(point)
            elif sensor.role not in COMPONENT_LABEL:
                apart.append(None)
            else:
                other = self._indexed(sensor, taken)
                taken.add(other.key)
                apart.append(other)
        return apart

    def _indexed(self, sensor: Sensor, taken: set[Key]) -> Point:
        names = (f"{sensor.component}#{index}" for index in itertools.count(2))
        points = (self._point(sensor, name) for name in names)
        return next(point for point in points if point.key not in taken)


def _parts(points: Iterable[Point | None]) -> Iterator[Part]:
    """The same with those in runs that need nothing but their series."""
    for slot, several in itertools.groupby(points, _run_slot):
        if slot is None:
            yield from several
        else:
            yield Run(slot, tuple(point.fixed for point in several if point))


def _run_slot(point: Point | None) -> int | None:
    return point.slot if point and point.fixed and not point.bounds else None


@lru_cache(maxsize=1 << 15)
def _own_labels(metric: Metric, component: str, labels: Pairs) -> Pairs:
    """Component and device labels as they are written, in alphabetical order.

    A device label may not take the place of one of ours; one without a value is left out.
    """
    name = COMPONENT_LABEL.get(metric.role)
    own = {name: printable(component)} if name and component else {}
    reserved = {*TARGET_LABELS, *reserved_labels(metric), "bound"}
    for key, text in labels:
        label, value = _NOT_A_LABEL_RUNE.sub("_", key), printable(text)
        if not value or own.get(label) == value:
            continue
        if label in reserved or label.startswith("__") or not label or label[0].isdigit():
            label = f"device_{label.lstrip('_')}"
        own.setdefault(label, value)
    return tuple(sorted(own.items()))
