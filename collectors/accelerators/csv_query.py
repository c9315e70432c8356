"""`--query-gpu=… --format=csv`, as nvidia-smi has it and others took it over.

The heading names each column and its unit; the values repeat the unit.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence

from collectors.accelerators import figures
from collectors.accelerators.outline import normal, unknown
from collectors.accelerators.schema import Accelerator
from collectors.accelerators.tool import Tool
from collectors.protocol import Failure
from model.readings import Reason

FIELDS = (*("index", "name", "temperature.gpu", "utilization.gpu", "memory.used", "memory.total"),)


def arguments(power: str) -> tuple[str, ...]:
    """The tool's arguments, with its name for the power field ("" leaves it out)."""
    fields = (*FIELDS, power) if power else FIELDS
    return f"--query-gpu={','.join(fields)}", "--format=csv"


def read(text: str, tool: Tool, power: str) -> tuple[Accelerator, ...]:
    """The devices of one answer. Failure UNDECODABLE: other columns than were asked for."""
    rows = [row for row in _rows(text, tool) if row]
    heading = [normal(cell).partition(" [")[0] for cell in rows[0]] if rows else []
    if heading != list(FIELDS) + ([power] if power else []):
        raise unknown(tool.programs[0], text)
    found = tuple(_device(row, heading, tool, power) for row in rows[1:])
    if len({device.device for device in found}) < len(found):
        raise unknown(tool.programs[0], text)
    return found


def _rows(text: str, tool: Tool) -> list[list[str]]:
    try:
        return list(csv.reader(text.splitlines(), skipinitialspace=True))
    except csv.Error as error:
        raise unknown(tool.programs[0], text) from error


def _device(row: Sequence[str], heading: Sequence[str], tool: Tool, power: str) -> Accelerator:
    told = dict(zip(heading, (cell.strip() for cell in row), strict=False))
    index = figures.index(told.get("index", ""))
    if len(row) != len(heading) or index is None:
        line = ", ".join(row)
        raise Failure(Reason.UNDECODABLE, f"{tool.programs[0]}: an odd line: {line!r:.120}")
    return Accelerator(
        device=tool.device(index),
        vendor=tool.maker,
        model=told["name"],
        power=figures.optional(figures.POWER, told.get(power)),
        temperature=figures.TEMPERATURE.read(told["temperature.gpu"], "c"),
        utilization=figures.UTILIZATION.read(told["utilization.gpu"]),
        memory_used=figures.MEMORY.read(told["memory.used"]),
        memory_total=figures.MEMORY.read(told["memory.total"]),
    )
