"""The agent's own machine as targets: what it says of itself, and its BMC from within.

An agent that is given nobody to ask serves the machine that it runs on; `[host] enabled = true`
adds that machine to the targets of a configuration, `false` leaves it out.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from agent.config import Config
from agent.config_targets import Entry
from collectors.ipmi.ways import DEVICE, is_device
from model.devices import Protocol, Target


def with_host(config: Config, *, name: str = "", device: Path = Path(DEVICE)) -> Config:
    """The configuration with this machine's targets, as far as it wants and lacks them.

    `name` is the machine's, its host name where nothing is said; `device` the file that stands
    for its BMC: where that is missing there is no such target.
    """
    if not config.host:
        return config
    node = name or socket.gethostname() or "localhost"
    found = list(config.entries)
    if not any(entry.target.protocol is Protocol.HOST for entry in found):
        found.append(_entry(config, _free(found, node, "host"), node, "", Protocol.HOST))
    if device.exists() and not any(is_device(entry.target.address) for entry in found):
        bmc = _free(found, f"{node}-bmc", "in-band")
        found.append(_entry(config, bmc, node, str(device), Protocol.IPMI))
    return replace(config, entries=tuple(found))


def _entry(config: Config, name: str, node: str, address: str, protocol: Protocol) -> Entry:
    manners = config.manners
    target = Target(
        *(name, address, protocol),
        place=config.place,
        node=node,
        timeout=manners.timeout,
        retries=manners.retries,
    )
    return Entry(target, manners.pace, str(config.files[0]) if config.files else "")


def _free(entries: Iterable[Entry], name: str, addition: str) -> str:
    """A name that no other target has."""
    taken = {entry.target.name for entry in entries}
    while name in taken:
        name = f"{name}-{addition}"
    return name
