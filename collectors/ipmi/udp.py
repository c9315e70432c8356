"""One UDP socket for any number of BMCs: a wire per address family.

Packets of a session find their owner by our session ID, all others by the sender's address. That
a port is closed comes back through the socket's error queue (Linux, IP_RECVERR), which names the
peer: an unconnected socket would not tell otherwise.
"""

from __future__ import annotations

import asyncio
import errno
import os
import secrets
import socket
import struct
import sys
from collections.abc import Callable
from typing import Protocol

from collectors.names import Address
from collectors.protocol import Failure
from model.readings import Reason

_Key = tuple[str, int, int]

_RECEIVE_BUFFER = 4 << 20
_BATCH = 256
_LARGEST = 2048
_IP_RECVERR, _IPV6_RECVERR = 11, 25
_ERROR = struct.Struct("=IBBBxII")
"""struct sock_extended_err (linux/errqueue.h): errno first."""
_IGNORED = frozenset({errno.EMSGSIZE})


class Listener(Protocol):
    """Whoever waits for packets of one address that belong to no session."""

    def received(self, datagram: bytes) -> None:
        """Takes a packet, or ignores it."""
        ...

    def refused(self, failure: Failure) -> None:
        """Learns that the network does not deliver."""
        ...


class Wire:
    """A socket of one address family, read by the running event loop."""

    def __init__(self, family: socket.AddressFamily) -> None:
        self._loop = asyncio.get_running_loop()
        self._socket = opened = socket.socket(family, socket.SOCK_DGRAM)
        opened.setblocking(False)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
        if sys.platform == "linux":
            if family == socket.AF_INET6:
                opened.setsockopt(socket.IPPROTO_IPV6, _IPV6_RECVERR, 1)
            else:
                opened.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)
        opened.bind(("", 0))
        self._sessions: dict[int, Callable[[bytes], None]] = {}
        self._listeners: dict[_Key, list[Listener]] = {}
        self._loop.add_reader(opened.fileno(), self._readable)

    def close(self) -> None:
        """Closes the socket; may be called twice."""
        if self._socket.fileno() >= 0:
            self._loop.remove_reader(self._socket.fileno())
            self._socket.close()

    def send(self, datagram: bytes, address: Address) -> None:
        """Sends a packet. Failure NETWORK: there is no way to that address."""
        try:
            self._socket.sendto(datagram, address)
        except BlockingIOError:
            return  # the send buffer is full: as good as lost, the retry brings it again
        except OSError:
            self._resend(datagram, address)

    def _resend(self, datagram: bytes, address: Address) -> None:
        """Tries again: the first error may have been another peer's, reported late."""
        self._read_errors()
        try:
            self._socket.sendto(datagram, address)
        except BlockingIOError:
            return
        except OSError as error:
            raise _failure(error.errno or 0) from error

    def enlist(self, receive: Callable[[bytes], None]) -> int:
        """A new session ID of ours, whose packets go to `receive`."""
        while True:
            session = secrets.randbits(32)
            if session and session not in self._sessions:
                self._sessions[session] = receive
                return session

    def delist(self, session: int) -> None:
        """Forgets a session ID."""
        self._sessions.pop(session, None)

    def listen(self, address: Address, listener: Listener) -> None:
        """From now on tells `listener` what comes from an address outside of sessions."""
        self._listeners.setdefault(_key(address), []).append(listener)

    def unlisten(self, address: Address, listener: Listener) -> None:
        """Undoes `listen`."""
        listeners = self._listeners.get(_key(address), [])
        if listener in listeners:
            listeners.remove(listener)
        if not listeners:
            self._listeners.pop(_key(address), None)

    def _readable(self) -> None:
        receive, sessions = self._socket.recvfrom, self._sessions
        try:
            for _ in range(_BATCH):
                datagram, address = receive(_LARGEST)
                if len(datagram) < 10:
                    continue
                if datagram[4] == 6 and datagram[6:10] != b"\0\0\0\0" and datagram[3] == 7:
                    owner = sessions.get(int.from_bytes(datagram[6:10], "little"))
                    if owner is not None:
                        owner(datagram)
                else:
                    for listener in tuple(self._listeners.get(_key(address), ())):
                        listener.received(datagram)
        except BlockingIOError:
            return
        except OSError:
            self._read_errors()

    def _read_errors(self) -> None:
        """Empties the error queue and tells each peer's listeners."""
        if sys.platform != "linux":
            return
        for _ in range(_BATCH):
            try:
                _, ancillary, _, address = self._socket.recvmsg(_LARGEST, 512, socket.MSG_ERRQUEUE)
            except OSError:
                return
            for _level, _type, data in ancillary:
                if len(data) >= _ERROR.size and address:
                    self._tell(address, _ERROR.unpack_from(data)[0])

    def _tell(self, address: Address, number: int) -> None:
        if number not in _IGNORED:
            # not at once: `send` may be what found the error, and its caller does not wait yet
            for listener in tuple(self._listeners.get(_key(address), ())):
                self._loop.call_soon(listener.refused, _failure(number))


def _failure(number: int) -> Failure:
    if number == errno.ECONNREFUSED:
        return Failure(Reason.PORT_CLOSED, "ICMP port unreachable")
    return Failure(Reason.NETWORK, os.strerror(number))


def _key(address: Address) -> _Key:
    """Address, port and IPv6 scope, in one form for what is sent to and what comes from."""
    scope = address[3] if len(address) == 4 else 0
    return address[0].partition("%")[0], address[1], scope
