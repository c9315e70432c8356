"""Texts of tools to figures, strictly: what is no value is a Fault, never 0.

All memory sizes are binary, also where a tool writes MB or KB: 64 GiB is told as 65536 MB.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from collectors.accelerators.schema import Figure
from model.readings import Fault, Reason, Severity

_NO_VALUE = frozenset(
    {
        *("", "-", "--", "n/a", "na", "nan", "none", "null", "unknown", "not available"),
        *("not supported", "unsupported", "not applicable"),
    }
)
"""The tools' words for "no value", in lower case and without brackets."""

_REFUSED = frozenset({"err!", "error", "unknown error", "gpu is lost", "insufficient permissions"})
_ENDLESS = 1e16
_FIGURE = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*([^\d\s.+-]\S*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Measure:
    """One quantity: `units` (lower case) → how many make one of ours; `top`: no value is above."""

    name: str
    units: Mapping[str, float]
    top: float

    def read(self, told: object, bare: str = "") -> float | Fault:
        """The figure in our unit; `bare` is the unit of a figure that carries none."""
        if isinstance(told, int | float) and not isinstance(told, bool):
            told = repr(told) if abs(told) < _ENDLESS else "endless"
        if told is not None and not isinstance(told, str):
            return self._undecodable(told)
        text = (told or "").strip()
        word = text.strip("[]").strip().lower()
        if word in _NO_VALUE:
            return Fault(None, Reason.ABSENT, f"{self.name}: the tool says {text!r}", text)
        if word in _REFUSED:
            return Fault(None, Reason.DEVICE_ERROR, f"{self.name}: the tool says {text!r}", text)
        found = _FIGURE.fullmatch(text)
        if found is None:
            return self._undecodable(text)
        return self._judge(float(found[1]), (found[2] or bare).lower(), text)

    def _judge(self, number: float, unit: str, text: str) -> float | Fault:
        if number < 0:
            detail = f"{self.name}: {text:.40} stands for no value"
            return Fault(None, Reason.ABSENT, detail, text[:40])
        per = self.units.get(unit)
        if per is None:
            return self._undecodable(text)
        if number / per > self.top:
            detail = f"{self.name}: {text:.40} is more than there can be"
            return Fault(None, Reason.OUT_OF_RANGE, detail, text[:40])
        return number / per

    def _undecodable(self, told: object) -> Fault:
        detail = f"{self.name}: {told!r:.60} is no figure in {' or '.join(self.units)}"
        return Fault(None, Reason.UNDECODABLE, detail, str(told)[:40])


POWER = Measure("power", {"w": 1.0, "mw": 1e3}, 10_000.0)
TEMPERATURE = Measure("temperature", {"c": 1.0, "°c": 1.0, "℃": 1.0}, 200.0)
UTILIZATION = Measure("utilization", {"%": 100.0}, 1.0)
MEMORY = Measure(
    "memory",
    {
        "b": 1.0,
        "kb": 2.0**-10,
        "kib": 2.0**-10,
        "mb": 2.0**-20,
        "mib": 2.0**-20,
        "gb": 2.0**-30,
        "gib": 2.0**-30,
    },
    2.0**44,
)


def index(text: str) -> int | None:
    """A device's number; None where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 4 else None


def optional(measure: Measure, told: object | None, bare: str = "") -> Figure:
    """The figure; None where the tool has no such word."""
    return None if told is None else measure.read(told, bare)


def capacity(told: Figure) -> Figure:
    """A size of memory: 0 means that there is none of this kind."""
    if told == 0:
        return Fault(None, Reason.ABSENT, "memory: a size of 0 stands for no value", 0)
    return told


def total(parts: Iterable[Figure]) -> Figure:
    """The sum; a Fault where one part failed (a part is not the whole), None where none is told."""
    told = [part for part in parts if part is not None]
    faults = [part for part in told if isinstance(part, Fault)]
    if faults:
        return faults[0]
    return math.fsum(p for p in told if not isinstance(p, Fault)) if told else None


def mean(parts: Iterable[Figure]) -> Figure:
    """The mean of equal parts; as strict as `total`."""
    told = [part for part in parts if part is not None]
    whole = total(told)
    return whole / len(told) if isinstance(whole, float) else whole


def highest(parts: Iterable[Figure]) -> Figure:
    """The highest of the parts that answered; a Fault where none did."""
    told = [part for part in parts if part is not None]
    values = [part for part in told if not isinstance(part, Fault)]
    return max(values) if values else next(iter(told), None)


def worst(parts: Iterable[Severity | Fault | None]) -> Severity | Fault | None:
    """The worst state; a Fault where all that answered is well but one did not answer."""
    told = [part for part in parts if part is not None]
    faults = [part for part in told if isinstance(part, Fault)]
    known = [p for p in told if isinstance(p, Severity) and p is not Severity.UNKNOWN]
    top = max(known, key=lambda severity: severity.level, default=None)
    if faults and top in (None, Severity.OK):
        return faults[0]
    return top
