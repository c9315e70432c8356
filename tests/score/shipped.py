"""The rules that are shipped, as the tests take them."""

from __future__ import annotations

from scoring.rule_text import text
from scoring.rules import rule_set
from scoring.table_load import shipped

TABLE = shipped()
RULE_SET = rule_set(TABLE)
GROUPS = RULE_SET.groups
RULES = text(RULE_SET)
