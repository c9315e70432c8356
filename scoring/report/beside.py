"""What stands beside the score: facts, declarations and diagnostics, or why one is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scoring.api import Sample
from scoring.kpi import GREEN, REPORTED, Kpi
from scoring.levels import SITE
from scoring.report.facts import Key
from scoring.report.look import EXPECTED, MONTHS, Look
from scoring.report.model import Absent, Figure
from scoring.report.reasons import power, racks, ratings, utilisation, words
from scoring.report.values import Known

_CUE = "cue"


def beside(look: Look, key: Key, pue: Known | None) -> tuple[Figure, ...]:
    """Every KPI that is reported at this level, in the order of the registry."""
    found: list[Figure] = []
    for kpi in REPORTED:
        if look.level not in kpi.levels:
            continue
        own = _cue(look, key, pue) if kpi.name == _CUE and look.question.raw else None
        found += [own] if own else _figures(look, key, kpi)
    return tuple(found)


def _cue(look: Look, key: Key, pue: Known | None) -> Figure | None:
    """CUE = PUE × the factor of the province, where no rule has recorded it."""
    factor = look.factors.get(look.facts.labels(key)["province"])
    if factor is None or pue is None or pue.value is None:
        return None
    told = {name: factor.labels[name] for name in ("year", "source") if name in factor.labels}
    unit = look.question.table.kpis[_CUE].unit
    return Figure(_CUE, pue.value * factor.value, unit, None, {**told, **pue.labels})


def _figures(look: Look, key: Key, kpi: Kpi) -> Iterator[Figure]:
    unit = look.question.table.kpis[kpi.name].unit
    rows = [row for row in look.facts.rows(key, kpi.metric) if _is_of(row, kpi)]
    for row in rows:
        labels = {name: row.labels[name] for name in kpi.labels if row.labels.get(name)}
        yield Figure(kpi.name, row.value, unit, _coverage(look, key, kpi, row), labels)
    if not rows:
        yield Figure(kpi.name, None, unit, absent=_why(look, key, kpi))


def _is_of(row: Sample, kpi: Kpi) -> bool:
    """Whether a series is this KPI's: some share a name and differ in `basis`."""
    _, _, basis = kpi.matchers.strip("{}").partition("=")
    return not basis or row.labels.get("basis") == basis.strip('"')


def _coverage(look: Look, key: Key, kpi: Kpi, row: Sample) -> float | None:
    """The coverage whose labels, where it has any of the value's, are the value's."""
    for found in look.facts.rows(key, kpi.covered) if kpi.covered else ():
        own = (name for name in kpi.labels if name in found.labels)
        if _is_of(found, kpi) and all(found.labels[n] == row.labels.get(n) for n in own):
            return found.value
    return None


def _why(look: Look, key: Key, kpi: Kpi) -> Absent:
    refused = look.source.refused
    if refused is not None and (kpi.name in MONTHS or look.level.of(kpi.metric) in refused):
        return Absent("DCA-KPI-030", words(look, key))
    reason = next(_OF.get(kpi.name, _unknown)(look, key), None)
    return reason or Absent("DCA-KPI-033", words(look, key))


def _unknown(_: Look, __: Key) -> Iterator[Absent]:
    yield from ()


def _nominal(look: Look, key: Key) -> Iterator[Absent]:
    if not look.facts.count(key, EXPECTED):
        yield Absent("DCA-KPI-031", words(look, key))
    elif not look.facts.rows(key, "dcagent_peak_flops:nominal"):
        yield Absent("DCA-KPI-022", words(look, key))


def _online(look: Look, key: Key) -> Iterator[Absent]:
    yield from _nominal(look, key)
    yield from power(look, key)


def _rated(look: Look, key: Key) -> Iterator[Absent]:
    yield from _nominal(look, key)
    yield from ratings(look, key)


def _used(look: Look, key: Key) -> Iterator[Absent]:
    yield from _nominal(look, key)
    yield from utilisation(look, key)
    yield from ratings(look, key)
    yield from power(look, key)


def _inlets(look: Look, key: Key) -> Iterator[Absent]:
    expected = f"{look.facts.count(key, EXPECTED):.0f}"
    if expected == "0":
        yield Absent("DCA-KPI-031", words(look, key))
    yield Absent("DCA-KPI-014", words(look, key, count=expected, of=expected))


def _green(look: Look, key: Key) -> Iterator[Absent]:
    sites = [look.sites.labels(site)["site"] for site in look.sites_of(key)]
    if not look.renewables & set(sites):
        yield Absent("DCA-KPI-007", words(look, key))
    elif look.level is not SITE:
        yield Absent("DCA-KPI-029", words(look, key))


def _carbon(look: Look, key: Key) -> Iterator[Absent]:
    province = look.facts.labels(key)["province"]
    if province not in look.factors:
        yield Absent("DCA-KPI-006", words(look, key, province=province or "—"))
    yield Absent("DCA-KPI-029", words(look, key))


def _month(look: Look, key: Key) -> Iterator[Absent]:
    yield Absent("DCA-KPI-023", words(look, key))


def _cooling(look: Look, key: Key) -> Iterator[Absent]:
    yield Absent("DCA-KPI-024", words(look, key))


def _origin(look: Look, key: Key) -> Iterator[Absent]:
    yield Absent("DCA-KPI-025", words(look, key))


_OF: dict[str, Callable[[Look, Key], Iterator[Absent]]] = {
    GREEN.name: _green,
    "cp_nominal": _nominal,
    "cp_online": _online,
    "cp_unutilized": _used,
    "ce_nominal": _online,
    "ce_rated": _rated,
    "ce_delivered": _used,
    "inlet_compliance": _inlets,
    "standard_racks": racks,
    "co2": _carbon,
    "cue": _carbon,
    "cooling_overhead": _cooling,
    "idle_power": _month,
    "stranded_power": _month,
    "domestic_count": _origin,
    "domestic_power": _origin,
    "domestic_cp": _origin,
}
