"""`dcagent inventory import`: a spreadsheet becomes TOML, and it is said how it was understood."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.cli.inventory_check import as_check, exit_code, refuse, told
from agent.cli.inventory_words import say
from agent.cli.prompts import Refused
from agent.cli.terminal import columns, one_line, stdout, tolerant
from agent.diagnosis import Lang
from agent.inventory.consistency import Read, consistent
from agent.inventory.file import write
from agent.inventory.findings import Code, Finding, of_values
from agent.inventory.site_columns import HEADERS
from agent.inventory.site_file import of_sheet, sheet
from agent.inventory.site_sheet import SiteSheet
from agent.inventory.site_text import Thing, tables
from agent.results import Check, Exit, Json, Result, Status
from model.document import DocumentError

_ELSEWHERE = (Code.UNKNOWN_SITE, Code.UNKNOWN_RACK)
"""What only all files together can tell."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line says."""

    file: Path
    out: Path | None
    kind: str
    more: tuple[str, ...]
    as_json: bool
    lang: Lang
    started: float


def run(wishes: Wishes) -> int:
    """Imports; returns what the shell is told."""
    try:
        _writable(wishes)
        found = sheet(wishes.file, wishes.kind, _more(wishes))
    except Refused as refused:
        return refuse([str(refused)], refused.exit_code)
    except DocumentError as error:
        return refuse([f"{p}  {p.code}" for p in error.problems], Exit.CONFIG)
    read = of_sheet(found)
    things = _things(read)
    findings = _findings(read)
    code = exit_code(findings)
    text = "" if code is Exit.CONFIG else tables(things)
    if text and wishes.out is not None:
        try:
            write(wishes.out, text.encode())
        except OSError as error:
            return refuse([f"{wishes.out}: {error.strerror}"], Exit.NO_PERMISSION)
    if wishes.as_json:
        stdout().write(_json(found, findings, wishes, code))
        return code
    _tell(found, findings, wishes, len(things), text)
    return code


def _writable(wishes: Wishes) -> None:
    """Refused: --out is no new .toml file."""
    out, lang = wishes.out, wishes.lang
    if out is None:
        return
    if out.suffix.lower() != ".toml":
        raise Refused(say(lang, "not toml", out), Exit.USAGE)
    if out.exists():
        raise Refused(say(lang, "exists", out), Exit.USAGE)


def _more(wishes: Wishes) -> dict[str, str]:
    """What --set says. Refused: no KEY=VALUE, or no key of such a table."""
    found = {}
    known = HEADERS[wishes.kind] if wishes.kind else {k: () for t in HEADERS.values() for k in t}
    for each in wishes.more:
        key, equals, value = each.partition("=")
        if not equals:
            raise Refused(say(wishes.lang, "bad set", each), Exit.USAGE)
        if key not in known:
            raise Refused(say(wishes.lang, "not a key", wishes.kind or "CSV", key), Exit.USAGE)
        found[key] = value
    return found


def _things(read: Read) -> list[Thing]:
    """What was read, as it stands in the file."""
    found: list[Thing] = []
    found += [each.it for each in read.sites]
    found += [each.it for each in read.racks]
    found += [each.it for each in read.nodes]
    return found + [each.it for each in read.meters]


def _findings(read: Read) -> list[Finding]:
    values = of_values(read.problems)
    _, others = consistent(read)
    found = [*values, *(finding for finding in others if finding.code not in _ELSEWHERE)]
    return sorted(found, key=lambda finding: (finding.line, finding.code))


def _tell(
    found: SiteSheet, findings: Sequence[Finding], wishes: Wishes, count: int, text: str
) -> None:
    """What was understood; on stderr where the TOML itself goes to stdout."""
    lang = wishes.lang
    lines = [*_understood(found, lang), "", *told(findings, lang)]
    if not text:
        lines.append(say(lang, "nothing written"))
    elif wishes.out is not None:
        lines.append(say(lang, "written", count, wishes.out))
    screen = stdout() if wishes.out is not None or not text else tolerant(sys.stderr)
    screen.write("".join(f"{line}\n" for line in lines))
    if wishes.out is None:
        stdout().write(text)


def _understood(found: SiteSheet, lang: Lang) -> list[str]:
    """The head, and a line per column."""
    kind = say(lang, found.kind)
    head = say(
        *(lang, "sheet", found.document.file, found.rows, kind),
        *(found.encoding.upper(), found.header),
    )
    heads = [say(lang, name) for name in ("column", "key", "unit", "sample")]
    rows = [
        [
            one_line(each.column.header),
            each.column.key or say(lang, "not used"),
            each.column.unit,
            one_line(each.sample)[:40],
        ]
        for each in found.columns
    ]
    return [head, *(f"  {line}" for line in columns([heads, *rows]))]


def _json(found: SiteSheet, findings: Sequence[Finding], wishes: Wishes, code: int) -> str:
    lang = wishes.lang
    checks = [_column(each.column.header, each.column.key, each.sample) for each in found.columns]
    head = _understood(found, lang)[0]
    checks = [Check("inventory.sheet", found.kind, Status.OK, head), *checks]
    checks += [as_check(finding, lang) for finding in findings]
    subject: Json = {"kind": "config"}
    took = time.time() - wishes.started
    result = Result("inventory-check", lang, wishes.started, took, subject, tuple(checks), code)
    return json.dumps(result.as_json(), ensure_ascii=False, indent=1) + "\n"


def _column(header: str, key: str, sample: str) -> Check:
    status = Status.OK if key else Status.SKIP
    return Check(f"inventory.column.{key or 'unused'}", header, status, sample)
