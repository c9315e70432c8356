"""`dcagent inventory check`: every inconsistency by row, its cause and its fix."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.cli.fixes import fix_lines
from agent.cli.inventory_files import Opened, opened
from agent.cli.inventory_words import say
from agent.cli.language import say as said
from agent.cli.prompts import Refused
from agent.cli.terminal import columns, one_line, stdout, tolerant, wrapped
from agent.diagnosis import Lang, entry_of
from agent.inventory.agreement import agreement
from agent.inventory.findings import Finding
from agent.results import Check, Exit, Json, Result, Status, fix_steps
from model.document import DocumentError
from model.inventory import Inventory

SHOWN = 10
"""Findings of one code that are told without --all."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line says."""

    files: tuple[Path, ...]
    config: Path | None
    every: bool
    as_json: bool
    lang: Lang
    started: float


def run(wishes: Wishes) -> int:
    """Checks; returns what the shell is told."""
    try:
        found = opened(wishes.files, wishes.config, wishes.lang)
    except Refused as refused:
        return refuse([f"{refused}  {refused.entry.code}"], refused.exit_code)
    except DocumentError as error:
        return refuse([f"{p}  {p.code}" for p in error.problems], Exit.CONFIG)
    findings = (*found.examined.findings, *_compared(found, wishes))
    code = exit_code(findings)
    inventory = found.examined.inventory
    if wishes.as_json:
        stdout().write(_json(findings, inventory, wishes, code))
    else:
        lines = [*told(findings, wishes.lang, wishes.every), _counted(findings, inventory, wishes)]
        stdout().write("".join(f"{line}\n" for line in lines))
    return code


def refuse(lines: Iterable[str], code: int) -> int:
    """Says why nothing could be done."""
    tolerant(sys.stderr).write("".join(f"dcagent inventory: {line}\n" for line in lines))
    return code


def _compared(found: Opened, wishes: Wishes) -> Iterable[Finding]:
    """What a configuration that was named, and asks somebody, says differently."""
    if wishes.config is None or found.config is None or not found.config.entries:
        return ()
    return agreement(found.config.entries, found.examined.read.nodes)


def exit_code(findings: Sequence[Finding]) -> Exit:
    """78 where there is an error, 1 where there are warnings alone."""
    if any(not finding.warning for finding in findings):
        return Exit.CONFIG
    return Exit.WARNINGS if findings else Exit.OK


def told(findings: Sequence[Finding], lang: Lang, every: bool = False) -> list[str]:
    """Findings by code, errors first; under each code its cause and its fix, once."""
    lines: list[str] = []
    for code in dict.fromkeys(f.code for f in sorted(findings, key=lambda f: f.warning)):
        group = [finding for finding in findings if finding.code is code]
        entry = entry_of(code)
        kind = say(lang, "warning" if group[0].warning else "error")
        lines.append(f"{code} {kind}  {entry.title.say(lang)}")
        shown = group if every else group[:SHOWN]
        rows = [[one_line(f.place), one_line(f.message(lang))] for f in shown]
        lines += [f"  {line}" for line in columns(rows)]
        if len(group) > len(shown):
            lines.append(f"  {say(lang, 'more', len(group) - len(shown))}")
        words = {"file": group[0].file, **group[0].words}
        lines += wrapped(entry.cause.say(lang, words), f"    {said(lang, 'cause')} ")
        lines += [*fix_lines(fix_steps(entry, lang, words), lang, indent=4), ""]
    return lines


def _counted(findings: Sequence[Finding], inventory: Inventory, wishes: Wishes) -> str:
    warnings = sum(finding.warning for finding in findings)
    errors = len(findings) - warnings
    lang = wishes.lang
    end = say(lang, "errors", errors, warnings) if findings else say(lang, "fine")
    parts = (inventory.sites, inventory.racks, inventory.nodes, inventory.meters)
    return say(lang, "counted", *map(len, parts), end)


def as_check(finding: Finding, lang: Lang) -> Check:
    """A finding in the shape that all checks share."""
    entry = entry_of(finding.code)
    words = {"file": finding.file, **finding.words}
    return Check(
        f"inventory.{finding.code.name.lower()}",
        finding.message(lang),
        Status.WARN if finding.warning else Status.FAIL,
        finding.place,
        finding.code.value,
        entry.cause.say(lang, words),
        fix_steps(entry, lang, words),
    )


def _json(findings: Sequence[Finding], inventory: Inventory, wishes: Wishes, code: int) -> str:
    lang = wishes.lang
    checks = tuple(as_check(finding, lang) for finding in findings)
    fine = Check("inventory.files", _counted(findings, inventory, wishes), Status.OK)
    took = time.time() - wishes.started
    subject: Json = {"kind": "config"}
    result = Result("inventory-check", lang, wishes.started, took, subject, checks or (fine,), code)
    return json.dumps(result.as_json(), ensure_ascii=False, indent=1) + "\n"
