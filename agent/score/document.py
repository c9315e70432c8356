"""A report of scores as JSON: `data/score-result.schema.json` says what is in it.

Keys are never translated; texts are in the language asked for. Numbers are whole, not rounded.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from agent.diagnosis import Lang, entry_of
from agent.results import Json, fix_steps
from agent.score.outcome import Exit, outcome
from agent.version import VERSION
from scoring.kpi import DAY
from scoring.report.model import Absent, Advice, Figure, Lack, Report, Subject, SubScore

SCHEMA = "dcagent.score/v1"
SCHEMA_FILE = Path(__file__).parents[1] / "data" / "score-result.schema.json"


def document(report: Report, lang: Lang, started: float, took: float) -> Json:
    """The whole document."""
    found = outcome(report)
    return {
        **_head(lang, started, took, found.status, found.exit),
        "question": _question(report),
        "summary": {
            "subjects": len(report.subjects),
            "full": found.full,
            "provisional": found.provisional,
            "withheld": found.withheld,
            "breached": found.breached,
        },
        "notices": [absent(one, lang) for one in report.notices],
        "subjects": [_subject(report, one, lang) for one in report.subjects],
        **({"lacks": [_lack(one, lang) for one in report.lacks]} if report.lacks else {}),
        **(
            {"trends": [_trend(t.labels, t.points) for t in report.trends]} if report.trends else {}
        ),
    }


def failed(told: Absent, evidence: str, lang: Lang, started: float, took: float, code: int) -> Json:
    """The document where there is no report: what came back, and what to do."""
    status = "withheld" if code == Exit.WITHHELD else "error"
    error: Json = {**absent(told, lang), "evidence": evidence}
    return {**_head(lang, started, took, status, code), "error": error, "subjects": []}


def _head(lang: Lang, started: float, took: float, status: str, code: int) -> Json:
    return {
        "schema": SCHEMA,
        "command": "score",
        "version": VERSION,
        "host": socket.gethostname(),
        "lang": lang,
        "started": _moment(started),
        "duration_ms": round(took * 1000),
        "status": status,
        "exit_code": int(code),
    }


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


def _question(report: Report) -> Json:
    return {
        "level": report.level.name,
        "at": _moment(report.at),
        "begin": _moment(report.begin),
        "window": report.window or DAY.text,
        "recorded": not (report.window or report.raw),
        "raw": report.raw,
        "engine": report.engine,
        "profile": report.profile,
        "day": report.day.isoformat(),
        "table": {"edition": report.table.edition.isoformat(), "digest": report.table.digest},
    }


def _subject(report: Report, subject: Subject, lang: Lang) -> Json:
    told: Json = {
        "labels": dict(subject.labels),
        "name": subject.name,
        "path": subject.path,
        "score": subject.score,
        "grade": subject.grade.value,
        "confidence": subject.confidence or "withheld",
        "coverage": subject.coverage,
        "limiting": list(subject.limiting),
        "breached": subject.breached,
    }
    if subject.spread is not None:
        told["spread"] = {"low": subject.spread[0], "high": subject.spread[1]}
    if subject.interval is not None:
        bounds = {"measured": subject.interval.measured, "upper": subject.interval.upper}
        told["power_watts"] = bounds
    told["kpis"] = [_sub(report, sub, lang) for sub in subject.subs]
    told["advice"] = [_advice(one, lang) for one in subject.advice]
    told["beside"] = [_figure(report, figure, lang) for figure in subject.beside]
    for name in ("withheld", "lowering", "notes"):
        told[name] = [absent(one, lang) for one in getattr(subject, name)]
    return told


def _figure(report: Report, figure: Figure, lang: Lang) -> Json:
    told: Json = {
        "kpi": figure.kpi,
        "title": report.table.kpis[figure.kpi].title.of(lang),
        "value": figure.value,
        "unit": figure.unit,
        "coverage": figure.coverage,
    }
    if figure.labels:
        told["labels"] = dict(figure.labels)
    if figure.absent is not None:
        told["absent"] = absent(figure.absent, lang)
    return told


def _sub(report: Report, sub: SubScore, lang: Lang) -> Json:
    kpi = sub.figure.kpi
    scale = report.table.breakpoints(kpi, report.profile, report.day)
    return {
        **_figure(report, sub.figure, lang),
        "points": sub.points,
        "window": sub.window,
        "gain": sub.gain,
        "below_floor": sub.below_floor,
        "limits": [
            {"name": limit.name, "value": limit.value, "breached": limit in sub.breached}
            for limit in sub.limits
        ],
        "breakpoints": [{"value": b.value, "points": b.points} for b in scale],
    }


def _advice(one: Advice, lang: Lang) -> Json:
    return {"kpi": one.kpi, "gain": one.gain, **absent(Absent(one.code, one.words), lang)}


def absent(one: Absent, lang: Lang) -> Json:
    """A code with what it says here."""
    entry = entry_of(one.code)
    return {
        "code": one.code,
        "title": entry.title.say(lang, one.words),
        "cause": entry.cause.say(lang, one.words),
        "words": dict(one.words),
        "fix": [step.as_json() for step in fix_steps(entry, lang, one.words)],
    }


def _lack(one: Lack, lang: Lang) -> Json:
    told: Json = {"kind": one.kind, "name": one.name, **absent(one.absent, lang)}
    where = (("rack", one.rack), ("target", one.target), ("address", one.address))
    return {**told, **{name: value for name, value in where if value}}


def _trend(labels: Mapping[str, str], points: tuple[tuple[float, float], ...]) -> Json:
    return {"labels": dict(labels), "points": [[at, value] for at, value in points]}
