"""What is there to read on this machine, found once and looked over from time to time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from collectors.host import edac, hwmon, kernel, machine, rapl, thermal
from collectors.host.files import Files
from collectors.host.gauge import FileGauge, Gauge
from collectors.host.kernel import Times
from collectors.host.machine import Machine
from model.raw import SensorDef


@dataclass(frozen=True, slots=True)
class Found:
    """The machine and its gauges by key, in the order in which they are announced."""

    machine: Machine
    gauges: dict[str, Gauge]

    @property
    def definitions(self) -> tuple[SensorDef, ...]:
        """What the gauges announce."""
        return tuple(gauge.definition for gauge in self.gauges.values())


def discover(files: Files, root: Path, times: Times, before: Found | None) -> Found:
    """Everything that can be read. What was found `before` keeps its time spans and its machine."""
    gauges: list[Gauge] = [*kernel.find(files, times)]
    chips = hwmon.chips(files)
    gauges += hwmon.find(files, chips)
    gauges += thermal.find(files, chips)
    gauges += rapl.find(files)
    gauges += edac.find(files)
    keyed = _keyed(gauges)
    if before is None:
        return Found(machine.read(files, root), keyed)
    return Found(before.machine, {key: _kept(key, g, before) for key, g in keyed.items()})


def _kept(key: str, gauge: Gauge, before: Found) -> Gauge:
    """The gauge that was there before, where its value is that of the time since."""
    old = before.gauges.get(key)
    return old if old is not None and old.spans and old.path == gauge.path else gauge


def _keyed(gauges: list[Gauge]) -> dict[str, Gauge]:
    """Gauges by their key: the name, "#2" behind it where another one has it already."""
    found: dict[str, Gauge] = {}
    for gauge in gauges:
        name = key = gauge.definition.name
        count = 1
        while key in found:
            count += 1
            key = f"{name}#{count}"
        found[key] = gauge if count == 1 else _renamed(gauge, key)
    return found


def _renamed(gauge: Gauge, key: str) -> Gauge:
    """Only gauges of files can share a name: two sensors of one chip with one label."""
    assert isinstance(gauge, FileGauge)
    return replace(gauge, definition=replace(gauge.definition, key=key))
