"""`dcagent capture`: what a recorded file holds, and taking out of it what names its device."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.language import language
from agent.results import Exit
from model.document import DocumentError

if TYPE_CHECKING:
    from agent.results import Json
    from hw_profiles.capture import Capture

app = typer.Typer(
    help="Show or redact a recorded device.\n\nExample: dcagent capture show nf5280m6.capture",
    rich_markup_mode=None,
    no_args_is_help=True,
)

CaptureFile = Annotated[
    Path, typer.Argument(help="A capture, a .snmprec file, or what ipmitool prints for sdr elist.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
LangOption = Annotated[str, typer.Option("--lang", help="zh or en (default: from the locale).")]
OutOption = Annotated[Path | None, typer.Option("--out", help="Where to write it [the same file].")]

_TITLES = {
    "file": ("文件", "file"),
    "answers": ("应答", "answers"),
    "counts": (
        "SNMP {0}, IPMI {1} (SDR {2}, 读数 {3}, FRU {4}, SEL {5})",
        "SNMP {0}, IPMI {1} (SDR {2}, readings {3}, FRU {4}, SEL {5})",
    ),
    "identity": ("身份", "identity"),
    "match": ("匹配", "match"),
    "runner up": ("次选", "runner-up"),
    "no match": ("没有画像认识它", "no profile knows it"),
    "redacted": ("已脱敏", "redacted"),
    "not redacted": ("否: dcagent capture redact {0}", "no: dcagent capture redact {0}"),
    "done": ("{0} → {1} ({2}); 对照表 {3} 请自行保管", "{0} → {1} ({2}); keep {3} to yourself"),
    "same": ("{0} 已脱敏, 没有改动", "{0} is redacted already; nothing changed"),
}


@app.command()
def show(file: CaptureFile, as_json: AsJson = False, lang: LangOption = "") -> None:
    """Show what a capture holds: whose it is, how much, which profile fits, what is redacted.

    Example: dcagent capture show nf5280m6.capture
    """
    from agent.cli.capture_summary import summary

    told = summary(file, _read(file))
    if as_json:
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
        return
    _print(_lines(told, language(lang) == "en"))


@app.command()
def redact(file: CaptureFile, out: OutOption = None, lang: LangOption = "") -> None:
    """Replace serial numbers, names and addresses by pseudonyms; leave out secrets.

    The map of pseudonyms is written beside it (FILE.map): it is yours to keep.

    Example: dcagent capture redact walk.snmprec --out rpdu.capture
    """
    from agent.capture_files import map_of, write
    from hw_profiles import redact as redaction
    from hw_profiles.capture import render
    from hw_profiles.load import pack

    english, found = language(lang) == "en", _read(file)
    target = out or file
    try:
        pseudonyms = redaction.read_map(map_of(target))
        serials = redaction.serial_addresses(pack().profiles)
        header = {"dcagent-capture": "1", **_shareable(found)}
        done = redaction.redact(
            type(found)(header, found.objects, found.exchanges), pseudonyms, serials=serials
        )
        text = render(done)
        if out is None and file.read_text("utf-8", "surrogateescape") == text:
            _print([_say("same", english, file)])
            return
        if pseudonyms.map:
            write(map_of(target), redaction.render_map(pseudonyms))
        write(target, text)
    except (OSError, DocumentError) as error:
        sys.stderr.write(f"dcagent capture: {error}  DCA-CAP-002\n")
        raise typer.Exit(Exit.FAILURE) from None
    words = done.header.get(redaction.REDACTED, "")
    _print([_say("done", english, file, target, words, map_of(target).name)])


def _shareable(found: Capture) -> dict[str, str]:
    """The header without what only an unfinished recording needs."""
    private = ("asked", "snmp-done", "snmp-at")
    kept = {key: word for key, word in found.header.items() if key not in private}
    if "asked" in found.header:
        kept.pop("redacted", None)
        kept["incomplete"] = kept.get("incomplete", "the recording was interrupted")
    return kept


def _read(file: Path) -> Capture:
    from hw_profiles.capture import read

    if not file.is_file():
        sys.stderr.write(f"dcagent capture: there is no file {file}\n")
        raise typer.Exit(Exit.USAGE)
    try:
        return read(file)
    except DocumentError as error:
        sys.stderr.write("".join(f"{problem}  DCA-CAP-003\n" for problem in error.problems))
        raise typer.Exit(Exit.CONFIG) from None


def _say(key: str, english: bool, *values: object) -> str:
    return _TITLES[key][english].format(*values)


def _lines(told: Json, english: bool) -> list[str]:
    """The summary as lines: title and text."""
    from agent.cli.terminal import columns, one_line, wrapped

    header, counts, match = told["header"], told["counts"], told["match"]
    assert isinstance(header, dict)
    assert isinstance(counts, dict)
    identity = told["identity"]
    assert isinstance(identity, dict)
    rows = [(_say("file", english), str(told["file"]))]
    rows += [(key, one_line(word)) for key, word in header.items() if key != "redacted"]
    sizes = [counts[key] for key in ("snmp", "ipmi", "sdr", "readings", "fru", "sel")]
    rows.append((_say("answers", english), _say("counts", english, *sizes)))
    rows.append((_say("identity", english), _identity(identity)))
    if isinstance(match, dict):
        rows.append((_say("match", english), f"{match['profile']}: {match['why']}"))
        rows.append((_say("runner up", english), str(match["runner_up"] or "-")))
    else:
        rows.append((_say("match", english), _say("no match", english)))
    redacted = str(header.get("redacted") or "")
    if not told["redacted"]:
        redacted = _say("not redacted", english, told["file"])
    rows.append((_say("redacted", english), redacted))
    leads = columns([(title, "·") for title, _ in rows])
    return [
        line
        for lead, (_, text) in zip(leads, rows, strict=True)
        for line in wrapped(text, lead.removesuffix("·"))
    ]


def _identity(identity: Json) -> str:
    return " · ".join(f"{key} {value}" for key, value in identity.items() if value)


def _print(lines: list[str]) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
