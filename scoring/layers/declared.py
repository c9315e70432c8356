"""CO2, green share and energy of regions: sums of sites, and how much of the region they cover."""

from __future__ import annotations

from collections.abc import Iterator

from scoring.levels import REGIONS, SITE, Level
from scoring.rule import Group, Rule, Shard, expr

_DESIGN = SITE.of("dcagent_rack_rated_power_watts:installed")


def regions() -> Group:
    """Energy, CO2 and green share of zones, hubs and provinces."""
    rules = [rule for level in REGIONS for rule in _of(level)]
    rules.append(
        Rule(
            *(SITE.of("dcagent_green_coverage:ratio"),),
            f"1 + 0 * {SITE.of('dcagent_green_share:declared')}",
        )
    )
    rules.append(
        Rule(
            SITE.of("dcagent_co2_coverage:ratio"),
            f"{SITE.of('dcagent_meter_coverage:ratio1d')}\n"
            f"and on (site)\n{SITE.of('dcagent_co2_kilograms:increase1d')}",
        )
    )
    why = "What follows from meters and declarations, over regions; coverage by design power."
    return Group("dcagent_score_region_energy", "2m", Shard.CENTRE, why, tuple(rules))


def _of(level: Level) -> Iterator[Rule]:
    def total(series: str, *labels: str) -> str:
        return f"sum by ({', '.join((*level.labels, *labels))}) ({series})"

    facility = SITE.of("dcagent_facility_energy_joules:increase1d")
    green = SITE.of("dcagent_green_energy_joules:increase1d")
    co2 = SITE.of("dcagent_co2_kilograms:increase1d")
    design = total(level.member(_DESIGN))
    yield Rule(level.of("dcagent_facility_energy_joules:increase1d"), total(level.member(facility)))
    yield Rule(
        level.of("dcagent_co2_kilograms:increase1d"), total(level.member(co2), "year", "source")
    )
    yield Rule(
        level.of("dcagent_co2_coverage:ratio"),
        f"{total(f'{level.member(_DESIGN)} and on (site) {co2}')}\n/\n{design}",
    )
    yield Rule(
        level.of("dcagent_green_share:declared"),
        expr(
            """
            <green>
            /
            <matched>
            """,
            green=total(level.member(green)),
            matched=total(f"{level.member(facility)} and on (site) {green}"),
        ),
    )
    yield Rule(
        level.of("dcagent_green_coverage:ratio"),
        f"{total(f'{level.member(_DESIGN)} and on (site) {green}')}\n/\n{design}",
    )
