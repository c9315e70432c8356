"""What the dashboards must say of the simulated sites, from how these were made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.real.dashboard_site import HOLED, WHOLE, WRONG

USED = 0.2 * 4 / 103 + 0.9 * 99 / 103
"""Utilisation of g1: of each device, by its share of the peak."""
USEFUL = 500 * 0.5 + 500 * 0.02 + 1000 * USED
"""Watts that the work of n1, n2 and g1 would draw at full load."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A query of a panel gives one series with these labels, of this value."""

    key: str
    panel: str
    value: float
    letter: str = "A"
    labels: Mapping[str, str] = field(default_factory=dict)
    place: str = WHOLE


_SITE = (
    Fact("site", "IT power", 600 + 950),
    Fact("site", "of design power", 1550 / 4000),
    Fact("site", "power against design", 1500, "B"),
    Fact("site", "power against design", 4000, "D"),
    # of dc1 one server is silent and one says 0 W: both count at their rating
    Fact("site", "power against design", 1500 + 500 + 500, "C", place=HOLED),
    Fact("site", "power coverage", 2000 / 3000, place=HOLED),
    Fact("site", "targets that do not answer", 0),
    Fact("site", "targets that do not answer", 1, place=HOLED),
    Fact("site", "energy of the last 24 hours", 1.3 * 24),
    Fact("site", "energy of the last 24 hours", 1.0 * 24, "B", {"category": "2"}),
    Fact("site", "energy of the last 24 hours", 0.95 * 24, "D"),
    Fact("site", "energy of the last 24 hours", 1.5 * 24, "E"),
    Fact("site", "meters, in the time shown", 1.3, "A", {"meter": "f1"}),
    Fact("site", "meters, in the time shown", 1000, "B", {"meter": "u1"}),
    Fact("site", "PUE that is scored", 1.3, labels={"window": "365d", "category": "2"}),
    Fact("site", "PUE of the last 24 hours", 1.25, "B", {"limit": "hub_start_zone"}),
    Fact(
        *("site", "what the PUE that is scored lacks", 1, "A"),
        {"reason": "silent", "meter": "u1"},
        HOLED,
    ),
    Fact("site", "what the PUE that is scored lacks", 1300 / 2000, "B", {"reason": "below"}, WRONG),
    Fact("site", "inlet temperatures", 28),
    Fact("site", "inlet temperatures", 24, "C"),
    Fact("site", "servers by temperature", 1, "B"),
    Fact("site", "servers by temperature", 1, "A", place=WRONG),
    Fact("site", "servers by temperature", 2, "D", place=WRONG),
    Fact("site", "RCI-HI", 100 - 20 / 3),
    Fact("site", "coverage", (5 * 5 + 4) / 30, "G"),
    Fact("site", "readings that failed, by reason", 2, labels={"reason": "unavailable"}),
    Fact(
        "site",
        "targets that do not answer, and why",
        *(1, "B", {"target": "silent", "reason": "wrong_password"}, HOLED),
    ),
    Fact("site", "targets that do not answer, and why", 900, "D", {"rack": "k3"}, HOLED),
    Fact("site", "the alerts that fire", 1, labels={"node": "g1", "severity": "warning"}),
    Fact("site", "firing alerts", 2),
    Fact("site", "the alerts that fire", 1, labels={"credential": "bmc"}, place=HOLED),
    Fact("site", "all racks", 950, "A", {"rack": "k2"}),
    Fact("site", "all racks", 0, "C", {"rack": "empty"}),
    Fact("site", "all racks", 260 / 600, "F", {"rack": "k1"}),
)
_RACK = (
    Fact("rack", "left up to the continuous load", 0.8 * 2000 - 950),
    Fact("rack", "answering / expected", 2, "C"),
    Fact("rack", "power against design", 1600, "D"),
    Fact("rack", "each PDU", 850, labels={"pdu": "a"}),
    Fact("rack", "power by feed", 100, labels={"feed": "B"}),
    Fact("rack", "imbalance", 750 / 950),
    Fact("rack", "imbalance", 0.5, "B", {"target": "a"}),
    Fact("rack", "branches (breakers)", 8 / 12.8, "C", {"branch": "1"}),
    Fact("rack", "its servers, from the top", 1, "B", {"node": "g1", "u": "5"}),
    Fact("rack", "its servers, from the top", 900, "C", {"source": "dcmi", "quality": "measured"}),
    Fact("rack", "its servers, from the top", 1000, "D", {"node": "g1"}),
    Fact("rack", "its servers, from the top", USED, "F", {"node": "g1"}),
    Fact("rack", "its servers, from the top", 2, "H", {"node": "g1"}),
    Fact("rack", "its servers, from the top", 500, "D", {"node": "silent"}, HOLED),
)
_NODE = (
    Fact("node", "power", 900, labels={"source": "dcmi", "quality": "measured"}),
    Fact("node", "power by source", 905, "B"),
    Fact("node", "power by source", 400, "G"),
    Fact("node", "age of the power", 0),
    Fact("node", "temperatures and limits", 90, "B", {"family": "cpu", "part": "1"}),
    Fact("node", "PSUs", 440, "B", {"psu": "1"}),
    Fact("node", "where its PSUs are plugged in", 1, "A", {"psu": "2", "pdu": "b", "feed": "B"}),
    Fact("node", "where its PSUs are plugged in", 460, "B", {"psu": "1", "outlet": "7"}),
    Fact("node", "energy, in the time shown", 0.9, labels={"source": "dcmi"}),
    Fact("node", "temperatures and limits", 95 - 52, "D", {"family": "cpu", "part": "0"}),
    Fact("node", "temperatures and limits", 31, "A", {"family": "disk"}),
    Fact("node", "accelerators", 64e9, "F", {"device": "ascend0"}),
    Fact("node", "what is absent: readings that failed", 2, labels={"reason": "unavailable"}),
    Fact("node", "its targets", 4, "B", {"target": "g1"}),
    Fact("node", "its targets", 1, "E", {"target": "silent"}, HOLED),
    Fact("node", "states of its parts", 2, labels={"family": "psu"}, place="beside"),
)
_POWER = (
    Fact("power", "stages, now", 1300),
    Fact("power", "stages, now", 1200, "B"),
    Fact("power", "stages, now", 840, "G"),
    Fact("power", "lost in each UPS", 120, labels={"target": "ups1"}),
    Fact("power", "between UPS outputs and PDUs", 1080 - 950),
    Fact("power", "between PDUs and servers, by rack", 950 - 900, labels={"rack": "k2"}),
    Fact("power", "lost in PSUs, by rack", 900 - 840, labels={"rack": "k2"}),
    Fact("power", "all UPSs", 1, labels={"state": "on_battery"}),
    Fact("power", "all UPSs", 0.6, "B"),
    Fact("power", "all UPSs", 0.9, "H"),
    Fact("power", "feeds of each rack", 850 / 950, "B", {"rack": "k2", "feed": "A"}),
    Fact("power", "all PDUs", 1000, "C", {"pdu": "a"}),
    Fact("power", "branches nearest to their bound", 8 / 12.8),
    Fact("power", "PSUs that are not well", 2, labels={"node": "n2", "psu": "1"}),
)
_POINTS = {
    "ce_attainment": 100 * USEFUL / 1500,
    "it_load": 100 * (0.3875 - 0.3) / 0.3,
    "thermal": 60 + 20 * (100 - 20 / 3 - 91) / 5,
    "rack_occupancy": 80 + 20 * (2 / 3 - 0.65) / 0.15,
    "pue": 80,
}
_SCORE = (
    *(Fact("score", "sub-scores", v, labels={"kpi": kpi}) for kpi, v in _POINTS.items()),
    Fact("score", "score", 63.153, labels={"confidence": "full"}),
    Fact("score", "what limits it", _POINTS["it_load"], labels={"kpi": "it_load"}),
    Fact("score", "power of the servers, from – to", 2500, "B", place=HOLED),
    Fact("score", "what the score lacks", 1, labels={"kpi": "pue"}, place=HOLED),
    Fact("score", "what the score lacks", 2 / 3, "B", {"kpi": "ce_attainment"}, HOLED),
    Fact("score", "PUE above the mandatory limit", 0, place=WRONG),
    Fact("score", "η not plausible", 1, place=WRONG),
    Fact("score", "provinces, hubs, zones, sites", 6, "A", {"level": "3", "zone": "shuangliu"}),
    Fact("score", "pools", 260 / 600, "A", {"kind": "general"}),
    Fact("score", "by kind and precision", 103e12, "A", {"kind": "ai", "precision": "fp16"}),
    Fact("score", "by kind and precision", 103e12 * (1 - USED), "C", {"kind": "ai"}),
    Fact("score", "by kind and precision", 8e12 * 0.26 / 600, "F", {"kind": "general"}),
    Fact("score", "idle waste", 300 / 1500),
    Fact("score", "no busy hour in 180 days", 300, labels={"node": "n2"}),
    Fact("score", "stranded power, by rack", 0.8 * 2000 - 950, labels={"rack": "k2"}),
    Fact("score", "domestic share", 1 / 3),
    Fact("score", "domestic share", 1000 / 2000, "B"),
    Fact("score", "CO2, location-based", 31.2 * 0.1564, labels={"year": "2023"}),
    Fact("score", "CO2, 30 days", 30 * 31.2 * 0.1564),
    Fact("score", "CUE", 1.3 * 0.1564),
    Fact("score", "green-power share", 0.4),
    Fact("score", "cooling overhead", 0.2),
)
TRUTH = (*_SITE, *_RACK, *_NODE, *_POWER, *_SCORE)
ABSENT = (
    ("site", HOLED, "PUE that is scored", "A"),
    ("site", HOLED, "score", "A"),
    ("site", HOLED, "energy of the last 24 hours", "B"),
    ("site", WHOLE, "what the PUE that is scored lacks", "A"),
    ("site", WHOLE, "what the PUE that is scored lacks", "B"),
    ("rack", HOLED, "power", "A"),
    ("node", HOLED, "power", "A"),
    ("node", HOLED, "energy, in the time shown", "A"),
    ("power", HOLED, "between UPS outputs and PDUs", "A"),
    ("score", HOLED, "score", "A"),
    ("score", WHOLE, "what the score lacks", "A"),
)
"""Dashboard, place, panel, letter: queries that find nothing there."""
