"""The state file: what must outlive the agent, written whole or not at all.

`state.json` in the directory of [state]: a version, a checksum, and the energy counters. A file
that is damaged is kept beside it as `state.json.corrupt`. Without the directory, or where another
agent uses it, nothing is kept; that is said once.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from math import isfinite
from pathlib import Path

from agent.energy import Account, Counter, Last, resumed
from model.readings import Source

log = logging.getLogger("dcagent.state")

VERSION = 1
FILE = "state.json"
LOCK = "lock"
_BOOT = Path("/proc/sys/kernel/random/boot_id")


def boot_id() -> str:
    """Names this start of the machine; "" where the kernel does not tell."""
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return ""


class State:
    """The file of one directory. Nothing raises: what cannot be kept is done without."""

    def __init__(
        self,
        directory: Path,
        *,
        boot: str,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._directory, self._path = directory, directory / FILE
        self._boot, self._monotonic, self._wall = boot, monotonic, wall
        self._lock = -1
        self._warned = False
        self._writing = threading.Lock()

    @property
    def kept(self) -> bool:
        """True while this agent keeps its state here."""
        return self._lock >= 0

    def load(self) -> dict[str, Account]:
        """The accounts as they go on now; none where there are none, or they are damaged."""
        try:
            self._take()
            text = self._path.read_bytes()
        except FileNotFoundError:
            if not self._directory.is_dir():
                self._give_up(f"there is no directory {self._directory}")
            return {}
        except BlockingIOError:
            self._give_up(f"another agent uses {self._directory}")
            return {}
        except OSError as error:
            self._give_up(f"{error.filename or self._path}: {error.strerror}")
            return {}
        try:
            boot, accounts = read(text)
        except ValueError as error:
            self._put_aside(error)
            return {}
        same = bool(boot) and boot == self._boot
        now, wall = self._monotonic(), self._wall()
        return {
            name: resumed(account, same_boot=same, monotonic=now, wall=wall)
            for name, account in accounts.items()
        }

    def _take(self) -> None:
        """Makes the directory ours while we live. BlockingIOError: it is another's."""
        lock = os.open(self._directory / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            raise
        self._lock = lock

    def _give_up(self, why: str) -> None:
        log.warning("energy counters will begin anew at the next start: %s", why)
        self.close()

    def _put_aside(self, error: ValueError) -> None:
        aside = self._path.with_name(f"{FILE}.corrupt")
        log.warning("%s: %s; kept as %s, counters begin anew", self._path, error, aside.name)
        try:
            self._path.replace(aside)
        except OSError as trouble:
            self._give_up(f"{aside}: {trouble.strerror}")

    def save(self, accounts: Mapping[str, Account]) -> bool:
        """Writes the file anew; False where that failed, which is said once."""
        with self._writing:
            if not self.kept:
                return False
            try:
                _replace(self._path, written(accounts, self._boot))
            except OSError as error:
                if not self._warned:
                    log.warning("no energy counter is saved: %s: %s", self._path, error.strerror)
                self._warned = True
                return False
            if self._warned:
                log.warning("energy counters are saved again")
            self._warned = False
            return True

    def disown(self) -> None:
        """Takes away what was saved before the counters ran on without it.

        Who went on from there would step back, which Prometheus takes for a new start: it would
        count all of it again. A start from nothing costs no joule. A full disk still lets it go.
        """
        with self._writing:
            if self.kept:
                with suppress(OSError):
                    self._path.unlink(missing_ok=True)

    def close(self) -> None:
        """Leaves the directory to others; nothing is saved after this."""
        with self._writing:
            if self._lock >= 0:
                os.close(self._lock)
            self._lock = -1


def _replace(path: Path, content: bytes) -> None:
    """Writes a file so that its name always stands for the whole old or the whole new one."""
    fresh = path.with_name(f"{path.name}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o640)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    fresh.replace(path)
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def written(accounts: Mapping[str, Account], boot: str) -> bytes:
    """The file's content."""
    state = {"boot": boot, "nodes": {name: _told(one) for name, one in accounts.items()}}
    whole = {"version": VERSION, "checksum": _checksum(state), "state": state}
    return json.dumps(whole, indent=1).encode() + b"\n"


def _told(account: Account) -> dict[str, object]:
    told: dict[str, object] = {
        "gap": account.gap,
        "joules": {s.value: [c.counted, c.ceiling] for s, c in account.counters.items()},
    }
    if (last := account.last) is not None:
        told["last"] = [last.at, last.wall, last.watts, last.source.value, last.holds]
    return told


def _checksum(state: object) -> str:
    text = json.dumps(state, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def read(content: bytes) -> tuple[str, dict[str, Account]]:
    """The boot that wrote the file, and its accounts. ValueError: it is damaged, and how."""
    try:
        whole = json.loads(content)
        if whole["version"] != VERSION:
            raise ValueError(f"version {whole['version']!r:.20} is not {VERSION}")
        if whole["checksum"] != _checksum(whole["state"]):
            raise ValueError("the checksum is wrong")
        nodes = whole["state"]["nodes"]
        return str(whole["state"]["boot"]), {name: _account(one) for name, one in nodes.items()}
    except (KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise ValueError("this is no state file") from error


def _account(told: Mapping[str, object]) -> Account:
    joules, last = told["joules"], told.get("last")
    if not isinstance(joules, dict):
        raise TypeError(joules)
    counters = {}
    for source, (counted, ceiling) in joules.items():
        counters[Source(source)] = Counter(_amount(counted), 0.0, _amount(ceiling))
    account = Account(counters, _amount(told["gap"]))
    if isinstance(last, list):
        at, wall, watts, source, holds = last
        measured = (_number(at), _number(wall), _amount(watts))
        account.last = Last(*measured, Source(source), _number(holds))
        counters.setdefault(account.last.source, Counter(ceiling=0.0))
    return account


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ValueError(f"{value!r:.20} is no number")
    return float(value)


def _amount(value: object) -> float:
    number = _number(value)
    if number < 0:
        raise ValueError(f"{number:g} is less than nothing")
    return number
