"""What a recorder has heard of a device so far, and how it tells where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from hw_profiles.capture import Capture, Exchange, Oid, SnmpObject

INCOMPLETE = "incomplete"
"""The header line that names what a device would not say, or what bounds left unsaid."""
ExchangeKey = tuple[int, int, int, bytes]
"""LUN, network function, command, request data."""


class Progress(NamedTuple):
    """Where a recording stands: what is asked for, answers so far, seconds left (None: unknown)."""

    what: str
    done: int
    left: float | None = None


Tell = Callable[[Progress], None]


def untold(_progress: Progress) -> None:
    """For recordings that nobody watches."""


@dataclass(slots=True)
class Recording:
    """The answers of one device. `notes` are header lines, by which a recording also goes on.

    It is filled as answers come: whoever is interrupted has what was heard until then.
    """

    notes: dict[str, str] = field(default_factory=dict)
    objects: dict[Oid, SnmpObject] = field(default_factory=dict)
    exchanges: dict[ExchangeKey, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, capture: Capture) -> Recording:
        """The recording that an unfinished capture holds."""
        found = cls(dict(capture.header))
        found.objects = {thing.oid: thing for thing in capture.objects}
        found.exchanges = {
            (e.lun, e.netfn, e.command, e.request): e.response for e in capture.exchanges
        }
        return found

    def lack(self, what: str) -> None:
        """Notes something that is not in the recording, and why; once."""
        known = self.notes.get(INCOMPLETE, "")
        if what not in known.split("; "):
            self.notes[INCOMPLETE] = f"{known}; {what}" if known else what

    def answers(self, netfn: int, command: int) -> Iterator[tuple[ExchangeKey, bytes]]:
        """What was answered to a command, in the order of asking."""
        return (
            (key, answer) for key, answer in self.exchanges.items() if key[1:3] == (netfn, command)
        )

    def capture(self, header: Mapping[str, str]) -> Capture:
        """All of it under a header."""
        exchanges = (Exchange(*key, answer) for key, answer in self.exchanges.items())
        objects = sorted(self.objects.values(), key=lambda thing: thing.oid)
        return Capture(dict(header), tuple(objects), tuple(exchanges))
