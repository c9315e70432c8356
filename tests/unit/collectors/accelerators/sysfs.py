"""A sysfs tree with PCI functions."""

from __future__ import annotations

from pathlib import Path


def pci(root: Path, *functions: str) -> Path:
    """Adds functions such as "0000:c1:00.0 19e5:d802 120000"; the root."""
    for function in functions:
        address, numbers, kind = function.split()
        vendor, _, device = numbers.partition(":")
        place = root / "sys/bus/pci/devices" / address
        place.mkdir(parents=True)
        for name, value in (("vendor", vendor), ("device", device), ("class", kind)):
            (place / name).write_text(f"0x{value}\n", encoding="ascii")
    return root
