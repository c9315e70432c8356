"""Rule tests for Debian's promtool, written as Python values: JSON is YAML."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

Labels = Mapping[str, str]
Expected = Mapping[str, float] | Sequence[tuple[Labels, float]]
"""What a query gives: (labels, value) pairs; none is the empty list."""


class Group(Protocol):
    """Rules that are evaluated together."""

    @property
    def name(self) -> str:
        """As the rule file names it."""


@dataclass(frozen=True, slots=True)
class Check:
    """At some minute an expression gives just these samples, to six digits after the point."""

    expression: str
    samples: Sequence[tuple[Labels, float]]
    minute: int
    digits: int = 6


@dataclass(slots=True)
class Case:
    """Input series ("name{…}" → promtool's notation of values) and what comes of them.

    The rules are evaluated each `step` and at no other time, so a case chooses one in which its
    checks fall on few evaluations.
    """

    name: str
    series: dict[str, str] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    interval: str = "1m"
    step: str = "5m"

    def feed(self, *many: Mapping[str, str]) -> Case:
        """The same case with more series."""
        for series in many:
            doubled = self.series.keys() & series.keys()
            assert not doubled, f"fed twice: {doubled}"
            self.series.update(series)
        return self

    def expect(
        self, minute: int, expression: str, *samples: tuple[Labels, float], digits: int = 6
    ) -> Case:
        """The same case with one more check."""
        self.checks.append(Check(expression, samples, minute, digits))
        return self


def series(name: str, value: str, /, **labels: str) -> dict[str, str]:
    """One input series; labels with an empty value are left out."""
    return {f"{name}{braces(labels)}": value}


def braces(labels: Labels) -> str:
    """{a="b"}; "" without labels."""
    inside = ",".join(f'{key}="{value}"' for key, value in labels.items() if value)
    return f"{{{inside}}}" if inside else ""


def promtool(rules: str, case: Case, groups: Iterable[Group]) -> subprocess.CompletedProcess[str]:
    """Runs `promtool test rules`; the groups are evaluated in the order given."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "rules.yml").write_text(rules, encoding="utf-8")
        document = {
            "rule_files": ["rules.yml"],
            "evaluation_interval": case.step,
            "group_eval_order": [group.name for group in groups],
            "tests": [_test(case)],
        }
        (directory / "test.yml").write_text(json.dumps(document), encoding="utf-8")
        return subprocess.run(
            ["promtool", "test", "rules", str(directory / "test.yml")],
            capture_output=True,
            text=True,
            check=False,
            timeout=110,
        )


def _test(case: Case) -> dict[str, object]:
    return {
        "name": case.name,
        "interval": case.interval,
        "input_series": [{"series": k, "values": v} for k, v in case.series.items()],
        "promql_expr_test": [
            {
                "expr": f"round({check.expression}, 1e-{check.digits})",
                "eval_time": f"{check.minute}m",
                "exp_samples": [
                    {"labels": braces(labels) or "{}", "value": round(value, check.digits)}
                    for labels, value in check.samples
                ],
            }
            for check in case.checks
        ],
    }
