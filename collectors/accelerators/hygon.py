"""Hygon DCU: `hy-smi --json`, by its older name `rocm-smi`, with DCU or (newer) HCU in its keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from collectors.accelerators import figures
from collectors.accelerators.json_text import document, keyed
from collectors.accelerators.outline import unknown
from collectors.accelerators.pci import ACCELERATOR_CLASSES, Match
from collectors.accelerators.schema import Accelerator
from collectors.accelerators.tool import Ask, Tool
from collectors.protocol import Failure
from model.readings import Fault, Reason

MODELS = {
    0x55B7: "Z100L",
    0x62B7: "K100",
    0x62C7: "K100-LC",
    0x6210: "K100-AI",
    0x6212: "K100-AI-LC",
    0x6310: "BW200",
    0x6320: "BW150",
    0x6370: "BW100",
    0x6430: "BW1100",
    0x6431: "BW1000-LC",
}
"""PCI device id → model."""

TOOL = Tool(
    vendor="hygon",
    maker="Hygon",
    programs=("hy-smi", "rocm-smi"),
    pci=Match(frozenset({0x1D94}), ACCELERATOR_CLASSES, frozenset(MODELS)),
    directories=("/opt/hyhal/bin", "/opt/dtk/bin", "/opt/rocm/bin"),
    libraries=("/opt/hyhal/lib", "/opt/dtk/lib", "/opt/rocm/lib"),
    shared=frozenset({"rocm-smi"}),
    models=MODELS,
)
_QUERY = ("--showpower", "--showtemp", "--showuse", "--showmemuse", "--json")
_CARD = re.compile(r"card\s*(\d{1,4})", re.ASCII)
_POWER = "average graphics package power (w)"
_TEMPERATURES = ("temperature (sensor junction) (c)", "temperature (sensor edge) (c)")
_USES = ("hcu use (%)", "dcu use (%)", "gpu use (%)")
_USED, _SIZE = "vram total used memory (b)", "vram total memory (b)"


def read(text: str) -> tuple[Accelerator, ...]:
    """The cards of one answer. Failure UNDECODABLE: no cards in it, or a card without any figure.

    A share of memory without its size gives no bytes and is left alone.
    """
    cards: dict[int, Mapping[str, object]] = {}
    for name, told in document("hy-smi", text).items():
        found = _CARD.fullmatch(name.strip().lower())
        if found and isinstance(told, dict):
            cards[int(found[1])] = keyed(told)
    if not cards:
        raise unknown("hy-smi", text)
    return tuple(_card(index, told) for index, told in sorted(cards.items()))


def _card(index: int, told: Mapping[str, object]) -> Accelerator:
    heat = next((told[key] for key in _TEMPERATURES if key in told), None)
    use = next((told[key] for key in _USES if key in told), None)
    card = Accelerator(
        device=TOOL.device(index),
        vendor=TOOL.maker,
        model=str(told.get("card series", "")).strip(),
        power=figures.optional(figures.POWER, told.get(_POWER), "w"),
        temperature=figures.optional(figures.TEMPERATURE, heat, "c"),
        utilization=figures.optional(figures.UTILIZATION, use, "%"),
        memory_used=figures.optional(figures.MEMORY, told.get(_USED), "b"),
        memory_total=figures.optional(figures.MEMORY, told.get(_SIZE), "b"),
    )
    if (card.power, card.temperature, card.utilization) == (None, None, None):
        keys = ", ".join(told)
        raise Failure(Reason.UNDECODABLE, f"hy-smi: card{index} has unknown keys: {keys:.120}")
    return card


@dataclass(slots=True)
class _Past:
    """Since a card's power is 8 W: the least and the most that it was used."""

    least: float
    most: float


_TRAP = 8.0
_CHANGE = 0.05
"""A use that changed by so much must show in the power of a card of some hundred watts."""


@dataclass(slots=True)
class Hygon:
    """The adapter. Remembers how cards were used."""

    tool: Tool = TOOL
    _past: dict[str, _Past] = field(default_factory=dict)

    def survey(self, ask: Ask) -> tuple[Accelerator, ...]:
        """See `Adapter.survey`."""
        return tuple(self.doubt(read(ask(*_QUERY))))

    def doubt(self, cards: Iterable[Accelerator]) -> Iterable[Accelerator]:
        """The cards; power is IMPLAUSIBLE once a card's use has changed and its 8 W have not.

        Some virtualised hosts print 8 W for ever.
        """
        for card in cards:
            constant = card.power == _TRAP and self._changed(card)
            if card.power != _TRAP and isinstance(card.power, float):
                self._past.pop(card.device, None)
            yield replace(card, power=_constant()) if constant else card

    def _changed(self, card: Accelerator) -> bool:
        past = self._past.get(card.device)
        use = card.utilization
        if isinstance(use, float):
            past = past or _Past(use, use)
            past.least, past.most = min(past.least, use), max(past.most, use)
            self._past[card.device] = past
        return past is not None and past.most - past.least >= _CHANGE


def _constant() -> Fault:
    return Fault(
        None,
        Reason.IMPLAUSIBLE,
        "power: the tool says 8 W, however much the card is used",
        "8.0",
    )
