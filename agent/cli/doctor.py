"""`dcagent doctor`: this host and its agent in one screen."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Annotated
from urllib.parse import urlsplit

import typer

from agent.cli import probe_options as option
from agent.cli.language import language, say
from agent.cli.probe_text import MARKS, last_line, marked_lines
from agent.cli.terminal import coloured, one_line, pad, stdout
from agent.config import DEFAULT_FILE
from agent.diagnosis import Lang, entry_of
from agent.doctor import Finding, Level, Surroundings, examine
from agent.doctor.configuration import CONFIG
from agent.results import Check, Exit, Result, Status, exit_code, fix_steps

_MARKS = {Level.INFO: ("info", "dim"), Level.UNKNOWN: (" ?? ", "yellow")}
"""Beside those of a probe, where what cannot be told has failed."""
_GROUP = 8
"""Columns of a group's name."""


def _url(text: str) -> str:
    """An address that can be asked; HOST:PORT stands for http://HOST:PORT."""
    whole = text if "://" in text or not text else f"http://{text}"
    try:
        parts = urlsplit(whole)
        fine = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # a port that is none
        fine = False
    if text and (not fine or any(c.isspace() for c in text)):
        raise typer.BadParameter("expected a URL such as http://127.0.0.1:9824")
    return whole


Url = Annotated[
    str,
    typer.Option(
        "--url", callback=_url, help="Where the agent serves; else where it is configured to."
    ),
]


@dataclass(frozen=True, slots=True)
class Manner:
    """How the result is told."""

    lang: Lang
    as_json: bool = False
    fail_on: str = ""
    colour: bool = False


@dataclass
class Told:
    """What was found so far, and as checks."""

    findings: list[Finding] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)

    @property
    def counted(self) -> tuple[Check, ...]:
        """The checks that count: what is normal, or was left out, does not."""
        silent = (Level.INFO, Level.SKIP)
        pairs = zip(self.findings, self.checks, strict=True)
        return tuple(check for finding, check in pairs if finding.level not in silent)


def doctor(
    config: option.ConfigFile = None,
    url: Url = "",
    lang: option.LangOption = None,
    as_json: option.AsJson = False,
    fail_on: option.FailOn = None,
) -> None:
    """Look this host and its agent over: system, BMC driver, permissions, clock, service, scrapes.

    Nothing is changed and nothing needs root; what this user may not look at says so. Exits 78
    where the configuration alone is wrong.

    Example: dcagent doctor

    Example: dcagent doctor --config /etc/dcagent/dcagent.toml --url http://127.0.0.1:9824
    """
    file = (config or DEFAULT_FILE).absolute()
    around = Surroundings(config=file, named=config is not None, url=url)
    manner = Manner(language(lang or ""), as_json, fail_on or "", coloured(sys.stdout))
    raise typer.Exit(run(around, manner))


def run(around: Surroundings, manner: Manner) -> int:
    """One look at everything; returns what the shell is told."""
    started, begun = time.time(), time.monotonic()
    told = Told()
    interrupted = False
    try:
        for lines in lines_of(around, manner, told):
            if not manner.as_json:
                stdout().write("".join(f"{line}\n" for line in lines))
                stdout().flush()
    except KeyboardInterrupt:
        interrupted = True
    code = Exit.INTERRUPTED if interrupted else shell_code(told, manner.fail_on)
    took = time.monotonic() - begun
    result = Result(
        "doctor", manner.lang, started, took, {"kind": "agent"}, tuple(told.checks), code
    )
    if manner.as_json:
        stdout().write(json.dumps(result.as_json(), ensure_ascii=False, indent=1) + "\n")
        return code
    if interrupted:
        stdout().write(f" {say(manner.lang, 'interrupted')}\n")
    counted = replace(result, checks=told.counted)
    stdout().write(f"{last_line(counted, manner.lang, every=True)}\n")
    return code


def shell_code(told: Told, fail_on: str = "") -> Exit:
    """What the shell is told; 77: nothing could be looked at, 78: the configuration alone fails."""
    counting = [finding for finding in told.findings if finding.level is not Level.INFO]
    if counting and all(finding.denied for finding in counting):
        return Exit.NO_PERMISSION
    failed = [finding for finding in told.findings if finding.level is Level.FAIL]
    if failed and all(finding.id == CONFIG.id for finding in failed):
        return Exit.CONFIG
    return exit_code(told.counted, fail_on)


def lines_of(around: Surroundings, manner: Manner, told: Told) -> Iterator[list[str]]:
    """The lines of each finding; the first of a group has its name before it."""
    group = ""
    for finding in examine(around):
        made = check(finding, manner.lang)
        told.findings.append(finding)
        told.checks.append(made)
        name = say(manner.lang, finding.group) if finding.group != group else ""
        group = finding.group
        mark = _MARKS.get(finding.level) or MARKS[made.status]
        lead = f" {pad(name, _GROUP)}"
        yield marked_lines(made, manner.lang, mark, lead, colour=manner.colour)


def check(finding: Finding, lang: Lang) -> Check:
    """A finding in one language; the schema knows no "info": that is a check left out."""
    status = Status.SKIP if finding.level is Level.INFO else Status(finding.level.value)
    evidence = one_line(finding.text.say(lang, finding.words))
    made = Check(finding.id, finding.title.say(lang), status, evidence)
    if not finding.code:
        return made
    entry = entry_of(finding.code)
    return replace(
        made,
        code=entry.code,
        cause=entry.cause.say(lang, finding.words),
        fix=fix_steps(entry, lang, finding.words),
    )
