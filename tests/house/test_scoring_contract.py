"""The series that scoring reads have these names and labels, in the catalogue and the goldens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from exporters.listing import LISTING, TARGET_LABELS

CONTRACT = {
    "dcagent_node_power_watts": {"node", "source", "quality"},
    "dcagent_node_power_timestamp_seconds": {"node"},
    "dcagent_node_energy_joules_total": {"node", "source"},
    "dcagent_node_energy_gap_seconds_total": {"node"},
    "dcagent_node_chassis_on": {"node"},
    "dcagent_node_peak_flops": {"node", "device", "precision"},
    "dcagent_node_device_utilization_ratio": {"node", "device", "basis"},
    "dcagent_node_inlet_temperature_celsius": {"node", "sensor"},
    "dcagent_inventory_site_info": {"province", "hub", "zone", "site"},
    "dcagent_inventory_node_peak_flops": {"site", "node", "precision"},
    "dcagent_inventory_node_info": {
        *("province", "hub", "zone", "site", "cluster", "room", "row", "rack"),
        *("node", "kind", "lifecycle", "vendor", "model", "arch", "domestic"),
    },
    "dcagent_inventory_node_rated_power_watts": {"site", "node", "basis"},
    "dcagent_inventory_rack_info": {
        *("province", "hub", "zone", "site", "room", "row", "rack", "state"),
    },
    "dcagent_inventory_rack_rated_power_watts": {"site", "rack"},
    "dcagent_inventory_rack_pdus": {"site", "rack"},
    "dcagent_inventory_meter_info": {"site", "meter", "boundary", "category"},
    "dcagent_grid_emission_factor_kg_per_kwh": {"province", "year", "source"},
    "dcagent_site_renewable_ratio": {"site", "period", "evidence"},
    "dcagent_rack_power_watts": {"pdu", "inlet", "source", "quality"},
}
"""Family → labels; of readings those beside target and place (`inlet` of PDUs with several)."""

GOLDEN = sorted((Path(__file__).parents[1] / "golden").glob("*.prom"))
_SAMPLE = re.compile(r"(\w+)\{(.*)\} \S+")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


@pytest.mark.parametrize("name", CONTRACT)
def test_the_catalogue_has_it(name: str) -> None:
    (listed,) = (listed for listed in LISTING if listed.name == name)
    further = listed.metric.further if listed.metric else ()
    assert {*listed.labels, *further} == CONTRACT[name]


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda path: path.stem)
def test_what_is_exported_keeps_to_it(golden: Path) -> None:
    ours: dict[str, dict[tuple[str, ...], int]] = {}
    for line in golden.read_text(encoding="utf-8").splitlines():
        found = _SAMPLE.fullmatch(line)
        if found is None or found[1] not in CONTRACT:
            continue
        labels = dict(_LABEL.findall(found[2]))
        optional = {"inlet", "sensor"}
        assert set(labels) - set(TARGET_LABELS) - optional == CONTRACT[found[1]] - optional, line
        assert {"site", "rack", "target"} <= set(labels), line
        assert labels.get("basis") in (None, "time", "activity"), line
        assert labels.get("quality") in (None, "measured", "derived", "estimated"), line
        key = tuple(labels.get(name, "") for name in ("node", "device", "precision"))
        counts = ours.setdefault(found[1], {})
        counts[key] = counts.get(key, 0) + 1
    for name in ("dcagent_node_power_watts", "dcagent_node_power_timestamp_seconds"):
        assert set(ours.get(name, {}).values()) <= {1}, "a node's power is told once"
    for name in ("dcagent_node_device_utilization_ratio", "dcagent_node_peak_flops"):
        assert set(ours.get(name, {}).values()) <= {1}, "a device is told once"
