"""Standard commands beside sensors: who a BMC is, chassis, event log, DCMI power."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from collectors.ipmi.channel import (
    NETFN_APP,
    NETFN_CHASSIS,
    NETFN_GROUP,
    NETFN_STORAGE,
    Channel,
)
from collectors.ipmi.completion import fault_of
from collectors.ipmi.lan_parameters import lan_address
from collectors.protocol import Failure
from model.raw import CHASSIS_POWER, DCMI_POWER, LAN_ADDRESS, LAN_MAC, SEL_ENTRIES, SEL_USED
from model.readings import Fault, Reason

_GET_DEVICE_ID, _GET_DEVICE_GUID, _GET_SYSTEM_GUID = 0x01, 0x08, 0x37
_GET_CHASSIS_STATUS = 0x01
_GET_SEL_INFO = 0x40
_GET_POWER_READING = 0x02
_DCMI = 0xDC
_DCMI_ACTIVE = 0x40
_DCMI_REFUSED = frozenset({0xC1, 0xC2, 0xC9, 0xCB, 0xCC, 0xD4, 0xD6})
"""How BMCs without DCMI, or without its power part, turn the command down (D4h: some ask for
the administrator before they look whether they know a command; DCMI asks for no more than USER).
"""
_SEL_ENTRY_SIZE = 16
_FREE_OVERFLOW = 0xFFFF

Found = Mapping[str, float | str | Fault]


@dataclass(frozen=True, slots=True)
class Controller:
    """What Get Device ID says (§20.1); `raw` is the answer, for telling a changed BMC."""

    manufacturer: int
    product: int
    firmware: str
    raw: bytes


async def controller(channel: Channel) -> Controller:
    """Get Device ID. Failure: refused or cut short."""
    answer = await channel.request(NETFN_APP, _GET_DEVICE_ID)
    if answer[0]:
        fault = fault_of(answer[0])
        raise Failure(fault.reason, f"Get Device ID: {fault.detail}")
    if len(answer) < 12:
        raise Failure(Reason.TRUNCATED, f"Get Device ID: {len(answer)} bytes")
    manufacturer = int.from_bytes(answer[7:10], "little") & 0xFFFFF
    firmware = f"{answer[3] & 0x7F}.{answer[4]:02x}"
    return Controller(manufacturer, answer[10] | answer[11] << 8, firmware, answer)


async def guid(channel: Channel) -> bytes:
    """The system's GUID, else the device's (§22.14, §20.8); empty: neither is told."""
    for command in (_GET_SYSTEM_GUID, _GET_DEVICE_GUID):
        try:
            answer = await channel.request(NETFN_APP, command)
        except Failure as failure:
            if failure.reason is not Reason.TIMEOUT:
                raise
            continue
        if not answer[0] and len(answer) >= 17 and any(answer[1:17]):
            return answer[1:17]
    return b""


async def chassis(channel: Channel) -> Found:
    """Get Chassis Status (§28.2): 1 while the system power is on."""
    answer = await channel.request(NETFN_CHASSIS, _GET_CHASSIS_STATUS)
    return {CHASSIS_POWER: _refused(answer, 2) or float(answer[1] & 1)}


async def event_log(channel: Channel) -> Found:
    """Get SEL Info (§31.2): entries, and the share of the log that they fill."""
    answer = await channel.request(NETFN_STORAGE, _GET_SEL_INFO)
    refused = _refused(answer, 6)
    if refused:
        return {SEL_ENTRIES: refused, SEL_USED: refused}
    entries, free = answer[2] | answer[3] << 8, answer[4] | answer[5] << 8
    size = entries * _SEL_ENTRY_SIZE
    used: float | Fault
    if free == _FREE_OVERFLOW:
        used = Fault(None, Reason.ABSENT, "the event log does not tell how much is free", free)
    else:
        used = size / (size + free) if size + free else 0.0
    return {SEL_ENTRIES: float(entries), SEL_USED: used}


async def power(channel: Channel) -> Found:
    """Get Power Reading (DCMI 1.5 §6.6.1): watts now; not measured and 0 W are faults."""
    request = bytes((_DCMI, 0x01, 0, 0))
    return {DCMI_POWER: _power(await channel.request(NETFN_GROUP, _GET_POWER_READING, request))}


def _power(answer: bytes) -> float | Fault:
    if answer[0] in _DCMI_REFUSED:
        return Fault(None, Reason.UNSUPPORTED, f"DCMI power: {fault_of(answer[0]).detail}")
    refused = _refused(answer, 19)
    if refused:
        return refused
    if answer[1] != _DCMI:
        return Fault(None, Reason.UNDECODABLE, f"group {answer[1]:02x}h answers for DCMI")
    watts = answer[2] | answer[3] << 8
    if not answer[18] & _DCMI_ACTIVE:
        return Fault(None, Reason.INACTIVE, f"power measurement is not active ({watts} W)", watts)
    if not watts:
        return Fault(None, Reason.INACTIVE, "0 W", 0)
    return float(watts)


def _refused(answer: bytes, size: int) -> Fault | None:
    """The fault of a refused or short answer."""
    if answer[0]:
        return fault_of(answer[0])
    if len(answer) < size:
        return Fault(None, Reason.TRUNCATED, f"an answer of {len(answer)} bytes, expected {size}")
    return None


STANDARD: Mapping[str, Callable[[Channel], Awaitable[Found]]] = {
    DCMI_POWER: power,
    CHASSIS_POWER: chassis,
    SEL_ENTRIES: event_log,
    SEL_USED: event_log,
    LAN_ADDRESS: lan_address,
    LAN_MAC: lan_address,
}
"""What to ask for each standard address; one question may answer several."""

IN_BAND = frozenset({LAN_ADDRESS, LAN_MAC})
"""What is asked in-band alone."""
