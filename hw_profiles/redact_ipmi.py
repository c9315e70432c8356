"""Redacts what a BMC said: identifiers and addresses by command, FRUs, then all other bytes."""

from __future__ import annotations

import ipaddress
from dataclasses import replace

from hw_profiles import redact_fru
from hw_profiles.capture import Exchange
from hw_profiles.private_places import LAN_ADDRESSES, LAN_HARMLESS, SECRET_COMMANDS
from hw_profiles.scrub import Scrubber

_GUIDS = frozenset({(0x06, 0x08), (0x06, 0x37)})
_LAN_PARAMETERS, _READ_FRU = (0x0C, 0x02), (0x0A, 0x11)
_UNTOUCHED = frozenset(
    {
        *((0x04, command) for command in (0x20, 0x21, 0x23, 0x25, 0x27, 0x29, 0x2B, 0x2D)),
        *((0x0A, command) for command in (0x10, 0x20, 0x23, 0x40)),
        *((0x06, command) for command in (0x01, 0x04, 0x42)),
    }
)
"""Records, readings and versions: nothing in them names anybody."""
_GUID, _IP = slice(1, 17), 4
_FRU_PREFIX = 2


def dropped(e: Exchange) -> bool:
    """True for an exchange that no capture holds."""
    key = (e.netfn, e.command)
    if key == _LAN_PARAMETERS and len(e.request) > 1:
        return e.request[1] not in LAN_ADDRESSES and e.request[1] not in LAN_HARMLESS
    partial = len(e.request) > 2 and any(e.request[1:3])
    return key in SECRET_COMMANDS or (key == _READ_FRU and partial)


def known(e: Exchange, scrub: Scrubber) -> Exchange:
    """The exchange with what stands at known places replaced."""
    if e.response[0]:
        return e
    key, answer = (e.netfn, e.command), bytearray(e.response)
    if key in _GUIDS and len(answer) >= _GUID.stop:
        answer[_GUID] = scrub.pseudonyms.uuid(bytes(answer[_GUID]))
    elif key == _READ_FRU:
        answer[_FRU_PREFIX:] = redact_fru.redacted(bytes(answer[_FRU_PREFIX:]), scrub)
    elif key == _LAN_PARAMETERS and len(e.request) > 1:
        for place, size in LAN_ADDRESSES.get(e.request[1], ()):
            held = bytes(answer[place : place + size])
            if len(held) == size:
                answer[place : place + size] = _address(held, scrub)
    return replace(e, response=bytes(answer))


def _address(held: bytes, scrub: Scrubber) -> bytes:
    if len(held) == _IP:
        shown = scrub.pseudonyms.ip(str(ipaddress.IPv4Address(held)))
        return ipaddress.IPv4Address(shown).packed
    return scrub.pseudonyms.mac(held)


def scrubbed(e: Exchange, scrub: Scrubber) -> Exchange:
    """The exchange with what is known by now replaced wherever its bytes hold it."""
    if (e.netfn, e.command) in _UNTOUCHED:
        return e
    if (e.netfn, e.command) == _READ_FRU:
        head, content = e.response[:_FRU_PREFIX], e.response[_FRU_PREFIX:]
        return replace(e, response=head + redact_fru.redacted(content, scrub))
    return replace(e, response=scrub.bytes(e.response))
