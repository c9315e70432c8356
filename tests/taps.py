"""A tap on a UDP wire: passes datagrams on, and writes down what was asked in them.

What is in a datagram is read here once more, by nothing of the product.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast


class Tap(asyncio.DatagramProtocol):
    """Stands between one client and one device; `sent` is what the client sent, in order."""

    def __init__(self, device: tuple[str, int]) -> None:
        self._device = device
        self._client: tuple[str, int] | None = None
        self._transport: asyncio.DatagramTransport | None = None
        self.sent: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        assert self._transport is not None
        if addr == self._device:
            assert self._client is not None
            self._transport.sendto(data, self._client)
            return
        self._client = addr
        self.sent.append(data)
        self._transport.sendto(data, self._device)


@asynccontextmanager
async def tapped(port: int) -> AsyncIterator[tuple[Tap, int]]:
    """A tap on a device's port, and the port at which to ask instead."""
    loop = asyncio.get_running_loop()
    transport, tap = await loop.create_datagram_endpoint(
        lambda: Tap(("127.0.0.1", port)), local_addr=("127.0.0.1", 0)
    )
    try:
        yield tap, transport.get_extra_info("sockname")[1]
    finally:
        transport.close()


PING, SETUP, REQUEST = "ping", "setup", "request"


def ipmi_question(datagram: bytes) -> tuple[str, int, int, bytes]:
    """What a datagram to a BMC asks (IPMI v2.0 §13): its kind, network function, command, data.

    A setup has its payload type in the place of the command. The session must not be encrypted.
    """
    assert datagram[:3] == b"\x06\x00\xff", "RMCP"
    if datagram[3] == 0x06:
        assert datagram[8] == 0x80, "no presence ping"
        return PING, 0, 0, b""
    assert datagram[3] == 0x07
    if datagram[4] == 0x00:
        message = datagram[14 : 14 + datagram[13]]
    else:
        assert datagram[4] == 0x06
        kind = datagram[5] & 0x3F
        size = datagram[14] | datagram[15] << 8
        message = datagram[16 : 16 + size]
        assert not datagram[5] & 0x80, "encrypted"
        if kind:
            return SETUP, 0, kind, message
    assert message[0] == 0x20, "another's address"
    return REQUEST, message[1] >> 2, message[5], message[6:-1]


def snmp_kind(datagram: bytes) -> int:
    """The tag of the PDU in a message of SNMP (RFC 3416 §3, RFC 3412 §6), which is in the clear."""
    _, body = _element(datagram)
    _, version, rest = _first(body)
    _, _, rest = _first(rest)  # community, or header
    if version == b"\x03":
        _, _, rest = _first(rest)  # security parameters
        tag, scoped, rest = _first(rest)
        assert tag == 0x30, "encrypted"
        assert not rest
        _, _, scoped = _first(scoped)
        _, _, rest = _first(scoped)
    tag, _, rest = _first(rest)
    assert not rest
    return tag


def _element(data: bytes) -> tuple[int, bytes]:
    tag, content, rest = _first(data)
    assert not rest
    return tag, content


def _first(data: bytes) -> tuple[int, bytes, bytes]:
    """Tag and content of the first element, and what is behind it (X.690 §8.1)."""
    length, at = data[1], 2
    if length & 0x80:
        at += length & 0x7F
        length = int.from_bytes(data[2:at], "big")
    return data[0], data[at : at + length], data[at + length :]
