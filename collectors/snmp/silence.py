"""Why an agent is silent: a host that lives but does not answer a community refuses it.

SNMPv1 and v2c agents drop a request with a wrong community without a word (RFC 3584 §5.2.1), so
the host is asked something that needs none.
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct

from collectors.snmp.udp import Endpoint

_DISCOVERY = bytes.fromhex(
    "303e020103301102040000dca1020300ffe304010402010304103"
    "00e0400020100020100040004000400301404000400a00e020400"
    "00dca10201000201003000"
)
"""An SNMPv3 request of no user to no engine, which every engine answers (RFC 3414 §4)."""


async def sign_of_life(peer: Endpoint, timeout: float) -> str:
    """What shows that the host lives, "" where nothing did within `timeout` seconds."""
    tries = [
        asyncio.create_task(_answers(peer, timeout)),
        asyncio.create_task(_echoes(peer[0], timeout)),
    ]
    try:
        for done in asyncio.as_completed(tries):
            if found := await done:
                return found
        return ""
    finally:
        for task in tries:
            task.cancel()
        await asyncio.gather(*tries, return_exceptions=True)


async def _answers(peer: Endpoint, timeout: float) -> str:
    kind = socket.AF_INET6 if ":" in peer[0] else socket.AF_INET
    reply = await _round_trip(kind, socket.SOCK_DGRAM, 0, peer, _DISCOVERY, timeout)
    return "it answers SNMPv3 discovery" if reply[:1] == b"\x30" else ""


async def _echoes(host: str, timeout: float) -> str:
    """ICMP echo, over a datagram socket where the system allows it, else a raw one."""
    six = ":" in host
    kind = socket.AF_INET6 if six else socket.AF_INET
    number = socket.IPPROTO_ICMPV6 if six else socket.IPPROTO_ICMP
    request = _echo(128 if six else 8, os.getpid() & 0xFFFF)
    for way in (socket.SOCK_DGRAM, socket.SOCK_RAW):
        if await _round_trip(kind, way, number, (host, 0), request, timeout):
            return "it answers ICMP echo"
    return ""


def _echo(kind: int, identifier: int) -> bytes:
    """An ICMP echo request (RFC 792); the kernel fills ICMPv6's checksum itself."""
    body = struct.pack(">BBHHH", kind, 0, 0, identifier, 1) + b"dcagent!"
    total = sum(struct.unpack(f">{len(body) // 2}H", body))
    total = (total & 0xFFFF) + (total >> 16)
    checksum = ~(total + (total >> 16)) & 0xFFFF
    return body[:2] + struct.pack(">H", checksum) + body[4:]


async def _round_trip(
    family: int, kind: int, protocol: int, peer: Endpoint, data: bytes, timeout: float
) -> bytes:
    """One datagram there, the first one back; empty where the system or the peer refuses."""
    loop = asyncio.get_running_loop()
    try:
        opened = socket.socket(family, kind, protocol)
    except OSError:
        return b""
    with opened:
        opened.setblocking(False)
        try:
            opened.connect(peer)
            async with asyncio.timeout(timeout):
                await loop.sock_sendall(opened, data)
                return await loop.sock_recv(opened, 2048)
        except (OSError, TimeoutError):
            return b""
