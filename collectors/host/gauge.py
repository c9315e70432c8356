"""One thing that the kernel measures: the file it stands in, and how to read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from collectors.host.files import Files, fault
from model.raw import Sample, SensorDef
from model.readings import Fault, Reason, Source
from model.sensors import NO_LIMITS, Limits, Quantity

ANALOG = 0x01
"""The event/reading type of a number (IPMI table 42-1), which all of ours are."""
ABSOLUTE_ZERO = -273.15


@dataclass(frozen=True, slots=True)
class Round:
    """One round of reading: where, by which clock (monotonic seconds), and which one it is."""

    files: Files
    clock: Callable[[], float]
    number: int


class Gauge(Protocol):
    """A sensor that was found.

    `path` is the file that it reads; `spans` says whether its value is that of the time between
    two readings, so that the first one only begins.
    """

    @property
    def definition(self) -> SensorDef:
        """How it is announced."""
        ...

    @property
    def path(self) -> str:
        """The file behind it."""
        ...

    @property
    def spans(self) -> bool:
        """True where the value is that of the time between two readings."""
        ...

    def read(self, at: Round) -> Sample | Fault:
        """Its value now."""
        ...


def definition(
    name: str,
    quantity: Quantity,
    source: Source,
    limits: Limits = NO_LIMITS,
    key: str = "",
) -> SensorDef:
    """A sensor of this machine; `key` where another one has the same name."""
    return SensorDef(
        key or name, name, 0, 0, 0, ANALOG, 0, 0, quantity, limits=limits, source=source
    )


@dataclass(frozen=True, slots=True)
class FileGauge:
    """An integer in a file, divided into the quantity's unit.

    A value of `floor` or less is none: nothing is as cold as absolute zero, no running machine
    draws 0 W. `broken` is a file that holds 1 while the driver knows the sensor to be broken.
    """

    definition: SensorDef
    path: str
    divisor: int = 1
    floor: float = float("-inf")
    broken: str = ""
    spans: bool = False

    def read(self, at: Round) -> Sample | Fault:
        """See `Gauge.read`."""
        try:
            raw = at.files.integer(self.path)
            if self.broken and at.files.number(self.broken):
                return Fault(None, Reason.DEVICE_ERROR, f"{self.broken} says so", raw)
        except (OSError, ValueError) as error:
            return fault(error, self.path)
        value = raw / self.divisor
        if value <= self.floor:
            return Fault(None, Reason.IMPLAUSIBLE, f"{self.path}: {value:g} cannot be", raw)
        return Sample(value, raw, 0)
