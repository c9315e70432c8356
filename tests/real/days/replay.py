"""The shipped rules replayed over the past by vmalert, layer by layer, as if they had run then."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from scoring.rule import Group
from scoring.rule_text import text
from tests.real.victoria_peer import Victoria
from tests.score.shipped import GROUPS, RULE_SET

_SECONDS = {"m": 60, "h": 3600, "d": 86400}
_READ = re.compile(
    r"(?<![\w:])(?P<name>[a-z]+:[a-z0-9_]+:[a-z0-9_]+|dcagent_score_reference_precision)"
    r"(?:\{[^}]*\})?(?:\[(?P<range>\d+[mhd]))?"
)
"""A recorded series in an expression, and how far back it is read."""


def seconds(span: str) -> int:
    return int(span[:-1]) * _SECONDS[span[-1]]


def begins(groups: Sequence[Group], end: float, least: float) -> Mapping[str, float]:
    """Group → since when it must have run for its results, and those built on them, to be right.

    A group whose results are only read as they stand has to run at the end alone.
    """
    writers = {rule.record: group for group in groups for rule in group.rules}
    begin = dict.fromkeys((group.name for group in groups), end)
    for group in reversed(groups):
        for rule in group.rules:
            for found in _READ.finditer(rule.expr):
                writer = writers.get(found["name"])
                if writer is not None:
                    back = seconds(found["range"]) if found["range"] else 0
                    begin[writer.name] = min(begin[writer.name], begin[group.name] - back)
    return {name: max(at, least) for name, at in begin.items()}


def replayed(directory: Path, peer: Victoria, end: float, least: float) -> None:
    """Runs every group from when it is needed, at the latest from `least` on, until `end`."""
    begin = begins(GROUPS, end, least)
    for group in GROUPS:
        _replay(directory, peer, group, begin[group.name], end)


def _replay(directory: Path, peer: Victoria, group: Group, begin: float, end: float) -> None:
    """One run of vmalert: what it writes is read in the next."""
    begin = min(begin, end - seconds(group.interval))  # it wants a span
    rules = directory / "layer.yml"
    rules.write_text(text(replace(RULE_SET, groups=(group,))), encoding="utf-8")
    command = [
        *("vmalert", f"-rule={rules}", f"-datasource.url={peer.url}"),
        *(f"-remoteWrite.url={peer.url}", "-remoteWrite.flushInterval=100ms"),
        *("-replay.rulesDelay=0s", "-replay.maxDatapointsPerQuery=20000"),
        *(f"-replay.timeFrom={_written(begin)}", f"-replay.timeTo={_written(end)}"),
        *(
            "-replay.disableProgressBar",
            "-datasource.queryStep=0s",
            "-loggerLevel=ERROR",
            "-remoteWrite.maxQueueSize=1000000",
        ),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    peer.get("/internal/force_flush")


def _written(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def load(peer: Victoria, lines: Iterator[str]) -> None:
    """Imports series as JSON lines."""
    peer.get("/api/v1/import", "".join(lines).encode())
    peer.get("/internal/force_flush")
