"""One UDP socket per address family for all agents; what arrives is handed on by peer."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import struct
import sys
from collections.abc import Callable
from contextlib import suppress

from collectors.names import NAMES
from collectors.protocol import Failure
from model.readings import Reason

Endpoint = tuple[str, int]
RECEIVE_BUFFER = 4 << 20
"""With the default, bursts of many agents at once overflow the socket (bytes)."""
_DRAIN = 256
_OLDER = 8
"""How many errors of older datagrams one datagram may meet."""
_IP_RECVERR, _IPV6_RECVERR, _SO_RCVBUFFORCE = 11, 25, 33


async def resolve(host: str, port: int) -> Endpoint:
    """The address of a name, IPv4 or IPv6. Failure: UNRESOLVED."""
    try:
        return str(ipaddress.ip_address(host)), port
    except ValueError:
        pass
    _, address = await NAMES.find(host, port)
    return address[0], port


class Datagrams:
    """Sends to and receives from any number of peers.

    `arrived` is told each datagram with its peer, `bounced` each peer that the network could not
    reach (ICMP, where the system reports it) with the error's number.
    """

    def __init__(
        self,
        arrived: Callable[[Endpoint, bytes], None],
        bounced: Callable[[Endpoint, int], None],
    ) -> None:
        self._arrived, self._bounced = arrived, bounced
        self._sockets: dict[int, socket.socket] = {}

    def send(self, peer: Endpoint, data: bytes) -> None:
        """Sends one datagram. Failure: the network will not take it."""
        family = socket.AF_INET6 if ":" in peer[0] else socket.AF_INET
        opened = self._sockets.get(family) or self._open(family)
        for attempt in range(_OLDER + 1):
            try:
                opened.sendto(data, peer)
            except BlockingIOError:
                return  # a full buffer: lost, and sent again like all that is lost
            except OSError as error:
                # an error of an older datagram comes back here too, whoever its peer was
                if attempt == _OLDER and not isinstance(error, ConnectionRefusedError):
                    raise Failure(Reason.NETWORK, f"{peer[0]}: {error.strerror}") from error
                self._errors(opened)
            else:
                return

    def _open(self, family: int) -> socket.socket:
        loop = asyncio.get_running_loop()
        try:
            opened = socket.socket(family, socket.SOCK_DGRAM)
        except OSError as error:
            raise Failure(Reason.NETWORK, f"no UDP socket: {error.strerror}") from error
        opened.setblocking(False)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        if sys.platform == "linux":
            with suppress(OSError):  # beyond net.core.rmem_max where we are allowed to
                opened.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, RECEIVE_BUFFER)
            six = family == socket.AF_INET6
            level = socket.IPPROTO_IPV6 if six else socket.IPPROTO_IP
            opened.setsockopt(level, _IPV6_RECVERR if six else _IP_RECVERR, 1)
        loop.add_reader(opened, self._drain, opened)
        self._sockets[family] = opened
        return opened

    def _drain(self, opened: socket.socket) -> None:
        """Hands on what has arrived, but lets others have their turn."""
        for _ in range(_DRAIN):
            try:
                data, peer = opened.recvfrom(65535)
            except BlockingIOError:
                return
            except OSError:
                self._errors(opened)
                continue
            self._arrived((peer[0].partition("%")[0], peer[1]), data)

    def _errors(self, opened: socket.socket) -> None:
        """Reads the queue of ICMP errors (ip(7), IP_RECVERR)."""
        if sys.platform != "linux":
            return
        while True:
            try:
                _, ancillary, _, peer = opened.recvmsg(0, 512, socket.MSG_ERRQUEUE)
            except OSError:
                return
            for _, _, data in ancillary:
                if peer and len(data) >= 4:
                    self._bounced(
                        (peer[0].partition("%")[0], peer[1]), *struct.unpack_from("I", data)
                    )

    def close(self) -> None:
        """Closes the sockets."""
        for opened in self._sockets.values():
            asyncio.get_running_loop().remove_reader(opened)
            opened.close()
        self._sockets.clear()
