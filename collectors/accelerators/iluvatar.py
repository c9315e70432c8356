"""Iluvatar CoreX: `ixsmi --query-gpu`, whose power field has another name in each generation."""

from __future__ import annotations

from dataclasses import dataclass, replace

from collectors.accelerators.csv_query import arguments, read
from collectors.accelerators.pci import Match
from collectors.accelerators.schema import Accelerator
from collectors.accelerators.tool import Ask, Tool
from collectors.protocol import Failure
from model.readings import Fault, Reason

TOOL = Tool(
    vendor="iluvatar",
    maker="Iluvatar",
    programs=("ixsmi",),
    pci=Match(frozenset({0x1E3E})),
    directories=("/usr/local/corex/bin", "/usr/bin"),
    libraries=("/usr/local/corex/lib", "/usr/local/corex/lib64"),
)
POWERS = ("gpu.power.draw", "power.draw", "board.power.draw")


@dataclass(slots=True)
class Iluvatar:
    """The adapter. Remembers the power field that its tool knows."""

    tool: Tool = TOOL
    power: str | None = None

    def survey(self, ask: Ask) -> tuple[Accelerator, ...]:
        """See `Adapter.survey`. Without any known power field the others are still read."""
        if self.power is not None:
            return self._read(ask, self.power)
        for power in POWERS:
            try:
                found = self._read(ask, power)
            except Failure as failure:
                if failure.reason not in (Reason.DEVICE_ERROR, Reason.UNDECODABLE):
                    raise
            else:
                if any(isinstance(device.power, float) for device in found):
                    self.power = power
                    return found
        return self._read(ask, "")

    def _read(self, ask: Ask, power: str) -> tuple[Accelerator, ...]:
        found = read(ask(*arguments(power)), TOOL, power)
        return found if power else tuple(replace(device, power=_nameless()) for device in found)


def _nameless() -> Fault:
    return Fault(None, Reason.ABSENT, f"power: ixsmi has a value for none of {', '.join(POWERS)}")
