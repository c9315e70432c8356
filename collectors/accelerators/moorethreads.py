"""Moore Threads: `mthreads-gmi -q --json`.

Its key "Power Draw " ends with a space, and the devices stand below "GPU" (a list) or "Attached
GPUs" (an object), as the version has it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from collectors.accelerators import figures
from collectors.accelerators.json_text import document, keyed, within
from collectors.accelerators.outline import unknown
from collectors.accelerators.pci import DISPLAY_CLASSES, Match
from collectors.accelerators.schema import Accelerator
from collectors.accelerators.tool import Ask, Tool
from collectors.protocol import Failure
from model.readings import Reason

TOOL = Tool(
    vendor="moorethreads",
    maker="Moore Threads",
    programs=("mthreads-gmi",),
    pci=Match(frozenset({0x1ED5}), DISPLAY_CLASSES),
    directories=("/usr/bin", "/usr/local/bin", "/usr/local/musa/bin"),
    libraries=("/usr/local/musa/lib",),
)
_NAME = re.compile(r"GPU\s*(\d{1,4})\b.*", re.IGNORECASE | re.ASCII)


def read(text: str) -> tuple[Accelerator, ...]:
    """The devices of one answer. Failure UNDECODABLE: no list of devices, or one unlike it."""
    root = keyed(document("mthreads-gmi", text))
    devices = root.get("gpu", root.get("attached gpus"))
    if isinstance(devices, list):
        named = [("", told) for told in devices]
    elif isinstance(devices, dict):
        named = [(str(name), told) for name, told in devices.items()]
    else:
        raise unknown("mthreads-gmi", text)
    found = [_device(place, name, told) for place, (name, told) in enumerate(named)]
    names = {device.device for device in found}
    if not found or len(names) < len(found):
        raise unknown("mthreads-gmi", text)
    return tuple(found)


def _device(place: int, name: str, told: object) -> Accelerator:
    if not isinstance(told, dict):
        line = f"{name}: {told!r:.80}"
        raise Failure(Reason.UNDECODABLE, f"mthreads-gmi: no device stands at {line}")
    device = Accelerator(
        device=TOOL.device(_index(place, name, told)),
        vendor=TOOL.maker,
        model=str(within(told, "product name") or "").strip(),
        power=figures.optional(figures.POWER, within(told, "power readings", "power draw")),
        temperature=figures.optional(
            figures.TEMPERATURE, within(told, "temperature", "gpu current temp")
        ),
        utilization=figures.optional(figures.UTILIZATION, within(told, "utilization", "gpu")),
        memory_used=figures.optional(figures.MEMORY, within(told, "fb memory usage", "used")),
        memory_total=figures.optional(figures.MEMORY, within(told, "fb memory usage", "total")),
    )
    if (device.power, device.temperature, device.utilization) == (None, None, None):
        keys = ", ".join(told)
        raise Failure(Reason.UNDECODABLE, f"mthreads-gmi: a device has unknown keys: {keys:.120}")
    return device


def _index(place: int, name: str, told: Mapping[str, object]) -> int:
    """The device's own number, by its key or its "Index"; else its place in the answer."""
    found = _NAME.fullmatch(name.strip())
    own = found[1] if found else str(within(told, "index")).strip()
    number = figures.index(own)
    return place if number is None else number


@dataclass(slots=True)
class MooreThreads:
    """The adapter."""

    tool: Tool = TOOL

    def survey(self, ask: Ask) -> tuple[Accelerator, ...]:
        """See `Adapter.survey`."""
        return read(ask("-q", "--json"))
