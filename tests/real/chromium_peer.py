"""Debian's chromium without a window, spoken to over its DevTools protocol on a pipe."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

_PATIENCE = 60.0


class Chromium:
    """One tab. `troubles` are errors of the console, exceptions and failed requests."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands, self._answers = commands, answers
        self._rest = b""
        self._last = 0
        self._session = ""
        self._loaded = 0
        self.troubles: list[str] = []
        self.requests: list[str] = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **parameters: object) -> dict[str, Any]:
        """One command and its answer; events that come between them are noted."""
        self._last += 1
        message: dict[str, object] = {"id": self._last, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            found = self._next()
            if found.get("id") == self._last:
                assert "error" not in found, found
                result: dict[str, Any] = found["result"]
                return result
            self._note(found)

    def open(self, file: Path) -> None:
        """Opens a page and waits until all of it is there."""
        self.troubles.clear()
        self.requests.clear()
        before = self._loaded
        self.ask("Page.navigate", url=file.as_uri())
        while self._loaded == before:
            self._note(self._next())

    def value(self, expression: str) -> Any:
        """What a JavaScript expression gives on the page."""
        found = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"]["value"]

    def width(self, pixels: int, media: str = "") -> None:
        """The width of the window, and the medium that the page is shown on ("": the screen)."""
        metrics = {"width": pixels, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.ask("Emulation.setDeviceMetricsOverride", **metrics)
        self.ask("Emulation.setEmulatedMedia", media=media)

    def pdf(self) -> bytes:
        """The page as it is printed."""
        self.ask("Emulation.setEmulatedMedia", media="")
        printed = self.ask("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        return base64.b64decode(printed["data"])

    def picture(self, file: Path) -> None:
        """The whole page as a PNG."""
        shot = self.ask("Page.captureScreenshot", captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(shot["data"]))

    def close(self) -> None:
        """Ends the browser."""
        self._session = ""
        self.ask("Browser.close")

    def _next(self) -> dict[str, Any]:
        deadline = time.monotonic() + _PATIENCE
        while b"\0" not in self._rest:
            left = deadline - time.monotonic()
            ready, _, _ = select.select([self._answers], [], [], max(left, 0))
            assert ready, f"chromium said nothing for {_PATIENCE} s"
            piece = os.read(self._answers, 1 << 20)
            assert piece, "chromium has ended"
            self._rest += piece
        line, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(line)
        return found

    def _note(self, event: dict[str, Any]) -> None:
        method, told = event.get("method", ""), event.get("params", {})
        if method == "Page.loadEventFired":
            self._loaded += 1
        elif method == "Network.requestWillBeSent":
            self.requests.append(told["request"]["url"])
        elif method in ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown"):
            self.troubles.append(json.dumps(told))


@contextmanager
def chromium(directory: Path) -> Iterator[Chromium]:
    """A browser with its profile in a directory; it asks nobody on the network."""
    program = shutil.which("chromium")
    assert program is not None
    command = [
        *(program, "--headless=new", "--remote-debugging-pipe", "--no-first-run"),
        *(
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-gpu",
            "--hide-scrollbars",
        ),
        *("--disable-dev-shm-usage", f"--user-data-dir={directory / 'profile'}"),
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
    ]
    commands, answers = _pipe(), _pipe()
    log = os.open(directory / "chromium.log", os.O_WRONLY | os.O_CREAT)
    actions = [
        (os.POSIX_SPAWN_DUP2, commands[0], 3),
        (os.POSIX_SPAWN_DUP2, answers[1], 4),
        (os.POSIX_SPAWN_DUP2, log, 1),
        (os.POSIX_SPAWN_DUP2, log, 2),
    ]
    pid = os.posix_spawn(program, command, os.environ, file_actions=actions, setpgroup=0)
    for end in (commands[0], answers[1], log):
        os.close(end)
    try:
        browser = Chromium(commands[1], answers[0])
        yield browser
        browser.close()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGTERM)
        os.waitpid(pid, 0)
        for end in (commands[1], answers[0]):
            os.close(end)


def _pipe() -> tuple[int, int]:
    """A pipe whose ends are none of those that the browser is to have under fixed numbers."""
    ends = os.pipe()
    moved = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    for end in ends:
        os.close(end)
    return moved[0], moved[1]
