"""`dcagent config`: finds every mistake, prints a configuration to start from, keeps secrets."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from agent.cli.config_hash import hash_password
from agent.cli.config_secret import set_secret
from agent.config import DEFAULT_FILE
from agent.config_codes import Code
from agent.version import VERSION
from model.document import DocumentError, Problem

WARNINGS, CONFIGURATION = 1, 78

app = typer.Typer(
    help=(
        "Check the configuration, print an example, or write a secret."
        "\n\nExample: dcagent config check"
    ),
    rich_markup_mode=None,
    no_args_is_help=True,
)


app.command("set-secret")(set_secret)
app.command("hash-password")(hash_password)


@dataclass
class Examined:
    """What was found: mistakes, doubts, and what is taken otherwise than it is written."""

    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    files: int = 0
    asked: str = ""

    @property
    def exit_code(self) -> int:
        """What the shell is told."""
        return CONFIGURATION if self.errors else WARNINGS if self.warnings else 0


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The configuration file.")] = DEFAULT_FILE,
    web_config: Annotated[
        Path | None,
        typer.Option("--web.config.file", metavar="FILE", help="Instead of [web] config_file."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Find every mistake in the configuration.

    Profiles, the files of secrets, and the web configuration file with its certificates are
    looked at too; no device is asked. Exits 1 where there are warnings only.

    Example: dcagent config check /etc/dcagent/dcagent.toml
    """
    started, begun = datetime.now(UTC), time.monotonic()
    found = _examined(file, web_config)
    if as_json:
        took = int((time.monotonic() - begun) * 1000)
        result = _result(file, found, started, took)
        sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
    else:
        marked = (("warning: ", found.warnings), ("note: ", found.notes))
        told = "".join(written(problems, mark) for mark, problems in marked)
        sys.stdout.write(f"{written(found.errors)}{told}{_last_line(found)}\n")
    raise typer.Exit(found.exit_code)


@app.command()
def example(
    web: Annotated[
        bool, typer.Option("--web", help="That of a web configuration file: TLS, logins.")
    ] = False,
) -> None:
    """Print a commented file that runs as it is.

    Example: dcagent config example > dcagent.toml

    Example: dcagent config example --web > web.yml
    """
    name = "web/web.yml" if web else "dcagent.toml"
    sys.stdout.write(files("agent").joinpath(name).read_text(encoding="utf-8"))


def written(problems: Iterable[Problem], mark: str = "") -> str:
    """One line per problem: what it weighs, place, message, code."""
    return "".join(f"{mark}{problem}  {problem.code}".rstrip() + "\n" for problem in problems)


def _last_line(found: Examined) -> str:
    counts = [_count(found.files, "file")]
    counts += [_count(len(found.errors), "error")] if found.errors else []
    counts += [_count(len(found.warnings), "warning")] if found.warnings else []
    counts += [] if found.errors else ["ok", found.asked]
    return ", ".join(counts)


def _examined(file: Path, web_config: Path | None) -> Examined:
    """All that can be found without asking a device."""
    from agent.config import files_of, load
    from agent.config_doubts import doubts
    from agent.config_inventory import inventory
    from agent.config_profiles import profiles
    from agent.web.protection import Served, is_doubt, protection

    found = Examined(files=len(files_of(file)))
    try:
        config = load(file)
    except DocumentError as error:
        found.errors += error.problems
        return found
    served = Served(file=web_config)
    found.warnings += doubts(config.entries)
    found.files += len(config.inventory) + (served.config_file(config) is not None)

    def examine_web() -> None:
        for remark in protection(config, served).remarks:
            (found.warnings if is_doubt(remark) else found.notes).append(remark)

    for look in (lambda: profiles(config), lambda: inventory(config), examine_web):
        try:
            look()
        except DocumentError as error:
            found.errors += error.problems
    asked = _count(len(config.entries), "target")
    found.asked = f"{asked} and this machine" if config.host else asked
    return found


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _result(file: Path, found: Examined, started: datetime, took: int) -> dict[str, object]:
    """The result in the shape that all checks share."""
    fine: dict[str, object] = {"id": "config.file", "title": str(file), "status": "ok"}
    checks = [
        *(_check(problem, "fail") for problem in found.errors),
        *([] if found.errors else [fine]),
        *(_check(problem, "warn") for problem in found.warnings),
        *(_check(problem, "skip") for problem in found.notes),
    ]
    statuses = [check["status"] for check in checks]
    names = {"pass": "ok", "warn": "warn", "fail": "fail", "unknown": "unknown", "skip": "skip"}
    return {
        "schema": "dcagent.check/v1",
        "command": "config-check",
        "version": VERSION,
        "started": started.isoformat(timespec="seconds"),
        "duration_ms": took,
        "status": "fail" if found.errors else "warn" if found.warnings else "ok",
        "exit_code": found.exit_code,
        "subject": {"kind": "config"},
        "summary": {name: statuses.count(status) for name, status in names.items()},
        "checks": checks,
    }


def _check(problem: Problem, status: str) -> dict[str, object]:
    """One problem as a check; cause and fix are the catalogue's."""
    from agent.diagnosis import entry_of

    entry = entry_of(problem.code or Code.UNREADABLE)
    area = "web" if entry.code.startswith("DCA-WEB-") else "config"
    place = f"{problem.file}:{problem.line}" if problem.line else problem.file
    return {
        "id": f"{area}.{entry.code.rpartition('-')[2]}",
        "title": problem.message,
        "status": status,
        "code": entry.code,
        "evidence": place,
        "cause": entry.cause.en,
        "fix": [{"text": fix.text.en, "where": fix.where, "risk": fix.risk} for fix in entry.fixes],
    }
