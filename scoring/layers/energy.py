"""Energy from meters: PUE, CO2, green share. Only what a meter counted, never a typed-in number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scoring.kpi import Window
from scoring.levels import SITE
from scoring.rule import Group, Rule, Shard, expr
from scoring.scale import figure
from scoring.table import Table

_METERS = "meter:dcagent_energy_joules:total"
_PLACED = f"* on (site) group_left (province, hub, zone) {SITE.of('dcagent_inventory:place')}"
_JOULES_PER_KWH = "3.6e6"
_MINUTES = "1440"


@dataclass(frozen=True, slots=True)
class Reach:
    """How far an increase looks back: over `window`, whose first `first` begins `offset` ago."""

    window: str = "1d"
    first: str = "1h"
    offset: str = "23h"

    @classmethod
    def of(cls, window: Window) -> Reach:
        """The reach of any window: a meter must have answered in its first 24th.

        Or in its first 2 min, where that is more, but never in more than its first half.
        """
        seconds = 60 * window.minutes
        first = min(max(seconds / 24, 120.0), seconds / 2)
        long = f":{window.step}" if window.step != "1m" else ""
        return cls(f"{window.text}{long}", f"{first:.0f}s", f"{seconds - first:.0f}s")


def meters() -> Group:
    """One counter per meter and register, whatever device it stands in."""
    text = expr(
        """
        max by (site, meter, boundary, category) (dcagent_inventory_meter_info)
        * on (site, meter) group_right (boundary, category)
          max by (site, meter, inlet) (
              dcagent_facility_energy_joules_total
            or
              dcagent_it_energy_joules_total
            or
              dcagent_cooling_energy_joules_total{meter!=""}
            or
              label_replace(dcagent_meter_energy_joules_total, "meter", "$1", "target", "(.+)")
            or
              label_replace(dcagent_ups_energy_joules_total, "meter", "$1", "target", "(.+)")
            or
              label_replace(dcagent_rack_energy_joules_total, "meter", "$1", "pdu", "(.+)")
          )
        """
    )
    rule = Rule(
        *(_METERS, text, ()),
        "A meter of the inventory may be an energy meter or a UPS (its target's name), a rack PDU "
        "(its pdu label), or another exporter's (the label meter). Counters are not added up: a "
        "lost one must not look like a reset.",
    )
    why = "The meters that the inventory names, with their boundary and category."
    return Group("dcagent_score_meter", "1m", Shard.SITE, why, (rule,))


_DAY = Reach()
_WORST_METER = """
    clamp_max(
      min by (site) (
        min by (site, meter) (
          count_over_time(<meters>{boundary=~"facility|it"}[<span>])
        ) / <minutes>
        or on (site, meter)
        0 * max by (site, meter) (dcagent_inventory_meter_info{boundary=~"facility|it"})
      ),
      1
    )
    <placed>
    """


def energy() -> Group:
    """Energy of the last day, per boundary; every meter of a boundary must answer."""
    energies = [
        Rule(SITE.of("dcagent_facility_energy_joules:increase1d"), increase("facility", ())),
        Rule(SITE.of("dcagent_it_energy_joules:increase1d"), increase("it", ("category",))),
        Rule(SITE.of("dcagent_cooling_energy_joules:increase1d"), increase("cooling", ())),
    ]
    why = """
        A lost feeder must not halve the site: a boundary has an energy only while every register
        of each of its meters answers now and answered a day ago. Counters count through gaps."""
    last = Rule(
        *(SITE.of("dcagent_meter_coverage:ratio1d"), _covered("1d", _MINUTES), ()),
        "The share of the day in which the worst meter answered.",
    )
    return Group("dcagent_score_energy", "2m", Shard.CENTRE, why, (*energies, last))


def covered(window: Window) -> str:
    """The share of a window in which the worst meter answered, looked at on its grid."""
    return _covered(f"{window.text}:{window.step}", window.points)


def _covered(span: str, points: str) -> str:
    return expr(_WORST_METER, meters=_METERS, span=span, minutes=points, placed=_PLACED)


def increase(boundary: str, labels: tuple[str, ...] = (), reach: Reach = _DAY) -> str:
    """The energy of a boundary over a day, or another reach; absent where a meter lacks."""
    meter = f'{_METERS}{{boundary="{boundary}"}}'
    whole = f"{meter}\nand\ncount_over_time({meter}[{reach.first}] offset {reach.offset})"
    return expr(
        """
        (
            sum by (<own>) (increase(<meter>[<window>]))
          and on (<own>)
            (
                count by (<own>) (
                  count by (site, meter<more>) (
                    <whole>
                  )
                  unless on (site, meter)
                  (
                      increase(<meter>[<window>])
                    unless
                      (
                        <whole>
                      )
                  )
                )
              == on (<own>)
                count by (<own>) (
                  count by (site, meter<more>) (dcagent_inventory_meter_info{boundary="<boundary>"})
                )
            )
        )
        <placed>
        """,
        meter=meter,
        window=reach.window,
        whole=whole,
        own=", ".join(("site", *labels)),
        more="".join(f", {label}" for label in labels),
        boundary=boundary,
        placed=_PLACED,
    )


def of_day() -> Group:
    """What follows from a day's energy at once."""
    rules = (
        Rule(
            SITE.of("dcagent_pue:ratio1d"),
            expr(
                """
                (
                    site:dcagent_facility_energy_joules:increase1d
                  / on (site) group_right (province, hub, zone)
                    site:dcagent_it_energy_joules:increase1d
                )
                >= 1
                """
            ),
            (),
            "Per category of measurement. Below 1 is an error of wiring or metering, no result.",
        ),
        Rule(
            SITE.of("dcagent_cooling_overhead:ratio1d"),
            expr(
                """
                site:dcagent_cooling_energy_joules:increase1d
                / on (site) group_right (province, hub, zone)
                site:dcagent_it_energy_joules:increase1d
                """
            ),
            (),
            "Only where cooling is metered; it is already inside PUE.",
        ),
        *_carbon(),
    )
    why = """
        CO2 is location-based: facility energy × the factor that the inventory declares for the
        province, whose year and source stay on the series. No factor for the province, no CO2: a
        national factor is never taken instead."""
    return Group("dcagent_score_energy_ratio", "2m", Shard.CENTRE, why, rules)


FACTOR = expr(
    """
    topk by (province) (
      1, max by (province, year, source) (dcagent_grid_emission_factor_kg_per_kwh)
    )
    """
)
"""Where two years are declared at once the larger factor counts: CO2 is never understated."""

_RENEWABLE = expr(
    """
    min by (site) (dcagent_site_renewable_ratio >= 0 <= 1)
    """
)


def _carbon() -> Iterator[Rule]:
    yield Rule(
        SITE.of("dcagent_co2_kilograms:increase1d"),
        expr(
            """
            site:dcagent_facility_energy_joules:increase1d / <joules>
            * on (province) group_left (year, source)
              <factor>
            """,
            joules=_JOULES_PER_KWH,
            factor=FACTOR,
        ),
    )
    yield Rule(
        SITE.of("dcagent_green_share:declared"),
        f"{_RENEWABLE}\n{_PLACED}",
        (),
        "Declared, with evidence in the inventory; where several are declared the least counts.",
    )
    yield Rule(
        SITE.of("dcagent_green_energy_joules:increase1d"),
        expr(
            """
            site:dcagent_facility_energy_joules:increase1d
            * on (site) group_left ()
              <renewable>
            """,
            renewable=_RENEWABLE,
        ),
    )


_FACILITY_DAY = """
    (
      0 * site:dcagent_it_energy_joules:increase1d
      + on (site) group_left ()
      site:dcagent_facility_energy_joules:increase1d
    )
    <covered>
    """


_IT_DAY = """
    site:dcagent_it_energy_joules:increase1d
    and on (site)
    site:dcagent_facility_energy_joules:increase1d
    <covered>
    """


def daily(table: Table) -> Group:
    """One sample a day: what months and years are added up from."""
    gate = figure(table.constant("gate_provisional"))
    covered = f"and on (site) (site:dcagent_meter_coverage:ratio1d >= {gate})"
    facility = expr(
        _FACILITY_DAY,
        covered=covered,
    )
    it = expr(
        _IT_DAY,
        covered=covered,
    )
    rules = (
        Rule(
            *(SITE.of("dcagent_facility_energy_joules:day"), facility, ()),
            "Facility and IT energy of the same days, per category.",
        ),
        Rule(SITE.of("dcagent_it_energy_joules:day"), it),
        Rule(
            SITE.of("dcagent_co2_kilograms:day"),
            f"site:dcagent_co2_kilograms:increase1d\n{covered}",
        ),
        Rule(
            *(SITE.of("dcagent_green_energy_joules:day"),),
            f"site:dcagent_green_energy_joules:increase1d\n{covered}",
        ),
    )
    why = """
        A day counts where its meters answered for most of it. The factor of the day stays with
        the day: old months are never computed anew."""
    return Group("dcagent_score_day", "1d", Shard.CENTRE, why, rules)
