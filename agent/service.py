"""The running agent: one event loop that polls, and a server whose threads read what was found."""

from __future__ import annotations

import asyncio
import errno
import logging
import signal
import time
from collections.abc import Mapping
from concurrent.futures import CancelledError
from dataclasses import replace
from pathlib import Path

from agent import heap, wiring
from agent.config import Config, load
from agent.config_inventory import announced
from agent.config_profiles import profiles
from agent.energy import Meter
from agent.host import with_host
from agent.ledger import Ledger
from agent.schedule import Limits, Schedule
from agent.state import State, boot_id
from agent.store import Store
from agent.supervisor import tell
from agent.version import VERSION
from agent.web.protection import AS_CONFIGURED, Served
from agent.web.protection import announced as protected
from exporters import audit
from exporters.security import Door
from exporters.server import Server
from exporters.source import About
from hw_profiles import interpret
from hw_profiles.load import Pack
from model.devices import TargetStatus
from model.document import DocumentError
from model.inventory import Inventory

log = logging.getLogger("dcagent.service")

ENDING = 2.5
"""Seconds that closing sessions may take; the whole ends within 3."""
RELOADING = 30.0
"""Seconds that a reload over HTTP is waited for."""

EXITS = {errno.EADDRINUSE: 75, errno.EACCES: 77, errno.EPERM: 77}
"""Why a listen address cannot be had → exit code; whatever else is the configuration's: 78."""


class CannotListen(Exception):
    """A listen address that cannot be had; `exit_code` as in sysexits.h."""

    def __init__(self, error: OSError) -> None:
        self.exit_code = EXITS.get(error.errno or 0, 78)
        hint = "; another program (another dcagent?) has it" if self.exit_code == 75 else ""
        super().__init__(f"{error.strerror or error}{hint}")


def serve(
    file: Path,
    config: Config,
    pack: Pack,
    served: Served = AS_CONFIGURED,
    lifecycle: bool = False,
    declared: Inventory | None = None,
) -> None:
    """Runs the agent until a signal ends it.

    CannotListen: then no device has been asked. DocumentError: in the web configuration file.
    """
    asyncio.run(_serve(file, config, pack, served, lifecycle, declared))


async def _serve(
    file: Path,
    config: Config,
    pack: Pack,
    served: Served,
    lifecycle: bool,
    declared: Inventory | None,
) -> None:
    door = Door(protected(config, served))
    service = Service(file, config, pack, declared, served, door)
    listens, expose = served.addresses(config), config.web.expose
    try:
        server = Server(service, listens, expose=expose, lifecycle=lifecycle, door=door)
    except OSError as error:
        raise CannotListen(error) from error
    server.start()
    scheme = "https" if door.security.tls else "http"
    for host, port in server.addresses:
        log.info("serving %s://%s:%d/metrics", scheme, f"[{host}]" if ":" in host else host, port)
    try:
        await service.run()
    finally:
        server.stop()


class Service:
    """Polls what a configuration names until it is told to stop. Implements `exporters.source`."""

    def __init__(
        self,
        file: Path,
        config: Config,
        pack: Pack,
        declared: Inventory | None = None,
        served: Served = AS_CONFIGURED,
        door: Door | None = None,
    ) -> None:
        self._file, self._config, self._inventory = file, config, declared
        self._served = replace(served, listens=tuple(served.addresses(config)))
        self._door = door or Door()
        self._about = About(VERSION, True, time.time())
        self._collectors = wiring.Collectors(config.cache)
        self._collectors.provide(config)
        self._store = Store(config.entries)
        self._ledger = Ledger(self._store, Meter(), State(config.state, boot=boot_id()))
        self._road = wiring.road(self._collectors, pack)
        self._schedule = Schedule(self._road, self._store, _limits(config))
        self._stop = asyncio.Event()
        self._reloading = asyncio.Lock()
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[str]] = set()

    # -- life -----------------------------------------------------------------------------

    async def run(self) -> None:
        """Polls until SIGTERM, SIGINT or `stop`; then ends every session."""
        self._heed_signals()
        self._ledger.open()
        config = self._config
        polling = asyncio.create_task(self._schedule.run())
        keeping = asyncio.create_task(self._ledger.keep())
        settling = asyncio.create_task(heap.settle())
        try:
            async with self._reloading:
                await self._schedule.configure(config.entries, config.credentials, _limits(config))
            log.info("asking %d targets", len(config.entries))
            tell("READY=1", f"STATUS=asking {len(config.entries)} targets")
            stopped = asyncio.create_task(self._stop.wait())
            await asyncio.wait({stopped, polling}, return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
            if polling.done():
                polling.result()
        finally:
            settling.cancel()
            keeping.cancel()
            await self._end(polling)
            self._ledger.close()

    def stop(self) -> None:
        """Ends `run`."""
        self._stop.set()

    def _heed_signals(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, self.stop)
        self._loop.add_signal_handler(signal.SIGHUP, self._start_reload)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})

    async def _end(self, polling: asyncio.Task[None]) -> None:
        log.info("ending: sessions are closed")
        tell("STOPPING=1")
        for task in self._tasks:
            task.cancel()
        try:
            async with asyncio.timeout(ENDING):
                polling.cancel()
                await asyncio.wait({polling})  # whatever became of it: sessions are closed
                await self._road.close()
        except TimeoutError:
            log.warning("some sessions could not be closed within %.1f s", ENDING)

    # -- reload ---------------------------------------------------------------------------

    def _start_reload(self) -> None:
        task = self._loop.create_task(self._reload({"by": "SIGHUP"}))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _reload(self, who: Mapping[str, str]) -> str:
        why_not = await self._reloaded()
        pairs = {"result": "refused" if why_not else "ok"}
        if why_not:
            detail, _, code = why_not.partition("\n")[0].rpartition("  ")
            pairs |= {"code": code, "detail": detail} if detail else {"detail": code}
        audit.record("reload", {**who, **pairs}, failed=bool(why_not))
        return why_not

    async def _reloaded(self) -> str:
        async with self._reloading:
            try:
                config = with_host(await asyncio.to_thread(load, self._file))
                pack = await asyncio.to_thread(profiles, config)
                declared = await asyncio.to_thread(announced, config)
                security = await asyncio.to_thread(protected, config, self._served)
                await self._take(config, pack, declared)
                self._door.change(security)
            except DocumentError as error:
                return self._refuse(error)
            except Exception:  # a bug in a reload must not end the agent, which goes on as before
                log.exception("not reloaded: a bug of dcagent")
                self._about = replace(self._about, reloaded=False)
                return "a bug of dcagent: its log has the details"
        return ""

    def _refuse(self, error: DocumentError) -> str:
        for problem in error.problems:
            log.error("not reloaded: %s  %s", problem, problem.code)
        self._about = replace(self._about, reloaded=False)
        first = error.problems[0]
        tell(f"STATUS=the last reload was refused: {first}  {first.code}")
        return "\n".join(f"{problem}  {problem.code}" for problem in error.problems)

    async def _take(self, config: Config, pack: Pack, declared: Inventory | None) -> None:
        served, serving = config.web, self._config.web
        if (served.listen, served.expose) != (serving.listen, serving.expose):
            log.warning("listen or expose in [web] has changed: that takes a restart")
        for table in ("cache", "state"):
            if getattr(config, table) != getattr(self._config, table):
                log.warning("[%s] has changed: that takes a restart", table)
        self._collectors.provide(config)
        self._road = wiring.road(self._collectors, pack)
        self._schedule.road = self._road
        interpret.forget()
        await self._schedule.configure(config.entries, config.credentials, _limits(config))
        self._config, self._inventory = config, declared
        self._about = About(VERSION, True, time.time())
        log.info("reloaded: %d targets", len(config.entries))
        tell(f"STATUS=asking {len(config.entries)} targets")

    # -- what exporters.source asks, from its threads -------------------------------------

    def statuses(self) -> tuple[TargetStatus, ...]:
        """Every configured target as it stands now."""
        return self._ledger.statuses()

    def status(self, name: str) -> TargetStatus | None:
        """One configured target."""
        return self._ledger.status(name)

    def probe(self, name: str, timeout: float) -> TargetStatus | None:
        """One target; waits for its first poll, or for the one in flight where nothing is fresh.

        A dead target is not asked sooner because someone looks.
        """
        status = self._store.status(name)
        if status is None or status.locked:
            return self._ledger.status(name)
        if status.last is None or (not status.up and self._schedule.flying(name)):
            self._store.await_poll(name, status.last, timeout)
        return self._ledger.status(name)

    def ready(self) -> bool:
        """True once something has come of every target."""
        return self._store.asked()

    def reload(self, who: Mapping[str, str]) -> str:
        """Reads the configuration anew for somebody; "" or why it was not taken."""
        coming = asyncio.run_coroutine_threadsafe(self._reload(who), self._loop)
        try:
            return coming.result(RELOADING)
        except (TimeoutError, CancelledError):
            return "the agent is busy or ending: its log will say what came of it"

    def credentials(self) -> Mapping[str, bool]:
        """Each credential's name: True while it is refused."""
        return self._schedule.credentials()

    def dropped(self) -> Mapping[str, int]:
        """SNMP datagrams that were dropped so far, by reason."""
        return self._collectors.dropped()

    def inventory(self) -> Inventory | None:
        """Who should be there, as the latest configuration that was taken says."""
        return self._inventory

    def about(self) -> About:
        """Version and configuration."""
        return self._about


def _limits(config: Config) -> Limits:
    return Limits(config.concurrency, config.backoff)
