"""Takes names, addresses and secrets out of what goes into a bundle, the same way everywhere.

A name becomes its kind and a number ("rack-3"), an address one that nobody has. Labels and keys
are known by name: what is not on the list of harmless ones is replaced. Running text is searched
for all that has been replaced so far, and for what shows by its looks.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

from hw_profiles.capture import Capture
from hw_profiles.pseudonyms import FILLERS, NAME, Pseudonyms
from hw_profiles.redact import redact
from hw_profiles.scrub import Scrubber

HARMLESS = frozenset(
    (
        *("bound", "phase", "state", "quality", "reason", "kind", "precision", "basis", "arch"),
        *("domestic", "protocol", "profile", "vendor", "model", "firmware", "version", "source"),
        *("sensor", "fan", "psu", "cpu", "dimm", "disk", "inlet", "branch", "outlet", "device"),
        *("subsystem", "controller", "unit", "battery", "valve", "compressor", "feed", "u"),
        *("lifecycle", "boundary", "category", "year", "code", "le", "quantile", "implementation"),
        *("major", "minor", "patchlevel", "path", "result", "tier", "lane", "python"),
    )
)
"""Labels whose values come from standards, profiles and ourselves."""
KINDS = {"pdu": "target", "meter": "target", "address": "host", "name": "target"}
"""Label or key → the kind that its pseudonym says, where that is not its own name."""
PLACES = ("province", "hub", "zone", "site", "cluster", "room", "row", "rack")
_IN_CONFIGURATION = frozenset((*PLACES, "name", "node", "address", "username", "context"))
"""Keys of a configuration whose values are names."""
_REFERENCE = re.compile(r"(file|env|credential):.+")
_SECRET_KEYS = frozenset(("password", "community", "auth_password", "priv_password"))
_LINE = re.compile(r"([a-zA-Z_:][\w:]*)(?:\{(.*)\})?( \S+(?: \S+)?)$")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
_SHORT = 5
"""Secrets up to this length are replaced where they stand alone, longer ones anywhere."""


class Redactor:
    """One bundle's pseudonyms. `map` says what stands for what: it stays with the user."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = sorted({s for s in secrets if s}, key=len, reverse=True)
        self._names: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._scrub = Scrubber(Pseudonyms())
        self._known: re.Pattern[str] | None = None

    @property
    def map(self) -> dict[str, str]:
        """Original → pseudonym."""
        given = {mapped.original: word for mapped, word in self._scrub.pseudonyms.map.items()}
        return {**given, **self._names}

    def name(self, kind: str, original: str) -> str:
        """The pseudonym of a name or an address; an address of this host and "" stay."""
        if original.casefold() in FILLERS or original.startswith("/dev/"):
            return original
        try:
            ipaddress.ip_address(original)
        except ValueError:
            kind = KINDS.get(kind, kind)
        else:
            return self._scrub.pseudonyms.ip(original)
        if original not in self._names:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._names[original] = f"{kind}-{self._counts[kind]}"
            self._known = None
        return self._names[original]

    def data(self, value: object, key: str = "", table: str = "") -> object:
        """A configuration's data; strings by their keys."""
        if isinstance(value, dict):
            if table == "credentials":
                return {self.name("credential", k): self.data(v, k) for k, v in value.items()}
            return {k: self.data(v, k, table=k if not table else "-") for k, v in value.items()}
        if isinstance(value, list):
            return [self.data(each, key, table="-") for each in value]
        if not isinstance(value, str):
            return value
        if key in _SECRET_KEYS:
            return self.text(value) if _REFERENCE.fullmatch(value) else "x" * len(value)
        if key == "credential" or key in _IN_CONFIGURATION:
            return self.name("user" if key == "username" else key, value)
        return self.text(value)

    def page(self, text: str) -> str:
        """A page of metrics; its labels by their names."""
        return "".join(f"{self._sample(line)}\n" for line in text.splitlines())

    def _sample(self, line: str) -> str:
        found = None if line.startswith("#") else _LINE.match(line)
        if found is None or found[2] is None:
            return line
        labels = ",".join(
            f'{label}="{self._label(found[1], label, value)}"'
            for label, value in _LABEL.findall(found[2])
        )
        return f"{found[1]}{{{labels}}}{found[3]}"

    def _label(self, family: str, label: str, value: str) -> str:
        if label in HARMLESS and not (label == "source" and "inventory" in family):
            return self.text(value)
        return self.name(label, value)

    def capture(self, recorded: Capture) -> Capture:
        """A recorded device, its form kept: what stands for a name there has the name's length."""
        pseudonyms = Pseudonyms(self._scrub.pseudonyms.map)
        for name in self._names:
            pseudonyms.text(NAME, name)
        return redact(recorded, pseudonyms, secrets=tuple(self._secrets))

    def text(self, text: str) -> str:
        """Running text without secrets, known names and what shows by its looks."""
        for secret in self._secrets:
            if len(secret) > _SHORT:
                text = text.replace(secret, "x" * len(secret))
            else:
                text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "x" * len(secret), text)
        if self._known is None:
            self._known = _any_of(self._names)
            self._scrub.learnt()
        text = self._known.sub(lambda found: self._names[found[0]], text)
        return self._scrub.text(text)


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    """Finds the names that can be told from numbers and single letters, the longest first."""
    telling = [n for n in names if len(n) > 1 and any(c.isalpha() for c in n)]
    words = sorted(telling, key=lambda name: (-len(name), name))
    found = "|".join(map(re.escape, words)) or r"(?!)"
    return re.compile(rf"(?<![\w-])(?:{found})(?![\w-])")
