"""Redacts what an SNMP agent said: by place where that is known, by looks everywhere."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from hw_profiles.capture import Oid, SnmpObject
from hw_profiles.private_places import LEFT_OUT, MACS, NAMES, SERIALS, UUIDS, under
from hw_profiles.pseudonyms import NAME, SERIAL
from hw_profiles.scrub import Scrubber

_TEXT, _IP_ADDRESS, _OPAQUE = 4, 64, 68
_COMMUNITIES = frozenset({"public", "private"})
_HOST = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+")
"""What operators call a host, and write on an outlet; no maker's word has this form."""
_MAC_SIZE, _UUID_SIZE, _IP_SIZE = 6, 16, 4


def dropped(thing: SnmpObject) -> bool:
    """True for an object that no capture holds."""
    return under(thing.oid, LEFT_OUT) is not None


@dataclass(frozen=True, slots=True)
class Places:
    """Where serial numbers stand, beside where the standard MIBs have them."""

    serials: tuple[Oid, ...] = ()

    @classmethod
    def of(cls, dotted: Iterable[str]) -> Places:
        """From profiles' addresses of one instance, whose siblings are of the same sort."""
        return cls((*SERIALS, *(tuple(map(int, each.split(".")))[:-1] for each in dotted)))

    def known(self, thing: SnmpObject, scrub: Scrubber) -> SnmpObject:
        """The object with its value replaced, where its place says what that is."""
        if thing.tag == _IP_ADDRESS:
            return replace(thing, value=_ip_address(thing.value, scrub))
        if thing.tag != _TEXT:
            return thing
        if under(thing.oid, MACS) and len(thing.value) == _MAC_SIZE:
            return replace(thing, value=scrub.pseudonyms.mac(thing.value))
        if under(thing.oid, UUIDS) and len(thing.value) == _UUID_SIZE:
            return replace(thing, value=scrub.pseudonyms.uuid(thing.value))
        kind = SERIAL if under(thing.oid, self.serials) else NAME
        if kind is NAME and not under(thing.oid, NAMES):
            return thing
        text = _text(thing.value)
        if text is None or scrub.secret(text):
            return thing
        return replace(thing, value=scrub.pseudonyms.text(kind, text).encode())


def scrubbed(thing: SnmpObject, scrub: Scrubber) -> SnmpObject:
    """The object with everything replaced that can be told by its looks or is known by now."""
    if thing.tag not in (_TEXT, _OPAQUE):
        return thing
    text = _text(thing.value) if thing.tag == _TEXT else None
    if text is None:
        return replace(thing, value=_binary(thing.value, scrub))
    if text.strip("\0 ") in _COMMUNITIES:
        return replace(thing, value=b"x" * len(thing.value))
    if _HOST.fullmatch(text) and any(map(str.isdigit, text)):
        return replace(thing, value=scrub.pseudonyms.text(NAME, text).encode())
    found = scrub.text(text)
    return thing if found == text else replace(thing, value=found.encode())


def _text(value: bytes) -> str | None:
    """The text in an OCTET STRING; None where it is none."""
    for encoding in ("utf-8", "gb18030"):
        try:
            found = value.decode(encoding)
        except UnicodeDecodeError:
            continue
        if all(c.isprintable() or c in "\t\r\n\0" for c in found):
            return found
    return None


def _ip_address(value: bytes, scrub: Scrubber) -> bytes:
    """IpAddress as captures hold it: dotted text, or four bytes."""
    text = value.decode("ascii", "replace")
    try:
        if len(value) == _IP_SIZE and text.count(".") != 3:
            shown = scrub.pseudonyms.ip(str(ipaddress.IPv4Address(value)))
            return ipaddress.IPv4Address(shown).packed
        return scrub.pseudonyms.ip(str(ipaddress.IPv4Address(text.strip()))).encode()
    except ValueError:
        return value


def _binary(value: bytes, scrub: Scrubber) -> bytes:
    """Six bytes that are no text are a hardware address, sixteen a UUID, four maybe an address."""
    if len(value) == _MAC_SIZE:
        return scrub.pseudonyms.mac(value)
    if len(value) == _UUID_SIZE:
        return scrub.pseudonyms.uuid(value)
    if len(value) == _IP_SIZE and ipaddress.IPv4Address(value).is_private:
        shown = scrub.pseudonyms.ip(str(ipaddress.IPv4Address(value)))
        return ipaddress.IPv4Address(shown).packed
    return scrub.bytes(value)
