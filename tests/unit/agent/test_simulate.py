"""`dcagent simulate` as a process: what it says, what it answers, how it ends."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.unit.simulators.console import Console, Refused

CAPTURES = Path(__file__).parents[2] / "captures"


async def start(*words: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "agent.cli.main", "simulate", *words),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@asynccontextmanager
async def simulating(name: str, *words: str) -> AsyncIterator[dict[str, object]]:
    """What `--json` says while it runs; checks that SIGTERM ends it well."""
    process = await start(str(CAPTURES / f"{name}.capture"), "--json", *words)
    assert process.stdout is not None
    try:
        yield json.loads(await asyncio.wait_for(process.stdout.readline(), 20))
    finally:
        process.send_signal(signal.SIGTERM)
        _, errors = await asyncio.wait_for(process.communicate(), 5)
        assert (process.returncode, errors) == (0, b"")


async def test_a_bmc_with_the_printed_login() -> None:
    async with simulating("huawei-ibmc", "--vice", "busy=1") as told:
        assert told["device"] == "Huawei TaiShan 200 2280, iBMC 6.70"
        assert told["address"] == "127.0.0.1"
        port, password = told["port"], told["password"]
        assert isinstance(port, int)
        async with Console(port, user=str(told["user"]), password=str(password)) as console:
            await console.login()
            assert await console.request(4, 0x2D, b"\x10") == b"\xc0"


async def test_a_bmc_with_a_login_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.touch(mode=0o600)
    file.write_text("hush-hush\n", encoding="utf-8")
    words = ("--user", "ops", "--password-file", str(file), "--suite", "3")
    async with simulating("inspur", *words) as told:
        assert told["password"] == f"from {file}"
        port = told["port"]
        assert isinstance(port, int)
        async with Console(port, 3, "ops", "hush-hush") as console:
            await console.login()
            assert await console.request(4, 0x2D, b"\x15") is not None
        async with Console(port, 17, "ops", "hush-hush") as console:
            with pytest.raises(Refused, match="open: 0x11"):
                await console.login()


async def test_an_snmp_agent() -> None:
    async with simulating("rfc1628-ups") as told:
        assert (told["protocol"], told["community"]) == ("snmp", "public")
        get = bytes.fromhex(
            "302602010104067075626c6963a01902010102010002010030 0e300c06082b060102010101000500"
        )
        loop = asyncio.get_running_loop()
        import socket

        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.setblocking(False)
            client.connect(("127.0.0.1", int(str(told["port"]))))
            client.send(get)
            answer = await asyncio.wait_for(loop.sock_recv(client, 500), 5)
        assert b"Linux ups-1" in answer


async def test_beyond_loopback_passwords_are_random() -> None:
    async with simulating("inspur", "--listen", "0.0.0.0:0") as told:
        assert re.fullmatch(r"[\w-]{16}", str(told["password"]))


async def test_text_and_ctrl_c() -> None:
    process = await start(str(CAPTURES / "h3c-hdm.capture"))
    assert process.stdout is not None
    lines = [await asyncio.wait_for(process.stdout.readline(), 20) for _ in range(7)]
    assert lines[0].decode() == "device     H3C UniServer R4900 G3, HDM 1.30\n"
    assert lines[3] == b"password   monitor-pass\n"
    process.send_signal(signal.SIGINT)
    assert await asyncio.wait_for(process.communicate(), 5) == (b"", b"")
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["nothing.capture"], 78, "nothing.capture  cannot be read"),
        (["{inspur}", "--vice", "lost=1"], 64, 'no vice "lost": did you mean "loss"?'),
        (["{inspur}", "--suite", "0"], 64, "--suite: expected 1, 2, 3, 15, 16, 17"),
        (["{inspur}", "--privilege", "root"], 64, "--privilege: expected callback, user"),
        (["{inspur}", "--listen", "127.0.0.1"], 64, "--listen: expected ADDRESS:PORT"),
        (["{inspur}", "--listen", "192.0.2.1:0"], 75, "cannot listen on 192.0.2.1:0"),
        (["{inspur}", "--password-file", "absent"], 78, "absent cannot be read"),
    ],
)
async def test_mistakes(words: list[str], code: int, message: str) -> None:
    process = await start(*(w.format(inspur=CAPTURES / "inspur.capture") for w in words))
    _, errors = await asyncio.wait_for(process.communicate(), 20)
    assert message in errors.decode()
    assert process.returncode == code
