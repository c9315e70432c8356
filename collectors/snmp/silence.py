"""Why an agent is silent: a host that lives but does not answer a community refuses it.

SNMPv1 and v2c agents drop a request with a wrong community without a word (RFC 3584 §5.2.1), so
the host is asked something that needs none.
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections.abc import Callable

from collectors.snmp.udp import Endpoint

DISCOVERY = bytes.fromhex(
    "303e020103301102040000dca1020300ffe304010402010304103"
    "00e0400020100020100040004000400301404000400a00e020400"
    "00dca10201000201003000"
)
"""An SNMPv3 request of no user to no engine, which every engine answers (RFC 3414 §4)."""

_TEXT = b"dcagent!"


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
    way = (kind, socket.SOCK_DGRAM, 0)
    found = await _answered(way, peer, DISCOVERY, lambda data: data[:1] == b"\x30", timeout)
    return "it answers SNMPv3 discovery" if found else ""


async def _echoes(host: str, timeout: float) -> str:
    """ICMP echo, over a datagram socket where the system allows it, else a raw one."""
    six = ":" in host
    family, number = (
        (socket.AF_INET6, socket.IPPROTO_ICMPV6) if six else (socket.AF_INET, socket.IPPROTO_ICMP)
    )
    request = _echo(128 if six else 8, os.getpid() & 0xFFFF)

    def replies(data: bytes) -> bool:
        """An echo reply with our text; raw IPv4 sockets show the IP header and much else."""
        return data.endswith(_TEXT) and data[-8 - len(_TEXT)] == (129 if six else 0)

    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
        if await _answered((family, kind, number), (host, 0), request, replies, timeout):
            return "it answers ICMP echo"
    return ""


def _echo(kind: int, identifier: int) -> bytes:
    """An ICMP echo request (RFC 792); the kernel fills ICMPv6's checksum itself."""
    body = struct.pack(">BBHHH", kind, 0, 0, identifier, 1) + _TEXT
    total = sum(struct.unpack(f">{len(body) // 2}H", body))
    total = (total & 0xFFFF) + (total >> 16)
    checksum = ~(total + (total >> 16)) & 0xFFFF
    return body[:2] + struct.pack(">H", checksum) + body[4:]


async def _answered(
    way: tuple[int, int, int],
    peer: Endpoint,
    data: bytes,
    wanted: Callable[[bytes], bool],
    timeout: float,
) -> bool:
    """Whether the datagram that is wanted comes back; not where the system or the peer refuses."""
    loop = asyncio.get_running_loop()
    try:
        opened = socket.socket(*way)
    except OSError:
        return False
    with opened:
        opened.setblocking(False)
        try:
            opened.connect(peer)
            async with asyncio.timeout(timeout):
                await loop.sock_sendall(opened, data)
                while not wanted(await loop.sock_recv(opened, 2048)):
                    pass
        except (OSError, TimeoutError):
            return False
    return True
