"""A kernel driver for the tests: a FIFO stands for the device file, Python for its ioctls.

python-ipmi's own code runs above it: its structures, its select, its matching of message ids.
"""

from __future__ import annotations

import ctypes
import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from pyipmi.interfaces import ipmidev

Answer = Callable[[int, int, bytes, int], bytes]
"""(netfn, command, data, lun) → completion code and data."""
_ANSWER, _EVENT = 1, 2


class FakeDriver:
    """Answers what is sent to the device files under `root`.

    `errors` are errno values that the next sends fail with, `held` keeps answers back until
    `release`, `noise` puts events and answers of others before each answer; `hang` is awaited by
    each send.
    """

    def __init__(self, root: Path, answer: Answer) -> None:
        self.root, self.answer = root, answer
        self.errors: list[int] = []
        self.held = self.noise = False
        self.hang: threading.Event | None = None
        self.asked: list[tuple[int, int]] = []
        self.threads: set[int] = set()
        self._ready: dict[int, list[ipmidev.IpmiRecv]] = {}
        self._kept: list[tuple[int, tuple[int, int, int, int, bytes]]] = []
        (root / "dev").mkdir(exist_ok=True)
        os.mkfifo(root / "dev/ipmi0")

    def install(self, monkeypatch: pytest.MonkeyPatch) -> FakeDriver:
        """Puts itself in the place of the kernel."""
        monkeypatch.setattr(ipmidev, "fcntl", self)
        return self

    def ioctl(self, device: int, request: int, structure: ctypes.Structure) -> None:
        """The one system call that the driver is spoken to by."""
        self.threads.add(threading.get_ident())
        if request == ipmidev.IPMICTL_SEND_COMMAND:
            self._send(device, structure)
        else:
            assert request == ipmidev.IPMICTL_RECEIVE_MSG_TRUNC
            self._receive(device, structure)

    def _send(self, device: int, request: ipmidev.IpmiReq) -> None:
        if self.hang is not None:
            self.hang.wait(10)
        if self.errors:
            number = self.errors.pop(0)
            raise OSError(number, os.strerror(number))
        message = request.msg
        data = ctypes.string_at(message.data, message.data_len)
        where = ctypes.cast(request.addr, ctypes.POINTER(ipmidev.IpmiSystemInterfaceAddr))
        assert where.contents.addr_type == ipmidev.IPMI_SYSTEM_INTERFACE_ADDR_TYPE
        self.asked.append((message.netfn, message.cmd))
        answer = self.answer(message.netfn, message.cmd, data, where.contents.lun)
        told = (_ANSWER, request.msgid, message.netfn + 1, message.cmd, answer)
        if self.noise:
            self._put(device, (_EVENT, 0, 0x04, 0x02, b"event"))
            self._put(device, (_ANSWER, request.msgid + 7, message.netfn + 1, message.cmd, b"\1"))
            self._put(device, (_ANSWER, request.msgid, message.netfn + 3, message.cmd, b"\2"))
        if self.held:
            self._kept.append((device, told))
        else:
            self._put(device, told)

    def release(self) -> None:
        """Gives what was held back."""
        self.held = False
        for device, told in self._kept:
            self._put(device, told)
        self._kept.clear()

    def _put(self, device: int, told: tuple[int, int, int, int, bytes]) -> None:
        self._ready.setdefault(device, []).append(told)
        os.write(device, b"!")

    def _receive(self, device: int, received: ipmidev.IpmiRecv) -> None:
        os.read(device, 1)
        kind, number, netfn, command, data = self._ready[device].pop(0)
        received.recv_type, received.msgid = kind, number
        received.msg.netfn, received.msg.cmd = netfn, command
        received.msg.data_len = len(data)
        ctypes.memmove(received.msg.data, data, len(data))


def closed(path: Path) -> bool:
    """True where this process holds a file open no longer."""
    wanted = path.resolve()
    for entry in Path("/proc/self/fd").iterdir():
        try:
            if entry.resolve() == wanted:
                return False
        except OSError:
            continue
    return True


REFUSALS = (
    (errno.ENOTTY, "protocol"),
    (errno.ENODEV, "session_lost"),
    (errno.EIO, "device_error"),
    (errno.EACCES, "no_permission"),
)
"""What a send may fail with at once, and the reason that it is."""
