"""Who a configured target or a capture says it is, and the profiles that it may get."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from agent.cli.profiles_pack import capture_of, complained, misused, pack_of
from agent.cli.profiles_words import say
from agent.results import Exit
from model.document import DocumentError, nearest

if TYPE_CHECKING:
    from agent.cli.probe_targets import Inquiry
    from agent.diagnosis import Lang
    from hw_profiles.load import Pack
    from model.devices import Identity, Target
    from model.readings import Fault


def device_of(
    subject: str, config: Path | None, directory: Sequence[Path] | None, lang: Lang
) -> tuple[Pack, Identity]:
    """The profiles that count, and what the device of a target's name or a file says of itself.

    Says why there is no answer, and exits as a probe does: 3, or 2 where a login was refused.
    """
    if Path(subject).is_file():
        pack = pack_of(directory)
        return pack, _recorded(Path(subject), pack, lang)
    inquiry = _inquired(subject, config, lang)
    try:
        pack = pack_of(directory) if directory else _profiles(inquiry)
    except DocumentError as error:
        raise complained(error.problems) from error
    target = inquiry.targets[0]
    return pack, _there(_asked(target, pack), target, subject, lang)


def _recorded(file: Path, pack: Pack, lang: Lang) -> Identity:
    from agent.cli.profiles_road import identified, protocol_of
    from model.devices import Target

    capture = capture_of(file)
    target = Target("device", "", protocol_of(capture))
    return _there(identified(capture, pack.probes), target, str(file), lang)


def _profiles(inquiry: Inquiry) -> Pack:
    from agent.cli.probe_run import profiles

    return profiles(inquiry)


def _inquired(name: str, config: Path | None, lang: Lang) -> Inquiry:
    from agent.cli.prompts import Refused

    try:
        return _inquiry(name, config, lang)
    except DocumentError as error:
        raise complained(error.problems) from error
    except Refused as refused:
        raise _stopped([f"{refused}  {refused.entry.code}"], refused.exit_code) from refused


def _inquiry(name: str, config: Path | None, lang: Lang) -> Inquiry:
    """The configured target of a name. DocumentError, Refused: it cannot be asked."""
    from agent.cli.probe_options import Wishes
    from agent.cli.probe_targets import inquire
    from agent.cli.prompts import Purse
    from agent.config import DEFAULT_FILE, load

    file = config or DEFAULT_FILE
    known = load(file) if config or file.exists() else None
    if known is None or known.entry(name) is None:
        hint = nearest(name, [e.target.name for e in known.entries] if known else [])
        raise misused(f"{say(lang, 'no subject', name)}{hint}")
    return inquire(Wishes(name, config=file), Purse(lang))


def _asked(target: Target, pack: Pack) -> Identity | Fault:
    """Asks once who a target is."""
    from agent.wiring import Collectors
    from collectors.protocol import silent

    collectors = Collectors()
    try:
        collectors.need((target.protocol,))
    except ImportError as error:
        raise _stopped([str(error)], Exit.UNAVAILABLE) from error

    async def ask() -> Identity | Fault:
        collector = collectors[target.protocol]
        try:
            return await collector.identify(target, pack.probes, silent)
        finally:
            await collector.close()

    return asyncio.run(ask())


def _stopped(lines: Sequence[str], code: int) -> typer.Exit:
    typer.echo("\n".join(lines), err=True)
    return typer.Exit(int(code))


def _there(identity: Identity | Fault, target: Target, typed: str, lang: Lang) -> Identity:
    """The identity; where there is none, its cause and what to do, and the end."""
    from agent.cli.probe_findings import EXITS, words_of
    from agent.cli.probe_text import check_lines
    from agent.diagnosis import diagnose
    from agent.results import Check, Status, fix_steps
    from model.devices import Identity

    if isinstance(identity, Identity):
        return identity
    entry = diagnose(identity, target.protocol, address=target.address)
    words = words_of(target, typed)
    evidence = identity.detail or identity.reason.value
    check = Check(
        "profile.device", say(lang, "device"), Status.FAIL, evidence, entry.code,
        entry.cause.say(lang, words), fix_steps(entry, lang, words),
    )  # fmt: skip
    raise _stopped(check_lines(check, lang), EXITS.get(identity.reason, Exit.FAILURE))
