"""The agent's process and unit, from /proc and the control groups: nothing is run or asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.doctor.files import Account, Files

UNIT = "dcagent.service"
TICKS = 100
"""USER_HZ: what /proc counts in on every Linux that we run on (proc(5))."""

_UNITS = ("/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system")
_GROUPS = (
    f"/sys/fs/cgroup/system.slice/{UNIT}/cgroup.procs",
    f"/sys/fs/cgroup/systemd/system.slice/{UNIT}/cgroup.procs",
)
"""Control groups of version 2 and 1."""
_OURS = re.compile(
    r"(?:\S*python\S* (?:-[^m\s]\S* )*)?(?:-m agent\.cli\.main|(?:\S*/)?dcagent) run\b"
)


@dataclass(frozen=True, slots=True)
class Running:
    """A running agent: `since` in Unix seconds, `memory` resident octets, `most_files` its limit.

    `by_unit`: systemd started it. 0: not told.
    """

    pid: int
    by_unit: bool
    since: float = 0.0
    memory: int = 0
    most_files: int = 0
    account: Account | None = None


def unit(files: Files) -> str:
    """The unit's file where systemd runs this host and knows one; "" otherwise."""
    if not files.there("/run/systemd/system"):
        return ""
    return next((f"{d}/{UNIT}" for d in _UNITS if files.there(f"{d}/{UNIT}")), "")


def running(files: Files, started: float | None = None) -> Running | None:
    """The agent's process: the unit's main one, else the first that looks like `dcagent run`.

    `started`, where an agent has told it (Unix seconds): of several the one that began then.
    """
    if started is None:
        return next(_all(files), None)
    return min(_all(files), key=lambda found: abs(found.since - started), default=None)


def _all(files: Files) -> Iterator[Running]:
    """Every process of ours, the unit's before any other."""
    of_unit = next((pid for group in _GROUPS for pid in files.text(group).split()), "")
    if of_unit:
        yield _process(files, int(of_unit), by_unit=True)
    for pid in files.names("/proc", r"\d+"):
        line = files.text(f"/proc/{pid}/cmdline").replace("\0", " ")
        if pid != of_unit and _OURS.match(line):
            yield _process(files, int(pid), by_unit=False)


def named(files: Files, *names: str) -> str:
    """The first of these programs that is running; "" where none is."""
    found = {files.text(f"/proc/{pid}/comm") for pid in files.names("/proc", r"\d+")}
    return next((name for name in names if name in found), "")


def _process(files: Files, pid: int, by_unit: bool) -> Running:
    status = files.text(f"/proc/{pid}/status")
    limit = re.search(r"Max open files\s+(\d+)", files.text(f"/proc/{pid}/limits"))
    memory = re.search(r"(?m)^VmRSS:\s+(\d+)", status)
    return Running(
        pid,
        by_unit,
        _since(files, pid),
        int(memory[1]) * 1024 if memory else 0,
        int(limit[1]) if limit else 0,
        _account(status),
    )


def _since(files: Files, pid: int) -> float:
    """When the process began: ticks after the boot, whose time /proc/stat tells."""
    boot = re.search(r"(?m)^btime (\d+)", files.text("/proc/stat"))
    # the second field is the program's name in brackets, which may hold anything
    fields = files.text(f"/proc/{pid}/stat").rpartition(")")[2].split()
    if boot is None or len(fields) < 20 or not fields[19].isdecimal():
        return 0.0
    return int(boot[1]) + int(fields[19]) / TICKS


def _account(status: str) -> Account | None:
    """Who the process runs as, by its effective ids."""
    ids = {
        key: [int(n) for n in re.findall(r"\d+", rest)]
        for key, rest in re.findall(r"(?m)^(Uid|Gid|Groups):(.*)$", status)
    }
    if len(ids.get("Uid", ())) < 2 or len(ids.get("Gid", ())) < 2:
        return None
    return Account("", ids["Uid"][1], frozenset({ids["Gid"][1], *ids.get("Groups", ())}))
