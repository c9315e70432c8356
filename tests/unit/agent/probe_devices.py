"""Simulated devices on a loop of their own, and `dcagent` run against them in this process."""

from __future__ import annotations

import asyncio
import io
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from unittest import mock

from agent.cli import application
from hw_profiles.capture import Capture, read

CAPTURES = Path(__file__).parents[2] / "captures"
SECRETS = (
    "DCAGENT_PASSWORD",
    "DCAGENT_COMMUNITY",
    "DCAGENT_AUTH_PASSWORD",
    "DCAGENT_PRIV_PASSWORD",
)
LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR")


def capture(name: str) -> Capture:
    """A capture of the project by name."""
    return read(CAPTURES / f"{name}.capture")


class Device(Protocol):
    """What both kinds of simulated device can do."""

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> int: ...

    def close(self) -> None: ...


@contextmanager
def answering(device: Device, host: str = "127.0.0.1") -> Iterator[int]:
    """The device answers on a port until the block ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def closed() -> None:
        device.close()

    try:
        yield asyncio.run_coroutine_threadsafe(device.start(host), loop).result(10)
    finally:
        asyncio.run_coroutine_threadsafe(closed(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@dataclass(frozen=True)
class Ran:
    """What one command line gave."""

    code: int
    out: str
    err: str


def dcagent(*arguments: str, stdin: str = "", **environment: str) -> Ran:
    """Runs one command line without a terminal; only these variables of ours are set."""
    out, err = io.StringIO(), io.StringIO()
    clean = dict.fromkeys((*SECRETS, *LOCALES), "")
    with (
        mock.patch.dict("os.environ", {**clean, **environment}),
        mock.patch.object(sys, "stdin", io.StringIO(stdin)),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = application.run(list(arguments))
    return Ran(code, out.getvalue(), err.getvalue())


_TIMES = re.compile(r"(?<= )\d+(?:\.\d+)? (?:ms|s)\b")
_ALIVE = re.compile(r"it answers (?:SNMPv3|ICMP).*?community", re.DOTALL)


def steady(text: str, port: int) -> str:
    """The text without what changes from run to run: times, the port, which sign of life won."""
    text = _ALIVE.sub("it lives, but is silent", text)
    text = _TIMES.sub("N ms", text.replace(str(port), "PORT"))
    return re.sub(r" {2,}(DCA-|exit|退出码)", r"  \1", text)
