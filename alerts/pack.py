"""The pack: groups of recorded series and alerts, in the order of evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from alerts.alert import Alert
from alerts.groups import ALERTING, RECORDED, Group
from alerts.load import alerts, figures, set_in, thresholds
from scoring.rule import Rule, Shard
from scoring.table import Table
from scoring.table_load import shipped

RUNBOOKS = "docs/runbooks"
"""Where runbooks are where nobody says it: in this repository, a page for each alert."""


@dataclass(frozen=True, slots=True)
class Pack:
    """All groups; `changes` are the thresholds that a site has set."""

    groups: tuple[Group, ...]
    changes: tuple[tuple[str, float], ...] = ()

    def shard(self, shard: Shard) -> Pack:
        """The groups of one shard."""
        if shard is Shard.ALL:
            return self
        return replace(self, groups=tuple(g for g in self.groups if g.shard is shard))

    def rules(self) -> tuple[Rule, ...]:
        """Every recorded series."""
        return tuple(rule for group in self.groups for rule in group.rules)

    def alerts(self) -> Iterator[Alert]:
        """Every alert, in order."""
        for group in self.groups:
            yield from group.alerts


def pack(table: Table | None = None, changes: Mapping[str, float] | None = None) -> Pack:
    """The pack with a table's constants, and with the thresholds that a site sets instead.

    ValueError: there is no such threshold, or the value cannot be one.
    """
    numbers = thresholds(table or shipped(), changes)
    found, known = alerts(numbers), figures(numbers)
    groups = (
        *(replace(g, rules=tuple(_filled(rule, known) for rule in g.rules)) for g in RECORDED),
        *(replace(g, alerts=tuple(a for a in found if a.group == g.name)) for g in ALERTING),
    )
    named = tuple(replace(g, name=f"dcagent_alerts_{g.name}") for g in groups)
    return Pack(named, tuple((changes or {}).items()))


def _filled(rule: Rule, known: Mapping[str, str]) -> Rule:
    return replace(rule, expr=set_in(rule.expr, known))


def runbook_url(base: str, name: str) -> str:
    """The address of a runbook: `base`/NAME.md, or `base` with {alert} replaced by the name."""
    if "{alert}" in base:
        return base.replace("{alert}", name)
    return f"{base.rstrip('/')}/{name}.md"
