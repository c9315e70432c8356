"""What one look at this host came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from agent.diagnosis import Text


class Level(StrEnum):
    """How it ended. INFO and SKIP never count: normal for this machine, or not to be looked at."""

    OK = "ok"
    INFO = "info"
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Finding:
    """One look: `id` is "group.subject"; `text` says what was seen, its holes filled by `words`.

    `words` also fill the holes of the code's cause and fix. INFO may and all that is not well
    does carry a code of the catalogue. `denied` marks what this user may not look at.
    """

    id: str
    title: Text
    level: Level
    text: Text
    code: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    denied: bool = False

    @property
    def group(self) -> str:
        """Under which head it stands: environment, service or scraping."""
        return self.id.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Subject:
    """What is looked at; its methods make findings of it."""

    id: str
    title: Text

    def ok(self, text: Text, **words: str) -> Finding:
        """As it should be."""
        return Finding(self.id, self.title, Level.OK, text, "", words)

    def info(self, text: Text, code: str = "", **words: str) -> Finding:
        """Worth knowing, and normal."""
        return Finding(self.id, self.title, Level.INFO, text, code, words)

    def skip(self, text: Text, **words: str) -> Finding:
        """Not looked at, for a good reason."""
        return Finding(self.id, self.title, Level.SKIP, text, "", words)

    def warn(self, text: Text, code: str, **words: str) -> Finding:
        """Works, but not as it should."""
        return Finding(self.id, self.title, Level.WARN, text, code, words)

    def fail(self, text: Text, code: str, **words: str) -> Finding:
        """Does not work."""
        return Finding(self.id, self.title, Level.FAIL, text, code, words)

    def denied(self, text: Text, code: str, **words: str) -> Finding:
        """Cannot be told: this user may not look."""
        return Finding(self.id, self.title, Level.UNKNOWN, text, code, words, denied=True)
