"""Meters: PUE by category and window, CO2, green share, cooling. No meter, no number."""

from __future__ import annotations

from tests.score.day import MINUTES
from tests.score.promtool import Case, series
from tests.score.site import AT, REGION, Series, place, site_info, steady

METER = "meter:dcagent_energy_joules:total"


def _meters() -> Case:
    case = Case("meters").feed(site_info("s1"))
    kinds = {
        "f1": ("facility", ""),
        "ups1": ("it", "1"),
        "k1a": ("it", "2"),
        "chiller": ("cooling", ""),
        "tr1": ("facility", ""),
    }
    for meter, (boundary, category) in kinds.items():
        case.feed(
            series(
                *("dcagent_inventory_meter_info", steady(1)),
                site="s1",
                meter=meter,
                boundary=boundary,
                category=category,
            )
        )
    return case.feed(_counters())


def _counters() -> Series:
    own = {"site": "s1"}
    pdu = {**own, "target": "k1a", "pdu": "k1a"}
    facility, rack = "dcagent_facility_energy_joules_total", "dcagent_rack_energy_joules_total"
    return {
        **series(facility, "10+54e6x6", **own, meter="f1", target="t1"),
        **series(facility, "0+1e6x6", **own, meter="other"),
        **series("dcagent_meter_energy_joules_total", "5+1e6x6", **own, target="tr1", rack="k1"),
        **series("dcagent_meter_energy_joules_total", "0+1e6x6", **own, target="tr2"),
        **series("dcagent_ups_energy_joules_total", "20+1e6x6", **own, target="ups1"),
        **series("dcagent_ups_energy_joules_total", "0+1e6x6", **own, target="ups2"),
        **series(rack, "1+1e6x6", **pdu, inlet="1"),
        **series(rack, "2+1e6x6", **pdu, inlet="2"),
        **series("dcagent_cooling_energy_joules_total", "3+1e6x6", **own, meter="chiller"),
    }


def mapping() -> Case:
    """An energy meter and a UPS by target, a PDU by its label, any other by its own name."""
    at = {"site": "s1"}
    return _meters().expect(
        AT,
        METER,
        ({**at, "meter": "f1", "boundary": "facility"}, 10 + 5 * 54e6),
        ({**at, "meter": "tr1", "boundary": "facility"}, 5 + 5e6),
        ({**at, "meter": "ups1", "boundary": "it", "category": "1"}, 20 + 5e6),
        ({**at, "meter": "k1a", "boundary": "it", "category": "2", "inlet": "1"}, 1 + 5e6),
        ({**at, "meter": "k1a", "boundary": "it", "category": "2", "inlet": "2"}, 2 + 5e6),
        ({**at, "meter": "chiller", "boundary": "cooling"}, 3 + 5e6),
    )


def _info(
    site: str, meter: str, boundary: str, category: str = "", length: int = 3000
) -> dict[str, str]:
    return series(
        *("dcagent_inventory_meter_info", steady(1, length)),
        site=site,
        meter=meter,
        boundary=boundary,
        category=category,
    )


def _meter(
    site: str, meter: str, boundary: str, watts: float, category: str = "", length: int = 3000
) -> dict[str, str]:
    """A meter with one register."""
    return _info(site, meter, boundary, category) | _register(
        site, meter, boundary, watts, category, length
    )


def _register(
    site: str, meter: str, boundary: str, watts: float, category: str, length: int, inlet: str = ""
) -> dict[str, str]:
    """A counter each minute; it falls silent after `length` minutes."""
    ends = " stale" if length < 3000 else ""
    counter = f"0+{60 * watts:.15g}x{length}{ends}"
    about = {"site": site, "meter": meter, "boundary": boundary, "category": category}
    return series(METER, counter, **about, inlet=inlet)


def _feeders() -> Case:
    return Case("a lost feeder", step="12h").feed(
        site_info("s5", 3000),
        _meter("s5", "f1", "facility", 900e3),
        _meter("s5", "f2", "facility", 500e3, length=1450),
        _meter("s5", "u1", "it", 700e3, "1"),
        _meter("s5", "c1", "cooling", 350e3),
        site_info("s6", 3000),
        _meter("s6", "f1", "facility", 900e3),
        _meter("s6", "u1", "it", 950e3, "1"),
        site_info("s7", 3000),
        _info("s7", "f1", "facility"),
        _meter("s7", "u1", "it", 950e3, "1"),
    )


def lost_feeder() -> Case:
    """Feeders of 900 and 500 kW, IT 700 kW: PUE 2.0. Feeder 2 lost, a sum would say 1.29.

    While its last samples are still in the window there would be anything between the two. The
    sample on the window's edge counts in Prometheus 2 and not in 3: two digits tell no difference.
    """
    s5, coverage = place("s5"), "site:dcagent_meter_coverage:ratio1d"
    one = {**s5, "category": "1"}
    return (
        _feeders()
        .expect(MINUTES, "site:dcagent_pue:ratio1d", (one, 2.0))
        .expect(MINUTES, "site:dcagent_cooling_overhead:ratio1d", (one, 0.5))
        .expect(
            MINUTES,
            "site:dcagent_meter_coverage:ratio1d",
            (s5, 1),
            (place("s6"), 1),
            (place("s7"), 0),
        )
        .expect(2160, f"{coverage}{{site='s5'}}", (s5, 731 / 1440), digits=2)
        .expect(2160, 'site:dcagent_pue:ratio1d{site="s5"}')
        .expect(2880, 'site:dcagent_pue:ratio1d{site="s5"}')
        .expect(2880, f"{coverage}{{site='s5'}}", (s5, 11 / 1440), digits=2)
        .expect(
            2880,
            'site:dcagent_it_energy_joules:increase1d{site="s5"} / 3.6e6',
            (one, 700 * 24),
            digits=3,
        )
    )


def two_categories() -> Case:
    """Each category on its own; what is lost of one, be it an inlet, leaves the other."""
    case = Case("categories", step="12h").feed(
        site_info("s1", 3000),
        _meter("s1", "f1", "facility", 1000e3),
        _meter("s1", "u1", "it", 800e3, "1"),
        _meter("s1", "p1", "it", 500e3, "2"),
        _meter("s1", "p2", "it", 250e3, "2", length=1500),
        site_info("s2", 3000),
        _meter("s2", "f1", "facility", 1000e3),
        _info("s2", "pdu", "it", "2"),
        _register("s2", "pdu", "it", 400e3, "2", 3000, inlet="1"),
        _register("s2", "pdu", "it", 300e3, "2", 1500, inlet="2"),
    )
    return (
        case.expect(720, "site:dcagent_pue:ratio1d")
        .expect(
            1440,
            "site:dcagent_pue:ratio1d",
            ({**place("s1"), "category": "1"}, 1.25),
            ({**place("s1"), "category": "2"}, 1000 / 750),
            ({**place("s2"), "category": "2"}, 1000 / 700),
        )
        .expect(2160, "site:dcagent_pue:ratio1d", ({**place("s1"), "category": "1"}, 1.25))
    )


_CHONGQING = {**REGION, "province": "chongqing", "zone": "cq"}


def _declared() -> Case:
    """Three provinces, of which one has a factor of two years and one none."""
    nowhere = {**REGION, "province": "gansu", "zone": "qy"}
    case = Case("CO2 and green share", step="12h")
    for site, region in (("s1", REGION), ("s2", _CHONGQING), ("s3", nowhere)):
        case.feed(
            site_info(site, 3000, region),
            _meter(site, "f1", "facility", 1300e3),
            _meter(site, "u1", "it", 1000e3, "2"),
        )
    factors = (
        ("sichuan", "2023", 0.1564),
        ("sichuan", "2021", 0.1255),
        ("chongqing", "2023", 0.5581),
        ("china", "2023", 0.5306),
    )
    for province, year, value in factors:
        case.feed(
            series(
                *("dcagent_grid_emission_factor_kg_per_kwh", steady(value, 3000)),
                province=province,
                year=year,
                source="mee",
            )
        )
    for site, share, evidence in (("s1", 0.4, "gec"), ("s1", 0.5, "plan"), ("s2", 1.4, "typo")):
        case.feed(
            series(
                *("dcagent_site_renewable_ratio", steady(share, 3000)),
                site=site,
                period="2026",
                evidence=evidence,
            )
        )
    return case


def carbon() -> Case:
    """The factor of the province with its year; none, no CO2: no national factor steps in."""
    s1, s2 = place("s1"), {**_CHONGQING, "site": "s2"}
    factor = {"year": "2023", "source": "mee"}
    kwh = 1300 * 24
    return (
        _declared()
        .expect(
            2880,
            "site:dcagent_co2_kilograms:increase1d",
            ({**s1, **factor}, kwh * 0.1564),
            ({**s2, **factor}, kwh * 0.5581),
            digits=3,
        )
        .expect(2880, "site:dcagent_green_share:declared", (s1, 0.4))
        .expect(
            2880, "site:dcagent_green_energy_joules:increase1d / 3.6e6", (s1, kwh * 0.4), digits=3
        )
        .expect(
            2880,
            "province:dcagent_co2_kilograms:increase1d",
            ({"province": "sichuan", **factor}, kwh * 0.1564),
            ({"province": "chongqing", **factor}, kwh * 0.5581),
            digits=3,
        )
        .expect(2880, "province:dcagent_green_share:declared", ({"province": "sichuan"}, 0.4))
    )


def silent_meters() -> Case:
    """A site without meters has no PUE of any kind."""
    case = Case("no meters", step="12h").feed(site_info("s1", 1441))
    return case.expect(
        MINUTES,
        '{__name__=~"site:dcagent_(pue|facility_energy|it_energy|co2|cue|meter).*"}',
    )


CASES = (mapping(), lost_feeder(), two_categories(), carbon(), silent_meters())
