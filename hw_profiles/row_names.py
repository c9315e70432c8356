"""SNMP: what the rows of a table are called, and which of them a rule takes."""

from __future__ import annotations

from hw_profiles.rows import Row
from hw_profiles.schema import Rule, Selector
from model.catalogue import COMPONENT_LABEL
from model.sensors import Role

LONGEST_LABEL = 80


def labelled(role: Role) -> bool:
    """Whether the parts of this role are told apart by a label."""
    return role in COMPONENT_LABEL


def selected(rule: Rule, which: Row, labels: dict[str, str]) -> str | None:
    """The component that the selectors name ("": none does); None where one does not fit."""
    component = ""
    for selector in rule.where:
        value = which.parts.get(selector.key, labels.get(selector.key, ""))
        groups = _fits(selector, value)
        if groups is None:
            return None
        component = component or groups.get(COMPONENT_LABEL.get(rule.role, ""), "")
    return component


def _fits(selector: Selector, value: int | str) -> dict[str, str] | None:
    if value in selector.numbers:
        return {}
    for pattern in selector.patterns:
        found = pattern.fullmatch(str(value))
        if found:
            return {k: v.strip() for k, v in found.groupdict("").items()}
    return None


def clean(text: str) -> str:
    """A device's name for something as a label value: one line, no blanks around it."""
    told = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(told.split())[:LONGEST_LABEL]
