"""What a server could compute at most by the models that somebody declared of it. Pure.

The sum of its parts per precision, as the agents on the servers show them one by one: a part
without a figure at a precision (a processor's FP16) is not counted there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from hw_profiles.processor_match import named_accelerator, named_processor
from hw_profiles.processor_schema import Precision, Table
from hw_profiles.processor_table import shipped
from hw_profiles.processors import peak, peak_accelerator
from model.host import Cpu
from model.inventory import Part

Flops = Mapping[Precision, float]


@dataclass(frozen=True, slots=True)
class DeclaredPeak:
    """Operations per second by precision, and the models that the table has no peak for.

    What such a model could add to is absent: an accelerator to every precision, a processor to
    those in which the table counts processors.
    """

    flops: Flops = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


def declared_peak(
    processors: tuple[Part, ...], accelerators: tuple[Part, ...], table: Table | None = None
) -> DeclaredPeak:
    """The peak of a server with these parts; without a `table` by the shipped one.

    A server of which no processor is named has some all the same: they count as unknown.
    """
    return _declared(processors, accelerators, table or shipped())


@lru_cache(maxsize=1024)
def _declared(
    processors: tuple[Part, ...], accelerators: tuple[Part, ...], table: Table
) -> DeclaredPeak:
    """A site has few kinds of server, so what is found is kept."""
    cpus = [(part.model, _processor(part, table)) for part in processors]
    cards = [(part.model, _accelerator(part, table)) for part in accelerators]
    unknown = tuple(dict.fromkeys(model for model, flops in (*cpus, *cards) if not flops))
    if not all(flops for _, flops in cards):
        return DeclaredPeak(unknown=unknown)
    total = _sum(flops for _, flops in (*cpus, *cards))
    if not cpus or not all(flops for _, flops in cpus):
        counted = {precision for entry in table.processors for precision in entry.flops_per_cycle}
        total = {precision: flops for precision, flops in total.items() if precision not in counted}
    return DeclaredPeak(total, unknown)


def _sum(parts: Iterable[Flops]) -> dict[Precision, float]:
    total: dict[Precision, float] = {}
    for part in parts:
        for precision, flops in part.items():
            total[precision] = total.get(precision, 0.0) + flops
    return total


def _processor(part: Part, table: Table) -> Flops:
    """Nothing where the model is unknown, its figures are held back, or its cores are not told."""
    entry = named_processor(part.model, table)
    return (entry and peak(entry, Cpu(packages=part.count))) or {}


def _accelerator(part: Part, table: Table) -> Flops:
    entry = named_accelerator(part.model, table)
    each = peak_accelerator(entry) if entry else {}
    return {precision: part.count * flops for precision, flops in each.items()}
