"""Completion codes (IPMI v2.0 rev 1.1 §5.2) as faults."""

from __future__ import annotations

from functools import cache

from model.readings import Fault, Reason

OK = 0x00
RESERVATION_LOST = 0xC5
TOO_MUCH_AT_ONCE = frozenset({0xC7, 0xC8, 0xCA, 0xFF})
"""What BMCs say to a partial read that is longer than they like."""

_REASONS = {
    0xC0: (Reason.BUSY, "node busy"),
    0xC1: (Reason.UNSUPPORTED, "invalid command"),
    0xC2: (Reason.UNSUPPORTED, "invalid command for this LUN"),
    0xC3: (Reason.BUSY, "timeout while processing the command"),
    0xC4: (Reason.DEVICE_ERROR, "out of space"),
    0xC5: (Reason.DEVICE_ERROR, "reservation lost"),
    0xC6: (Reason.DEVICE_ERROR, "request data truncated"),
    0xC7: (Reason.DEVICE_ERROR, "request data length invalid"),
    0xC8: (Reason.DEVICE_ERROR, "request data field length limit exceeded"),
    0xC9: (Reason.DEVICE_ERROR, "parameter out of range"),
    0xCA: (Reason.DEVICE_ERROR, "cannot return that many bytes"),
    0xCB: (Reason.ABSENT, "requested sensor, data or record not present"),
    0xCC: (Reason.DEVICE_ERROR, "invalid data field"),
    0xCD: (Reason.UNSUPPORTED, "command illegal for this sensor or record"),
    0xCE: (Reason.DEVICE_ERROR, "response could not be provided"),
    0xCF: (Reason.BUSY, "duplicated request"),
    0xD0: (Reason.BUSY, "SDR repository in update mode"),
    0xD1: (Reason.BUSY, "device in firmware update mode"),
    0xD2: (Reason.BUSY, "BMC initialization in progress"),
    0xD3: (Reason.UNAVAILABLE, "destination unavailable"),
    0xD4: (Reason.PRIVILEGE_REFUSED, "insufficient privilege"),
    0xD5: (Reason.UNAVAILABLE, "not supported in present state"),
    0xD6: (Reason.UNSUPPORTED, "sub-function disabled or unavailable"),
    0xFF: (Reason.DEVICE_ERROR, "unspecified error"),
}


@cache
def fault_of(code: int) -> Fault:
    """The fault that a completion code other than 00h means."""
    reason, words = _REASONS.get(code, (Reason.DEVICE_ERROR, "device-specific code"))
    return Fault(None, reason, f"completion code {code:02x}h: {words}")
