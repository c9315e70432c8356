"""What a datagram shows of itself before anybody reads it: its number, and whether it is whole."""

from __future__ import annotations

from collectors.snmp.ber import OCTET_STRING, SEQUENCE, BerError, expect, head, number

_USM_VERSION = 3


def identity(data: bytes) -> int | None:
    """The number by which an answer is known; None: it is no message.

    The request ID (RFC 3416 §3), in version 3 the msgID (RFC 3412 §6.2).
    """
    try:
        start, end = expect(data, 0, len(data), SEQUENCE)
        version, at = number(data, start, end)
        if version == _USM_VERSION:
            start, _ = expect(data, at, end, SEQUENCE)
        else:
            _, at = expect(data, at, end, OCTET_STRING)
            _, start, _ = head(data, at, end)
        return number(data, start, end)[0]
    except BerError:
        return None


def truncated(data: bytes) -> bool:
    """True for the beginning of a message that announces more bytes than came (X.690 §8.1.3)."""
    if len(data) < 2 or data[0] != 0x30:
        return False
    length, start = data[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(data[2:start], "big")
    return 2 < start + length < 1 << 24 and start + length > len(data)
