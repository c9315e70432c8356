"""What `dcagent profiles --json` prints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from agent.version import VERSION
from model.document import Problem

if TYPE_CHECKING:
    from agent.diagnosis import Lang
    from hw_profiles.schema import Profile, Rule

CONFIGURATION = 78
"""The exit code of a profile that is wrong."""


def summary(profile: Profile) -> dict[str, object]:
    """A profile without its lines."""
    return {
        "name": profile.name,
        "protocol": profile.protocol.value,
        "kind": profile.kind,
        "title": profile.title,
        "verified": profile.verified,
        "source": profile.source,
        "extends": list(profile.extends),
        "expects": list(profile.expects),
        "words": list(profile.words),
        "file": profile.file,
        "user": profile.user,
    }


def whole(profile: Profile) -> dict[str, object]:
    """A profile with its lines."""
    rules = [*profile.rules, *(rule for table in profile.tables for rule in table.rules)]
    return {**summary(profile), "rules": [_line(rule) for rule in rules]}


def _line(rule: Rule) -> dict[str, object]:
    return {"word": rule.word, "file": rule.file, "line": rule.line, "rule": rule.told}


def result(
    paths: Sequence[Path],
    problems: Sequence[Problem],
    lang: Lang,
    started: datetime,
    took: int,
) -> dict[str, object]:
    """The result in the shape that all checks share."""
    broken = {problem.file for problem in problems}
    fine = [path for path in paths if str(path) not in broken]
    passed = [{"id": "profile.file", "title": str(path), "status": "ok"} for path in fine]
    return {
        "schema": "dcagent.check/v1",
        "command": "profiles-check",
        "version": VERSION,
        "lang": lang,
        "started": started.isoformat(timespec="seconds"),
        "duration_ms": took,
        "status": "fail" if problems else "ok",
        "exit_code": CONFIGURATION if problems else 0,
        "subject": {"kind": "profile"},
        "summary": {
            "pass": len(fine),
            "warn": 0,
            "fail": len(problems),
            "unknown": 0,
            "skip": 0,
        },
        "checks": [*passed, *(_failed(problem, lang) for problem in problems)],
    }


def _failed(problem: Problem, lang: Lang) -> dict[str, object]:
    """One problem as a check; cause and fix are the catalogue's."""
    from agent.diagnosis import named

    entry = named(problem.code)
    assert entry is not None
    place = f"{problem.file}:{problem.line}" if problem.line else problem.file
    return {
        "id": f"profile.{entry.code.rpartition('-')[2]}",
        "title": problem.message,
        "status": "fail",
        "code": entry.code,
        "evidence": place,
        "cause": entry.cause.say(lang),
        "fix": [
            {"text": fix.text.say(lang), "where": fix.where, "risk": fix.risk}
            for fix in entry.fixes
        ],
    }
