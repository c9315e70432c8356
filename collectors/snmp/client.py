"""The seam between what is asked of an SNMP agent and how the question travels.

Our own client stands behind it (pysnmp within it, for targets that need it), or a replayed capture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import NamedTuple, Protocol

from collectors.protocol import Failure
from hw_profiles.capture import SnmpObject
from model.devices import Target
from model.readings import Reason, Scalar

Oid = tuple[int, ...]


class Missing(Enum):
    """What stands in a varbind that holds no value (RFC 3416 §3, §4.2)."""

    NO_SUCH_OBJECT = "noSuchObject"
    NO_SUCH_INSTANCE = "noSuchInstance"
    END_OF_MIB_VIEW = "endOfMibView"
    UNSPECIFIED = "unSpecified"


class Varbind(NamedTuple):
    """One object and what it holds, as `collectors.snmp.values` decodes it."""

    oid: Oid
    value: Scalar | Missing


NO_SUCH_NAME, GEN_ERR = 2, 5


class Refusal(Failure):
    """The agent answered with an error-status (RFC 3416 §3) instead of values.

    `index` counts from 1 and names the varbind at fault; 0 where the agent names none.
    """

    def __init__(self, reason: Reason, status: int, index: int, detail: str) -> None:
        super().__init__(reason, detail)
        self.status, self.index = status, index


Hear = Callable[[tuple[SnmpObject, ...]], None]
"""Told the objects of a response as they travelled, with tags and bytes."""


class SnmpClient(Protocol):
    """Asks agents. One request at a time is in flight to each; further ones wait their turn.

    The methods return the varbinds of one response, in its order, which need not be what was
    asked for. They resend what is lost: `retries` times, or as often as the target says.
    Failure, and nothing else, tells what went wrong; TIMEOUT for an agent that has answered
    before, the likely cause for one that never has. A cancelled request leaves nothing behind.
    While `hear` is set it is told the objects of each response, before the method returns.
    """

    hear: Hear | None

    async def get(
        self, target: Target, oids: Sequence[Oid], retries: int | None = None
    ) -> tuple[Varbind, ...]:
        """The objects of these names (RFC 3416 §4.2.1)."""
        ...

    async def getnext(
        self, target: Target, oids: Sequence[Oid], retries: int | None = None
    ) -> tuple[Varbind, ...]:
        """The first object behind each name (RFC 3416 §4.2.2)."""
        ...

    async def getbulk(
        self,
        target: Target,
        oids: Sequence[Oid],
        repetitions: int,
        retries: int | None = None,
        *,
        single: int = 0,
    ) -> tuple[Varbind, ...]:
        """The objects behind each name, row by row (RFC 3416 §4.2.3). Not in version 1.

        Behind the first `single` names only one is asked for (the non-repeaters).
        """
        ...

    async def allow(self, target: Target, any_address: bool) -> None:
        """Whether answers count that come from another address than was asked; else they do not.

        Failure: the target cannot be asked at all.
        """
        ...

    def session(self, target: Target) -> str:
        """One line on how the target is talked to: version, user, level. No secrets."""
        ...

    async def forget(self, target: Target) -> None:
        """Drops what is known of a target's address and engine; not that it has answered."""
        ...

    async def close(self) -> None:
        """Ends all requests and closes all sockets; within 1 s."""
        ...
