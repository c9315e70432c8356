"""The groups of the pack in the order of evaluation: how often, and where."""

from __future__ import annotations

from dataclasses import dataclass

from alerts import recorded
from alerts.alert import Alert
from scoring.rule import Rule, Shard


@dataclass(frozen=True, slots=True)
class Group:
    """Rules that are evaluated together; alerts read only what earlier groups recorded."""

    name: str
    interval: str
    shard: Shard
    why: str
    rules: tuple[Rule, ...] = ()
    alerts: tuple[Alert, ...] = ()


_SITE, _CENTRE = Shard.SITE, Shard.CENTRE
RECORDED = (
    Group("known", "1m", _SITE, "Who is excused, who is silent.", recorded.KNOWN),
    Group("parts", "1m", _SITE, "Dead targets, lost PSUs.", recorded.PARTS),
    Group("wiring", "2m", _SITE, "What hangs on which feed.", recorded.WIRING),
    Group("feeds", "2m", _SITE, "What each feed gives.", recorded.FEEDS),
    Group("seen", "1h", _SITE, "What was there.", recorded.SEEN),
)
ALERTING = (
    Group("targets", "1m", _SITE, "Devices and agents that do not answer."),
    Group("servers", "1m", _SITE, "Air and power of servers."),
    Group("power", "1m", _SITE, "Racks, PDUs, UPSs."),
    Group("slow", "4m", _SITE, "What is asked for seldom, or changes seldom."),
    Group("scores", "2m", _CENTRE, "What the figures of sites say; needs the scoring rules."),
)
GROUPS = tuple(group.name for group in ALERTING)
"""The groups that an alert may name."""
