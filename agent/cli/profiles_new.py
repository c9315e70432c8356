"""`dcagent profiles new`: a first profile for an unknown device, out of its recorded answers."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli import probe_options as option
from agent.cli.language import language
from agent.cli.profiles_pack import CaptureOption, capture_of, complained, misused
from agent.cli.profiles_words import facts, say
from agent.results import Exit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.diagnosis import Lang
    from hw_profiles.capture import Capture
    from hw_profiles.draft_text import Draft
    from hw_profiles.load import Pack
    from hw_profiles.match import Match
    from hw_profiles.near import Reader
    from model.devices import Identity
    from model.readings import Scalar

_SHOWN = 8
"""How many unread addresses are shown where nothing could be drafted."""

Out = Annotated[Path | None, typer.Option("--out", help="Where to write it [standard output].")]


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft, the shipped profile that fits the device, and the one that would read it."""

    draft: Draft
    fit: Match | None
    reader: Reader | None


def new(
    capture: CaptureOption,
    out: Out = None,
    lang: option.LangOption = None,
) -> None:
    """Draft a profile from a capture: roles guessed from names, units and values.

    Each line carries the reason for its guess; what nothing was made of stands in comments with
    a sample. Hold every line against the device before you rely on it. Exits 0, or 2 where
    nothing could be drafted: then it says what stands there and which profile reads it.

    Example: dcagent profiles new --capture unknown.capture --out my-pdu.toml
    """
    spoken = language(lang or "")
    if out is not None and out.exists():
        raise misused(say(spoken, "exists", out))
    name = _name(out.stem if out else f"{capture.stem}-draft")
    found = drafted(capture_of(capture), name, capture.name)
    draft = found.draft
    if not draft.lines and "extends" not in draft.head:
        typer.echo("\n".join(_nothing(found, spoken, capture)), err=True)
        raise typer.Exit(int(Exit.FAILURE))
    _hold(draft, name)
    if out is None:
        sys.stdout.write(draft.text)
        return
    out.write_text(draft.text, encoding="utf-8")
    typer.echo(say(spoken, "drafted", out, name, len(draft.lines)))
    typer.echo("".join(f"{line}\n" for line in _read_by(found, spoken)), nl=False)
    step = f"dcagent profiles test {out} --capture {capture}"
    typer.echo(say(spoken, "draft next", step))


def _name(stem: str) -> str:
    """A profile's name out of a file's."""
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-") or "draft"


def drafted(capture: Capture, name: str, file: str) -> Drafted:
    """The draft of a capture. Exits 2 where no device answers in it."""
    from agent.cli.profiles_road import identified, protocol_of, recorded, replayed
    from hw_profiles import draft
    from hw_profiles.load import pack
    from model.devices import Protocol

    source = f"drafted from {file} ({capture.header.get('origin', 'device')})"
    shipped = pack()
    identity = _there(identified(capture, shipped.probes))
    if protocol_of(capture) is Protocol.IPMI:
        generic = shipped.named(draft.GENERIC)
        assert generic is not None
        replay = replayed(capture, shipped, generic.name)
        made = draft.from_bmc(name, generic, identity, replay.raw, replay.poll.outcomes, source)
        return _beside(made, shipped, identity, {})
    objects = recorded(capture)
    made = draft.from_agent(name, identity, objects, _counters(capture), source)
    return _beside(made, shipped, identity, objects)


def _beside(draft: Draft, pack: Pack, identity: Identity, objects: Mapping[str, Scalar]) -> Drafted:
    """The draft with a remark on the shipped profile that reads the device as it is."""
    from hw_profiles.match import ranked
    from hw_profiles.near import readers
    from hw_profiles.schema import Criteria

    fits = [fit for fit in ranked(pack, identity) if Criteria() not in fit.profile.match]
    parent = str(draft.head.get("extends", ""))
    fit = next(iter(fits), None)
    able = readers(pack.profiles, identity, objects)
    least = next((r.found for r in able if r.profile.name == parent), 0)
    others = (r for r in able if r.found > least and Criteria() not in r.profile.match)
    reader = next(others, None)
    found = Drafted(draft, fit, None if fit else reader)
    return replace(found, draft=replace(draft, remarks=(*draft.remarks, *_read_by(found, "en"))))


def _read_by(found: Drafted, lang: Lang) -> list[str]:
    """Which shipped profile makes the draft needless, or is the better one to start from."""
    if found.fit is not None:
        return [say(lang, "fits already", found.fit.profile.name, facts(lang, found.fit.why))]
    if found.reader is not None:
        reader = found.reader
        return [say(lang, "would read", reader.profile.name, reader.found, reader.words)]
    return []


def _nothing(found: Drafted, lang: Lang, capture: Path) -> list[str]:
    """Why there is no draft: what stands there, who reads it, what to do next."""
    draft = found.draft
    lines = [f"{say(lang, 'draft empty')}  DCA-PROF-016", *_read_by(found, lang)]
    moving = [told for told in draft.left if "," in told or "." in told.partition(": ")[2]]
    shown = (moving or list(draft.left))[:_SHOWN]
    if not shown:
        return [*lines, say(lang, "no objects"), say(lang, "record anew")]
    lines += [say(lang, "not understood", len(draft.left)), *(f"  {told}" for told in shown)]
    if found.fit is not None:
        step = f"dcagent profiles test {found.fit.profile.name} --capture {capture}"
        return [*lines, say(lang, "draft next", step)]
    if found.reader is not None:
        step = f"dcagent profiles test {found.reader.profile.name} --capture {capture}"
        return [*lines, say(lang, "draft next", step)]
    return [*lines, say(lang, "by hand")]


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
