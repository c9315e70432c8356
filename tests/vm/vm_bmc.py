"""A BMC of a capture behind qemu's `ipmi-bmc-extern` (the VM protocol of OpenIPMI), with vices.

The guest sets a vice by an OEM request (netfn 30h) that only this BMC knows.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

from collectors.ipmi.replay import Answers
from hw_profiles.capture import Capture

_END_OF_MESSAGE, _END_OF_COMMAND, _ESCAPE, _ESCAPED = 0xA0, 0xA1, 0xAA, 0x10
_SPECIAL = (_END_OF_MESSAGE, _END_OF_COMMAND, _ESCAPE)
NETFN_VICE = 0x30
HONEST, SILENT, BUSY, LATE, NOTE = range(5)
"""Commands of NETFN_VICE; data: how many of the next requests (silent, busy), tenths of a second
(late, one request), whether to write down what is asked from now on (note)."""


class VmBmc:
    """Serves one guest at a time; `asked` is what it was asked while it took notes.

    Of each request (netfn, command).
    """

    def __init__(self, capture: Capture) -> None:
        self._answers = Answers(capture)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.asked: set[tuple[int, int]] = set()
        self._vice, self._times = HONEST, 0
        self._noting = False
        self._peer: socket.socket | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Hangs up."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        if self._peer is not None:
            with contextlib.suppress(OSError):
                self._peer.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self._peer, _ = self._listener.accept()
                with self._peer:
                    for message in _messages(self._peer):
                        answer = self._answer(message)
                        if answer is not None:
                            self._peer.sendall(answer)

    def _answer(self, message: bytes) -> bytes | None:
        sequence, address, command, *data = message[:-1]
        netfn, lun = address >> 2, address & 3
        if netfn == NETFN_VICE:
            self._set(command, data[0] if data else 0)
            body: bytes | None = b"\0"
        else:
            if self._noting:
                self.asked.add((netfn, command))
            body = self._body(netfn, command, bytes(data), lun)
        if body is None:
            return None
        return _framed(bytes((sequence, (netfn | 1) << 2 | lun, command)) + body)

    def _set(self, command: int, data: int) -> None:
        if command == NOTE:
            self._noting = bool(data)
        else:
            self._vice, self._times = command, data

    def _body(self, netfn: int, command: int, data: bytes, lun: int) -> bytes | None:
        answer = self._answers.answer(netfn, command, data, lun)
        if not self._times or self._vice == HONEST:
            return answer
        if self._vice == LATE:
            time.sleep(self._times / 10)
            self._times = 0
            return answer
        self._times -= 1
        return None if self._vice == SILENT else b"\xc0"


def _framed(message: bytes) -> bytes:
    framed = bytearray()
    for byte in (*message, -sum(message) & 0xFF):
        framed += bytes((_ESCAPE, byte | _ESCAPED)) if byte in _SPECIAL else bytes((byte,))
    return bytes((*framed, _END_OF_MESSAGE))


def _messages(peer: socket.socket) -> Iterator[bytes]:
    """Whole messages; the guest's power and interrupt commands are passed over."""
    message, escaped = bytearray(), False
    while received := peer.recv(1024):
        for byte in received:
            if byte == _END_OF_MESSAGE:
                yield bytes(message)
            if byte in (_END_OF_MESSAGE, _END_OF_COMMAND):
                message.clear()
            elif byte == _ESCAPE:
                escaped = True
            else:
                message.append(byte & ~_ESCAPED if escaped else byte)
                escaped = False
