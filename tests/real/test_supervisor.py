"""What systemd is told, over a socket such as its own."""

from __future__ import annotations

import logging
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.supervisor import tell
from tests.real.agent_process import configuration, running, said, target


class Ears:
    """A socket that hears what a service tells."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address)
        self._socket.settimeout(5)

    def heard(self) -> list[str]:
        """The assignments of the next datagram."""
        return self._socket.recv(4096).decode().split("\n")

    def nothing(self) -> bool:
        """Whether nothing was told."""
        self._socket.setblocking(False)
        try:
            self.heard()
        except BlockingIOError:
            return True
        return False

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def ears(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ears]:
    path = tmp_path / "notify"
    monkeypatch.setenv("NOTIFY_SOCKET", str(path))
    found = Ears(str(path))
    yield found
    found.close()


async def test_a_life_is_told(ears: Ears, tmp_path: Path) -> None:
    file = configuration(tmp_path, target("a", 9))
    async with running(file) as agent:
        assert ears.heard() == ["READY=1", "STATUS=asking 1 targets"]
        file.write_text(file.read_text() + target("b", 10))
        await agent.reload()
        assert ears.heard() == ["STATUS=asking 2 targets"]
        file.write_text(file.read_text() + "nonsense = 1\n")
        agent.process.send_signal(signal.SIGHUP)
        (told,) = ears.heard()
        assert told.startswith(f"STATUS=the last reload was refused: {file}:")
        assert told.endswith("DCA-CONF-003")
        await agent.end()
        assert ears.heard() == ["STOPPING=1"]
    assert ears.nothing()


async def test_a_start_that_fails_is_never_ready(ears: Ears, tmp_path: Path) -> None:
    file = configuration(tmp_path, "nonsense = 1\n")
    code, _ = await said(file)
    assert code == 78
    assert ears.nothing()


def test_an_abstract_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"dcagent-test-{os.getpid()}"
    ears = Ears(f"\0{name}")
    monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}")
    tell("READY=1")
    assert ears.heard() == ["READY=1"]
    ears.close()


def test_a_supervisor_that_is_gone_is_no_reason_to_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    with caplog.at_level(logging.WARNING):
        tell("READY=1")
    assert "systemd cannot be told: " in caplog.text
