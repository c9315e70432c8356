"""Thermal zones, where hwmon does not show the same sensor already."""

from __future__ import annotations

from collectors.host.files import Files
from collectors.host.gauge import ABSOLUTE_ZERO, FileGauge, definition
from collectors.host.hwmon import Chip
from model.readings import Source
from model.sensors import Quantity

FOLDER = "/sys/class/thermal"
_SAME = {"x86_pkg_temp": "coretemp"}
"""Zones whose sensor hwmon shows under another name; all others it shows under theirs."""


def find(files: Files, chips: list[Chip]) -> list[FileGauge]:
    """The zones that no hwmon chip is made of (the kernel writes "-" as "_" there)."""
    shown = {chip.driver.replace("-", "_") for chip in chips if _is_thermometer(chip)}
    gauges = []
    for entry in files.names(FOLDER):
        index = entry.removeprefix("thermal_zone")
        if index == entry or not index.isdecimal():
            continue
        kind = files.line(f"{FOLDER}/{entry}/type").replace("/", "_")
        if _SAME.get(kind, kind).replace("-", "_") in shown:
            continue
        name = f"thermal/{index}/{kind}" if kind else f"thermal/{index}"
        announced = definition(name, Quantity.TEMPERATURE, Source.KERNEL)
        gauges.append(FileGauge(announced, f"{FOLDER}/{entry}/temp", 1000, ABSOLUTE_ZERO))
    return gauges


def _is_thermometer(chip: Chip) -> bool:
    return any(name.startswith("temp") and name.endswith("_input") for name in chip.files)
