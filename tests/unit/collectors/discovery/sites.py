"""Simulated devices on addresses of 127.0.0.0/8, all on one set of ports."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Protocol

from collectors.discovery.sweep import Ports
from hw_profiles.capture import Capture, read

CAPTURES = Path(__file__).parents[3] / "captures"


class Device(Protocol):
    """What all simulated devices can do."""

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> int: ...

    def close(self) -> None: ...


def capture(name: str) -> Capture:
    """A capture of the project by name."""
    return read(CAPTURES / f"{name}.capture")


def engine(number: int, text: bytes = b"unit") -> bytes:
    """An engine ID of an enterprise (RFC 3411 §5)."""
    return (0x80000000 | number).to_bytes(4, "big") + b"\x04" + text


def ports(address: str) -> Ports:
    """Ports that are free at an address, and so likely at its neighbours."""
    found = []
    with contextlib.ExitStack() as stack:
        for kind in (socket.SOCK_DGRAM, socket.SOCK_DGRAM, socket.SOCK_STREAM, socket.SOCK_STREAM):
            probe = stack.enter_context(socket.socket(socket.AF_INET, kind))
            probe.bind((address, 0))
            found.append(int(probe.getsockname()[1]))
    return Ports(*found)


@contextlib.asynccontextmanager
async def standing(*devices: tuple[Device, str, int]) -> AsyncIterator[None]:
    """The devices answer at their addresses and ports until the block ends."""
    started: list[Device] = []
    try:
        for device, address, port in devices:
            await device.start(address, port)
            started.append(device)
        yield
    finally:
        for device in started:
            device.close()


def hosts(prefix: str, numbers: Sequence[int]) -> list[str]:
    """Addresses of a /24."""
    return [f"{prefix}.{n}" for n in numbers]
