"""`dcagent probe`: one poll of one device, each step shown."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass

import typer

from agent.cli import probe_options as option
from agent.cli.fixes import fix_lines
from agent.cli.language import language, say
from agent.cli.probe_json import coverage, readings, subject
from agent.cli.probe_options import Wishes
from agent.cli.probe_run import Found, Run
from agent.cli.probe_screen import Screen, Silence
from agent.cli.probe_targets import Inquiry, inquire
from agent.cli.probe_text import last_line, table
from agent.cli.prompts import Purse, Refused
from agent.cli.terminal import stdout, tolerant, wrapped
from agent.config_codes import Code
from agent.diagnosis import Entry, Lang, entry_of
from agent.results import Check, Exit, Json, Result, Status, exit_code, fix_steps
from collectors.ipmi.ways import DEVICE
from model.document import DocumentError

UNREADABLE = Code.UNREADABLE.value


@dataclass(frozen=True, slots=True)
class Manner:
    """How the result is told."""

    lang: Lang
    every: bool = False
    raw: bool = False
    as_json: bool = False
    fail_on: str = ""


def probe(
    subject: option.Subject = "",
    in_band: option.InBand = False,
    protocol: option.ProtocolOption = None,
    port: option.Port = None,
    user: option.User = "",
    password_file: option.PasswordFile = None,
    community_file: option.CommunityFile = None,
    auth_protocol: option.AuthProtocolOption = None,
    auth_password_file: option.AuthPasswordFile = None,
    priv_protocol: option.PrivProtocolOption = None,
    priv_password_file: option.PrivPasswordFile = None,
    profile: option.ProfileOption = "",
    cipher_suite: option.CipherSuite = None,
    timeout: option.Timeout = None,
    retries: option.Retries = None,
    record: option.Record = None,
    replay: option.Replay = None,
    pause: option.Pause = 0.0,
    every: option.All = False,
    raw: option.RawOption = False,
    as_json: option.AsJson = False,
    lang: option.LangOption = None,
    config: option.ConfigFile = None,
    fail_on: option.FailOn = None,
) -> None:
    """Ask one device once and show each step: reachable, login, identity, profile, readings.

    Each credential is tried once. Passwords come from a file, the environment or a question.

    Example: dcagent probe 10.32.111.40 --user monitor
    """
    subject = subject or (DEVICE if in_band else "")
    wishes = Wishes(
        subject, in_band, protocol, port or 0, user, password_file, community_file,
        auth_protocol or "", auth_password_file, priv_protocol or "", priv_password_file,
        profile, cipher_suite, timeout, retries, config, record, replay, pause,
    )  # fmt: skip
    manner = Manner(language(lang or ""), every, raw, as_json, fail_on or "")
    raise typer.Exit(run(wishes, manner))


def run(wishes: Wishes, manner: Manner) -> int:
    """One probe; returns what the shell is told."""
    started = time.time()
    try:
        return _probed(inquire(wishes, Purse(manner.lang)), manner)
    except Refused as refused:
        complaints = [(str(refused), refused.entry, refused.file)]
        told = refused.exit_code
    except DocumentError as error:
        complaints = [(str(p), entry_of(p.code or UNREADABLE), p.file) for p in error.problems]
        told = Exit.CONFIG
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return Exit.INTERRUPTED
    checks = [_complaint(*complaint, wishes, manner.lang) for complaint in complaints]
    _complain(checks, manner.lang)
    if manner.as_json:
        about: Json = {"kind": "device", "address": wishes.subject}
        took = time.time() - started
        _write(Result("probe", manner.lang, started, took, about, tuple(checks), told))
    return told


def _probed(inquiry: Inquiry, manner: Manner) -> int:
    started, begun = time.time(), time.monotonic()
    screen = Silence() if manner.as_json else Screen(stdout(), manner.lang)
    found = Run(inquiry, manner.lang, screen).start()
    code = Exit.INTERRUPTED if found.interrupted else exit_code(found.checks, manner.fail_on)
    target = inquiry.targets[0]
    result = Result(
        command="probe",
        lang=manner.lang,
        started=started,
        took=time.monotonic() - begun,
        subject=subject(target, next((poll for poll in found.polls if poll.device), None)),
        checks=tuple(found.checks),
        exit=code,
        readings=readings(found.polls, manner.raw),
        coverage=coverage(found.polls),
    )
    if manner.as_json:
        _write(result)
    else:
        screen.lines(_ending(result, found, manner))
    return code


def _ending(result: Result, found: Found, manner: Manner) -> list[str]:
    """What stands below the checks: the readings, and the line that counts."""
    lines = table(found.polls, manner.lang, manner.every, manner.raw)
    above = ["", *lines] if lines else []
    if found.interrupted:
        above = [f" {say(manner.lang, 'interrupted')}", *above]
    return [*above, last_line(result, manner.lang, manner.every)]


def _complaint(message: str, entry: Entry, file: str, wishes: Wishes, lang: Lang) -> Check:
    """Why there was nothing to probe."""
    words = {"file": file, "address": wishes.subject, "target": wishes.typed}
    return Check(
        "probe.arguments",
        say(lang, "error"),
        Status.FAIL,
        message,
        entry.code,
        entry.cause.say(lang, words),
        fix_steps(entry, lang, words),
    )


def _complain(checks: list[Check], lang: Lang) -> None:
    stream = tolerant(sys.stderr)
    for check in checks:
        cause = wrapped(check.cause, f"        {say(lang, 'cause')} ")
        lines = [f"dcagent probe: {check.evidence}  {check.code}", *cause]
        stream.write("".join(f"{line}\n" for line in [*lines, *fix_lines(check.fix, lang)]))


def _write(result: Result) -> None:
    stdout().write(json.dumps(result.as_json(), ensure_ascii=False, indent=1) + "\n")
