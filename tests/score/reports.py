"""Reports of scores to show: what the shipped table makes of sites with such values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from scoring.grade import grade
from scoring.kpi import ATTAINMENT, IT_LOAD, OCCUPANCY, PUE, THERMAL
from scoring.levels import SITE, Level
from scoring.report.floors import below, broken
from scoring.report.gates import gain, least, mean, spread
from scoring.report.model import Absent, Advice, Figure, Interval, Report, Subject, SubScore, Trend
from scoring.scale import Scale
from scoring.table_load import shipped

TABLE = shipped()
DAY = TABLE.edition
AT = 1_795_406_400.0
"""2026-11-23 04:00 UTC: noon in Sichuan."""
_AT = {"site": "dc1", "url": "https://prometheus.example:9090"}
NO_METER = Absent("DCA-KPI-001", _AT)
NO_FACTOR = Absent("DCA-KPI-006", {**_AT, "province": "sichuan"})
SILENT = Absent("DCA-KPI-009", {**_AT, "count": "12", "of": "310"})
UNUSED = Absent("DCA-KPI-010", {**_AT, "watts": "31.2 kW", "of": "498.1 kW"})
ADVICE = {
    "ce_attainment": ("DCA-KPI-051", {"count": "31", "limit": "6 %", "watts": "6.2 kW"}),
    "it_load": ("DCA-KPI-053", {"watts": "412 kW", "of": "791 kW", "gap": "62 kW"}),
    "thermal": ("DCA-KPI-054", {"count": "4", "limit": "27 °C", "names": "n1, n2, n7, n9"}),
    "rack_occupancy": ("DCA-KPI-055", {"count": "268", "of": "924", "more": "84"}),
    "pue": ("DCA-KPI-056", {"value": "0.27", "share": "74 %"}),
}
GOOD = {
    "ce_attainment": 0.4623,
    "it_load": 0.5214,
    "thermal": 99.23,
    "rack_occupancy": 0.7097,
    "pue": 1.2704,
}
_WINDOWS = {ATTAINMENT.name: "1d", IT_LOAD.name: "1d", THERMAL.name: "1d", PUE.name: "365d"}


def report(*subjects: Subject, level: Level = SITE, profile: str = "compliance") -> Report:
    """A report of these subjects, with a month of trends of those that have a score."""
    trends = tuple(_trend(subject, i) for i, subject in enumerate(subjects))
    engine = "https://prometheus.example:9090"
    return Report(
        *(TABLE, profile, DAY, level, AT, "", engine, False),
        subjects=subjects,
        trends=tuple(trend for trend in trends if trend.points),
    )


def _trend(subject: Subject, turn: int) -> Trend:
    """A score every six hours, as it is read, with two days of silence."""
    if subject.score is None:
        return Trend(subject.labels, ())
    days = [back / 4 for back in range(120, -1, -1) if not 17 < back / 4 < 19]
    points = (
        (AT - back * 86400, max(subject.score - back * 0.31 + back * (7 + turn) % 5, 0.0))
        for back in days
    )
    return Trend(subject.labels, tuple(points))


def labels(site: str = "dc1", zone: str = "shuangliu") -> dict[str, str]:
    """A site of the Tianfu hub."""
    return {"province": "sichuan", "hub": "tianfu", "zone": zone, "site": site}


def scored(
    values: Mapping[str, float] = GOOD,
    at: Mapping[str, str] | None = None,
    coverage: float = 0.9812,
    profile: str = "compliance",
) -> Subject:
    """A subject that has a score."""
    subs = tuple(_sub(kpi, value, coverage, profile) for kpi, value in values.items())
    points = [sub.points for sub in subs if sub.points is not None]
    score = mean(TABLE, points)
    by_kpi = dict(zip(values, points, strict=True))
    gained = tuple(replace(sub, gain=gain(TABLE, by_kpi, sub.figure.kpi)) for sub in subs)
    advice = sorted(
        (Advice(s.figure.kpi, s.gain or 0.0, *ADVICE[s.figure.kpi]) for s in gained),
        key=lambda each: -each.gain,
    )
    return Subject(
        labels=at or labels(),
        score=score,
        grade=grade(TABLE, score, points),
        confidence="full" if coverage >= 0.95 else "provisional",
        coverage=coverage,
        subs=gained,
        limiting=least(by_kpi),
        spread=spread(TABLE, points),
        interval=Interval(412_345.6, 498_120.0),
        advice=tuple(advice[:3]),
        beside=tuple(beside()),
        lowering=() if coverage >= 0.95 else (SILENT,),
    )


def _sub(kpi: str, value: float, coverage: float, profile: str) -> SubScore:
    table = TABLE.kpis[kpi]
    scale = tuple(TABLE.breakpoints(kpi, profile, DAY))
    limits = tuple(limit for limit in TABLE.limits_on(DAY) if limit.kpi == kpi)
    window = _WINDOWS.get(kpi, "")
    further = {"category": "2", "window": "365d"} if kpi == PUE.name else {}
    known = None if kpi == OCCUPANCY.name else 1.0 if kpi == PUE.name else coverage
    return SubScore(
        Figure(kpi, value, table.unit, known, further),
        Scale(scale).points(value),
        window=window,
        limits=limits,
        breached=tuple(limit for limit in limits if broken(limit, value, window)),
        below_floor=below(scale, value),
    )


def beside() -> Iterator[Figure]:
    """A figure of each kind beside the score, two of them absent."""
    for kind, precision, peak in (("ai", "fp16", 1.2345e18), ("general", "fp32", 8.7654e15)):
        of = {"kind": kind, "precision": precision}
        yield Figure("cp_nominal", peak, "flops", labels=of)
        yield Figure("cp_online", peak * 0.97, "flops", 0.97, of)
        yield Figure("cp_unutilized", peak * 0.38, "flops", 0.9612, of)
        yield Figure("ce_nominal", peak / 3e5, "flops_per_watt", 0.98, of)
        yield Figure("ce_rated", peak / 5e5, "flops_per_watt", labels=of)
        if kind == "ai":
            yield Figure("ce_delivered", peak / 6e5, "flops_per_watt", 0.9612, of)
        else:
            yield Figure("ce_delivered", None, "flops_per_watt", labels=of, absent=UNUSED)
    yield Figure(
        "green_share", 0.463, "ratio", 1.0, {"period": "2026", "evidence": "GEC-2026-0071"}
    )
    yield Figure("standard_racks", 1320.4, "racks")
    mee = {"year": "2023", "source": "mee-nbs"}
    yield Figure("co2", 1873.4, "kilograms", 1.0, mee)
    yield Figure("cue", None, "kilograms_per_kilowatt_hour", absent=NO_FACTOR)
    yield Figure("cooling_overhead", 0.2134, "ratio", labels={"category": "2"})
    yield Figure("inlet_compliance", 0.9931, "ratio", 0.97)
    yield Figure("idle_power", 0.0812, "ratio", 0.93)
    yield Figure("stranded_power", 84_200.0, "watts")
    yield Figure("domestic_count", 0.62, "ratio", 0.99)
    yield Figure("domestic_power", 0.5512, "ratio", 0.99)
    yield Figure("domestic_cp", 0.7, "ratio", 0.99, {"kind": "ai", "precision": "fp16"})


def withheld(at: Mapping[str, str] | None = None) -> Subject:
    """A site without meters, of which servers are silent: no score."""
    known = scored(GOOD, at, 0.7421)
    lost = replace(known.subs[-1].figure, value=None, coverage=None, labels={}, absent=NO_METER)
    subs = tuple(replace(sub, gain=None) for sub in known.subs[:-1])
    last = replace(known.subs[-1], figure=lost, points=None, gain=None, breached=())
    return replace(
        known,
        score=None,
        grade=grade(TABLE, None, ()),
        confidence="",
        subs=(*subs, last),
        limiting=(),
        spread=None,
        interval=Interval(187_400.0, None),
        advice=(),
        withheld=(NO_METER, SILENT),
        lowering=(),
    )


def many(count: int = 100) -> Report:
    """Sites of three zones, some without a score."""
    zones = ("shuangliu", "pidu", "jianyang")
    subjects = []
    for i in range(count):
        at = labels(f"dc{i + 1:03d}", zones[i % 3])
        values = {
            "ce_attainment": 0.2 + (i * 7 % 61) / 100,
            "it_load": 0.3 + (i * 11 % 41) / 100,
            "thermal": 88 + (i * 5 % 120) / 10,
            "rack_occupancy": 0.5 + (i * 13 % 36) / 100,
            "pue": 1.15 + (i * 3 % 47) / 100,
        }
        covered = 1 - (i * 17 % 19) / 100
        subjects.append(withheld(at) if i % 9 == 4 else scored(values, at, covered))
    return report(*subjects)
