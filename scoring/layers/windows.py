"""Means over windows: a day for what servers do, 30 and 365 days for PUE and CO2."""

from __future__ import annotations

from collections.abc import Iterator

from scoring.kpi import DAY, SCORED, WindowKpi
from scoring.layers.energy import FACTOR
from scoring.levels import LEVELS, REGIONS, SITE, Level
from scoring.rule import Group, Rule, Shard, expr
from scoring.scale import figure
from scoring.table import Table

PERIODS = (("30d", "pue_interim_days"), ("365d", "pue_annual_days"))
"""Windows of PUE, and the constant that says how many days each needs."""


def windows(table: Table) -> Group:
    """One-day means of the scored KPIs, with their coverage."""
    rules = [
        rule
        for level in LEVELS
        for kpi in SCORED
        if isinstance(kpi, WindowKpi) and level in kpi.levels
        for rule in _of(table, kpi, level)
    ]
    why = """
        One-day means: both sides of each ratio are summed over the same samples, then divided.
        Coverage counts the minutes that are missing altogether as well, so the first full score
        appears about 23 hours after the start. This is intended."""
    return Group("dcagent_score_window", "2m", Shard.CENTRE, why, tuple(rules))


def _of(table: Table, kpi: WindowKpi, level: Level) -> Iterator[Rule]:
    yield Rule(kpi.value(level), kpi.expression(level, DAY, table))
    yield Rule(kpi.coverage_series(level), kpi.coverage(level, DAY), (("kpi", kpi.name),))


def periods(table: Table) -> Group:
    """Sums of days, and PUE over them."""
    rules = [rule for window, days in PERIODS for rule in _period(window, table.constant(days))]
    why = "Interim (30 days) and annual (365 days): energies are summed first, then divided."
    return Group("dcagent_score_period", "2m", Shard.CENTRE, why, tuple(rules))


def _period(window: str, days: float) -> Iterator[Rule]:
    facility, it = (SITE.of(f"dcagent_{side}_energy_joules:day") for side in ("facility", "it"))
    yield Rule(
        SITE.of(f"dcagent_pue:ratio{window}"),
        expr(
            """
            (
                sum_over_time(<facility>[<window>])
              / sum_over_time(<it>[<window>])
              and
                count_over_time(<facility>[<window>]) >= <days>
            )
            >= 1
            """,
            facility=facility,
            it=it,
            window=window,
            days=figure(days),
        ),
        (),
        f"Needs {figure(days)} days.",
    )
    yield Rule(
        SITE.of(f"dcagent_facility_energy_joules:sum{window}"),
        f"max by ({SITE.by}) (sum_over_time({facility}[{window}]))",
    )
    for quantity in ("co2_kilograms", "green_energy_joules"):
        day = SITE.of(f"dcagent_{quantity}:day")
        yield Rule(SITE.of(f"dcagent_{quantity}:sum{window}"), f"sum_over_time({day}[{window}])")


def scored_pue() -> Group:
    """The PUE that is scored: annual where there is a year, else interim; the worst category."""
    rules = [*_site_pue()]
    why = """
        The PUE that counts: annual where there is a year of it, else interim; of several
        categories the worst. Labels say which. Regions divide sums of their sites' energies: of
        the sites that have a PUE over the same window."""
    return Group("dcagent_score_pue", "2m", Shard.CENTRE, why, tuple(rules))


def _site_pue() -> Iterator[Rule]:
    worst = "topk by (<by>) (1, site:dcagent_pue:ratio<window>)"
    text = {w: expr(worst, by=SITE.by, window=w) for w, _ in PERIODS}
    yield Rule(SITE.of("dcagent_pue:scored"), text["365d"], (("window", "365d"),))
    yield Rule(
        SITE.of("dcagent_pue:scored"),
        f"{text['30d']}\nunless on (site)\nsite:dcagent_pue:ratio365d",
        (("window", "30d"),),
    )
    for window, _ in PERIODS:
        yield from _energies(window)


def _energies(window: str) -> Iterator[Rule]:
    """What regions add up: a site's facility energy, and the IT energy of its worst category."""
    facility = f"site:dcagent_facility_energy_joules:sum{window}"
    worst = f"max by ({SITE.by}) (site:dcagent_pue:ratio{window})"
    yield Rule(
        SITE.of(f"dcagent_facility_energy_joules:scored{window}"),
        f"{facility}\nand on (site)\nsite:dcagent_pue:ratio{window}",
    )
    yield Rule(
        SITE.of(f"dcagent_it_energy_joules:scored{window}"),
        f"{facility}\n/ on ({SITE.by})\n{worst}",
    )
    yield Rule(
        SITE.of(f"dcagent_pue_rated_power_watts:covered{window}"),
        expr(
            """
            site:dcagent_rack_rated_power_watts:installed
            * on (site) group_left ()
              (site:dcagent_meter_coverage:ratio1d and on (site) site:dcagent_pue:ratio<window>)
            """,
            window=window,
        ),
    )


def regional_pue() -> Group:
    """PUE of regions, with the share of their design power that it covers."""
    rules = [
        rule for level in REGIONS for window, _ in PERIODS for rule in _regional(level, window)
    ]
    why = "Zone, hub, province: Σ facility energy / Σ IT energy over the sites that have both."
    return Group("dcagent_score_region_pue", "2m", Shard.CENTRE, why, tuple(rules))


def _regional(level: Level, window: str) -> Iterator[Rule]:
    def total(metric: str) -> str:
        return f"sum by ({level.by}) ({level.member(SITE.of(metric))})"

    facility, it = (
        total(f"dcagent_{side}_energy_joules:scored{window}") for side in ("facility", "it")
    )
    covered = total(f"dcagent_pue_rated_power_watts:covered{window}")
    yield Rule(level.of(f"dcagent_pue:ratio{window}"), f"{facility}\n/\n{it}")
    yield Rule(
        level.of(f"dcagent_pue_coverage:ratio{window}"),
        f"{covered}\n/\n{total('dcagent_rack_rated_power_watts:installed')}",
    )


def choose_regional_pue(table: Table) -> Group:
    """Annual where it covers enough of the region, else interim; CUE beside it."""
    gate = figure(table.constant("gate_full"))
    rules: list[Rule] = []
    for level in REGIONS:
        annual = f"{level.of('dcagent_pue_coverage:ratio365d')} >= {gate}"
        rules += [
            Rule(
                level.of("dcagent_pue:scored"),
                f"{level.of('dcagent_pue:ratio365d')}\nand\n({annual})",
                (("window", "365d"),),
            ),
            Rule(
                level.of("dcagent_pue:scored"),
                f"{level.of('dcagent_pue:ratio30d')}\nunless\n({annual})",
                (("window", "30d"),),
            ),
        ]
    cue = expr(
        """
        site:dcagent_pue:scored
        * on (province) group_left (year, source)
          <factor>
        """,
        factor=FACTOR,
    )
    rules.append(Rule(SITE.of("dcagent_cue_kilograms_per_kilowatt_hour:scored"), cue))
    why = "The regional PUE that counts, and CUE = PUE × the factor of the province."
    return Group("dcagent_score_pue_choice", "2m", Shard.CENTRE, why, tuple(rules))
