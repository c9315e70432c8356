"""The raw metrics that the rules read, and what travels from a site to the centre."""

from __future__ import annotations

from collections.abc import Mapping

INVENTORY: Mapping[str, str] = {
    "dcagent_inventory_site_info": "province, hub, zone, site",
    "dcagent_inventory_rack_info": "province, hub, zone, site, room, row, rack, state",
    "dcagent_inventory_rack_rated_power_watts": "site, rack",
    "dcagent_inventory_rack_pdus": "site, rack",
    "dcagent_inventory_node_info": (
        "province, hub, zone, site, cluster, room, row, rack, node, kind, lifecycle, domestic"
    ),
    "dcagent_inventory_node_rated_power_watts": "site, node, basis",
    "dcagent_inventory_node_peak_flops": "site, node, precision",
    "dcagent_inventory_meter_info": "site, meter, boundary, category",
    "dcagent_grid_emission_factor_kg_per_kwh": "province, year, source",
    "dcagent_site_renewable_ratio": "site, period, evidence",
}
"""What the inventory exports → its labels. `…_node_peak_flops` may be absent."""

READINGS: Mapping[str, str] = {
    "dcagent_node_power_watts": "site, node, quality",
    "dcagent_node_power_timestamp_seconds": "site, node",
    "dcagent_node_chassis_on": "site, node",
    "dcagent_node_peak_flops": "site, node, device, precision",
    "dcagent_node_device_utilization_ratio": "site, node, device, basis",
    "dcagent_node_inlet_temperature_celsius": "site, node",
    "dcagent_node_energy_joules_total": "site, node, source",
    "dcagent_node_energy_gap_seconds_total": "site, node",
    "dcagent_rack_power_watts": "site, rack, pdu, inlet, quality",
    "dcagent_rack_energy_joules_total": "site, rack, pdu, inlet",
    "dcagent_ups_energy_joules_total": "site, target",
    "dcagent_meter_energy_joules_total": "site, target",
}
"""What agents export → the labels that the rules look at."""

METERS: Mapping[str, str] = {
    "dcagent_facility_energy_joules_total": "site, meter",
    "dcagent_it_energy_joules_total": "site, meter",
    "dcagent_cooling_energy_joules_total": "site, meter",
}
"""What the meters of other exporters are to be relabelled to."""

TRAVELS = (
    r"(cell|rack|cluster|site|meter):dcagent_.+"
    r"|dcagent_inventory_meter_info"
    r"|dcagent_grid_emission_factor_kg_per_kwh|dcagent_site_renewable_ratio"
)
"""The names that a site sends to the centre: a regular expression that matches the whole name."""
