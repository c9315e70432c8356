"""Which way a BMC is asked: a target whose address is a device file in-band, any other over LAN."""

from __future__ import annotations

import re

from collectors.ipmi.channel import Channel, Connector
from collectors.protocol import Failure, Note
from model.devices import Step, StepName, Target
from model.readings import Reason

DEVICE = "/dev/ipmi0"
"""The host's own BMC, where nothing else is said."""
_DEVICE = re.compile(r"/dev/(ipmi|ipmi/|ipmidev/)\d+")


def is_device(address: str) -> bool:
    """True where an address is a device file of the IPMI driver, such as "/dev/ipmi0".

    No other file is taken for one: opening some (a watchdog) has effects.
    """
    return _DEVICE.fullmatch(address) is not None


class Ways:
    """A connector of both ways; what a way needs is imported when it is first gone."""

    def __init__(self, lan: Connector | None = None, inband: Connector | None = None) -> None:
        self._lan, self._inband = lan, inband

    async def connect(self, target: Target, note: Note) -> Channel:
        """See `Connector.connect`. Failure HELPER_MISSING: a library that this way needs."""
        try:
            way = self._by_device() if is_device(target.address) else self._by_lan()
        except ImportError as error:
            failure = Failure(Reason.HELPER_MISSING, str(error))
            note(Step(StepName.REACH, failure.detail, fault=failure.fault()))
            raise failure from error
        return await way.connect(target, note)

    def _by_device(self) -> Connector:
        if self._inband is None:
            from collectors.ipmi.inband_channel import InbandConnector  # noqa: PLC0415

            self._inband = InbandConnector()
        return self._inband

    def _by_lan(self) -> Connector:
        if self._lan is None:
            from collectors.ipmi.lan import LanConnector  # noqa: PLC0415

            self._lan = LanConnector()
        return self._lan

    async def close(self) -> None:
        """Ends both."""
        for way in (self._lan, self._inband):
            if way is not None:
                await way.close()
