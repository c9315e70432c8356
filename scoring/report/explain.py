"""Every server, rack and meter of a site that lacks something, and what it lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from scoring.api import Sample
from scoring.report.facts import unique
from scoring.report.look import EXPECTED, Meters
from scoring.report.model import Absent, Lack
from scoring.report.reasons import lasting, percent
from scoring.report.source import Source, quoted
from scoring.table import Table

NODES = "node:dcagent_inventory:expected"
_POWER = "node:dcagent_power_watts:valid"
_RATED = "node:dcagent_rated_power_watts:inventory"
_USED = "node:dcagent_utilization:ratio"
_INLET = "node:dcagent_inlet_temperature_celsius:valid"
_SHOWN, _DECLARED = "node:dcagent_peak_flops:devices", "node:dcagent_peak_flops:declared"
_READ = (NODES, _POWER, _RATED, _USED, _INLET, _SHOWN, _DECLARED)
_MEASURED = ("measured", "derived")
_BARELY = 0.95
"""A server that took part in less than this share of the record is told."""


@dataclass(frozen=True)
class Servers:
    """What is known of the servers of one site: metric → node → samples."""

    table: Table
    rows: Mapping[str, Mapping[str, Sequence[Sample]]]

    def of(self, metric: str, node: str) -> Sequence[Sample]:
        """The samples of a metric that a server has."""
        return self.rows.get(metric, {}).get(node, ())

    def has(self, metric: str, node: str) -> bool:
        """Whether it has any."""
        return bool(self.of(metric, node))


def lacks(source: Source, table: Table, site: str, meters: Meters) -> tuple[Lack, ...]:
    """All of them, by rack and name; servers only where the engine has single ones."""
    servers = _servers(source, table)
    targets = _targets(source, site)
    found = [*_of_servers(servers, targets), *_of_racks(source)]
    found += [
        _silent(meters, site, name) for name in meters.silent(site, "facility", "it", "cooling")
    ]
    return tuple(found)


def has_servers(source: Source) -> bool:
    """Whether the engine knows single servers of the site: a centre does not."""
    return bool(source.ask(f"count({NODES})"))


def _servers(source: Source, table: Table) -> Servers:
    """What every server has, and of those that lack something the raw metrics behind it."""
    rows = _by_node(source.series(_READ))
    expected = rows.get(NODES, {})
    whole = (_POWER, _RATED, _USED)
    if any(node not in rows.get(metric, {}) for node in expected for metric in whole):
        behind = " or ".join(f"({NODES} unless on (site, node) {metric})" for metric in whole)
        rows |= _by_node(_detail(source, behind, _BEHIND))
    if any(node not in rows.get(_INLET, {}) for node in expected):
        behind = f"{NODES} unless on (site, node) {_INLET}"
        rows |= _by_node(_detail(source, behind, _AIR))
    if source.refused is None:  # a day of single servers is too much to compute
        rows |= _by_node(_named("share", source.ask(_share())))
    return Servers(table, rows)


_BEHIND = {
    "power": "dcagent_node_power_watts",
    "age": "time() - dcagent_node_power_timestamp_seconds",
    "nameplate": 'dcagent_inventory_node_rated_power_watts{basis="nameplate"}',
    "blind": (
        "device:dcagent_peak_flops:reference"
        " unless on (site, node, device) dcagent_node_device_utilization_ratio"
    ),
}
_AIR = {"inlet": "dcagent_node_inlet_temperature_celsius"}


def _detail(source: Source, lacking: str, metrics: Mapping[str, str]) -> Iterator[Sample]:
    for name, text in metrics.items():
        found = source.ask(f"({text}) and on (site, node) ({lacking})")
        yield from _named(name, unique(found))


def _share() -> str:
    """The share of its site's record in which a server took part, where that is too little."""
    matched = "node:dcagent_power_watts:matched"
    grid = "[1d:5m]"
    return (
        f"((count_over_time({matched}{grid}) or 0 * {matched}) / on (site) group_left ()"
        f" max by (site) (count_over_time(site:{EXPECTED}{grid}))) < {_BARELY}"
        f" and on (site, node) {matched}"
    )


def _named(name: str, samples: Iterable[Sample]) -> Iterator[Sample]:
    for sample in samples:
        yield Sample({**sample.labels, "__name__": name}, sample.value)


def _by_node(samples: Iterable[Sample]) -> dict[str, dict[str, list[Sample]]]:
    found: dict[str, dict[str, list[Sample]]] = {}
    for sample in unique(samples):
        node = sample.labels.get("node", "")
        found.setdefault(sample.name, {}).setdefault(node, []).append(sample)
    return found


def _targets(source: Source, site: str) -> dict[str, str]:
    """Node → the name under which it is asked."""
    own = f'dcagent_target_info{{node!="", site={quoted(site)}}}'
    found = source.ask(f"max by (node, target) ({own})")
    return {s.labels["node"]: s.labels.get("target", "") for s in found}


def _of_servers(servers: Servers, targets: Mapping[str, str]) -> Iterator[Lack]:
    expected = servers.rows.get(NODES, {})
    for node in sorted(expected, key=lambda n: (expected[n][0].labels.get("rack", ""), n)):
        rack = expected[node][0].labels.get("rack", "")
        target = next(
            (s.labels["target"] for s in servers.of("power", node) if "target" in s.labels), ""
        )
        target = target or targets.get(node, "")
        for absent in _of_server(servers, node):
            words = {**absent.words, **({"address": target} if target else {})}
            yield Lack("node", node, Absent(absent.code, words), rack, target)


def _of_server(servers: Servers, node: str) -> Iterator[Absent]:
    if not servers.has(_POWER, node):
        yield _power(servers, node)
    if not servers.has(_RATED, node):
        yield Absent("DCA-KPI-076" if servers.has("nameplate", node) else "DCA-KPI-075")
    if not servers.has(_USED, node):
        yield _utilisation(servers, node)
    if not servers.has(_INLET, node):
        values = [f"{s.value:g} °C" for s in servers.of("inlet", node)]
        yield Absent("DCA-KPI-080", {"value": ", ".join(values) or "—"})
    for share in servers.of("share", node):
        yield Absent("DCA-KPI-085", {"gap": percent(1 - share.value)})


def _power(servers: Servers, node: str) -> Absent:
    rows = servers.of("power", node)
    measured = [row for row in rows if row.labels.get("quality") in _MEASURED]
    if not rows:
        return Absent("DCA-KPI-071")
    if not measured:
        return Absent("DCA-KPI-074")
    ages = [row.value for row in servers.of("age", node)]
    if not ages or max(ages) >= servers.table.constant("fresh_seconds"):
        return Absent("DCA-KPI-072", {"age": lasting(max(ages)) if ages else "—"})
    return Absent("DCA-KPI-073") if max(r.value for r in measured) <= 0 else Absent("DCA-KPI-071")


def _utilisation(servers: Servers, node: str) -> Absent:
    shown = sum(row.value for row in servers.of(_SHOWN, node))
    declared = sum(row.value for row in servers.of(_DECLARED, node))
    if not shown:
        return Absent("DCA-KPI-077")
    blind = sorted(row.labels.get("device", "") for row in servers.of("blind", node))
    if not blind and declared and shown < servers.table.constant("peak_agreement") * declared:
        return Absent("DCA-KPI-079", {"share": percent(shown / declared)})
    return Absent("DCA-KPI-078", {"names": ", ".join(blind) or "—"})


def _of_racks(source: Source) -> Iterator[Lack]:
    installed, rated = (
        "rack:dcagent_inventory:installed",
        "rack:dcagent_rated_power_watts:inventory",
    )
    for sample in _sorted(source.ask(f"{installed} unless on (site, rack) {rated}")):
        yield Lack("rack", sample.labels["rack"], Absent("DCA-KPI-081"), sample.labels["rack"])
    unknown = f"{rated} unless on (site, rack) rack:dcagent_rack_power_watts:known"
    racks = _sorted(source.ask(unknown))
    if not racks:
        return
    wanted = _count(source.ask(f"dcagent_inventory_rack_pdus and on (site, rack) ({unknown})"))
    answer = _count(
        source.ask(
            "count by (site, rack) (count by (site, rack, pdu) "
            '(dcagent_rack_power_watts{quality=~"measured|derived"} >= 0))'
            f" and on (site, rack) ({unknown})"
        )
    )
    for sample in racks:
        rack = sample.labels["rack"]
        absent = Absent("DCA-KPI-083")
        if wanted.get(rack):
            told = {"count": f"{answer.get(rack, 0):.0f}", "of": f"{wanted[rack]:.0f}"}
            absent = Absent("DCA-KPI-082", told)
        yield Lack("rack", rack, absent, rack)


def _sorted(samples: Iterable[Sample]) -> list[Sample]:
    return sorted(unique(samples), key=lambda sample: sample.labels.get("rack", ""))


def _count(samples: Iterable[Sample]) -> dict[str, float]:
    return {sample.labels.get("rack", ""): sample.value for sample in unique(samples)}


def _silent(meters: Meters, site: str, name: str) -> Lack:
    sides = [b for b in ("facility", "it", "cooling") if name in meters.named(site, b)]
    told = {"boundary": ", ".join(sides), "address": name}
    return Lack("meter", name, Absent("DCA-KPI-084", told))
