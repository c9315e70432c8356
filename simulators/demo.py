"""`make demo`: a simulated site, the real agent on it, its racks and scores on the screen.

The agent is the ordinary command in a process of its own; the screen shows what it exports. Where
there is a Prometheus it scrapes the agent and computes the scores.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import os
import secrets
import signal
import socket
import sys
import tempfile
import time
import urllib.request
from collections.abc import Coroutine
from pathlib import Path

from simulators import demo_scores, rack_table
from simulators.child import Child
from simulators.demo_scores import Scores
from simulators.host_agents import HostAgents
from simulators.site import SNMP_CAPTURES, Site
from simulators.site_files import write

USUAL_PORT, PROMETHEUS_PORT = 9824, 9090
STARTING = 20.0
"""Seconds within which the agent has to serve."""
_SCREEN_EVERY, _LINES_EVERY = 1.0, 10.0
_HOME, _TO_LINE_END, _TO_END = "\x1b[H", "\x1b[K", "\x1b[J"
_CLEAR, _HIDE_CURSOR, _SHOW_CURSOR = "\x1b[2J", "\x1b[?25l", "\x1b[?25h"

_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Loopback is never asked through a proxy, whatever the environment says."""


class Screen:
    """Redraws on a terminal; elsewhere prints lines now and then, until nobody reads them."""

    def __init__(self, url: str, site: Site, scores: Scores, chinese: bool = False) -> None:
        self._live = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
        self._scores, self._said = scores, ""
        self._words = rack_table.CHINESE if chinese else rack_table.ENGLISH
        self._of_scores = demo_scores.CHINESE if chinese else demo_scores.ENGLISH
        self._next, self.gone = 0.0, False
        kinds = [device.kind for device in site.devices]
        counted = ("bmc", "pdu", "ups", "meter")
        counts = ", ".join(f"{kinds.count(kind)} {kind.upper()}" for kind in counted)
        self._title = f"dcagent demo: {counts} · {url} · Ctrl-C"
        self._show(f"{_CLEAR}{_HIDE_CURSOR}{_HOME}" if self._live else "", [self._title])

    def draw(self, page: str) -> None:
        """Shows a page of metrics."""
        seen = rack_table.view(page)
        now = time.strftime("%H:%M:%S")
        if self._live:
            table = rack_table.table(seen, self._words)
            scores = (f" {line}" for line in self._scores.lines(self._of_scores))
            lines = [f" {self._title}", "", *table, "", *scores, "", f" {now}"]
            self._show(_HOME, [line + _TO_LINE_END for line in lines], _TO_END)
        elif time.monotonic() >= self._next and not seen.waiting:
            self._next = time.monotonic() + _LINES_EVERY
            self._show("", [*rack_table.plain(seen, now, self._words), *self._news(now)])

    def _news(self, now: str) -> list[str]:
        """What there is to say of scores, where it is another thing than before."""
        lines = self._scores.lines(self._of_scores)
        before, self._said = self._said, f"{lines[-1]}{self._scores.window}"
        return [f"{now} {line}" for line in lines] if self._said != before else []

    def close(self) -> None:
        """Gives the cursor back."""
        if self._live:
            self._show(_SHOW_CURSOR, [])

    def _show(self, before: str, lines: list[str], after: str = "") -> None:
        try:
            sys.stdout.write(before + "".join(f"{line}\n" for line in lines) + after)
            sys.stdout.flush()
        except BrokenPipeError:
            self.gone = True
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def fetch(url: str) -> str | None:
    """A page of metrics; None while nobody serves it."""
    try:
        with _direct.open(url, timeout=2) as answer:
            return str(answer.read().decode())
    except OSError:
        return None


def free_port(usual: int = USUAL_PORT) -> int:
    """That port of loopback, or any other where it is taken."""
    for port in (usual, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise OSError("no free TCP port on 127.0.0.1")


def chinese() -> bool:
    """Whether the locale asks for Chinese."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((os.environ[name] for name in names if os.environ.get(name)), "")
    return locale.lower().startswith("zh")


async def start_agent(config: Path, log: Path) -> Child:
    """Starts `dcagent run`."""
    return await Child.start(
        (sys.executable, "-m", "agent.cli.main", "run", "--config", str(config)), log
    )


async def watch(agent: Child, url: str, screen: Screen) -> int:
    """Shows pages until nobody looks (0) or the agent ends (2)."""
    begun, served = time.monotonic(), False
    while not agent.ended:
        if screen.gone:
            return 0
        page = await asyncio.to_thread(fetch, url)
        if page is not None:
            served = True
            screen.draw(page)
        elif not served and time.monotonic() - begun > STARTING:
            break
        await asyncio.sleep(_SCREEN_EVERY if served else 0.1)
    print(f"the agent has ended or does not serve:\n{agent.last_words()}", file=sys.stderr)
    return 2


async def demo(seconds: float, interval: float, captures: Path) -> int:
    """Runs the site and the agent until a signal comes or the time is over; the exit code."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if seconds:
        loop.call_later(seconds, stop.set)
    site = Site(password=secrets.token_urlsafe(9), captures=captures)
    with tempfile.TemporaryDirectory(prefix="dcagent-demo-") as directory:
        async with contextlib.AsyncExitStack() as ending:
            ending.callback(site.close)
            await site.start()
            return await _until(stop, await _shown(site, Path(directory), interval, ending))


async def _shown(
    site: Site, directory: Path, interval: float, ending: contextlib.AsyncExitStack
) -> Coroutine[None, None, int]:
    """Starts all that looks at the site; `ending` ends it. Gives what is to be awaited."""
    port = free_port()
    config = write(site, directory, port, interval)
    hosts = HostAgents(site)
    ending.callback(hosts.close)
    own = await hosts.start()
    agent = await start_agent(config, directory / "agent.log")
    ending.push_async_callback(agent.stop)
    address = f"127.0.0.1:{port}"
    store = directory / "prometheus"
    scores = await Scores.start(store, free_port(PROMETHEUS_PORT), address, own)
    ending.push_async_callback(scores.stop)
    url = f"http://{address}/metrics"
    screen = Screen(url, site, scores, chinese())
    ending.callback(screen.close)
    return watch(agent, url, screen)


async def _until(stop: asyncio.Event, watching: Coroutine[None, None, int]) -> int:
    """0 where the stop came first, else what the watch ended with."""
    stopped, watched = asyncio.create_task(stop.wait()), asyncio.create_task(watching)
    done, rest = await asyncio.wait((stopped, watched), return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    return watched.result() if watched in done else 0


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m simulators.demo", description=__doc__)
    parser.add_argument("--seconds", type=float, default=0.0, help="end after this time")
    parser.add_argument("--interval", type=float, default=5.0, help="seconds between polls")
    parser.add_argument("--captures", type=Path, default=SNMP_CAPTURES, help="where captures are")
    options = parser.parse_args()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    sys.exit(asyncio.run(demo(options.seconds, options.interval, options.captures)))


if __name__ == "__main__":
    main()
