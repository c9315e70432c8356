"""From what addresses showed to devices: who each is, whether it is known, what it needs next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agent.cli.discover_known import Known
from agent.cli.discover_login import Identified
from agent.cli.discover_words import say
from agent.cli.terminal import one_line
from agent.diagnosis import Lang
from agent.inventory.listing import Listed
from agent.inventory.row import Row, canonical, credential_of, name_of
from collectors.discovery.sweep import Ports
from hw_profiles import engine_id
from hw_profiles.load import Pack
from hw_profiles.recognise import Recognised, recognise
from hw_profiles.schema import Criteria
from hw_profiles.vendors import vendors
from model.credentials import CommunityCredential
from model.devices import Protocol
from model.sightings import Sighting


@dataclass(frozen=True, slots=True)
class Device:
    """One address that answered. `logins` are the tries of the login that was given."""

    sighting: Sighting
    recognised: Recognised
    known: Listed | None = None
    logins: tuple[Identified, ...] = ()
    spared: bool = False
    vendor: str = ""
    kind: str = ""
    profiles: tuple[str, ...] = ()
    generic: bool = False
    hint: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Its address."""
        return self.sighting.address

    @property
    def identified(self) -> Identified | None:
        """The login that worked."""
        return next((each for each in self.logins if each.fault is None), None)

    @property
    def listed(self) -> bool:
        """False for what answers HTTPS and shows nothing that we know: anybody's web server."""
        root = self.sighting.web is not None and self.sighting.web.root is not None
        return bool(self.recognised.ways or root or self.vendor or self.kind)

    @property
    def protocol(self) -> Protocol:
        """The way to ask it: the one that has worked, else the first that answers."""
        if self.identified is not None:
            return self.identified.target.protocol
        usual = Protocol.IPMI if self.kind == "server" else Protocol.SNMP
        return next(iter(self.recognised.ways), usual)


def devices(
    seen: Mapping[str, Sighting],
    pack: Pack,
    known: Known,
    logins: Mapping[str, list[Identified]],
    spared: Iterable[str] = (),
) -> tuple[Device, ...]:
    """Who answered, in the order of the addresses' own."""
    spared = frozenset(spared)
    return tuple(
        _device(sighting, pack, known, tuple(logins.get(address, ())), address in spared)
        for address, sighting in seen.items()
    )


def _device(
    sighting: Sighting, pack: Pack, known: Known, logins: tuple[Identified, ...], spared: bool
) -> Device:
    found = recognise(sighting, pack)
    listed = known.devices.get(canonical(sighting.address))
    who = next((each for each in logins if each.fault is None), None)
    profile = pack.named(who.profile) if who is not None else None
    if who is None or profile is None:
        likely = () if who is not None else next(iter(found.ways.values()), ())
        return Device(
            sighting, found, listed, logins, spared, found.vendor, found.kind, likely,
            hint=found.hint,
        )  # fmt: skip
    spoken = vendors().spoken(who.device.vendor)
    vendor = spoken.name if spoken and not spoken.software else ""
    kind = profile.kind if profile.kind != "generic" else found.kind
    return Device(
        sighting, found, listed, logins, spared,
        vendor or profile.vendor or found.vendor or one_line(who.device.vendor), kind,
        (profile.name,), Criteria() in profile.match,
    )  # fmt: skip


def vendor_of(device: Device, lang: Lang) -> str:
    """The vendor's name, or what stands in its place."""
    if device.vendor:
        return device.vendor
    if device.recognised.software:
        return say(lang, "unknown of", device.recognised.software)
    if device.recognised.number:
        return say(lang, "unknown of", say(lang, "number", device.recognised.number))
    return say(lang, "unknown")


def needs(device: Device, lang: Lang) -> str:
    """What it takes to read this device, the next step first."""
    if not device.listed:
        return say(lang, "web only")
    if device.identified is not None:
        return say(lang, "record" if device.generic or not device.profiles else "nothing")
    if device.spared and not device.logins:
        return say(lang, "login spared")
    if device.logins:
        refused = any(each.refused for each in device.logins)
        return say(lang, "login refused" if refused else "login failed")
    ways = device.recognised.ways
    if not ways:
        return say(lang, "ipmi off" if device.kind == "server" else "snmp off")
    parts = [say(lang, "password")] if Protocol.IPMI in ways else []
    if Protocol.SNMP in ways:
        hint = device.hint.get(lang, "")
        told = say(lang, "snmp too" if parts else "community or v3")
        parts.append(f"{told} ({hint})" if hint else told)
    if not device.vendor or not device.profiles:
        parts.append(say(lang, "record"))
    return "; ".join(parts)


def shown(sighting: Sighting, lang: Lang) -> str:
    """What an address showed, in one line."""
    parts = []
    if (bmc := sighting.presence) is not None:
        known = {True: "ipmi 2", False: "ipmi 1", None: "ipmi" if bmc.ipmi else "pong"}
        parts.append(say(lang, known[bmc.version2]))
    if sighting.engine_id:
        engine = engine_id.understand(sighting.engine_id)
        parts.append(say(lang, "engine", engine.number) if engine else say(lang, "engine silent"))
    if sighting.community:
        parts.append(say(lang, "community"))
    return one_line(" · ".join((*parts, *_web(sighting, lang))))


def _web(sighting: Sighting, lang: Lang) -> Iterable[str]:
    web = sighting.web
    if web is None:
        return
    if web.root is not None:
        words = (web.root.version, web.root.vendor, web.root.product)
        yield say(lang, "redfish", " ".join(word for word in words if word)).strip()
    else:
        yield say(lang, "web")
    if web.server:
        yield web.server
    subject = dict(web.certificate.subject) if web.certificate else {}
    if name := subject.get("O") or subject.get("CN"):
        yield say(lang, "certificate", name)


def rows(found: Iterable[Device], known: Known, ports: Ports, lang: Lang) -> tuple[Row, ...]:
    """The devices that belong into an inventory and are not known yet, as rows of it."""
    taken = set(known.names)
    made = []
    for device in found:
        if device.known is None and device.listed:
            made.append(_row(device, taken, ports, lang))
            taken.add(made[-1].name)
    return tuple(made)


def _row(device: Device, taken: set[str], ports: Ports, lang: Lang) -> Row:
    protocol = device.protocol
    port = ports.ipmi if protocol is Protocol.IPMI else ports.snmp
    who = device.identified
    with_community = who is not None and isinstance(who.target.credential, CommunityCredential)
    return Row(
        name=name_of(device.address, device.kind, taken),
        address=device.address,
        protocol=protocol,
        credential=credential_of(device.vendor, device.kind, protocol),
        port=0 if port == protocol.port else port,
        device=device.kind,
        vendor=device.vendor,
        model=one_line(who.device.model) if who else "",
        serial=one_line(who.device.serial) if who else "",
        likely=device.profiles,
        seen=shown(device.sighting, lang),
        community=with_community or (device.sighting.community and not device.sighting.engine_id),
    )
