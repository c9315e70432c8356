"""Idle and comatose servers, stranded power, counted energy."""

from __future__ import annotations

from collections.abc import Mapping

from tests.score.promtool import Case, series
from tests.score.site import REGION, place

HOUR, DAY = 60, 1440
SPAN = 181
"""Days."""


def _labels(name: str) -> dict[str, str]:
    return {"site": "s1", "rack": "k1", "cluster": "c1", "node": name, "kind": "general"}


def _server(
    name: str, busiest: str, watts: float | None = 200.0, hours: str = ""
) -> dict[str, str]:
    """Per day: the busiest hour and the hours seen (all of them where nothing is said)."""
    labels = _labels(name)
    found = series("node:dcagent_utilization:max1d", busiest, **labels)
    found |= series("node:dcagent_utilization:hours1d", hours or f"24x{SPAN}", **labels)
    if watts is not None:
        found |= series("node:dcagent_power_watts:valid", f"{watts}x{SPAN}", **labels)
    return found


def idle() -> Case:
    """No hour of 6 % in 30 days is idle, in 180 comatose, where 90 % of the hours were seen."""
    case = Case("idle and comatose", interval="1d", step=f"{SPAN}d").feed(
        _place(SPAN),
        _server("busy", f"0.5x{SPAN}", 400.0),
        _server("dead", f"0.01x{SPAN}", 100.0),
        _server("retired", f"0.4x100 0.01x{SPAN - 101}", 110.0),
        _server("monthly", f"0.01x{SPAN - 12} 0.07x0 0.01x10", 120.0),
        _server("unseen", f"0.01x{SPAN}", 130.0, f"24x{SPAN - 5} 0x3"),
        _server("off", f"0.01x{SPAN}", None),
    )
    at = SPAN * DAY
    hub = {"province": "sichuan", "hub": "tianfu"}
    return (
        case.expect(
            at,
            "node:dcagent_idle_power_watts:suspected30d",
            (_labels("dead"), 100),
            (_labels("retired"), 110),
        )
        .expect(
            at,
            "node:dcagent_idle_power_watts:comatose180d",
            (_labels("dead"), 100),
            (_labels("unseen"), 130),
        )
        .expect(at, "site:dcagent_idle_power:ratio30d", (place("s1"), 210 / 730))
        .expect(at, "site:dcagent_idle_coverage:ratio30d", (place("s1"), 730 / 860))
        .expect(at, "rack:dcagent_idle_power:ratio30d", (place("s1", "k1"), 210 / 730))
        .expect(at, "hub:dcagent_idle_power:ratio30d", (hub, 210 / 730))
    )


def hours() -> Case:
    """The busiest hour of a day, and how many hours were seen.

    No sample stands on the edge of a range, which Prometheus 2 counts and Prometheus 3 does not.
    """
    case = Case("hours of a day", interval="30m", step="1d").feed(
        series("node:dcagent_utilization:avg1h", "_x24 _ 0.1x9 0.7 _x3 0.2x8", **_labels("n1")),
        series("node:dcagent_utilization:ratio", "_x47 0.25 0.75", **_labels("n2")),
        series("rack:dcagent_power_watts:sum", "_x47 250 750", **place("s1", "k1")),
    )
    one, two = _labels("n1"), _labels("n2")
    return (
        case.expect(DAY, "node:dcagent_utilization:max1d", (one, 0.7), (two, 0.5))
        .expect(DAY, "node:dcagent_utilization:hours1d", (one, 20), (two, 1))
        .expect(DAY, "rack:dcagent_power_watts:max1h", (place("s1", "k1"), 750))
    )


def _place(length: int) -> dict[str, str]:
    return series(
        "dcagent_inventory_rack_info", f"1x{length}", **place("s1", "k1"), state="installed"
    )


def stranded() -> Case:
    """0.8 of the design less the highest hour of 30 days; not before 90 % of them were seen."""
    case = Case("stranded power", interval="1h", step="719h").feed(_place(720))
    racks: Mapping[str, tuple[str, float]] = {
        "calm": ("800x360 900x0 800x358", 2000),
        "full": ("1900x719", 2000),
        "new": ("_x100 800x618", 2000),
    }
    for name, (watts, design) in racks.items():
        case.feed(
            series("rack:dcagent_power_watts:max1h", watts, **place("s1", name)),
            series(
                "dcagent_inventory_rack_rated_power_watts", f"{design}x720", site="s1", rack=name
            ),
        )
        if name != "k1":
            case.feed(
                series(
                    "dcagent_inventory_rack_info", "1x720", **place("s1", name), state="installed"
                )
            )
    return case.expect(
        719 * HOUR,
        "rack:dcagent_stranded_power_watts:min30d",
        (place("s1", "calm"), 1600 - 900),
        (place("s1", "full"), 0),
    ).expect(719 * HOUR, "site:dcagent_stranded_power_watts:min30d", (place("s1"), 700))


def _counters() -> Case:
    """Three servers, one of which counts with gaps and one not at all."""
    case = Case("counted energy", interval="1h", step="1d").feed(_place(49))
    for name, sources, gap in (
        ("n1", {"dcmi": 300.0}, 0.0),
        ("n2", {"dcmi": 200.0, "psu_sum": 100.0}, 360.0),
        ("n3", {}, None),
    ):
        own = {"site": "s1", "node": name}
        case.feed(
            series(
                *("dcagent_inventory_node_info", "1x49"),
                **REGION,
                site="s1",
                room="r1",
                row="a",
                rack="k1",
                node=name,
                cluster="c1",
                kind="general",
                lifecycle="active",
            ),
            series("dcagent_inventory_node_rated_power_watts", "500x49", **own, basis="profile"),
        )
        for source, watts in sources.items():
            case.feed(
                series(
                    "dcagent_node_energy_joules_total", f"0+{watts * 3600}x49", **own, source=source
                ),
            )
        if gap is not None:
            case.feed(series("dcagent_node_energy_gap_seconds_total", f"0+{gap}x49", **own))
    return case


def counted() -> Case:
    """Servers' energy by their own counters with the time that they counted; PDUs' where all do."""
    case = _counters()
    for rack, pdus in (("k1", ("a", "b")), ("k2", ("a",))):
        if rack == "k2":
            case.feed(
                series(
                    "dcagent_inventory_rack_info", "1x49", **place("s1", rack), state="installed"
                )
            )
        case.feed(series("dcagent_inventory_rack_pdus", "2x49", site="s1", rack=rack))
        for pdu in pdus:
            case.feed(
                series(
                    "dcagent_rack_energy_joules_total",
                    f"0+{400 * 3600}x49",
                    site="s1",
                    rack=rack,
                    pdu=pdu,
                )
            )
    kwh = " / 3.6e6"
    return (
        case.expect(
            2 * DAY, f"rack:dcagent_node_energy_joules:latest1d{kwh}", (place("s1", "k1"), 0.6 * 24)
        )
        .expect(2 * DAY, "site:dcagent_node_energy_coverage:latest1d", (place("s1"), (1 + 0.9) / 3))
        .expect(
            2 * DAY, f"rack:dcagent_pdu_energy_joules:latest1d{kwh}", (place("s1", "k1"), 0.8 * 24)
        )
        .expect(2 * DAY, f"site:dcagent_pdu_energy_joules:latest1d{kwh}", (place("s1"), 0.8 * 24))
    )


CASES = (idle(), hours(), stranded(), counted())
