"""hwmon: temperatures, voltages, currents, fans and power as the kernel's drivers give them.

The layout is that of the kernel's Documentation/hwmon/sysfs-interface. psutil reads it too, but
looks for every file anew at each call, knows no power, voltage or current, and one sensor's error
has dropped all others; here files are found once and fail alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from collectors.host.files import Files, counted
from collectors.host.gauge import ABSOLUTE_ZERO, FileGauge, definition
from model.readings import Source
from model.sensors import NO_LIMITS, Limits, Quantity

FOLDER = "/sys/class/hwmon"
POWER_METER = "power_meter"
"""The driver of ACPI000D: what the whole server draws."""

_Q = Quantity
_KINDS: dict[str, tuple[Quantity, int]] = {
    "temp": (_Q.TEMPERATURE, 1000),
    "in": (_Q.VOLTAGE, 1000),
    "curr": (_Q.CURRENT, 1000),
    "fan": (_Q.FAN_SPEED, 1),
    "power": (_Q.POWER, 1_000_000),
}
"""What a file's name begins with → quantity, and the file's units in one of ours."""
_SENSOR = re.compile(r"((temp|in|curr|fan|power)\d+)_(input|average)")
_BOUNDS = (
    ("lower_critical", "lcrit"),
    ("lower_warning", "min"),
    ("upper_warning", "max"),
    ("upper_critical", "crit"),
    ("upper_fatal", "emergency"),
)
_TWINS = {"Tctl": "Tdie"}
"""k10temp: Tctl is Tdie with an offset for fan control; where both stand, Tdie is the heat."""
_HOTTEST = 250.0
"""A temperature limit beyond this was never set (NVMe says 65261 °C for none)."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One hwmon device: its name, "[n]" behind it where several have it, and its files."""

    name: str
    driver: str
    folder: str
    files: frozenset[str]


def chips(files: Files) -> list[Chip]:
    """All that have a name, in the order of the devices behind them, which outlives a reboot."""
    found = []
    for entry in files.names(FOLDER):
        folder = f"{FOLDER}/{entry}"
        chip = _chip(files, folder)
        if chip is not None:
            found.append((_place(files.real(f"{folder}/device")), chip))
    found.sort(key=lambda pair: pair[0])
    times = Counter(chip.driver for _, chip in found)
    seen: Counter[str] = Counter()
    named = []
    for _, chip in found:
        index = seen[chip.driver]
        seen[chip.driver] += 1
        several = times[chip.driver] > 1
        named.append(replace(chip, name=f"{chip.driver}[{index}]") if several else chip)
    return named


_PCI = re.compile(r"[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]")


def _place(path: str) -> list[list[tuple[int, str]]]:
    """A sort key for devices: PCI addresses are hexadecimal, other names count in tens."""
    return [[(-1, n)] if _PCI.fullmatch(n) else counted(n) for n in path.split("/")]


def _chip(files: Files, folder: str) -> Chip | None:
    """The chip of a hwmon folder; older drivers keep its files with the device instead."""
    for place in (folder, f"{folder}/device"):
        names = frozenset(files.names(place))
        if any(_SENSOR.fullmatch(name) for name in names):
            driver = files.line(f"{folder}/name") or files.line(f"{folder}/device/name")
            driver = (driver or folder.rpartition("/")[2]).replace("/", "_")
            return Chip(driver, driver, place, names)
    return None


def find(files: Files, found: list[Chip]) -> list[FileGauge]:
    """The gauges of all chips."""
    gauges: list[FileGauge] = []
    meters = 0
    for chip in found:
        for stem, gauge in _gauges(files, chip):
            if chip.driver == POWER_METER and stem.startswith("power"):
                gauges.append(_meter(gauge, meters))
                meters += 1
            else:
                gauges.append(gauge)
    return gauges


def _meter(gauge: FileGauge, index: int) -> FileGauge:
    """A whole server's power: 0 W means that the firmware does not measure."""
    name, limits = f"power_meter/{index}", gauge.definition.limits
    announced = definition(name, Quantity.POWER, Source.ACPI_METER, limits)
    return replace(gauge, definition=announced, floor=0.0)


def _gauges(files: Files, chip: Chip) -> Iterator[tuple[str, FileGauge]]:
    """A chip's gauges by the stem of their files ("temp1"); the input before the average."""
    stems: dict[str, str] = {}
    for name in sorted(chip.files, key=counted):
        match = _SENSOR.fullmatch(name)
        if match and (match[1] not in stems or match[3] == "input"):
            stems[match[1]] = name
    labels = {stem: _label(files, chip, stem) for stem in stems}
    told = {(_kind(stem), label) for stem, label in labels.items()}
    for stem, name in stems.items():
        if (_kind(stem), _TWINS.get(labels[stem])) not in told:
            yield stem, _gauge(files, chip, stem, name, labels[stem])


def _kind(stem: str) -> str:
    return stem.rstrip("0123456789")


def _label(files: Files, chip: Chip, stem: str) -> str:
    """What the driver calls a sensor; where it says nothing, the stem of its files."""
    told = f"{stem}_label" in chip.files and files.line(f"{chip.folder}/{stem}_label")
    return told or stem


def _gauge(files: Files, chip: Chip, stem: str, name: str, label: str) -> FileGauge:
    quantity, divisor = _KINDS[_kind(stem)]
    limits = _limits(files, chip, stem, divisor)
    broken = f"{stem}_fault"
    return FileGauge(
        definition=definition(f"hwmon/{chip.name}/{label}", quantity, Source.HWMON, limits),
        path=f"{chip.folder}/{name}",
        divisor=divisor,
        floor=ABSOLUTE_ZERO if quantity is Quantity.TEMPERATURE else float("-inf"),
        broken=f"{chip.folder}/{broken}" if broken in chip.files else "",
    )


def _limits(files: Files, chip: Chip, stem: str, divisor: int) -> Limits:
    """The bounds that were set: drivers show registers that nobody wrote as 0 or the far end."""
    found: dict[str, float] = {}
    for bound, end in _BOUNDS:
        if f"{stem}_{end}" not in chip.files:
            continue
        raw = files.number(f"{chip.folder}/{stem}_{end}")
        value = None if raw is None else raw / divisor
        if value is not None and _meant(stem, bound, value):
            found[bound] = value
    lower, upper = found.get("lower_warning"), found.get("upper_warning")
    if lower is not None and upper is not None and lower >= upper:
        del found["lower_warning"], found["upper_warning"]
    return Limits(**found) if found else NO_LIMITS


def _meant(stem: str, bound: str, value: float) -> bool:
    if not value:
        return False
    if stem.startswith("temp"):
        return -_HOTTEST < value < _HOTTEST and (value > 0 or bound.startswith("lower"))
    return True
