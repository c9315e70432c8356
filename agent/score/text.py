"""A report of scores as a person reads it in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agent.cli.terminal import one_line, pad, wrapped
from agent.diagnosis import Lang
from agent.score.block import block
from agent.score.listing import lacks, listing
from agent.score.outcome import outcome
from agent.score.shown import Shown
from agent.score.words import say, told
from scoring.kpi import DAY
from scoring.report.model import Report, Subject

FEW = 3
"""So many subjects are shown in full without being asked for."""
_CODE_COLUMN = 86


@dataclass(frozen=True, slots=True)
class Manner:
    """How a report is told: every subject in full, in colour, with what a site lacks."""

    lang: Lang
    every: bool = False
    colour: bool = False
    explained: bool = False


def lines(report: Report, manner: Manner) -> Iterator[str]:
    """Head, notices, the subjects in full or a line each, what lacks."""
    lang, colour = manner.lang, manner.colour
    shown = Shown(report, lang)
    yield _head(shown)
    for notice in report.notices:
        first, *more = wrapped(
            one_line(told(notice, lang)), f" {say(lang, 'notice')} ", _CODE_COLUMN - 2
        )
        yield f"{pad(first, _CODE_COLUMN)}{notice.code}"
        yield from more
    if manner.every or len(report.subjects) <= FEW:
        for subject in report.subjects:
            yield ""
            yield from block(shown, subject, colour, fixes=len(report.subjects) <= FEW)
    else:
        yield from listing(shown, colour)
    if manner.explained:
        yield ""
        yield from lacks(shown)


def _head(shown: Shown) -> str:
    report, lang = shown.report, shown.lang
    count = len(report.subjects)
    parts = [
        f"{count} {say(lang, f'{report.level.name}s' if count != 1 else f'a {report.level.name}')}",
        f"{shown.span()} ({report.window or DAY.text})",
        say(lang, "raw" if report.raw else "recorded"),
        report.table.profiles[report.profile].title.of(lang),
        say(lang, "table", report.table.digest[:8]),
        report.engine,
    ]
    return " " + " · ".join(parts)


def last_line(report: Report, manner: Manner) -> str:
    """What was counted, what to do next, and what the shell is told."""
    found, lang = outcome(report), manner.lang
    counts = {"full": found.full, "provisional": found.provisional, "withheld": found.withheld}
    parts = [say(lang, f"n {name}", n) for name, n in counts.items() if n]
    if found.breached:
        parts.append(say(lang, "n breached", found.breached))
    line = f" {', '.join(parts)}"
    if step := _next(report, manner):
        line += f" · {step}"
    return f"{pad(line, _CODE_COLUMN)} {say(lang, 'exit', int(found.exit))}"


def _next(report: Report, manner: Manner) -> str:
    """The first thing to look into."""
    lang = manner.lang
    if len(report.subjects) > FEW and not manner.every:
        worst = _worst(report)
        site = worst.labels.get("site", "")
        alone = report.level.name == "site" and site
        return say(lang, "next one", site) if alone else say(lang, "next all")
    reasons = [absent for subject in report.subjects for absent in subject.withheld]
    site = report.subjects[0].labels.get("site", "")
    if reasons and site and not manner.explained:
        return say(lang, "next site", site)
    advice = [one for subject in report.subjects for one in subject.advice]
    codes = [absent.code for absent in reasons] + [one.code for one in advice]
    return say(lang, "next code", codes[0]) if codes else ""


def _worst(report: Report) -> Subject:
    """A subject that is withheld, else the one of the lowest score."""
    return min(report.subjects, key=lambda s: -1.0 if s.score is None else s.score)
