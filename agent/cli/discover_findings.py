"""What a search found, as checks: each device, and what a person should know of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from agent.cli.discover_devices import Device, shown, vendor_of
from agent.cli.discover_known import Known
from agent.cli.discover_words import say
from agent.cli.probe_findings import words_of
from agent.cli.terminal import one_line
from agent.diagnosis import Entry, Lang, diagnose, entry_of
from agent.inventory.listing import Listed
from agent.inventory.row import canonical
from agent.results import Check, Exit, Status, fix_steps
from model.readings import Fault

NOTHING, SILENT, UNUSABLE, GAVE_NOTHING = (f"DCA-DISC-{n:03}" for n in (2, 3, 4, 5))
NOT_SENT = "DCA-NET-004"
_NAMED = 6
"""How many addresses a line names."""


@dataclass
class Hunt:
    """What a run has found so far; complete unless it was interrupted."""

    addresses: tuple[str, ...]
    known: Known = field(default_factory=Known)
    devices: tuple[Device, ...] = ()
    asked: frozenset[str] = frozenset()
    troubles: Mapping[str, str] = field(default_factory=dict)
    spared: Mapping[str, str] = field(default_factory=dict)
    took: float = 0.0
    interrupted: bool = False

    @property
    def found(self) -> tuple[Device, ...]:
        """The devices that are worth a row."""
        return tuple(device for device in self.devices if device.listed)

    @property
    def silent(self) -> tuple[Listed, ...]:
        """Known devices whose address was asked to the end and said nothing."""
        answered = {canonical(device.address) for device in self.devices}
        asked = {canonical(address) for address in self.asked}
        held = self.known.devices.items()
        return tuple(each for address, each in held if address in asked - answered)


def checks(hunt: Hunt, typed: str, lang: Lang) -> list[Check]:
    """Every device, then every finding."""
    told = [_device(device, lang) for device in hunt.devices]
    return [*told, *findings(hunt, typed, lang)]


def _device(device: Device, lang: Lang) -> Check:
    words = (vendor_of(device, lang), say(lang, device.kind) if device.kind else "")
    named = " ".join(word for word in words if word)
    parts = (named, "/".join(device.profiles), shown(device.sighting, lang))
    kind = "known" if device.known else "new" if device.listed else "unlisted"
    status = Status.OK if device.listed else Status.SKIP
    evidence = " · ".join(part for part in parts if part)
    return Check(f"discover.{kind}", device.address, status, one_line(evidence))


def findings(hunt: Hunt, typed: str, lang: Lang) -> list[Check]:
    """What is not as it should be."""
    first = hunt.addresses[0]
    words = {"address": first, "target": typed}
    made = []
    if hunt.troubles:
        address, why = next(iter(hunt.troubles.items()))
        evidence = say(lang, "not sent", len(hunt.troubles), why)
        # where nothing could be sent at all, nothing is known of who is there
        status, leave = (Status.WARN, None) if hunt.devices else (Status.UNKNOWN, Exit.UNDECIDED)
        there = {**words, "address": address}
        made.append(finding("network", NOT_SENT, status, evidence, there, lang, leave))
    elif not hunt.devices and not hunt.interrupted:
        evidence = say(lang, "nothing answered", len(hunt.addresses))
        made.append(
            finding("devices", NOTHING, Status.UNKNOWN, evidence, words, lang, Exit.UNDECIDED)
        )
    made += _logins(hunt, typed, lang)
    if silent := hunt.silent:
        evidence = say(lang, "silent ones", len(silent), _some(silent, lang))
        there = {**words, "address": silent[0].address}
        made.append(finding("silent", SILENT, Status.WARN, evidence, there, lang))
    if unresolved := hunt.known.unresolved:
        evidence = say(lang, "unresolved", len(unresolved), _some(unresolved, lang))
        made.append(Check("discover.names", say(lang, "inventory"), Status.SKIP, evidence))
    return made


def _some(listed: Sequence[Listed], lang: Lang) -> str:
    """A few of them by address and name."""
    named = [f"{each.address} {each.name}".strip() for each in listed]
    return _few(named, lang)


def _few(words: Sequence[str], lang: Lang) -> str:
    few = ", ".join(one_line(word) for word in words[:_NAMED])
    return say(lang, "and more", few, len(words) - _NAMED) if len(words) > _NAMED else few


def _logins(hunt: Hunt, typed: str, lang: Lang) -> Iterable[Check]:
    """A refused login by itself; what else went wrong, in one line per reason."""
    others: dict[str, list[tuple[str, Fault]]] = {}
    for device in hunt.devices:
        for each in device.logins:
            if each.fault is None or device.identified is not None:
                continue
            if each.refused:
                entry = diagnose(each.fault, each.target.protocol, "", device.address)
                detail = each.fault.detail or each.fault.reason.value
                evidence = say(lang, "refused at", device.address, detail, len(hunt.spared))
                words = words_of(each.target, device.address)
                yield _made("login", entry, Status.FAIL, evidence, words, lang)
            else:
                others.setdefault(each.fault.reason.value, []).append((device.address, each.fault))
    for held in others.values():
        detail = (
            f"{held[0][1].detail or held[0][1].reason.value} ({_few([a for a, _ in held], lang)})"
        )
        evidence = say(lang, "gave nothing", len(held), detail)
        words = {"address": held[0][0], "target": typed}
        yield finding("login", GAVE_NOTHING, Status.WARN, evidence, words, lang)


def finding(
    what: str,
    code: str,
    status: Status,
    evidence: str,
    words: Mapping[str, str],
    lang: Lang,
    leave: Exit | None = None,
) -> Check:
    """A check with the catalogue's cause and fix; `what` is its id and its title's key."""
    return _made(what, entry_of(code), status, evidence, words, lang, leave)


def _made(
    what: str,
    entry: Entry,
    status: Status,
    evidence: str,
    words: Mapping[str, str],
    lang: Lang,
    leave: Exit | None = None,
) -> Check:
    return Check(
        id=f"discover.{what}",
        title=say(lang, what),
        status=status,
        evidence=one_line(evidence),
        code=entry.code,
        cause=entry.cause.say(lang, words),
        fix=fix_steps(entry, lang, words),
        exit=leave,
    )
