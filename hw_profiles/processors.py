"""What a machine could compute at most, by the processor table. Pure; nothing here raises.

    peak = cores × base clock × FLOPs per cycle and core

with the machine's own cores and clock where it tells them. One device, "cpu", stands for all
processors of a node; each accelerator package is a device under its own name. Peaks are dense,
kept per precision, and estimates: a figure of the table is no measurement.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from hw_profiles.processor_match import (
    how_to_add,
    how_to_add_accelerator,
    lookup,
    lookup_accelerator,
    seen,
    texts,
)
from hw_profiles.processor_schema import (
    Accelerator,
    Confidence,
    Entry,
    Figure,
    Precision,
    Processor,
    Table,
)
from hw_profiles.processor_table import ProcessorError, shipped, table
from model.host import Cpu, Device, Host
from model.readings import Fault, Outcome, Quality, Reading, Reason, Source
from model.sensors import Quantity, Role, Sensor

__all__ = [
    "CPU_DEVICE",
    "ProcessorError",
    "Table",
    "lookup",
    "lookup_accelerator",
    "outcomes",
    "peak",
    "peak_accelerator",
    "shipped",
    "table",
]

CPU_DEVICE = "cpu"
"""The device that all processors of a node are together, in peaks as in utilization."""

_PLAUSIBLE_HZ = (0.4e9, 8e9)
"""A clock outside is none: the DMI of an FT-2000/4 says 48 MHz."""

_MOST_CORES = 100_000
"""More than any machine has: a larger number is none."""

_GIGA, _TERA = 10**9, 10**12
_CONFIDENCES = list(Confidence)


def peak(processor: Processor, cpu: Cpu) -> dict[Precision, float] | None:
    """Operations per second of all the machine's cores; None where cores or clock are unknown."""
    cores, ghz = _cores(processor, cpu), _ghz(processor, cpu)
    if cores is None or ghz is None:
        return None
    return {
        precision: float(round(cores.value * ghz.value * figure.value * _GIGA))
        for precision, figure in processor.flops_per_cycle.items()
    }


def peak_accelerator(accelerator: Accelerator) -> dict[Precision, float]:
    """Operations per second of one package."""
    return {p: float(round(figure.value * _TERA)) for p, figure in accelerator.tflops.items()}


def outcomes(host: Host, table: Table | None = None) -> tuple[Outcome, ...]:
    """`node.info` and the peaks of each device; a Fault for each that has no figure.

    Without a `table` the shipped one is meant.
    """
    return _outcomes(host, table or shipped())


@lru_cache(maxsize=256)
def _outcomes(host: Host, table: Table) -> tuple[Outcome, ...]:
    """A host rarely changes, so what is made of it is kept."""
    processor = lookup(host.cpu, table)
    found: list[Outcome] = [*_info(host, processor), *_of_cpu(host.cpu, processor)]
    for device in host.accelerators:
        found += _of_accelerator(device, lookup_accelerator(device, table))
    return tuple(found)


def _info(host: Host, processor: Processor | None) -> Iterator[Reading]:
    """The machine in its own words; `domestic` only where the table knows."""
    own = texts(host.cpu)
    named = own[0] if own else processor.model if processor else ""
    domestic = processor.domestic if processor else None
    told = "" if domestic is None else str(domestic).lower()
    labels = (("arch", host.arch), ("cpu", named), ("domestic", told))
    if any(text for _, text in labels):
        sensor = Sensor(
            Role.NODE, Quantity.INFO, labels=tuple((key, text) for key, text in labels if text)
        )
        rule = _place(processor) if processor else ""
        yield Reading(sensor, 1.0, Quality.DERIVED, Source.TABLE, rule=rule)


def _of_cpu(cpu: Cpu, processor: Processor | None) -> Iterator[Outcome]:
    said = seen(cpu)
    if processor is None:
        if not said:
            yield _absent(CPU_DEVICE, "the machine tells nothing of its processor")
            return
        yield _absent(CPU_DEVICE, f"unknown processor: {said}; {how_to_add(cpu)}", raw=said)
        return
    if not processor.flops_per_cycle:
        yield _withheld(CPU_DEVICE, processor, said, how_to_add(cpu))
        return
    found = peak(processor, cpu)
    if found is None:
        lacking = " and ".join(_lacking(processor, cpu))
        detail = f"{processor.vendor} {processor.model}: unknown {lacking}; {how_to_add(cpu)}"
        yield _absent(CPU_DEVICE, detail, _place(processor), said)
        return
    cores, ghz = _cores(processor, cpu), _ghz(processor, cpu)
    assert cores is not None
    assert ghz is not None
    for precision, figure in processor.flops_per_cycle.items():
        sum_ = f"{cores.value:g} cores × {ghz.value:g} GHz × {figure.value:g} per cycle"
        rule = _rule(processor, sum_, figure, cores, ghz)
        yield _reading(CPU_DEVICE, precision, found[precision], rule, said)


def _of_accelerator(device: Device, accelerator: Accelerator | None) -> Iterator[Outcome]:
    said = " ".join(f"{device.vendor} {device.model}".split())
    if accelerator is None:
        detail = f'unknown accelerator "{said}"; {how_to_add_accelerator(device)}'
        yield _absent(device.device, detail, raw=said)
        return
    if not accelerator.tflops:
        yield _withheld(device.device, accelerator, said, how_to_add_accelerator(device))
        return
    for precision, flops in peak_accelerator(accelerator).items():
        figure = accelerator.tflops[precision]
        rule = _rule(accelerator, f"{figure.value:g} TFLOPS", figure)
        yield _reading(device.device, precision, flops, rule, said)


def _reading(device: str, precision: Precision, flops: float, rule: str, said: str) -> Reading:
    labels = (("precision", precision.value),)
    sensor = Sensor(Role.DEVICE, Quantity.PEAK, device, labels)
    return Reading(sensor, flops, Quality.ESTIMATED, Source.TABLE, raw=said, rule=rule)


def _absent(device: str, detail: str, rule: str = "", raw: str | None = None) -> Fault:
    sensor = Sensor(Role.DEVICE, Quantity.PEAK, device)
    return Fault(sensor, Reason.ABSENT, detail, raw=raw, rule=rule)


def _withheld(device: str, entry: Entry, said: str, how: str) -> Fault:
    detail = f"{entry.vendor} {entry.model} has no figure we trust: {entry.withheld}; {how}"
    return _absent(device, detail, _place(entry), said)


def _place(entry: Entry) -> str:
    """File and line, as a profile's lines are named; a site's file with its folder."""
    return f"{entry.file if entry.user else Path(entry.file).name}:{entry.line}"


def _rule(entry: Entry, how: str, *figures: Figure) -> str:
    """Where a peak comes from; as sure as the weakest figure in it."""
    sources = "; ".join(dict.fromkeys(figure.source for figure in figures if figure.source))
    worst = max((figure.confidence for figure in figures), key=_CONFIDENCES.index)
    return f"{_place(entry)} {how}; {sources}; confidence {worst.value}"


def _of_machine(value: float) -> Figure:
    """What the machine itself says needs no source."""
    return Figure(value, Confidence.HIGH, "")


def _cores(processor: Processor, cpu: Cpu) -> Figure | None:
    """Cores of all packages: the machine's own, else the entry's for each socket that is told."""
    if 0 < cpu.cores <= _MOST_CORES:
        return _of_machine(cpu.cores)
    each = processor.cores
    if each is None or not 0 < cpu.packages <= _MOST_CORES:
        return None
    return Figure(each.value * cpu.packages, each.confidence, each.source)


def _ghz(processor: Processor, cpu: Cpu) -> Figure | None:
    """The base clock: the machine's own where it is plausible, else the entry's."""
    low, high = _PLAUSIBLE_HZ
    return _of_machine(cpu.base_hz / _GIGA) if low <= cpu.base_hz <= high else processor.base_ghz


def _lacking(processor: Processor, cpu: Cpu) -> Iterator[str]:
    """The factors that neither the machine nor the entry tells, for people."""
    if _cores(processor, cpu) is None:
        yield "number of sockets" if processor.cores else "number of cores"
    if _ghz(processor, cpu) is None:
        told = f" ({cpu.base_hz / 1e6:g} MHz is not plausible)" if cpu.base_hz else ""
        yield f"base clock{told}"
