"""A recording rule, a group of them, and the whole file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from textwrap import dedent, indent


class Shard(StrEnum):
    """Where a group is evaluated."""

    SITE = "site"
    CENTRE = "centre"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Rule:
    """One recorded series. `expr` is PromQL of one or more lines; `why` comments it."""

    record: str
    expr: str
    labels: tuple[tuple[str, str], ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """One layer: its rules read what earlier groups recorded, never one another's results.

    So the order of evaluation inside a group does not matter, and an engine that writes results
    late (vmalert) lags by one interval per layer but never mixes two of them.
    """

    name: str
    interval: str
    shard: Shard
    why: str
    rules: tuple[Rule, ...]


def expr(text: str, **parts: str) -> str:
    """A template's text: outer indentation and blank ends cut, {parts} set in, each at its column.

    A part of several lines is indented as deep as the line in which it stands alone.
    """
    lines = []
    for line in dedent(text).strip().splitlines():
        name = line.strip().removeprefix("<").removesuffix(">")
        if line.strip() == f"<{name}>" and name in parts:
            lines.append(indent(parts[name], " " * (len(line) - len(line.lstrip()))))
            continue
        for key, value in parts.items():
            line = line.replace(f"<{key}>", value)  # noqa: PLW2901
        lines.append(line)
    return "\n".join(lines)


def rules_of(groups: tuple[Group, ...]) -> Iterator[Rule]:
    """Every rule, in order."""
    for group in groups:
        yield from group.rules
