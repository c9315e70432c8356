"""`dcagent support-bundle`: one file that helps others to help, without names and secrets."""

from __future__ import annotations

import json
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.capture_files import map_of, write
from agent.cli import probe_options as option
from agent.cli.language import language
from agent.config import CACHE_DIRECTORY, DEFAULT_FILE, STATE_DIRECTORY
from agent.results import Exit

if TYPE_CHECKING:
    from agent.diagnosis import Lang
    from agent.support.part import Part
    from agent.support.redaction import Redactor

_WORDS: dict[str, tuple[str, str]] = {
    "head": (
        "支持包内容 (名称、地址为化名, 不含口令):",
        "What is inside (pseudonyms, no secrets):",
    ),
    "absent": ("没有", "absent"),
    "ask": ("写入 {0}? [y/N] ", "Write {0}? [y/N] "),
    "not": ("没有写入", "nothing was written"),
    "done": (
        "{0} ({1} 字节); 化名对照表 {2} 请自行保管。没有发送任何内容。",
        "{0} ({1} octets); keep the map of pseudonyms {2} to yourself. Nothing was sent.",
    ),
}


def support_bundle(
    out: Annotated[
        Path | None, typer.Option("--out", help="The file to write [dcagent-support-DATE.tar.gz].")
    ] = None,
    capture: Annotated[
        list[Path] | None,
        typer.Option(
            "--capture", help="Add a recorded device (dcagent probe --record); repeatable."
        ),
    ] = None,
    config: option.ConfigFile = None,
    url: Annotated[str, typer.Option("--url", help="Where the agent serves.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")] = False,
    lang: option.LangOption = None,
    as_json: option.AsJson = False,
) -> None:
    """Gather doctor, configuration, last polls, versions and log into one redacted file.

    What is inside is printed before anything is written. Names and addresses are pseudonyms, the
    same throughout; secrets are left out; nothing is sent.

    Example: dcagent support-bundle --out case-17.tar.gz

    Example: dcagent support-bundle --capture nf5280m6.capture --yes
    """
    spoken, now = language(lang or ""), time.time()
    target = out or Path(time.strftime("dcagent-support-%Y%m%d-%H%M%S.tar.gz", time.gmtime(now)))
    parts, redactor = _gathered((config or DEFAULT_FILE).absolute(), url, capture or [])
    if not as_json:
        sys.stdout.write("".join(f"{line}\n" for line in _contents(parts, spoken)))
        sys.stdout.flush()
        if not yes and sys.stdin.isatty() and not _agreed(spoken, target):
            sys.stdout.write(f"{_say(spoken, 'not')}\n")
            raise typer.Exit(Exit.INTERRUPTED)
    size = _written(target, parts, redactor, now)
    done = _as_json(target, size, parts) if as_json else _done(spoken, target, size)
    sys.stdout.write(f"{done}\n")


def _done(lang: Lang, target: Path, size: int) -> str:
    return _say(lang, "done", target, size, map_of(target))


def _as_json(target: Path, size: int, parts: list[Part]) -> str:
    told = {"file": str(target), "size": size, "map": str(map_of(target))}
    listed = [{"name": p.name, "size": p.size, "absent": p.absent} for p in parts]
    return json.dumps({**told, "parts": listed}, ensure_ascii=False, indent=1)


def _written(target: Path, parts: list[Part], redactor: Redactor, now: float) -> int:
    """Writes the bundle and the map of its pseudonyms; the bundle's octets."""
    from agent.support.part import packed

    content = packed(parts, now)
    try:
        write(target, content)
        write(map_of(target), json.dumps(redactor.map, ensure_ascii=False, indent=1) + "\n")
    except OSError as error:
        sys.stderr.write(f"{error.filename or target}: {error.strerror}\n")
        raise typer.Exit(Exit.NO_PERMISSION) from error
    return len(content)


def _say(lang: Lang, key: str, *values: object) -> str:
    zh, en = _WORDS[key]
    return (zh if lang == "zh" else en).format(*values)


def _gathered(config: Path, url: str, files: list[Path]) -> tuple[list[Part], Redactor]:
    from agent.support import gather
    from agent.support.redaction import Redactor
    from agent.support.web_part import web

    redactor = Redactor(gather.secrets_of(config))
    redactor.name("host", socket.gethostname())
    # the configuration first: it names what is found everywhere else
    parts = list(gather.configuration(config, redactor))
    parts += filter(None, (web(config, redactor),))
    parts.append(gather.polls(_served(config, url), redactor))
    directories = (config.parent, Path(STATE_DIRECTORY.default), Path(CACHE_DIRECTORY.default))
    parts += [
        _doctor(config, url, redactor),
        gather.versions(),
        gather.log(redactor),
        gather.permissions(directories, redactor),
        *gather.captures(files, redactor),
    ]
    return parts, redactor


def _served(config: Path, url: str) -> str:
    """Where the agent serves; the usual place where its configuration cannot be read."""
    from agent.doctor import Surroundings
    from agent.doctor.configuration import settings
    from agent.doctor.examine import where

    around = Surroundings(config=config, url=url)
    return where(around, settings(around))


def _doctor(config: Path, url: str, redactor: Redactor) -> Part:
    from agent.cli.doctor import Manner, Told, lines_of
    from agent.doctor import Surroundings
    from agent.support.part import Part

    around = Surroundings(config=config, named=config.exists(), url=url)
    lines = [line for each in lines_of(around, Manner("en"), Told()) for line in each]
    text = "".join(f"{line}\n" for line in lines)
    return Part("doctor.txt", "this host and its agent, as doctor sees them", redactor.text(text))


def _contents(parts: list[Part], lang: Lang) -> Iterator[str]:
    from agent.cli.terminal import columns

    yield _say(lang, "head")
    rows = [
        (f"  {p.name}", _say(lang, "absent") if p.absent else f"{p.size:,}", p.absent or p.about)
        for p in parts
    ]
    yield from columns(rows, right=(1,))


def _agreed(lang: Lang, target: Path) -> bool:
    sys.stdout.write(_say(lang, "ask", target))
    sys.stdout.flush()
    return sys.stdin.readline().strip().casefold() in ("y", "yes", "是")
