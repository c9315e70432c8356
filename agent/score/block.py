"""One subject in full, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agent.cli.fixes import fix_lines
from agent.cli.terminal import columns, one_line, pad, paint, width, wrapped
from agent.diagnosis import entry_of
from agent.results import fix_steps
from agent.score.amounts import points as plain_points
from agent.score.shown import Shown
from agent.score.words import say, told
from scoring.grade import Grade
from scoring.report.model import Absent, Figure, Subject, SubScore

_LABEL = 11
_CODE_COLUMN = 86
_WIDE = 104
GRADES = {Grade.A: "green", Grade.B: "green", Grade.C: "yellow", Grade.D: "red", Grade.N: "red"}
"""Grade → its colour."""


def block(shown: Shown, subject: Subject, colour: bool, fixes: bool) -> list[str]:
    """The lines of a subject. `fixes`: with the ways out of what withholds its score."""
    head = f" {one_line(subject.path)}"
    span = shown.span()
    gap = max(_CODE_COLUMN - width(head) - width(span), 2)
    lines = [paint(head, "bold", colour) + " " * gap + span]
    lines += [f"  {line}" for line in _subs(shown, subject)]
    lines += _total(shown, subject, colour)
    lines += _power(shown, subject)
    lines += _findings(shown, "why", subject.withheld, colour, fixes)
    lines += _findings(shown, "lowered", subject.lowering, colour, fixes)
    lines += _advice(shown, subject)
    lines += _beside(shown, subject.beside)
    lines += _absent(shown, subject)
    for absent in subject.notes:
        lines += _coded(shown, "note", told(absent, shown.lang), absent.code)
    return lines


def _subs(shown: Shown, subject: Subject) -> list[str]:
    heads = [say(shown.lang, name) for name in ("kpi", "value", "points", "coverage", "gain")]
    rows = [[*heads, say(shown.lang, "scale")]]
    rows += [row for sub in subject.subs for row in _rows(shown, sub)]
    return columns(rows, (1, 2, 3, 4))


def _rows(shown: Shown, sub: SubScore) -> Iterator[list[str]]:
    """A sub-score, and under its scale what else is to be known of it."""
    figure = sub.figure
    gain = f"+{plain_points(sub.gain)}" if sub.gain is not None and sub.gain >= 0.05 else ""
    scale = shown.breakpoints(figure.kpi)
    if figure.absent is not None:
        title = entry_of(figure.absent.code).title.say(shown.lang)
        scale = f"{title}  {figure.absent.code}"
    cells = [shown.value(figure), shown.points(sub.points), shown.share(figure.coverage)]
    yield [shown.title(figure.kpi), *cells, gain, scale]
    yield from (["", "", "", "", "", line] for line in shown.remarks(sub))


def _total(shown: Shown, subject: Subject, colour: bool) -> list[str]:
    lang = shown.lang
    score = shown.points(subject.score)
    grade = paint(f"{score}  {subject.grade.value}", GRADES[subject.grade], colour)
    parts = [say(lang, f"confidence {subject.confidence}")]
    if subject.coverage is not None:
        parts.append(say(lang, "covered", shown.share(subject.coverage)))
    if subject.limiting and subject.score is not None:
        names = " ".join(say(lang, kpi) for kpi in subject.limiting)
        parts.append(say(lang, "limits", names))
    if subject.spread is not None:
        parts.append(say(lang, "spread", *map(plain_points, subject.spread)))
    lead = f"  {pad(say(lang, 'score'), _LABEL)}"
    lines = wrapped(" · ".join(parts), f"{lead}{score}  {subject.grade.value}  ", _WIDE)
    return [lines[0].replace(f"{score}  {subject.grade.value}", grade, 1), *lines[1:]]


def _power(shown: Shown, subject: Subject) -> list[str]:
    if subject.interval is None:
        return []
    least = shown.watts(subject.interval.measured)
    upper = subject.interval.upper
    if upper is None:
        words = say(shown.lang, "no upper", least)
    elif upper - subject.interval.measured < 0.5:
        words = least
    else:
        words = say(shown.lang, "between", least, shown.watts(upper))
    return [f"  {pad(say(shown.lang, 'power'), _LABEL)}{words}"]


def _findings(
    shown: Shown, label: str, absents: Iterable[Absent], colour: bool, fixes: bool
) -> Iterator[str]:
    """What is missing, each with its ways out; a command that several share is told once."""
    said: set[str] = set()
    for absent in absents:
        yield from _coded(shown, label, told(absent, shown.lang), absent.code)
        steps = fix_steps(entry_of(absent.code), shown.lang, absent.words) if fixes else ()
        fresh = [step for step in steps if step.command not in said]
        said |= {step.command for step in steps if step.command}
        yield from fix_lines(fresh, shown.lang, colour, _LABEL + 2)
        label = ""


def _advice(shown: Shown, subject: Subject) -> Iterator[str]:
    label = "advice"
    for one in subject.advice:
        entry = entry_of(one.code)
        about = f"{entry.title.say(shown.lang)}: {entry.cause.say(shown.lang, one.words)}"
        words = f"+{plain_points(one.gain)} {say(shown.lang, one.kpi)} · {about}"
        yield from _coded(shown, label, words, one.code)
        label = ""


def _beside(shown: Shown, figures: Iterable[Figure]) -> list[str]:
    values: dict[str, list[str]] = {}
    for figure in figures:
        if figure.value is not None:
            labels = one_line(shown.labels(figure))
            value = shown.value(figure)
            values.setdefault(figure.kpi, []).append(f"{value} ({labels})" if labels else value)
    parts = [f"{shown.title(kpi)} {', '.join(found)}" for kpi, found in values.items()]
    lead = f"  {pad(say(shown.lang, 'beside'), _LABEL)}"
    return wrapped(" · ".join(parts), lead, _WIDE) if parts else []


def _absent(shown: Shown, subject: Subject) -> Iterator[str]:
    """What stands beside the score and cannot be given, each reason once."""
    names: dict[str, tuple[Absent, list[str]]] = {}
    for figure in subject.beside:
        if figure.absent is not None:
            found = names.setdefault(figure.absent.code, (figure.absent, []))
            found[1].append(shown.title(figure.kpi))
    label = "cannot"
    for absent, titles in names.values():
        words = f"{', '.join(dict.fromkeys(titles))} — {told(absent, shown.lang)}"
        yield from _coded(shown, label, words, absent.code)
        label = ""


def _coded(shown: Shown, label: str, words: str, code: str) -> list[str]:
    """Words behind a label, with a code at the right of the first line."""
    lead = f"  {pad(say(shown.lang, label) if label else '', _LABEL)}"
    first, *more = wrapped(one_line(words), lead, _CODE_COLUMN - 2)
    return [f"{pad(first, _CODE_COLUMN)}{code}", *more]
