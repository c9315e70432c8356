"""A defect to seed into the pack."""

from __future__ import annotations

from dataclasses import dataclass, replace

from alerts.alert import Alert
from alerts.groups import Group
from alerts.pack_text import text
from scoring.rule import Rule
from tests.alerts.shipped import PACK


@dataclass(frozen=True, slots=True)
class Defect:
    """In the alert or recorded series of one name a piece of the expression is replaced.

    Where `old` is the time that an alert must hold, that is replaced instead.
    """

    what: str
    name: str
    old: str
    new: str
    caught_by: str

    def seeded(self) -> str:
        """The rule file with the defect in it."""
        groups = tuple(map(self._spoilt, PACK.groups))
        assert groups != PACK.groups, f"{self.name} has no {self.old!r}"
        return text(replace(PACK, groups=groups))

    def _spoilt(self, group: Group) -> Group:
        rules = tuple(self._rule(rule) for rule in group.rules)
        return replace(group, rules=rules, alerts=tuple(map(self._alert, group.alerts)))

    def _rule(self, rule: Rule) -> Rule:
        if rule.record != self.name:
            return rule
        return replace(rule, expr=rule.expr.replace(self.old, self.new))

    def _alert(self, alert: Alert) -> Alert:
        if alert.name != self.name:
            return alert
        if alert.hold == self.old:
            return replace(alert, hold=self.new)
        return replace(alert, expr=alert.expr.replace(self.old, self.new))
