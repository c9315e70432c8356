"""Writes docs/processors.md: `python -m hw_profiles.processor_doc > docs/processors.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping

from hw_profiles.processor_schema import (
    Accelerator,
    Confidence,
    Entry,
    Figure,
    Precision,
    Processor,
)
from hw_profiles.processor_table import shipped
from hw_profiles.processors import peak, peak_accelerator
from model.host import Cpu

_INTRODUCTION = """# Processors and accelerators

Generated from `hw_profiles/data/processors/*.toml`: `python -m hw_profiles.processor_doc > docs/processors.md`. Do not edit.

`dcagent_node_peak_flops{device,precision}` is what a device could compute at most: dense (no sparsity), per precision, never converted from one precision to another. The device `cpu` is all processors of a node; an accelerator package has its own name (`ascend0`). Both names are those of `dcagent_node_device_utilization_ratio`.

A processor's peak is cores × base clock × FLOPs per cycle and core. Cores and clock are the machine's own where it tells them; the table's serve where it does not. The base clock, never the boost, and none below 0.4 or above 8 GHz: some firmware says 48 MHz. All peaks are estimates.

Confidence is `high` (the primary text, or several that agree), `med-high` or `med` (one good source, or general knowledge that nothing contradicts). Doubtful figures are held back, as the last table says; a device without figures exports no peak and one `absent` fault that says what was seen and what to add.
"""  # noqa: E501 # paragraphs are lines

_ADDING = """## Adding one

Write a file of your own into `/etc/dcagent/processors.d`; no release is needed. Its entries come before all of ours, and replace one of the same vendor and model.

```toml
[[processor]]
vendor          = "HiSilicon"
model           = "Kunpeng 920 (TaiShan v120, HIP09)"   # unique with its vendor
domestic        = true                     # the label of dcagent_node_info; leave it out if unknown
match           = {implementer = 0x48, part = 0xd02}
flops_per_cycle = {fp64 = 8, fp32 = 16}    # of one core; fp64, fp32, fp16, int8. INVENTED numbers
cores           = 80                       # of one package; only where the machine does not tell
base_ghz        = 2.6                      # likewise
tdp_watts       = 280
source          = "our own HPL run of 2026-10-02"   # who says so
confidence      = {fp64 = "high", fp32 = "med", cores = "high", base_ghz = "high", tdp_watts = "low"}

[[accelerator]]
vendor     = "Hygon"
model      = "DCU K100-AI"
domestic   = true
match      = {vendor = "hygon", model = 'K100[ _-]AI'}
tflops     = {fp16 = 100}                  # 10¹² operations a second of one package, dense. INVENTED
source     = "data sheet of the purchase"
confidence = "high"                        # one word for all figures, or a table as above
```

| key | meaning |
|---|---|
| `match` | a table of which all keys hold, or a list of tables of which any does |
| `implementer`, `part` | the fields of the arm64 MIDR (`/proc/cpuinfo`: CPU implementer, CPU part) |
| `vendor_id`, `family` | those of x86 (`/proc/cpuinfo`: vendor_id, cpu family) |
| `model` | a pattern, or several, that fits one of the machine's model texts (DMI, cpuinfo, lscpu) as a whole, whatever the case |
| `vendor` (accelerator) | the word of the device's name (`ascend0`: `ascend`) or of its tool; several in a list |
| `source`, `confidence` | for each figure: a text for all of them, or a table. `high`, `med-high`, `med`, `low-med`, `low` |
| `withheld` | which figures are missing and why; required where there is none |

A match with a `model` beats one without, then the one with more keys, then the first in the files. Mistakes are told with file, line and the nearest known key. An entry for everybody goes into `hw_profiles/data/processors/<vendor>.toml`, one file per vendor, without any figure of `low-med` or `low`.
"""  # noqa: E501 # likewise

_PEAKS = "FP64 | FP32 | FP16 | INT8"


def document() -> str:
    """The whole text of docs/processors.md."""
    table = shipped()
    withheld = [e for e in (*table.processors, *table.accelerators) if e.withheld]
    parts = (
        _INTRODUCTION,
        "## Processors\n\nPeaks in GFLOPS of one package at the table's cores and clock; `…`: only "
        "the machine knows.\n\n| processor | domestic | cores × GHz × FLOPs per cycle (FP64/FP32) "
        f"| {_PEAKS} | TDP W | source | confidence |\n|{'---|' * 10}\n"
        + _rows(_processor(entry) for entry in table.processors if entry.flops_per_cycle),
        f"## Accelerators\n\nPeaks in TFLOPS (INT8: TOPS) of one package.\n\n"
        f"| accelerator | domestic | {_PEAKS} | TDP W | source | confidence |\n|{'---|' * 9}\n"
        + _rows(_accelerator(entry) for entry in table.accelerators if entry.tflops),
        "## Held back\n\nWhat is recognised but has no figure here, or lacks some, and why.\n\n"
        "| which | no figure at all | what is missing |\n|---|---|---|\n"
        + _rows(_withheld(entry) for entry in withheld),
        _ADDING,
    )
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _rows(rows: Iterable[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def _processor(entry: Processor) -> tuple[str, ...]:
    found = peak(entry, Cpu(packages=1)) or {}
    factors = (
        f"{entry.cores.value:g}" if entry.cores else "…",
        f"{entry.base_ghz.value:g}" if entry.base_ghz else "…",
        "/".join(f"{figure.value:g}" for figure in entry.flops_per_cycle.values()),
    )
    figures = _named(entry.flops_per_cycle, entry)
    if entry.cores:
        figures["cores"] = entry.cores
    if entry.base_ghz:
        figures["clock"] = entry.base_ghz
    peaks = _peaks({p: value / 1e9 for p, value in found.items()})
    return (*_who(entry), " × ".join(factors), *peaks, _tdp(entry), *_trust(figures))


def _accelerator(entry: Accelerator) -> tuple[str, ...]:
    peaks = _peaks({p: value / 1e12 for p, value in peak_accelerator(entry).items()})
    return (*_who(entry), *peaks, _tdp(entry), *_trust(_named(entry.tflops, entry)))


def _withheld(entry: Entry) -> tuple[str, ...]:
    has = entry.flops_per_cycle if isinstance(entry, Processor) else ()
    has = entry.tflops if isinstance(entry, Accelerator) else has
    return f"{entry.vendor} {entry.model}", "" if has else "yes", entry.withheld


def _who(entry: Entry) -> tuple[str, str]:
    told = {True: "yes", False: "no", None: "not told"}[entry.domestic]
    return f"{entry.vendor} {entry.model}", told


def _peaks(found: Mapping[Precision, float]) -> tuple[str, ...]:
    return tuple(f"{found[p]:.6g}" if p in found else "–" for p in Precision)


def _tdp(entry: Entry) -> str:
    return f"{entry.tdp_watts.value:g}" if entry.tdp_watts else "–"


def _named(peaks: Mapping[Precision, Figure], entry: Entry) -> dict[str, Figure]:
    figures = {precision.name: figure for precision, figure in peaks.items()}
    return figures | ({"TDP": entry.tdp_watts} if entry.tdp_watts else {})


def _trust(figures: Mapping[str, Figure]) -> tuple[str, str]:
    """Source and confidence, each once where all figures share it."""
    sources: dict[str, list[str]] = {}
    marks: dict[str, list[str]] = {}
    for name, figure in figures.items():
        sources.setdefault(figure.source, []).append(name)
        marks.setdefault(Confidence(figure.confidence).value, []).append(name)
    return _shared(sources), _shared(marks)


def _shared(told: Mapping[str, list[str]]) -> str:
    if len(told) == 1:
        return next(iter(told))
    return "; ".join(f"{', '.join(names)}: {text}" for text, names in told.items())


if __name__ == "__main__":
    sys.stdout.write(document())
