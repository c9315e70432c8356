"""How a drafted SNMP profile finds its device again, and the address that its lines hang off."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from hw_profiles.draft_text import Line, Section, Toml
from model.devices import Identity

SYSTEMS = frozenset({2021, 8072})
"""Enterprises of software on the agent (UCD and net-snmp): nothing that a device measures."""
_UPS_PROBE = "1.3.6.1.2.1.33.1.4.1.0"


def match(
    identity: Identity, sections: Sequence[Section], base: str, ups: bool
) -> tuple[dict[str, Toml], ...]:
    """The family's object identifiers, and an object that must exist beside them.

    Nothing where neither is known: such a profile has to be pinned.
    """
    oid = identity.sys_object_id
    keys: dict[str, Toml] = {}
    arcs = oid.split(".")
    if oid.startswith("1.3.6.1.4.1.") and len(arcs) > 6 and int(arcs[6]) not in SYSTEMS:
        stem = ".".join(arcs[:-1]) if len(arcs) > 9 else oid
        keys["sys_object_id"] = [stem, f"{stem}.*"]
    lines = [line.rule for section in sections for line in section.lines]
    read = [str(rule["oid"]) for rule in lines if isinstance(rule, Mapping) and "oid" in rule]
    if ups:
        keys["probe"] = _UPS_PROBE
    elif read:
        keys["probe"] = f"{base}{read[0]}" if read[0].startswith(".") else read[0]
    return (keys,) if keys else ()


def base_of(sections: Iterable[Section]) -> str:
    """The longest address that all lines begin with."""
    found = [line.rule["oid"] for section in sections for line in section.lines
             if isinstance(line.rule, Mapping) and "oid" in line.rule]  # fmt: skip
    split = [str(oid).split(".") for oid in found]
    common: list[str] = []
    for arcs in zip(*split, strict=False):
        if len(set(arcs)) > 1:
            break
        common.append(arcs[0])
    return ".".join(common[: max(7, min(map(len, split), default=8) - 3)]) or "1.3.6.1.4.1"


def relative(section: Section, base: str) -> Section:
    """The same section, its addresses without the base that they hang off."""
    lines = tuple(
        Line(line.word, _short(line.rule, base), line.reason, line.sample) for line in section.lines
    )
    keys = _short(dict(section.keys), base)
    assert isinstance(keys, Mapping)
    left = tuple(re.sub(rf"^{re.escape(base)}(?=[.])", "", told) for told in section.left)
    return Section(section.name, keys, lines, left)


def _short(told: Toml, base: str) -> Toml:
    if isinstance(told, str) and told.startswith(f"{base}."):
        return told.removeprefix(base)
    if isinstance(told, Mapping):
        return {key: _short(each, base) for key, each in told.items()}
    return told
