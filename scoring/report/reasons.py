"""Why a KPI has no value, or is not covered in full: each reason with its code and its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scoring.kpi import ATTAINMENT, IT_LOAD, OCCUPANCY, PUE, THERMAL, Kpi
from scoring.layers.windows import PERIODS
from scoring.levels import RACK, SITE
from scoring.report.energies import DESIGN
from scoring.report.facts import Key
from scoring.report.gates import FULL, reaches
from scoring.report.look import EXPECTED, Look
from scoring.report.model import Absent
from scoring.report.values import Known

_SLACK = 0.01
"""What coverage of now and of the window may differ by before the record itself is blamed."""
_LISTED = 4
"""Names that are told before the rest is counted."""


def reasons(look: Look, key: Key, kpi: Kpi, known: Known | None) -> tuple[Absent, ...]:
    """What a KPI of a member lacks; at least one reason where it has no value or no coverage."""
    found = tuple(_OF[kpi.name](look, key, known or Known(None, None)))
    missing = known is None or known.value is None or known.coverage is None
    return found or ((Absent("DCA-KPI-033", words(look, key)),) if missing else ())


def words(look: Look, key: Key, **others: str) -> dict[str, str]:
    """The words that every page may want: the site, where there is one, the engine's address."""
    site = look.facts.labels(key).get("site", "")
    return {**({"site": site} if site else {}), "url": look.engine, **others}


def _eta(look: Look, key: Key, known: Known) -> Iterator[Absent]:
    limit = look.question.table.constant("attainment_implausible")
    if known.value is not None and known.value > limit:
        told = {"value": f"{known.value:.2f}", "limit": f"{limit:g}"}
        yield Absent("DCA-KPI-011", words(look, key, **told))
    if not look.facts.count(key, EXPECTED):
        yield Absent("DCA-KPI-031", words(look, key))
        return
    yield from ratings(look, key)
    yield from power(look, key)
    yield from utilisation(look, key)
    yield from record(look, key, known, "dcagent_matched_coverage:ratio")


def ratings(look: Look, key: Key) -> Iterator[Absent]:
    """Servers without a rated power."""
    yield from _fewer(look, key, "DCA-KPI-008", look.facts.count(key, "dcagent_nodes:rated"))


def power(look: Look, key: Key) -> Iterator[Absent]:
    """Servers without a valid power."""
    yield from _fewer(look, key, "DCA-KPI-009", look.facts.count(key, "dcagent_nodes:reporting"))


def utilisation(look: Look, key: Key) -> Iterator[Absent]:
    """Servers of which only the utilisation is missing; told by their rated power."""
    reporting, matched = (
        look.facts.count(key, f"dcagent_rated_power_watts:{which}")
        for which in ("reporting", "matched")
    )
    if reporting - matched > 0.5:
        told = {"watts": watts(reporting - matched), "of": watts(reporting)}
        yield Absent("DCA-KPI-010", words(look, key, **told))


def _fewer(look: Look, key: Key, code: str, have: float) -> Iterator[Absent]:
    expected = look.facts.count(key, EXPECTED)
    if have < expected:
        told = {"count": f"{expected - have:.0f}", "of": f"{expected:.0f}"}
        yield Absent(code, words(look, key, **told))


def _load(look: Look, key: Key, known: Known) -> Iterator[Absent]:
    yield from racks(look, key)
    facts = look.facts
    design = facts.count(key, DESIGN)
    gap = design - facts.count(key, "dcagent_rack_rated_power_watts:known")
    if gap > 0.5:
        told = {"watts": watts(gap), "of": watts(design)}
        yield Absent("DCA-KPI-013", words(look, key, **told))
    if design:
        yield from record(look, key, known, "dcagent_it_load_coverage:ratio")


def racks(look: Look, key: Key) -> Iterator[Absent]:
    """Racks that are not there, or without design power."""
    facts = look.facts
    if look.level is RACK:
        installed, rated = 1.0, 1.0 if facts.value(key, DESIGN) else 0.0
    else:
        installed, rated = (facts.count(key, f"dcagent_racks:{w}") for w in ("installed", "rated"))
    if not installed:
        yield Absent("DCA-KPI-021", words(look, key))
    elif rated < installed:
        told = {"count": f"{installed - rated:.0f}", "of": f"{installed:.0f}"}
        yield Absent("DCA-KPI-012", words(look, key, **told))


def _thermal(look: Look, key: Key, known: Known) -> Iterator[Absent]:
    if not look.facts.count(key, EXPECTED):
        yield Absent("DCA-KPI-031", words(look, key))
        return
    yield from _fewer(look, key, "DCA-KPI-014", look.facts.count(key, "dcagent_inlets:valid"))
    yield from record(look, key, known, "dcagent_inlet_coverage:ratio")


def _occupancy(look: Look, key: Key, _: Known) -> Iterator[Absent]:
    if not look.facts.count(key, "dcagent_racks:installed"):
        yield Absent("DCA-KPI-021", words(look, key))


def record(look: Look, key: Key, known: Known, minute: str) -> Iterator[Absent]:
    """Where all is well now but the window is not full: it is young, or it has gaps."""
    now, then = look.facts.value(key, minute), known.coverage or 0.0
    if now is None or now - then < _SLACK:
        return
    gap = lasting((now - then) * 60 * look.question.span.minutes)
    yield young(look, key) or Absent("DCA-KPI-016", words(look, key, gap=gap))


def young(look: Look, key: Key) -> Absent | None:
    """That a member's record began within the window, and which shorter one it would fill."""
    begun, question = look.begun.get(key), look.question
    begin = question.at - 60 * question.span.minutes
    if begun is None or begun <= begin + max(60.0, 0.05 * (question.at - begin)):
        return None
    age = question.at - begun
    span = f"{age // 3600:.0f}h" if age >= 7200 else f"{max(age // 60, 1):.0f}m"
    return Absent("DCA-KPI-015", words(look, key, age=lasting(age), span=span))


def _pue(look: Look, key: Key, known: Known) -> Iterator[Absent]:
    if look.level is not SITE:
        yield from _regional(look, key, known)
        return
    site = look.facts.labels(key)["site"]
    meters = look.meters
    for boundary, code in (("facility", "DCA-KPI-001"), ("it", "DCA-KPI-002")):
        if not meters.named(site, boundary):
            yield Absent(code, words(look, key))
            return
    silent = meters.silent(site, "facility", "it")
    if silent:
        count, of = str(len(silent)), str(len(meters.named(site, "facility", "it")))
        told = {"count": count, "of": of, "names": some(silent), "name": silent[0]}
        yield Absent("DCA-KPI-003", words(look, key, **told))
    elif known.value is None:
        yield (young(look, key) if look.question.window else None) or _days(look, key, site)
    elif known.coverage is not None and not reaches(look.question.table, known.coverage, FULL):
        gap = lasting((1 - known.coverage) * 60 * min(look.question.span.minutes, 1440))
        yield Absent("DCA-KPI-016", words(look, key, gap=gap))


def _days(look: Look, key: Key, site: str) -> Absent:
    """All meters answer, and yet there is no PUE: a wrong one, or too few days."""
    facility = look.facts.value(key, "dcagent_facility_energy_joules:increase1d")
    it = [row.value for row in look.facts.rows(key, "dcagent_it_energy_joules:increase1d")]
    ratio = max((facility / value for value in it if facility and value > 0), default=None)
    if ratio is not None and ratio < 1:
        return Absent("DCA-KPI-005", words(look, key, value=f"{ratio:.3f}"))
    need = look.question.table.constant(PERIODS[0][1])
    told = {"days": f"{look.pue_days.get(site, 0):.0f}", "need": f"{need:.0f}"}
    told["value"] = "—" if ratio is None else f"{ratio:.2f}"
    return Absent("DCA-KPI-004", words(look, key, **told))


def _regional(look: Look, key: Key, known: Known) -> Iterator[Absent]:
    members = look.sites_of(key)
    have = [site for site in members if look.sites.rows(site, PUE.metric)]
    lacking = sorted(look.sites.labels(s)["site"] for s in members if s not in have)
    table = look.question.table
    covered = known.coverage is not None and reaches(table, known.coverage, FULL)
    if lacking and not (look.question.raw or covered):
        told = {"count": str(len(lacking)), "of": str(len(members)), "names": some(lacking)}
        yield Absent("DCA-KPI-036", words(look, key, **told))


def some(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    told = ", ".join(names[:_LISTED])
    return f"{told} … +{len(names) - _LISTED}" if len(names) > _LISTED else told


def percent(ratio: float) -> str:
    """A share as people write it."""
    return f"{100 * ratio:.0f} %"


def lasting(seconds: float) -> str:
    """A length of time as people write it."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def watts(value: float) -> str:
    """A power as people write it."""
    return f"{value / 1000:,.1f} kW" if abs(value) >= 1000 else f"{value:.0f} W"


_OF = {
    ATTAINMENT.name: _eta,
    IT_LOAD.name: _load,
    THERMAL.name: _thermal,
    OCCUPANCY.name: _occupancy,
    PUE.name: _pue,
}
