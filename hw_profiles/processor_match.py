"""Which entry of the processor table a machine's processor or accelerator is; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar

from hw_profiles.processor_parse import vendor_word
from hw_profiles.processor_schema import Accelerator, CpuMatch, Processor, Table
from hw_profiles.processor_table import USER_DIRECTORY, shipped
from model.host import Cpu, Device

_Kind = TypeVar("_Kind", Processor, Accelerator)

_LONGEST = 200
"""A model's text is short; more of it is not looked at."""

_ANY = "\N{REPLACEMENT CHARACTER}"
"""A text that no model is called."""

_META = re.compile(r"([.^$*+?{}\[\]\\|()])")
_NOT_LITERAL = re.compile(r"[^ -&(-~]")
"""What may not stand in a quoted '…' of TOML, and what need not."""


def lookup(cpu: Cpu, table: Table | None = None) -> Processor | None:
    """The entry of a processor, None where none fits.

    A site's entry comes before ours, a model's text before a core type, more facts before fewer.
    """
    best: Processor | None = None
    rank: tuple[bool, bool, int] = (False, False, -1)
    said = texts(cpu)
    for entry in (table or shipped()).processors:
        for match in entry.match:
            found = (entry.user, *match.telling)
            if found > rank and _fits(match, cpu, said):
                best, rank = entry, found
    return best


def lookup_accelerator(device: Device, table: Table | None = None) -> Accelerator | None:
    """The entry of an accelerator, None where none fits; a site's before ours."""
    vendors = {vendor_word(device.vendor), vendor_word(device.device.rstrip("0123456789"))}
    said = _clean((device.model,))
    for entry in (table or shipped()).accelerators:
        for match in entry.match:
            if vendors & match.vendors and _any_fits(match.model, said):
                return entry
    return None


def named_processor(text: str, table: Table | None = None) -> Processor | None:
    """The entry of a processor that somebody wrote down: by a model's pattern, else by its name.

    Nothing but the text is known, so what else a match asks for is not asked.
    """
    entries = (table or shipped()).processors
    return _named(text, ((e, [p for m in e.match for p in m.model]) for e in entries))


def named_accelerator(text: str, table: Table | None = None) -> Accelerator | None:
    """The entry of an accelerator that somebody wrote down, likewise."""
    entries = (table or shipped()).accelerators
    return _named(text, ((e, [p for m in e.match for p in m.model]) for e in entries))


def _named(text: str, entries: Iterable[tuple[_Kind, list[re.Pattern[str]]]]) -> _Kind | None:
    """The first that a pattern fits, else the first that is called so.

    A pattern that fits any text names nothing.
    """
    said, known = _clean((text,)), tuple(entries)
    for entry, patterns in known:
        if _any_fits((p for p in patterns if not p.fullmatch(_ANY)), said):
            return entry
    word = vendor_word(text)
    for entry, _ in known:
        if word and word in (vendor_word(entry.model), vendor_word(entry.vendor + entry.model)):
            return entry
    return None


def texts(cpu: Cpu) -> tuple[str, ...]:
    """The model texts that say something, best first; DMI's `<BAD INDEX>` does not."""
    return _clean((cpu.model, *cpu.texts))


def seen(cpu: Cpu) -> str:
    """What a machine tells of its processor, for people."""
    facts = [f'"{text}"' for text in texts(cpu)[:3]]
    if cpu.vendor.strip():
        family = f" family 0x{cpu.family:x}" if cpu.family else ""
        facts.append(f'vendor_id "{cpu.vendor.strip()}"{family}')
    if cpu.implementer:
        facts.append(f"MIDR implementer 0x{cpu.implementer:02x} part 0x{cpu.part:03x}")
    return ", ".join(facts)


def finding_match(cpu: Cpu) -> str:
    """The `match` of an entry that would find this processor; "" where it tells nothing."""
    facts = []
    if cpu.implementer and cpu.part:
        facts.append(f"implementer = 0x{cpu.implementer:02x}, part = 0x{cpu.part:03x}")
    elif texts(cpu):
        facts.append(f"model = {_literal(texts(cpu)[0])}")
    elif cpu.vendor.strip():
        facts.append(f"vendor_id = {_literal(cpu.vendor.strip(), escape=False)}")
    return f"match = {{{', '.join(facts)}}}" if facts else ""


def how_to_add(cpu: Cpu) -> str:
    """Where to write an entry for this processor, and the `match` that would find it."""
    match = finding_match(cpu) or "its match"
    return f"add a [[processor]] with {match} and its figures to {USER_DIRECTORY}/NAME.toml"


def how_to_add_accelerator(device: Device) -> str:
    """Where to write an entry for this accelerator, and the `match` that would find it."""
    vendor = vendor_word(device.vendor) or device.device.rstrip("0123456789")
    said = _clean((device.model,))
    model = _literal(said[0]) if said else "'…'"
    match = f"match = {{vendor = '{vendor}', model = {model}}}"
    return f"add an [[accelerator]] with {match} and its figures to {USER_DIRECTORY}/NAME.toml"


def _fits(match: CpuMatch, cpu: Cpu, said: tuple[str, ...]) -> bool:
    """Whether all that is asked for holds."""
    asked = (
        (match.implementer, cpu.implementer),
        (match.part, cpu.part),
        (match.vendor_id.lower(), cpu.vendor.strip().lower()),
        (match.family, cpu.family),
    )
    if any(wanted and wanted != found for wanted, found in asked):
        return False
    return not match.model or _any_fits(match.model, said)


def _any_fits(patterns: Iterable[re.Pattern[str]], said: tuple[str, ...]) -> bool:
    return any(pattern.fullmatch(text) for pattern in patterns for text in said)


def _clean(found: Iterable[str]) -> tuple[str, ...]:
    """Texts with single spaces, each once."""
    plain = (" ".join(text.split())[:_LONGEST] for text in found)
    return tuple(dict.fromkeys(text for text in plain if text and not text.startswith("<")))


def _literal(text: str, escape: bool = True) -> str:
    """A text as a literal string of TOML, as a pattern of itself where `escape`."""
    pattern = _META.sub(r"\\\1", text) if escape else text
    return f"'{_NOT_LITERAL.sub('.', pattern)}'"
