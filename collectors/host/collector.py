"""The host collector: this machine, or a copy of its files below a root."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol as Interface

from collectors.host import discovery, kernel
from collectors.host.discovery import Found
from collectors.host.files import Files
from collectors.host.gauge import Gauge, Round
from collectors.host.worker import Overrun, Worker
from collectors.protocol import Note
from model.devices import Identity, Protocol, Step, StepName, Target
from model.host import Device
from model.raw import Plan, Raw, Sample, SensorDef, SensorTable, Value
from model.readings import Fault, Reason

REVALIDATE = 300.0
"""Seconds after which it is looked whether sensors came or went; sooner where one is gone."""
SOONER = 60.0
DISCOVERY_TIME = 5.0
FIRST_ROUND = 2.0
"""Seconds that a first look gives the accelerators' tools to be among what it finds."""
BASELINE = 0.25
"""Seconds over which the very first utilisation and power are taken."""

Answers = Mapping[str, Sample | Fault]


class Accelerators(Interface):
    """What runs beside the kernel and samples accelerators on its own clock. Must not block."""

    async def sample(self, timeout: float) -> object:
        """Begins where that has not been done, and waits for a first round, but not for longer."""
        ...

    def close(self) -> None:
        """Ends what runs, within a second."""
        ...

    def sensors(self) -> tuple[SensorDef, ...]:
        """The sensors that there are now; the same object while they are the same."""
        ...

    def samples(self) -> Answers:
        """Key → the latest sample, or why there is none."""
        ...

    def devices(self) -> tuple[Device, ...]:
        """The accelerator packages."""
        ...


@dataclass(slots=True)
class _Known:
    """What was learnt for one target. `fresh` until a first time span has passed."""

    found: Found
    identity: Identity
    packages: tuple[SensorDef, ...]
    looked: float
    begun: float
    fresh: bool = True
    gone: bool = False


class HostCollector:
    """Reads the kernel's files in one thread; implements `collectors.protocol.Collector`.

    `times` reads the processors' times (psutil's for this machine, /proc/stat for another root).
    """

    def __init__(
        self,
        root: Path = Path("/"),
        *,
        accelerators: Accelerators | None = None,
        times: kernel.Times | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._root, self._accelerators = root, accelerators
        self._times = times or _times(root)
        self._monotonic, self._sleep = monotonic, sleep
        self._worker = Worker(root)
        self._known: dict[str, _Known] = {}
        self._rounds = 0

    async def identify(
        self, target: Target, _probes: tuple[str, ...], note: Note
    ) -> Identity | Fault:
        """See `Collector.identify`."""
        known, now = self._known.get(target.name), self._monotonic()
        if known is None or now - known.looked >= (SOONER if known.gone else REVALIDATE):
            try:
                known = await self._look(target, known)
            except Overrun as overrun:
                if known is None:
                    return Fault(None, Reason.TIMEOUT, str(overrun))
                known.looked = now
            else:
                note(Step(StepName.REACH, self._evidence(known), self._monotonic() - now))
        if self._packages() != known.packages:
            self._announce(known)
        return known.identity

    async def _look(self, target: Target, known: _Known | None) -> _Known:
        """Finds what there is; the same identity as before where it is the same."""
        before = known.found if known else None
        if known is None and self._accelerators is not None:
            await self._accelerators.sample(FIRST_ROUND)
        found = await self._worker.run(lambda files: self._discover(files, before), DISCOVERY_TIME)
        now = self._monotonic()
        if known is None:
            identity = _identity(found, self._packages(), self._devices())
            known = _Known(found, identity, self._packages(), now, now)
            self._known[target.name] = known
            return known
        same = found.definitions == known.found.definitions
        known.found, known.looked, known.gone = found, now, False
        if not same:
            self._announce(known)
        return known

    def _discover(self, files: Files, before: Found | None) -> Found:
        """In the thread: what there is; spans that are new begin."""
        found = discovery.discover(files, self._root, self._times, before)
        at = self._round(files)
        for key, gauge in found.gauges.items():
            if gauge.spans and (before is None or before.gauges.get(key) is not gauge):
                gauge.read(at)
        return found

    def _round(self, files: Files) -> Round:
        self._rounds += 1
        return Round(files, self._monotonic, self._rounds)

    def _announce(self, known: _Known) -> None:
        """A new identity: sensors or accelerators have changed."""
        known.packages = self._packages()
        known.identity = _identity(known.found, known.packages, self._devices())

    def _packages(self) -> tuple[SensorDef, ...]:
        return self._accelerators.sensors() if self._accelerators else ()

    def _devices(self) -> tuple[Device, ...]:
        return self._accelerators.devices() if self._accelerators else ()

    def _evidence(self, known: _Known) -> str:
        count = len(known.identity.sensors.sensors)
        return f"{self._root}: {count} sensors of the kernel and its accelerators"

    async def fetch(self, target: Target, identity: Identity, plan: Plan) -> Raw | Fault:
        """See `Collector.fetch`. A file that hangs costs this round, and itself while it hangs."""
        known = self._known.get(target.name)
        if known is None or known.identity is not identity:
            return Fault(None, Reason.SESSION_LOST, "this machine was not looked over")
        gauges = known.found.gauges
        wanted = [(address, gauges[address]) for address in plan.gets if address in gauges]
        if known.fresh and any(gauge.spans for _, gauge in wanted):
            known.fresh = False
            await self._sleep(max(known.begun + BASELINE - self._monotonic(), 0.0))
        values: dict[str, Value | Fault] = {}
        values.update(await self._read(known, wanted, target.timeout))
        samples = self._accelerators.samples() if self._accelerators else {}
        for address in plan.gets:
            if address not in values:
                values[address] = samples.get(address) or Fault(
                    None, Reason.ABSENT, f"this machine has no {address!r}"
                )
        return Raw(values)

    async def _read(
        self, known: _Known, wanted: list[tuple[str, Gauge]], seconds: float
    ) -> Answers:
        """Each gauge's answer; those that once hung last."""
        slow = self._worker.slow
        ordered = sorted(wanted, key=lambda pair: pair[1].path in slow) if slow else wanted
        answers: dict[str, Sample | Fault] = {}

        def job(files: Files) -> bool:
            at = self._round(files)
            files.gone = False
            for address, gauge in ordered:
                answers[address] = gauge.read(at)
            return files.gone

        if ordered:
            try:
                known.gone |= await self._worker.run(job, seconds)
            except Overrun as overrun:
                return _cut_short(dict(answers), ordered, overrun)
        return answers

    async def forget(self, target: Target) -> None:
        """See `Collector.forget`."""
        self._known.pop(target.name, None)

    async def close(self) -> None:
        """See `Collector.close`."""
        self._worker.close()
        if self._accelerators is not None:
            await asyncio.to_thread(self._accelerators.close)


def _times(root: Path) -> kernel.Times:
    if root != Path("/"):
        return kernel.stat_times
    try:
        return kernel.psutil_times()
    except ImportError:
        return kernel.stat_times


def _identity(
    found: Found, packages: tuple[SensorDef, ...], devices: tuple[Device, ...]
) -> Identity:
    machine = found.machine
    return Identity(
        protocol=Protocol.HOST,
        device=machine.firmware.device,
        fru=machine.firmware.fru,
        sensors=SensorTable((*found.definitions, *packages)),
        host=replace(machine.host, accelerators=devices),
    )


def _cut_short(
    answers: dict[str, Sample | Fault], wanted: list[tuple[str, Gauge]], overrun: Overrun
) -> Answers:
    """The answers so far; a timeout for what hangs, and why the rest was not asked."""
    for address, gauge in wanted:
        if address not in answers:
            hangs = gauge.path == overrun.path
            reason = Reason.TIMEOUT if hangs else Reason.BUSY
            answers[address] = Fault(None, reason, str(overrun))
    return answers
