"""What an accelerator is to us, whoever made it; and the sensors and samples it becomes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from model.host import Device
from model.raw import Sample, SensorDef
from model.readings import Fault, Reason, Severity, Source
from model.sensors import Quantity

Figure = float | Fault | None
"""A value in its unit; a Fault where the tool said something that is no value ("N/A": ABSENT);
None where the tool has no word for it, so that there is no sensor at all."""


class Basis(StrEnum):
    """What a utilisation counts: time with any kernel on the device, or use of its AI cores."""

    TIME = "time"
    ACTIVITY = "activity"


@dataclass(frozen=True, slots=True)
class Accelerator:
    """One package (on cards that are measured as a whole: one card), never one die.

    `device` is the vendor's key and the tool's own index ("ascend0"), `vendor` the maker's name,
    `model` the tool's text. W, °C, ratio from 0 to 1, bytes.
    """

    device: str
    vendor: str
    model: str = ""
    power: Figure = None
    temperature: Figure = None
    utilization: Figure = None
    basis: Basis = Basis.TIME
    memory_used: Figure = None
    memory_total: Figure = None
    health: Severity | Fault | None = None

    @property
    def identity(self) -> Device:
        """Who it is, for tables of what such a device can do."""
        return Device(self.device, self.vendor, self.model)


_ANALOG = 0x01
_VENDOR_STATES = 0x70
"""Event/reading types of IPMI table 42-1 that say "a number" and "states of the vendor's own"."""

_FIELDS: dict[str, Quantity] = {
    "power": Quantity.POWER,
    "temperature": Quantity.TEMPERATURE,
    "memory_used": Quantity.MEMORY_USED,
    "memory_total": Quantity.MEMORY_TOTAL,
}


def key(device: str, what: str) -> str:
    """The name and address of one sensor: "accelerator/ascend0/power"."""
    return f"accelerator/{device}/{what}"


def sensor(device: str, what: str) -> SensorDef:
    """The sensor of one field; `what` is its last part, such as "utilization/time"."""
    name = key(device, what)
    quantity = _FIELDS.get(what)
    if what.startswith("utilization/"):
        quantity = Quantity.UTILIZATION
    kind = _VENDOR_STATES if what == "health" else _ANALOG
    return SensorDef(name, name, 0, 0, 0, kind, 0, 0, quantity, source=Source.TOOL)


def sensors(accelerator: Accelerator) -> tuple[SensorDef, ...]:
    """The sensors that its tool has a word for, in a fixed order."""
    return tuple(sensor(accelerator.device, what) for what, _ in _answers(accelerator))


def samples(accelerator: Accelerator) -> dict[str, Sample | Fault]:
    """Key → sample. A health is the bit 0 (ok), 1 (warning) or 2 (critical) of `states`."""
    return {
        key(accelerator.device, what): _sample(answer) for what, answer in _answers(accelerator)
    }


def _answers(accelerator: Accelerator) -> Iterator[tuple[str, float | Severity | Fault]]:
    told: tuple[tuple[str, Figure | Severity], ...] = (
        ("power", accelerator.power),
        ("temperature", accelerator.temperature),
        (f"utilization/{accelerator.basis}", accelerator.utilization),
        ("memory_used", accelerator.memory_used),
        ("memory_total", accelerator.memory_total),
        ("health", accelerator.health),
    )
    for what, answer in told:
        if answer is not None:
            yield what, answer


def _sample(answer: float | Severity | Fault) -> Sample | Fault:
    if isinstance(answer, Fault):
        return answer
    if not isinstance(answer, Severity):
        return Sample(answer, int(answer), 0)
    if answer is Severity.UNKNOWN:
        return Fault(None, Reason.UNAVAILABLE, "the tool does not know the health")
    level = int(answer.level)
    return Sample(None, level, 1 << level)
