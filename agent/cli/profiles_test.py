"""`dcagent profiles test`: a profile held against a device's recorded answers."""

from __future__ import annotations

import difflib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli import probe_options as option
from agent.cli.language import language
from agent.cli.profiles_pack import (
    OWN_PROFILES,
    CaptureOption,
    Directory,
    capture_of,
    profile_of,
)
from agent.cli.profiles_words import facts, say

if TYPE_CHECKING:
    from agent.cli.profiles_road import Replayed
    from agent.diagnosis import Lang
    from agent.results import Check, Result
    from hw_profiles.capture import Capture
    from hw_profiles.judge import Finding
    from hw_profiles.load import Pack
    from hw_profiles.schema import Profile

_SHOWN = 8
"""How many addresses that no line uses are shown without --json."""

ProfileArgument = Annotated[str, typer.Argument(metavar="PROFILE", help="A name, or a file.")]
Golden = Annotated[
    Path | None, typer.Option("--golden", help="The text that Prometheus is to scrape.")
]
Update = Annotated[bool, typer.Option("--update", help="Write the golden text anew.")]


@dataclass(frozen=True, slots=True)
class _Golden:
    """What came of the golden text, and the lines that differ."""

    finding: Finding
    difference: tuple[str, ...] = ()


def held(
    profile: ProfileArgument,
    capture: CaptureOption,
    golden: Golden = None,
    update: Update = False,
    directory: Directory = None,
    as_json: option.AsJson = False,
    lang: option.LangOption = None,
    fail_on: option.FailOn = None,
) -> None:
    """Replay a capture through a profile and say what is wrong with what it makes of it.

    Looks at: match, readings, units and plausibility, the roles expected of its kind, what looks
    like a reading and is not read, the golden text. Exits 0, 1 (warnings) or 2 (failures).

    Example: dcagent profiles test my-h3c.toml --capture r4900g5.capture
    """
    from agent.results import Result, exit_code

    started, begun = time.time(), time.monotonic()
    if update and golden is None:
        raise typer.BadParameter("--update needs --golden FILE")
    pack, chosen = profile_of(profile, directory)
    replay, findings = _findings(pack, chosen, capture_of(capture))
    spoken = language(lang or "")
    text = _golden(replay, golden, update) if golden else None
    findings += [text.finding] if text else []
    words = {"file": profile, "capture": str(capture), "golden": str(golden or "FILE")}
    told = [(finding, _check(finding, spoken, words)) for finding in findings]
    checks = tuple(check for _, check in told)
    counted = tuple(check for finding, check in told if finding.weight.value != "info")
    code = exit_code(counted, fail_on or "")
    about, took = _subject(replay, chosen), time.monotonic() - begun
    result = Result("profiles-test", spoken, started, took, about, checks, code, *_more(replay))
    if as_json:
        typer.echo(json.dumps(result.as_json(), ensure_ascii=False, indent=1))
    else:
        step = say(spoken, "draft next", _step(chosen, profile))
        _print(told, text.difference if text else (), replace(result, checks=counted), spoken, step)
    raise typer.Exit(int(code))


def _findings(pack: Pack, profile: Profile, capture: Capture) -> tuple[Replayed, list[Finding]]:
    """All findings but the golden text's, in the order of their aspects."""
    from agent.cli.profiles_road import protocol_of, recorded, replayed
    from hw_profiles import judge, judge_values, unread
    from model.devices import Identity

    replay = replayed(capture, pack, profile.name)
    identity = replay.identity
    if not isinstance(identity, Identity) or profile.protocol is not protocol_of(capture):
        fault = None if isinstance(identity, Identity) else identity
        return replay, [judge.unfit(profile, protocol_of(capture), fault)]
    outcomes = replay.poll.outcomes
    left = unread.left(profile, identity, replay.raw, replay.plan, recorded(capture))
    return replay, [
        judge.matching(pack, profile, identity),
        *judge.reading(outcomes),
        *judge_values.values(outcomes),
        *judge.covering(profile, outcomes, replay.poll.coverage),
        *judge.unused(left),
    ]


def _golden(replay: Replayed, file: Path, update: bool) -> _Golden:
    """The exposition held against the file's text, or written there."""
    from agent.cli.profiles_road import exposition
    from hw_profiles.judge import CODE_GOLDEN, Aspect, Finding, Weight

    new, aspect = exposition(replay.poll), Aspect.GOLDEN
    if update:
        file.write_text(new, encoding="utf-8")
        return _Golden(Finding(aspect, Weight.OK, "written", (str(file),)))
    if not file.is_file():
        place = str(file)
        return _Golden(Finding(aspect, Weight.FAIL, "no text", (place,), CODE_GOLDEN, place))
    old = file.read_text(encoding="utf-8")
    if old == new:
        return _Golden(Finding(aspect, Weight.OK, "same text", (str(file),)))
    sides = (old.splitlines(), new.splitlines())
    found = tuple(difflib.unified_diff(*sides, str(file), "now", lineterm="", n=1))
    changed = sum(line[:1] in "+-" for line in found[2:])
    words = (str(file), str(changed))
    return _Golden(Finding(aspect, Weight.FAIL, "other text", words, CODE_GOLDEN, str(file)), found)


def _step(profile: Profile, typed: str) -> str:
    """What to do with a profile that passes: a user's own goes where the agent looks for it."""
    if Path(typed).is_file() and Path(typed).resolve().parent != OWN_PROFILES:
        return f"cp {typed} {OWN_PROFILES}/"
    return f"dcagent profiles show {profile.name}"


def _check(finding: Finding, lang: Lang, words: Mapping[str, str]) -> Check:
    """A finding in one language; what is only told counts as left out."""
    from agent.diagnosis import entry_of
    from agent.results import Check, Status, fix_steps

    name = finding.aspect.value
    status = {"info": Status.SKIP}.get(finding.weight.value) or Status(finding.weight.value)
    evidence = _sentence(finding, lang)
    if finding.place and finding.place not in finding.words:
        evidence = f"{evidence}  {finding.place}"
    what = finding.what.replace(" ", "_")
    made = Check(f"profile.{name}.{what}", say(lang, name), status, evidence)
    if not finding.code:
        return made
    entry = entry_of(finding.code)
    cause, fix = entry.cause.say(lang, words), fix_steps(entry, lang, words)
    return Check(made.id, made.title, status, evidence, entry.code, cause, fix)


def _sentence(finding: Finding, lang: Lang) -> str:
    words, what = list(finding.words), finding.what
    if finding.aspect.value == "match":
        words = [facts(lang, word) for word in words]
    if what.startswith("range "):
        words[2:4] = [_unit(words[2]), say(lang, words[3])]
    if what == "wins" and words[1] == "-":
        what = "wins alone"
    if what == "covered" and words[2] == "-":
        what = "covered all"
    if what == "missing" and words[1] == "-":
        what = "missing only"
    return " ".join(say(lang, what, *words).split())


def _unit(quantity: str) -> str:
    from model.sensors import UNITS, Quantity

    unit = UNITS[Quantity(quantity)]
    return {"Cel": "°C", "1": ""}.get(unit, unit)


def _subject(replay: Replayed, profile: Profile) -> dict[str, object]:
    from agent.cli.probe_json import subject

    told = subject(replay.poll.target, replay.poll)
    del told["address"]
    told.pop("location", None)
    return {**told, "kind": "profile", "profile": profile.name}


def _more(replay: Replayed) -> tuple[tuple[dict[str, object], ...], dict[str, object]]:
    from agent.cli.probe_json import coverage, readings

    return readings([replay.poll], raw=True), coverage([replay.poll])


def _print(
    told: Sequence[tuple[Finding, Check]],
    difference: Sequence[str],
    result: Result,
    lang: Lang,
    step: str,
) -> None:
    from agent.cli.probe_text import MARKS, last_line, marked_lines
    from agent.cli.terminal import coloured, pad, stdout

    out = stdout()
    colour, lines, before, unused = coloured(out), list[str](), "", 0
    for finding, check in told:
        informative = finding.weight.value == "info"
        unused += finding.aspect.value == "unused"
        if unused > _SHOWN and finding.aspect.value == "unused":
            continue
        mark = ("info", "dim") if informative else MARKS[check.status]
        title = check.title if check.title != before else ""
        before = check.title
        lines += marked_lines(check, lang, mark, f" {pad(title, 9)}", colour=colour)
    if unused > _SHOWN:
        lines.append(f" {' ' * 16}{say(lang, 'and more', unused - _SHOWN)}")
    lines += [f"  {line}" for line in difference]
    lines.append(last_line(result, lang, every=True, step=step))
    out.write("".join(f"{line}\n" for line in lines))
