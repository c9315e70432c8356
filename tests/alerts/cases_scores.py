"""What figures say: energy, coverage, PUE, efficiency, idle servers; and a site that is well."""

from __future__ import annotations

from tests.alerts.expect import fires, silent
from tests.alerts.shipped import ALERTS
from tests.alerts.site import SITE, Series, declared, of, pdu, reading, server, supply
from tests.score.promtool import Case, series

REGION = {"province": "sichuan", "hub": "tianfu", "zone": "pidu"}


def _gap(node: str, seconds: str) -> Series:
    return reading("dcagent_node_energy_gap_seconds_total", seconds, **of(node))


def gaps() -> Case:
    """A tenth of an hour uncounted, of a server that answers and is on."""
    case = Case("energy gap", step="5m").feed(
        *(server(node) for node in ("blind", "short", "mended")),
        server("dead", up=0),
        server("off", on=0),
        declared("mended", "maintenance"),
        *(_gap(node, "0+60x200") for node in ("blind", "dead", "off", "mended")),
        _gap("short", "0x3 300x200"),
    )
    return fires(case, 20, "DcagentEnergyGap", of("blind"))


def gap_of_an_outage() -> Case:
    """The gap of an outage is told once it is over, and for an hour."""
    name, case = "DcagentEnergyGap", Case("gap of an outage", step="5m")
    case.feed(server("back", up="1x20 0x19 1x200"), _gap("back", "0x20 60+60x18 1200x200"))
    fires(silent(case, 40, name), 55, name, of("back"))
    return silent(case, 105, name)


def comatose() -> Case:
    """One alert for a site, however many servers."""
    case = Case("comatose", step="10m")
    for node in ("n1", "n2"):
        own = {"site": "dc1", "cluster": "c1", "rack": "k1", "node": node, "kind": "general"}
        case.feed(series("node:dcagent_idle_power_watts:comatose180d", "80x200", **own))
    return fires(case, 60, "DcagentComatoseServers", {"site": "dc1"})


def _site(name: str, series_name: str, values: str, **labels: str) -> Series:
    return series(f"site:{series_name}", values, **REGION, site=name, **labels)


def coverage() -> Case:
    """Five points below the best of the day; not where it always was low."""
    name = "dcagent_power_coverage:ratio"
    case = Case("coverage", step="5m").feed(
        _site("falls", name, "1x60 0.94x200"),
        _site("steady", name, "1x60 0.96x200"),
        _site("low", name, "0.7x200"),
        _site("restarted", name, "1x60 0.5x9 1x200"),
        _site("grows", name, "0.1x10 0.5x10 0.9x200"),
    )
    return fires(case, 80, "DcagentCoverageFalling", {**REGION, "site": "falls"})


def silent_site() -> Case:
    """A site that had an inventory within the day; a short gap is none."""
    name = "dcagent_inventory:place"
    case = Case("silent site", step="5m").feed(
        _site("gone", name, "1x10 stale"),
        _site("there", name, "1x200"),
        _site("restarted", name, "1x10 stale _x8 1x200"),
    )
    return fires(case, 30, "DcagentSiteSilent", {**REGION, "site": "gone"})


def _pue(site: str, value: float, window: str = "30d", **region: str) -> Series:
    own = {**REGION, **region, "site": site}
    words = {"window": window, "category": "2"}
    return series("site:dcagent_pue:scored", f"{value}x200", **own, **words)


_HUB = {"kpi": "pue", "limit": "hub_start_zone"}


def pue() -> Case:
    """Above the hub's limit, in a start zone of a hub."""
    case = Case("PUE", step="10m").feed(
        _pue("high", 1.26),
        _pue("edge", 1.25),
        _pue("outside", 1.4, zone=""),
        _pue("nowhere", 1.4, hub="", zone=""),
        series("dcagent_score_limit", "1.25x200", **_HUB),
        series("dcagent_score_limit", "1.25x200", **_HUB, instance="other"),
        series("dcagent_score_limit", "1.1x200", **{**_HUB, "limit": "another"}),
    )
    words = {"window": "30d", "category": "2"}
    return fires(case, 60, "DcagentPueAboveHubLimit", {**REGION, "site": "high", **words})


def no_limit() -> Case:
    """No limit in force, no alert."""
    case = Case("no limit in force", step="10m").feed(_pue("high", 1.9))
    return silent(case, 60, "DcagentPueAboveHubLimit", "DcagentPueLimitBreached")


def breached() -> Case:
    """The mandatory limit, of annual data."""
    bool_ = "dcagent_pue_limit_breached:bool"
    case = Case("PUE limit breached", step="10m").feed(
        _pue("high", 1.6, "365d"),
        _site("high", bool_, "1x200"),
        _pue("well", 1.4, "365d"),
        _site("well", bool_, "0x200"),
        _pue("interim", 1.9),
    )
    words = {"window": "365d", "category": "2"}
    return fires(case, 60, "DcagentPueLimitBreached", {**REGION, "site": "high", **words})


def attainment() -> Case:
    """η of racks and sites that the rules call implausible."""
    place = {**REGION, **SITE}
    eta, mark = "dcagent_ce_attainment:ratio1d", "dcagent_ce_attainment:implausible"
    case = Case("η", step="10m").feed(
        series(f"rack:{eta}", "1.2x200", **place, rack="k1"),
        series(f"rack:{mark}", "1x200", **place, rack="k1"),
        series(f"rack:{eta}", "0.9x200", **place, rack="k2"),
        _site("dc2", eta, "1.3x200"),
        _site("dc2", mark, "1x200"),
    )
    labels = ({**place, "rack": "k1"}, {**REGION, "site": "dc2"})
    return fires(case, 60, "DcagentAttainmentImplausible", *labels)


def _well(values: str) -> Series:
    """A server, its PDUs and a UPS that are well; `values` has a 1 where there is a sample."""

    def of_value(value: float) -> str:
        return values.replace("1x", f"{value:g}x")

    psu = {"psu": "1", "state": "present"}
    return {
        **server("n1"),
        **declared("n1"),
        **supply("n1", psu1="pdu-a:A", psu2="pdu-b:B"),
        **pdu("pdu-a", of_value(400), feed="A"),
        **pdu("pdu-b", of_value(380), feed="B"),
        **reading("dcagent_psu_state", of_value(0), **of("n1"), **psu),
        **reading("dcagent_psu_state", of_value(0), **of("n1"), **{**psu, "psu": "2"}),
        **reading("dcagent_fan_speed_rpm", of_value(5000), **of("n1"), fan="1"),
        **reading("dcagent_node_inlet_temperature_celsius", of_value(24), **of("n1")),
        **reading("dcagent_node_energy_gap_seconds_total", of_value(0), **of("n1")),
        **reading("dcagent_sel_used_ratio", of_value(0.1), **of("n1")),
        **_site("dc1", "dcagent_power_coverage:ratio", of_value(1)),
        **_site("dc1", "dcagent_inventory:place", of_value(1)),
    }


def well() -> Case:
    """A site that is well raises nothing."""
    case = Case("all is well", step="1m").feed(_well("1x200"))
    return silent(silent(case, 5, *ALERTS), 90, *ALERTS)


def restart() -> Case:
    """Readings that are away for a while, as over a restart, raise nothing when they return."""
    case = Case("a restart", step="1m").feed(_well("1x60 stale _x5 1x200"))
    for minute in (68, 69, 75, 90):
        silent(case, minute, *ALERTS)
    return case


CASES = (
    *(gaps(), gap_of_an_outage(), comatose(), coverage(), silent_site()),
    *(pue(), no_limit(), breached(), attainment(), well(), restart()),
)
