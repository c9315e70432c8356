"""Servers: what is measured, fresh and whole counts; what is missing is absent."""

from __future__ import annotations

from tests.score.promtool import Case, series
from tests.score.site import AT, MINUTES, good, node, place, rack, steady

CPU_AND_ACCELERATOR = {"cpu": {"fp16": 1e12}, "ascend0": {"fp16": 99e12}}


def bad_and_missing() -> Case:
    """One good server; 0 W, stale, silent, off on purpose, only a nameplate, only an estimate."""
    case = Case("missing data never becomes zero").feed(
        good("s2", "fine", power={"measured": 200.0}),
        good("s2", "zero", power={"measured": 0.0}),
        good("s2", "stale", power={"measured": 250.0}, age=300),
        good("s2", "silent", power=None, used=None, inlet=None),
        good("s2", "off", power={"measured": 15.0}, on=0),
        good("s2", "estimated", power={"estimated": 9999.0}),
        good("s2", "old", lifecycle="decommissioned"),
        good("s2", "plate", rack="k2", rated={"nameplate": 900.0}, power=None, used=None),
        rack("s2", "k1", design=2500.0),
    )
    k1, k2, s2 = place("s2", "k1"), place("s2", "k2"), place("s2")
    pool = place("s2", cluster="c1", kind="general")
    tera = dict(pool, precision="fp32")
    return (
        case.expect(AT, "count(node:dcagent_power_watts:valid)", ({}, 1))
        .expect(AT, "count(node:dcagent_inventory:expected)", ({}, 6))
        .expect(AT, "count(node:dcagent_inventory:active)", ({}, 7))
        .expect(AT, "rack:dcagent_power_coverage:ratio", (k1, 500 / 2500))
        .expect(AT, "rack:dcagent_nodes_reporting:ratio", (k1, 1 / 5), (k2, 0))
        .expect(AT, "rack:dcagent_power_watts:sum")
        .expect(AT, "cluster:dcagent_peak_flops:nominal / 1e12", (tera, 7 * 4))
        .expect(AT, "cluster:dcagent_peak_flops:online / 1e12", (tera, 4))
        .expect(AT, "cluster:dcagent_peak_flops_per_power_watts:ratio / 1e9", (tera, 4e3 / 200))
        .expect(
            AT,
            "cluster:dcagent_peak_flops_per_rated_power_watts:ratio / 1e9",
            (tera, 6 * 4e3 / (6 * 500)),
        )
        .expect(AT, "site:dcagent_matched_coverage:ratio", (s2, 500 / 2500 * 5 / 6))
        .expect(AT, "cluster:dcagent_nodes:unbounded", (pool, 1))
        .expect(AT, "rack:dcagent_score:points")
        .expect(AT, "rack:dcagent_score_withheld:bool", (k1, 1), (k2, 1))
        .expect(AT, "cluster:dcagent_score_withheld:bool", (pool, 1))
        .expect(AT, "site:dcagent_score_withheld:bool", (s2, 1))
    )


def interval() -> Case:
    """The silent at their rating; without a rating there is no upper bound."""
    case = Case("interval").feed(
        good("s1", "n1", power={"measured": 200.0}),
        good("s1", "n2", power=None, rated={"measured": 800.0}),
        good("s1", "n3", power={"measured": 90.0}, rated=None),
        good("s2", "n1"),
        good("s2", "n2", power=None, rated=None),
        good("s3", "n1", power=None),
    )
    return case.expect(
        AT,
        "site:dcagent_node_power_watts:measured",
        (place("s1"), 290),
        (place("s2"), 300),
    ).expect(
        AT,
        "site:dcagent_node_power_watts:upper",
        (place("s1"), 290 + 800),
        (place("s3"), 500),
    )


def age() -> Case:
    """A reading counts up to its age, by the time at which the device was asked."""
    case = Case("age of a reading").feed(
        good("s1", "young", age=299), good("s1", "old", age=300), good("s1", "older", age=301)
    )
    young = {"site": "s1", "node": "young", "rack": "k1", "cluster": "c1", "kind": "general"}
    return case.expect(AT, "node:dcagent_power_watts:valid", ({**young, "domestic": "true"}, 300))


def derived() -> Case:
    """The sum of the PSUs is derived from what was measured, and counts; HA pairs count once."""
    twice = {"site": "s1", "node": "n1", "target": "n1", "rack": "k1", "instance": "other"}
    case = Case("derived power, two agents").feed(
        good("s1", "n1", power={"derived": 310.0}),
        series(
            "dcagent_node_power_watts", steady(310), **twice, quality="derived", source="psu_sum"
        ),
        series(
            *("dcagent_node_peak_flops", steady(4e12)),
            **twice,
            device="cpu",
            precision="fp32",
        ),
    )
    pool = place("s1", cluster="c1", kind="general")
    return case.expect(AT, "cluster:dcagent_node_power_watts:measured", (pool, 310)).expect(
        AT, "cluster:dcagent_peak_flops:nominal", (dict(pool, precision="fp32"), 4e12)
    )


def ratings() -> Case:
    """A measured rating before a profile's, however large that is."""
    return (
        Case("ratings")
        .feed(
            good("s1", "n1", rated={"measured": 480.0, "profile": 700.0, "nameplate": 1200.0}),
            good("s1", "n2", rated={"profile": 700.0, "nameplate": 1200.0}),
        )
        .expect(
            AT,
            "sum by (node) (node:dcagent_rated_power_watts:inventory)",
            ({"node": "n1"}, 480),
            ({"node": "n2"}, 700),
        )
    )


def lost_accelerator() -> Case:
    """A device without utilisation, or without anything, takes its server out; it is not idle."""
    ai = {"kind": "ai", "cluster": "ai", "peak": CPU_AND_ACCELERATOR}
    both = {"cpu": 0.2, "ascend0": 0.6}
    case = Case("lost accelerator").feed(
        good("s3", "whole", **ai, used=both),
        good("s3", "blind", **ai, used={"cpu": 0.2}),
        good(
            "s3",
            "gone",
            **{**ai, "peak": {"cpu": {"fp16": 1e12}}},
            used={"cpu": 0.2},
            declared={"fp16": 100e12},
        ),
        good("s3", "told", **ai, used=both, declared={"fp16": 100e12}),
    )
    pool = place("s3", cluster="ai", kind="ai")
    mean = (1 * 0.2 + 99 * 0.6) / 100
    return (
        case.expect(
            AT,
            "sum by (node) (node:dcagent_utilization:ratio)",
            ({"node": "whole"}, mean),
            ({"node": "told"}, mean),
        )
        .expect(AT, "cluster:dcagent_matched_coverage:ratio", (pool, 0.5))
        .expect(
            AT, "cluster:dcagent_peak_flops:nominal / 1e12", (dict(pool, precision="fp16"), 400)
        )
        .expect(
            AT,
            "cluster:dcagent_peak_flops:unutilized / 1e12",
            (dict(pool, precision="fp16"), 200 * (1 - mean)),
        )
        .expect(AT, "cluster:dcagent_utilization_activity_basis:ratio", (pool, 0.5))
    )


def bases() -> Case:
    """Activity counters before the share of time, and nothing beyond 0 to 1."""
    own = {"site": "s1", "node": "n1", "device": "ascend0", "target": "n1"}
    case = Case("bases of utilisation").feed(
        good("s1", "n1", kind="ai", peak={"ascend0": {"fp16": 1e14}}, used={"ascend0": 0.4}),
        series("dcagent_node_device_utilization_ratio", steady(1), **own, basis="time"),
        good("s1", "n2", used={"cpu": 1.3}),
    )
    return case.expect(
        AT,
        "sum by (node) (node:dcagent_utilization:ratio)",
        ({"node": "n1"}, 0.4),
        ({"node": "n2"}, 1),
    )


def inlets() -> Case:
    """The hottest sensor of each server; codes for a missing sensor are no reading."""
    hot = {"site": "s1", "node": "n1", "target": "n1", "sensor": "Inlet 2"}
    case = Case("inlets").feed(
        good("s1", "n1", inlet=24.0),
        series("dcagent_node_inlet_temperature_celsius", steady(28), **hot),
        good("s1", "n2", inlet=24.0),
        good("s1", "n3", inlet=17.0),
        good("s1", "n4", inlet=0.0),
        good("s1", "n5", inlet=255.0),
        good("s1", "n6", inlet=None),
    )
    k1 = place("s1", "k1")
    return (
        case.expect(AT, "rack:dcagent_rci_high:percent", (k1, 100 * (1 - 1 / (3 * 5))))
        .expect(AT, "rack:dcagent_inlet_recommended:ratio", (k1, 1 / 3))
        .expect(AT, "rack:dcagent_inlet_coverage:ratio", (k1, 3 / 6))
    )


def nowhere() -> Case:
    """A server without rack, room or pool counts for its site all the same."""
    lost = {"province": "sichuan", "hub": "tianfu", "zone": "pidu", "site": "s1", "node": "n1"}
    case = Case("no rack").feed(
        series(
            *("dcagent_inventory_node_info", steady(1)),
            **lost,
            kind="general",
            lifecycle="active",
            room="r9",
        ),
        series(
            *("dcagent_inventory_node_info", steady(1)),
            **{**lost, "node": "n2"},
            kind="general",
            lifecycle="active",
            room="r8",
        ),
        node("s1", "n3", domestic=""),
    )
    return case.expect(AT, "site:dcagent_nodes:expected", (place("s1"), 3)).expect(
        AT, "rack:dcagent_nodes:expected", (place("s1", "k1"), 1)
    )


CASES = (
    bad_and_missing(),
    interval(),
    age(),
    derived(),
    ratings(),
    lost_accelerator(),
    bases(),
    inlets(),
    nowhere(),
)
assert MINUTES > AT
