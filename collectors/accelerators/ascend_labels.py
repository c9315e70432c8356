"""`npu-smi info -m` and `npu-smi info -t … -i N`: lines of `label : value`, a block per chip.

Labels are compared without regard to case and spaces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from collectors.accelerators import figures
from collectors.accelerators.ascend_chip import Chip
from collectors.accelerators.outline import lines_of, unknown
from collectors.accelerators.schema import Figure
from model.readings import Fault, Reason

_POWER = ("npureal-timepower(w)", "powerdissipation(w)")
_TEMPERATURE = ("temperature(c)", "nputemperature(c)")
_CAPACITY = (
    ("hbmcapacity(mb)", "hbmusagerate(%)"),
    ("ddrcapacity(mb)", "ddrusagerate(%)"),
    ("memorycapacity(mb)", "memoryusagerate(%)"),
)
_CONTROLLER = "mcu"
_ABOVE_CHIPS = ("npuid", "chipcount")


def npus(text: str) -> dict[int, str]:
    """`npu-smi info -m`: NPU id → the model of its first chip. Failure UNDECODABLE."""
    found: dict[int, str] = {}
    for line in lines_of(text):
        cells = re.split(r"\s{2,}|\t+", line.strip())
        if len(cells) != 4 or cells[3].lower() == _CONTROLLER:
            continue
        npu, chip = figures.index(cells[0]), figures.index(cells[1])
        if npu is not None and chip is not None:
            found.setdefault(npu, cells[3].removeprefix("Ascend "))
    if not found:
        raise unknown("npu-smi info -m", text)
    return found


@dataclass(slots=True)
class _Block:
    """What is told of one chip, of the board's controller, or of neither (not `named`)."""

    chip: int | None = None
    controller: bool = False
    told: dict[str, str] = field(default_factory=dict)

    @property
    def named(self) -> bool:
        return self.chip is not None or self.controller

    @property
    def bare(self) -> bool:
        return not self.told

    def first(self, labels: tuple[str, ...]) -> str | None:
        return next((self.told[label] for label in labels if label in self.told), None)


def _blocks(text: str) -> list[_Block]:
    """Blocks end with an empty line; "Chip ID" stands at a block's head or, elsewhere, its foot."""
    found, ended = [_Block()], False
    for line in lines_of(text):
        label, colon, value = line.partition(":")
        name, value = "".join(label.lower().split()), value.strip()
        if not colon or name in _ABOVE_CHIPS:
            ended = ended or not found[-1].bare
            continue
        controller = name == "chipname" and value.lower() == _CONTROLLER
        if ended or (not found[-1].bare and (controller or (name == "chipid" and found[-1].named))):
            found.append(_Block())
        block, ended = found[-1], False
        if controller:
            block.chip, block.controller = None, True
        elif name == "chipid":
            block.chip, ended = figures.index(value), bool(block.told)
        else:
            block.told.setdefault(name, value)
    return found


def chips(common: str, usages: str) -> tuple[Chip, ...]:
    """The chips of one NPU by `-t common` and `-t usages`; `npu` is left 0. Failure UNDECODABLE.

    The tool tells memory in use as whole percents of the capacity.
    """
    sizes = {block.chip: block for block in _blocks(usages)}
    found: list[Chip] = []
    for block in _blocks(common):
        if block.chip is None:
            continue
        used, size = _memory(sizes.get(block.chip, _Block()))
        temperature = figures.optional(figures.TEMPERATURE, block.first(_TEMPERATURE), "c")
        use = figures.optional(figures.UTILIZATION, block.first(("aicoreusagerate(%)",)), "%")
        power = figures.optional(figures.POWER, block.first(_POWER), "w")
        found.append(
            Chip(
                *(0, block.chip, "", power, temperature, use),
                memory_used=used,
                memory_total=size,
            )
        )
    known = any((c.power, c.temperature, c.utilization) != (None, None, None) for c in found)
    if not known:
        raise unknown("npu-smi info -t common", common)
    return tuple(found)


def _memory(block: _Block) -> tuple[Figure, Figure]:
    for capacity, rate in _CAPACITY:
        size = figures.optional(figures.MEMORY, block.told.get(capacity), "mb")
        size = figures.capacity(size)
        if not isinstance(size, float):
            continue
        share = figures.optional(figures.UTILIZATION, block.told.get(rate), "%")
        return (share * size if isinstance(share, float) else share), size
    return None, None


def board_power(text: str) -> Figure:
    """A card's power: by its controller, else before its chips, else the sum over its chips.

    Each chip of a card is a package of its own, so a sum counts nothing twice.
    """
    found = _blocks(text)
    boards = [b.first(_POWER) for b in found if b.controller] + [
        b.first(_POWER) for b in found if not b.named
    ]
    told = [figures.POWER.read(power, "w") for power in boards if power is not None]
    known = [power for power in told if not isinstance(power, Fault)]
    if known:
        return known[0]
    own = [b.first(_POWER) for b in found if b.chip is not None]
    if None in own and any(own):
        return Fault(None, Reason.ABSENT, "power: not every chip of the card tells its own")
    summed = figures.total(figures.optional(figures.POWER, power, "w") for power in own)
    return summed if summed is not None else next(iter(told), None)
