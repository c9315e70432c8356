"""A collector on a folder of files, with a clock that stands where it is put."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from collectors.host.collector import Accelerators, HostCollector
from collectors.host.files import Files
from collectors.host.gauge import Round
from collectors.protocol import silent
from model.devices import Identity, Protocol, Target
from model.raw import Plan, Sample, SensorDef, Value
from model.readings import Fault

TARGET = Target("here", "", Protocol.HOST, timeout=2.0)


class Here:
    """A collector below a root; `now` is its clock, which its sleeps move."""

    def __init__(
        self, root: Path, accelerators: Accelerators | None = None, target: Target = TARGET
    ) -> None:
        self.now = 0.0
        self.target = target
        self.slept: list[float] = []
        self.collector = HostCollector(
            root, accelerators=accelerators, monotonic=lambda: self.now, sleep=self._sleep
        )

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def identity(self) -> Identity:
        """Who the machine is."""
        found = await self.collector.identify(self.target, (), silent)
        assert isinstance(found, Identity)
        return found

    async def read(self, *keys: str) -> dict[str, Value | Fault]:
        """These sensors, or all."""
        identity = await self.identity()
        every = tuple(sensor.key for sensor in identity.sensors.sensors)
        raw = await self.collector.fetch(self.target, identity, Plan(gets=keys or every))
        assert not isinstance(raw, Fault)
        return dict(raw.values)

    async def sensors(self) -> dict[str, SensorDef]:
        """What is announced, by key."""
        return {sensor.key: sensor for sensor in (await self.identity()).sensors.sensors}


@asynccontextmanager
async def here(
    root: Path, accelerators: Accelerators | None = None, target: Target = TARGET
) -> AsyncIterator[Here]:
    """A collector that is closed at the end."""
    found = Here(root, accelerators, target)
    try:
        yield found
    finally:
        await found.collector.close()


def values(answers: dict[str, Value | Fault]) -> dict[str, float | str | None]:
    """Key → value, or the reason why there is none."""
    found: dict[str, float | str | None] = {}
    for key, answer in answers.items():
        if isinstance(answer, Fault):
            found[key] = answer.reason.value
        else:
            assert isinstance(answer, Sample)
            found[key] = answer.value
    return found


def at(root: Path, number: int = 1, clock: float = 0.0) -> Round:
    """A round of reading below a root."""
    return Round(Files(root), lambda: clock, number)
