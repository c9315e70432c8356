"""What we know of one vendor's accelerators, and what of it may be told at a given time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from collectors.accelerators.pci import Function
from collectors.accelerators.schema import Accelerator, samples, sensor, sensors
from collectors.accelerators.tool import Tool
from model.host import Device
from model.raw import Sample, SensorDef
from model.readings import Fault, Reason


@dataclass(frozen=True, slots=True)
class Standing:
    """A vendor's tool and devices as they were last seen.

    `known` are the accelerators of the latest good answer, given at `at` (monotonic seconds);
    `fault` is why there is no later one; `asked` is set while the tool runs. `fields` are the
    sensors seen since the latest look: one that falls silent is missed, not forgotten at once.
    """

    tool: Tool
    program: Path | None = None
    functions: tuple[Function, ...] = ()
    known: tuple[Accelerator, ...] = ()
    at: float | None = None
    fault: Fault | None = None
    asked: float | None = None
    fields: tuple[SensorDef, ...] = ()
    renew: bool = True

    def looked(self, program: Path | None, functions: tuple[Function, ...]) -> Standing:
        """After a look for the tool and for PCI devices."""
        now = replace(self, program=program, functions=functions, renew=True)
        if program is not None:
            return now
        gone = replace(now, known=(), at=None, fields=(), fault=None)
        return replace(gone, fault=_helper_missing(self.tool, functions)) if functions else gone

    @property
    def worth_asking(self) -> bool:
        """False without a tool, and for one that has had no device since the latest look."""
        return self.program is not None and bool(self.renew or self.known or self.functions)

    def answered(self, found: tuple[Accelerator, ...], at: float) -> Standing:
        """After a good answer that was asked for at this time."""
        fields = tuple(field for accelerator in found for field in sensors(accelerator))
        if not self.renew:
            fields = tuple({f.key: f for f in (*self.fields, *fields)}.values())
        fault = None if found or not self.functions else _none_listed(self.tool, self.functions)
        now = replace(self, known=found, at=at, fault=fault, asked=None)
        return replace(now, fields=fields, renew=False)

    def failed(self, fault: Fault) -> Standing:
        """After a failure: nothing older is told in place of it."""
        return replace(self, fault=fault, asked=None, renew=False)

    @property
    def devices(self) -> tuple[Device, ...]:
        """The accelerators that the tool has named."""
        return tuple(accelerator.identity for accelerator in self.known)

    @property
    def sensors(self) -> tuple[SensorDef, ...]:
        """All that was seen; where no device ever was and one is there, the power of the first."""
        if self.fields:
            return self.fields
        if self.fault is not None and self.functions:
            return (sensor(self.tool.device(0), "power"),)
        return ()

    def samples(self, now: float, fresh: float) -> dict[str, Sample | Fault]:
        """Key → sample or fault, for each of `sensors`."""
        fault = self.fault or self._stale(now, fresh)
        if fault is not None:
            return {field.key: fault for field in self.sensors}
        told: dict[str, Sample | Fault] = {}
        for accelerator in self.known:
            told |= samples(accelerator)
        silent = Fault(None, Reason.UNAVAILABLE, f"not in the latest answer of {self._name}")
        return {field.key: told.get(field.key, silent) for field in self.fields}

    def _stale(self, now: float, fresh: float) -> Fault | None:
        if self.at is None or now - self.at <= fresh:
            return None
        detail = f"the latest answer of {self._name} is {now - self.at:.0f} s old"
        if self.asked is None:
            return Fault(None, Reason.UNAVAILABLE, detail)
        return Fault(None, Reason.TIMEOUT, f"{detail}; it runs since {now - self.asked:.0f} s")

    @property
    def _name(self) -> str:
        return self.program.name if self.program else self.tool.programs[0]


def _helper_missing(tool: Tool, functions: tuple[Function, ...]) -> Fault:
    names = " or ".join(tool.programs)
    places = ", ".join(("PATH", *tool.directories))
    detail = f"{_shown(tool, functions)}, but {names} is not installed (looked in {places})"
    return Fault(None, Reason.HELPER_MISSING, detail)


def _none_listed(tool: Tool, functions: tuple[Function, ...]) -> Fault:
    detail = f"{_shown(tool, functions)}, but {tool.programs[0]} lists no device"
    return Fault(None, Reason.UNAVAILABLE, detail)


def _shown(tool: Tool, functions: tuple[Function, ...]) -> str:
    return f"PCI shows accelerators of {tool.maker} ({len(functions)}, first {functions[0]})"
