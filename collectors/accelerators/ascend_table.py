"""`npu-smi info`: the table of all NPUs, two lines per chip, understood by its own heading.

The heading's words name the figures of the third cell, so that versions with more or fewer of
them (HBM, huge pages) are read alike, and an unknown one not at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from collectors.accelerators import figures
from collectors.accelerators.ascend_chip import Chip
from collectors.accelerators.outline import unknown
from collectors.accelerators.schema import Figure
from collectors.protocol import Failure
from model.readings import Fault, Reason, Severity

_WORD = re.compile(r"\S+\s*/\s*\S+|\S+")
"""A figure, or a pair such as "3316 / 65536"."""
_HEALTH = {
    "ok": Severity.OK,
    "warning": Severity.WARNING,
    "alarm": Severity.CRITICAL,
    "critical": Severity.CRITICAL,
}
_MEMORIES = ("hbm-usage(mb)", "memory-usage(mb)")
"""Device memory, best first: cards with HBM tell "0 / 0" of the other kind."""


def read(text: str) -> tuple[Chip, ...]:
    """The chips in the table's order. Failure UNDECODABLE: not this table, or a line unlike it."""
    rows = _rows(text)
    first, second = _headings(rows, text)
    chips: list[Chip] = []
    for upper in rows:
        if _is_heading(upper):
            break  # the table of processes
        lower = next(rows, None)
        if lower is None:
            raise _odd(upper)
        chips.append(_chip(upper, _figures(upper, first), lower, _figures(lower, second)))
    numbers = [(chip.npu, chip.chip) for chip in chips]
    if not chips or len(set(numbers)) < len(numbers):
        raise unknown("npu-smi info", text)
    return tuple(chips)


def _rows(text: str) -> Iterator[list[str]]:
    for line in map(str.strip, text.splitlines()):
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not line.endswith("|"):
                raise _odd(cells)
            yield cells


def _is_heading(row: list[str]) -> bool:
    return row[0].split()[:1] in (["NPU"], ["Chip"])


def _headings(rows: Iterator[list[str]], text: str) -> tuple[list[str], list[str]]:
    """The words of the third cell of both heading lines, in lower case."""
    for row in rows:
        if _is_heading(row):
            words = [_words(heading) for heading in (row, next(rows, []))]
            if "power(w)" in words[0] and "aicore(%)" in words[1]:
                return words[0], words[1]
    raise unknown("npu-smi info", text)


def _words(row: list[str]) -> list[str]:
    return row[2].lower().split() if len(row) == 3 else []


def _figures(row: list[str], heading: list[str]) -> dict[str, str]:
    told = _WORD.findall(row[2]) if len(row) == 3 else []
    if len(told) != len(heading):
        raise _odd(row)
    return dict(zip(heading, told, strict=True))


def _odd(row: list[str]) -> Failure:
    line = " | ".join(row)
    return Failure(Reason.UNDECODABLE, f"npu-smi info: a line unlike its heading: {line!r:.120}")


def _chip(upper: list[str], board: dict[str, str], lower: list[str], core: dict[str, str]) -> Chip:
    number, _, model = upper[0].partition(" ")
    npu, chip = figures.index(number), figures.index(lower[0].split(" ")[0])
    if npu is None or chip is None:
        raise _odd(upper if npu is None else lower)
    used, size = _memory(core)
    return Chip(
        npu=npu,
        chip=chip,
        model=model.strip(),
        power=figures.POWER.read(board["power(w)"], "w"),
        temperature=figures.optional(figures.TEMPERATURE, board.get("temp(c)"), "c"),
        utilization=figures.UTILIZATION.read(core["aicore(%)"], "%"),
        memory_used=used,
        memory_total=size,
        health=_health(upper[1]),
    )


def _memory(core: dict[str, str]) -> tuple[Figure, Figure]:
    found: tuple[Figure, Figure] = (None, None)
    for word in _MEMORIES:
        used, slash, size = (part.strip() for part in core.get(word, "").partition("/"))
        if not slash:
            continue
        whole = figures.capacity(figures.MEMORY.read(size, "mb"))
        if isinstance(whole, float):
            return figures.MEMORY.read(used, "mb"), whole
        found = (whole, whole)
    return found


def _health(word: str) -> Severity | Fault:
    known = _HEALTH.get(word.lower())
    return known or Fault(None, Reason.UNAVAILABLE, f"health: the tool says {word!r:.40}", word)
