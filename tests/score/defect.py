"""A defect to seed into the rule file."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scoring.rule import Rule
from scoring.rule_text import text
from tests.score.shipped import GROUPS, RULE_SET


@dataclass(frozen=True, slots=True)
class Defect:
    """In the rules of one name a piece is replaced; everywhere in them, or the test is wrong."""

    what: str
    record: str
    old: str
    new: str
    caught_by: str

    def seeded(self) -> str:
        """The rule file with the defect in it."""
        found = [r for g in GROUPS for r in g.rules if self._hits(r)]
        assert found, f"no rule {self.record} has {self.old!r}"
        groups = tuple(replace(g, rules=tuple(map(self._spoilt, g.rules))) for g in GROUPS)
        return text(replace(RULE_SET, groups=groups))

    def _hits(self, rule: Rule) -> bool:
        return rule.record == self.record and self.old in rule.expr

    def _spoilt(self, rule: Rule) -> Rule:
        if not self._hits(rule):
            return rule
        return replace(rule, expr=rule.expr.replace(self.old, self.new))
