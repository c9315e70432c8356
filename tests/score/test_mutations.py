"""Seeded defects of the rule file: each is caught by the case that it names."""

from __future__ import annotations

import pytest

from tests.score.cases import CASES
from tests.score.defect import Defect
from tests.score.promtool import promtool
from tests.score.shipped import GROUPS

pytestmark = pytest.mark.peer("promtool")


_POWER = "node:dcagent_power_watts:valid"
_RATED = "node:dcagent_rated_power_watts:inventory"
_USED = "node:dcagent_utilization:ratio"
_MATCH = "and on (site, node)"
_MISSING = "missing data never becomes zero"
_LOST = "lost accelerator"
_GATES = "gates of a site"
_SITE, _ZONE = "site:dcagent_", "zone:dcagent_"
_FEEDER = "a lost feeder"
_IDLE = "idle and comatose"
_LOAD = "zone:dcagent_rack_power_watts:known / zone:dcagent_rack_rated_power_watts:known"
_DUE = "site:dcagent_rated_power_watts:expected"
_METER = 'meter:dcagent_energy_joules:total{boundary="facility"}'
_NATIONAL = (
    "* on () group_left (year, source) topk(1, dcagent_grid_emission_factor_kg_per_kwh)"
    " + 0 * on () group_left ()"
)
_BY = "province, hub, zone, site"

DEFECTS = (
    Defect("0 W is a power", _POWER, '"} > 0)', '"} >= 0)', _MISSING),
    Defect("a stale power counts", _POWER, "< 300", "< 3000", _MISSING),
    Defect("a power is fresh too long", _POWER, "< 300", "< 301", "age of a reading"),
    Defect("an estimate is a power", _POWER, "derived", "derived|estimated", _MISSING),
    Defect(
        "a sum of PSUs is none", _POWER, "measured|derived", "measured", "derived power, two agents"
    ),
    Defect(
        "two agents count twice",
        "device:dcagent_peak_flops:reference",
        "max by",
        "sum by",
        "derived power, two agents",
    ),
    Defect("off is a gap", "node:dcagent_inventory:expected", "== 0", "== 2", _MISSING),
    Defect("a nameplate is a rating", _RATED, 'basis="profile"', 'basis!="measured"', _MISSING),
    Defect("the larger rating counts", _RATED, 'basis="measured"', 'basis!="nameplate"', "ratings"),
    Defect(
        "the silent are online",
        "cell:dcagent_peak_flops:online",
        f"{_MATCH} {_POWER}",
        "",
        _MISSING,
    ),
    Defect(
        "efficiency unmatched",
        "node:dcagent_power_watts:matched",
        f"{_MATCH}\n{_USED}",
        "",
        "regions, power and air",
    ),
    Defect(
        "a lost device is idle",
        _USED,
        "unless on (site, node)\nnode:dcagent_devices:blind",
        "",
        _LOST,
    ),
    Defect("a vanished device is idle", _USED, "< on (site, node)", "> on (site, node)", _LOST),
    Defect(
        "time before activity",
        "node:dcagent_used_flops:devices",
        'basis="activity"',
        'basis="time"',
        "bases of utilisation",
    ),
    Defect(
        "more than all is used",
        "node:dcagent_used_flops:devices",
        "0, 1\n",
        "0, 2\n",
        "bases of utilisation",
    ),
    Defect(
        "255 °C is air", "node:dcagent_inlet_temperature_celsius:valid", "< 60", "< 600", "inlets"
    ),
    Defect(
        "cold inlets pay for hot",
        "cell:dcagent_inlet_hot_celsius:sum",
        "> 27",
        "> 20",
        "inlets",
    ),
    Defect(
        "half of the PDUs is all",
        "rack:dcagent_power_watts:sum",
        "== on (site, rack)",
        "<= on (site, rack)",
        "PDUs",
    ),
    Defect(
        "few servers are the rack",
        "rack:dcagent_power_watts:sum",
        ">= 0.95",
        ">= 0.9",
        "servers for racks",
    ),
    Defect(
        "a silent rack is dark",
        "rack:dcagent_inventory:dark",
        'lifecycle="active"',
        'lifecycle="active",node!="n3"',
        "IT load",
    ),
    Defect(
        "a rack of storage is dark",
        "rack:dcagent_inventory:dark",
        'lifecycle="active"',
        'lifecycle="active",kind!="storage"',
        "IT load",
    ),
    Defect("what is off is lit", "rack:dcagent_inventory:dark", "== 0", "== 2", "IT load"),
    Defect(
        "ratios are averaged",
        f"{_ZONE}it_load:ratio",
        _LOAD,
        "avg by (province, hub, zone) (site:dcagent_it_load:ratio)",
        "regions, power and air",
    ),
    Defect(
        "no zone is a zone",
        f"{_ZONE}nodes:expected",
        '{zone!=""}',
        "",
        "regions, compute and racks",
    ),
    Defect(
        "unknown is domestic",
        f"{_SITE}domestic:ratio",
        'domestic="true"',
        'domestic!="false"',
        "domestic share",
    ),
    Defect(
        "the silent draw nothing",
        f"{_SITE}node_power_watts:upper",
        f"+ ({_DUE}",
        f"+ 0 * ({_DUE}",
        "interval",
    ),
    Defect("no rating, yet a bound", f"{_SITE}node_power_watts:upper", "> 0", "> 9", "interval"),
    Defect(
        "a lost feeder halves the site",
        f"{_SITE}facility_energy_joules:increase1d",
        "== on (site)",
        "<= on (site)",
        _FEEDER,
    ),
    Defect(
        "a feeder lost a while ago counts",
        f"{_SITE}facility_energy_joules:increase1d",
        f"{_METER}\n",
        f"last_over_time({_METER}[1d])\n",
        _FEEDER,
    ),
    Defect(
        "half of a PDU is a PDU",
        f"{_SITE}it_energy_joules:increase1d",
        "unless on (site, meter)",
        "unless on (boundary)",
        "categories",
    ),
    Defect(
        "an energy meter is none",
        "meter:dcagent_energy_joules:total",
        "dcagent_meter_energy_joules_total,",
        "dcagent_outlet_energy_joules_total,",
        "meters",
    ),
    Defect(
        "a meter is what it stands in",
        "meter:dcagent_energy_joules:total",
        'dcagent_meter_energy_joules_total, "meter", "$1", "target"',
        'dcagent_meter_energy_joules_total, "meter", "$1", "rack"',
        "meters",
    ),
    Defect("a PUE below 1", f"{_SITE}pue:ratio1d", ">= 1", ">= 0", _FEEDER),
    Defect("the best category counts", f"{_SITE}pue:scored", "topk", "bottomk", "windows of PUE"),
    Defect(
        "interim before annual",
        f"{_SITE}pue:scored",
        "unless on (site)\nsite:dcagent_pue:ratio365d",
        "",
        "points of PUE",
    ),
    Defect("a short month", f"{_SITE}pue:ratio30d", ">= 28", ">= 27", "windows of PUE"),
    Defect("a short year", f"{_SITE}pue:ratio365d", ">= 347", ">= 1", "windows of PUE"),
    Defect(
        "a national factor",
        f"{_SITE}co2_kilograms:increase1d",
        "* on (province) group_left (year, source)",
        _NATIONAL,
        "CO2 and green share",
    ),
    Defect(
        "the smaller factor",
        f"{_SITE}co2_kilograms:increase1d",
        "topk",
        "bottomk",
        "CO2 and green share",
    ),
    Defect(
        "the kindest declaration",
        f"{_SITE}green_share:declared",
        "min by",
        "max by",
        "CO2 and green share",
    ),
    Defect(
        "edge centres are limited", f"{_SITE}pue_limit_breached:bool", "> 100", ">= 100", "limit"
    ),
    Defect(
        "a wrong breakpoint",
        f"{_SITE}kpi_score:points",
        "- 1.2, 0, 0.1) / 0.1",
        "- 1.25, 0, 0.05) / 0.05",
        "points of PUE",
    ),
    Defect(
        "another wrong breakpoint",
        f"{_SITE}kpi_score:points",
        "- 0.65, 0, 0.15) / 0.15",
        "- 0.65, 0, 0.2) / 0.2",
        "points of the others",
    ),
    Defect("an impossible η scores", f"{_SITE}kpi_score:points", "<= 1.1", "<= 9", _GATES),
    Defect(
        "a gap costs nothing",
        f"{_SITE}kpi_coverage:ratio",
        "sum_over_time(",
        "1440 * avg_over_time(",
        _GATES,
    ),
    Defect("no provisional gate", f"{_SITE}score:points", ">= 0.8 < 0.95", "< 0.95", _GATES),
    Defect("full too early", f"{_SITE}score:points", ">= 0.95", ">= 0.9", _GATES),
    Defect("four of five will do", f"{_SITE}score:points", "== 5", ">= 4", _GATES),
    Defect(
        "an arithmetic mean",
        f"{_SITE}score:points",
        f"exp(avg by ({_BY}) (ln(clamp_min(site:dcagent_kpi_score:points, 1))))",
        f"avg by ({_BY}) (site:dcagent_kpi_score:points)",
        _GATES,
    ),
    Defect("the best coverage decides", f"{_SITE}score_coverage:min", "min by", "max by", _GATES),
    Defect(
        "nothing is withheld",
        f"{_SITE}score_withheld:bool",
        "unless on (site)",
        "and on (site)",
        _GATES,
    ),
    Defect("what was not seen is idle", "node:dcagent_utilization:max30d", ">= 648", ">= 1", _IDLE),
    Defect(
        "a month is comatose",
        "node:dcagent_idle_power_watts:comatose180d",
        "max180d",
        "max30d",
        _IDLE,
    ),
    Defect(
        "all of the design is free",
        "rack:dcagent_stranded_power_watts:min30d",
        "0.8 *",
        "1 *",
        "stranded power",
    ),
    Defect(
        "gaps count as energy",
        "cell:dcagent_energy_rated_power_watts:day",
        "/ 86400",
        "/ 1e9",
        "counted energy",
    ),
)


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.what)
def test_a_defect_is_caught(defect: Defect) -> None:
    done = promtool(defect.seeded(), CASES[defect.caught_by], GROUPS)
    assert done.returncode == 1
    assert "FAILED" in done.stdout + done.stderr
    assert "parse error" not in done.stdout + done.stderr
