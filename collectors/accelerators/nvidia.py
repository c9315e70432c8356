"""NVIDIA: `nvidia-smi --query-gpu`. Its utilisation is the share of time with a kernel running."""

from __future__ import annotations

from dataclasses import dataclass

from collectors.accelerators.csv_query import arguments, read
from collectors.accelerators.pci import Match
from collectors.accelerators.schema import Accelerator
from collectors.accelerators.tool import Ask, Tool

TOOL = Tool(
    vendor="nvidia",
    maker="NVIDIA",
    programs=("nvidia-smi",),
    pci=Match(frozenset({0x10DE}), frozenset({0x0300, 0x0302, 0x1200})),
    directories=("/usr/bin", "/usr/local/nvidia/bin"),
)
POWER = "power.draw"


@dataclass(slots=True)
class Nvidia:
    """The adapter."""

    tool: Tool = TOOL

    def survey(self, ask: Ask) -> tuple[Accelerator, ...]:
        """See `Adapter.survey`."""
        return read(ask(*arguments(POWER)), TOOL, POWER)
