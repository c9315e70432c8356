"""Huawei Ascend: `npu-smi`. One device per NPU id, which is one package or one inference card.

A dual-die package (910C) tells its power on chip 0 alone; inference cards (310, 310P) tell it for
the board, beside the chips.

The utilisation's basis is activity: npu-smi's "Aicore Usage Rate" is the use of the AI cores,
averaged over them, and Huawei counts the device's overall and its vector utilisation apart from
it. A kernel that keeps one core of many, or only the host's queue, busy does not make it 100 %.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from collectors.accelerators import ascend_labels, ascend_table, figures
from collectors.accelerators.ascend_chip import Chip
from collectors.accelerators.pci import PROCESSING, Match
from collectors.accelerators.schema import Accelerator, Basis, Figure
from collectors.accelerators.tool import Ask, Tool
from collectors.protocol import Failure
from model.readings import Fault, Reason

_DRIVER = "/usr/local/Ascend/driver"
TOOL = Tool(
    vendor="ascend",
    maker="Huawei",
    programs=("npu-smi",),
    # Kunpeng's own ZIP engine (19e5:a250) is of the same class; every Ascend is d….
    pci=Match(frozenset({0x19E5}), frozenset({PROCESSING}), only=range(0xD000, 0xE000)),
    directories=("/usr/local/sbin", "/usr/local/bin", f"{_DRIVER}/tools"),
    libraries=(f"{_DRIVER}/lib64/driver", f"{_DRIVER}/lib64/common", f"{_DRIVER}/lib64"),
)


@dataclass(slots=True)
class Ascend:
    """The adapter. Asks once for the table of all; where that is unknown, by labels per NPU."""

    tool: Tool = TOOL

    def survey(self, ask: Ask) -> tuple[Accelerator, ...]:
        """See `Adapter.survey`."""
        try:
            chips = ascend_table.read(ask("info"))
        except Failure as failure:
            if failure.reason is not Reason.UNDECODABLE:
                raise
            chips = _by_labels(ask)
        return tuple(_with_board(ask, npu, package(own)) for npu, own in _packages(chips).items())


def _by_labels(ask: Ask) -> tuple[Chip, ...]:
    found: list[Chip] = []
    for npu, model in ascend_labels.npus(ask("info", "-m")).items():
        told = (ask("info", "-t", what, "-i", str(npu)) for what in ("common", "usages"))
        found += (replace(chip, npu=npu, model=model) for chip in ascend_labels.chips(*told))
    return tuple(found)


def _packages(chips: Iterable[Chip]) -> dict[int, list[Chip]]:
    found: dict[int, list[Chip]] = {}
    for chip in sorted(chips, key=lambda chip: (chip.npu, chip.chip)):
        found.setdefault(chip.npu, []).append(chip)
    return found


def package(chips: list[Chip]) -> Accelerator:
    """One package of its dies: their memory added, their use averaged, the hottest of them."""
    first = chips[0]
    return Accelerator(
        device=TOOL.device(first.npu),
        vendor=TOOL.maker,
        model=first.model,
        power=first.power,
        temperature=figures.highest(chip.temperature for chip in chips),
        utilization=figures.mean(chip.utilization for chip in chips),
        basis=Basis.ACTIVITY,
        memory_used=figures.total(chip.memory_used for chip in chips),
        memory_total=figures.total(chip.memory_total for chip in chips),
        health=figures.worst(chip.health for chip in chips),
    )


def _with_board(ask: Ask, npu: int, accelerator: Accelerator) -> Accelerator:
    """An inference card's power is its board's, whatever stands at its chips."""
    if not accelerator.model.lower().removeprefix("ascend").strip().startswith("310"):
        return accelerator
    power = _board_power(ask, npu)
    return replace(accelerator, power=accelerator.power if power is None else power)


def _board_power(ask: Ask, npu: int) -> Figure:
    best: Figure = None
    for what in ("common", "power"):
        try:
            told = ascend_labels.board_power(ask("info", "-t", what, "-i", str(npu)))
        except Failure as failure:
            if failure.reason is Reason.TIMEOUT:
                raise
            told = failure.fault()
        if isinstance(told, float):
            return told
        best = told if best is None or not isinstance(told, Fault) else best
    return best
