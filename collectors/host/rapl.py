"""RAPL: what processors estimate of their own energy (kernel: Documentation/power/powercap).

Package domains hold their cores, so only packages are read, and DRAM, which stands beside them.
The counter wraps at `max_energy_range_uj`; here it goes on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from collectors.host.files import Files, fault
from collectors.host.gauge import Gauge, Round, definition
from model.raw import Sample, SensorDef
from model.readings import Fault, Reason, Source
from model.sensors import Quantity

FOLDER = "/sys/class/powercap"
FIX = (
    "let the service read it: AmbientCapabilities=CAP_DAC_READ_SEARCH in its unit, "
    "or chgrp and chmod g+r at each start (it is root's alone since Linux 5.10)"
)
SHORTEST = 0.1
"""Seconds below which a span says nothing; the counters move every millisecond."""
_LARGEST = 1000.0
"""W that no package draws: after range / this, a counter may have wrapped unseen."""
_ZONE = re.compile(r"intel-rapl:(\d+(?::\d+)?)")
_NAMES = re.compile(r"package-\d+(?:-die-\d+)?|dram")


class Domain:
    """One energy counter: joules since the machine's own zero, watts since the reading before."""

    def __init__(self, path: str, span: int) -> None:
        self.path, self._span = path, span
        self._round = -1
        self._raw: int | None = None
        self._at = 0.0
        self._extra = 0
        self._energy: Sample | Fault = Fault(None, Reason.UNAVAILABLE, "not read yet")
        self._power: Sample | Fault = Fault(None, Reason.UNAVAILABLE, "no time span yet")

    def energy(self, at: Round) -> Sample | Fault:
        """J, and the counter's µJ as raw."""
        self._refresh(at)
        return self._energy

    def power(self, at: Round) -> Sample | Fault:
        """W over the time since the reading before, and the span's µJ as raw."""
        self._refresh(at)
        return self._power

    def _refresh(self, at: Round) -> None:
        """Reads the counter once per round."""
        if at.number == self._round:
            return
        self._round = at.number
        try:
            raw = at.files.integer(self.path)
        except (OSError, ValueError) as error:
            self._raw = None
            self._energy = self._power = fault(error, self.path, FIX)
            return
        self._count(raw, at.clock())

    def _count(self, raw: int, now: float) -> None:
        before, took = self._raw, now - self._at
        if before is not None and took < SHORTEST:
            return
        if before is not None and raw < before:
            self._extra += self._span
        self._power = self._watts(before, raw, took)
        self._energy = Sample((raw + self._extra) / 1e6, raw, 0)
        self._raw, self._at = raw, now

    def _watts(self, before: int | None, raw: int, took: float) -> Sample | Fault:
        if before is None:
            return Fault(None, Reason.UNAVAILABLE, "no time span yet")
        if not self._span and raw < before:
            return Fault(None, Reason.UNAVAILABLE, "the counter wrapped, nothing says at what")
        if self._span and took * _LARGEST > self._span / 1e6:
            detail = f"after {took:.0f} s the counter may have wrapped more than once"
            return Fault(None, Reason.UNAVAILABLE, detail)
        used = raw - before + (self._span if raw < before else 0)
        if used < 0:
            return Fault(None, Reason.UNDECODABLE, f"{before} µJ, then {raw}: no wrap explains it")
        return Sample(used / 1e6 / took, used, 0)


@dataclass(frozen=True, slots=True)
class EnergyGauge:
    """A domain's energy."""

    definition: SensorDef
    domain: Domain
    spans: bool = True

    @property
    def path(self) -> str:
        """See `Gauge.path`."""
        return self.domain.path

    def read(self, at: Round) -> Sample | Fault:
        """See `Gauge.read`."""
        return self.domain.energy(at)


@dataclass(frozen=True, slots=True)
class PowerGauge:
    """A domain's power."""

    definition: SensorDef
    domain: Domain
    spans: bool = True

    @property
    def path(self) -> str:
        """See `Gauge.path`."""
        return self.domain.path

    def read(self, at: Round) -> Sample | Fault:
        """See `Gauge.read`."""
        return self.domain.power(at)


def find(files: Files) -> list[Gauge]:
    """Energy and power of each package and its DRAM.

    The same counters stand under intel-rapl-mmio a second time; psys is more than processors.
    """
    gauges: list[Gauge] = []
    for entry in files.names(FOLDER):
        zone = _ZONE.fullmatch(entry)
        kind = files.line(f"{FOLDER}/{entry}/name") if zone else ""
        if zone is None or not _NAMES.fullmatch(kind):
            continue
        span = files.number(f"{FOLDER}/{entry}/max_energy_range_uj") or 0
        domain = Domain(f"{FOLDER}/{entry}/energy_uj", max(span, 0))
        name = f"rapl/{zone[1]}/{kind}"
        gauges.append(EnergyGauge(definition(name, Quantity.ENERGY, Source.RAPL), domain))
        gauges.append(PowerGauge(definition(f"{name}/power", Quantity.POWER, Source.RAPL), domain))
    return gauges
