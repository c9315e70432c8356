"""From what a device shows without a login to whose it is, what it is and what may read it. Pure.

What a device says of itself in words weighs more than a number, and that more than a certificate,
which a site may have replaced by its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hw_profiles import engine_id
from hw_profiles.likely import kinds_of, likely
from hw_profiles.load import Pack
from hw_profiles.vendors import Vendor, Vendors, vendors
from model.devices import Protocol
from model.sightings import Certificate, Sighting


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who is there, as far as one can tell; empty where nothing told.

    `vendor` is whose device it is, `software` whose firmware where that is all that is known;
    `number` an enterprise number that the table does not have. `kind` is one of
    `hw_profiles.schema.KINDS`. `ways` are the protocols that answered, the one to ask by first,
    each with its likely profiles.
    """

    vendor: str = ""
    software: str = ""
    number: int = 0
    kind: str = ""
    ways: Mapping[Protocol, tuple[str, ...]] = field(default_factory=dict)
    hint: Mapping[str, str] = field(default_factory=dict)


def recognise(sighting: Sighting, pack: Pack, table: Vendors | None = None) -> Recognised:
    """Who an address is."""
    table = table or vendors()
    found = list(_vendors(sighting, table))
    maker = next((vendor for vendor in found if not vendor.software), None)
    software = next((vendor.name for vendor in found if vendor.software), "")
    kind = _kind(sighting, pack, maker, table)
    number = next(_numbers(sighting), 0)
    ways = {p: likely(pack, maker, kind, p, number) for p in _protocols(sighting)}
    return Recognised(
        vendor=maker.name if maker else "",
        software="" if maker else software,
        number=0 if found else number,
        kind=kind,
        ways=ways,
        hint=maker.hint if maker and Protocol.SNMP in ways else {},
    )


def _protocols(sighting: Sighting) -> Iterator[Protocol]:
    if sighting.presence is not None and sighting.presence.ipmi is not False:
        yield Protocol.IPMI
    if sighting.snmp:
        yield Protocol.SNMP


def _vendors(sighting: Sighting, table: Vendors) -> Iterator[Vendor]:
    """Everyone who is named, the surest first."""
    root = sighting.web.root if sighting.web else None
    words = [root.vendor, " ".join(root.oem)] if root else []
    told = [table.spoken(text) for text in words]
    told += [table.numbered(number) for number in _numbers(sighting)]
    told += [table.spoken(text) for text in _texts(sighting)]
    return (vendor for vendor in told if vendor is not None)


def _numbers(sighting: Sighting) -> Iterator[int]:
    engine = engine_id.understand(sighting.engine_id)
    if engine is not None and engine.number:
        yield engine.number
    if sighting.presence is not None and sighting.presence.oem:
        yield sighting.presence.oem


def _texts(sighting: Sighting) -> Iterator[str]:
    """What else it says, the surest first: its own words, its certificate, the certificate's."""
    web = sighting.web
    if web is not None and web.root is not None:
        yield f"{web.root.product} {web.root.name}"
    certificate = (web.certificate if web else None) or Certificate()
    yield _joined(certificate.subject)
    yield " ".join(part.server for part in (web, sighting.oob) if part is not None)
    yield _joined(certificate.issuer)


def _joined(name: tuple[tuple[str, str], ...]) -> str:
    return " ".join(text for _, text in name)


def _kind(sighting: Sighting, pack: Pack, maker: Vendor | None, table: Vendors) -> str:
    if sighting.presence is not None:
        return "server"
    for text in _texts(sighting):
        if kind := table.kind_of(text):
            return kind
    if maker is not None:
        kinds = kinds_of(pack, maker) - {"generic"}
        if kinds:
            return min(kinds) if len(kinds) == 1 else _of_its_root(sighting)
        if maker.kind:
            return maker.kind
    return _of_its_root(sighting)


def _of_its_root(sighting: Sighting) -> str:
    """A Redfish root without more is a server's."""
    return "server" if sighting.web is not None and sighting.web.root is not None else ""
