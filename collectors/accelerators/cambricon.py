"""Cambricon MLU: `cnmon info`, a block of indented text per card.

Its JSON form is written to a file in the working directory, and less of it is documented.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from collectors.accelerators import figures
from collectors.accelerators.outline import Block, blocks, unknown
from collectors.accelerators.pci import Match
from collectors.accelerators.schema import Accelerator
from collectors.accelerators.tool import Ask, Tool

TOOL = Tool(
    vendor="cambricon",
    maker="Cambricon",
    programs=("cnmon",),
    pci=Match(frozenset({0xCABC})),
    directories=("/usr/local/neuware/bin", "/usr/bin"),
    libraries=("/usr/local/neuware/lib64",),
)
_QUERY = ("info", "-e", "-m", "-u", "-p")
_CARD = re.compile(r"\s*Card\s+(\d{1,4})\s*:?\s*$", re.IGNORECASE | re.ASCII)
_MEMORY = "physical memory usage"


def read(text: str) -> tuple[Accelerator, ...]:
    """The cards of one answer. Failure UNDECODABLE: no cards, or a card without any figure."""
    cards = tuple(_card(block) for block in blocks(text, _CARD))
    if not cards:
        raise unknown("cnmon info", text)
    return cards


def _card(block: Block) -> Accelerator:
    told = block.body
    card = Accelerator(
        device=TOOL.device(block.index),
        vendor=TOOL.maker,
        model=told.anywhere("product name") or "",
        power=figures.optional(figures.POWER, told.at("power", "usage")),
        temperature=figures.optional(figures.TEMPERATURE, told.at("temperature", "chip")),
        utilization=figures.optional(figures.UTILIZATION, told.at("utilization", "mlu average")),
        memory_used=figures.optional(figures.MEMORY, told.at(_MEMORY, "used")),
        memory_total=figures.optional(figures.MEMORY, told.at(_MEMORY, "total")),
    )
    if (card.power, card.temperature, card.utilization) == (None, None, None):
        raise unknown("cnmon info", "\n".join([block.heading, *told.lines()]))
    return card


@dataclass(slots=True)
class Cambricon:
    """The adapter."""

    tool: Tool = TOOL

    def survey(self, ask: Ask) -> tuple[Accelerator, ...]:
        """See `Adapter.survey`."""
        return read(ask(*_QUERY))
