"""One device as a row of an inventory: what a target needs, and what was learnt beside it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass

from model.devices import Protocol


@dataclass(frozen=True, slots=True)
class Row:
    """A device, keyed by its address. `protocol` is the way to ask it first.

    `credential` names the [credentials] table that it will be asked with. `device` is the sort of
    device, `likely` the profiles that may fit (one, where it was identified), `seen` one line on
    what it showed.
    """

    name: str
    address: str
    protocol: Protocol
    credential: str
    port: int = 0
    device: str = ""
    vendor: str = ""
    model: str = ""
    serial: str = ""
    likely: tuple[str, ...] = ()
    seen: str = ""
    community: bool = False

    def cell(self, key: str) -> str:
        """What stands in a column of `agent.inventory.columns`; "" where we know nothing."""
        if key == "protocol":
            return self.protocol.value
        if key == "port":
            return str(self.port or "")
        if key == "likely_profile":
            return " ".join(self.likely)
        return str(getattr(self, key, ""))


def canonical(address: str) -> str:
    """An address in the one form that addresses are compared in; a name in lower case."""
    try:
        found = ipaddress.ip_address(address.strip().strip("[]"))
    except ValueError:
        return address.strip().lower().rstrip(".")
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return str(mapped or found)


_SHORT = {"server": "bmc", "cooling": "cooler", "environment": "sensor", "": "device"}


def name_of(address: str, device: str, taken: Collection[str]) -> str:
    """A name for a device that nobody has named: what it is, and its address."""
    stem = f"{_SHORT.get(device, device)}-{re.sub(r'[^0-9a-zA-Z]+', '-', address).strip('-')}"
    name, count = stem, 2
    while name in taken:
        name, count = f"{stem}-{count}", count + 1
    return name


def credential_of(vendor: str, device: str, protocol: Protocol) -> str:
    """The credential that such devices will likely share: of one vendor and kind.

    Passwords differ by vendor more than by rack, so each of these names stands for one login.
    """
    maker = re.sub(r"[^a-z0-9]+", "-", vendor.lower()).strip("-")
    kind = "bmc" if device == "server" else device
    parts = (maker, kind, "snmp" if protocol is Protocol.SNMP and kind in ("", "bmc") else "")
    return "-".join(part for part in parts if part) or protocol.value
