"""`dcagent profiles`: which devices are understood, how, and whether a profile's file is right."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli import profiles_json
from agent.cli.language import language
from agent.cli.profiles_match import match
from agent.cli.profiles_new import new
from agent.cli.profiles_pack import Directory, pack_of
from agent.cli.profiles_test import held
from model.document import nearest

if TYPE_CHECKING:
    from agent.diagnosis import Lang
    from hw_profiles.schema import Profile

USAGE = 64

_TITLES = {
    "name": ("名称", "name"),
    "protocol": ("协议", "protocol"),
    "kind": ("类别", "kind"),
    "verified": ("核实", "verified"),
    "words": ("词", "words"),
    "device": ("设备", "device"),
    "match": ("识别", "match"),
    "any device": ("同协议的任何设备", "any device of this protocol"),
    "pinned only": ("只能指定使用", "only where it is pinned"),
    "extends": ("继承", "extends"),
    "source": ("出处", "source"),
    "file": ("文件", "file"),
    "expects": ("期望", "expects"),
    "word": ("词", "word"),
    "address": ("地址与规则", "address and rule"),
    "table": ("表", "table"),
    "tables": ("表 {0}, 索引 {1}", "table {0}, index {1}"),
    "profiles": ("共 {0} 个画像", "{0} profiles"),
    "own": ("用户自有", "user's own"),
    "fine": ("{0} 个文件, 没有错误", "{0} files, no errors"),
    "wrong": ("{0} 个文件, {1} 处错误", "{0} files, {1} errors"),
    "exit": ("退出码 {0}", "exit {0}"),
}

app = typer.Typer(
    help=(
        "List, show, check, test and draft device profiles."
        "\n\nExample: dcagent profiles test my-pdu.toml --capture my-pdu.capture"
    ),
    rich_markup_mode=None,
    no_args_is_help=True,
)
app.command("test")(held)
app.command("match")(match)
app.command("new")(new)

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
LangOption = Annotated[str, typer.Option("--lang", help="zh or en (default: from the locale).")]


@dataclass(frozen=True, slots=True)
class _Words:
    """The headings of one language."""

    lang: Lang

    def __call__(self, key: str, *values: object) -> str:
        return _TITLES[key][self.lang == "en"].format(*values)


@app.command("list")
def list_(
    directory: Directory = None,
    as_json: AsJson = False,
    lang: LangOption = "",
) -> None:
    """List every profile: the shipped ones and your own.

    Example: dcagent profiles list
    """
    say, found = _Words(language(lang)), pack_of(directory)
    profiles = sorted(found.profiles, key=lambda p: (p.kind, p.protocol, p.name))
    if as_json:
        _print_json([profiles_json.summary(profile) for profile in profiles])
        return
    from agent.cli.terminal import columns

    titles = ("name", "protocol", "kind", "verified", "words", "device")
    rows = [[say(title) for title in titles]]
    for p in profiles:
        title = f"{p.title} ({say('own')})" if p.user else p.title
        rows.append([p.name, p.protocol, p.kind, p.verified, str(len(p.words)), title])
    _print(columns(rows, right=(4,)))
    _print([say("profiles", len(profiles))])


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="The profile's name.")],
    directory: Directory = None,
    as_json: AsJson = False,
    lang: LangOption = "",
) -> None:
    """Show what a profile matches, where its addresses come from, and each of its lines.

    Example: dcagent profiles show huawei-ibmc
    """
    say, found = _Words(language(lang)), pack_of(directory)
    profile = found.named(name)
    if profile is None:
        hint = nearest(name, (p.name for p in found.profiles))
        sys.stderr.write(f'there is no profile "{name}"{hint}\n')
        raise typer.Exit(USAGE)
    if as_json:
        _print_json(profiles_json.whole(profile))
        return
    _print(_head(profile, say))
    _print(["", *_body(profile, say)])


@app.command()
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders (default: the shipped ones).")
    ] = None,
    as_json: AsJson = False,
    lang: LangOption = "",
) -> None:
    """Find every mistake in profiles, with file and line; exit 78 where there is one.

    Example: dcagent profiles check /etc/dcagent/profiles.d
    """
    from hw_profiles import load

    started, begun = datetime.now(UTC), time.monotonic()
    say, paths = _Words(language(lang)), _files(files) if files else load.shipped()
    _, problems = load.check(paths)
    code = profiles_json.CONFIGURATION if problems else 0
    if as_json:
        took = int((time.monotonic() - begun) * 1000)
        _print_json(profiles_json.result(paths, problems, say.lang, started, took))
    else:
        _print([f"{problem}  {problem.code}".rstrip() for problem in problems])
        end = say("wrong", len(paths), len(problems)) if problems else say("fine", len(paths))
        _print([f"{end}  {say('exit', code)}" if code else end])
    raise typer.Exit(code)


def _files(given: Sequence[Path]) -> list[Path]:
    """The files named, and those in the folders named."""
    return [
        path
        for each in given
        for path in (sorted(each.rglob("*.toml")) if each.is_dir() else [each])
    ]


def _head(profile: Profile, say: _Words) -> list[str]:
    from agent.cli.terminal import columns, wrapped

    rows = [
        (say("name"), profile.name),
        (say("device"), profile.title),
        (say("kind"), f"{profile.kind}, {profile.protocol}"),
        (say("extends"), ", ".join(profile.extends)),
        (say("file"), profile.file),
        (say("verified"), profile.verified),
        (say("source"), profile.source),
        *((say("match"), text) for text in _matches(profile, say)),
        (say("expects"), ", ".join(profile.expects)),
    ]
    filled = [(title, text) for title, text in rows if text]
    leads = columns([(title, "·") for title, _ in filled])
    return [
        line
        for lead, (_, text) in zip(leads, filled, strict=True)
        for line in wrapped(text, lead.removesuffix("·"))
    ]


def _matches(profile: Profile, say: _Words) -> list[str]:
    from hw_profiles.match import criteria_told

    if not profile.match:
        return [say("pinned only")]
    return [criteria_told(each) or say("any device") for each in profile.match]


def _body(profile: Profile, say: _Words) -> list[str]:
    """Word and rule of each line, tables apart."""
    from agent.cli.terminal import columns

    rows = [(say("word"), say("address")), *((r.word, r.told) for r in profile.rules)]
    lines = columns(rows) if profile.rules else []
    for table in profile.tables:
        index = ".".join(part.name for part in table.index)
        lines += ["", say("tables", table.name, index)]
        lines += columns([(f"  {r.word}", r.told) for r in table.rules])
    return lines


def _print(lines: Sequence[str]) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")
