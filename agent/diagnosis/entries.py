"""The entries of the catalogue and how they are read from its files."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from model.devices import Protocol
from model.readings import Reason

Lang = Literal["zh", "en"]
"""The languages in which everything is said."""

_DIRECTORY = Path(__file__).parent / "catalogue"
_FILES = (
    "net",
    "auth",
    "ipmi",
    "snmp",
    "prof",
    "cap",
    "disc",
    "conf",
    "web",
    "inv",
    "read",
    "core",
    "host",
    "svc",
    "prom",
    "api",
    "kpi",
)
_HOLE = re.compile(r"\{([a-z]+)\}")


@dataclass(frozen=True, slots=True)
class Text:
    """One text in every language. `{user}`, `{address}`… are holes for what is at hand."""

    zh: str
    en: str

    def say(self, lang: Lang, words: Mapping[str, str] | None = None) -> str:
        """The text in one language, its holes filled; an unknown one shows as its own name."""
        return fill(self.zh if lang == "zh" else self.en, words)


def fill(text: str, words: Mapping[str, str] | None = None) -> str:
    """Fills `{user}` with the word at hand, or with USER where there is none.

    `{target}` is the rest of the command line that was typed: the address and its options;
    `{command}` that of dcagent, probe where no other is told.
    """
    known = {"target": "ADDRESS", "command": "probe", **(words or {})}
    return _HOLE.sub(lambda hole: known.get(hole[1]) or hole[1].upper(), text)


@dataclass(frozen=True, slots=True)
class Fix:
    """One way out: what to do, the command that does it, where it is typed, what it may cost.

    `where` and `risk` are the words of the JSON result: here, bmc, switch, pdu, prometheus,
    netbox; none, low, service, reboot.
    """

    text: Text
    command: str = ""
    where: str = "here"
    risk: str = "none"


@dataclass(frozen=True, slots=True)
class Entry:
    """One diagnosis.

    `raw` holds the words by which it shows itself in the field, other programs' included;
    `reasons` and `protocols` say which faults lead here (no protocol: any).
    """

    code: str
    title: Text
    cause: Text
    fixes: tuple[Fix, ...]
    raw: tuple[str, ...] = ()
    reasons: frozenset[Reason] = frozenset()
    protocols: frozenset[Protocol] = frozenset(Protocol)


@cache
def catalogue() -> Mapping[str, Entry]:
    """Every entry by its code, in the order of the files."""
    entries: dict[str, Entry] = {}
    for name in _FILES:
        with (_DIRECTORY / f"{name}.toml").open("rb") as file:
            for row in tomllib.load(file)["entry"]:
                entry = _entry(row)
                assert entry.code not in entries, entry.code
                entries[entry.code] = entry
    return entries


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(
        code=row["code"],
        title=Text(**row["title"]),
        cause=Text(**row["cause"]),
        fixes=tuple(_fix(fix) for fix in row["fix"]),
        raw=tuple(row.get("raw", ())),
        reasons=frozenset(map(Reason, row.get("reasons", ()))),
        protocols=frozenset(map(Protocol, row.get("protocols", tuple(Protocol)))),
    )


def _fix(row: dict[str, Any]) -> Fix:
    text = Text(zh=row["zh"], en=row["en"])
    rest = {key: value for key, value in row.items() if key not in ("zh", "en")}
    return Fix(text, **rest)
