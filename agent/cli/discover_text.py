"""What a search found, as a person reads it: a table of kinds, findings, the line that counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from agent.cli.discover_devices import Device, needs, shown, vendor_of
from agent.cli.discover_findings import Hunt
from agent.cli.discover_words import say
from agent.cli.probe_text import check_lines, duration
from agent.cli.terminal import columns, one_line, pad
from agent.diagnosis import Lang
from agent.results import Check, Status

_CODE_COLUMN = 86
_PROFILES = 2
"""How many likely profiles a cell names."""


def kinds(found: Sequence[Device], lang: Lang) -> list[str]:
    """The table per vendor and kind, the largest group first."""
    if not found:
        return []
    groups = Counter(
        (vendor_of(d, lang), _kind(d, lang), _profiles(d.profiles), needs(d, lang)) for d in found
    )
    ordered = sorted(groups.items(), key=lambda group: (-group[1], group[0]))
    heads = [say(lang, head) for head in ("vendor", "kind", "count", "profile", "needs")]
    rows = [[v, k, str(count), p, n] for (v, k, p, n), count in ordered]
    return [f"  {line}" for line in columns([heads, *rows], right=(2,))]


def each(found: Sequence[Device], lang: Lang) -> list[str]:
    """One line per device."""
    if not found:
        return []
    heads = [say(lang, h) for h in ("address", "state", "vendor", "kind", "profile", "seen")]
    rows = [
        [
            device.address,
            _state(device, lang),
            vendor_of(device, lang),
            _kind(device, lang),
            _profiles(device.profiles),
            shown(device.sighting, lang),
        ]
        for device in found
    ]
    return ["", *(f"  {line}" for line in columns([heads, *rows]))]


def _state(device: Device, lang: Lang) -> str:
    if device.known is None:
        return say(lang, "new" if device.listed else "nothing")
    name = one_line(device.known.name)
    return say(lang, "known as", name) if name else say(lang, "known")


def _kind(device: Device, lang: Lang) -> str:
    return say(lang, device.kind) if device.kind else say(lang, "unknown")


def _profiles(names: Sequence[str]) -> str:
    """A name, a few, or how many more."""
    told = ", ".join(names[:_PROFILES])
    more = len(names) - _PROFILES
    return f"{told}, +{more}" if more > 0 else told or "-"


def notes(checks: Sequence[Check], lang: Lang, colour: bool) -> list[str]:
    """The findings among the checks, each with its cause and fix."""
    return [line for check in checks for line in check_lines(check, lang, colour)]


def head(hunt: Hunt, questions: int, rate: float, credentials: str, lang: Lang) -> str:
    """How many were asked, how, and with what."""
    count = len(hunt.addresses)
    return " " + say(lang, "head", count, questions, rate, credentials, duration(hunt.took))


def last_line(
    hunt: Hunt, checks: Sequence[Check], code: int, lang: Lang, out: Path | None, added: int
) -> str:
    """What was counted, what to do next, and what the shell is told."""
    known = sum(device.known is not None for device in hunt.found)
    fresh = len(hunt.found) - known
    words = [say(lang, "found", len(hunt.found)), say(lang, "already", known)]
    words.append(say(lang, "fresh", fresh))
    if hunt.silent:
        words.append(say(lang, "gone", len(hunt.silent)))
    told = " " + say(lang, "and").join(words)
    if out is not None and added:
        told += f" → {out}"
    if step := _next(checks, lang, out, fresh, added):
        told += f" · {step}"
    return f"{pad(told, _CODE_COLUMN)} {say(lang, 'exit', code)}"


def _next(checks: Sequence[Check], lang: Lang, out: Path | None, fresh: int, added: int) -> str:
    for status in (Status.FAIL, Status.UNKNOWN):
        for check in checks:
            if check.status is status and check.code:
                return say(lang, "next code", check.code)
    if out is not None and added:
        return say(lang, f"next {out.suffix.lower().lstrip('.')}")
    return say(lang, "next out") if fresh and out is None else ""
