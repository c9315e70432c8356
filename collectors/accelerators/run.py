"""Finding a vendor's tool and running it, without a shell and without ever waiting for ever.

Blocking: for the sampler's thread. A tool that outlives its deadline is killed with all that it
started. One that even a kill does not end (it hangs in the driver) is left behind, remembered,
and not started again as long as it is there.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from collectors.accelerators.tool import Tool
from collectors.protocol import Failure
from model.readings import Reason

LARGEST_OUTPUT = 4 * 2**20
_BRIEF = 0.2
_PARTING = 1.0
"""Seconds between looks at a silent tool; seconds that a killed one has to go."""
_INHERITED = ("PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "LD_LIBRARY_PATH")
"""All of our environment that tools see: what else stands there may be secret."""


def find(tool: Tool, path: str, *, usual: bool = True) -> tuple[Path, ...]:
    """The tool's programs that exist, best first: on `path`, then where the vendor installs them.

    Relative parts of `path` are ignored, and the vendor's directories unless `usual`.
    """
    places = [part for part in path.split(os.pathsep) if part.startswith("/")]
    places += tool.directories if usual else ()
    found = ((Path(place) / name) for name in tool.programs for place in places)
    return tuple(dict.fromkeys(program for program in found if _runnable(program)))


def _runnable(program: Path) -> bool:
    try:
        return program.is_file() and os.access(program, os.X_OK)
    except OSError:  # a folder on the path that is closed to us, or no name of one
        return False


def environment(own: Mapping[str, str], libraries: tuple[str, ...]) -> dict[str, str]:
    """What a tool sees: English, and its vendor's libraries after those that are set."""
    seen = {name: own[name] for name in _INHERITED if name in own}
    known = [part for part in seen.get("LD_LIBRARY_PATH", "").split(":") if part]
    known += [place for place in libraries if Path(place).is_dir()]
    if known:
        seen["LD_LIBRARY_PATH"] = ":".join(known)
    return {**seen, "LANG": "C", "LC_ALL": "C"}


class Runner:
    """Runs one program at a time."""

    def __init__(
        self,
        *,
        deadline: float,
        largest: int = LARGEST_OUTPUT,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._deadline, self._largest, self._monotonic = deadline, largest, monotonic
        self._stopped = threading.Event()
        self._stuck: dict[Path, tuple[subprocess.Popen[bytes], float]] = {}

    def stop(self) -> None:
        """Ends what runs, within moments, and lets nothing start any more. From any thread."""
        self._stopped.set()

    def run(
        self, program: Path, arguments: tuple[str, ...], libraries: tuple[str, ...] = ()
    ) -> str:
        """Its standard output.

        Failure TIMEOUT: the deadline passed, or an earlier run still hangs; TOO_BIG; DEVICE_ERROR:
        it ended with another code than 0 (the detail has the code and the last line of standard
        error); HELPER_MISSING, UNAVAILABLE: it could not be started.
        """
        called = " ".join((program.name, *arguments))
        self._refuse_another(program)
        process = self._start(program, arguments, libraries)
        try:
            out, err = self._read(process, called)
        finally:
            self._end(program, process)
        if process.returncode:
            raise Failure(Reason.DEVICE_ERROR, _ended(called, process.returncode, out, err))
        return out.decode("utf-8", "replace")

    def _refuse_another(self, program: Path) -> None:
        if self._stopped.is_set():
            raise Failure(Reason.UNAVAILABLE, f"{program.name}: dcagent is stopping")
        process, since = self._stuck.get(program, (None, 0.0))
        if process is None:
            return
        if process.poll() is None:
            took = self._monotonic() - since
            detail = f"{program.name} (process {process.pid}) cannot be killed since {took:.0f} s"
            raise Failure(Reason.TIMEOUT, f"{detail}: its driver hangs; not started again")
        del self._stuck[program]

    def _start(
        self, program: Path, arguments: tuple[str, ...], libraries: tuple[str, ...]
    ) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(  # noqa: S603 - found on the PATH, constant arguments, no shell
                [str(program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd="/",
                env=environment(os.environ, libraries),
                start_new_session=True,
            )
        except FileNotFoundError as error:
            raise Failure(Reason.HELPER_MISSING, f"{program}: {error.strerror}") from error
        except OSError as error:
            raise Failure(Reason.UNAVAILABLE, f"{program}: {error.strerror}") from error

    def _read(self, process: subprocess.Popen[bytes], called: str) -> tuple[bytes, bytes]:
        """Both outputs until the tool's end (a helper that it left behind may hold them open)."""
        assert process.stdout is not None
        assert process.stderr is not None
        until = self._monotonic() + self._deadline
        out, err = bytearray(), bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ, out)
            selector.register(process.stderr, selectors.EVENT_READ, err)
            while selector.get_map():
                events = selector.select(_BRIEF)
                for ready, _ in events:
                    part = os.read(ready.fd, 65536)
                    ready.data.extend(part)
                    if not part:
                        selector.unregister(ready.fileobj)
                if len(out) + len(err) > self._largest:
                    detail = f"{called}: more than {self._largest} bytes of output"
                    raise Failure(Reason.TOO_BIG, detail)
                self._watch(until, called)
                if not events and _over(process):
                    break
        while not _over(process):
            self._watch(until, called)
            time.sleep(0.01)
        return bytes(out), bytes(err)

    def _watch(self, until: float, called: str) -> None:
        if self._stopped.is_set():
            raise Failure(Reason.UNAVAILABLE, f"{called}: dcagent is stopping")
        if self._monotonic() > until:
            raise Failure(Reason.TIMEOUT, f"{called}: no end within {self._deadline:g} s")

    def _end(self, program: Path, process: subprocess.Popen[bytes]) -> None:
        """Kills the process group, and keeps in mind a leader that does not go.

        The leader is not reaped yet, so the number is still its own.
        """
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
        try:
            process.wait(_PARTING)
        except subprocess.TimeoutExpired:
            self._stuck[program] = process, self._monotonic()


def _over(process: subprocess.Popen[bytes]) -> bool:
    """Whether it has ended; it is left to be reaped."""
    try:
        return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:  # somebody ignores SIGCHLD: the kernel has reaped it
        return True


def _ended(called: str, code: int, out: bytes, err: bytes) -> str:
    """What was called, how it ended, and its last words."""
    said = (err.strip() or out.strip()).decode("utf-8", "replace").splitlines()
    how = f"exit code {code}" if code > 0 else f"ended by signal {-code}"
    return f"{called}: {how}: {said[-1].strip():.200}" if said else f"{called}: {how}"
