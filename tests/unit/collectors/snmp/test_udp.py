"""One socket for all peers: what one of them cannot take is none of another's business."""

from __future__ import annotations

import asyncio
import errno
import socket
import struct

import pytest

from collectors.snmp.udp import Datagrams, Endpoint

_UNREACHABLE, _HOST, _UDP = 3, 1, 17


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    total: int = sum(struct.unpack(f">{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def host_unreachable(sender: Endpoint, peer: Endpoint) -> bytes:
    """ICMP's word that a datagram did not arrive (RFC 792), with the head of the datagram."""
    ends = socket.inet_aton(sender[0]) + socket.inet_aton(peer[0])
    head = struct.pack(">BBHHHBBH", 0x45, 0, 36, 1, 0, 64, _UDP, 0) + ends
    head += struct.pack(">HHHH", sender[1], peer[1], 16, 0) + bytes(8)
    body = struct.pack(">BBHI", _UNREACHABLE, _HOST, 0, 0) + head
    return body[:2] + struct.pack(">H", checksum(body)) + body[4:]


async def test_an_unreachable_peer_costs_no_other_its_datagram() -> None:
    """The system reports the error of an older datagram to whoever sends next."""
    try:
        icmp = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    except PermissionError:
        pytest.skip("a raw socket takes root")
    bounced: list[tuple[Endpoint, int]] = []
    gone, there = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    datagrams = Datagrams(lambda *_: None, lambda peer, number: bounced.append((peer, number)))
    with icmp, gone, there:
        for each, address in ((gone, "127.44.0.1"), (there, "127.44.0.2")):
            each.bind((address, 0))
            each.settimeout(5)
        try:
            for _ in range(3):
                datagrams.send(gone.getsockname(), b"lost")
            sender = gone.recvfrom(16)[1]
            for _ in range(3):
                icmp.sendto(host_unreachable(sender, gone.getsockname()), (sender[0], 0))
            datagrams.send(there.getsockname(), b"kept")
            assert there.recv(16) == b"kept"
            await asyncio.sleep(0.05)
        finally:
            datagrams.close()
        assert set(bounced) == {(gone.getsockname(), errno.EHOSTUNREACH)}
