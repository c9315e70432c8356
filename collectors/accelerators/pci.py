"""PCI functions of this machine, from sysfs: which accelerators are there, whatever tools say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PROCESSING = 0x1200
"""PCI Code and ID Assignment rev 1.11 §1.19: processing accelerators."""
ACCELERATOR_CLASSES = frozenset({PROCESSING, 0x0302, 0x0380, 0x0B40})
"""Also 3D and other display controllers, and co-processors."""
DISPLAY_CLASSES = ACCELERATOR_CLASSES | {0x0300}


@dataclass(frozen=True, slots=True)
class Function:
    """One PCI function: its address and numbers; `kind` is base class and sub-class."""

    address: str
    vendor: int
    device: int
    kind: int

    def __str__(self) -> str:
        return f"{self.vendor:04x}:{self.device:04x} at {self.address}"


@dataclass(frozen=True, slots=True)
class Match:
    """Which functions are a vendor's accelerators: of these classes, or of these device ids.

    `only` further bounds the device ids, where a vendor's other products share the class.
    """

    vendors: frozenset[int]
    classes: frozenset[int] = ACCELERATOR_CLASSES
    devices: frozenset[int] = frozenset()
    only: range = range(0x10000)

    def of(self, functions: Iterable[Function]) -> tuple[Function, ...]:
        """The functions that are such accelerators."""
        return tuple(f for f in functions if f.vendor in self.vendors and self._fits(f))

    def _fits(self, function: Function) -> bool:
        if function.device in self.devices:
            return True
        return function.kind in self.classes and function.device in self.only


def functions(root: Path) -> tuple[Function, ...]:
    """All functions by address; empty on machines without PCI.

    A host's virtual functions are not counted: what they are a part of is.
    """
    try:
        entries = sorted((root / "sys/bus/pci/devices").iterdir())
    except OSError:
        return ()
    found = (_function(entry) for entry in entries if not (entry / "physfn").exists())
    return tuple(function for function in found if function)


def _function(entry: Path) -> Function | None:
    try:
        vendor, device, kind = (
            int((entry / name).read_text(encoding="ascii"), 16)
            for name in ("vendor", "device", "class")
        )
    except (OSError, ValueError):
        return None
    return Function(entry.name, vendor, device, kind >> 8)
