"""Zone, hub and province: sums of sites, matched sets, coverage; city-internal centres."""

from __future__ import annotations

from tests.score.promtool import Case
from tests.score.site import AT, REGION, good, rack, site_info

ZONE = dict(REGION)
OTHER = {**REGION, "zone": "jianyang"}
HUB = {"province": "sichuan", "hub": "tianfu"}
PROVINCE = {"province": "sichuan"}
AI = {"kind": "ai", "precision": "fp16"}
GENERAL = {"kind": "general", "precision": "fp32"}
USEFUL = 0.5 * 500 + 0.9 * 6000


def roll_up(name: str) -> Case:
    """Two sites of a zone, one of another, one outside any hub."""
    accelerated = {"kind": "ai", "cluster": "ai", "peak": {"ascend0": {"fp16": 3e14}}}
    used = {"used": {"ascend0": 0.9}, "rated": {"profile": 6000.0}}
    return Case(name).feed(
        *(
            site_info(s, region=r)
            for s, r in (("a", REGION), ("b", REGION), ("c", OTHER), ("d", PROVINCE))
        ),
        rack("a", "k1", design=1000.0, pdus=1, watts={"p": 300}),
        good("a", "n1", rated={"measured": 500.0}, power={"measured": 300.0}, used={"cpu": 0.5}),
        rack("b", "k1", design=9000.0, pdus=1, watts={"p": 4000}),
        good("b", "n1", power={"measured": 4000.0}, inlet=30.0, **accelerated, **used),
        good("b", "n2", power=None, inlet=None, **accelerated, **used),
        rack("c", "k1", design=2000.0, region=OTHER),
        good("c", "n1", region=OTHER, used=None),
        rack("d", "k1", design=500.0, region=PROVINCE, pdus=1, watts={"p": 100}),
        good("d", "n1", region=PROVINCE),
    )


def power_and_air() -> Case:
    """Sum / sum, never a mean; what is silent lowers the coverage."""
    return (
        roll_up("regions, power and air")
        .expect(AT, "zone:dcagent_ce_attainment:ratio1d", (ZONE, USEFUL / 4300))
        .expect(AT, "hub:dcagent_ce_attainment:ratio1d", (HUB, USEFUL / 4300))
        .expect(AT, "province:dcagent_ce_attainment:ratio1d", (PROVINCE, (USEFUL + 250) / 4600))
        .expect(
            AT,
            "zone:dcagent_matched_coverage:ratio",
            (ZONE, 6500 / 12500),
            (OTHER, 0),
        )
        .expect(AT, "hub:dcagent_matched_coverage:ratio", (HUB, 6500 / 13000))
        .expect(AT, "zone:dcagent_it_load:ratio", (ZONE, 4300 / 10000), (OTHER, 300 / 2000))
        .expect(AT, "province:dcagent_it_load:ratio", (PROVINCE, (4300 + 300 + 100) / 12500))
        .expect(AT, "zone:dcagent_rci_high:percent", (ZONE, 100 * (1 - 3 / (2 * 5))), (OTHER, 100))
        .expect(AT, "zone:dcagent_inlet_coverage:ratio", (ZONE, 2 / 3), (OTHER, 1))
    )


def compute_and_racks() -> Case:
    """FLOPS per kind and precision; racks; who has no score says so."""
    return (
        roll_up("regions, compute and racks")
        .expect(AT, "zone:dcagent_nodes:expected", (ZONE, 3), (OTHER, 1))
        .expect(AT, "province:dcagent_nodes:expected", (PROVINCE, 5))
        .expect(
            AT,
            "province:dcagent_peak_flops:nominal / 1e12",
            ({**PROVINCE, **AI}, 600),
            ({**PROVINCE, **GENERAL}, 12),
        )
        .expect(
            AT,
            "hub:dcagent_peak_flops:online / 1e12",
            ({**HUB, **AI}, 300),
            ({**HUB, **GENERAL}, 8),
        )
        .expect(
            AT,
            "zone:dcagent_peak_flops_per_power_watts:ratio / 1e9",
            ({**ZONE, **AI}, 3e5 / 4000),
            ({**ZONE, **GENERAL}, 4e3 / 300),
            ({**OTHER, **GENERAL}, 4e3 / 300),
        )
        .expect(AT, "zone:dcagent_rack_occupancy:ratio", (ZONE, 1), (OTHER, 1))
        .expect(AT, "province:dcagent_standard_racks:sum", (PROVINCE, 12500 / 2500))
        .expect(AT, "hub:dcagent_node_power_watts:upper", (HUB, 300 + 4000 + 300 + 6000))
        .expect(
            AT,
            'province:dcagent_domestic:ratio{basis="count"}',
            ({**PROVINCE, "basis": "count"}, 1),
        )
        .expect(AT, "zone:dcagent_score_withheld:bool", (ZONE, 1), (OTHER, 1))
        .expect(AT, "province:dcagent_score_withheld:bool", (PROVINCE, 1))
    )


CASES = (power_and_air(), compute_and_racks())
