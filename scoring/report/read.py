"""From a question and an engine to a report."""

from __future__ import annotations

from scoring.api import Engine, Sample
from scoring.kpi import PUE, SCORE
from scoring.layers.inventory import TABLE_INFO
from scoring.report.advice import Details, details
from scoring.report.explain import has_servers, lacks
from scoring.report.look import Look, look
from scoring.report.members import members, values
from scoring.report.model import Absent, Lack, Report, Subject, Trend
from scoring.report.nothing import nothing
from scoring.report.question import Question
from scoring.report.scale import Choice, choice
from scoring.report.source import Recorded, Source
from scoring.report.subject import LONG, Judge
from scoring.report.values import Values
from scoring.scales import scales
from scoring.table import PROFILE

_PAST = "[30d:6h]"
"""How far a score is looked back at, and in which steps."""
_KNOWN_REMARK = "might not be a counter"
"""What Prometheus 3 says of every counter that a rule records under a name like ours."""


def report(engine: Engine, question: Question) -> Report:
    """What the engine says of the level.

    QueryFailed: it gives no whole answer. NothingToScore: it has no member. DocumentError: the
    table has no scale on that day.
    """
    info = () if question.raw else _info(engine, question)
    chosen = choice(question, info) if not question.raw else Choice(_profile(question), False)
    scale = scales(question.table, chosen.profile, question.day)
    seen = look(question, source_of(engine, question), engine.url)
    known = values(seen)
    subjects = _subjects(Judge(seen, chosen, scale), known)
    if not subjects:
        raise nothing(engine, question)
    return Report(
        table=question.table,
        profile=chosen.profile,
        day=question.day,
        level=question.level,
        at=question.at,
        window=question.window.text if question.window else "",
        engine=engine.url,
        raw=question.raw,
        subjects=subjects,
        trends=_trends(engine, seen) if question.trends and chosen.agrees else (),
        minutes=question.span.minutes,
        notices=(*_notices(question, chosen, engine, known), *_blind(seen)),
        lacks=_lacks(seen),
    )


def _subjects(judge: Judge, known: Values) -> tuple[Subject, ...]:
    """Every member, judged. Single servers are asked about only where advice can be given."""
    verdicts = {
        key: judge.verdict(key, known.get(key, {}), judge.points(key, known.get(key, {})))
        for key in members(judge.look)
    }
    look, inside = judge.look, Details()
    if any(found.score is not None for found in verdicts.values()):
        inside = details(look.source, look.level, look.question.table)
    return tuple(
        judge.subject(key, known.get(key, {}), found, inside) for key, found in verdicts.items()
    )


def _lacks(seen: Look) -> tuple[Lack, ...]:
    question = seen.question
    if not question.explain:
        return ()
    return lacks(seen.source, question.table, question.where["site"], seen.meters)


def _blind(seen: Look) -> tuple[Absent, ...]:
    """A centre has no single servers to explain."""
    if not seen.question.explain or has_servers(seen.source):
        return ()
    return (Absent("DCA-KPI-028", {"site": seen.question.where["site"]}),)


def source_of(engine: Engine, question: Question) -> Source:
    """Where a question's figures come from."""
    if not question.raw:
        return Recorded(engine, question.at, question.where, question.match)
    from scoring.report.computed import Computed  # noqa: PLC0415 # only this needs the rules
    from scoring.rules import rule_set  # noqa: PLC0415

    rules = rule_set(question.table, _profile(question), question.day)
    return Computed(engine, question.at, rules, question.where)


def _profile(question: Question) -> str:
    return question.profile or PROFILE


def _info(engine: Engine, question: Question) -> tuple[Sample, ...]:
    return Recorded(engine, question.at, {}, question.match).series((TABLE_INFO,))


def _notices(
    question: Question, chosen: Choice, engine: Engine, known: Values
) -> tuple[Absent, ...]:
    """What holds for the whole report."""
    odd = any(
        one.value is not None and one.window not in LONG
        for kpis in known.values()
        if (one := kpis.get(PUE.name))
    )
    found = [chosen.notice] if chosen.notice else []
    if question.short:
        found.append(Absent("DCA-KPI-026", {"window": question.span.text}))
    if odd:
        found.append(Absent("DCA-KPI-027", {"window": question.span.text}))
    remarks = (remark for remark in engine.remarks if _KNOWN_REMARK not in remark)
    found += [Absent("DCA-API-022", {"remark": remark}) for remark in remarks]
    return tuple(found)


def _trends(engine: Engine, seen: Look) -> tuple[Trend, ...]:
    """The past of each score; a change of confidence does not break it."""
    source = Recorded(engine, seen.question.at, seen.question.where, seen.question.match)
    name = seen.level.of(SCORE)
    found: dict[tuple[str, ...], dict[float, float]] = {}
    for track in engine.tracks(source.narrowed(name) + _PAST, seen.question.at):
        found.setdefault(seen.facts.key(track.labels), {}).update(track.values)
    return tuple(
        Trend(seen.facts.labels(key), tuple(sorted(values.items())))
        for key, values in sorted(found.items())
    )
