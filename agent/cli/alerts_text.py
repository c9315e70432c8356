"""Alerts on the screen: a line for each, a runbook in full, both as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from agent.cli.terminal import columns, paint, wrapped
from agent.diagnosis import Lang
from alerts.alert import Alert
from alerts.recorded import behind
from alerts.runbook import WORDS
from scoring.rule import Rule
from scoring.scale import figure
from scoring.table import Name

_COLOURS = {"critical": "red", "warning": "yellow", "info": "dim"}


def listing(alerts: Sequence[Alert], lang: Lang) -> str:
    """One line per alert."""
    rows = [(a.name, a.severity.value, a.hold, a.title.of(lang)) for a in alerts]
    return "".join(f" {line}\n" for line in columns(rows, right=(2,)))


def page(alert: Alert, rules: Sequence[Rule], lang: Lang, colour: bool = False) -> str:
    """The runbook of one alert; `rules` are the pack's recorded series."""
    urgency = paint(alert.severity.urgency.of(lang), _COLOURS[alert.severity], colour)
    head = f" {paint(alert.name, 'bold', colour)}  {alert.title.of(lang)}  [{urgency}]"
    lines = [head, ""]
    book = alert.runbook
    lines += wrapped(book.means.of(lang), f" {WORDS['means'].of(lang)}  ")
    lines += ["", f" {WORDS['checks'].of(lang)}"]
    for check in book.checks:
        lines += wrapped(check.text.of(lang), "   - ")
        lines.append(f"     {paint(check.run, 'cyan', colour)}")
    for word in ("causes", "fixes", "normal"):
        lines += ["", f" {WORDS[word].of(lang)}", *_bullets(getattr(book, word), lang)]
    lines += ["", *(f"   {line}" for line in (*alert.expr.splitlines(), f"for: {alert.hold}"))]
    for rule in behind(alert.expr, rules):
        lines += [f"   {rule.record}:", *(f"     {line}" for line in rule.expr.splitlines())]
    lines += [f"   {n.name} = {figure(n.value)} {n.unit}" for n in alert.thresholds]
    return "\n".join(lines) + "\n"


def _bullets(names: Sequence[Name], lang: Lang) -> Iterator[str]:
    for name in names:
        yield from wrapped(name.of(lang), "   - ")


def documents(alerts: Sequence[Alert]) -> str:
    """JSON: one object where one was asked for, else a list."""
    told = [_document(alert) for alert in alerts]
    one = told[0] if len(told) == 1 else told
    return json.dumps(one, ensure_ascii=False, indent=1) + "\n"


def _document(alert: Alert) -> dict[str, object]:
    book = alert.runbook
    return {
        "alert": alert.name,
        "severity": alert.severity.value,
        "for": alert.hold,
        "expr": alert.expr,
        "title": _both(alert.title),
        "thresholds": [
            {
                "name": number.name,
                "value": number.value,
                "unit": number.unit,
                "source": number.origin.source,
                "date": number.origin.date,
                "confidence": number.origin.confidence.value,
            }
            for number in alert.thresholds
        ],
        "means": _both(book.means),
        "checks": [{"run": check.run, "text": _both(check.text)} for check in book.checks],
        "causes": [_both(cause) for cause in book.causes],
        "fixes": [_both(fix) for fix in book.fixes],
        "normal": [_both(case) for case in book.normal],
        "hides": [name for one in alert.inhibits for name in one.names],
    }


def _both(name: Name) -> dict[str, str]:
    return {"zh": name.zh, "en": name.en}
