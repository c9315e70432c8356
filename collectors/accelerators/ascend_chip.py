"""One Ascend chip (a die of a package, or a chip of a card), before packages are made of them."""

from __future__ import annotations

from dataclasses import dataclass

from collectors.accelerators.schema import Figure
from model.readings import Fault, Severity


@dataclass(frozen=True, slots=True)
class Chip:
    """W, °C, ratio, bytes; `npu` is the id of the package or card, `chip` the number in it."""

    npu: int
    chip: int
    model: str = ""
    power: Figure = None
    temperature: Figure = None
    utilization: Figure = None
    memory_used: Figure = None
    memory_total: Figure = None
    health: Severity | Fault | None = None
