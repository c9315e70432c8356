"""Kunlunxin (Baidu): `xpu-smi -m`, 32 columns per device without a heading; else `xpu-smi -q`.

Columns are numbered from 1: 2 id, 5 °C, 9 W, 18 and 19 MB used and in all, 20 utilisation in %.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from collectors.accelerators import figures
from collectors.accelerators.outline import Block, blocks, lines_of, unknown
from collectors.accelerators.pci import Match
from collectors.accelerators.schema import Accelerator
from collectors.accelerators.tool import Ask, Tool
from collectors.protocol import Failure
from model.readings import Reason

TOOL = Tool(
    vendor="kunlunxin",
    maker="Kunlunxin",
    programs=("xpu-smi", "xpu_smi"),
    pci=Match(frozenset({0x1D22, 0x2057})),
    directories=("/usr/local/xpu/bin", "/usr/local/xpu/tools", "/usr/local/bin"),
    libraries=("/usr/local/xpu/lib64", "/usr/local/xpu/so"),
)
_COLUMNS = 32
_ID, _HEAT, _POWER, _USED, _SIZE, _USE = 1, 4, 8, 17, 18, 19
_XPU = re.compile(r"\s*XPU\s+(?:\d+:)?[0-9a-f]+:[0-9a-f]+[:.][0-9a-f.]+\s*$", re.IGNORECASE)


def read(text: str) -> tuple[Accelerator, ...]:
    """The devices of `-m`. Failure UNDECODABLE: a line that has not 32 columns and an id."""
    devices = tuple(_device(line) for line in text.splitlines() if line.strip())
    if not devices or len({device.device for device in devices}) < len(devices):
        raise unknown("xpu-smi -m", text)
    return devices


def _device(line: str) -> Accelerator:
    columns = line.split()
    index = figures.index(columns[_ID]) if len(columns) == _COLUMNS else None
    if index is None:
        raise Failure(
            Reason.UNDECODABLE,
            f"xpu-smi -m: {len(columns)} columns instead of {_COLUMNS}, or no id: {line!r:.120}",
        )
    return Accelerator(
        device=TOOL.device(index),
        vendor=TOOL.maker,
        power=figures.POWER.read(columns[_POWER], "w"),
        temperature=figures.TEMPERATURE.read(columns[_HEAT], "c"),
        utilization=figures.UTILIZATION.read(columns[_USE], "%"),
        memory_used=figures.MEMORY.read(columns[_USED], "mb"),
        memory_total=figures.MEMORY.read(columns[_SIZE], "mb"),
    )


def read_query(text: str) -> tuple[Accelerator, ...]:
    """The devices of `-q`, numbered in their order. Failure UNDECODABLE: none with any figure."""
    parts = _numbered(text)
    devices = tuple(_from_block(block) for block in blocks(parts, _NUMBERED))
    if not devices:
        raise unknown("xpu-smi -q", text)
    return devices


_NUMBERED = re.compile(r"XPU-(\d+)$")


def _numbered(text: str) -> str:
    """Headings such as "XPU 00000000:52:00.0" as "XPU-0", "XPU-1"…"""
    count, lines = 0, []
    for line in lines_of(text):
        heading = _XPU.fullmatch(line) is not None
        lines.append(f"XPU-{count}" if heading else f" {line}")
        count += heading
    return "".join(f"{line}\n" for line in lines)


def _from_block(block: Block) -> Accelerator:
    told = block.body
    device = Accelerator(
        device=TOOL.device(block.index),
        vendor=TOOL.maker,
        model=told.anywhere("product name") or "",
        power=figures.optional(figures.POWER, told.anywhere("power draw")),
        temperature=figures.optional(figures.TEMPERATURE, told.anywhere("xpu current temp")),
        utilization=figures.optional(figures.UTILIZATION, told.at("utilization", "xpu")),
    )
    if (device.power, device.temperature, device.utilization) == (None, None, None):
        raise unknown("xpu-smi -q", "\n".join([block.heading, *told.lines()]))
    return device


@dataclass(slots=True)
class Kunlunxin:
    """The adapter."""

    tool: Tool = TOOL

    def survey(self, ask: Ask) -> tuple[Accelerator, ...]:
        """See `Adapter.survey`."""
        try:
            return read(ask("-m"))
        except Failure as failure:
            if failure.reason not in (Reason.UNDECODABLE, Reason.DEVICE_ERROR):
                raise
            return read_query(ask("-q"))
