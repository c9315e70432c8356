"""The seam between what is asked of a BMC and how the question travels.

LAN (RMCP+), a replayed capture and the host's own /dev/ipmi0 all stand behind it.
"""

from __future__ import annotations

from typing import Protocol

from collectors.protocol import Note
from model.devices import Target

NETFN_CHASSIS = 0x00
NETFN_SENSOR = 0x04
NETFN_APP = 0x06
NETFN_STORAGE = 0x0A
NETFN_TRANSPORT = 0x0C
NETFN_GROUP = 0x2C


class Channel(Protocol):
    """An open way to one BMC: one request at a time, answered or failed."""

    @property
    def in_band(self) -> bool:
        """True where the BMC is asked by its own host: what others may not see may be asked."""
        ...

    async def request(self, netfn: int, command: int, data: bytes = b"", lun: int = 0) -> bytes:
        """Sends one request; returns completion code and response data (§5.2), at least one byte.

        Retries and back-off (timeouts, C0h node busy, C3h timeout) and re-login are the channel's.
        Failure: the device no longer answers, or refuses the session.
        """
        ...

    async def close(self) -> None:
        """Ends the session within 1 s; never raises."""
        ...


class Connector(Protocol):
    """Opens channels."""

    async def connect(self, target: Target, note: Note) -> Channel:
        """Opens a session, reporting the steps REACH and SESSION. Failure: why it could not."""
        ...

    async def close(self) -> None:
        """Ends what all channels share (sockets)."""
        ...
