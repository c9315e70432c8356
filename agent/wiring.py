"""Puts the parts together as the configuration says; what is not needed is not imported."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from agent.config import Config
from collectors.poll import Road
from collectors.protocol import Collector, Note
from hw_profiles.capture import Capture
from hw_profiles.load import Pack
from model.devices import Identity, Protocol, Step, StepName, Target
from model.raw import Plan
from model.readings import Fault, Reason

if TYPE_CHECKING:
    from collectors.snmp.own_client import OwnClient

log = logging.getLogger("dcagent.wiring")


class Collectors(dict[Protocol, Collector]):
    """The collectors of a running agent: one per protocol, made when a target first needs it.

    Without a `cache` sensor lists are read anew.
    """

    def __init__(self, cache: Path | None = None) -> None:
        super().__init__()
        self._cache = cache
        self._snmp: OwnClient | None = None

    def provide(self, config: Config) -> None:
        """Makes what the configuration's targets need and is not there yet.

        Where a library is missing, targets of that protocol fail, and the others go on.
        """
        for protocol in {entry.target.protocol for entry in config.entries}:
            try:
                self.need((protocol,))
            except ImportError as error:
                log.error("%s targets cannot be asked: %s", protocol, error)
                self[protocol] = Helpless(Fault(None, Reason.HELPER_MISSING, str(error)))

    def need(self, protocols: Iterable[Protocol]) -> None:
        """Makes the collectors of these protocols that are not there yet. ImportError: cannot."""
        for protocol in set(protocols) - self.keys():
            self[protocol] = self._made(protocol)

    def dropped(self) -> Mapping[str, int]:
        """SNMP datagrams that were dropped so far, by reason; nothing where none is awaited."""
        return self._snmp.dropped if self._snmp else {}

    def _made(self, protocol: Protocol) -> Collector:
        if protocol is Protocol.SNMP:
            return self._made_snmp()
        return _host() if protocol is Protocol.HOST else _ipmi(self._cache)

    def _made_snmp(self) -> Collector:
        from collectors.snmp.collector import SnmpCollector  # noqa: PLC0415
        from collectors.snmp.own_client import OwnClient  # noqa: PLC0415

        self._snmp = OwnClient()
        return SnmpCollector(self._snmp)


def replaying(capture: Capture) -> Collectors:
    """Collectors that ask a capture instead of the network."""
    from collectors.ipmi.collector import IpmiCollector  # noqa: PLC0415
    from collectors.ipmi.replay import ReplayConnector  # noqa: PLC0415
    from collectors.snmp.collector import SnmpCollector  # noqa: PLC0415
    from collectors.snmp.replay import ReplayClient  # noqa: PLC0415

    found = Collectors()
    found[Protocol.IPMI] = IpmiCollector(ReplayConnector(capture))
    found[Protocol.SNMP] = SnmpCollector(ReplayClient(capture))
    return found


class Helpless:
    """Stands for a collector whose library is missing: every target fails of the same fault."""

    def __init__(self, fault: Fault) -> None:
        self._fault = fault

    async def identify(self, _target: Target, _probes: tuple[str, ...], note: Note) -> Fault:
        """Says what is missing."""
        note(Step(StepName.REACH, "", fault=self._fault))
        return self._fault

    async def fetch(self, _target: Target, _identity: Identity, _plan: Plan) -> Fault:
        """Never comes to it."""
        return self._fault

    async def forget(self, _target: Target) -> None:
        """Holds nothing."""

    async def close(self) -> None:
        """Holds nothing."""


def _ipmi(cache: Path | None) -> Collector:
    from collectors.ipmi.collector import IpmiCollector  # noqa: PLC0415
    from collectors.ipmi.sdr_cache import SdrCache  # noqa: PLC0415
    from collectors.ipmi.ways import Ways  # noqa: PLC0415

    return IpmiCollector(Ways(), SdrCache(cache) if cache and _usable(cache) else None)


def _host() -> Collector:
    from collectors.accelerators.sampler import Sampler  # noqa: PLC0415
    from collectors.host.collector import HostCollector  # noqa: PLC0415

    return HostCollector(accelerators=Sampler())


def _usable(directory: Path) -> bool:
    """True where sensor lists can be kept; without them a start takes longer, no more."""
    try:
        directory.mkdir(mode=0o750, parents=True, exist_ok=True)
    except OSError as error:
        log.warning("no cache in %s (%s): sensor lists are read anew", directory, error.strerror)
        return False
    return True


def road(collectors: Collectors, found: Pack) -> Road:
    """The one road. Sessions live in the collectors: a road with new profiles keeps them."""
    return Road(collectors, found)
