"""`dcagent run` as a child process, and the files that it reads."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from hw_profiles.capture import Capture, read
from simulators.bmc import DEFAULT_USERS, SimulatedBmc
from simulators.bmc_sessions import BmcUser
from simulators.bmc_vices import BmcVices

CAPTURES = Path(__file__).parents[1] / "captures"

HEAD = """\
[web]
listen = ["127.0.0.1:0"]
[poll]
interval = 1
interval_normal = 1
interval_slow = 1
timeout = 0.3
retries = 1
[cache]
directory = "cache"
[state]
directory = "state"
[host]
enabled = false
[place]
site = "dc1"
[credentials.bmc]
type = "ipmi"
username = "monitor"
password = "file:secret"
"""


def capture(name: str) -> Capture:
    return read(CAPTURES / f"{name}.capture")


def target(name: str, port: int, credential: str = "bmc", protocol: str = "ipmi") -> str:
    return (
        f'[[targets]]\nname = "{name}"\naddress = "127.0.0.1"\nport = {port}\n'
        f'protocol = "{protocol}"\ncredential = "{credential}"\n'
    )


def secret(path: Path, text: str = "monitor-pass") -> None:
    path.write_text(text + "\n")
    path.chmod(0o600)


def configuration(directory: Path, *targets: str, head: str = HEAD) -> Path:
    """Writes a configuration and its secret; returns the file."""
    secret(directory / "secret")
    file = directory / "dcagent.toml"
    file.write_text(head + "".join(targets), encoding="utf-8")
    return file


@contextlib.asynccontextmanager
async def bmcs(
    count: int, vices: BmcVices | None = None, users: Iterable[BmcUser] = DEFAULT_USERS
) -> AsyncIterator[list[tuple[SimulatedBmc, int]]]:
    """Simulated BMCs and their ports."""
    found = [SimulatedBmc(capture("huawei-ibmc"), users, vices=vices) for _ in range(count)]
    try:
        yield [(bmc, await bmc.start()) for bmc in found]
    finally:
        for bmc in found:
            bmc.close()


@dataclass
class Agent:
    """A running agent; `log` grows while it runs."""

    process: asyncio.subprocess.Process
    log: list[str]
    port: int = 0

    async def listen(self) -> None:
        """Collects the log until it ends."""
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.log.append(line.decode().rstrip("\n"))

    async def get(self, path: str, method: str = "GET") -> tuple[int, str]:
        """Status and body of a page."""
        return await asyncio.to_thread(_fetch, f"http://127.0.0.1:{self.port}{path}", method)

    async def values(self, name: str) -> dict[str, float]:
        """Target → value of one family."""
        _, text = await self.get("/metrics")
        pattern = rf'(?m)^{name}\{{.*?(?:target|credential)="([^"]*)".*?\}} (\S+)$'
        return {who: float(value) for who, value in re.findall(pattern, text)}

    async def until(self, found: Callable[[list[str]], bool], seconds: float = 10.0) -> None:
        """Waits for the log to say something."""
        async with asyncio.timeout(seconds):
            while not found(self.log):
                await asyncio.sleep(0.02)

    async def until_said(self, words: str, seconds: float = 10.0) -> None:
        await self.until(lambda log: any(words in line for line in log), seconds)

    async def until_value(
        self, name: str, who: str, value: float | None, seconds: float = 10.0
    ) -> None:
        """Waits for a series to have a value (None: to be gone)."""
        async with asyncio.timeout(seconds):
            while (await self.values(name)).get(who) != value:
                await asyncio.sleep(0.05)

    async def reload(self) -> None:
        """SIGHUP, until it is taken."""
        before = len(self.log)
        self.process.send_signal(signal.SIGHUP)
        await self.until(lambda log: any("by=SIGHUP result=ok" in line for line in log[before:]))

    async def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Sends a signal; returns the exit code and how long the end took."""
        begun = time.monotonic()
        self.process.send_signal(number)
        code = await asyncio.wait_for(self.process.wait(), 10.0)
        return code, time.monotonic() - begun

    def status(self, field: str) -> int:
        """A number out of /proc/PID/status, such as VmRSS in KiB."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(rf"{field}:\s+(\d+)", text)
        assert found
        return int(found.group(1))

    def open_files(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))


def _fetch(url: str, method: str) -> tuple[int, str]:
    try:
        request = urllib.request.Request(url, method=method)
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


async def start(file: Path, *options: str) -> Agent:
    """Starts an agent, whatever comes of it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "agent.cli.main", "run", "--config", str(file), *options),
        stdin=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    return Agent(process, [])


@contextlib.asynccontextmanager
async def running(file: Path, *options: str, patience: float = 10.0) -> AsyncIterator[Agent]:
    """An agent that serves within so many seconds; it is killed at the end if it still runs."""
    agent = await start(file, *options)
    listening = asyncio.create_task(agent.listen())
    try:
        await agent.until_said("serving http", patience)
        line = next(line for line in agent.log if "serving http" in line)
        agent.port = int(line.rsplit(":", 1)[1].removesuffix("/metrics"))
        yield agent
    finally:
        if agent.process.returncode is None:
            agent.process.kill()
            await agent.process.wait()
        await listening


async def said(file: Path, *options: str) -> tuple[int, str]:
    """Exit code and log of an agent that does not get to serve."""
    agent = await start(file, *options)
    async with asyncio.timeout(20):
        await agent.listen()
        code = await agent.process.wait()
    return code, "\n".join(agent.log)
