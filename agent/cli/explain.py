"""`dcagent explain`: the page of one code, or the list of all."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from agent.cli.language import language, say
from agent.cli.terminal import coloured, columns, paint, stdout, width, wrapped
from agent.diagnosis import Entry, Fix, Lang, catalogue, find, named
from agent.diagnosis.entries import fill
from agent.diagnosis.lookup import nearest
from agent.results import Exit


def explain(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CODE | WORDS]", help="A code, or words that some tool printed."),
    ] = None,
    lang: Annotated[Lang | None, typer.Option(help="zh or en; else the locale's.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Explain a code: what it means, its cause and its fix. Without a code, list all.

    Example: dcagent explain DCA-IPMI-003

    Example: dcagent explain "password verification timeout"
    """
    spoken = language(lang or "")
    asked = " ".join(words or ())
    entries = _asked_for(asked)
    if not entries:
        raise typer.Exit(_unknown(asked, spoken, as_json))
    if as_json:
        stdout().write(json.dumps(_documents(entries), ensure_ascii=False, indent=1) + "\n")
    elif asked and len(entries) == 1:
        stdout().write(page(entries[0], spoken, coloured(sys.stdout)))
    else:
        stdout().write(listing(entries, spoken))


def _asked_for(asked: str) -> tuple[Entry, ...]:
    if not asked:
        return tuple(catalogue().values())
    entry = named(asked)
    return (entry,) if entry else find(asked)


def _unknown(asked: str, lang: Lang, as_json: bool) -> int:
    close = nearest(asked)
    if as_json:
        told = {"error": f"no entry for {asked!r}", "nearest": [entry.code for entry in close]}
        stdout().write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    print(say(lang, "no such code", asked), file=sys.stderr)
    if close:
        print(say(lang, "did you mean", ""), file=sys.stderr)
        sys.stderr.write(listing(close, lang))
    return Exit.USAGE


def listing(entries: tuple[Entry, ...], lang: Lang) -> str:
    """One line per entry: code and title."""
    rows = [(entry.code, entry.title.say(lang)) for entry in entries]
    return "".join(f" {line}\n" for line in columns(rows))


def page(entry: Entry, lang: Lang, colour: bool = False) -> str:
    """One entry in full."""
    head = f" {paint(entry.code, 'bold', colour)}  {entry.title.say(lang)}"
    lines = [head, "", *wrapped(entry.cause.say(lang), f" {say(lang, 'cause')}  "), ""]
    for number, fix in enumerate(entry.fixes, 1):
        lines += _fix_lines(fix, number, lang, colour)
    if entry.raw:
        lines += ["", f" {say(lang, 'seen')}"]
        lines += [f"     {words}" for words in entry.raw]
    return "\n".join(lines) + "\n"


def _fix_lines(fix: Fix, number: int, lang: Lang, colour: bool) -> list[str]:
    label = say(lang, "fix")
    lead = f" {label} {number}." if number == 1 else f" {' ' * width(label)} {number}."
    notes = []
    if fix.where != "here":
        notes.append(say(lang, f"where {fix.where}"))
    if fix.risk != "none":
        notes.append(say(lang, f"risk {fix.risk}"))
    tail = f" ({', '.join(notes)})" if notes else ""
    lines = wrapped(f"{fix.text.say(lang)}{tail}", f"{lead} ")
    if fix.command:
        indent = " " * (width(label) + 5)
        lines.append(indent + paint(fill(fix.command), "cyan", colour))
    return lines


def _documents(entries: tuple[Entry, ...]) -> object:
    told = [_document(entry) for entry in entries]
    return told[0] if len(told) == 1 else told


def _document(entry: Entry) -> dict[str, object]:
    return {
        "code": entry.code,
        "title": {"zh": entry.title.zh, "en": entry.title.en},
        "cause": {"zh": entry.cause.zh, "en": entry.cause.en},
        "fix": [
            {
                "text": {"zh": fix.text.zh, "en": fix.text.en},
                "command": fix.command,
                "where": fix.where,
                "risk": fix.risk,
            }
            for fix in entry.fixes
        ],
        "raw": list(entry.raw),
    }
