"""What a case expects of alerts: who fires from a minute on, and that nobody else does."""

from __future__ import annotations

from collections.abc import Mapping

from tests.alerts.shipped import ALERTS
from tests.score.promtool import Case

Labels = Mapping[str, str]


def fires(case: Case, minute: int, name: str, *labels: Labels) -> Case:
    """From that minute on these fire, and only these; an evaluation earlier none does."""
    step = minutes(case.step)
    firing = f'ALERTS{{alertname="{name}", alertstate="firing"}}'
    if minute >= step:
        case.expect(minute - step, firing)
    return case.expect(minute, firing, *((_whole(name, own), 1) for own in labels))


def silent(case: Case, minute: int, *names: str) -> Case:
    """Of these nothing fires at that minute, nor is about to."""
    for name in names:
        case.expect(minute, f'ALERTS{{alertname="{name}"}}')
    return case


def minutes(text: str) -> int:
    """A time as rules write it, in minutes."""
    return int(text[:-1]) * {"m": 1, "h": 60}[text[-1]]


def _whole(name: str, labels: Labels) -> dict[str, str]:
    alert = ALERTS[name]
    own = {"alertname": name, "alertstate": "firing", "severity": alert.severity.value}
    return {**{k: v for k, v in labels.items() if v}, **own}
