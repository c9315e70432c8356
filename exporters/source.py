"""What the HTTP server asks of the agent. Called from HTTP threads: every answer is a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from model.devices import TargetStatus
from model.inventory import Inventory


@dataclass(frozen=True, slots=True)
class About:
    """The agent about itself: its version, and what came of the latest reload (Unix seconds)."""

    version: str
    reloaded: bool = True
    reloaded_at: float = 0.0


class Source(Protocol):
    """The agent as the exporters see it.

    Methods are called from several threads at once and return at once, `probe` and `reload`
    within their time.
    """

    def statuses(self) -> Sequence[TargetStatus]:
        """Every configured target as it stands now, in the order of the configuration."""
        ...

    def status(self, name: str) -> TargetStatus | None:
        """One configured target; None where no target has that name."""
        ...

    def probe(self, name: str, timeout: float) -> TargetStatus | None:
        """One target after a poll: joins the one in flight, or takes the latest that is fresh.

        After `timeout` seconds the target as it stands. None where no target has that name: a
        probe never reaches an address that is not configured.
        """
        ...

    def ready(self) -> bool:
        """True once every target has been polled for the first time, whatever came of it."""
        ...

    def reload(self, who: Mapping[str, str]) -> str:
        """Reads the configuration anew; "" or why it was not taken (the old one goes on).

        `who` asked for it, in pairs for the audit trail.
        """
        ...

    def credentials(self) -> Mapping[str, bool]:
        """Each configured credential's name: True while it is locked because it was refused."""
        ...

    def dropped(self) -> Mapping[str, int]:
        """SNMP datagrams that were dropped so far, by reason; nothing where none is awaited."""
        ...

    def inventory(self) -> Inventory | None:
        """Who should be there; None where nobody gave this agent an inventory."""
        ...

    def about(self) -> About:
        """Version and configuration."""
        ...
