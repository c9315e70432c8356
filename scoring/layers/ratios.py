"""Ratios of sums: coverage, load, temperatures, compute efficiency, shares."""

from __future__ import annotations

from collections.abc import Iterator

from scoring.levels import CLUSTER, LEVELS, REGIONS, SITE, WITH_RACKS, Level
from scoring.rule import Group, Rule, Shard, expr
from scoring.scale import figure
from scoring.table import Table


def ratios(table: Table, levels: tuple[Level, ...], name: str, shard: Shard) -> Group:
    """All ratios of some levels."""
    rules = tuple(rule for level in levels for rule in _of(table, level))
    why = """
        Sum / sum, never an average of ratios, and the same servers above and below the line.
        The only zeros written down are those of coverage."""
    return Group(f"dcagent_score_ratio_{name}", "1m", shard, why, rules)


def _of(table: Table, level: Level) -> Iterator[Rule]:
    yield from _coverage(level)
    if level in WITH_RACKS:
        yield from _load(table, level)
        yield from _inlets(table, level)
    if level in (CLUSTER, SITE, *REGIONS):
        yield from _compute(level)
    yield from _interval(level)


def share(part: str, whole: str) -> str:
    """The part of a whole, and 0 where there is a whole but no part."""
    return expr(
        """
        (
            <part>
          or
            0 * <whole>
        )
        / <whole>
        """,
        part=part,
        whole=whole,
    )


def _coverage(level: Level) -> Iterator[Rule]:
    of = level.of
    rated, expected = of("dcagent_nodes:rated"), of("dcagent_nodes:expected")
    full = of("dcagent_rated_power_watts:expected")
    yield Rule(
        of("dcagent_power_coverage:ratio"),
        share(of("dcagent_rated_power_watts:reporting"), full),
        (),
        "By rated power: losing an 8-accelerator server costs more than losing a 1U.",
    )
    yield Rule(
        of("dcagent_nodes_reporting:ratio"),
        share(of("dcagent_nodes:reporting"), expected),
        (),
        "By count, so that a server without a rating is not invisible.",
    )
    yield Rule(
        of("dcagent_matched_coverage:ratio"),
        expr(
            """
            (
                <part> / <full> * (<rated> / <expected>)
              or
                0 * <expected>
            )
            """,
            part=of("dcagent_rated_power_watts:matched"),
            full=full,
            rated=rated,
            expected=expected,
        ),
        (),
        "The rated power that takes part in efficiency, times the share of servers that are rated.",
    )


def _load(table: Table, level: Level) -> Iterator[Rule]:
    of = level.of
    known, design = (
        of("dcagent_rack_rated_power_watts:known"),
        of("dcagent_rack_rated_power_watts:installed"),
    )
    yield Rule(
        of("dcagent_it_load:ratio"),
        f"{of('dcagent_rack_power_watts:known')} / {known}",
        (),
        "Power drawn / design power.",
    )
    coverage = share(known, design)
    if level not in (SITE, *REGIONS):
        yield Rule(of("dcagent_it_load_coverage:ratio"), coverage)
        return
    racks = f"{of('dcagent_racks:rated')} / {of('dcagent_racks:installed')}"
    yield Rule(of("dcagent_it_load_coverage:ratio"), f"{coverage}\n* ({racks})")
    yield Rule(
        of("dcagent_rack_occupancy:ratio"),
        share(of("dcagent_racks:occupied"), of("dcagent_racks:installed")),
        (),
        "上架率: racks with a server in service / racks installed.",
    )
    yield Rule(
        of("dcagent_standard_racks:sum"),
        f"{design} / {figure(table.constant('standard_rack_watts'))}",
        (),
        "Scale in standard racks.",
    )


def _inlets(table: Table, level: Level) -> Iterator[Rule]:
    of, (offset, factor) = level.of, rci(table)
    valid = of("dcagent_inlets:valid")
    yield Rule(
        of("dcagent_rci_high:percent"),
        f"{offset} - {factor} * {of('dcagent_inlet_excess_kelvin:sum')} / {valid}",
        (),
        "Rack Cooling Index, high side.",
    )
    recommended = share(of("dcagent_inlets:recommended"), valid)
    yield Rule(of("dcagent_inlet_recommended:ratio"), recommended)
    yield Rule(of("dcagent_inlet_coverage:ratio"), share(valid, of("dcagent_nodes:expected")))


def rci(table: Table) -> tuple[str, str]:
    """RCI = offset - factor × (kelvin above the recommended range / inlets)."""
    span = table.constant("inlet_allowable") - table.constant("inlet_high")
    return "100", figure(100 / span)


def _compute(level: Level) -> Iterator[Rule]:
    of = level.of
    yield Rule(
        of("dcagent_peak_flops_per_power_watts:ratio"),
        f"{of('dcagent_peak_flops:online')} / {of('dcagent_online_power_watts:sum')}",
        (),
        "算效 CE = CP / P_IT in FLOPS per watt, over servers with both a peak and a power.",
    )
    yield Rule(
        of("dcagent_peak_flops_per_rated_power_watts:ratio"),
        f"{of('dcagent_peak_flops:rated')} / {of('dcagent_peak_rated_power_watts:sum')}",
        (),
        "The same over rated power: another figure, so another name.",
    )
    yield Rule(
        of("dcagent_delivered_flops_per_power_watts:ratio"),
        f"{of('dcagent_delivered_flops:matched')} / {of('dcagent_delivered_power_watts:sum')}",
    )
    yield Rule(
        of("dcagent_peak_flops:unutilized"),
        f"{of('dcagent_peak_flops:matched')} - {of('dcagent_delivered_flops:matched')}",
        (),
        "Not utilised is not free: only the scheduler knows what is reserved.",
    )
    yield Rule(
        of("dcagent_utilization_activity_basis:ratio"),
        share(of("dcagent_nodes:activity_basis"), of("dcagent_nodes:expected")),
        (),
        "Compare AI pools only where this is near 1 in both.",
    )


def _interval(level: Level) -> Iterator[Rule]:
    of = level.of
    text = expr(
        """
        (
            (<measured> or 0 * <expected>)
          + (<rated> or 0 * <expected>)
          - (<reporting> or 0 * <expected>)
        )
        unless on (<on>)
        (<unbounded> > 0)
        """,
        measured=of("dcagent_node_power_watts:measured"),
        rated=of("dcagent_rated_power_watts:expected"),
        reporting=of("dcagent_rated_power_watts:reporting"),
        expected=of("dcagent_nodes:expected"),
        on=level.on,
        unbounded=of("dcagent_nodes:unbounded"),
    )
    yield Rule(
        *(of("dcagent_node_power_watts:upper"), text, ()),
        "The true power lies between …_watts:measured and this: the silent at their rating. "
        "Absent where a silent server has none.",
    )


def domestic(levels: tuple[Level, ...] = LEVELS) -> Group:
    """国产化率 by count, by rated power and by compute; each with the share that is told."""
    rules: list[Rule] = []
    for level in levels:
        for basis, metric, flops in (
            ("count", "dcagent_nodes:active", False),
            ("rated_power", "dcagent_rated_power_watts:active", False),
            ("peak_flops", "dcagent_peak_flops:nominal", True),
        ):
            rules += _domestic(level, basis, metric, flops)
    why = """
        国产化率, an inventory fact: domestic / all whose origin is told. The three weightings
        differ and are all given; compute per kind and precision. The coverage says how much of
        the whole the answer covers."""
    return Group("dcagent_score_domestic", "1m", Shard.CENTRE, why, tuple(rules))


def _domestic(level: Level, basis: str, metric: str, flops: bool) -> Iterator[Rule]:
    labels = tuple(dict.fromkeys((*level.labels, *(("kind", "precision") if flops else ()))))

    def over(pattern: str) -> str:
        inside = f'{level.own}!=""' + (f", {pattern}" if pattern else "")
        return f"sum by ({', '.join(labels)}) (cell:{metric}{{{inside}}})"

    told, known = (("basis", basis),), over('domestic=~"true|false"')
    yield Rule(level.of("dcagent_domestic:ratio"), share(over('domestic="true"'), known), told)
    yield Rule(level.of("dcagent_domestic_coverage:ratio"), share(known, over("")), told)
