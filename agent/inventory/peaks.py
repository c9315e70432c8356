"""The peak of each node by the parts that it declares, and the models that have none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from agent.inventory.findings import Code, Finding
from agent.inventory.site_tables import Placed
from hw_profiles.declared_peaks import declared_peak
from hw_profiles.processor_schema import Table
from model.inventory import Lifecycle, Node, Peak


def with_peaks(nodes: Iterable[Placed[Node]], table: Table | None) -> list[Placed[Node]]:
    """The nodes with what the processor table (None: the shipped one) gives for their parts."""
    return [replace(each, it=_with_peaks(each.it, table)) for each in nodes]


def unknown_models(nodes: Iterable[Placed[Node]], table: Table | None) -> Iterable[Finding]:
    """The models of active nodes that the table has no peak for."""
    for each in nodes:
        node = each.it
        if each.sound and node.lifecycle is Lifecycle.ACTIVE:
            for model in declared_peak(node.processors, node.accelerators, table).unknown:
                words = {"name": node.name, "model": model}
                yield Finding(Code.NO_PEAK, each.file, each.line, words)


def _with_peaks(node: Node, table: Table | None) -> Node:
    flops = declared_peak(node.processors, node.accelerators, table).flops
    peaks = tuple(Peak(precision.value, value) for precision, value in flops.items())
    return replace(node, peaks=peaks) if peaks else node
