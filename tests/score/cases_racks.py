"""Racks, pools and efficiency over a few minutes."""

from __future__ import annotations

from tests.score.promtool import Case
from tests.score.site import AT, good, place, rack, site_info


def pairs() -> Case:
    """Every PDU must answer; a leg may read 0 W; a PDU with two inlets is one PDU."""
    case = Case("PDUs").feed(
        rack("s4", "ok", pdus=2, watts={"a": 1800, "b": 0}),
        rack("s4", "half", pdus=2, watts={"a": 900}),
        rack("s4", "inlets", pdus=2, watts={"a/1": 400, "a/2": 300, "b/1": 100}),
        rack("s4", "lost", pdus=2, watts={"a/1": 400, "a/2": 300}),
        rack("s4", "summed", pdus=1, watts={"a": 700}, quality="derived"),
        rack("s4", "guess", pdus=1, watts={"a": 700}, quality="estimated"),
        rack("s4", "planned", pdus=1, watts={"a": 700}, state="planned"),
    )
    return case.expect(
        AT,
        "rack:dcagent_power_watts:sum",
        (place("s4", "ok"), 1800),
        (place("s4", "inlets"), 800),
        (place("s4", "summed"), 700),
    )


def servers_for_racks() -> Case:
    """The servers stand for their rack where nearly all are covered, by rating and by count."""
    case = Case("servers for racks")
    for number in range(20):
        case.feed(
            good("s1", f"a{number}", rack="most", power={"measured": 10.0} if number else None)
        )
        case.feed(
            good("s1", f"b{number}", rack="less", power={"measured": 10.0} if number > 1 else None)
        )
        case.feed(
            good(
                "s1",
                f"c{number}",
                rack="unrated",
                rated={"measured": 500.0} if number > 1 else None,
                power={"measured": 10.0} if number > 1 else None,
            )
        )
    case.feed(*(rack("s1", name) for name in ("most", "less", "unrated")))
    return case.expect(AT, "rack:dcagent_power_watts:sum", (place("s1", "most"), 190))


def load() -> Case:
    """IT load over racks that are known; empty and dark racks draw a known 0 W."""
    case = Case("IT load").feed(
        site_info("s1"),
        rack("s1", "metered", design=2000.0, pdus=1, watts={"a": 900}),
        good("s1", "n1", rack="metered"),
        rack("s1", "empty", design=1000.0),
        rack("s1", "dark", design=1000.0),
        good("s1", "n2", rack="dark", on=0, power={"measured": 12.0}),
        rack("s1", "unknown", design=4000.0),
        good("s1", "n3", rack="unknown", power=None),
        rack("s1", "storage", design=500.0),
        good("s1", "n4", rack="storage", kind="storage", power=None, used=None, peak={}),
        rack("s1", "undesigned", design=None, pdus=1, watts={"b": 500}),
    )
    s1, design = place("s1"), 2000 + 1000 + 1000 + 4000 + 500
    return (
        case.expect(
            AT,
            "rack:dcagent_it_load:ratio",
            (place("s1", "metered"), 0.45),
            (place("s1", "empty"), 0),
            (place("s1", "dark"), 0),
        )
        .expect(AT, "site:dcagent_it_load:ratio", (s1, 900 / 4000))
        .expect(AT, "site:dcagent_it_load_coverage:ratio", (s1, 4000 / design * 5 / 6))
        .expect(AT, "site:dcagent_rack_occupancy:ratio", (s1, 4 / 6))
        .expect(AT, "site:dcagent_standard_racks:sum", (s1, design / 2500))
    )


def nothing_in_use() -> Case:
    """A site of empty racks has an occupancy of 0, and no score."""
    case = Case("empty site").feed(site_info("s1"), rack("s1", "k1"), rack("s1", "k2"))
    return case.expect(AT, "site:dcagent_rack_occupancy:ratio", (place("s1"), 0)).expect(
        AT, "site:dcagent_score_withheld:bool", (place("s1"), 1)
    )


_GENERAL = place("s1", cluster="c1", kind="general", precision="fp32")
_HPC = place("s1", cluster="c3", kind="hpc", precision="fp64")
_AI = place("s1", cluster="c2", kind="ai", precision="fp16")


def _mixed(name: str) -> Case:
    """A general, an HPC and an AI server in one rack."""
    cpu = {"cpu": {"fp32": 4e12, "fp64": 2e12}}
    ai = {"cpu": {"fp16": 1e12, "fp32": 5e11}, "ascend0": {"fp16": 99e12, "fp32": 2e13}}
    return Case(name).feed(
        good("s1", "n1", cluster="c1", peak=cpu),
        good(
            "s1",
            "h1",
            cluster="c3",
            kind="hpc",
            peak=cpu,
            used={"cpu": 0.9},
            power={"measured": 400.0},
        ),
        good(
            "s1",
            "n2",
            cluster="c2",
            kind="ai",
            rated={"profile": 1000.0},
            power={"measured": 700.0},
            peak=ai,
            used={"cpu": 0.2, "ascend0": 0.6},
        ),
        rack("s1", "k1", design=2000.0),
    )


def efficiency() -> Case:
    """CE nominal, over rated power, and delivered."""
    used = 0.01 * 0.2 + 0.99 * 0.6
    ce, delivered = "dcagent_peak_flops_per_power_watts", "dcagent_delivered_flops_per_power_watts"
    return (
        _mixed("efficiency")
        .expect(
            AT,
            f"cluster:{ce}:ratio / 1e9",
            (_GENERAL, 4e3 / 300),
            (_HPC, 2e3 / 400),
            (_AI, 1e5 / 700),
        )
        .expect(
            AT,
            "cluster:dcagent_peak_flops_per_rated_power_watts:ratio / 1e9",
            (_GENERAL, 4e3 / 500),
            (_HPC, 2e3 / 500),
            (_AI, 1e5 / 1000),
        )
        .expect(
            AT,
            f"cluster:{delivered}:ratio / 1e9",
            (_GENERAL, 2e3 / 300),
            (_HPC, 1.8e3 / 400),
            (_AI, used * 1e5 / 700),
        )
        .expect(
            AT,
            f"site:{ce}:ratio / 1e9",
            *(
                ({**place("s1"), "kind": p["kind"], "precision": p["precision"]}, value)
                for p, value in ((_GENERAL, 4e3 / 300), (_HPC, 2e3 / 400), (_AI, 1e5 / 700))
            ),
        )
    )


def attainment() -> Case:
    """η is the useful power over the measured, whatever the kinds."""
    useful = 0.5 * 500 + 0.9 * 500 + (0.01 * 0.2 + 0.99 * 0.6) * 1000
    k1 = place("s1", "k1")
    return (
        _mixed("attainment")
        .expect(AT, "rack:dcagent_useful_power_watts:sum", (k1, useful))
        .expect(AT, "rack:dcagent_ce_attainment:ratio1d", (k1, useful / 1400))
        .expect(AT, "rack:dcagent_power_watts:sum", (k1, 1400))
    )


def domestic() -> Case:
    """国产化率: three weightings differ, and what is not told is neither."""
    case = Case("domestic share").feed(
        good("s1", "n1", domestic="true", rated={"measured": 200.0}),
        good("s1", "n2", domestic="true", rated={"measured": 200.0}, on=0),
        good(
            "s1", "n3", domestic="false", rated={"measured": 1600.0}, peak={"cpu": {"fp32": 12e12}}
        ),
        good("s1", "n4", domestic="", rated={"measured": 2000.0}),
        good("s2", "n1", domestic="false"),
        site_info("s1"),
    )
    s1, s2 = place("s1"), place("s2")
    compute = {"basis": "peak_flops", "kind": "general", "precision": "fp32"}
    count, watts = {"basis": "count"}, {"basis": "rated_power"}
    return case.expect(
        AT,
        "site:dcagent_domestic:ratio",
        ({**s1, **count}, 2 / 3),
        ({**s1, **watts}, 400 / 2000),
        ({**s1, **compute}, 8 / 20),
        ({**s2, **count}, 0),
        ({**s2, **watts}, 0),
        ({**s2, **compute}, 0),
    ).expect(
        AT,
        'site:dcagent_domestic_coverage:ratio{site="s1"}',
        ({**s1, **count}, 3 / 4),
        ({**s1, **watts}, 2000 / 4000),
        ({**s1, **compute}, 20 / 24),
    )


CASES = (
    pairs(),
    servers_for_racks(),
    load(),
    nothing_in_use(),
    efficiency(),
    attainment(),
    domestic(),
)
