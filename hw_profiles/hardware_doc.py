"""Writes docs/hardware.md: `python -m hw_profiles.hardware_doc > docs/hardware.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from hw_profiles.load import SHIPPED, Pack, pack
from hw_profiles.match import criteria_told
from hw_profiles.schema import Profile
from model.sensors import Quantity

_INTRODUCTION = """# Hardware

Generated from `hw_profiles/data/*/*.toml`: `python -m hw_profiles.hardware_doc > docs/hardware.md`. Do not edit.

Each profile says what the addresses of one family of devices mean ([profiles.md](profiles.md)). Which one a device gets is decided by what it says of itself; `dcagent profiles match NAME|FILE` explains it. A device that none fits is read by the standard alone: IPMI sensors and DCMI by `generic-ipmi`, a UPS by RFC 1628.

*Verified* says how far a profile has been held against the world: `manual`: its addresses come from the vendor's documents or from templates in use; `capture`: values of a recording, public or our own, bear out addresses and scales; `bench`: the device itself was read beside a meter. What a source marks as doubtful is left out, and what is unknown stays absent.
"""  # noqa: E501 # paragraphs are lines

_NOT_READ = """## Not read, and why

| what | why |
|---|---|
| Energy meters, feeders and transformer panels | they speak Modbus or DL/T 645, and no SNMP map of one was found; [scoring.md](scoring.md#meters) has a profile for one that does, and how all others come in |
| Gongji (共济) temperature and humidity sensors, Midea precision air conditioners, row power cabinets, KSTAR's battery gateway | only Modbus maps are public; dcagent speaks IPMI and SNMP |
| Huawei NetCol coolers, PDU8000, rPDU behind an ECC800 | read through the ECC800, whose MIB is not public |
| Envicool, Canatal, YMK, Hairf, Gree coolers; cooling distribution units | no public address map |
| Delta, TOPER, BULL, Enzhi rack PDUs | no public addresses |
| ZTE, Great Wall, Tongfang, PowerLeader, Loongson, FiberHome BMCs | no public sensor lists: `generic-ipmi` reads them by the standard |
| Sugon BMCs by SNMP: power and temperature | only health is public; IPMI gives the rest |

A device of these that you have is worth a recording: `dcagent probe ADDRESS --record FILE`, then `dcagent profiles new --capture FILE`.
"""  # noqa: E501 # likewise

_KINDS = {
    "server": "Servers",
    "pdu": "Rack PDUs",
    "power": "Power distribution",
    "meter": "Energy meters",
    "ups": "UPSs",
    "cooling": "Cooling",
    "environment": "Environment",
    "generic": "Others",
}


def document(known: Pack) -> str:
    """The whole text of docs/hardware.md for these profiles."""
    ordered = sorted(known.profiles, key=lambda p: (p.protocol.value, p.name))
    parts = [_INTRODUCTION, _overview(ordered)]
    for kind, title in _KINDS.items():
        found = [profile for profile in ordered if profile.kind == kind]
        if found:
            parts += [f"## {title}", *(_section(each, known) for each in found)]
    return "\n\n".join(part.rstrip("\n") for part in (*parts, _NOT_READ)) + "\n"


def _overview(profiles: list[Profile]) -> str:
    """A line per profile, by kind."""
    rows = ["| kind | profile | protocol | device | verified |", f"|{'---|' * 5}"]
    for kind, title in _KINDS.items():
        for each in profiles:
            if each.kind == kind:
                link = f"[`{each.name}`](#{each.name})"
                rows.append(
                    f"| {title} | {link} | {_protocol(each)} | {each.title} | {each.verified} |"
                )
    return "\n".join(rows)


def _protocol(profile: Profile) -> str:
    return {"ipmi": "IPMI", "snmp": "SNMP", "host": "the machine itself"}[profile.protocol.value]


def _section(profile: Profile, known: Pack) -> str:
    """All that is told of one profile."""
    rows = [
        ("file", f"`hw_profiles/data/{_relative(profile)}`"),
        ("protocol", _protocol(profile)),
        ("verified", profile.verified),
        ("source", profile.source),
        ("extends", ", ".join(f"[`{name}`](#{name})" for name in profile.extends)),
        ("recognised by", _recognised(profile)),
        ("should give", ", ".join(f"`{word}`" for word in profile.expects)),
        ("reads", _reads(profile, known)),
    ]
    told = "\n".join(f"| {key} | {_cell(text)} |" for key, text in rows if text)
    return f"### {profile.name}\n\n{profile.title}.\n\n| | |\n|---|---|\n{told}"


def _relative(profile: Profile) -> str:
    """The file below the folder of shipped profiles."""
    return profile.file.rpartition(f"{SHIPPED.name}/")[2]


def _recognised(profile: Profile) -> str:
    """What picks it: each way to match."""
    if not profile.match:
        return "pinned only"
    return "; or ".join(criteria_told(each) or "any device" for each in profile.match)


def _reads(profile: Profile, known: Pack) -> str:
    """What it reads; of a child, what it reads more or less than its parent."""
    parent = known.named(profile.extends[0]) if profile.extends else None
    if parent is None:
        return _by_part(profile.words)
    more = _by_part(word for word in profile.words if word not in parent.words)
    less = _by_part(word for word in parent.words if word not in profile.words)
    told = f"what [`{parent.name}`](#{parent.name}) reads"
    told += f"; besides {more}" if more else ""
    return told + (f"; without {less}" if less else "")


def _by_part(words: Iterable[str]) -> str:
    """Words in words: "outlet: current, power; fan: fan speed"."""
    parts: dict[str, list[str]] = {}
    for word in words:
        part, _, quantity = word.partition(".")
        parts.setdefault(_plain(part), []).append(_plain(Quantity(quantity).name.lower()))
    return "; ".join(f"{part}: {', '.join(found)}" for part, found in parts.items())


def _plain(word: str) -> str:
    return word.replace("_", " ")


def _cell(text: str) -> str:
    """A text in a cell of a table: a bar would end it."""
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(document(pack()))
