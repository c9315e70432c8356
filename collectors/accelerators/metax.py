"""MetaX: `mx-smi --show-…`, one question each, a block of indented text per GPU.

The board's power is told per power way and, on most versions, as their total.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from collectors.accelerators import figures
from collectors.accelerators.outline import Node, blocks, unknown
from collectors.accelerators.pci import Match
from collectors.accelerators.schema import Accelerator, Figure
from collectors.accelerators.tool import Ask, Tool
from collectors.protocol import Failure
from model.readings import Reason

TOOL = Tool(
    vendor="metax",
    maker="MetaX",
    programs=("mx-smi",),
    pci=Match(frozenset({0x9999})),
    directories=("/opt/mxdriver/bin", "/opt/maca/bin", "/opt/mxn100/bin"),
    libraries=("/opt/mxdriver/lib", "/opt/maca/lib"),
)
_GPU = re.compile(r"\s*GPU\s*#\s*(\d{1,4})\b(?!.*%)", re.IGNORECASE | re.ASCII)
_NAME = re.compile(r"GPU\s*#\s*\d+\s+(.+?)\s+[0-9a-f]{4,8}:[0-9a-f]{2}:.*", re.IGNORECASE)
_WAY = re.compile(r"\bway\b")

Fields = Mapping[str, Figure]


def _usage(told: Node) -> Fields:
    return {"utilization": figures.optional(figures.UTILIZATION, told.anywhere("gpu"))}


def _temperature(told: Node) -> Fields:
    return {"temperature": figures.optional(figures.TEMPERATURE, told.anywhere("hotspot"))}


def _memory(told: Node) -> Fields:
    used, size = (told.anywhere(f"vis_vram {word}") for word in ("used", "total"))
    return {
        "memory_used": figures.optional(figures.MEMORY, used, "kb"),
        "memory_total": figures.optional(figures.MEMORY, size, "kb"),
    }


def _power(told: Node) -> Fields:
    """The total where there is one, else the ways together: a way is not the board."""
    whole = told.anywhere("total")
    if whole is not None:
        return {"power": figures.POWER.read(whole)}
    ways = [n.value for n in told.walk() if n.value is not None and _WAY.search(n.label)]
    return {"power": figures.total(figures.POWER.read(way) for way in ways)}


_QUESTIONS: dict[str, Callable[[Node], Fields]] = {
    "--show-usage": _usage,
    "--show-memory": _memory,
    "--show-temperature": _temperature,
    "--show-board-power": _power,
}


def read(question: str, text: str) -> dict[int, tuple[str, Fields]]:
    """GPU → its heading line and fields, by one question's answer. Failure UNDECODABLE."""
    found = {b.index: (b.heading, _QUESTIONS[question](b.body)) for b in blocks(text, _GPU)}
    if not any(value is not None for _, fields in found.values() for value in fields.values()):
        raise unknown(f"mx-smi {question}", text)
    return found


def model(heading: str) -> str:
    """The name in a heading such as "GPU#0  MXC500  0000:0a:00.0"."""
    found = _NAME.fullmatch(heading)
    return found[1] if found else ""


@dataclass(slots=True)
class MetaX:
    """The adapter."""

    tool: Tool = TOOL

    def survey(self, ask: Ask) -> tuple[Accelerator, ...]:
        """See `Adapter.survey`. A question that fails costs its own fields; a hang costs all."""
        answers: list[dict[int, tuple[str, Fields]]] = []
        failed: dict[str, Failure] = {}
        for question in _QUESTIONS:
            try:
                answers.append(read(question, ask(question)))
            except Failure as failure:
                if failure.reason is Reason.TIMEOUT:
                    raise
                failed[question] = failure
        if not answers:
            raise failed["--show-usage"]
        gpus = sorted({index for answer in answers for index in answer})
        return tuple(_gpu(index, answers, failed) for index in gpus)


def _gpu(
    index: int, answers: list[dict[int, tuple[str, Fields]]], failed: Mapping[str, Failure]
) -> Accelerator:
    told = [answer[index] for answer in answers if index in answer]
    fields = {name: value for _, part in told for name, value in part.items()}
    for question, failure in failed.items():
        fields |= dict.fromkeys(_QUESTIONS[question](Node("", "", 0)), failure.fault())
    gpu = Accelerator(TOOL.device(index), TOOL.maker, model(told[0][0]))
    return replace(
        gpu,
        power=fields.get("power"),
        temperature=fields.get("temperature"),
        utilization=fields.get("utilization"),
        memory_used=fields.get("memory_used"),
        memory_total=fields.get("memory_total"),
    )
