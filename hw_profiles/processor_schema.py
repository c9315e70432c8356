"""What the processor table holds: entries of processors and accelerators, and their figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Precision(StrEnum):
    """What is computed with. Peaks of different precisions are never converted or added."""

    FP64 = "fp64"
    FP32 = "fp32"
    FP16 = "fp16"
    INT8 = "int8"


class Confidence(StrEnum):
    """How far a figure can be trusted, best first."""

    HIGH = "high"
    MED_HIGH = "med-high"
    MED = "med"
    LOW_MED = "low-med"
    LOW = "low"


DOUBTED = frozenset({Confidence.LOW_MED, Confidence.LOW})
"""Figures of this confidence are not shipped; a site may use its own."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number: dense, without sparsity; `source` says who stated it."""

    value: float
    confidence: Confidence
    source: str


@dataclass(frozen=True, slots=True)
class CpuMatch:
    """One way to recognise a processor; all that is set must hold (0, "", (): not asked for).

    `vendor_id` and `family` are those of x86, `implementer` and `part` the fields of the arm64
    MIDR. A pattern of `model` must fit one of the machine's texts as a whole, whatever the case.
    """

    implementer: int = 0
    part: int = 0
    vendor_id: str = ""
    family: int = 0
    model: tuple[re.Pattern[str], ...] = ()

    @property
    def telling(self) -> tuple[bool, int]:
        """How specific it is: a model's text tells more than any core type."""
        facts = (self.implementer, self.part, self.vendor_id, self.family)
        return bool(self.model), sum(map(bool, facts))


@dataclass(frozen=True, slots=True)
class DeviceMatch:
    """How an accelerator is recognised: its tool's vendor word, and a pattern of its model."""

    vendors: frozenset[str]
    model: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, eq=False, kw_only=True, slots=True)
class Entry:
    """What the two kinds share. `domestic` is None where the core alone does not tell the maker.

    `withheld` says which figures are missing and why; `file` and `line` where the entry stands,
    `user` whether a site wrote it.
    """

    vendor: str
    model: str
    domestic: bool | None = None
    tdp_watts: Figure | None = None
    withheld: str = ""
    file: str = ""
    line: int = 0
    user: bool = False


@dataclass(frozen=True, eq=False, kw_only=True, slots=True)
class Processor(Entry):
    """A processor or core type; `cores` of one package and `base_ghz` serve silent machines."""

    match: tuple[CpuMatch, ...] = ()
    flops_per_cycle: Mapping[Precision, Figure] = field(default_factory=dict)
    cores: Figure | None = None
    base_ghz: Figure | None = None


@dataclass(frozen=True, eq=False, kw_only=True, slots=True)
class Accelerator(Entry):
    """An accelerator; `tflops` is the peak of one package, in 10¹² operations per second."""

    match: tuple[DeviceMatch, ...] = ()
    tflops: Mapping[Precision, Figure] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """All entries; a site's own before ours. Compared by identity."""

    processors: tuple[Processor, ...] = ()
    accelerators: tuple[Accelerator, ...] = ()
