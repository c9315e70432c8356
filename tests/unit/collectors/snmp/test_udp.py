"""One socket for all peers: what one of them cannot take is none of another's business."""

from __future__ import annotations

import asyncio
import errno
import socket
import struct
from pathlib import Path

import pytest

from collectors.snmp.udp import RECEIVE_BUFFER, Datagrams, Endpoint

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


async def test_one_wake_up_hands_on_all_that_has_come() -> None:
    arrived: list[bytes] = []
    datagrams = Datagrams(lambda _, data: arrived.append(data), lambda *_: None)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.bind(("127.0.0.1", 0))
        datagrams.send(peer.getsockname(), b"hello")
        sender = ("127.0.0.1", peer.recvfrom(16)[1][1])
        sent = [b"%d" % n for n in range(200)]
        for data in sent:
            peer.sendto(data, sender)
        before = len(arrived)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        datagrams.close()
    assert before == 0
    assert arrived == sent


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_each_family_has_one_socket_with_room_for_bursts(host: str) -> None:
    datagrams = Datagrams(lambda *_: None, lambda *_: None)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as peer:
        try:
            peer.bind((host, 0))
        except OSError:
            pytest.skip("no IPv6 on loopback")
        for _ in range(3):
            datagrams.send((host, peer.getsockname()[1]), b"hello")
        assert list(datagrams._sockets) == [family]
        size = datagrams._sockets[family].getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        datagrams.close()
    # Linux doubles what is asked for, and cuts it where we lack CAP_NET_ADMIN (socket(7)).
    most = int(Path("/proc/sys/net/core/rmem_max").read_text())
    assert size in (2 * RECEIVE_BUFFER, 2 * min(RECEIVE_BUFFER, most))
