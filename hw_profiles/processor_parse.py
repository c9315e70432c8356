"""From a file of the processor table to its entries."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from hw_profiles.leaves import CODE_REQUIRED, CODE_VALUE, Branch, Complaints, Leaf, inside
from hw_profiles.processor_schema import (
    Accelerator,
    Confidence,
    CpuMatch,
    DeviceMatch,
    Figure,
    Precision,
    Processor,
)
from hw_profiles.typed import Typed, is_number
from model.document import Document, nearest

_ENTRY_KEYS = (
    *("vendor", "model", "domestic", "match", "tdp_watts", "source", "confidence", "withheld"),
)
_PROCESSOR_KEYS = (*_ENTRY_KEYS, "flops_per_cycle", "cores", "base_ghz")
_ACCELERATOR_KEYS = (*_ENTRY_KEYS, "tflops")
_CPU_KEYS = ("implementer", "part", "vendor_id", "family", "model")
_DEVICE_KEYS = ("vendor", "model")
_BYTE, _PART, _FAMILY = 0xFF, 0xFFF, 0xFFFF
_MOST = 1e6
"""No figure of this table is larger, so that no product overflows."""

_Kind = TypeVar("_Kind")


def vendor_word(text: str) -> str:
    """A vendor's name with letters and digits alone, so that spelling makes no difference."""
    return re.sub(r"[\W_]", "", text).lower()


@dataclass(slots=True)
class EntryParser:
    """Reads one file; `complaints` gathers what is wrong with it."""

    document: Document
    complaints: Complaints
    user: bool = False

    def entries(self) -> tuple[tuple[Processor, ...], tuple[Accelerator, ...]]:
        """The file's entries; worth nothing where there are complaints."""
        top = {key: Leaf(value, self.document, (key,)) for key, value in self.document.data.items()}
        self.complaints.known(top, ("processor", "accelerator"), "a processor table")
        return (
            tuple(self._each(top.get("processor"), _PROCESSOR_KEYS, self._processor)),
            tuple(self._each(top.get("accelerator"), _ACCELERATOR_KEYS, self._accelerator)),
        )

    def _each(
        self,
        leaf: Leaf | None,
        keys: tuple[str, ...],
        entry: Callable[[Branch, Leaf], _Kind],
    ) -> list[_Kind]:
        """What each table of an array of tables is."""
        if leaf is None:
            return []
        name = leaf.path[-1]
        if not isinstance(leaf.value, list) or not all(isinstance(v, dict) for v in leaf.value):
            self.complaints.add(leaf, f"write [[{name}]], one for each entry", CODE_VALUE)
            return []
        found = []
        for number, value in enumerate(leaf.value):
            own = Leaf(value, leaf.document, leaf.at(number))
            branch = inside(own, self.complaints)
            self.complaints.known(branch, keys, f"[[{name}]]")
            found.append(entry(branch, own))
        return found

    def _processor(self, branch: Branch, owner: Leaf) -> Processor:
        typed = Typed(branch, self.complaints, owner)
        numbers = self._numbers(branch, "flops_per_cycle", ("cores", "base_ghz", "tdp_watts"))
        figures = self._figures(typed, numbers)
        cores = figures.get("cores")
        if cores is not None and cores.value != int(cores.value):
            self.complaints.expected(branch["cores"], "a whole number")
        return Processor(
            vendor=self._told(typed, "vendor"),
            model=self._told(typed, "model"),
            domestic=typed.flag("domestic", False) if "domestic" in branch else None,
            tdp_watts=figures.get("tdp_watts"),
            withheld=typed.text("withheld"),
            file=self.document.file,
            line=owner.line,
            user=self.user,
            match=tuple(self._cpu_match(leaf) for leaf in self._alternatives(typed)),
            flops_per_cycle={p: figures[p] for p in Precision if p in figures},
            cores=cores,
            base_ghz=figures.get("base_ghz"),
        )

    def _accelerator(self, branch: Branch, owner: Leaf) -> Accelerator:
        typed = Typed(branch, self.complaints, owner)
        figures = self._figures(typed, self._numbers(branch, "tflops", ("tdp_watts",)))
        return Accelerator(
            vendor=self._told(typed, "vendor"),
            model=self._told(typed, "model"),
            domestic=typed.flag("domestic", False) if "domestic" in branch else None,
            tdp_watts=figures.get("tdp_watts"),
            withheld=typed.text("withheld"),
            file=self.document.file,
            line=owner.line,
            user=self.user,
            match=tuple(self._device_match(leaf) for leaf in self._alternatives(typed)),
            tflops={p: figures[p] for p in Precision if p in figures},
        )

    def _told(self, typed: Typed, key: str) -> str:
        """A text that must be there and say something."""
        assert typed.owner is not None
        typed.required(key, f"[[{typed.owner.path[0]}]]")
        text = typed.text(key).strip()
        if key in typed.branch and isinstance(typed.branch[key].value, str) and not text:
            self.complaints.expected(typed.branch[key], "a text that is not empty")
        return text

    def _alternatives(self, typed: Typed) -> list[Leaf]:
        """`match` is one table, or a list of tables of which any may hold."""
        assert typed.owner is not None
        typed.required("match", f"[[{typed.owner.path[0]}]]")
        leaf = typed.branch.get("match")
        if leaf is None:
            return []
        if isinstance(leaf.value, list):
            return [Leaf(value, leaf.document, leaf.at(i)) for i, value in enumerate(leaf.value)]
        return [leaf]

    def _cpu_match(self, leaf: Leaf) -> CpuMatch:
        branch = inside(leaf, self.complaints, "a table or a list of tables")
        self.complaints.known(branch, _CPU_KEYS, '"match" of a processor')
        if isinstance(leaf.value, dict) and not branch.keys() & set(_CPU_KEYS):
            known = ", ".join(_CPU_KEYS)
            self.complaints.add(leaf, f'"match" needs one of: {known}', CODE_REQUIRED)
        for key, other in (("part", "implementer"), ("family", "vendor_id")):
            if key in branch and other not in branch:
                message = f'"{key}" says nothing without "{other}"'
                self.complaints.add(branch[key], message, CODE_REQUIRED)
        typed = Typed(branch, self.complaints, leaf)
        return CpuMatch(
            implementer=typed.integer("implementer", 0, 1, _BYTE),
            part=typed.integer("part", 0, 1, _PART),
            vendor_id=self._told(typed, "vendor_id") if "vendor_id" in branch else "",
            family=typed.integer("family", 0, 1, _FAMILY),
            model=self._patterns(typed),
        )

    def _patterns(self, typed: Typed) -> tuple[re.Pattern[str], ...]:
        """The patterns of `model`; an empty list would fit nothing, or everything."""
        leaf = typed.branch.get("model")
        if leaf is not None and leaf.value in ([], ""):
            self.complaints.expected(leaf, "at least one regular expression")
        return typed.patterns("model")

    def _device_match(self, leaf: Leaf) -> DeviceMatch:
        branch = inside(leaf, self.complaints, "a table or a list of tables")
        self.complaints.known(branch, _DEVICE_KEYS, '"match" of an accelerator')
        typed = Typed(branch, self.complaints, leaf)
        if isinstance(leaf.value, dict):
            for key in _DEVICE_KEYS:
                typed.required(key, '"match" of an accelerator')
        vendors = frozenset(vendor_word(text) for text in typed.texts("vendor"))
        return DeviceMatch(vendors, self._patterns(typed))

    def _numbers(self, branch: Branch, group: str, single: tuple[str, ...]) -> Branch:
        """The figures of an entry: those of each precision, and those beside."""
        peaks = inside(branch[group], self.complaints) if group in branch else {}
        self.complaints.known(peaks, tuple(Precision), f'"{group}"')
        return {
            **{key: leaf for key, leaf in peaks.items() if key in tuple(Precision)},
            **{key: branch[key] for key in single if key in branch},
        }

    def _figures(self, typed: Typed, numbers: Branch) -> dict[str, Figure]:
        """Each number with its source and confidence; an entry without any must say why."""
        if not numbers and not typed.text("withheld") and typed.owner is not None:
            message = f'[[{typed.owner.path[0]}]] has no figure: "withheld" must say why'
            self.complaints.add(typed.owner, message, CODE_REQUIRED)
        sources = self._of_each(typed, "source", numbers)
        confidences = self._of_each(typed, "confidence", numbers)
        return {
            key: Figure(
                self._positive(leaf),
                self._confidence(typed, confidences.get(key, "")),
                sources.get(key, ""),
            )
            for key, leaf in numbers.items()
        }

    def _positive(self, leaf: Leaf) -> float:
        value = leaf.value
        if is_number(value):
            assert isinstance(value, int | float)
            if 0 < value <= _MOST:
                return float(value)
        self.complaints.expected(leaf, "a number above 0 and at most 1e6")
        return 1.0

    def _confidence(self, typed: Typed, text: str) -> Confidence:
        if not text:
            return Confidence.LOW  # somebody has complained already
        if text in tuple(Confidence):
            return Confidence(text)
        known = ", ".join(Confidence)
        message = f'"confidence" is "{text}", expected one of {known}{nearest(text, Confidence)}'
        self.complaints.add(typed.branch["confidence"], message, CODE_VALUE)
        return Confidence.LOW

    def _of_each(self, typed: Typed, key: str, numbers: Branch) -> dict[str, str]:
        """A text for all figures, or a table with one for each."""
        leaf = typed.branch.get(key)
        if leaf is None:
            if numbers and typed.owner is not None:
                typed.required(key, f"[[{typed.owner.path[0]}]]")
            return {}
        if not isinstance(leaf.value, dict):
            text = self._told(typed, key)
            return dict.fromkeys(numbers, text)
        branch = inside(leaf, self.complaints)
        self.complaints.known(branch, numbers, f'"{key}": the entry has no such figure')
        own = Typed(branch, self.complaints, leaf)
        for name in numbers:
            own.required(name, f'"{key}"')
        return {name: self._told(own, name) for name in numbers if name in branch}
