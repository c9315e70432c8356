"""The closed words of the table: KPIs, constants with their bounds, precisions."""

from __future__ import annotations

from collections.abc import Mapping

PRECISIONS = ("fp64", "fp32", "fp16", "int8")

KPIS: Mapping[str, bool] = {
    "ce_attainment": True,
    "it_load": True,
    "thermal": True,
    "rack_occupancy": True,
    "pue": True,
    "green_share": False,
    "cp_nominal": False,
    "cp_online": False,
    "cp_unutilized": False,
    "ce_nominal": False,
    "ce_rated": False,
    "ce_delivered": False,
    "inlet_compliance": False,
    "standard_racks": False,
    "co2": False,
    "cue": False,
    "cooling_overhead": False,
    "idle_power": False,
    "stranded_power": False,
    "domestic_count": False,
    "domestic_power": False,
    "domestic_cp": False,
}
"""KPI → whether it enters the score."""

BESIDE = ("green_share",)
"""KPIs that get points but stand beside the score: declared, not operating performance."""

LIMITED = ("pue", "rack_occupancy")
"""KPIs that limits are known of."""

CONSTANTS: Mapping[str, tuple[float, float]] = {
    "gate_full": (0, 1),
    "gate_provisional": (0, 1),
    "score_floor": (1e-6, 100),
    "fresh_seconds": (1, 86400),
    "rack_sum_coverage": (0, 1),
    "peak_agreement": (0, 1),
    "attainment_implausible": (1, 10),
    "inlet_low": (-20, 60),
    "inlet_high": (-20, 60),
    "inlet_allowable": (-20, 60),
    "inlet_implausible_low": (-50, 20),
    "inlet_implausible_high": (40, 150),
    "idle_utilization": (0, 1),
    "idle_days": (1, 3650),
    "comatose_days": (1, 3650),
    "hours_seen": (0, 1),
    "continuous_load": (0, 1),
    "pue_interim_days": (1, 30),
    "pue_annual_days": (1, 365),
    "standard_rack_watts": (1, 1e6),
    "edge_racks": (0, 1e6),
    "grade_a": (0, 100),
    "grade_b": (0, 100),
    "grade_c": (0, 100),
}
"""Constant → the bounds of its value."""
