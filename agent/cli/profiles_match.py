"""`dcagent profiles match`: which profile wins for a device, why, and why the others do not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli import probe_options as option
from agent.cli.language import language
from agent.cli.profiles_device import device_of
from agent.cli.profiles_pack import Directory
from agent.cli.profiles_words import facts, say
from agent.results import Exit

if TYPE_CHECKING:
    from agent.diagnosis import Lang
    from hw_profiles.load import Pack
    from hw_profiles.match import Match
    from hw_profiles.schema import Profile
    from model.devices import Identity

_SHOWN = 6
_END = 86
"""Where the exit code stands, as in all results."""

Subject = Annotated[
    str, typer.Argument(metavar="NAME|FILE", help="A configured target, or a capture.")
]


@dataclass(frozen=True, slots=True)
class _Found:
    """Who answered, what fits it best first, what speaks against the others, and what to do."""

    identity: Identity
    fits: tuple[Match, ...]
    unfit: tuple[tuple[Profile, str], ...]
    next: str


def match(
    subject: Subject,
    config: option.ConfigFile = None,
    directory: Directory = None,
    as_json: option.AsJson = False,
    lang: option.LangOption = None,
) -> None:
    """Say which profile wins for a device and why, who came second and why not.

    A configured target is asked who it is, once; a capture says it without a network. Exits 0, 1
    (only a generic profile fits), 2 (none does, or a login was refused) or 3 (no answer).

    Example: dcagent profiles match nf5280m6.capture
    """
    spoken = language(lang or "")
    pack, identity = device_of(subject, config, directory, spoken)
    found = _judged(pack, identity, subject)
    if as_json:
        typer.echo(json.dumps(_as_json(found), ensure_ascii=False, indent=1))
    else:
        typer.echo("\n".join(_lines(found, spoken)))
    raise typer.Exit(_code(found))


def _judged(pack: Pack, identity: Identity, subject: str) -> _Found:
    from hw_profiles.match import nearness, objections, ranked

    fits = ranked(pack, identity)
    names = {fit.profile.name for fit in fits}
    others = [p for p in pack.profiles if p.protocol is identity.protocol and p.name not in names]
    others.sort(key=lambda p: (-nearness(p, identity), p.name))
    unfit = tuple((p, "; ".join(objections(p, identity)) or "no [match]") for p in others)
    return _Found(identity, fits, unfit, _next(fits, subject))


def _next(fits: Sequence[Match], subject: str) -> str:
    """The command that comes next: hold the profile against the capture, or make one."""
    if Path(subject).is_file():
        if not fits or _generic(fits[0]):
            return f"dcagent profiles new --capture {subject}"
        return f"dcagent profiles test {fits[0].profile.name} --capture {subject}"
    if not fits or _generic(fits[0]):
        return f"dcagent probe {subject} --record {subject}.capture"
    return f"dcagent probe {subject}"


def _generic(fit: Match) -> bool:
    from hw_profiles.schema import Criteria

    return Criteria() in fit.profile.match


def _code(found: _Found) -> int:
    if not found.fits:
        return int(Exit.FAILURE)
    return int(Exit.WARNINGS if _generic(found.fits[0]) else Exit.OK)


def _lines(found: _Found, lang: Lang) -> list[str]:
    from agent.cli.language import say as say_of_all
    from agent.cli.terminal import columns, pad

    rows = [(say(lang, "device"), _device(found.identity)), *_winner(found, lang)]
    rows += _others(found, lang)
    counted = say(lang, "counted", len(found.fits), len(found.unfit))
    told = f" {counted} · {say(lang, 'draft next', found.next)}"
    last = f"{pad(told, _END)} {say_of_all(lang, 'exit', _code(found))}"
    return [*(f" {line}" for line in columns(rows)), last]


def _winner(found: _Found, lang: Lang) -> list[tuple[str, str]]:
    """What wins and what comes second."""
    mark = {0: "ok  ", 1: "WARN", 2: "FAIL"}[_code(found)]
    if not found.fits:
        return [(say(lang, "match"), f"[{mark}] {say(lang, 'nobody')}  DCA-PROF-021")]
    best = found.fits[0]
    told = say(lang, "by", best.profile.name, facts(lang, best.why), f"{best.score:g}")
    if _code(found):
        told = f"{say(lang, 'only generic', told)}  DCA-PROF-023"
    return [
        (say(lang, "match"), f"[{mark}] {told}"),
        (say(lang, "runner-up"), _runner_up(found, lang)),
    ]


def _others(found: _Found, lang: Lang) -> list[tuple[str, str]]:
    """What fits too, and why the rest does not."""
    rows = []
    for fit in found.fits[2:_SHOWN]:
        told = say(lang, "by", fit.profile.name, facts(lang, fit.why), f"{fit.score:g}")
        rows.append((say(lang, "also fit"), told))
    lead = say(lang, "unfit")
    shown = _near(found)
    for profile, why in shown:
        rows.append((lead, f"{profile.name}: {facts(lang, why)}"))
        lead = ""
    if more := len(found.unfit) - len(shown):
        rows.append((lead, say(lang, "and more", more)))
    return rows


def _near(found: _Found) -> list[tuple[Profile, str]]:
    """The profiles that miss by little: part of a [match] of theirs holds."""
    from hw_profiles.match import nearness

    near = [each for each in found.unfit if nearness(each[0], found.identity)]
    return (near or list(found.unfit[:2]))[:_SHOWN]


def _runner_up(found: _Found, lang: Lang) -> str:
    if len(found.fits) < 2:
        return say(lang, "no runner-up")
    best, second = found.fits[:2]
    words = (second.profile.name, facts(lang, second.why), f"{second.score:g}")
    if second.score < best.score:
        return say(lang, "why not", *words, f"{best.score:g}")
    if best.profile.user and not second.profile.user:
        return say(lang, "as sure", *words, say(lang, "order user"))
    deeper = len(best.profile.extends) > len(second.profile.extends)
    return say(lang, "as sure", *words, say(lang, "order derived" if deeper else "order name"))


def _device(identity: Identity) -> str:
    from dataclasses import replace

    from agent.cli.probe_findings import described
    from agent.cli.terminal import one_line

    words = [described(replace(identity.device, serial=""))]
    if identity.manufacturer is not None:
        words.append(f"manufacturer {identity.manufacturer}, product {identity.product}")
    if identity.sys_object_id:
        words.append(f"sysObjectID {identity.sys_object_id}")
    words.append(identity.sys_descr)
    return one_line(" · ".join(word for word in words if word))[:120]


def _as_json(found: _Found) -> dict[str, object]:
    identity = found.identity
    candidates = [
        {"profile": f.profile.name, "score": f.score, "why": f.why, "fits": True}
        for f in found.fits
    ]
    rejected = [
        {"profile": p.name, "score": 0.0, "why": why, "fits": False} for p, why in found.unfit
    ]
    return {
        "command": "profiles-match",
        "protocol": identity.protocol.value,
        "device": {
            "vendor": identity.device.vendor or None,
            "model": identity.device.model or None,
            "firmware": identity.device.firmware or None,
            "manufacturer": identity.manufacturer,
            "product": identity.product,
            "sys_object_id": identity.sys_object_id or None,
            "sys_descr": identity.sys_descr or None,
        },
        "profile": found.fits[0].profile.name if found.fits else None,
        "runner_up": found.fits[1].profile.name if found.fits[1:] else None,
        "candidates": [*candidates, *rejected],
        "next": found.next,
        "exit_code": _code(found),
    }
