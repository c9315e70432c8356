"""Asks the accelerators' tools in the background; whoever polls takes what is at hand.

One thread asks one tool at a time. Polls never wait for it: they get the latest answer while it
is fresh, and a Fault afterwards.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from collectors.accelerators import pci
from collectors.accelerators.registry import adapters as all_adapters
from collectors.accelerators.run import Runner, find
from collectors.accelerators.standing import Standing
from collectors.accelerators.tool import Adapter, Ask, Tool
from collectors.accelerators.waiting import Gate
from collectors.protocol import Failure
from model.host import Device
from model.raw import Sample, SensorDef
from model.readings import Fault, Reason

DEADLINE = 10.0
INTERVAL = 15.0
DISCOVERY = 300.0
STALE_AFTER = 3.0
"""Seconds for one run of a tool; between rounds; between looks for tools and devices; and the
number of intervals after which an answer is withdrawn."""

_log = logging.getLogger(__name__)


class Sampler:
    """The accelerators of this machine. `start` begins, `close` ends; both are cheap.

    `root` is where sysfs is read; tools are looked for on `path` (None: the PATH), and in their
    vendors' directories where `root` is this machine's own.
    """

    def __init__(
        self,
        root: Path = Path("/"),
        *,
        path: str | None = None,
        interval: float = INTERVAL,
        deadline: float = DEADLINE,
        discovery: float = DISCOVERY,
        adapters: tuple[Adapter, ...] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._root, self._path, self._monotonic = root, path, monotonic
        self._interval, self._discovery = interval, discovery
        chosen = all_adapters() if adapters is None else adapters
        self._adapters = {adapter.tool.vendor: adapter for adapter in chosen}
        self._standings = {a.tool.vendor: Standing(a.tool) for a in chosen}
        self._sensors: tuple[SensorDef, ...] = ()
        self._said: dict[str, Reason] = {}
        self._runner = Runner(deadline=deadline, monotonic=monotonic)
        self._looked: float | None = None
        self._first, self._stop = Gate(), threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begins to ask, once."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="accelerators", daemon=True)
            self._thread.start()

    async def sample(self, timeout: float = DEADLINE) -> dict[str, Sample | Fault]:
        """What `samples` gives, after the first round or so many seconds; starts where needed."""
        self.start()
        await self._first.wait(timeout)
        return self.samples()

    def sensors(self) -> tuple[SensorDef, ...]:
        """All that is measured; the same object as long as nothing came or went."""
        return self._sensors

    def devices(self) -> tuple[Device, ...]:
        """The accelerators that their tools have named."""
        return tuple(d for standing in self._standings.values() for d in standing.devices)

    def samples(self) -> dict[str, Sample | Fault]:
        """`SensorDef.key` → its latest sample, or why there is none. Never blocks."""
        now, fresh = self._monotonic(), STALE_AFTER * self._interval
        found: dict[str, Sample | Fault] = {}
        for standing in self._standings.values():
            found |= standing.samples(now, fresh)
        return found

    def age(self) -> float | None:
        """Seconds since the oldest answer that `samples` draws on; None where there is none."""
        times = [s.at for s in self._standings.values() if s.at is not None and s.known]
        return self._monotonic() - min(times) if times else None

    def close(self) -> None:
        """Ends the tool that runs and the thread; waits for a second at most."""
        self._stop.set()
        self._runner.stop()
        if self._thread is not None:
            self._thread.join(1.0)

    def _work(self) -> None:
        while not self._stop.is_set():
            begun = self._monotonic()
            self._round(begun)
            self._first.open()
            self._stop.wait(max(begun + self._pause() - self._monotonic(), 0.0))

    def _pause(self) -> float:
        """Until the next round; where there is nothing to ask, until the next look."""
        asks = any(standing.worth_asking for standing in self._standings.values())
        return self._interval if asks else max(self._interval, self._discovery)

    def _round(self, now: float) -> None:
        look = self._looked is None or now - self._looked >= self._discovery
        functions = pci.functions(self._root) if look else ()
        if look:
            self._looked = now
        for vendor, adapter in self._adapters.items():
            if self._stop.is_set():
                return
            if look:
                self._set(self._look(self._standings[vendor], functions))
            if self._standings[vendor].worth_asking:
                self._ask(adapter)

    def _look(self, standing: Standing, functions: tuple[pci.Function, ...]) -> Standing:
        """Which program to run for one vendor, if any, and what PCI shows of its devices."""
        tool = standing.tool
        present = tool.pci.of(functions)
        path = os.environ.get("PATH", os.defpath) if self._path is None else self._path
        found = find(tool, path, usual=self._root == Path("/"))
        usable = (p for p in found if present or p.name not in tool.shared)
        return standing.looked(next(usable, None), present)

    def _ask(self, adapter: Adapter) -> None:
        standing = self._standings[adapter.tool.vendor]
        begun = self._monotonic()
        standing = replace(standing, asked=begun)
        self._set(standing)
        try:
            found = adapter.survey(self._asker(adapter.tool, standing.program))
        except Failure as failure:
            self._say(standing, failure.fault())
            self._set(standing.failed(failure.fault()))
        except Exception as error:  # noqa: BLE001 - our bug must not silence the other tools
            _log.exception("accelerators: %s", adapter.tool.vendor)
            fault = Fault(None, Reason.INTERNAL, f"{type(error).__name__}: {error}")
            self._set(standing.failed(fault))
        else:
            named = adapter.tool.named(found, standing.functions)
            self._set(standing.answered(named, begun))

    def _say(self, standing: Standing, fault: Fault) -> None:
        """Logs once per reason what no reading will tell: a tool that fails, and no known device.

        Most such machines have the tool and no accelerator, so it is no fault of a reading.
        """
        silent = not standing.functions and not standing.fields
        vendor = standing.tool.vendor
        if silent and not self._stop.is_set() and self._said.get(vendor) is not fault.reason:
            self._said[vendor] = fault.reason
            detail = f"{fault.detail}; PCI shows no accelerator of {standing.tool.maker} here"
            _log.info("accelerators: %s", detail)

    def _asker(self, tool: Tool, program: Path | None) -> Ask:
        assert program is not None

        def ask(*arguments: str) -> str:
            return self._runner.run(program, arguments, tool.libraries)

        return ask

    def _set(self, standing: Standing) -> None:
        """Readers see the whole of the old or the whole of the new."""
        if self._stop.is_set():
            return
        self._standings = {**self._standings, standing.tool.vendor: standing}
        sensors = tuple(s for each in self._standings.values() for s in each.sensors)
        if sensors != self._sensors:
            self._sensors = sensors
