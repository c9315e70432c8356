"""What ipmitool's words for discrete sensors mean (IPMI v2.0 rev 1.1, tables 42-2 and 42-3)."""

from __future__ import annotations

import re

from hw_profiles.ipmitool_lines import Line

_SPECIFIC, _REDUNDANCY = 0x6F, 0x0B
_UNKNOWN = 0xC0
"""A sensor type that the standard leaves to vendors: nothing is made of its states."""

_KINDS = (
    (0x08, (10,), r"PSU?[ _]?\d*(?![A-Za-z])|.*power supply"),
    (0x07, (3,), r"(?:CPU|PROC|Processor)[ _]?\d*(?![A-Za-z])"),
    (0x0C, (8, 32), r".*(?:DIMM|MEM)"),
    (0x0D, (4, 26), r".*(?:DISK|HDD|SSD|Drive)"),
)
"""Sensor type, the entities that have it, names that mean it where entities are unknown."""

_WORDS: dict[int, tuple[str, ...]] = {
    0x07: (
        *("ierr", "thermal trip", "frb1/bist failure", "frb2/hang in post failure"),
        *("frb3/processor startup/init failure", "configuration error"),
        *("sm bios uncorrectable cpu-complex error", "presence detected", "disabled"),
        *("terminator presence detected", "throttled", "uncorrectable machine check exception"),
        "correctable machine check error",
    ),
    0x08: (
        *("presence detected", "failure detected", "predictive failure", "power supply ac lost"),
        *("ac lost or out-of-range", "ac out-of-range, but present", "config error"),
        "power supply inactive",
    ),
    0x0C: (
        *("correctable ecc", "uncorrectable ecc", "parity", "memory scrub failed"),
        *("memory device disabled", "correctable ecc logging limit reached"),
        *("presence detected", "configuration error", "spare", "throttled"),
        "critical overtemperature",
    ),
    0x0D: (
        *("drive present", "drive fault", "predictive failure", "hot spare"),
        *("parity check in progress", "in critical array", "in failed array"),
        *("rebuild in progress", "rebuild aborted"),
    ),
}
_REDUNDANCIES = (
    *("fully redundant", "redundancy lost", "redundancy degraded"),
    *("non-redundant: sufficient from redundant", "non-redundant: sufficient from insufficient"),
    *("non-redundant: insufficient resources", "redundancy degraded from fully redundant"),
    "redundancy degraded from non-redundant",
)
"""The words of each type in the order of its offsets, as ipmitool prints them."""


def kind_of(line: Line) -> tuple[int, int]:
    """Sensor type and event type of a discrete sensor, as far as entity, name and words tell."""
    spoken_of = any(word.casefold() in _REDUNDANCIES for word in line.told)
    if spoken_of or (not line.told and "redundan" in line.name.casefold()):
        return _UNKNOWN, _REDUNDANCY
    for kind, entities, names in _KINDS:
        by_entity = line.entity is not None and line.entity[0] in entities
        by_name = line.entity is None and re.match(names, line.name, re.IGNORECASE)
        spoken = all(word.casefold() in _WORDS[kind] for word in line.told)
        if (by_entity or by_name) and spoken:
            return kind, _SPECIFIC
    return _UNKNOWN, _SPECIFIC


def mask_of(line: Line, kind: int, event: int) -> int | None:
    """The states that a discrete sensor asserts; None: not known."""
    if line.states is not None:
        return line.states & 0x7FFF
    words = _REDUNDANCIES if event == _REDUNDANCY else _WORDS.get(kind, ())
    offsets = [words.index(word.casefold()) for word in line.told if word.casefold() in words]
    return sum(1 << offset for offset in offsets) if offsets else None
