"""`dcagent discover`: who is there, whose it is, what is new; no login unless one is given."""

from __future__ import annotations

import hashlib
import json
import shlex
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from agent.cli import discover_options as own
from agent.cli import probe_options as option
from agent.cli.discover_options import Search
from agent.cli.discover_words import say
from agent.cli.fixes import fix_lines
from agent.cli.language import language
from agent.cli.language import say as said
from agent.cli.probe_options import Wishes
from agent.cli.probe_screen import Screen, Silence
from agent.cli.prompts import Purse, Refused
from agent.cli.terminal import paint, stdout, tolerant, wrapped
from agent.diagnosis import entry_of
from agent.results import Check, Exit, Json, Result, Status, exit_code, fix_steps
from model.document import DocumentError

if TYPE_CHECKING:
    from agent.cli.discover_findings import Hunt
    from agent.cli.discover_run import Run
    from agent.inventory.file import Merged


def discover(
    ranges: own.Ranges,
    out: own.Out = None,
    known: own.Known = None,
    config: option.ConfigFile = None,
    rate: own.Rate = 200.0,
    timeout: own.Timeout = 1.5,
    ipmi_port: own.IpmiPort = 623,
    snmp_port: own.SnmpPort = 161,
    https_port: own.HttpsPort = 443,
    user: option.User = "",
    password_file: option.PasswordFile = None,
    community_file: option.CommunityFile = None,
    auth_protocol: option.AuthProtocolOption = None,
    auth_password_file: option.AuthPasswordFile = None,
    priv_protocol: option.PrivProtocolOption = None,
    priv_password_file: option.PrivPasswordFile = None,
    every: own.Every = False,
    as_json: option.AsJson = False,
    lang: option.LangOption = None,
    fail_on: option.FailOn = None,
) -> None:
    """Find BMCs, PDUs, UPSs and coolers, name their vendors, and write an inventory.

    Asks what needs no login: RMCP, SNMPv3 engine ids, the Redfish root. A login that is given is
    tried once per device, and nowhere any more once refused; a community goes to every address.
    Exits 0, 1 (known devices are silent), 2 (a login was refused) or 3 (nothing answered).

    Example: dcagent discover 10.32.8.0/23 --out inventory.toml
    """
    login = Wishes(
        " ".join(ranges), user=user, password_file=password_file, community_file=community_file,
        auth_protocol=auth_protocol or "", auth_password_file=auth_password_file,
        priv_protocol=priv_protocol or "", priv_password_file=priv_password_file, config=config,
    )  # fmt: skip
    search = Search(
        tuple(ranges), login, own.ports(ipmi_port, snmp_port, https_port), out,
        tuple(known or ()), rate, timeout, language(lang or ""), every, as_json, fail_on or "",
    )  # fmt: skip
    raise typer.Exit(run(search))


def run(search: Search) -> int:
    """One search; returns what the shell is told."""
    started = time.time()
    try:
        return _hunted(search, started)
    except Refused as refused:
        told = refused.exit_code
        complaint = _complaint(str(refused), refused.entry.code, refused.file, search)
    except DocumentError as error:
        from agent.cli.discover_known import broken

        told, complaint = Exit.CONFIG, _complaint(*broken(error), search)
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return Exit.INTERRUPTED
    _complain(complaint, search)
    if search.as_json:
        took = time.time() - started
        _write(Result("discover", search.lang, started, took, _subject(search), (complaint,), told))
    return told


def _hunted(search: Search, started: float) -> int:
    from agent.cli.discover_findings import checks
    from agent.cli.discover_known import gather, usable
    from agent.cli.discover_ranges import addresses
    from agent.cli.discover_run import Run
    from agent.cli.probe_targets import logins

    asked = addresses(search.ranges)
    if search.out is not None:
        usable(search.out)
    known = gather(search.known, search.login.config, search.out)
    credentials = logins(search.login, Purse(search.lang))
    screen = Silence() if search.as_json else Screen(stdout(), search.lang)
    ran = Run(search, asked, credentials, known, screen)
    hunt = ran.start()
    merged, kept = _kept(search, hunt)
    found = [*checks(hunt, shlex.join(search.ranges), search.lang), *kept]
    code = Exit.INTERRUPTED if hunt.interrupted else exit_code(found, search.fail_on)
    if search.as_json:
        result = Result(
            "discover", search.lang, started, hunt.took, _subject(search), tuple(found), code
        )
        _write(replace(result, artifacts=_artifacts(search, merged)))
    else:
        screen.lines(_told(search, ran, found, merged, code, screen.colour))
    return code


def _kept(search: Search, hunt: Hunt) -> tuple[Merged | None, list[Check]]:
    """Writes what is new into the inventory; None where nothing was written."""
    from agent.cli.discover_devices import rows
    from agent.cli.discover_findings import UNUSABLE, finding
    from agent.inventory.file import merge, write

    out, lang = search.out, search.lang
    if out is None:
        return None, []
    made = rows(hunt.devices, hunt.known, search.ports, lang)
    try:
        merged = merge(out, made, lang, hunt.known.credentials)
        if merged.rows:
            write(out, merged.data)
    except (OSError, DocumentError) as error:
        words = {"file": str(out), "target": shlex.join(search.ranges)}
        return None, [finding("inventory", UNUSABLE, Status.FAIL, str(error), words, lang)]
    if not merged.dropped:
        return merged, []
    dropped = say(lang, "dropped", ", ".join(merged.dropped))
    return merged, [Check("discover.inventory", say(lang, "inventory"), Status.SKIP, dropped)]


def _told(
    search: Search, ran: Run, found: list[Check], merged: Merged | None, code: int, colour: bool
) -> list[str]:
    """The whole page."""
    from agent.cli import discover_text as text

    hunt, lang = ran.hunt, search.lang
    lines = [say(lang, "interrupted")] if hunt.interrupted else []
    line = text.head(hunt, ran.manner.questions, search.rate, ran.credentials, lang)
    lines += [paint(line, "bold", colour), *text.kinds(hunt.devices, lang)]
    if search.every:
        lines += text.each(hunt.devices, lang)
    notes = [check for check in found if check.code or check.title == say(lang, "inventory")]
    lines += text.notes(notes, lang, colour)
    added = len(merged.rows) if merged else 0
    return [*lines, text.last_line(hunt, found, code, lang, search.out, added)]


def _subject(search: Search) -> Json:
    return {"kind": "subnet", "address": search.subject}


def _artifacts(search: Search, merged: Merged | None) -> tuple[Json, ...]:
    if merged is None or not merged.rows:
        return ()
    digest = hashlib.sha256(merged.data).hexdigest()
    return ({"path": str(search.out), "kind": "report", "sha256": digest},)


def _complaint(message: str, code: str, file: str, search: Search) -> Check:
    """Why nobody was asked."""
    lang, entry = search.lang, entry_of(code)
    words = {"file": file, "address": search.subject, "target": shlex.join(search.ranges)}
    return Check(
        "discover.arguments",
        said(lang, "error"),
        Status.FAIL,
        message,
        entry.code,
        entry.cause.say(lang, words),
        fix_steps(entry, lang, words),
    )


def _complain(check: Check, search: Search) -> None:
    lead = f"        {said(search.lang, 'cause')} "
    lines = [f"dcagent discover: {check.evidence}  {check.code}", *wrapped(check.cause, lead)]
    lines += fix_lines(check.fix, search.lang)
    tolerant(sys.stderr).write("".join(f"{line}\n" for line in lines))


def _write(result: Result) -> None:
    stdout().write(json.dumps(result.as_json(), ensure_ascii=False, indent=1) + "\n")
