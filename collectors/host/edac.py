"""EDAC: memory errors that the memory controllers counted since the start."""

from __future__ import annotations

from collectors.host.files import Files
from collectors.host.gauge import FileGauge, definition
from model.readings import Source
from model.sensors import Quantity

FOLDER = "/sys/devices/system/edac/mc"
_COUNTS = (("ce", "ce_count"), ("ue", "ue_count"))
"""Corrected and uncorrected errors."""


def find(files: Files) -> list[FileGauge]:
    """Two counters per memory controller."""
    gauges = []
    for entry in files.names(FOLDER):
        index = entry.removeprefix("mc")
        if index == entry or not index.isdecimal():
            continue
        present = files.names(f"{FOLDER}/{entry}")
        for kind, name in _COUNTS:
            if name in present:
                announced = definition(f"edac/{entry}/{kind}", Quantity.ERRORS, Source.KERNEL)
                gauges.append(FileGauge(announced, f"{FOLDER}/{entry}/{name}"))
    return gauges
