"""One run of `dcagent score`: ask the engine, tell the report."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from agent.cli.fixes import fix_lines
from agent.cli.language import say as word
from agent.cli.prompts import BAD_ARGUMENTS, Purse, Refused
from agent.cli.score_asked import access_of, question_of
from agent.cli.score_options import Output, Wishes
from agent.cli.score_progress import Progress
from agent.cli.score_rules import table_of
from agent.cli.terminal import coloured, stdout, tolerant, wrapped
from agent.diagnosis import Lang, entry_of
from agent.results import Exit, Json, fix_steps
from agent.score import document, sheet
from agent.score.outcome import Exit as ScoreExit
from agent.score.outcome import outcome
from agent.score.text import Manner, last_line, lines
from agent.score.words import say
from model.document import DocumentError
from scoring.api import Code, Engine, QueryFailed
from scoring.levels import SITE
from scoring.report.model import Absent, Lack, Report
from scoring.report.nothing import NothingToScore
from scoring.report.read import report

_OF_ARGUMENTS = (Code.BAD_URL, Code.LOGIN_IN_URL, Code.BAD_FILE)
"""What is wrong before anything is asked."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why there is no report: what came back, its code and words, what the shell is told."""

    evidence: str
    absent: Absent
    exit: int


def run(wishes: Wishes, output: Output) -> int:
    """Scores once; returns what the shell is told."""
    started, begun = time.time(), time.monotonic()
    progress = Progress(sys.stderr)
    try:
        if output.as_json and output.as_csv:
            raise Refused("give --json or --csv, not both", Exit.USAGE)
        found = _found(wishes, output, progress, started)
        if output.html is not None:
            _page(found, output)
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return Exit.INTERRUPTED
    except (Refused, DocumentError, QueryFailed, NothingToScore) as error:
        progress.clear()
        complaint = _complaint(error)
        _complain(complaint, output.lang)
        if output.as_json:
            took = time.monotonic() - begun
            told = (complaint.absent, complaint.evidence, output.lang, started, took)
            _write(document.failed(*told, complaint.exit))
        return complaint.exit
    progress.clear()
    if output.as_json:
        _write(document.document(found, output.lang, started, time.monotonic() - begun))
    elif output.as_csv:
        told_as = sheet.lacks if wishes.explain else sheet.sheet
        _csv(told_as(found, output.lang))
    else:
        _tell(found, wishes, output)
    return outcome(found).exit


def _found(wishes: Wishes, output: Output, progress: Progress, now: float) -> Report:
    table = table_of(wishes.breakpoints)
    question = question_of(wishes, table, now, trends=output.html is not None)
    addresses = _addresses(wishes)
    access = access_of(wishes, Purse(output.lang))
    with Engine(access, lambda count: progress.show(f"{access.url} · {count}")) as engine:
        found = report(engine, question)
    return replace(found, lacks=tuple(_addressed(lack, addresses) for lack in found.lacks))


def _addresses(wishes: Wishes) -> Mapping[str, str]:
    """Node → its BMC's address, from files of the inventory. DocumentError: these are wrong."""
    if not wishes.inventory:
        return {}
    if not wishes.explain:
        raise Refused("--inventory gives addresses to --explain", Exit.USAGE)
    from agent.inventory.site_file import load

    nodes = load(wishes.inventory).nodes
    return {n.name: n.address for n in nodes if n.place.site in ("", wishes.explain)}


def _addressed(lack: Lack, addresses: Mapping[str, str]) -> Lack:
    address = addresses.get(lack.name, "") if lack.kind == "node" else ""
    if not address:
        return lack
    absent = Absent(lack.absent.code, {**lack.absent.words, "address": address})
    return replace(lack, address=address, absent=absent)


def _page(found: Report, output: Output) -> None:
    from agent.score.page import page

    assert output.html is not None
    _save(output.html, page(found, output.lang))


def _save(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        denied = isinstance(error, PermissionError)
        told = Exit.NO_PERMISSION if denied else Exit.USAGE
        raise Refused(f"--html: {file} cannot be written: {error.strerror}", told) from error


def _tell(found: Report, wishes: Wishes, output: Output) -> None:
    one = bool(wishes.explain or (wishes.site and found.level is SITE))
    manner = Manner(output.lang, output.every or one, coloured(sys.stdout), bool(wishes.explain))
    told = list(lines(found, manner))
    if output.html is not None:
        told.append(f" {say(output.lang, 'written', output.html)}")
    stdout().write("".join(f"{line}\n" for line in (*told, last_line(found, manner))))


def _complaint(error: Exception) -> Complaint:
    if isinstance(error, Refused):
        words = {"command": "score", **({"file": error.file} if error.file else {})}
        absent = Absent(error.entry.code, words)
        return Complaint(str(error), absent, error.exit_code)
    if isinstance(error, QueryFailed):
        usage = error.code in _OF_ARGUMENTS
        told = Exit.USAGE if usage else ScoreExit.NO_ANSWER
        return Complaint(error.evidence, Absent(error.code.value, error.words), told)
    if isinstance(error, NothingToScore):
        title = entry_of(error.absent.code).title
        return Complaint(title.en, error.absent, ScoreExit.WITHHELD)
    code = next((p.code for p in getattr(error, "problems", ()) if p.code), BAD_ARGUMENTS)
    return Complaint(str(error), Absent(code, {"command": "score"}), Exit.CONFIG)


def _complain(complaint: Complaint, lang: Lang) -> None:
    """What went wrong, its cause and the ways out, on the error stream."""
    entry, words = entry_of(complaint.absent.code), complaint.absent.words
    evidence = complaint.evidence
    if complaint.exit == ScoreExit.WITHHELD:
        evidence = entry.title.say(lang, words)
    cause = wrapped(entry.cause.say(lang, words), f"        {word(lang, 'cause')} ")
    told = [f"dcagent score: {evidence}  {entry.code}", *cause]
    told += fix_lines(fix_steps(entry, lang, words), lang)
    tolerant(sys.stderr).write("".join(f"{line}\n" for line in told))


def _write(told: Json) -> None:
    stdout().write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")


def _csv(text: str) -> None:
    """As bytes, whatever the terminal's encoding: a spreadsheet reads UTF-8 by its mark."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8"))
    sys.stdout.buffer.flush()
