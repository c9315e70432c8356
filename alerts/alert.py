"""An alert: when it fires, how urgent it is, what it says, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from scoring.table import Constant, Name


class Severity(StrEnum):
    """How soon somebody must act: now, within the shift, when the week is planned."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"

    @property
    def urgency(self) -> Name:
        """What it asks of people."""
        return _URGENCY[self]


_URGENCY = {
    Severity.CRITICAL: Name("严重: 立即处理", "critical: act now"),
    Severity.WARNING: Name("警告: 当班处理", "warning: act within the shift"),
    Severity.INFO: Name("提示: 列入计划", "info: plan for it"),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One look at the matter: a command or query to type, and what it shows."""

    run: str
    text: Name


@dataclass(frozen=True, slots=True)
class Runbook:
    """What a person needs who was called. `normal`: when it may be left alone."""

    means: Name
    checks: tuple[Check, ...]
    causes: tuple[Name, ...]
    fixes: tuple[Name, ...]
    normal: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Inhibition:
    """While the alert fires, these others are not sent where those labels are the same.

    `where`: a matcher of Alertmanager that they must pass as well, "" for none.
    """

    names: tuple[str, ...]
    equal: tuple[str, ...]
    where: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert. `group` names a group of `alerts.pack`; `hold` is Prometheus' `for`.

    `expr`, `summary`, `description` and the runbook have had their thresholds set in; the
    `thresholds` are those of the expression. `summary` and `description` are Go templates.
    """

    name: str
    group: str
    severity: Severity
    hold: str
    expr: str
    title: Name
    summary: Name
    description: Name
    runbook: Runbook
    inhibits: tuple[Inhibition, ...]
    thresholds: tuple[Constant, ...]


Thresholds = Mapping[str, Constant]
"""Every number that an expression may name, by its name."""
