"""`dcagent profiles new`: a first profile for an unknown device, out of its recorded answers."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli import probe_options as option
from agent.cli.language import language
from agent.cli.profiles_pack import CaptureOption, capture_of, complained, misused
from agent.cli.profiles_words import say
from agent.results import Exit

if TYPE_CHECKING:
    from hw_profiles.capture import Capture
    from hw_profiles.draft_text import Draft
    from model.devices import Identity

Out = Annotated[Path | None, typer.Option("--out", help="Where to write it [standard output].")]


def new(
    capture: CaptureOption,
    out: Out = None,
    lang: option.LangOption = None,
) -> None:
    """Draft a profile from a capture: roles guessed from names, units and values.

    Each line carries the reason for its guess; what nothing was made of stands in comments with
    a sample. Hold every line against the device before you rely on it.

    Example: dcagent profiles new --capture unknown.capture --out my-pdu.toml
    """
    spoken = language(lang or "")
    if out is not None and out.exists():
        raise misused(say(spoken, "exists", out))
    name = _name(out.stem if out else f"{capture.stem}-draft")
    draft = drafted(capture_of(capture), name, capture.name)
    if not draft.lines and "extends" not in draft.head:
        typer.echo(f"{say(spoken, 'draft empty')}  DCA-PROF-016", err=True)
        raise typer.Exit(int(Exit.FAILURE))
    _hold(draft, name)
    if out is None:
        sys.stdout.write(draft.text)
        return
    out.write_text(draft.text, encoding="utf-8")
    typer.echo(say(spoken, "drafted", out, name, len(draft.lines)))
    step = f"dcagent profiles test {out} --capture {capture}"
    typer.echo(say(spoken, "draft next", step))


def _name(stem: str) -> str:
    """A profile's name out of a file's."""
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-") or "draft"


def drafted(capture: Capture, name: str, file: str) -> Draft:
    """The draft of a capture. Exits 2 where no device answers in it."""
    from agent.cli.profiles_road import identified, protocol_of, recorded, replayed
    from hw_profiles import draft
    from hw_profiles.load import pack
    from model.devices import Protocol

    source = f"drafted from {file} ({capture.header.get('origin', 'device')})"
    shipped = pack()
    if protocol_of(capture) is Protocol.IPMI:
        generic = shipped.named(draft.GENERIC)
        assert generic is not None
        replay = replayed(capture, shipped, generic.name)
        identity = _there(replay.identity)
        return draft.from_bmc(name, generic, identity, replay.raw, replay.poll.outcomes, source)
    identity = _there(identified(capture, ()))
    return draft.from_agent(name, identity, recorded(capture), _counters(capture), source)


def _there(identity: object) -> Identity:
    from model.devices import Identity

    if isinstance(identity, Identity):
        return identity
    typer.echo(f"{getattr(identity, 'detail', '')}  DCA-PROF-016".strip(), err=True)
    raise typer.Exit(int(Exit.FAILURE))


_COUNTERS = (65, 70)


def _counters(capture: Capture) -> frozenset[str]:
    """Every address that a counter stands at or below: the columns of a counter's type."""
    oids = (o.oid for o in capture.objects if o.tag in _COUNTERS)
    return frozenset(".".join(map(str, oid[:end])) for oid in oids for end in (-1, -2, -3))


def _hold(draft: Draft, name: str) -> None:
    """Exits 78 where the draft is no profile, which would be a mistake of ours."""
    from hw_profiles.load import check

    with TemporaryDirectory() as folder:
        file = Path(folder, f"{name}.toml")
        file.write_text(draft.text, encoding="utf-8")
        _, problems = check([file])
    if problems:
        raise complained(problems)
