"""Months and years: PUE interim and annual, CO2, limits; regions with several sites."""

from __future__ import annotations

from tests.score.promtool import Case, series
from tests.score.site import REGION, place

DAY = 1440
JOULES = 3.6e6
FACILITY, IT = "site:dcagent_facility_energy_joules:day", "site:dcagent_it_energy_joules:day"


def _days(
    site: str,
    facility: float,
    it: float,
    first: int,
    last: int,
    category: str = "2",
    region: dict[str, str] | None = None,
) -> dict[str, str]:
    """Kilowatt-hours a day, from one day to another."""
    at = {**(region or REGION), "site": site, "category": category}
    gap = f"_x{first - 1} " if first > 1 else ""
    blank = f"{gap}" if first else ""
    return {
        **series(FACILITY, f"{blank}{facility * JOULES:.15g}x{last - first}", **at),
        **series(IT, f"{blank}{it * JOULES:.15g}x{last - first}", **at),
    }


def _years() -> Case:
    """Sites with a year, a month, too few days; two categories; a PUE below 1; a change."""
    return Case("windows of PUE", interval="1d", step="400d").feed(
        _days("year", 1300, 1000, 1, 400),
        _days("month", 1400, 1000, 370, 400),
        _days("two", 1400, 1000, 370, 400, "1"),
        _days("two", 1400, 900, 370, 400, "2"),
        _days("short", 1400, 1000, 374, 400),
        _days("enough", 1400, 1000, 373, 400),
        _days("wrong", 900, 1000, 1, 400),
        series(
            "site:dcagent_facility_energy_joules:day",
            "_x371 2e9x14 1e9x14",
            **place("mix"),
            category="2",
        ),
        series(
            "site:dcagent_it_energy_joules:day",
            "_x371 1e9x14 0.8e9x14",
            **place("mix"),
            category="2",
        ),
        series("site:dcagent_standard_racks:sum", "3000x400", **place("year")),
        series(
            "dcagent_grid_emission_factor_kg_per_kwh",
            "0.1564x400",
            province="sichuan",
            year="2023",
            source="mee",
        ),
    )


def windows() -> Case:
    """28 of 30 days and 347 of 365, energies first; below 1 is no result; the worst category."""
    at = 400 * DAY
    two = {"category": "2"}
    mixed = (15 * 2 + 15 * 1) / (15 * 1 + 15 * 0.8)
    return (
        _years()
        .expect(
            at,
            "site:dcagent_pue:ratio30d",
            ({**place("year"), **two}, 1.3),
            ({**place("month"), **two}, 1.4),
            ({**place("enough"), **two}, 1.4),
            ({**place("two"), "category": "1"}, 1.4),
            ({**place("two"), **two}, 1400 / 900),
            ({**place("mix"), **two}, mixed),
        )
        .expect(at, "site:dcagent_pue:ratio365d", ({**place("year"), **two}, 1.3))
        .expect(
            at,
            'site:dcagent_pue:scored{site=~"year|month|two|wrong"}',
            ({**place("year"), **two, "window": "365d"}, 1.3),
            ({**place("month"), **two, "window": "30d"}, 1.4),
            ({**place("two"), **two, "window": "30d"}, 1400 / 900),
        )
        .expect(
            at,
            'site:dcagent_cue_kilograms_per_kilowatt_hour:scored{site="year"}',
            (
                {**place("year"), **two, "window": "365d", "year": "2023", "source": "mee"},
                1.3 * 0.1564,
            ),
        )
    )


def breach() -> Case:
    """Above 1.50 over a year is a breach, not for edge centres, not on interim data."""
    case = Case("limit", interval="1d", step="400d").feed(
        _days("bad", 1600, 1000, 1, 400),
        _days("good", 1400, 1000, 1, 400),
        _days("edge", 1600, 1000, 1, 400),
        _days("new", 1600, 1000, 360, 400),
        *(
            series("site:dcagent_standard_racks:sum", "3000x400", **place(s))
            for s in ("bad", "good", "new")
        ),
        series("site:dcagent_standard_racks:sum", "100x400", **place("edge")),
    )
    return case.expect(
        400 * DAY, "site:dcagent_pue_limit_breached:bool", (place("bad"), 1), (place("good"), 0)
    )


def regions() -> Case:
    """Σ / Σ over the sites that have a PUE; coverage by design power; annual where it covers."""
    other = {**REGION, "zone": "jianyang"}
    sites = {
        "a": (REGION, 1200, 1000, 1, 30e6, 1.0),
        "b": (REGION, 3000, 2000, 1, 60e6, 0.98),
        "c": (REGION, None, None, 1, 10e6, 1.0),
        "d": (other, 1400, 1000, 371, 50e6, 1.0),
    }
    case = Case("PUE of regions", interval="1d", step="400d")
    for site, (region, facility, it, first, design, covered) in sites.items():
        own = {**region, "site": site}
        case.feed(
            series("site:dcagent_rack_rated_power_watts:installed", f"{design:.15g}x400", **own),
            series("site:dcagent_meter_coverage:ratio1d", f"{covered}x400", **own),
        )
        if facility is not None and it is not None:
            case.feed(_days(site, facility, it, first, 400, region=region))
    at = 400 * DAY
    hub = {"province": "sichuan", "hub": "tianfu"}
    month = (30 * 1 + 60 * 0.98 + 50) / 150
    return (
        case.expect(at, "zone:dcagent_pue:ratio365d", (REGION, 4200 / 3000))
        .expect(at, "zone:dcagent_pue_coverage:ratio365d", (REGION, (30 + 60 * 0.98) / 100))
        .expect(at, "hub:dcagent_pue:ratio30d", (hub, 5600 / 4000))
        .expect(at, "hub:dcagent_pue_coverage:ratio30d", (hub, month))
        .expect(at, "hub:dcagent_pue:scored", ({**hub, "window": "30d"}, 1.4))
        .expect(at, 'hub:dcagent_kpi_coverage:ratio{kpi="pue"}', ({**hub, "kpi": "pue"}, month))
    )


CASES = (windows(), breach(), regions())
