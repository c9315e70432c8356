"""Names and addresses, with look-ups that hang, fail and answer late."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pytest

from collectors.names import Found, Names
from collectors.protocol import Failure
from model.readings import Reason

HANGS = """
import asyncio, time
from collectors.names import Names

async def main():
    names = Names(lambda host, port: time.sleep(60))
    asyncio.create_task(names.find("bmc", 623))
    await asyncio.sleep(0.2)

asyncio.run(main())
"""


async def why_not(names: Names, host: str) -> str:
    with pytest.raises(Failure) as caught:
        await names.find(host, 623)
    assert caught.value.reason is Reason.UNRESOLVED
    return caught.value.detail


def unasked(host: str, port: int) -> Found:
    raise AssertionError(host)


def known(host: str, port: int) -> Found:
    if host.startswith("bmc-"):
        return socket.AF_INET, (f"127.0.0.{host[4:]}", port)
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def stuck_at(host: str, stuck: threading.Event) -> Callable[[str, int], Found]:
    def lookup(name: str, port: int) -> Found:
        if name == host:
            stuck.wait(30)
        return known(name, port)

    return lookup


async def test_an_address_needs_no_look_up() -> None:
    names = Names(unasked)
    assert await names.find("127.0.0.9", 623) == (socket.AF_INET, ("127.0.0.9", 623))
    assert await names.find("::1", 161) == (socket.AF_INET6, ("::1", 161, 0, 0))


async def test_names_are_looked_up_side_by_side() -> None:
    names = Names(known)
    found = await asyncio.gather(*(names.find(f"bmc-{n}", 600 + n) for n in range(1, 30)))
    assert found == [(socket.AF_INET, (f"127.0.0.{n}", 600 + n)) for n in range(1, 30)]


async def test_a_name_that_nobody_knows() -> None:
    names = Names(known)
    assert await why_not(names, "pdu") == "pdu: [Errno -2] Name or service not known"
    assert "pdu-" in await why_not(names, "pdu-\0")
    assert await names.find("bmc-1", 1) == (socket.AF_INET, ("127.0.0.1", 1))


async def test_a_silent_name_server_costs_its_own_names_only() -> None:
    stuck = threading.Event()
    names = Names(stuck_at("bmc-1", stuck), most=2, patience=0.2)
    try:
        said = await why_not(names, "bmc-1")
        assert said == "bmc-1: no name server has answered in 0.2 s"
        assert await names.find("bmc-2", 623) == (socket.AF_INET, ("127.0.0.2", 623))
        await why_not(names, "bmc-1")
        assert await why_not(names, "bmc-3") == "bmc-3: no name server has answered in 0.2 s"
    finally:
        stuck.set()
    names = Names(known)
    assert await names.find("bmc-3", 623) == (socket.AF_INET, ("127.0.0.3", 623))


def test_a_look_up_that_hangs_does_not_keep_the_process_alive() -> None:
    begun = time.monotonic()
    subprocess.run([sys.executable, "-c", HANGS], check=True, timeout=30)
    assert time.monotonic() - begun < 10
