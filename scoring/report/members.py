"""Who is to be scored: the expected set of a level, and the values of each of its members."""

from __future__ import annotations

import re

from scoring.kpi import OCCUPANCY, PUE, SCORE, WITHHELD
from scoring.levels import CLUSTER, RACK, REGIONS, SITE
from scoring.report import energies
from scoring.report.facts import Key
from scoring.report.look import EXPECTED, PLACE, Look
from scoring.report.values import Known, Values, over, recorded

_DIGITS = re.compile(r"(\d+)")


def members(look: Look) -> list[Key]:
    """Every member that ought to have a score, in the order of places."""
    level, facts = look.level, look.facts
    if level in (RACK, CLUSTER):
        found = set(facts.members(EXPECTED, SCORE, WITHHELD))
    elif level is SITE:
        found = set(facts.members(PLACE, SCORE, WITHHELD))
    else:
        found = set(facts.members(SCORE, WITHHELD))
        places = (look.sites.labels(site) for site in look.sites.members(PLACE))
        found |= {facts.key(labels) for labels in places if labels[level.own]}
    return sorted(found, key=_natural)


def _natural(key: Key) -> list[list[tuple[int, str]]]:
    """Names in the order that people count in: k2 before k10."""
    return [
        [(int(part), "") if part.isdigit() else (-1, part) for part in _DIGITS.split(value)]
        for value in key
    ]


def values(look: Look) -> Values:
    """The value and coverage of each scored KPI of each member."""
    question, facts = look.question, look.facts
    if question.recorded:
        return recorded(facts)
    found = over(question, look.source, facts)
    if look.level is SITE or look.level in REGIONS:
        _add_occupancy(look, found)
        _add_pue(look, found)
    return found


def _add_occupancy(look: Look, found: Values) -> None:
    for key in look.facts.members(OCCUPANCY.metric):
        value = look.facts.value(key, OCCUPANCY.metric)
        found.setdefault(key, {})[OCCUPANCY.name] = Known(value, 1.0)


def _add_pue(look: Look, found: Values) -> None:
    """PUE as recorded, or of months of raw counters; else that of the window that was asked for."""
    question, source = look.question, look.source
    if question.raw:
        over_months = energies.long(source)
        coverage = energies.shares(source, question.span)
        for window in {text for text, _ in over_months.values()}:
            some = {site: one for site, (text, one) in over_months.items() if text == window}
            for key, known in energies.of_level(look.level, window, some, coverage, look.sites):
                found.setdefault(key, {}).setdefault(PUE.name, known)
    else:
        for key, kpis in recorded(look.facts).items():
            if PUE.name in kpis:
                found.setdefault(key, {})[PUE.name] = kpis[PUE.name]
    lacking = {key for key in members(look) if _lacks(found, key)}
    if question.window is None or not lacking:
        return
    own = energies.short(source, question.window)
    coverage = energies.shares(source, question.window)
    text = question.window.text
    for key in lacking:  # the coverage of a day says nothing of this window
        found.get(key, {}).pop(PUE.name, None)
    for key, known in energies.of_level(look.level, text, own, coverage, look.sites):
        if key in lacking:
            found.setdefault(key, {})[PUE.name] = known


def _lacks(found: Values, key: Key) -> bool:
    known = found.get(key, {}).get(PUE.name)
    return known is None or known.value is None
