"""A target's measuring points: which family and series each sensor's readings go to.

Found once per sensor and kept from scrape to scrape, since sensors outlive polls. Nothing here
changes a value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from exporters.listing import SLOTS, TARGET_LABELS, reserved_labels
from exporters.series import Pairs, line_start, printable
from model.catalogue import COMPONENT_LABEL, SERVER_ROLES, Metric, metric_of
from model.devices import Protocol, Target
from model.readings import Outcome, Reading
from model.sensors import Role, Sensor, same

Key = str | tuple[int, Pairs]
_PLACE_LABELS = tuple(label for label in TARGET_LABELS if label != "target")
_NOT_A_LABEL_RUNE = re.compile(r"[^a-zA-Z0-9_]")


class Point:
    """One sensor's way onto the page.

    `key` is what tells two points of one target apart: the series, or family and labels but for a
    reading's own words. `fixed` is its series where all readings share one, ""
    where a reading's words (states, sources) are labels too and `told` finds the series. `bounds`
    are its limits, as series and values for the family at `slot` + 1; none where it has none.
    """

    __slots__ = ("_known", "bounds", "fixed", "sensor", "slot")

    def __init__(self, sensor: Sensor, shared: dict[str, str], own: Pairs) -> None:
        metric = metric_of(sensor)
        self.sensor, self.slot = sensor, SLOTS[metric.name]
        self.bounds = _bounds(metric, sensor, shared, own)
        plain = not metric.qualified and "state" not in metric.labels
        self.fixed = line_start(metric.name, shared, own) if plain else ""
        self._known: _Known | None = None if plain else _Known(metric, shared, own)

    @property
    def key(self) -> Key:
        """See above."""
        return self.fixed or self._known.key(self.slot)  # type: ignore[union-attr]  # one is set

    def told(self, reading: Reading) -> str:
        """The series of a reading whose labels depend on what it says."""
        assert self._known is not None
        return self._known.start(reading)


class _Known:
    """The latest series of a sensor's readings: their words seldom change."""

    __slots__ = ("_latest", "_metric", "_own", "_shared")

    def __init__(self, metric: Metric, shared: dict[str, str], own: Pairs) -> None:
        self._metric, self._shared, self._own = metric, shared, own
        self._latest: tuple[str, str, str] = "", "", ""

    def key(self, slot: int) -> Key:
        """What tells its point apart."""
        return slot, self._own

    def start(self, reading: Reading) -> str:
        one, other, start = self._latest
        if self._metric.qualified:
            now, beside = reading.source.value, reading.quality.value
            names = "source", "quality"
        else:
            now, beside, names = reading.text, "", ("state", "")
        if not start or one != now or other != beside:
            words = tuple(pair for pair in zip(names, (now, beside), strict=True) if pair[0])
            start = line_start(self._metric.name, self._shared, (*self._own, *words))
            self._latest = now, beside, start
        return start


def _bounds(
    metric: Metric, sensor: Sensor, shared: dict[str, str], own: Pairs
) -> tuple[tuple[str, ...], tuple[float, ...]] | None:
    name = metric.limit_name
    limits = sensor.limits.items() if name in SLOTS else ()
    if not limits:
        return None
    starts = tuple(line_start(name, shared, (*own, ("bound", bound))) for bound, _ in limits)
    return starts, tuple(float(value) for _, value in limits)


@lru_cache(maxsize=1 << 15)
def _number(number: int) -> int:
    """Equal numbers as one object: each sensor's stands in the books of all alike targets."""
    return number


def of_server(target: Target) -> bool:
    """True where all of a target is a server's: named so, or reached as only servers are."""
    return bool(target.node) or target.protocol is not Protocol.SNMP


class Book:
    """What is known of one target: its labels, and the points that its sensors had so far.

    It only ever grows, so threads may share it; `worn` asks for a new one in its place.
    """

    def __init__(self, target: Target) -> None:
        self.target = target
        place = {name: getattr(target.place, name) for name in _PLACE_LABELS}
        shared = {"target": target.name, **{name: text for name, text in place.items() if text}}
        self.shared = {name: printable(text) for name, text in shared.items()}
        self.node = target.node or target.name
        self._server = {**self.shared, "node": self.node}
        self._rack = {**self.shared, "pdu": self.shared["target"]}
        self._points: dict[int, Point] = {}
        self._again: dict[tuple[int, int], Point] = {}
        self._starts: dict[tuple[str, Pairs], str] = {}
        self.worn = False

    def start(self, name: str, own: Pairs = ()) -> str:
        """A series about the target itself."""
        found = self._starts.get((name, own))
        if found is None:
            self.worn = len(self._starts) > 256
            found = self._starts[(name, own)] = line_start(name, self.shared, own)
        return found

    def points(self, outcomes: Sequence[Outcome]) -> list[Point | None]:
        """The points of outcomes that have a sensor, in order.

        Two outcomes that would share a series: the later gets an index on its component, or None
        (it is not exported) where the family knows no component.
        """
        known, learn = self._points, self._learn
        # A point keeps its sensor alive, so an id that is known is that very sensor's.
        found = [known.get(id(o.sensor)) or learn(o.sensor) for o in outcomes if o.sensor]
        if len(known) > 2 * len(found) + 64:  # most are of sensors that no poll holds any more
            self.worn = True
        if len({point.key for point in found}) == len(found):
            return list(found)
        return self._told_apart(found)

    def _learn(self, sensor: Sensor) -> Point:
        """The point of a sensor that is not the very object seen before, but may be its equal."""
        alike = same(sensor)
        point = self._points.get(id(alike))
        if point is None:
            number = _number(id(alike))
            point = self._points[number] = self._point(alike, alike.component)
        return point

    def _point(self, sensor: Sensor, component: str) -> Point:
        metric = metric_of(sensor)
        own = _own_labels(metric, component, sensor.labels)
        return Point(sensor, self._shared_by(sensor.role), own)

    def _shared_by(self, role: Role) -> dict[str, str]:
        if role in SERVER_ROLES or (role is Role.SENSOR and of_server(self.target)):
            return self._server
        return self._rack if role is Role.RACK else self.shared

    def _told_apart(self, found: Sequence[Point]) -> list[Point | None]:
        """Gives the second point of a series the component "NAME#2", the third "NAME#3"…"""
        taken = {point.key for point in found}
        seen: set[Key] = set()
        apart: list[Point | None] = []
        for point in found:
            if point.key not in seen:
                seen.add(point.key)
                apart.append(point)
            elif point.sensor.role not in COMPONENT_LABEL:
                apart.append(None)
            else:
                other = self._indexed(point, taken)
                taken.add(other.key)
                apart.append(other)
        return apart

    def _indexed(self, point: Point, taken: set[Key]) -> Point:
        index = 2
        while True:
            key = (id(point.sensor), index)
            other = self._again.get(key)
            if other is None:
                component = f"{point.sensor.component}#{index}"
                other = self._again[key] = self._point(point.sensor, component)
            if other.key not in taken:
                return other
            index += 1


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
