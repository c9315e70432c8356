"""Enflame GCU: `efsmi -q -d …`, a block of indented text per device.

Memory is told as "Mem Size" and "Mem Usage" by older versions, "Total Size" and "Used Size" by
newer ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from collectors.accelerators import figures
from collectors.accelerators.outline import Block, Node, blocks, unknown
from collectors.accelerators.pci import Match
from collectors.accelerators.schema import Accelerator
from collectors.accelerators.tool import Ask, Tool

TOOL = Tool(
    vendor="enflame",
    maker="Enflame",
    programs=("efsmi",),
    pci=Match(frozenset({0x1E36})),
    directories=("/usr/local/efsmi", "/usr/local/bin", "/opt/tops/bin"),
    libraries=("/opt/tops/lib",),
)
_QUERY = ("-q", "-d", "POWER,TEMP,MEMORY,USAGE")
_DEVICE = re.compile(
    r"\s*(?:DEV(?:ICE)?|GCU)\s*(?:ID)?\s*[:#]?\s*(\d{1,4})\s*$", re.IGNORECASE | re.ASCII
)


def read(text: str) -> tuple[Accelerator, ...]:
    """The devices of one answer. Failure UNDECODABLE: none, or one without any figure."""
    devices = tuple(_device(block) for block in blocks(text, _DEVICE))
    if not devices:
        raise unknown("efsmi", text)
    return devices


def _device(block: Block) -> Accelerator:
    told = block.body
    device = Accelerator(
        device=TOOL.device(block.index),
        vendor=TOOL.maker,
        model=_first(told, "product name", "dev name") or "",
        power=figures.optional(figures.POWER, told.anywhere("cur power"), "w"),
        temperature=figures.optional(figures.TEMPERATURE, told.anywhere("gcu temp"), "c"),
        utilization=figures.optional(figures.UTILIZATION, told.anywhere("gcu usage"), "%"),
        memory_used=figures.optional(figures.MEMORY, _first(told, "used size", "mem usage"), "mib"),
        memory_total=figures.optional(
            figures.MEMORY, _first(told, "total size", "mem size"), "mib"
        ),
    )
    if (device.power, device.temperature, device.utilization) == (None, None, None):
        raise unknown("efsmi", "\n".join([block.heading, *told.lines()]))
    return device


def _first(told: Node, *labels: str) -> str | None:
    found = (told.anywhere(label) for label in labels)
    return next((value for value in found if value is not None), None)


@dataclass(slots=True)
class Enflame:
    """The adapter."""

    tool: Tool = TOOL

    def survey(self, ask: Ask) -> tuple[Accelerator, ...]:
        """See `Adapter.survey`."""
        return read(ask(*_QUERY))
