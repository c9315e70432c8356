"""Puts the parts together as the configuration says; what is not needed is not imported."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

from agent.config import Config
from collectors.poll import Road
from collectors.protocol import Collector
from hw_profiles.load import Pack
from model.devices import Protocol

log = logging.getLogger("dcagent.wiring")


class Collectors(dict[Protocol, Collector]):
    """The collectors of a running agent: one per protocol, made when a target first needs it.

    Without a `cache` sensor lists are read anew.
    """

    def __init__(self, cache: Path | None = None) -> None:
        super().__init__()
        self._cache = cache

    def provide(self, config: Config) -> None:
        """Makes what the configuration's targets need and is not there yet."""
        self.need(entry.target.protocol for entry in config.entries)

    def need(self, protocols: Iterable[Protocol]) -> None:
        """Makes the collectors of these protocols that are not there yet. ImportError: cannot."""
        for protocol in set(protocols) - self.keys():
            self[protocol] = _ipmi(self._cache) if protocol is Protocol.IPMI else _snmp()


def _ipmi(cache: Path | None) -> Collector:
    from collectors.ipmi.collector import IpmiCollector  # noqa: PLC0415
    from collectors.ipmi.lan import LanConnector  # noqa: PLC0415
    from collectors.ipmi.sdr_cache import SdrCache  # noqa: PLC0415

    return IpmiCollector(LanConnector(), SdrCache(cache) if cache and _usable(cache) else None)


def _snmp() -> Collector:
    from collectors.snmp.collector import SnmpCollector  # noqa: PLC0415
    from collectors.snmp.pysnmp_client import PysnmpClient  # noqa: PLC0415

    return SnmpCollector(PysnmpClient())


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
