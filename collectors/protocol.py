"""What every collector promises to the one road."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from model.devices import Identity, Step, Target
from model.raw import Plan, Raw
from model.readings import Fault, Reason

Note = Callable[[Step], None]
"""Told each stage of a poll as it ends; must not block."""


def silent(_step: Step) -> None:
    """For polls that nobody watches."""


class Failure(Exception):
    """A request or a device failed: raised inside collectors only, a Fault outside of them."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        self.reason, self.detail = reason, detail
        super().__init__(f"{reason.value}: {detail}" if detail else reason.value)

    def fault(self) -> Fault:
        """The same as a value."""
        return Fault(None, self.reason, self.detail)


class NotRead(Exception):
    """Our own mistake: a request that is not on its protocol's list of those that only read.

    It is raised before anything is sent, and never handled: such a request is a bug.
    """


class Collector(Protocol):
    """Speaks one protocol; knows no vendor, no metric, no schedule.

    One collector serves any number of targets at once, but is asked about one target by one
    caller at a time. Nothing but cancellation escapes its methods: what the world does wrong is
    a Fault.
    """

    async def identify(
        self, target: Target, probes: tuple[str, ...], note: Note
    ) -> Identity | Fault:
        """Who is there. Opens a session where the protocol has one, or uses the one that is open.

        The same Identity object is returned as long as the device is known to be the same, so
        callers may cache by identity. `probes` are objects whose existence tells profiles apart.
        Reports the steps REACH and SESSION (when they happen) through `note`.
        """
        ...

    async def fetch(self, target: Target, identity: Identity, plan: Plan) -> Raw | Fault:
        """Asks for all that `plan` names; a Fault where the device as a whole was lost."""
        ...

    async def forget(self, target: Target) -> None:
        """Ends what is held for one target (session, cached identity)."""
        ...

    async def close(self) -> None:
        """Ends every session and socket; within 2 s, whatever the devices do."""
        ...
