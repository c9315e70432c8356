"""`dcagent config`: finds every mistake, prints a configuration to start from, keeps secrets."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from agent.cli.config_secret import set_secret
from agent.config import DEFAULT_FILE
from agent.config_codes import Code
from agent.version import VERSION
from model.document import DocumentError, Problem

CONFIGURATION = 78

app = typer.Typer(
    help=(
        "Check the configuration, print an example, or write a secret."
        "\n\nExample: dcagent config check"
    ),
    rich_markup_mode=None,
    no_args_is_help=True,
)


app.command("set-secret")(set_secret)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The configuration file.")] = DEFAULT_FILE,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Find every mistake in the configuration.

    Profiles and the files of secrets are looked at too; no device is asked.

    Example: dcagent config check /etc/dcagent/dcagent.toml
    """
    started, begun = datetime.now(UTC), time.monotonic()
    problems, count, asked = _examined(file)
    if as_json:
        took = int((time.monotonic() - begun) * 1000)
        result = _result(file, problems, started, took)
        sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write(written(problems))
        end = _count(len(problems), "error") if problems else f"ok, {asked}"
        sys.stdout.write(f"{_count(count, 'file')}, {end}\n")
    raise typer.Exit(CONFIGURATION if problems else 0)


@app.command()
def example() -> None:
    """Print a commented file that runs as it is.

    Example: dcagent config example > dcagent.toml
    """
    sys.stdout.write(files("agent").joinpath("dcagent.toml").read_text(encoding="utf-8"))


def written(problems: Sequence[Problem]) -> str:
    """One line per problem: place, message, code."""
    return "".join(f"{problem}  {problem.code}".rstrip() + "\n" for problem in problems)


def _examined(file: Path) -> tuple[Sequence[Problem], int, str]:
    """The problems of a configuration, how many files it has, and whom it asks."""
    from agent.config import files_of, load
    from agent.config_inventory import inventory
    from agent.config_profiles import profiles

    count = len(files_of(file))
    try:
        config = load(file)
        count += len(config.inventory)
        profiles(config)
        inventory(config)
    except DocumentError as error:
        return error.problems, count, ""
    asked = _count(len(config.entries), "target")
    return (), count, f"{asked} and this machine" if config.host else asked


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _result(
    file: Path, problems: Sequence[Problem], started: datetime, took: int
) -> dict[str, object]:
    """The result in the shape that all checks share."""
    fine = {"id": "config.file", "title": str(file), "status": "ok"}
    return {
        "schema": "dcagent.check/v1",
        "command": "config-check",
        "version": VERSION,
        "started": started.isoformat(timespec="seconds"),
        "duration_ms": took,
        "status": "fail" if problems else "ok",
        "exit_code": CONFIGURATION if problems else 0,
        "subject": {"kind": "config"},
        "summary": {
            "pass": 0 if problems else 1,
            "warn": 0,
            "fail": len(problems),
            "unknown": 0,
            "skip": 0,
        },
        "checks": [_failed(problem) for problem in problems] or [fine],
    }


def _failed(problem: Problem) -> dict[str, object]:
    """One problem as a check; cause and fix are the catalogue's."""
    from agent.diagnosis import entry_of

    entry = entry_of(problem.code or Code.UNREADABLE)
    place = f"{problem.file}:{problem.line}" if problem.line else problem.file
    return {
        "id": f"config.{entry.code.rpartition('-')[2]}",
        "title": problem.message,
        "status": "fail",
        "code": entry.code,
        "evidence": place,
        "cause": entry.cause.en,
        "fix": [{"text": fix.text.en, "where": fix.where, "risk": fix.risk} for fix in entry.fixes],
    }
