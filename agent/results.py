"""What a check found, in the one shape that `--json` promises.

The schema stands beside it in `data/check-result.schema.json`; keys are never translated.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from pathlib import Path

from agent.diagnosis import Entry, Lang
from agent.diagnosis.entries import fill
from agent.version import VERSION

SCHEMA_FILE = Path(__file__).parent / "data" / "check-result.schema.json"
SCHEMA = "dcagent.check/v1"

Json = dict[str, object]


class Status(StrEnum):
    """How one check ended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"
    SKIP = "skip"


class Exit(IntEnum):
    """What a command says to the shell (sysexits where there is one)."""

    OK = 0
    WARNINGS = 1
    FAILURE = 2
    UNDECIDED = 3
    USAGE = 64
    UNAVAILABLE = 69
    TEMPORARY = 75
    NO_PERMISSION = 77
    CONFIG = 78
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class FixStep:
    """One way out of a finding, its holes filled and in one language."""

    text: str
    command: str = ""
    where: str = "here"
    risk: str = "none"

    def as_json(self) -> Json:
        """As the schema has it."""
        told: Json = {"text": self.text, "where": self.where, "risk": self.risk}
        return {**told, "command": self.command} if self.command else told


def fix_steps(
    entry: Entry, lang: Lang, words: Mapping[str, str] | None = None
) -> tuple[FixStep, ...]:
    """An entry's ways out in one language, with the words at hand in its holes."""
    return tuple(
        FixStep(fix.text.say(lang, words), fill(fix.command, words), fix.where, fix.risk)
        for fix in entry.fixes
    )


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    `id` is dotted and never translated; `evidence` what came back, in one line. A warning or
    failure carries code, cause and fix. `exit` is set where it leaves the device undecided
    (unreachable, busy, a helper or a login missing): what the shell is told of it.
    """

    id: str
    title: str
    status: Status
    evidence: str = ""
    code: str = ""
    cause: str = ""
    fix: tuple[FixStep, ...] = ()
    took: float | None = None
    exit: Exit | None = None

    def as_json(self) -> Json:
        """As the schema has it; what is empty is left out."""
        told: Json = {"id": self.id, "title": self.title, "status": self.status.value}
        named = (("code", self.code), ("evidence", self.evidence), ("cause", self.cause))
        told.update((key, value) for key, value in named if value)
        if self.fix:
            told["fix"] = [step.as_json() for step in self.fix]
        if self.took is not None:
            told["duration_ms"] = round(self.took * 1000)
        return told


@dataclass(frozen=True, slots=True)
class Result:
    """All that one command found. `subject`, `readings`, `coverage`, `artifacts`: as JSON has them.

    `artifacts` are the files that it wrote.
    """

    command: str
    lang: Lang
    started: float
    took: float
    subject: Json
    checks: tuple[Check, ...]
    exit: int
    readings: tuple[Json, ...] = ()
    coverage: Json = field(default_factory=dict)
    artifacts: tuple[Json, ...] = ()

    def as_json(self) -> Json:
        """The whole document."""
        told: Json = {
            "schema": SCHEMA,
            "command": self.command,
            "version": VERSION,
            "host": socket.gethostname(),
            "lang": self.lang,
            "started": datetime.fromtimestamp(self.started, UTC).isoformat(),
            "duration_ms": round(self.took * 1000),
            "status": verdict(self.checks).value,
            "exit_code": self.exit,
            "subject": self.subject,
            "summary": summary(self.checks),
            "checks": [check.as_json() for check in self.checks],
            "readings": list(self.readings),
        }
        if self.coverage:
            told["coverage"] = self.coverage
        if self.artifacts:
            told["artifacts"] = list(self.artifacts)
        return told


_SUMMARY = {
    Status.OK: "pass",
    Status.WARN: "warn",
    Status.FAIL: "fail",
    Status.UNKNOWN: "unknown",
    Status.SKIP: "skip",
}


def summary(checks: Iterable[Check]) -> dict[str, int]:
    """How many checks ended in which way, under the schema's words."""
    counts = dict.fromkeys(_SUMMARY.values(), 0)
    for check in checks:
        counts[_SUMMARY[check.status]] += 1
    return counts


def verdict(checks: Iterable[Check]) -> Status:
    """All in one word: fail, then unknown (something was left undecided), then warn, then ok."""
    found = {Status.UNKNOWN if c.exit else c.status for c in checks}
    for status in (Status.FAIL, Status.UNKNOWN, Status.WARN):
        if status in found:
            return status
    return Status.OK


def exit_code(checks: Iterable[Check], fail_on: str = "") -> Exit:
    """What the shell is told. `fail_on` moves warnings: "warn" makes them 2, "fail" 0.

    A failure outweighs a missing permission, that a missing helper, that a temporary trouble, that
    what could not be decided.
    """
    checks = tuple(checks)
    worst = verdict(checks)
    if worst is Status.UNKNOWN:
        told = {check.exit for check in checks}
        known = (Exit.NO_PERMISSION, Exit.UNAVAILABLE, Exit.TEMPORARY)
        return next((code for code in known if code in told), Exit.UNDECIDED)
    if worst is Status.WARN:
        return {"warn": Exit.FAILURE, "fail": Exit.OK}.get(fail_on, Exit.WARNINGS)
    return Exit.FAILURE if worst is Status.FAIL else Exit.OK
