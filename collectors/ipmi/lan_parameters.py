"""Where a BMC itself can be reached: its own LAN address (IPMI v2.0 rev 1.1 §22.24, §23.2).

Only a BMC that is asked in-band is asked: over LAN it takes the operator's privilege, and the
address is known.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

from collectors.ipmi.channel import NETFN_APP, NETFN_TRANSPORT, Channel
from collectors.ipmi.completion import fault_of
from model.raw import LAN_ADDRESS, LAN_MAC
from model.readings import Fault, Reason

_GET_CHANNEL_INFO, _GET_LAN_PARAMETERS = 0x42, 0x02
_CHANNELS = range(0x01, 0x0C)
_LAN_MEDIA = (0x04, 0x06)
"""802.3 LAN, other LAN (table 6-3)."""
_IP_ADDRESS, _MAC_ADDRESS = 3, 5
_UNSUPPORTED_COMMAND, _UNSUPPORTED_PARAMETER = 0xC1, 0x80

Found = Mapping[str, str | Fault]


async def lan_address(channel: Channel) -> Found:
    """IP and MAC address of the first LAN channel that has an IP address, else of the first.

    ABSENT: there is no LAN channel, or none of them has an address.
    """
    first: Found | None = None
    for number in _CHANNELS:
        info = await channel.request(NETFN_APP, _GET_CHANNEL_INFO, bytes((number,)))
        if info[0] == _UNSUPPORTED_COMMAND:
            return _both(fault_of(info[0]))
        if info[0] or len(info) < 3 or info[2] & 0x7F not in _LAN_MEDIA:
            continue
        found = await _of_channel(channel, number)
        if isinstance(found[LAN_ADDRESS], str):
            return found
        first = first or found
    return first or _both(Fault(None, Reason.ABSENT, "the BMC has no LAN channel"))


async def _of_channel(channel: Channel, number: int) -> Found:
    ip = await _parameter(channel, number, _IP_ADDRESS, 4)
    mac = await _parameter(channel, number, _MAC_ADDRESS, 6)
    return {
        LAN_ADDRESS: ip if isinstance(ip, Fault) else str(ipaddress.IPv4Address(ip)),
        LAN_MAC: mac if isinstance(mac, Fault) else mac.hex(":"),
    }


async def _parameter(channel: Channel, number: int, parameter: int, size: int) -> bytes | Fault:
    request = bytes((number, parameter, 0, 0))
    answer = await channel.request(NETFN_TRANSPORT, _GET_LAN_PARAMETERS, request)
    if answer[0] == _UNSUPPORTED_PARAMETER:
        return Fault(None, Reason.UNSUPPORTED, f"LAN parameter {parameter} is not supported")
    if answer[0]:
        return fault_of(answer[0])
    value = answer[2 : 2 + size]
    if len(value) < size:
        words = f"LAN parameter {parameter}: {len(answer)} bytes, expected {size + 2}"
        return Fault(None, Reason.TRUNCATED, words)
    if not any(value):
        return Fault(None, Reason.ABSENT, f"LAN channel {number} has no address")
    return value


def _both(fault: Fault) -> Found:
    return {LAN_ADDRESS: fault, LAN_MAC: fault}
