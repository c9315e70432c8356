"""Names of metrics, each from where it is defined; and selectors made of them."""

from __future__ import annotations

from model.catalogue import WORDS
from scoring.kpi import KPIS
from scoring.levels import Level

UP = "dcagent_target_up"
INFO = "dcagent_target_info"
FAULTS = "dcagent_target_faults"
LOCKED = "dcagent_target_locked"
BACKOFF = "dcagent_target_backoff_seconds"
EXPECTED = "dcagent_target_coverage_expected"
PRESENT = "dcagent_target_coverage_present"
AGE = "dcagent_poll_age_seconds"
DEVICE = "dcagent_device_info"
ASKED = "dcagent_node_power_timestamp_seconds"
ENERGY = "dcagent_node_energy_joules_total"
GAP = "dcagent_node_energy_gap_seconds_total"
"""What agents say of their targets: a test holds these to the exporters' list."""

NODE_INFO = "dcagent_inventory_node_info"
RATED = "dcagent_inventory_node_rated_power_watts"
RACK_PDUS = "dcagent_inventory_rack_pdus"
METER_INFO = "dcagent_inventory_meter_info"
PDU_INFO = "dcagent_inventory_pdu_info"
PSU_INFO = "dcagent_inventory_psu_info"
"""What the inventory says: a test holds these to the rules' contract."""

METER_ENERGY = "meter:dcagent_energy_joules:total"
"""The counters of all meters, as the rules record them."""


def word(text: str) -> str:
    """The metric of a word of the catalogue, "node.power_watts". KeyError: there is none."""
    return WORDS[text].name


def limit(text: str) -> str:
    """The metric of a device's own bounds on it."""
    return WORDS[text].limit_name


def at(name: str, *matchers: str) -> str:
    """A selector."""
    return f"{name}{{{', '.join(matchers)}}}"


def kpi_of(name: str, level: Level, *matchers: str) -> str:
    """The values of a KPI at a level."""
    kpi = KPIS[name]
    own = kpi.matchers.strip("{}")
    return at(level.of(kpi.metric), *matchers, *((own,) if own else ()))
