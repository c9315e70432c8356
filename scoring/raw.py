"""A recorded series as one expression over raw metrics: the same rules, set into one another.

For a question that no recorded series answers yet, and for a check that recorded and computed
figures agree. It is meant for the values of KPIs and their coverage: points and scores follow from
these (`scoring.scale`), and set into one another their expressions load the same day many times
over. A window over a recorded series becomes a subquery with the step of its group, so large fleets
are better asked through the recorded series. VictoriaMetrics takes 16 KiB of query by default: ask
for the two sides of a `WindowKpi` one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from scoring.rule import Rule
from scoring.rules import RuleSet

_SERIES = re.compile(
    r"(?<![\w:])(?P<name>[a-z]+:[a-z0-9_]+:[a-z0-9_]+|dcagent_score_reference_precision)"
    r"(?:\{(?P<matchers>[^}]*)\})?(?:\[(?P<range>\w+)(?P<step>:\w+)?\])?"
)
_HALVES = re.compile(r"([a-z]+:[\w:]+) ([-/]) ([a-z]+:[\w:]+)")
_MATCHER = re.compile(r'\s*(?P<label>\w+)\s*(?P<operator>=~|!=|=)\s*"(?P<value>[^"]*)"\s*,?')


def recorded_in(expression: str) -> Iterator[str]:
    """The recorded series that an expression reads."""
    for found in _SERIES.finditer(expression):
        yield found["name"]


@dataclass(frozen=True)
class Raw:
    """The rules of a set, ready to be set into expressions."""

    rules: RuleSet
    _done: dict[str, str] = field(default_factory=dict)

    @cached_property
    def _by_name(self) -> Mapping[str, Sequence[tuple[Rule, str]]]:
        found: dict[str, list[tuple[Rule, str]]] = {}
        for group in self.rules.groups:
            for rule in group.rules:
                found.setdefault(rule.record, []).append((rule, group.interval))
        return found

    def expression(self, text: str) -> str:
        """The expression with every recorded series replaced by what records it."""
        return _SERIES.sub(self._replaced, text)

    def records(self, name: str) -> bool:
        """Whether a rule records a series of this name."""
        return name in self._by_name

    def halves(self, name: str) -> tuple[str, str, str] | None:
        """(left, "-" or "/", right) where a series is one recorded series against another."""
        rules = self._by_name.get(name, ())
        found = _HALVES.fullmatch(rules[0][0].expr) if len(rules) == 1 else None
        return None if found is None or rules[0][0].labels else (found[1], found[2], found[3])

    def _replaced(self, found: re.Match[str]) -> str:
        name = found["name"]
        if name not in self._by_name:
            return found[0]
        matchers = [m.groupdict() for m in _MATCHER.finditer(found["matchers"] or "")]
        text = self._union(name, matchers)
        if not found["range"]:
            return text
        step = (found["step"] or "").removeprefix(":") or self._by_name[name][0][1]
        return f"{text}[{found['range']}:{step}]"

    def _union(self, name: str, matchers: Sequence[Mapping[str, str]]) -> str:
        """All rules of one name that the matchers let through, their own labels put on."""
        parts = []
        for rule, _ in self._by_name[name]:
            own = dict(rule.labels)
            if any(m["label"] in own and not _lets(m, own[m["label"]]) for m in matchers):
                continue
            rest = [m for m in matchers if m["label"] not in own]
            parts.append(_filtered(_labelled(self._inside(rule), rule), rest))
        assert parts, f"no rule of {name} fits {matchers}"
        return f"({' or '.join(parts)})"

    def _inside(self, rule: Rule) -> str:
        key = f"{rule.record}{rule.labels}"
        if key not in self._done:
            self._done[key] = f"({self.expression(' '.join(rule.expr.split()))})"
        return self._done[key]


def _lets(matcher: Mapping[str, str], value: str) -> bool:
    if matcher["operator"] == "!=":
        return value != matcher["value"]
    return value in matcher["value"].split("|")


def _labelled(text: str, rule: Rule) -> str:
    for label, value in rule.labels:
        text = f'label_replace({text}, "{label}", "{value}", "", "")'
    return text


def _filtered(text: str, matchers: Sequence[Mapping[str, str]]) -> str:
    """The expression with matchers as set operations, which an expression has none of."""
    for matcher in matchers:
        label = matcher["label"]
        if matcher["operator"] == "!=":
            assert not matcher["value"], "only the empty value is kept out"
            text = f"({text} unless on ({label}) vector(1))"
            continue
        ones = " or ".join(
            f'label_replace(vector(1), "{label}", "{value}", "", "")'
            for value in matcher["value"].split("|")
        )
        text = f"({text} and on ({label}) ({ones}))"
    return text
